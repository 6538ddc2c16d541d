"""What a worker has to do, how far it is and how it ended. The row is the truth; Celery only carries the wake-up."""

from uuid import uuid4

from django.conf import settings
from django.db import models

from core import clock


class Job(models.Model):
    """One piece of work. `fence` grows with every claim, so that a worker thought dead cannot finish it."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    project = models.ForeignKey("annotate.Project", null=True, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=60)
    queue = models.CharField(max_length=20, default="work")  # work or scoring
    arguments = models.JSONField(default=dict)
    unique_key = models.CharField(max_length=200, blank=True)  # at most one open job per key
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(null=True)
    progress_note = models.CharField(max_length=200, blank=True)
    result = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cancel_requested_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    not_before = models.DateTimeField(default=clock.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unique_key"],
                condition=models.Q(state__in=["queued", "running"]) & ~models.Q(unique_key=""),
                name="one_open_job_per_key",
            )
        ]
        indexes = [
            models.Index(
                fields=["queue", "not_before"], condition=models.Q(state__in=["queued", "running"]), name="job_open"
            ),
            models.Index(fields=["project", "-created_at"], name="job_of_project"),
        ]
