"""Gold labels with their provenance, and what measuring people against them gave. Append-only."""

from uuid import uuid4

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotate.models.scoping import ProjectRow, ScopedManager
from core import clock


class GoldLabel(ProjectRow):
    """The settled answer for one concept of one Image under one Version; the highest revision is current."""

    class Value(models.TextChoices):
        PRESENT = "present"
        ABSENT = "absent"
        NOT_ASSESSED = "not_assessed"

    class Provenance(models.TextChoices):
        CONSENSUS = "consensus"
        ADJUDICATION = "adjudication"
        EXPERT_IMPORT = "expert_import"

    image = models.ForeignKey("annotate.Image", on_delete=models.PROTECT, related_name="gold")
    item = models.ForeignKey("annotate.Item", null=True, on_delete=models.PROTECT, related_name="gold")
    campaign = models.ForeignKey("annotate.Campaign", null=True, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("taxonomy.Version", on_delete=models.PROTECT, related_name="+")
    concept = models.CharField(max_length=60)
    revision = models.PositiveIntegerField(default=1)
    value = models.CharField(max_length=12, choices=Value.choices)
    level = models.CharField(max_length=40, blank=True)
    region = models.JSONField(null=True)  # the medoid by IoU
    regions = models.JSONField(default=list)  # all that were drawn
    provenance = models.CharField(max_length=14, choices=Provenance.choices)
    rule = models.CharField(max_length=40, blank=True)  # e.g. majority_of_3 2:1
    annotations = ArrayField(models.UUIDField(), default=list)  # what it rests on
    reason_code = models.CharField(max_length=20, blank=True)  # rule_unclear, oversight, borderline, taxonomy_gap
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "version", "concept", "revision"], name="gold_revision_once")
        ]
        indexes = [models.Index(fields=["campaign", "concept"], name="gold_by_campaign")]


class TestResult(models.Model):
    """One Annotation compared with the gold labels of its Image (the Item was handed out blind as a test item)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    project = models.ForeignKey("annotate.Project", on_delete=models.PROTECT, related_name="+")
    annotation = models.OneToOneField("annotate.Annotation", on_delete=models.PROTECT, related_name="test_result")
    reviewer = models.ForeignKey("annotate.Reviewer", on_delete=models.PROTECT, related_name="test_results")
    hits = models.PositiveIntegerField()
    misses = models.PositiveIntegerField()
    false_alarms = models.PositiveIntegerField()
    correct_absences = models.PositiveIntegerField()
    detail = models.JSONField(default=list)  # [{concept, gold, answer, level_gold, level_answer}]
    recorded_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()
    __test__ = False  # not a test case, whatever pytest thinks of the name
