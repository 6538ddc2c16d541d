import { useState, type ReactNode } from "react";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ErrorState } from "./States";

export interface ConfirmDialogProps {
  title: ReactNode;
  /** What will happen, with numbers, and whether it can be undone. */
  children: ReactNode;
  /** The verb itself: "Close campaign", never "OK". */
  confirm: string;
  isDanger?: boolean;
  isOpen: boolean;
  onClose: () => void;
  /** Closes the dialog when it resolves; shows the problem when it throws. */
  onConfirm: () => Promise<unknown> | void;
}

export function ConfirmDialog({
  title,
  children,
  confirm,
  isDanger,
  isOpen,
  onClose,
  onConfirm,
}: ConfirmDialogProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const close = () => {
    setError(null);
    onClose();
  };
  const act = async () => {
    setBusy(true);
    setError(null);
    try {
      await onConfirm();
      close();
    } catch (thrown) {
      setError(thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      role="alertdialog"
      title={title}
      isOpen={isOpen}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button kind={isDanger ? "danger" : "primary"} isBusy={isBusy} onClick={() => void act()}>
            {confirm}
          </Button>
        </>
      }
    >
      <div>{children}</div>
      {error !== null && <ErrorState error={error} />}
    </Dialog>
  );
}
