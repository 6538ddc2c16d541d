export interface Piece {
  kind: "same" | "gone" | "new";
  text: string;
}

const LARGEST = 4_000_000;

/** What of a text was taken out and put in, word by word (longest common subsequence). */
export function wordDiff(before: string, after: string): Piece[] {
  const old = tokens(before);
  const young = tokens(after);
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) start += 1;
  let end = 0;
  while (
    end < old.length - start &&
    end < young.length - start &&
    old[old.length - 1 - end] === young[young.length - 1 - end]
  ) {
    end += 1;
  }
  const pieces: Piece[] = [{ kind: "same", text: old.slice(0, start).join("") }];
  pieces.push(...middle(old.slice(start, old.length - end), young.slice(start, young.length - end)));
  pieces.push({ kind: "same", text: old.slice(old.length - end).join("") });
  return joined(pieces);
}

function tokens(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
}

function middle(old: readonly string[], young: readonly string[]): Piece[] {
  if (old.length * young.length > LARGEST) {
    return [
      { kind: "gone", text: old.join("") },
      { kind: "new", text: young.join("") },
    ];
  }
  const width = young.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = young.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        old[i] === young[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pieces: Piece[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < young.length) {
    if (i < old.length && j < young.length && old[i] === young[j]) {
      pieces.push({ kind: "same", text: old[i] ?? "" });
      i += 1;
      j += 1;
    } else if (i < old.length && (j >= young.length || at(i + 1, j) >= at(i, j + 1))) {
      pieces.push({ kind: "gone", text: old[i] ?? "" });
      i += 1;
    } else {
      pieces.push({ kind: "new", text: young[j] ?? "" });
      j += 1;
    }
  }
  return pieces;
}

/** Neighbours of one kind as one piece; what is only space or a sign between two changes belongs to both. */
function joined(pieces: readonly Piece[]): Piece[] {
  const found: Piece[] = [];
  let gone = "";
  let young = "";
  const flush = () => {
    if (gone) found.push({ kind: "gone", text: gone });
    if (young) found.push({ kind: "new", text: young });
    gone = "";
    young = "";
  };
  pieces.forEach((piece, place) => {
    if (piece.kind === "gone") gone += piece.text;
    else if (piece.kind === "new") young += piece.text;
    else if (
      gone &&
      young &&
      isSlight(piece.text) &&
      pieces.slice(place + 1).some((one) => one.kind !== "same")
    ) {
      gone += piece.text;
      young += piece.text;
    } else if (piece.text) {
      flush();
      const last = found.at(-1);
      if (last?.kind === "same") last.text += piece.text;
      else found.push({ kind: "same", text: piece.text });
    }
  });
  flush();
  return found;
}

function isSlight(text: string): boolean {
  return !/[\p{L}\p{N}\n]/u.test(text);
}

/** Any value of a document as lines of text, so that lists and rules can be compared by words as well. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map((one) => `• ${inLine(one)}`).join("\n");
  if (typeof value === "object") {
    return Object.entries(value as Record<string, unknown>)
      .filter(([, inner]) => inner !== null && inner !== undefined)
      .map(([key, inner]) => `${key}: ${inLine(inner)}`)
      .join("\n");
  }
  return inLine(value);
}

function inLine(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.map(inLine).join(", ");
  if (typeof value === "object") {
    const said = Object.entries(value as Record<string, unknown>).filter(([, inner]) => inner !== null);
    return said
      .map(([key, inner]) => (key === "text" ? inLine(inner) : `${key} ${inLine(inner)}`))
      .join(" · ");
  }
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" || typeof value === "string" ? String(value) : "";
}
