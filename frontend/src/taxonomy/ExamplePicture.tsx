import { useState } from "react";
import { Badge } from "../ui/Badge";
import { Text } from "./Named";
import type { DefectExample } from "./types";
import { visible } from "./visible";

/** The region of an example over its picture; the parent places it. Points are shares of width and height. */
export function Region({ region }: { region: NonNullable<DefectExample["region"]> }) {
  const points = region.points.map(([x = 0, y = 0]) => [x, y] as const);
  const [first, second] = points;
  if (region.shape === "point" && first) {
    return (
      <span
        className="example-point"
        aria-hidden="true"
        style={{ left: `${first[0] * 100}%`, top: `${first[1] * 100}%` }}
      />
    );
  }
  return (
    <svg className="example-region" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      {["halo", "line"].map((look) =>
        region.shape === "box" && first && second ? (
          <rect
            key={look}
            className={look}
            x={Math.min(first[0], second[0])}
            y={Math.min(first[1], second[1])}
            width={Math.abs(second[0] - first[0])}
            height={Math.abs(second[1] - first[1])}
          />
        ) : (
          <polygon key={look} className={look} points={points.map((point) => point.join(",")).join(" ")} />
        ),
      )}
    </svg>
  );
}

interface ExampleLabelProps {
  example: DefectExample;
  levelName: string | null;
  /** On a rating scale an example shows a score; there is nothing to annotate or not. */
  isRated: boolean;
}

/** Do, don't or borderline, with the level it shows or what to do. */
export function ExampleLabel({ example, levelName, isRated }: ExampleLabelProps) {
  const level = levelName ? ` · ${visible(levelName)}` : "";
  const score = example.severity && levelName ? `${visible(example.severity)} · ${visible(levelName)}` : null;
  if (example.kind === "positive")
    return <Badge tone="error">{isRated && score ? score : `Do annotate${level}`}</Badge>;
  if (example.kind === "negative") {
    return <Badge tone="ok">{isRated ? (score ?? "Without the fault") : `Don’t annotate${level}`}</Badge>;
  }
  const what = { annotate: "annotate", do_not_annotate: "do not annotate" }[example.verdict ?? ""] ?? "";
  return <Badge tone="warn">Borderline{what ? ` · ${what}` : score ? ` · ${score}` : ""}</Badge>;
}

interface ExampleFigureProps extends ExampleLabelProps {
  onOpen?: () => void;
}

/** One example: its picture with the region, or a frame that says what the picture must show. */
export function ExampleFigure({ example, levelName, isRated, onOpen }: ExampleFigureProps) {
  const [isBroken, setBroken] = useState(false);
  const isThere = example.url !== null && !isBroken;
  return (
    <figure className="example">
      {isThere ? (
        <button
          type="button"
          className="example-open"
          onClick={onOpen}
          aria-label={`Enlarge: ${visible(example.caption)}`}
        >
          <span className="example-frame">
            <img
              src={example.url ?? ""}
              alt=""
              loading="lazy"
              decoding="async"
              onError={() => setBroken(true)}
            />
            {example.region && <Region region={example.region} />}
          </span>
        </button>
      ) : (
        <div className="example-missing">
          <span>Picture missing</span>
        </div>
      )}
      <figcaption>
        <ExampleLabel example={example} levelName={levelName} isRated={isRated} />
        <span>
          {!isThere && <span className="muted">It must show: </span>}
          <Text>{example.caption}</Text>
        </span>
      </figcaption>
    </figure>
  );
}
