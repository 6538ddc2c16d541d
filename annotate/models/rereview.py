"""Questions that a migration puts to people, their leases and answers; and bridge sets.

Nothing here points at carried rows: a rollback drops those and withdraws the questions, and no answer is lost.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotate.models.scoping import ProjectRow, ScopedManager
from core import clock


class Rereview(ProjectRow):
    """One queued Finding, or one gold label that is held back, under an active migration run."""

    class State(models.TextChoices):
        OPEN = "open"
        ANSWERED = "answered"
        WITHDRAWN = "withdrawn"  # its run was rolled back, or its Image withdrawn

    run = models.ForeignKey("annotate.MigrationRun", on_delete=models.PROTECT, related_name="rereviews")
    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("annotate.Item", on_delete=models.PROTECT, related_name="rereviews")
    image = models.ForeignKey("annotate.Image", on_delete=models.PROTECT, related_name="+")
    finding = models.ForeignKey("annotate.Finding", null=True, on_delete=models.PROTECT, related_name="rereviews")
    gold = models.ForeignKey("annotate.GoldLabel", null=True, on_delete=models.PROTECT, related_name="rereviews")
    finder = models.ForeignKey("annotate.Reviewer", null=True, on_delete=models.PROTECT, related_name="+")
    concept = models.CharField(max_length=60)  # what it was found as
    kinds = ArrayField(models.CharField(max_length=80))  # presence, concept, severity, region, exclusion:…, requires:…
    candidates = models.JSONField(default=list)
    desk = models.BooleanField(default=False)  # only an adjudicator may answer it
    priority = models.FloatField(default=0.0)  # gold or exported first, then veto, then penalty, then age
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(finding=None) ^ models.Q(gold=None), name="rereview_asks_of_one_thing"
            ),
            models.UniqueConstraint(
                fields=["run", "finding"], condition=models.Q(gold=None), name="rereview_once_per_finding"
            ),
            models.UniqueConstraint(
                fields=["run", "gold"], condition=models.Q(finding=None), name="rereview_once_per_gold_label"
            ),
        ]
        indexes = [
            models.Index(
                models.F("campaign"), models.F("priority").desc(), models.F("id"),
                condition=models.Q(state="open"), name="rereview_queue",
            )
        ]  # fmt: skip


class RereviewLease(ProjectRow):
    """A Reviewer's right to answer one question for a while; at most one live lease a question."""

    class State(models.TextChoices):
        LIVE = "live"
        ANSWERED = "answered"
        SKIPPED = "skipped"
        RELEASED = "released"

    rereview = models.ForeignKey(Rereview, on_delete=models.PROTECT, related_name="leases")
    reviewer = models.ForeignKey("annotate.Reviewer", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.LIVE)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rereview"], condition=models.Q(state="live"), name="one_live_lease_per_rereview"
            ),
            models.UniqueConstraint(fields=["rereview", "reviewer"], name="rereview_lease_once_per_reviewer"),
        ]


class RereviewAnswer(ProjectRow):
    """How a question was answered. Append-only."""

    class Decision(models.TextChoices):
        CHOSEN = "chosen"  # it stands, as `concept`, `level` and `region` say
        NONE = "none"  # none of the candidates: archived, "rejected in review"

    rereview = models.OneToOneField(Rereview, on_delete=models.PROTECT, related_name="answer")
    lease = models.ForeignKey(RereviewLease, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey("annotate.Reviewer", on_delete=models.PROTECT, related_name="+")
    submission_id = models.UUIDField(unique=True)
    body_hash = models.CharField(max_length=64)
    decision = models.CharField(max_length=8, choices=Decision.choices)
    concept = models.CharField(max_length=60, blank=True)
    level = models.CharField(max_length=40, null=True)
    region = models.JSONField(null=True)
    note = models.TextField(blank=True)
    active_ms = models.PositiveIntegerField(default=0)
    recorded_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()


class BridgeSet(ProjectRow):
    """The same Images, asked again of the same Reviewers under a new Version, blind and later: did agreement rise?"""

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="bridge_sets")  # before
    bridge_campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="+")  # after
    old_version = models.ForeignKey("taxonomy.Version", on_delete=models.PROTECT, related_name="+")
    new_version = models.ForeignKey("taxonomy.Version", on_delete=models.PROTECT, related_name="+")
    concepts = ArrayField(models.CharField(max_length=60))  # compared: the same id before and after
    reviewers = ArrayField(models.UUIDField())
    seed = models.BigIntegerField()
    wanted = models.PositiveIntegerField()  # Items asked for
    drawn = models.JSONField()  # {"positive": n, "negative": n, "available": {…}} and what was missing
    report = models.JSONField(null=True)
    report_fingerprint = models.CharField(max_length=80, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
