import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useCallback, useContext } from "react";
import { api, call, rememberCsrfToken } from "./client";
import { keys } from "./keys";
import { isProblem } from "./problem";

export type Role = "reviewer" | "adjudicator" | "lead";

export interface Membership {
  project: { id: string; slug: string; name: string };
  roles: Role[];
}

export interface SessionUser {
  id: string;
  name: string;
  email: string;
  may_create_projects: boolean;
  may_create_taxonomies: boolean;
  is_admin: boolean;
}

export interface Session {
  user: SessionUser;
  csrf_token: string;
  memberships: Membership[];
  expires_at: string;
}

/** The session document, or null where nobody is signed in. Remembers the CSRF token either way. */
export async function fetchSession(signal?: AbortSignal): Promise<Session | null> {
  try {
    const session = await api.get<Session>("/session", signal ? { signal } : {});
    rememberCsrfToken(session.csrf_token);
    return session;
  } catch (error) {
    if (!isProblem(error) || error.status !== 401) throw error;
    const token = error.body["csrf_token"];
    rememberCsrfToken(typeof token === "string" ? token : null);
    return null;
  }
}

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: ({ signal }) => fetchSession(signal),
  staleTime: 5 * 60_000,
});

/** `data` is undefined while loading, null when signed out. */
export function useSession() {
  return useQuery(sessionQuery);
}

/** The session the page was opened with; kept while a person signs in again over their work. */
export const SignedIn = createContext<Session | null>(null);

/** The signed-in session, for pages that need one; the application renders those only when there is one. */
export function useSignedIn(): Session {
  const session = useContext(SignedIn);
  if (!session) throw new Error("A page for signed-in people was rendered without a session");
  return session;
}

export function rolesIn(session: Session, project: string): readonly Role[] {
  const found = session.memberships.find((m) => m.project.slug === project || m.project.id === project);
  return found?.roles ?? [];
}

export function hasRole(session: Session, project: string, ...wanted: readonly Role[]): boolean {
  const roles = rolesIn(session, project);
  return wanted.some((role) => roles.includes(role));
}

/** Takes over a fresh session document (after sign-in or a one-time link) and drops what another person saw. */
export function useAdoptSession(): (session: Session) => void {
  const client = useQueryClient();
  return useCallback(
    (session) => {
      rememberCsrfToken(session.csrf_token);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.session[0] });
      client.setQueryData(keys.session, session);
    },
    [client],
  );
}

export function signIn(email: string, password: string): Promise<Session> {
  return api.post<Session>("/session", { email, password });
}

/** Ends the session and loads the sign-in page anew, so that nothing of this person stays in memory. */
export async function signOut(): Promise<void> {
  await call("DELETE", "/session");
  window.location.assign("/sign-in");
}
