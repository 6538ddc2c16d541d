import { useState } from "react";
import { api } from "../api/client";
import { byField } from "../api/problem";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { TextArea, TextField } from "../ui/fields";
import { NumberField } from "../ui/NumberField";
import { ErrorState } from "../ui/States";
import { useToast } from "../ui/Toast";
import type { Campaign } from "./types";

interface ChangeDialogProps {
  campaign: Campaign;
  isOpen: boolean;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}

/** What may change while people label. */
export function ChangeDialog(props: ChangeDialogProps) {
  return (
    <Dialog title="Name and instructions" isOpen={props.isOpen} onClose={props.onClose} isKept>
      {props.isOpen && <ChangeForm {...props} />}
    </Dialog>
  );
}

function ChangeForm({ campaign, onClose, onDone }: ChangeDialogProps) {
  const toast = useToast();
  const [name, setName] = useState(campaign.name);
  const [instructions, setInstructions] = useState(campaign.instructions);
  const [minutes, setMinutes] = useState<number | null>(campaign.lease_seconds / 60);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const errors = byField(error);
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      const lease_seconds = minutes === null ? campaign.lease_seconds : Math.round(minutes * 60);
      await api.patch<Campaign>(`/campaigns/${campaign.id}`, {
        name: name.trim(),
        instructions,
        lease_seconds,
      });
      await onDone();
      toast.ok("Saved");
      onClose();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField label="Name" maxLength={120} value={name} onChange={setName} error={errors["name"]} />
      <TextArea
        label="Instructions for reviewers"
        isOptional
        maxLength={10_000}
        value={instructions}
        onChange={setInstructions}
        error={errors["instructions"]}
      />
      <NumberField
        label="Minutes an Item stays reserved"
        hint="For reservations made from now on."
        min={0.5}
        max={1440}
        value={minutes}
        onChange={setMinutes}
        error={errors["lease_seconds"]}
      />
      {error !== null && Object.keys(errors).length === 0 && <ErrorState error={error} />}
      <div className="form-actions">
        <Button kind="primary" type="submit" isBusy={isBusy}>
          Save
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  );
}
