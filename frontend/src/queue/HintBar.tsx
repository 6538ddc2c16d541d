import type { Catalogue } from "./catalogue";
import { ratedDefects } from "./rules";
import type { Notice, Open } from "./session";
import type { View } from "./useScreen";

interface HintBarProps {
  notice: Notice;
  open: Open | null;
  book: Catalogue;
  view: View;
}

/** The one live region, and the keys one needs now. */
export function HintBar({ notice, open, book, view }: HintBarProps) {
  return (
    <footer className="ts-hints">
      <p role="status" aria-live="polite" className={notice.tone === "warn" ? "ts-notice warn" : "ts-notice"}>
        <span key={notice.number}>{notice.text}</span>
      </p>
      <p className="ts-keys" aria-hidden="true">
        {hints(open, book, view).map(([key, text]) => (
          <span key={key}>
            <kbd>{key}</kbd> {text}
          </span>
        ))}
      </p>
    </footer>
  );
}

type Hint = readonly [key: string, text: string];

function hints(open: Open | null, book: Catalogue, view: View): readonly Hint[] {
  if (open === null)
    return [
      ["PgUp", "back"],
      ["?", "keys"],
    ];
  if (open.asking === "verdict")
    return [
      ["1–4", "verdict"],
      ["Esc", "not yet"],
    ];
  if (open.chord !== null) {
    const name = book.dimensions.get(open.chord)?.name ?? "";
    return [
      [open.chord, name],
      ["letter", "sets a defect"],
      ["Shift letter", "removes it"],
      ["Esc", "close"],
    ];
  }
  const rated = ratedDefects(book, open.lease);
  if (rated.length > 0) {
    const asked: readonly Hint[] =
      open.cursor < rated.length
        ? [
            ["1–5", "score"],
            ["0", "not applicable"],
          ]
        : [["Enter", "submit"]];
    return [
      ...asked,
      ["Tab", "next score"],
      ["letters", "jump, flag"],
      ["Shift K", "rule"],
      ["Shift S", "skip"],
      ["PgUp", "back"],
      ["?", "keys"],
    ];
  }
  if (open.tool === "polygon")
    return [
      ["click", "corner"],
      ["Enter", "close"],
      ["Backspace", "last corner"],
      ["Esc", "tool off"],
    ];
  const drawing: readonly Hint[] =
    open.tool === null
      ? []
      : [
          ["drag", open.tool],
          ["Esc", "no region"],
        ];
  const count = open.line.present.findings.length;
  const found = count > 0;
  const next: readonly Hint[] = found
    ? [
        ["1–5", "level"],
        ["Enter", "submit"],
        ["Shift U", "unsure"],
        ["Backspace", "delete"],
        ...(count > 1 ? [["Tab", "next finding"] as const] : []),
      ]
    : [
        ["Space", "clean"],
        ["letters", "defect"],
        ["/", "search"],
      ];
  const rest: readonly Hint[] = [
    ["Shift K", view.rule ? "close rule" : "rule"],
    ["Shift S", "skip"],
    ["Shift E", "ask"],
    ["PgUp", "back"],
    ["?", "keys"],
  ];
  return [...drawing, ...next, ...rest];
}
