import { useState, type FormEvent } from "react";
import { isProblem } from "../api/problem";
import { adoptSession, signIn, type Session } from "../api/session";
import { Button } from "../ui/Button";
import { ErrorState } from "../ui/States";
import { TextField } from "../ui/fields";

interface SignInFormProps {
  /** Given: only this person's password is asked for. */
  email?: string;
  onDone: (session: Session) => void;
}

export function SignInForm({ email: fixed, onDone }: SignInFormProps) {
  const [email, setEmail] = useState(fixed ?? "");
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setError(null);
    try {
      const session = await signIn(email.trim(), password);
      adoptSession(session);
      onDone(session);
    } catch (thrown) {
      setError(thrown);
      if (isProblem(thrown, "sign-in-failed")) setPassword("");
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="form" onSubmit={(event) => void submit(event)}>
      {error !== null && <ErrorState error={error} />}
      <TextField
        label="Email"
        type="email"
        name="email"
        autoComplete="username"
        value={email}
        onChange={setEmail}
        readOnly={fixed !== undefined}
      />
      <TextField
        label="Password"
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
      />
      <div className="form-actions">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          Sign in
        </Button>
      </div>
    </form>
  );
}
