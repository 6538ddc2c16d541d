"""The wake-up after the commit. It may fail, be slow or arrive twice: the sweep finds what no message announced."""

import threading
from collections.abc import Iterable
from uuid import UUID

import structlog
from celery import current_app

from annotate.models import Job

log = structlog.get_logger(__name__)

PATIENCE_S = 0.2


def wake(job: Job) -> None:
    """Send the wake-up of a committed job; returns after 200 ms whatever the broker does."""
    wake_ids([(job.id, job.queue)])


def wake_ids(jobs: Iterable[tuple[UUID, str]]) -> None:
    """As `wake`, for several jobs (id, queue). A mute broker keeps only a daemon thread waiting."""
    sender = threading.Thread(target=_send, args=(tuple(jobs),), daemon=True)
    sender.start()
    sender.join(PATIENCE_S)


def _send(jobs: tuple[tuple[UUID, str], ...]) -> None:
    try:
        for job_id, queue in jobs:
            current_app.send_task(
                "jobs.run", args=[str(job_id)], queue=queue, retry=False, ignore_result=True, expires=3600
            )
    except Exception as error:  # whatever a broker's client raises: the job is safe in its row
        log.warning("wake_up_failed", error=str(error)[:200])
