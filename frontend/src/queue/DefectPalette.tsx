import { useEffect, useRef } from "react";
import { isAskable, oneStrokeKeys, openDimensions, scaleOf, whyNotAsked } from "./catalogue";
import type { Catalogue } from "./catalogue";
import type { Open } from "./session";
import type { Defect, Dimension } from "./types";
import { instancesOf } from "./work";

interface DefectPaletteProps {
  book: Catalogue;
  open: Open;
  onPick: (defect: string) => void;
  onDimension: (letter: string) => void;
}

/** Up to this many defects all stand open; beyond it a dimension opens with its letter. */
const ALL_OPEN = 16;

/** The version's defects with their keys, in the order of the version. Nothing here is ever re-sorted. */
export function DefectPalette({ book, open, onPick, onDimension }: DefectPaletteProps) {
  const asked = book.workspace.dimensions.flatMap((dimension) => dimension.defects).length;
  const shown = open.chord ?? open.visited.at(-1) ?? null;
  const oneStroke = oneStrokeKeys(book);
  const askable = new Set(openDimensions(book, open.lease).map(({ id }) => id));
  return (
    <section className="ts-palette" aria-label="Defects">
      {book.workspace.dimensions.map((dimension) => (
        <DimensionRows
          key={dimension.id}
          book={book}
          open={open}
          dimension={dimension}
          isOpen={asked <= ALL_OPEN || shown === dimension.letter.toUpperCase()}
          isLit={open.chord === dimension.letter.toUpperCase()}
          isDimmed={open.chord !== null && open.chord !== dimension.letter.toUpperCase()}
          isAsked={askable.has(dimension.id)}
          oneStroke={oneStroke}
          onPick={onPick}
          onDimension={onDimension}
        />
      ))}
    </section>
  );
}

interface DimensionRowsProps extends DefectPaletteProps {
  dimension: Dimension;
  isOpen: boolean;
  isLit: boolean;
  isDimmed: boolean;
  isAsked: boolean;
  oneStroke: ReadonlyMap<string, Defect>;
}

function DimensionRows(props: DimensionRowsProps) {
  const { book, open, dimension, isOpen, isLit, isDimmed, isAsked, oneStroke, onPick, onDimension } = props;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isLit) element.current?.scrollIntoView({ block: "nearest" });
  }, [isLit]);
  const set = open.line.present.findings.filter(
    ({ defect }) => book.dimensionOf.get(defect)?.id === dimension.id,
  );
  const classes = [
    "ts-dimension",
    isLit && "lit",
    isDimmed && "dimmed",
    isOpen && "open",
    !isAsked && "not-asked",
  ];
  return (
    <div ref={element} className={classes.filter(Boolean).join(" ")}>
      <button
        type="button"
        className="ts-dimension-name"
        aria-expanded={isOpen}
        title={dimension.definition}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => onDimension(dimension.letter)}
      >
        <kbd>{dimension.letter}</kbd>
        <span>{dimension.name}</span>
        {!isOpen && (
          <span className="ts-set">
            {set.map((finding) => (
              <Tag key={finding.key} book={book} defect={finding.defect} severity={finding.severity} />
            ))}
          </span>
        )}
      </button>
      {isOpen && (
        <ul>
          {dimension.defects.map((defect) => (
            <DefectRow
              key={defect.id}
              book={book}
              open={open}
              defect={defect}
              oneStroke={oneStroke}
              onPick={onPick}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

interface DefectRowProps {
  book: Catalogue;
  open: Open;
  defect: Defect;
  oneStroke: ReadonlyMap<string, Defect>;
  onPick: (defect: string) => void;
}

function DefectRow({ book, open, defect, oneStroke, onPick }: DefectRowProps) {
  const asked = isAskable(open.lease, defect.id);
  const instances = instancesOf(open.line.present, defect.id);
  const byHand = open.line.present.notAssessed.includes(defect.id);
  const letter = defect.code.charAt(1);
  const isShort = oneStroke.get(letter.toUpperCase()) === defect;
  const why = asked ? (byHand ? "not assessed" : null) : whyNotAsked(open.lease, defect.id);
  return (
    <li className={[instances.length > 0 && "set", why !== null && "off"].filter(Boolean).join(" ")}>
      <button
        type="button"
        title={defect.definition}
        disabled={!asked}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => onPick(defect.id)}
      >
        <kbd aria-label={`keys ${[...defect.code].join(" ")}`}>{isShort ? letter : defect.code}</kbd>
        <span className="ts-defect-name">{defect.name}</span>
        {why !== null && <span className="muted ts-why">{why}</span>}
        {instances.map((finding) => (
          <Tag
            key={finding.key}
            book={book}
            defect={finding.defect}
            severity={finding.severity}
            unsure={finding.confidence === "unsure"}
            short
          />
        ))}
      </button>
    </li>
  );
}

interface TagProps {
  book: Catalogue;
  defect: string;
  severity: string | null;
  unsure?: boolean;
  /** Only the level: the code already stands in the row. */
  short?: boolean;
}

/** "AH2", "TG·" without a level yet, "?" when unsure. */
function Tag({ book, defect: id, severity, unsure = false, short = false }: TagProps) {
  const defect = book.defects.get(id);
  const scale = defect && scaleOf(book, defect);
  const digit = scale?.levels.find(({ key }) => key === severity)?.hotkey ?? "·";
  const level = scale?.kind === "flag" ? "✓" : digit;
  return (
    <span className={severity === null ? "ts-level-tag missing" : "ts-level-tag"}>
      {short ? "" : defect?.code}
      {level}
      {unsure ? "?" : ""}
    </span>
  );
}
