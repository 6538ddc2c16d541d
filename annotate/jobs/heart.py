"""The heartbeat of a job whose handler is busy in one long step: the process lives, so the job lives."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.utils import Error as DatabaseError

from annotate.jobs.context import JobContext
from annotate.models import Job
from core import clock

EVERY_S = 10.0


@contextmanager
def beating(context: JobContext) -> Iterator[None]:
    """Beat from a thread of its own while the block runs. Jobs shorter than ten seconds never start it."""
    ended = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(ended, context), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()


def _beat_until(ended: threading.Event, context: JobContext) -> None:
    while not ended.wait(EVERY_S):
        try:
            owned = Job.objects.filter(id=context.job_id, fence=context.fence, state=Job.State.RUNNING)
            owned.update(heartbeat_at=clock.now())
        except DatabaseError:  # the database is away: the job's own work will notice
            pass
        finally:
            connection.close()
