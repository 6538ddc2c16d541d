import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import { useSignedIn } from "../api/session";
import { WithdrawDialog } from "../images/WithdrawDialog";
import { Badge, Notice } from "../ui/Badge";
import { Button, LinkButton } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { formatCount, formatMoment, plural } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Facts, Panel } from "../ui/Panel";
import { ProgressBar } from "../ui/ProgressBar";
import { Stat, Stats } from "../ui/Stat";
import { Loaded } from "../ui/States";
import { useToast } from "../ui/Toast";
import { RowsTable } from "./RowsTable";
import { isOpen, KINDS, rowsDone, STATES, TONES, type ImportDetail } from "./runs";
import "./imports.css";

const WHILE_OPEN_MS = 1_000;

/** One import: how far it is, what became of every row, and ways to stop it or take it back. */
export default function ImportPage() {
  const { project = "", run = "" } = useParams<{ project: string; run: string }>();
  const session = useSignedIn();
  const query = useQuery({
    queryKey: keys.project(project, "imports", "one", run),
    queryFn: ({ signal }) => api.get<ImportDetail>(`/imports/${run}`, { signal }),
    refetchInterval: ({ state }) => (state.data && isOpen(state.data) ? WHILE_OPEN_MS : false),
  });
  const name = session.memberships.find((one) => one.project.slug === project)?.project.name ?? project;
  const base = `/projects/${encodeURIComponent(project)}`;
  return (
    <>
      <PageHeader
        title={query.data?.source ?? "Import"}
        tab="Import"
        crumbs={[
          { label: name, href: "/" },
          { label: "Imports", href: `${base}/imports` },
          { label: "Report" },
        ]}
        actions={query.data && <Actions project={project} run={query.data} />}
      />
      <Loaded query={query} label="Loading the import">
        {(data) => <Report project={project} run={data} />}
      </Loaded>
    </>
  );
}

function Report({ project, run }: { project: string; run: ImportDetail }) {
  const gallery = `/projects/${encodeURIComponent(project)}/images?import_run=${run.id}`;
  return (
    <>
      {isOpen(run) && (
        <ProgressBar
          label={run.state === "queued" ? "Waiting for a worker" : "Importing"}
          value={run.total_rows ? rowsDone(run) : null}
          max={run.total_rows ?? 1}
        />
      )}
      {run.state === "failed" && (
        <Notice tone="error" title="The import stopped">
          {run.reason}
        </Notice>
      )}
      {run.state === "cancelled" && (
        <Notice tone="warn" title="The import was cancelled">
          {plural(run.image, "image")} had come in before and stayed. {run.reason}
        </Notice>
      )}
      {run.state === "collecting" && (
        <Notice tone="info" title="Files are still missing">
          {plural(run.received_files, "file")} arrived, but the import was not started. Start it with these,
          or cancel it.
        </Notice>
      )}
      {run.warnings.map((warning) => (
        <Notice key={warning} tone="warn" title="Worth knowing">
          {warning}
        </Notice>
      ))}
      <Stats>
        <Stat
          label="Images"
          value={run.image}
          format={formatCount}
          link={
            run.image > 0 && (
              <LinkButton small href={gallery}>
                Show them
              </LinkButton>
            )
          }
        />
        <Stat
          label="Duplicates"
          value={run.duplicate}
          format={formatCount}
          reason="same bytes, same record"
        />
        <Stat
          label="Conflicts"
          value={run.conflict}
          format={formatCount}
          reason="same bytes, another record"
        />
        <Stat label="Errors" value={run.error} format={formatCount} reason="not taken in" />
      </Stats>
      <RowsTable project={project} run={run} />
      <Panel title="Details">
        <Facts
          rows={[
            ["Kind", KINDS[run.kind]],
            [
              "State",
              <Badge key="state" tone={TONES[run.state]}>
                {STATES[run.state]}
              </Badge>,
            ],
            ["Rows", run.total_rows === null ? "not counted yet" : formatCount(run.total_rows)],
            ["Left out", run.skipped > 0 ? `${formatCount(run.skipped)} folders and clutter` : null],
            ["Begun", `${formatMoment(run.created_at)}${run.created_by ? ` by ${run.created_by}` : ""}`],
            ["Ended", run.finished_at ? formatMoment(run.finished_at) : null],
          ]}
        />
      </Panel>
    </>
  );
}

function Actions({ project, run }: { project: string; run: ImportDetail }) {
  const client = useQueryClient();
  const toast = useToast();
  const [dialog, setDialog] = useState<"cancel" | "withdraw" | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: keys.project(project) });
  const start = async () => {
    try {
      await api.post(`/imports/${run.id}/start`);
      await refresh();
    } catch (thrown) {
      toast.error(thrown);
    }
  };
  const cancel = async () => {
    await api.post(`/imports/${run.id}/cancel`);
    await refresh();
  };
  const isCollecting = run.state === "collecting";
  return (
    <>
      {(run.state === "failed" || (isCollecting && run.received_files > 0)) && (
        <Button kind="primary" onClick={() => void start()}>
          {isCollecting ? `Import ${plural(run.received_files, "file")}` : "Try again"}
        </Button>
      )}
      {(isOpen(run) || isCollecting) && <Button onClick={() => setDialog("cancel")}>Cancel import</Button>}
      {!isOpen(run) && run.image > 0 && (
        <Button onClick={() => setDialog("withdraw")}>Withdraw its images</Button>
      )}
      <ConfirmDialog
        title="Cancel this import?"
        confirm="Cancel import"
        isDanger
        isOpen={dialog === "cancel"}
        onClose={() => setDialog(null)}
        onConfirm={cancel}
      >
        Images that have come in stay. What is left is not looked at; uploaded files are removed.
      </ConfirmDialog>
      <WithdrawDialog
        project={project}
        choice={dialog === "withdraw" ? { importRun: run.id } : null}
        onClose={() => setDialog(null)}
      />
    </>
  );
}
