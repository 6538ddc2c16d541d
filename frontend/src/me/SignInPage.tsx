import { Redirect, useLocation, useSearch } from "wouter";
import { useSession } from "../api/session";
import { Brand } from "../app/Brand";
import { usePageTitle } from "../ui/PageHeader";
import { SignInForm } from "./SignInForm";

export default function SignInPage() {
  usePageTitle("Sign in");
  const { data: session } = useSession();
  const [, go] = useLocation();
  const next = safeNext(new URLSearchParams(useSearch()).get("next"));
  if (session) return <Redirect to={next} replace />;
  return (
    <main className="alone">
      <p className="brand">
        <Brand size={32} />
      </p>
      <div className="panel stack">
        <h1>Sign in</h1>
        <SignInForm onDone={() => go(next, { replace: true })} />
        <p className="hint">
          No account, or the password is lost? A lead of your project or the administrator can send you a
          link.
        </p>
      </div>
    </main>
  );
}

/** Only a path of this application; anything else goes home. */
export function safeNext(next: string | null): string {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith("/sign-in") ? next : "/";
}
