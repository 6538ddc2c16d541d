import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { TextArea } from "../ui/fields";
import { plural } from "../ui/format";
import { Loaded } from "../ui/States";
import { useToast } from "../ui/Toast";

type Result = components["schemas"]["WithdrawalResult"];
type GalleryPage = components["schemas"]["GalleryPage"];

interface WithdrawDialogProps {
  project: string;
  /** Null: closed. */
  choice: { images: readonly string[] } | { importRun: string } | null;
  onClose: () => void;
  onDone?: () => void;
}

/** Takes images out for good, after a reason and with their number in the question. */
export function WithdrawDialog({ project, choice, onClose, onDone }: WithdrawDialogProps) {
  const client = useQueryClient();
  const toast = useToast();
  const [reason, setReason] = useState("");
  const run = choice && "importRun" in choice ? choice.importRun : null;
  const count = useQuery({
    queryKey: keys.project(project, "images", "count", run),
    queryFn: ({ signal }) =>
      api.get<GalleryPage>(`/projects/${encodeURIComponent(project)}/images`, {
        signal,
        query: { import_run: run, limit: 1 },
      }),
    enabled: run !== null,
  });
  const total = choice && "images" in choice ? choice.images.length : count.data?.total;
  const withdraw = async () => {
    const result = await api.post<Result>(`/projects/${encodeURIComponent(project)}/images/withdraw`, {
      ...(choice && "images" in choice ? { images: choice.images } : { import_run: run }),
      reason,
      confirmed: total,
    });
    toast.ok(`${plural(result.images, "image")} withdrawn`, {
      detail: `${plural(result.items, "Item")} left the queues, ${plural(result.files_erased, "file")} erased.`,
    });
    setReason("");
    onDone?.();
    await client.invalidateQueries({ queryKey: keys.project(project) });
  };
  const question = (
    <div className="stack">
      <p>
        They leave the gallery, all queues, agreement and exports at once, and their files are erased unless
        another project uses them. The record of each stays as a tombstone. This cannot be undone, and an
        import does not bring them back.
      </p>
      <TextArea
        label="Reason"
        hint="Wrong folder, takedown, consent revoked … It is kept in the journal."
        maxLength={2000}
        rows={3}
        value={reason}
        onChange={setReason}
      />
    </div>
  );
  return (
    <ConfirmDialog
      title={total === undefined ? "Withdraw images?" : `Withdraw ${plural(total, "image")}?`}
      confirm="Withdraw for good"
      isDanger
      isOpen={choice !== null}
      onClose={onClose}
      onConfirm={withdraw}
    >
      {run === null ? question : <Loaded query={count}>{() => question}</Loaded>}
    </ConfirmDialog>
  );
}
