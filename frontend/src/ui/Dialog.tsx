import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { Button } from "./Button";

export interface DialogProps {
  title: ReactNode;
  isOpen: boolean;
  onClose: () => void;
  size?: "usual" | "wide" | "full";
  /** Buttons, right-aligned, the main one last. */
  footer?: ReactNode;
  /** Escape and a press outside do not close it: for forms with work in them. */
  isKept?: boolean;
  role?: "dialog" | "alertdialog";
  children: ReactNode;
}

/** Holds the focus while open and gives it back after. Render it always; `isOpen` decides. */
export function Dialog({
  title,
  isOpen,
  onClose,
  size = "usual",
  footer,
  isKept,
  role = "dialog",
  children,
}: DialogProps) {
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable={!isKept && role === "dialog"}
      isKeyboardDismissDisabled={isKept ?? false}
    >
      <Modal className={size === "usual" ? "dialog" : `dialog ${size}`}>
        <AriaDialog role={role} ref={takeFocus}>
          <header className="dialog-head">
            <Heading slot="title" level={2}>
              {title}
            </Heading>
            <Button kind="quiet" small aria-label="Close" onClick={onClose}>
              ✕
            </Button>
          </header>
          <div className="dialog-body">{children}</div>
          {footer && <footer className="dialog-foot">{footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

/** At once: after a press by key React Aria waits half a second, and keys of that time, Escape too, are lost. */
function takeFocus(dialog: HTMLElement | null): void {
  if (dialog && !dialog.contains(document.activeElement)) dialog.focus({ preventScroll: true });
}
