import { createContext, useContext, useEffect, useSyncExternalStore } from "react";
import { api, call, onSignedOut, rememberCsrfToken } from "./client";
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
export async function fetchSession(): Promise<Session | null> {
  try {
    const session = await api.get<Session>("/session");
    rememberCsrfToken(session.csrf_token);
    return session;
  } catch (error) {
    if (!isProblem(error) || error.status !== 401) throw error;
    const token = error.body["csrf_token"];
    rememberCsrfToken(typeof token === "string" ? token : null);
    return null;
  }
}

interface SessionState {
  /** Undefined while loading, null when signed out. */
  data: Session | null | undefined;
  error: unknown;
}

// A store of its own and not a query: the label route needs the session, but not a query cache of 10 kB.
let state: SessionState = { data: undefined, error: null };
let isAsked = false;
const listeners = new Set<() => void>();

function setState(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

/** Asks the server again, for example after one made a project or was given a role. */
export async function refreshSession(): Promise<void> {
  isAsked = true;
  try {
    setState({ data: await fetchSession(), error: null });
  } catch (error) {
    setState({ data: state.data, error });
  }
}

export function useSession(): SessionState & { refetch: () => Promise<void> } {
  const now = useSyncExternalStore(subscribe, () => state);
  useEffect(() => {
    if (!isAsked) void refreshSession();
  }, []);
  return { ...now, refetch: refreshSession };
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Something found out by itself that the session has ended; brings the dialog over the page. */
export function sessionEnded(): void {
  if (state.data) setState({ data: null, error: null });
}

onSignedOut(sessionEnded);

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

/** Takes over a fresh session document, after sign-in or a one-time link. */
export function adoptSession(session: Session): void {
  isAsked = true;
  rememberCsrfToken(session.csrf_token);
  setState({ data: session, error: null });
}

export function signIn(email: string, password: string): Promise<Session> {
  return api.post<Session>("/session", { email, password });
}

/** Ends the session and loads the sign-in page anew, so that nothing of this person stays in memory. */
export async function signOut(): Promise<void> {
  await call("DELETE", "/session");
  window.location.assign("/sign-in");
}
