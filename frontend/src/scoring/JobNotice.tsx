import { titleOf } from "../jobs/kinds";
import { Notice } from "../ui/Badge";
import { Button } from "../ui/Button";
import { formatMoment } from "../ui/format";
import { ProgressBar } from "../ui/ProgressBar";
import { isOpen, newestJob } from "./figures";
import type { ScoringJob } from "./types";

interface JobNoticesProps {
  jobs: readonly ScoringJob[];
  onCancel: (job: string) => void;
}

/** What runs now with its progress, and how the newest job failed if it did. */
export function JobNotices({ jobs, onCancel }: JobNoticesProps) {
  const open = jobs.filter(isOpen);
  const newest = newestJob(jobs);
  return (
    <>
      {open.map((job) => (
        <div key={job.id} className="notice" role="status">
          <div className="row between">
            <strong>{titleOf(job.kind)}</strong>
            <Button small onClick={() => onCancel(job.id)}>
              Cancel
            </Button>
          </div>
          <ProgressBar
            label={
              job.state === "queued" ? job.reason || "waiting for a worker" : job.progress_note || "working"
            }
            value={job.progress_total ? job.progress_done : null}
            max={job.progress_total ?? 1}
          />
        </div>
      ))}
      {newest && (newest.state === "failed" || newest.state === "cancelled") && (
        <Notice
          tone={newest.state === "failed" ? "error" : "warn"}
          title={`${titleOf(newest.kind)} ${newest.state === "failed" ? "failed" : "was cancelled"}, ${formatMoment(newest.finished_at)}`}
        >
          {newest.reason}
        </Notice>
      )}
    </>
  );
}
