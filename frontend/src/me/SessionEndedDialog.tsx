import { useEffect, useRef } from "react";
import { createPortal } from "react-dom";
import { useSignedIn } from "../api/session";
import { SignInForm } from "./SignInForm";

/**
 * Over the work, which stays as it is. A native dialog, because it also appears on the label route; beside the root
 * and marked as top layer, because a dialog of the kit that is open makes everything else inert.
 */
export default function SessionEndedDialog({ email }: { email: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { user } = useSignedIn();
  useEffect(() => {
    const element = dialog.current;
    if (element && !element.open) element.showModal();
    element?.querySelector<HTMLInputElement>('input[type="password"]')?.focus();
    return () => element?.close();
  }, []);
  return createPortal(
    <dialog
      ref={dialog}
      className="dialog"
      data-react-aria-top-layer="true"
      aria-labelledby="session-ended"
      onCancel={(event) => event.preventDefault()}
    >
      <header className="dialog-head">
        <h2 id="session-ended">Your session has ended</h2>
      </header>
      <div className="dialog-body">
        <p>Sign in again to go on where you were. What you had answered is kept.</p>
        <SignInForm
          email={email}
          onDone={(session) => {
            if (session.user.id !== user.id) window.location.assign("/");
          }}
        />
        <p>
          <a href="/sign-in">Sign in as somebody else</a>
        </p>
      </div>
    </dialog>,
    document.body,
  );
}
