import { useState, type FormEvent } from "react";
import { api } from "../api/client";
import { byField } from "../api/problem";
import type { components } from "../api/schema";
import type { Role } from "../api/session";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { RadioGroup, TextField } from "../ui/fields";
import { ErrorState } from "../ui/States";
import { OneTimeLink } from "./OneTimeLink";

type Made = components["schemas"]["OneTimeLinkMade"] & { email: string };

const ROLES: { value: Role; label: string; hint: string }[] = [
  { value: "reviewer", label: "Reviewer", hint: "Labels images, known to reports by a pseudonym." },
  { value: "adjudicator", label: "Adjudicator", hint: "Settles what reviewers dispute or escalate." },
  { value: "lead", label: "Lead", hint: "Runs campaigns, reads all results, invites and removes people." },
];

interface InviteDialogProps {
  project: string;
  isOpen: boolean;
  onClose: () => void;
  onMade: () => void;
}

export function InviteDialog({ project, isOpen, onClose, onMade }: InviteDialogProps) {
  const [made, setMade] = useState<Made | null>(null);
  const close = () => {
    setMade(null);
    onClose();
  };
  return (
    <Dialog
      title={made ? `Invitation for ${made.email}` : "Invite somebody"}
      isOpen={isOpen}
      onClose={close}
      isKept={made !== null}
    >
      {made ? (
        <OneTimeLink
          link={made.link}
          expiresAt={made.expires_at}
          advice={`Hand this link to ${made.email}, by a way you trust.`}
          onDone={close}
        />
      ) : (
        <InviteForm
          project={project}
          onMade={(invitation) => {
            setMade(invitation);
            onMade();
          }}
        />
      )}
    </Dialog>
  );
}

function InviteForm({ project, onMade }: { project: string; onMade: (made: Made) => void }) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("reviewer");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const errors = byField(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setError(null);
    try {
      const path = `/projects/${encodeURIComponent(project)}/invitations`;
      const answer = await api.post<components["schemas"]["OneTimeLinkMade"]>(path, { email, role });
      onMade({ ...answer, email: email.trim() });
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="form" noValidate onSubmit={(event) => void submit(event)}>
      {error !== null && Object.keys(errors).length === 0 && <ErrorState error={error} />}
      <TextField
        label="Email"
        type="email"
        autoComplete="off"
        maxLength={254}
        value={email}
        onChange={setEmail}
        error={errors["email"]}
        hint="Whoever has an account already signs in with it; the others make one."
      />
      <RadioGroup label="Role" options={ROLES} value={role} onChange={setRole} error={errors["role"]} />
      <div className="form-actions">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          Make the link
        </Button>
      </div>
    </form>
  );
}
