import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useParams } from "wouter";
import { api } from "../api/client";
import { keys } from "../api/keys";
import type { components } from "../api/schema";
import { useSignedIn } from "../api/session";
import { Badge, type Tone } from "../ui/Badge";
import { Button } from "../ui/Button";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { Segments } from "../ui/fields";
import { formatMoment, formatSeconds } from "../ui/format";
import { PageHeader } from "../ui/PageHeader";
import { Pagination, useCursor } from "../ui/Pagination";
import { ProgressBar } from "../ui/ProgressBar";
import { EmptyState } from "../ui/States";
import { Table, type Column } from "../ui/Table";
import { useToast } from "../ui/Toast";
import { titleOf } from "./kinds";

type Job = components["schemas"]["JobDocument"];
type JobPage = components["schemas"]["JobPage"];
type Filter = "all" | "open" | "failed";

const TONES: Record<Job["state"], Tone> = {
  queued: "neutral",
  running: "info",
  done: "ok",
  failed: "error",
  cancelled: "warn",
};
const WHILE_OPEN_MS = 1_500;
const AT_REST_MS = 10_000;

/** What workers do for this project: how far it is, how it ended and why. */
export default function JobsPage() {
  const { project = "" } = useParams<{ project: string }>();
  const session = useSignedIn();
  const client = useQueryClient();
  const toast = useToast();
  const [filter, setFilter] = useState<Filter>("all");
  const [cancelled, setCancelled] = useState<Job | null>(null);
  const page = useCursor();
  const query = useQuery({
    queryKey: keys.project(project, "jobs", filter, page.cursor),
    queryFn: ({ signal }) =>
      api.get<JobPage>(`/projects/${encodeURIComponent(project)}/jobs`, {
        signal,
        query: { state: filter === "all" ? null : filter, cursor: page.cursor, limit: 25 },
      }),
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => (state.data?.rows.some(isOpen) ? WHILE_OPEN_MS : AT_REST_MS),
  });
  const cancel = async (job: Job) => {
    await api.post<Job>(`/jobs/${job.id}/cancel`);
    await client.invalidateQueries({ queryKey: keys.project(project, "jobs") });
    toast.ok("The job was asked to stop");
  };
  const name = session.memberships.find((one) => one.project.slug === project)?.project.name ?? project;
  return (
    <>
      <PageHeader
        title="Jobs"
        crumbs={[{ label: name, href: "/" }, { label: "Jobs" }]}
        lead="What runs in the background: imports, settling, exports, scores, training. It goes on when you leave this page."
      />
      <div className="row">
        {" "}
        <Segments<Filter>
          label="Show"
          options={[
            { value: "all", label: "All" },
            { value: "open", label: "Waiting and running" },
            { value: "failed", label: "Failed" },
          ]}
          value={filter}
          onChange={(value) => {
            setFilter(value);
            page.reset();
          }}
        />
      </div>
      <Table
        caption="Jobs, the newest first"
        hideCaption
        columns={columnsWith(setCancelled)}
        rows={query.data?.rows}
        rowKey={(job) => job.id}
        error={query.error}
        onRetry={() => void query.refetch()}
        empty={
          <EmptyState title={filter === "all" ? "No jobs yet" : "No such jobs"}>
            A job appears here when somebody imports images, starts an export or trains a detector.
          </EmptyState>
        }
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
      <ConfirmDialog
        title={`Cancel “${cancelled ? titleOf(cancelled.kind) : ""}”?`}
        confirm="Cancel the job"
        isDanger
        isOpen={cancelled !== null}
        onClose={() => setCancelled(null)}
        onConfirm={() => (cancelled ? cancel(cancelled) : undefined)}
      >
        It stops at its next step. What it has done so far stays; start it again to go on.
      </ConfirmDialog>
    </>
  );
}

function isOpen(job: Job): boolean {
  return job.state === "queued" || job.state === "running";
}

function columnsWith(onCancel: (job: Job) => void): Column<Job>[] {
  return [
    { key: "kind", head: "Job", isRowHead: true, cell: (job) => titleOf(job.kind) },
    {
      key: "state",
      head: "State",
      cell: (job) => (
        <Badge tone={TONES[job.state]}>{job.cancel_requested && isOpen(job) ? "stopping" : job.state}</Badge>
      ),
    },
    { key: "progress", head: "Progress", cell: (job) => <Progress job={job} /> },
    { key: "by", head: "Asked by", cell: (job) => job.requested_by ?? "the schedule" },
    { key: "created", head: "Asked for", cell: (job) => formatMoment(job.created_at) },
    { key: "took", head: "Took", cell: (job) => formatSeconds(took(job)) },
    {
      key: "act",
      head: <span className="visually-hidden">Actions</span>,
      cell: (job) =>
        isOpen(job) && (
          <Button
            small
            kind="danger"
            disabled={job.cancel_requested}
            aria-label={`Cancel ${titleOf(job.kind)}`}
            onClick={() => onCancel(job)}
          >
            Cancel
          </Button>
        ),
    },
  ];
}

function Progress({ job }: { job: Job }) {
  const attempts = job.attempts > 1 ? ` Attempt ${job.attempts} of 3.` : "";
  if (job.state === "failed" || job.state === "cancelled" || (job.state === "queued" && job.reason)) {
    return (
      <span style={{ color: job.state === "failed" ? "var(--error)" : "var(--muted)" }}>
        {job.reason}
        {job.state === "queued" && attempts}
      </span>
    );
  }
  if (job.state === "queued") return <span className="muted">waiting for a worker</span>;
  if (job.state === "done") return <span className="muted">{job.progress_note || "finished"}</span>;
  return (
    <ProgressBar
      label={(job.progress_note || "working") + attempts}
      value={job.progress_total ? job.progress_done : null}
      max={job.progress_total ?? 1}
    />
  );
}

function took(job: Job): number | null {
  if (!job.started_at) return null;
  const end = job.finished_at ? new Date(job.finished_at) : new Date();
  return Math.max(0, (end.getTime() - new Date(job.started_at).getTime()) / 1000);
}
