"""Exports of gold."""

from django.conf import settings
from django.db import models

from annotate.models.scoping import ProjectRow, ScopedManager
from core import clock


class Export(ProjectRow):
    """One export with its manifest; its files lie in the data directory and are complete or absent."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="exports")
    format = models.CharField(max_length=12)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    job = models.ForeignKey("annotate.Job", null=True, on_delete=models.PROTECT, related_name="+")
    manifest = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    objects = ScopedManager()
