import { addressOf, currentCsrfToken, type Query } from "./client";
import { offlineProblem, problemFrom } from "./problem";

export interface UploadOptions {
  query?: Query;
  signal?: AbortSignal;
  /** Share of the bytes sent so far, 0 to 1. */
  onProgress?: (share: number) => void;
}

/** Sends a form with files and tells the progress (fetch cannot). Throws like `call`. */
export async function upload<T>(path: string, form: FormData, options: UploadOptions = {}): Promise<T> {
  const token = await currentCsrfToken();
  return await new Promise<T>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", addressOf(path, options.query));
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", token);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) options.onProgress?.(event.loaded / event.total);
    };
    request.onerror = () => reject(offlineProblem());
    request.onabort = () => reject(new DOMException("The upload was cancelled", "AbortError"));
    request.onload = () => {
      const response = responseOf(request);
      if (!response.ok) void problemFrom(response).then(reject);
      else if (response.status === 204) resolve(undefined as T);
      else void response.json().then(resolve as (value: unknown) => void, () => reject(offlineProblem()));
    };
    options.signal?.addEventListener("abort", () => request.abort(), { once: true });
    if (options.signal?.aborted) request.abort();
    else request.send(form);
  });
}

function responseOf(request: XMLHttpRequest): Response {
  const headers: Record<string, string> = {};
  for (const name of ["Content-Type", "Retry-After"]) {
    const value = request.getResponseHeader(name);
    if (value !== null) headers[name] = value;
  }
  const body = request.status === 204 ? null : request.responseText;
  return new Response(body, { status: request.status, headers });
}
