import { useQuery } from "@tanstack/react-query";
import { useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { useSignedIn } from "../api/session";
import { formatMoment } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Pagination, useCursor } from "../ui/Pagination";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";

type Line = components["schemas"]["JournalLineDocument"];
type JournalPageDocument = components["schemas"]["JournalPage"];

const COLUMNS: Column<Line>[] = [
  { key: "position", head: "Line", numeric: true, cell: (line) => line.position },
  {
    key: "at",
    head: "When",
    cell: (line) => <span style={{ whiteSpace: "nowrap" }}>{formatMoment(line.at)}</span>,
  },
  {
    key: "who",
    head: "Who",
    cell: (line) => line.actor?.name ?? (line.actor ? "a former person" : "the program"),
  },
  { key: "action", head: "What", isRowHead: true, cell: (line) => line.action },
  { key: "subject", head: "Of what", cell: (line) => line.subject_name ?? <code>{line.subject}</code> },
  { key: "details", head: "Details", cell: (line) => <Details payload={line.payload} /> },
  {
    key: "hash",
    head: "Hash",
    cell: (line) => <code title={line.hash}>{line.hash.slice(0, 8)}…</code>,
  },
];

/** The hash-chained history of a project. */
export default function JournalPage() {
  const { project = "" } = useParams<{ project: string }>();
  const session = useSignedIn();
  const page = useCursor();
  const query = useQuery({
    queryKey: keys.project(project, "journal", page.cursor),
    queryFn: ({ signal }) =>
      api.get<JournalPageDocument>(`/projects/${encodeURIComponent(project)}/journal`, {
        signal,
        query: { cursor: page.cursor, limit: 50 },
      }),
    placeholderData: (before) => before,
  });
  const name = session.memberships.find((one) => one.project.slug === project)?.project.name ?? project;
  return (
    <>
      <PageHeader
        title="Journal"
        crumbs={[
          { label: name, href: "/" },
          { label: "People", href: `/projects/${project}/people` },
          { label: "Journal" },
        ]}
        lead="Every change of rights, campaigns, gold and exports, newest first. Lines are never changed: each one's hash covers the line before it."
      />
      <Table
        caption="Journal of the project"
        hideCaption
        columns={COLUMNS}
        rows={query.data?.rows}
        rowKey={(line) => String(line.position)}
        error={query.error}
        onRetry={() => void query.refetch()}
        empty={<EmptyState title="Nothing has been written down yet" />}
        footer={
          <Pagination
            shown={query.data?.rows.length ?? 0}
            hasPrevious={page.hasPrevious}
            hasNext={!!query.data?.next}
            onPrevious={page.back}
            onNext={() => query.data?.next && page.forward(query.data.next)}
            isBusy={query.isPlaceholderData}
          />
        }
      />
    </>
  );
}

function Details({ payload }: { payload: Line["payload"] }) {
  const entries = Object.entries(payload);
  if (entries.length === 0) return <>–</>;
  return (
    <span className="muted">{entries.map(([key, value]) => `${key}: ${shown(value)}`).join(" · ")}</span>
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
