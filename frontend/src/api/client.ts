import { isProblem, offlineProblem, problemFrom, ProblemError } from "./problem";

export type Query = Record<
  string,
  string | number | boolean | null | undefined | readonly (string | number)[]
>;

export interface CallOptions {
  query?: Query;
  /** ETag of the state this change stands on; the server answers 412 when it is no longer the state. */
  ifMatch?: string;
  signal?: AbortSignal;
  /** Let the request finish although the page is being closed (bodies up to 64 kB). */
  keepalive?: boolean;
}

export interface Reply<T> {
  data: T;
  status: number;
  etag: string | null;
  location: string | null;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const ROOT = "/api/v1";
let csrfToken: string | null = null;
let tellSignedOut: () => void = () => {};

/** Called whenever any answer says that the session has ended. One listener: the application. */
export function onSignedOut(listener: () => void): void {
  tellSignedOut = listener;
}

/** The token rotates at sign-in; whoever gets a session document hands its token in here. */
export function rememberCsrfToken(token: string | null): void {
  csrfToken = token;
}

export async function currentCsrfToken(): Promise<string> {
  csrfToken ??= await askForToken();
  return csrfToken;
}

/** Path below /api/v1 (or a full same-origin path from a `Location` or a `next`) with its query. */
export function addressOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one));
  }
  const full = path.startsWith("/api/") ? path : ROOT + path;
  const text = search.toString();
  return text ? `${full}${full.includes("?") ? "&" : "?"}${text}` : full;
}

/** Sends one call. Throws ProblemError for every answer but 2xx and for no answer; AbortError when aborted. */
export async function call<T>(
  method: Method,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<Reply<T>> {
  const address = addressOf(path, options.query);
  try {
    return await send<T>(method, address, body, options);
  } catch (error) {
    if (method === "GET" || !isCsrfRefusal(error)) throw error;
    csrfToken = null;
    return await send<T>(method, address, body, options);
  }
}

async function send<T>(
  method: Method,
  address: string,
  body: unknown,
  options: CallOptions,
): Promise<Reply<T>> {
  const headers = new Headers({ Accept: "application/json" });
  if (method !== "GET") headers.set("X-CSRFToken", await currentCsrfToken());
  if (options.ifMatch) headers.set("If-Match", options.ifMatch);
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers.set("Content-Type", "application/json");
  const response = await reach(address, {
    method,
    headers,
    credentials: "same-origin",
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    ...(options.signal && { signal: options.signal }),
    ...(options.keepalive && { keepalive: true }),
  });
  if (!response.ok) {
    const problem = await problemFrom(response);
    if (problem.kind === "sign-in-needed") tellSignedOut();
    throw problem;
  }
  return {
    data: (await readBody(response)) as T,
    status: response.status,
    etag: response.headers.get("ETag"),
    location: response.headers.get("Location"),
  };
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw offlineProblem();
  }
}

async function readBody(response: Response): Promise<unknown> {
  if (response.status === 204 || response.headers.get("Content-Length") === "0") return undefined;
  try {
    return await response.json();
  } catch {
    throw new ProblemError({ status: response.status, type: "unexpected", title: "The answer was cut off" });
  }
}

async function askForToken(): Promise<string> {
  const response = await reach(`${ROOT}/session`, {
    headers: { Accept: "application/json" },
    credentials: "same-origin",
  });
  if (!response.ok && response.status !== 401) throw await problemFrom(response);
  const document = (await readBody(response)) as { csrf_token?: string } | undefined;
  return document?.csrf_token ?? "";
}

function isCsrfRefusal(error: unknown): boolean {
  return isProblem(error) && error.status === 403 && (/csrf/.test(error.kind) || /^csrf/i.test(error.detail));
}

export const api = {
  get: async <T>(path: string, options?: CallOptions): Promise<T> =>
    (await call<T>("GET", path, undefined, options)).data,
  post: async <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> =>
    (await call<T>("POST", path, body, options)).data,
  put: async <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> =>
    (await call<T>("PUT", path, body, options)).data,
  patch: async <T>(path: string, body?: unknown, options?: CallOptions): Promise<T> =>
    (await call<T>("PATCH", path, body, options)).data,
  delete: async <T = void>(path: string, options?: CallOptions): Promise<T> =>
    (await call<T>("DELETE", path, undefined, options)).data,
};
