"""Jobs: the row is written in the caller's transaction, claimed with a fence, and swept when its worker died."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import IntegrityError, transaction

from accounts.models import User
from annotate.errors import JobLost, JobNotCancellable
from annotate.jobs.context import JobCancelled, JobContext
from annotate.jobs.handlers import handler_of
from annotate.jobs.heart import beating
from annotate.models import Job
from core import clock
from core.errors import DomainError

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 3
SILENT_AFTER = timedelta(seconds=60)  # a worker that has not beaten for this long is taken for dead
RETRY_AFTER = (timedelta(seconds=2), timedelta(seconds=15))


def enqueue(
    kind: str,
    arguments: dict[str, Any],
    *,
    project: UUID | None,
    requested_by: UUID | None = None,
    unique_key: str = "",
    queue: str = "work",
) -> Job:
    """Write a job in the caller's transaction. With `unique_key` an open job of that key is returned instead."""
    values = {
        "kind": kind, "arguments": arguments, "project_id": project, "requested_by_id": requested_by,
        "unique_key": unique_key, "queue": queue,
    }  # fmt: skip
    if not unique_key:
        return Job.objects.create(**values)
    try:
        with transaction.atomic():
            return Job.objects.create(**values)
    except IntegrityError:
        open_states = [Job.State.QUEUED, Job.State.RUNNING]
        found = Job.objects.filter(unique_key=unique_key, state__in=open_states).first()
        return found or enqueue(
            kind, arguments, project=project, requested_by=requested_by, unique_key=unique_key, queue=queue
        )


def claim(job_id: UUID) -> JobContext | None:
    """Take a due job for this worker, or None when it is not (any more) to be done. A doubled message gets None."""
    now = clock.now()
    with transaction.atomic():
        job = (
            Job.objects.select_for_update(skip_locked=True)
            .filter(id=job_id, state=Job.State.QUEUED, not_before__lte=now)
            .first()
        )
        if job is None:
            return None
        job.state = Job.State.RUNNING
        job.attempts += 1
        job.fence += 1
        job.started_at = job.started_at or now
        job.heartbeat_at = now
        job.save(update_fields=["state", "attempts", "fence", "started_at", "heartbeat_at"])
    return JobContext(
        job_id=job.id, project=job.project_id, requested_by=job.requested_by_id, arguments=job.arguments,
        attempt=job.attempts, fence=job.fence,
    )  # fmt: skip


def run_job(job_id: UUID) -> bool:
    """Claim and do one job; True when this call did it. Never raises for what the handler raises."""
    context = claim(job_id)
    if context is None:
        return False
    kind = Job.objects.values_list("kind", flat=True).get(id=job_id)
    with structlog.contextvars.bound_contextvars(job_id=str(job_id), job_kind=kind):
        try:
            with beating(context):
                result = handler_of(kind)(context)
        except JobCancelled:
            _end(context, Job.State.CANCELLED, reason="Cancelled on request.")
        except JobLost:
            log.warning("job_taken_over")
        except DomainError as error:
            sentences = [error.detail, *(violation.message for violation in error.violations[:5])]
            _end(context, Job.State.FAILED, reason=" ".join(dict.fromkeys(sentences)))
        except Exception as error:
            log.exception("job_attempt_failed", attempt=context.attempt)
            _retry_or_fail(context, f"{type(error).__name__}: {error}"[:500])
        else:
            _end(context, Job.State.DONE, result=result)
    return True


def _end(context: JobContext, state: Job.State, *, result: dict[str, Any] | None = None, reason: str = "") -> bool:
    """Close the job, only if this worker still owns it."""
    owned = Job.objects.filter(id=context.job_id, fence=context.fence, state=Job.State.RUNNING)
    return bool(owned.update(state=state, result=result, reason=reason, finished_at=clock.now()))


def _retry_or_fail(context: JobContext, reason: str) -> None:
    if context.attempt >= MAX_ATTEMPTS:
        _end(context, Job.State.FAILED, reason=f"Failed {context.attempt} times. {reason}")
        return
    owned = Job.objects.filter(id=context.job_id, fence=context.fence, state=Job.State.RUNNING)
    owned.update(state=Job.State.QUEUED, not_before=clock.now() + RETRY_AFTER[context.attempt - 1], reason=reason)


def sweep() -> tuple[tuple[UUID, str], ...]:
    """Give jobs of dead workers back (or fail them after three attempts). Answers (id, queue) of all due jobs."""
    now = clock.now()
    silent = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__lt=now - SILENT_AFTER)
    silent.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=Job.State.FAILED, finished_at=now, reason=f"Its worker fell silent {MAX_ATTEMPTS} times."
    )
    silent.filter(cancel_requested_at__isnull=False).update(
        state=Job.State.CANCELLED, finished_at=now, reason="Cancelled on request."
    )
    silent.update(state=Job.State.QUEUED, not_before=now, reason="Its worker fell silent; the job begins again.")
    due = Job.objects.filter(state=Job.State.QUEUED, not_before__lte=now).order_by("not_before")
    return tuple(due.values_list("id", "queue")[:500])


def request_cancel(job: Job, by: User) -> None:
    """Ask a job to stop: a waiting one ends at once, a running one at its next heartbeat."""
    now = clock.now()
    ended = Job.objects.filter(id=job.id, state=Job.State.QUEUED).update(
        state=Job.State.CANCELLED, cancel_requested_at=now, finished_at=now, reason=f"Cancelled by {by.name}."
    )
    if ended:
        return
    if not Job.objects.filter(id=job.id, state=Job.State.RUNNING).update(cancel_requested_at=now):
        raise JobNotCancellable


def run_due_jobs(limit: int = 100) -> int:
    """Do what is due in this process, one job after the other: for tests, the demo and machines without a worker."""
    done = 0
    while done < limit:
        due = Job.objects.filter(state=Job.State.QUEUED, not_before__lte=clock.now()).order_by("not_before").first()
        if due is None or not run_job(due.id):
            return done
        done += 1
    return done
