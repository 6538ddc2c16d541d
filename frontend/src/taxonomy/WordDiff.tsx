import { visible } from "./visible";
import { wordDiff } from "./words";

/** Both texts as one, what went struck out and what came underlined. */
export function WordDiff({ before, after }: { before: string; after: string }) {
  return (
    <p className="change-words">
      {wordDiff(before, after).map((piece, place) =>
        piece.kind === "same" ? (
          <span key={place}>{visible(piece.text)}</span>
        ) : piece.kind === "gone" ? (
          <del key={place}>{visible(piece.text)}</del>
        ) : (
          <ins key={place}>{visible(piece.text)}</ins>
        ),
      )}
    </p>
  );
}
