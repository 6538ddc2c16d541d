import { addressOf } from "../api/client";
import type { components } from "../api/schema";
import { Notice } from "../ui/Badge";
import { LinkButton } from "../ui/Button";
import { formatBytes, formatCount, plural } from "../ui/format";
import { Facts, Panel } from "../ui/Panel";
import { Table } from "../ui/Table";
import { manifestOf, type Manifest } from "./manifest";

type Export = components["schemas"]["Export"];

/** The manifest of one export: its files with hashes, what is in them, and what is missing. */
export function ExportDetails({ row }: { row: Export }) {
  const manifest = manifestOf(row.manifest);
  if (row.state === "failed") {
    return (
      <Notice tone="error" title="This export was not built">
        {row.reason} No file of it can be downloaded. Export again.
      </Notice>
    );
  }
  if (manifest === null) return null;
  return (
    <Panel title={`${row.format.toUpperCase()} with manifest`}>
      <div className="stack">
        <Missing manifest={manifest} />
        <Files id={row.id} manifest={manifest} />
        <Facts
          rows={[
            ["Content hash", <code key="content">{manifest.content_hash}</code>],
            ["Taxonomy", `${manifest.taxonomy.slug} ${manifest.taxonomy.version}`],
            ["Images", formatCount(manifest.counts.images)],
            ["Labels", formatCount(manifest.counts.labels)],
            ["Withdrawn images left out", formatCount(manifest.withdrawn.count)],
            ["Agreement", agreementWords(manifest)],
            ["Program", `Touchstone ${manifest.app_version}, ${manifest.format}`],
            ["Journal line", `${manifest.made.journal.position}`],
          ]}
        />
        {manifest.notes.map((note) => (
          <p key={note} className="muted">
            {note}
          </p>
        ))}
        <Concepts manifest={manifest} />
      </div>
    </Panel>
  );
}

function agreementWords({ agreement }: Manifest): string {
  if (agreement === null) return "No report was computed before this export.";
  return agreement.is_current
    ? "The report of the same answers is inside."
    : "Inside; answers came after the report.";
}

function Missing({ manifest }: { manifest: Manifest }) {
  if (!manifest.partial) return null;
  const { unsettled, items, open_disputes, waiting } = manifest.missing;
  return (
    <Notice tone="warn" title="Partial">
      {unsettled} of {plural(items, "Item")} had no gold: {open_disputes} with an open dispute, {waiting}{" "}
      waiting for answers. They are not in the files.
    </Notice>
  );
}

function Files({ id, manifest }: { id: string; manifest: Manifest }) {
  const rows = [...manifest.files, { name: "manifest.json", sha256: "", bytes: 0, records: 0 }];
  return (
    <Table
      caption="Files"
      hideCaption
      rows={rows}
      rowKey={(row) => row.name}
      columns={[
        { key: "name", head: "File", isRowHead: true, cell: (row) => row.name },
        {
          key: "size",
          head: "Size",
          numeric: true,
          cell: (row) => (row.bytes ? formatBytes(row.bytes) : "–"),
        },
        {
          key: "records",
          head: "Records",
          numeric: true,
          cell: (row) => (row.records ? formatCount(row.records) : "–"),
        },
        {
          key: "sha",
          head: "SHA-256",
          cell: (row) => (row.sha256 ? <code title={row.sha256}>{row.sha256.slice(0, 16)}…</code> : "–"),
        },
        {
          key: "get",
          head: "Download",
          cell: (row) => (
            <LinkButton small href={addressOf(`/exports/${id}/files/${row.name}`)} download>
              Download
            </LinkButton>
          ),
        },
      ]}
    />
  );
}

function Concepts({ manifest }: { manifest: Manifest }) {
  const rows = Object.entries(manifest.counts.by_concept).map(([concept, counts]) => ({
    concept,
    ...counts,
  }));
  return (
    <Table
      caption="Labels per defect"
      rows={rows}
      rowKey={(row) => row.concept}
      columns={[
        { key: "concept", head: "Defect", isRowHead: true, cell: (row) => row.concept },
        { key: "present", head: "Present", numeric: true, cell: (row) => formatCount(row.present) },
        { key: "absent", head: "Absent", numeric: true, cell: (row) => formatCount(row.absent) },
        {
          key: "not_assessed",
          head: "Not assessed",
          numeric: true,
          cell: (row) => formatCount(row.not_assessed),
        },
      ]}
    />
  );
}
