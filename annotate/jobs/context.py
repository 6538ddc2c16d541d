"""What a running job may do: report progress, beat its heart, learn that it was cancelled."""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from annotate.errors import JobLost
from annotate.models import Job
from core import clock

BEAT_EVERY_S = 2.0


class JobCancelled(Exception):
    """Raised inside a handler after somebody asked to cancel; the handler cleans up and lets it pass."""


@dataclass(slots=True, kw_only=True)
class JobContext:
    """Handed to a handler. `fence` proves that this worker still owns the job."""

    job_id: UUID
    project: UUID | None
    requested_by: UUID | None
    arguments: dict[str, Any]
    attempt: int
    fence: int
    _last_beat: float = field(default=0.0)

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Say how far the job is; writes at most every two seconds. Raises JobCancelled or JobLost."""
        if time.monotonic() - self._last_beat >= BEAT_EVERY_S or done == total:
            self.beat(progress_done=done, progress_total=total, progress_note=note[:200])

    def beat(self, **values: Any) -> None:
        """Renew the heartbeat now. Raises JobCancelled when asked to stop, JobLost when another worker took over."""
        self._last_beat = time.monotonic()
        mine = Job.objects.filter(id=self.job_id, fence=self.fence, state=Job.State.RUNNING)
        if not mine.update(heartbeat_at=clock.now(), **values):
            raise JobLost
        if mine.filter(cancel_requested_at__isnull=False).exists():
            raise JobCancelled

    def require_owned(self) -> None:
        """Inside a transaction: hold the job's row until its end. Raises JobLost when another worker took over."""
        mine = Job.objects.select_for_update().filter(id=self.job_id, fence=self.fence, state=Job.State.RUNNING)
        if not mine.exists():
            raise JobLost
