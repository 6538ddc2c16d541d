import { isProblem } from "../api/problem";

export interface Explanation {
  title: string;
  detail: string;
}

/** Sentences for problems whose own words would not help a person; every other problem speaks for itself. */
const OWN: Record<string, Explanation> = {
  "sign-in-needed": {
    title: "Your session has ended",
    detail: "Sign in again to go on. What you had saved is safe.",
  },
  "precondition-failed": {
    title: "Somebody changed this in the meantime",
    detail: "Reload to see the newest state, then make your change again.",
  },
};

const BY_STATUS: Record<number, Explanation> = {
  403: {
    title: "You may not do this",
    detail: "Your role in this project does not allow it. A lead of the project can change roles.",
  },
  404: {
    title: "This is not here",
    detail: "It may have been removed, or it belongs to a project you are not a member of.",
  },
  413: {
    title: "This is too large",
    detail: "Send it in smaller parts, or import it from a folder on the server.",
  },
  429: { title: "Too many requests", detail: "Wait a moment and try again." },
  502: { title: "The server is not ready", detail: "It may be starting. Try again in a moment." },
  503: {
    title: "The server is not ready",
    detail: "Part of it is not available now. Try again in a moment.",
  },
};

export function explain(error: unknown): Explanation {
  if (!isProblem(error)) {
    return {
      title: "This page met an error",
      detail: "It is our mistake, not yours. Reload the page; if it comes back, tell your administrator.",
    };
  }
  const own = OWN[error.kind];
  if (own) return own;
  const usual = BY_STATUS[error.status];
  const wait = error.retryAfter !== null ? ` Try again in ${Math.ceil(error.retryAfter)} seconds.` : "";
  if (error.kind === "unexpected" && error.status >= 500 && !usual) {
    return {
      title: "The server met an error",
      detail: "Nothing was changed. Try again; if it comes back, tell your administrator.",
    };
  }
  if (error.kind === "unexpected" && usual) return usual;
  return { title: error.title, detail: `${error.detail || usual?.detail || ""}${wait}`.trim() };
}
