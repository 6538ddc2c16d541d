import { lazy, Suspense, useState, type ReactNode } from "react";
import { Redirect, Route, Switch, useLocation, useParams } from "wouter";
import { hasRole, SignedIn, useSession, type Session } from "../api/session";
import SessionEndedDialog from "../me/SessionEndedDialog";
import { ErrorState, Skeleton } from "../ui/States";
import { ErrorBoundary } from "./ErrorBoundary";
import { NoPermission, NotFound } from "./Lost";
import { routes, type PageRoute } from "./routes";

const Shell = lazy(() => import("./Shell"));

/** The route table as elements. Every page gets its session, its frame and its own error boundary. */
export function Pages() {
  return (
    <Switch>
      {routes.map((route) => (
        <Route key={route.path} path={route.path}>
          {route.who === "anyone" ? <Bare>{<route.page />}</Bare> : <ForSignedIn route={route} />}
        </Route>
      ))}
      <Route>
        <ForSignedIn route={{ path: "", page: NotFound, who: "signed-in", frame: "shell" }} />
      </Route>
    </Switch>
  );
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
      <Frame route={route} />
      {data === null && <SessionEndedDialog email={session.user.email} />}
    </SignedIn>
  );
}

function Frame({ route }: { route: PageRoute }) {
  const page = <Permitted route={route} />;
  if (route.frame === "bare") return <Bare>{page}</Bare>;
  return (
    <Suspense fallback={<Waiting />}>
      <Shell>
        <Guarded>{page}</Guarded>
      </Shell>
    </Suspense>
  );
}

function Permitted({ route }: { route: PageRoute }) {
  const { project } = useParams<{ project?: string }>();
  return (
    <SignedIn.Consumer>
      {(session) =>
        Array.isArray(route.who) &&
        !(session && project && hasRole(session, project, ...(route.who as []))) ? (
          <NoPermission needed={route.who as []} />
        ) : (
          <route.page />
        )
      }
    </SignedIn.Consumer>
  );
}

function Bare({ children }: { children: ReactNode }) {
  return <Guarded>{children}</Guarded>;
}

function Guarded({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  return (
    <ErrorBoundary resetOn={location}>
      <Suspense fallback={<Waiting />}>{children}</Suspense>
    </ErrorBoundary>
  );
}

function Waiting() {
  return <Skeleton label="Loading the page" lines={6} />;
}

export function signInAddress(location: string): string {
  const next = location + window.location.search;
  return next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`;
}
