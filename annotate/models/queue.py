"""Leases: a Reviewer's right to answer one Item for a while."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotate.models.scoping import ProjectRow, ScopedManager
from core import clock


class Lease(ProjectRow):
    """Live while `state` is live and `expires_at` lies in the future (database time). Only `answered` counts."""

    class State(models.TextChoices):
        LIVE = "live"
        ANSWERED = "answered"
        SKIPPED = "skipped"
        ESCALATED = "escalated"
        LATE = "late"
        RELEASED = "released"

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="leases")
    item = models.ForeignKey("annotate.Item", on_delete=models.PROTECT, related_name="leases")
    reviewer = models.ForeignKey("annotate.Reviewer", on_delete=models.PROTECT, related_name="leases")
    version = models.ForeignKey("taxonomy.Version", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.LIVE)
    stream = models.CharField(max_length=8)
    inclusion_probability = models.FloatField()
    not_assessed = ArrayField(models.CharField(max_length=60), default=list)  # asked, but context is missing
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)  # of a skip
    note = models.TextField(blank=True)  # of a skip or an escalation

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "reviewer"], name="lease_once_per_item_and_reviewer")]
        indexes = [
            models.Index(fields=["reviewer", "campaign"], condition=models.Q(state="live"), name="lease_live"),
            models.Index(fields=["reviewer", "campaign", "-ended_at"], name="lease_recent"),
        ]
