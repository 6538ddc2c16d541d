import { useState } from "react";
import { api } from "../api/client";
import { byField } from "../api/problem";
import { filterFrom, type ImageFilter } from "../images/filters";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Checkbox } from "../ui/fields";
import { plural } from "../ui/format";
import { NumberField } from "../ui/NumberField";
import { ErrorState } from "../ui/States";
import { useToast } from "../ui/Toast";
import { ImageChoice } from "./ImageChoice";
import { imagesOf } from "./plan";
import type { Campaign, Extension } from "./types";

interface ExtendDialogProps {
  project: string;
  campaign: Campaign;
  isOpen: boolean;
  onClose: () => void;
  onDone: () => Promise<unknown>;
}

/** More images, or more annotations per Item; nothing is ever taken away. */
export function ExtendDialog(props: ExtendDialogProps) {
  const { campaign, isOpen, onClose } = props;
  return (
    <Dialog title={`Extend “${campaign.name}”`} size="wide" isOpen={isOpen} onClose={onClose} isKept>
      {isOpen && <ExtendForm {...props} />}
    </Dialog>
  );
}

function ExtendForm({ project, campaign, onClose, onDone }: ExtendDialogProps) {
  const toast = useToast();
  const [isAdding, setAdding] = useState(true);
  const [filter, setFilter] = useState<ImageFilter>(() => filterFrom(new URLSearchParams()));
  const [annotations, setAnnotations] = useState<number | null>(campaign.annotations_per_item);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isRaised = annotations !== null && annotations > campaign.annotations_per_item;
  const errors = byField(error);
  const extend = async () => {
    setBusy(true);
    setError(null);
    try {
      const body: Extension = {
        images: isAdding ? (imagesOf(filter) ?? null) : null,
        annotations_per_item: isRaised ? annotations : null,
      };
      const { added } = await api.post<{ added: number }>(`/campaigns/${campaign.id}/extend`, body);
      await onDone();
      toast.ok(added > 0 ? `${plural(added, "Item")} added` : "No image was new here", {
        detail: isRaised ? `Every Item that is not settled needs ${annotations} annotations now.` : "",
      });
      onClose();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="stack">
      <Checkbox
        label="Add images"
        hint="Those that are in the campaign already are left out."
        isChecked={isAdding}
        onChange={setAdding}
      />
      {isAdding && (
        <ImageChoice project={project} filter={filter} onChange={setFilter} error={errors["images"]} />
      )}
      <NumberField
        label="Annotations per Item"
        hint={
          isRaised
            ? "Items that are complete but not settled open again."
            : "It can be raised, never lowered: answers would be over."
        }
        min={campaign.annotations_per_item}
        max={20}
        value={annotations}
        onChange={setAnnotations}
        error={errors["annotations_per_item"]}
      />
      {error !== null && <ErrorState error={error} />}
      <div className="row end">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          kind="primary"
          isBusy={isBusy}
          disabled={!isAdding && !isRaised}
          onClick={() => void extend()}
        >
          Extend campaign
        </Button>
      </div>
    </div>
  );
}
