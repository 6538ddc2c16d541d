import { useEffect, type ReactNode } from "react";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { formatCount } from "./format";

export interface LightboxProps {
  /** Name of the picture; the title of the dialog. */
  title: string;
  /** Address of the picture at full size. */
  image: string;
  alt: string;
  /** Over the picture (an SVG with the Findings), placed to cover it. */
  overlay?: ReactNode;
  /** Beside the picture: the record, Findings, links. */
  children?: ReactNode;
  index: number;
  count: number;
  onIndex: (index: number) => void;
  onClose: () => void;
}

/** One picture large, with arrow keys to its neighbours. Render it only while open. */
export function Lightbox({
  title,
  image,
  alt,
  overlay,
  children,
  index,
  count,
  onIndex,
  onClose,
}: LightboxProps) {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLInputElement || event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowLeft" && index > 0) onIndex(index - 1);
      if (event.key === "ArrowRight" && index < count - 1) onIndex(index + 1);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [index, count, onIndex]);
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      size="full"
      footer={
        <>
          <span className="muted" role="status">
            {formatCount(index + 1)} of {formatCount(count)}
          </span>
          <Button className="push" disabled={index <= 0} onClick={() => onIndex(index - 1)}>
            ← Previous
          </Button>
          <Button disabled={index >= count - 1} onClick={() => onIndex(index + 1)}>
            Next →
          </Button>
        </>
      }
    >
      <div className="lightbox">
        <div className="lightbox-stage">
          <div className="lightbox-picture">
            <img src={image} alt={alt} />
            {overlay}
          </div>
        </div>
        <div className="lightbox-side">{children}</div>
      </div>
    </Dialog>
  );
}
