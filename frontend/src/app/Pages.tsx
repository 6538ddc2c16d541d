import { lazy, Suspense, useState, type ReactNode } from "react";
import { matchRoute, Redirect, Route, useLocation, useParams, useRouter } from "wouter";
import { hasRole, SignedIn, useSession, useSignedIn, type Role, type Session } from "../api/session";
import { ErrorState, Skeleton } from "../ui/States";
import { ErrorBoundary } from "./ErrorBoundary";
import { AdministratorsOnly, NoPermission, NotFound } from "./Lost";
import { routes, type PageRoute } from "./routes";

const Shell = lazy(() => import("./Shell"));
const SessionEndedDialog = lazy(() => import("../me/SessionEndedDialog"));
const LOST: PageRoute = { path: "/*?", page: NotFound, who: "signed-in", frame: "shell" };

/** The page of the address. The shell around it stays while one goes from page to page. */
export function Pages() {
  const [location] = useLocation();
  const { parser } = useRouter();
  const route = routes.find(({ path }) => matchRoute(parser, path, location)[0]) ?? LOST;
  return route.who === "anyone" ? <Guarded route={route} /> : <ForSignedIn route={route} />;
}

function ForSignedIn({ route }: { route: PageRoute }) {
  const { data, error, refetch } = useSession();
  const [location] = useLocation();
  const [kept, setKept] = useState<Session | null>(null);
  if (data && data !== kept) setKept(data);
  const session = data ?? kept;
  if (!session) {
    if (data === null) return <Redirect to={signInAddress(location)} replace />;
    return (
      <div className="alone">
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <Skeleton label="Loading Touchstone" />
        )}
      </div>
    );
  }
  return (
    <SignedIn value={session}>
      {route.frame === "bare" ? (
        <Guarded route={route} />
      ) : (
        <Suspense fallback={<Waiting />}>
          <Shell>
            <Guarded route={route} />
          </Shell>
        </Suspense>
      )}
      <Suspense>{data === null && <SessionEndedDialog email={session.user.email} />}</Suspense>
    </SignedIn>
  );
}

/** Error boundary, waiting line and the parameters of the address around one page. */
function Guarded({ route }: { route: PageRoute }) {
  const [location] = useLocation();
  const { page: Page, who } = route;
  return (
    <ErrorBoundary resetOn={location}>
      <Suspense fallback={<Waiting />}>
        <Route key={route.path} path={route.path}>
          {who === "administrator" ? (
            <ForAdministrators>
              <Page />
            </ForAdministrators>
          ) : typeof who === "string" ? (
            <Page />
          ) : (
            <ForRoles roles={who}>
              <Page />
            </ForRoles>
          )}
        </Route>
      </Suspense>
    </ErrorBoundary>
  );
}

function ForRoles({ roles, children }: { roles: readonly Role[]; children: ReactNode }) {
  const { project = "" } = useParams<{ project?: string }>();
  const session = useSignedIn();
  return hasRole(session, project, ...roles) ? children : <NoPermission needed={roles} />;
}

function ForAdministrators({ children }: { children: ReactNode }) {
  return useSignedIn().user.is_admin ? children : <AdministratorsOnly />;
}

function Waiting() {
  return <Skeleton label="Loading the page" lines={6} />;
}

export function signInAddress(location: string): string {
  const next = location + window.location.search;
  return next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`;
}
