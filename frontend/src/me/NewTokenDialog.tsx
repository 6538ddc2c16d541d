import { useState, type FormEvent } from "react";
import { api } from "../api/client";
import { byField } from "../api/problem";
import { Notice } from "../ui/Badge";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { ErrorState } from "../ui/States";
import { SelectField, TextField } from "../ui/fields";
import type { Token } from "./AccountPage";

interface NewTokenDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onMade: () => void;
}

const LIVES = [
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
];

export function NewTokenDialog({ isOpen, onClose, onMade }: NewTokenDialogProps) {
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    setSecret(null);
    onClose();
  };
  return (
    <Dialog
      title={secret ? "Copy your token now" : "New API token"}
      isOpen={isOpen}
      onClose={close}
      isKept={secret !== null}
    >
      {secret ? (
        <Secret secret={secret} onDone={close} />
      ) : (
        <NewTokenForm
          onMade={(token) => {
            setSecret(token);
            onMade();
          }}
        />
      )}
    </Dialog>
  );
}

function NewTokenForm({ onMade }: { onMade: (secret: string) => void }) {
  const [name, setName] = useState("");
  const [life, setLife] = useState("90");
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const errors = byField(error);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const made = await api.post<Token & { token: string }>("/tokens", {
        name: name.trim(),
        expires_in_days: Number(life),
      });
      onMade(made.token);
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="form" onSubmit={(event) => void submit(event)}>
      {error !== null && Object.keys(errors).length === 0 && <ErrorState error={error} />}
      <TextField
        label="Name"
        hint="What will use it, such as “training notebook”."
        value={name}
        maxLength={100}
        onChange={setName}
        error={errors["name"]}
      />
      <SelectField
        label="Works for"
        options={LIVES}
        value={life}
        onChange={setLife}
        error={errors["expires_in_days"]}
      />
      <div className="form-actions">
        <Button type="submit" kind="primary" isBusy={isBusy}>
          Make token
        </Button>
      </div>
    </form>
  );
}

function Secret({ secret, onDone }: { secret: string; onDone: () => void }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => navigator.clipboard.writeText(secret).then(() => setCopied(true));
  return (
    <>
      <Notice tone="warn" title="It is shown only this once">
        Keep it like a password: whoever has it can do what you can do.
      </Notice>
      <TextField
        label="Token"
        isWide
        readOnly
        value={secret}
        onChange={() => {}}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div className="row">
        <Button onClick={() => void copy()}>{isCopied ? "Copied" : "Copy"}</Button>
        <Button kind="primary" onClick={onDone}>
          I have kept it
        </Button>
      </div>
    </>
  );
}
