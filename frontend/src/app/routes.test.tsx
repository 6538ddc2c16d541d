import { render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { adoptSession, type Session } from "../api/session";
import { safeNext } from "../me/SignInPage";
import { administratorNavigation, commonNavigation, placeOf, projectNavigation } from "./navigation";
import { App } from "./App";
import { isRouted, routes } from "./routes";

const SESSION: Session = {
  user: {
    id: "1",
    name: "Lee",
    email: "lee@example.org",
    may_create_projects: true,
    may_create_taxonomies: false,
    is_admin: false,
  },
  csrf_token: "t",
  memberships: [{ project: { id: "a", slug: "faces", name: "Faces" }, roles: ["reviewer"] }],
  expires_at: "2030-01-01T00:00:00Z",
};

function signedOut() {
  const body = JSON.stringify({ type: "sign-in-needed", title: "Sign in", csrf_token: "t" });
  return Promise.resolve(
    new Response(body, { status: 401, headers: { "Content-Type": "application/problem+json" } }),
  );
}

beforeEach(() => {
  vi.stubGlobal("fetch", signedOut);
  vi.stubGlobal("scrollTo", () => {});
});

afterEach(() => window.history.replaceState(null, "", "/"));

describe("the route table", () => {
  it("has every path once", () => {
    const paths = routes.map((route) => route.path);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it("is the source of the navigation, which shows no page that is not there", () => {
    expect(commonNavigation().map((entry) => entry.href)).toContain("/keys");
    expect(administratorNavigation(false)).toEqual([]);
    expect(administratorNavigation(true).map((entry) => entry.href)).toEqual(["/accounts"]);
    for (const entry of projectNavigation("faces", ["lead", "adjudicator", "reviewer"])) {
      expect(isRouted(entry.href.replace("/projects/faces", "/projects/:project"))).toBe(true);
    }
  });

  it("reads project and campaign from the address", () => {
    expect(placeOf("/projects/faces/campaigns/7/gold")).toEqual({ project: "faces", campaign: "7" });
    expect(placeOf("/projects/faces/campaigns/new")).toEqual({ project: "faces", campaign: null });
    expect(placeOf("/taxonomies")).toEqual({ project: null, campaign: null });
  });
});

describe("the application", () => {
  it("sends who is not signed in to the sign-in page and remembers where they wanted to go", async () => {
    window.history.replaceState(null, "", "/account?tab=tokens");
    render(<App />);
    expect(await screen.findByRole("heading", { name: "Sign in" }, { timeout: 15_000 })).toBeTruthy();
    expect(new URLSearchParams(window.location.search).get("next")).toBe("/account?tab=tokens");
  });

  it("shows the page inside the shell, and says so when an address leads nowhere", async () => {
    adoptSession(SESSION);
    window.history.replaceState(null, "", "/nothing/here");
    render(<App />);
    const patience = { timeout: 15_000 }; // the shell and the page are loaded on demand, compiled on first use
    expect(await screen.findByRole("heading", { name: "This page is not here" }, patience)).toBeTruthy();
    expect(screen.getByRole("navigation", { name: "Main" })).toBeTruthy();
    await waitFor(() => expect(document.title).toBe("This page is not here · Touchstone"));
  }, 20_000);

  it("follows only its own paths after sign-in", () => {
    expect(safeNext("/account")).toBe("/account");
    for (const foreign of [
      null,
      "https://evil.example",
      "//evil.example",
      "/\\evil.example",
      "/sign-in?next=/",
    ]) {
      expect(safeNext(foreign)).toBe("/");
    }
  });
});
