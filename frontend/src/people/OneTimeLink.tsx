import { useState } from "react";
import { Notice } from "../ui/Badge";
import { Button } from "../ui/Button";
import { formatMoment } from "../ui/format";
import { TextField } from "../ui/fields";

interface OneTimeLinkProps {
  link: string;
  expiresAt: string;
  /** What to do with it, for whom. */
  advice: string;
  onDone: () => void;
}

/** A link that is shown this once, with a button that copies it. */
export function OneTimeLink({ link, expiresAt, advice, onDone }: OneTimeLinkProps) {
  const [copied, setCopied] = useState<"no" | "yes" | "refused">("no");
  const copy = () =>
    navigator.clipboard.writeText(link).then(
      () => setCopied("yes"),
      () => setCopied("refused"),
    );
  return (
    <>
      <Notice tone="warn" title="It is shown only this once">
        {advice} It works once, until {formatMoment(expiresAt)}. Nothing is sent by mail.
      </Notice>
      <TextField
        label="Link"
        isWide
        readOnly
        value={link}
        onChange={() => {}}
        onFocus={(event) => event.currentTarget.select()}
        hint={copied === "refused" ? "The browser refused to copy: select the link and copy it." : undefined}
      />
      <div className="form-actions">
        <Button kind="primary" onClick={() => void copy()}>
          {copied === "yes" ? "Copied" : "Copy link"}
        </Button>
        <Button onClick={onDone}>Done</Button>
        <span role="status" className="muted">
          {copied === "yes" ? "The link is on the clipboard." : ""}
        </span>
      </div>
    </>
  );
}
