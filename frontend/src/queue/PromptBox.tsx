import { useState } from "react";
import type { Lease } from "./types";

/** What the image was made from, as far as it may be seen: prompt, brief, reference. Never the generator. */
export function PromptBox({ lease }: { lease: Lease }) {
  const [whole, setWhole] = useState(false);
  const { prompt, negative_prompt: negative, brief, reference_url: reference, image } = lease;
  return (
    <section className="ts-prompt" aria-label="Prompt">
      {prompt === null ? (
        <p className="muted">No prompt is known.</p>
      ) : (
        <button
          type="button"
          className={whole ? "whole" : undefined}
          title={whole ? "Show less" : prompt}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => setWhole(!whole)}
        >
          {prompt}
        </button>
      )}
      {negative != null && negative !== "" && <p className="muted ts-small">Not wanted: {negative}</p>}
      {brief !== null && brief !== "" && <p className="ts-small">{brief}</p>}
      {reference !== null && (
        <p className="ts-reference ts-small">
          <img src={reference} alt="Reference" /> Hold <kbd>Space</kbd> to compare
        </p>
      )}
      {image.animated && <p className="muted ts-small">Animated: the first frame is judged.</p>}
    </section>
  );
}
