import { beforeEach, describe, expect, it, vi } from "vitest";
import { addressOf, api, call, onSignedOut, rememberCsrfToken } from "./client";
import { byField, isPassing, isProblem, kindOf, ProblemError } from "./problem";

/** Answers requests in order and keeps what was asked. */
function serve(...answers: (Response | Error)[]) {
  const asked: { address: string; init: RequestInit }[] = [];
  vi.stubGlobal("fetch", (address: string, init: RequestInit) => {
    asked.push({ address, init });
    const answer = answers.shift();
    return answer instanceof Response
      ? Promise.resolve(answer)
      : Promise.reject(answer ?? new Error("not expected"));
  });
  return asked;
}

function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });
}

function problem(status: number, kind: string, more: object = {}): Response {
  const body = { type: `/problems#${kind}`, title: kind, status, detail: "why", ...more };
  return json(body, status, { "Content-Type": "application/problem+json" });
}

async function thrown(act: Promise<unknown>): Promise<ProblemError> {
  const error = await act.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProblemError);
  return error as ProblemError;
}

const headerOf = (init: RequestInit, name: string) => new Headers(init.headers).get(name);

beforeEach(() => rememberCsrfToken("first"));

describe("the client", () => {
  it("sends JSON with the CSRF token and gives data, ETag and location", async () => {
    const asked = serve(json({ id: 7 }, 201, { ETag: '"a"', Location: "/api/v1/jobs/7" }));
    const reply = await call<{ id: number }>("POST", "/exports", { format: "jsonl" }, { ifMatch: '"0"' });
    expect(reply).toEqual({ data: { id: 7 }, status: 201, etag: '"a"', location: "/api/v1/jobs/7" });
    expect(asked[0]?.address).toBe("/api/v1/exports");
    expect(asked[0]?.init.body).toBe('{"format":"jsonl"}');
    expect(headerOf(asked[0]?.init ?? {}, "X-CSRFToken")).toBe("first");
    expect(headerOf(asked[0]?.init ?? {}, "If-Match")).toBe('"0"');
  });

  it("asks for the token once more when it has rotated, and sends the same again", async () => {
    const asked = serve(
      problem(403, "csrf-failed"),
      json({ csrf_token: "second" }),
      new Response(null, { status: 204 }),
    );
    await api.put("/leases/1/annotation", { a: 1 });
    expect(asked.map((one) => one.address)).toEqual([
      "/api/v1/leases/1/annotation",
      "/api/v1/session",
      "/api/v1/leases/1/annotation",
    ]);
    expect(headerOf(asked[2]?.init ?? {}, "X-CSRFToken")).toBe("second");
    expect(asked[2]?.init.body).toBe(asked[0]?.init.body);
  });

  it("gives up after the second refusal", async () => {
    const asked = serve(
      problem(403, "csrf-failed"),
      json({ csrf_token: "second" }),
      problem(403, "csrf-failed"),
    );
    expect((await thrown(api.post("/exports"))).status).toBe(403);
    expect(asked).toHaveLength(3);
  });

  it("takes the token from a 401, so that one can sign in", async () => {
    rememberCsrfToken(null);
    const asked = serve(problem(401, "sign-in-needed", { csrf_token: "early" }), json({}));
    await api.post("/session", { email: "a", password: "b" });
    expect(headerOf(asked[1]?.init ?? {}, "X-CSRFToken")).toBe("early");
  });

  it("does not take a refused role for a stale token", async () => {
    const asked = serve(problem(403, "forbidden"));
    await thrown(api.post("/exports"));
    expect(asked).toHaveLength(1);
  });

  it("turns problems into errors with their violations", async () => {
    serve(
      problem(422, "answer-invalid", {
        violations: [{ pointer: "/findings/0/severity", detail: "is missing" }],
      }),
    );
    const error = await thrown(api.get("/x"));
    expect(error.kind).toBe("answer-invalid");
    expect(byField(error)).toEqual({ "findings.0.severity": "is missing" });
    expect(isPassing(error)).toBe(false);
  });

  it("says when to try again", async () => {
    serve(problem(429, "too-many-requests", { retry_after: 12 }));
    expect((await thrown(api.get("/x"))).retryAfter).toBe(12);
    serve(new Response("busy", { status: 503, headers: { "Retry-After": "3" } }));
    const error = await thrown(api.get("/x"));
    expect([error.kind, error.retryAfter, isPassing(error)]).toEqual(["unexpected", 3, true]);
  });

  it("calls no answer offline, and an aborted request aborted", async () => {
    serve(new TypeError("Failed to fetch"));
    expect(isProblem(await thrown(api.get("/x")), "offline")).toBe(true);
    serve(new DOMException("stopped", "AbortError"));
    await expect(api.get("/x")).rejects.toMatchObject({ name: "AbortError" });
  });

  it("tells the application when the session has ended", async () => {
    const ended = vi.fn();
    onSignedOut(ended);
    serve(problem(401, "sign-in-needed"), problem(401, "sign-in-failed"));
    await thrown(api.get("/x"));
    await thrown(api.get("/x"));
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it("writes addresses with their query", () => {
    expect(addressOf("/images", { page: 2, empty: "", no: null, role: ["lead", "reviewer"] })).toBe(
      "/api/v1/images?page=2&role=lead&role=reviewer",
    );
    expect(addressOf("/api/v1/images?cursor=a", { n: 1 })).toBe("/api/v1/images?cursor=a&n=1");
  });

  it("reads the kind from any form of type", () => {
    expect(
      ["https://t.example/problems#lease-lost", "urn:touchstone:lease-lost", "lease-lost"].map(kindOf),
    ).toEqual(Array(3).fill("lease-lost"));
  });
});
