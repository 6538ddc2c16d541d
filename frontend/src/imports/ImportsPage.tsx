import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { useSignedIn } from "../api/session";
import { Badge } from "../ui/Badge";
import { LinkButton } from "../ui/Button";
import { formatCount, formatMoment } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Pagination, useCursor } from "../ui/Pagination";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { isOpen, KINDS, rowsDone, STATES, TONES, type ImportRun, type ImportRunPage } from "./runs";
import "./imports.css";

const WHILE_OPEN_MS = 1_500;

/** Every import of the project with what became of its rows. */
export default function ImportsPage() {
  const { project = "" } = useParams<{ project: string }>();
  const session = useSignedIn();
  const page = useCursor();
  const base = `/projects/${encodeURIComponent(project)}/imports`;
  const query = useQuery({
    queryKey: keys.project(project, "imports", page.cursor),
    queryFn: ({ signal }) =>
      api.get<ImportRunPage>(base, { signal, query: { cursor: page.cursor, limit: 25 } }),
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => (state.data?.rows.some(isOpen) ? WHILE_OPEN_MS : false),
  });
  const name = session.memberships.find((one) => one.project.slug === project)?.project.name ?? project;
  const next = query.data?.next ?? null;
  return (
    <>
      <PageHeader
        title="Imports"
        crumbs={[{ label: name, href: "/" }, { label: "Imports" }]}
        lead="Where the images came from. Every row of an import is an image, a duplicate, a conflict or an error."
        actions={
          <LinkButton kind="primary" href={`${base}/new`}>
            New import
          </LinkButton>
        }
      />
      <Table
        caption="Imports, the newest first"
        hideCaption
        columns={columnsFor(base)}
        rows={query.data?.rows}
        rowKey={(run) => run.id}
        error={query.error}
        onRetry={() => void query.refetch()}
        empty={
          <EmptyState
            title="No images have come in yet"
            actions={<LinkButton href={`${base}/new`}>Import images</LinkButton>}
          >
            Drop images, a ZIP or a manifest with its images, or name a folder of the server.
          </EmptyState>
        }
        footer={
          query.data && (page.hasPrevious || next) ? (
            <Pagination
              shown={query.data.rows.length}
              hasPrevious={page.hasPrevious}
              hasNext={next !== null}
              onPrevious={page.back}
              onNext={() => next && page.forward(next)}
              isBusy={query.isFetching}
            />
          ) : null
        }
      />
    </>
  );
}

function columnsFor(base: string): Column<ImportRun>[] {
  const count = (key: "image" | "duplicate" | "conflict" | "error", head: string): Column<ImportRun> => ({
    key,
    head,
    numeric: true,
    cell: (run) => (run[key] > 0 ? formatCount(run[key]) : <span className="muted">0</span>),
  });
  return [
    {
      key: "source",
      head: "Source",
      isRowHead: true,
      className: "import-file",
      cell: (run) => (
        <Link href={`${base}/${run.id}`}>
          <bdi>{run.source}</bdi>
        </Link>
      ),
    },
    { key: "kind", head: "Kind", cell: (run) => KINDS[run.kind] },
    {
      key: "state",
      head: "State",
      cell: (run) => (
        <Badge tone={TONES[run.state]}>
          {STATES[run.state]}
          {run.state === "running" && run.total_rows
            ? ` ${formatCount(rowsDone(run))} of ${formatCount(run.total_rows)}`
            : ""}
        </Badge>
      ),
    },
    count("image", "Images"),
    count("duplicate", "Duplicates"),
    count("conflict", "Conflicts"),
    count("error", "Errors"),
    { key: "by", head: "By", cell: (run) => run.created_by ?? "the program" },
    { key: "at", head: "Begun", cell: (run) => formatMoment(run.created_at) },
  ];
}
