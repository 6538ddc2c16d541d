import { useState } from "react";
import { Lightbox } from "../ui/Lightbox";
import { plural } from "../ui/format";
import { ExampleFigure, ExampleLabel, Region } from "./ExamplePicture";
import { Text } from "./Named";
import type { DefectDocument, DefectExample } from "./types";
import { visible } from "./visible";

interface Row {
  key: string;
  examples: DefectExample[];
}

/** A positive and its clean counterparts stand side by side; what has no partner stands in the row of its kind. */
export function rowsOf(examples: readonly DefectExample[]): Row[] {
  const positives = examples.filter((one) => one.kind === "positive");
  const partners = new Map<string, DefectExample[]>();
  for (const one of examples) {
    const of = one.clean_counterpart_of;
    if (of) partners.set(of, [...(partners.get(of) ?? []), one]);
  }
  const known = new Set(positives.map((one) => one.id));
  const rows: Row[] = [];
  const single: DefectExample[] = [];
  for (const one of positives) {
    const found = one.id ? (partners.get(one.id) ?? []) : [];
    if (found.length > 0) rows.push({ key: `pair-${one.place}`, examples: [one, ...found] });
    else single.push(one);
  }
  const rest = examples.filter((one) => one.kind === "negative" && !known.has(one.clean_counterpart_of));
  if (single.length + rest.length > 0) rows.push({ key: "single", examples: [...single, ...rest] });
  const borderline = examples.filter((one) => one.kind === "borderline");
  if (borderline.length > 0) rows.push({ key: "borderline", examples: borderline });
  return rows;
}

export function Examples({ defect, isRated }: { defect: DefectDocument; isRated: boolean }) {
  const [open, setOpen] = useState<number | null>(null);
  const names = new Map(defect.levels.map((level) => [level.key, level.name]));
  const nameOf = (example: DefectExample) =>
    example.severity ? (names.get(example.severity) ?? example.severity) : null;
  const pictured = defect.examples.filter((one) => one.url !== null);
  const missing = defect.examples.filter((one) => one.url === null);
  const shown = rowsOf(pictured);
  const order = shown.flatMap((row) => row.examples);
  const current = open === null ? undefined : order[open];
  return (
    <>
      {order.length === 0 && <p className="muted">No picture is attached yet.</p>}
      <div className="example-rows">
        {shown.map((row) => (
          <div className="example-row" key={row.key}>
            {row.examples.map((example) => (
              <ExampleFigure
                key={example.place}
                example={example}
                levelName={nameOf(example)}
                isRated={isRated}
                onOpen={() => setOpen(order.indexOf(example))}
              />
            ))}
          </div>
        ))}
      </div>
      {missing.length > 0 && (
        <details className="missing" open={order.length === 0}>
          <summary>{plural(missing.length, "picture")} missing: what they must show</summary>
          <ul>
            {missing.map((example) => (
              <li key={example.place}>
                <ExampleLabel example={example} levelName={nameOf(example)} isRated={isRated} />{" "}
                <Text>{example.caption}</Text>
              </li>
            ))}
          </ul>
        </details>
      )}
      {current && open !== null && (
        <Lightbox
          title={`${visible(defect.name)}: example`}
          image={current.url ?? ""}
          alt={visible(current.caption)}
          overlay={current.region ? <Region region={current.region} /> : undefined}
          index={open}
          count={order.length}
          onIndex={setOpen}
          onClose={() => setOpen(null)}
        >
          <div className="stack">
            <ExampleLabel example={current} levelName={nameOf(current)} isRated={isRated} />
            <p className="report">
              <Text>{current.caption}</Text>
            </p>
          </div>
        </Lightbox>
      )}
    </>
  );
}
