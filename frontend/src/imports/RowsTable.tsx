import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { Badge, type Tone } from "../ui/Badge";
import { Segments } from "../ui/fields";
import { formatCount } from "../ui/format";
import { Pagination, useCursor } from "../ui/Pagination";
import { Panel } from "../ui/Panel";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { rowsDone, type ImportDetail, type ImportRow, type ImportRowPage } from "./runs";

type Shown = "problems" | "all";

const TONES: Record<ImportRow["outcome"], Tone> = {
  image: "ok",
  duplicate: "neutral",
  conflict: "warn",
  error: "error",
};

/** The report, row by row: first what went wrong. */
export function RowsTable({ project, run }: { project: string; run: ImportDetail }) {
  const [shown, setShown] = useState<Shown>("problems");
  const page = useCursor();
  const query = useQuery({
    queryKey: keys.project(project, "imports", "rows", run.id, shown, page.cursor, rowsDone(run)),
    queryFn: ({ signal }) =>
      api.get<ImportRowPage>(`/imports/${run.id}/rows`, {
        signal,
        query: { outcome: shown === "problems" ? ["conflict", "error"] : [], cursor: page.cursor, limit: 50 },
      }),
    placeholderData: (before) => before,
  });
  const next = query.data?.next ?? null;
  return (
    <Panel
      title="Rows"
      flush
      aside={
        <Segments<Shown>
          label="Rows to show"
          options={[
            { value: "problems", label: `Errors and conflicts (${formatCount(run.error + run.conflict)})` },
            { value: "all", label: `All (${formatCount(rowsDone(run))})` },
          ]}
          value={shown}
          onChange={(value) => {
            setShown(value);
            page.reset();
          }}
        />
      }
    >
      <Table
        caption="Rows of the import"
        hideCaption
        columns={columnsFor(project)}
        rows={query.data?.rows}
        rowKey={(row) => String(row.number)}
        error={query.error}
        onRetry={() => void query.refetch()}
        empty={
          <EmptyState title={shown === "problems" ? "No errors and no conflicts" : "No rows yet"}>
            {shown === "problems" && rowsDone(run) > 0 && "Every row became an image or was here already."}
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
    </Panel>
  );
}

function columnsFor(project: string): Column<ImportRow>[] {
  const gallery = `/projects/${encodeURIComponent(project)}/images`;
  return [
    { key: "number", head: "Row", numeric: true, cell: (row) => formatCount(row.number) },
    {
      key: "file",
      head: "File",
      isRowHead: true,
      className: "import-file",
      cell: (row) =>
        row.image ? (
          <Link href={`${gallery}?image=${row.image}`}>
            <bdi>{row.file}</bdi>
          </Link>
        ) : (
          <bdi>{row.file || "(no file named)"}</bdi>
        ),
    },
    { key: "outcome", head: "Became", cell: (row) => <Badge tone={TONES[row.outcome]}>{row.outcome}</Badge> },
    {
      key: "message",
      head: "Why",
      className: "import-why",
      cell: (row) =>
        row.message && (
          <>
            {row.message} <code className="muted">{row.code}</code>
          </>
        ),
    },
  ];
}
