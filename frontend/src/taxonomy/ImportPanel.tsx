import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useLocation } from "wouter";
import { addressOf } from "../api/client";
import { keys } from "../api/keys";
import { isProblem } from "../api/problem";
import { Notice } from "../ui/Badge";
import { LinkButton } from "../ui/Button";
import { FileDrop } from "../ui/FileDrop";
import { plural } from "../ui/format";
import { Panel } from "../ui/Panel";
import { Table } from "../ui/Table";
import { useToast } from "../ui/Toast";
import { RadioGroup } from "../ui/fields";
import { importFile, violationsIn, type FileViolation } from "./importFile";
import { draftPath, versionPath, type TaxonomyImported } from "./types";
import { visible } from "./visible";

interface Refusal {
  file: string;
  title: string;
  detail: string;
  violations: FileViolation[];
}

/** A taxonomy file in: published as it is, or as the draft. What is wrong is listed by line. */
export function ImportPanel() {
  const [how, setHow] = useState<"publish" | "draft">("publish");
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const [begun, setBegun] = useState<TaxonomyImported | null>(null);
  const [, go] = useLocation();
  const client = useQueryClient();
  const toast = useToast();
  const send = async (file: File) => {
    setBusy(true);
    setRefusal(null);
    setBegun(null);
    try {
      const done = await importFile(file, how === "publish");
      await client.invalidateQueries({ queryKey: keys.taxonomies });
      if (done.unfinished.length > 0) setBegun(done);
      else if (done.is_new) toast.ok(`Version ${done.number} is in (${done.state}).`);
      else toast.info(`Version ${done.number} was there already, unchanged.`);
      if (done.unfinished.length === 0) go(versionPath(done.slug, done.number));
    } catch (error) {
      if (!isProblem(error)) throw error;
      setRefusal({
        file: file.name,
        title: error.title,
        detail: error.detail,
        violations: violationsIn(error),
      });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Panel title="Bring a version in">
      <div className="stack">
        <RadioGroup
          label="The file becomes"
          options={[
            {
              value: "publish",
              label: "a published version",
              hint: "Frozen at once: only the structural rules are checked, and the journal says so.",
            },
            { value: "draft", label: "the open draft", hint: "It can be worked on before it is published." },
          ]}
          value={how}
          onChange={setHow}
        />
        <FileDrop
          label={isBusy ? "Reading the file…" : "Choose a taxonomy file"}
          hint="YAML, JSON, XLSX or CSV, up to 4 MB."
          accept=".yaml,.yml,.json,.xlsx,.csv,application/yaml,application/json,text/csv"
          isMultiple={false}
          isDisabled={isBusy}
          onFiles={(files) => {
            if (files[0]) void send(files[0]);
          }}
        />
        <p className="hint">
          You start in a spreadsheet?{" "}
          <a href={addressOf("/taxonomy-template", { format: "xlsx" })}>Download a template</a> (
          <a href={addressOf("/taxonomy-template", { format: "csv" })}>as CSV</a>). Dimension, name and
          definition of each defect are enough to begin with.
        </p>
        {refusal && <Refused refusal={refusal} />}
        {begun && <Begun done={begun} />}
      </div>
    </Panel>
  );
}

/** A draft came in that is not finished: what it still lacks, place by place. */
function Begun({ done }: { done: TaxonomyImported }) {
  return (
    <div className="stack" role="status">
      <Notice tone="ok" title={`The draft ${visible(done.slug)} ${done.number} is in`}>
        {plural(done.counts.defects, "defect")}. Before it can be published,{" "}
        {plural(done.unfinished.length, "place")} must be filled in.
      </Notice>
      <div className="row">
        <LinkButton kind="primary" href={draftPath(done.slug)}>
          Open the draft
        </LinkButton>
      </div>
      <Places caption="What is still missing" places={done.unfinished} />
    </div>
  );
}

function Refused({ refusal }: { refusal: Refusal }) {
  const { violations } = refusal;
  return (
    <>
      <Notice tone="error" title={refusal.title}>
        {visible(refusal.file)}:{" "}
        {violations.length > 0
          ? `${plural(violations.length, "place")} to correct.`
          : visible(refusal.detail)}
      </Notice>
      {violations.length > 0 && (
        <Places caption={`What is wrong in ${visible(refusal.file)}`} places={violations} />
      )}
    </>
  );
}

function Places({ caption, places }: { caption: string; places: readonly FileViolation[] }) {
  return (
    <Table
      caption={caption}
      hideCaption
      maxHeight="60vh"
      rows={places}
      rowKey={(one) => `${one.pointer} ${one.code} ${one.message}`}
      columns={[
        { key: "line", head: "Line", numeric: true, cell: (one) => one.line ?? "–" },
        {
          key: "path",
          head: "Path",
          isRowHead: true,
          className: "mono violation-path",
          cell: (one) => visible(one.pointer || "the whole file"),
        },
        {
          key: "message",
          head: "What to do",
          className: "wide-text",
          cell: (one) => visible(one.message),
        },
      ]}
    />
  );
}
