import { ConfirmDialog } from "../ui/ConfirmDialog";
import { plural } from "../ui/format";
import type { Campaign } from "./types";

interface CloseDialogProps {
  /** Null while shut. */
  campaign: Campaign | null;
  onClose: () => void;
  onConfirm: (campaign: Campaign) => Promise<unknown>;
}

export function CloseDialog({ campaign, onClose, onConfirm }: CloseDialogProps) {
  const counts = campaign?.progress;
  const open = counts ? counts.items - counts.withdrawn - counts.complete : 0;
  return (
    <ConfirmDialog
      title={`Close “${campaign?.name ?? ""}” for good?`}
      confirm="Close campaign"
      isDanger
      isOpen={campaign !== null}
      onClose={onClose}
      onConfirm={() => (campaign ? onConfirm(campaign) : undefined)}
    >
      {open > 0
        ? `${plural(open, "Item")} ${open === 1 ? "is" : "are"} not complete and will stay so. `
        : "Every Item is complete. "}
      Reservations end, nothing more is handed out or corrected. What has been answered stays and can be read,
      settled and exported. A closed campaign cannot be opened again; to stop for a while, pause it.
    </ConfirmDialog>
  );
}
