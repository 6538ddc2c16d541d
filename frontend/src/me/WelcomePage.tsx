import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { useLocation, useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { byField } from "../api/problem";
import { adoptSession, type Role, type Session } from "../api/session";
import { Brand } from "../app/Brand";
import { Queries } from "../app/Queries";
import { Button, LinkButton } from "../ui/Button";
import { ErrorState, Loaded } from "../ui/States";
import { formatMoment } from "../ui/format";
import { TextField } from "../ui/fields";
import { usePageTitle } from "../ui/PageHeader";

interface OneTimeLink {
  purpose: "invitation" | "password" | "first-account";
  email?: string | null;
  project?: string | null;
  role?: Role | null;
  /** What is asked: nothing but consent, the password one has, a new password, or a whole account. */
  step: "accept" | "give-password" | "choose-password" | "make-account";
  expires_at: string;
}

const TITLES: Record<OneTimeLink["purpose"], string> = {
  invitation: "Welcome to Touchstone",
  password: "Choose a new password",
  "first-account": "Make the first account",
};

const SUBMITS: Record<OneTimeLink["step"], string> = {
  accept: "Join the project",
  "give-password": "Sign in and join",
  "choose-password": "Save and sign in",
  "make-account": "Make the account",
};

/** Where a one-time link leads: an invitation, a new password, or the first account of an installation. */
export default function WelcomePage() {
  return (
    <Queries>
      <OneTimeLinkPage />
    </Queries>
  );
}

function OneTimeLinkPage() {
  const { token = "" } = useParams<{ token: string }>();
  usePageTitle("Welcome");
  const query = useQuery({
    queryKey: keys.link(token),
    queryFn: ({ signal }) => api.get<OneTimeLink>(`/links/${encodeURIComponent(token)}`, { signal }),
    staleTime: Infinity,
    retry: false,
  });
  return (
    <main className="alone">
      <p className="brand">
        <Brand size={32} />
      </p>
      <div className="panel stack">
        {query.error && <h1>This link does not work</h1>}
        <Loaded query={query} label="Loading the link">
          {(link) => <WelcomeForm token={token} link={link} />}
        </Loaded>
        {query.error && (
          <>
            <p className="muted">
              A link works once and only for some days. Ask whoever sent it for a new one.
            </p>
            <LinkButton href="/sign-in">Go to sign-in</LinkButton>
          </>
        )}
      </div>
    </main>
  );
}

function WelcomeForm({ token, link }: { token: string; link: OneTimeLink }) {
  const [, go] = useLocation();
  const [values, setValues] = useState({ name: "", email: link.email ?? "", password: "", again: "" });
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const asksWho = link.step === "make-account";
  const asksNewPassword = asksWho || link.step === "choose-password";
  const errors = byField(error);
  const differs = values.again !== "" && values.again !== values.password;
  const set = (name: keyof typeof values) => (value: string) =>
    setValues((now) => ({ ...now, [name]: value }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || (asksNewPassword && values.again !== values.password)) return;
    setBusy(true);
    setError(null);
    try {
      const body = {
        password: values.password,
        ...(asksWho && { name: values.name.trim() }),
        ...(asksWho && !link.email && { email: values.email.trim() }),
      };
      adoptSession(await api.post<Session>(`/links/${encodeURIComponent(token)}`, body));
      go("/", { replace: true });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <h1>{TITLES[link.purpose]}</h1>
      {link.project && (
        <p>
          You are invited to the project <strong>{link.project}</strong>
          {link.role && <> as {link.role}</>}.
        </p>
      )}
      {link.step === "give-password" && (
        <p>There is an account with this address: give its password to join.</p>
      )}
      <form className="form" onSubmit={(event) => void submit(event)}>
        {error !== null && Object.keys(errors).length === 0 && <ErrorState error={error} />}
        {asksWho && (
          <TextField
            label="Your name"
            autoComplete="name"
            value={values.name}
            onChange={set("name")}
            error={errors["name"]}
          />
        )}
        <TextField
          label="Email"
          type="email"
          autoComplete="username"
          value={values.email}
          onChange={set("email")}
          readOnly={!asksWho || !!link.email}
          isOptional={!asksWho}
          error={errors["email"]}
        />
        {link.step === "give-password" && (
          <TextField
            label="Password"
            type="password"
            autoComplete="current-password"
            maxLength={128}
            value={values.password}
            onChange={set("password")}
            error={errors["password"]}
          />
        )}
        {asksNewPassword && (
          <>
            <TextField
              label="Password"
              type="password"
              autoComplete="new-password"
              minLength={12}
              maxLength={128}
              hint="At least 12 characters. A sentence is easier to remember than signs."
              value={values.password}
              onChange={set("password")}
              error={errors["password"]}
            />
            <TextField
              label="Password again"
              type="password"
              autoComplete="new-password"
              value={values.again}
              onChange={set("again")}
              error={differs ? "The two passwords differ." : undefined}
            />
          </>
        )}
        <div className="form-actions">
          <Button type="submit" kind="primary" isBusy={isBusy}>
            {SUBMITS[link.step]}
          </Button>
        </div>
        <p className="hint">The link works until {formatMoment(link.expires_at)}.</p>
      </form>
    </>
  );
}
