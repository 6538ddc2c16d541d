"""Annotations and their Findings. Append-only (trigger, migration 0002): a correction is a further revision."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotate.models.scoping import ProjectRow, ScopedManager
from core import clock


class Annotation(ProjectRow):
    """One Reviewer's whole answer to one Item, in numbered revisions; the highest is current."""

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="annotations")
    item = models.ForeignKey("annotate.Item", on_delete=models.PROTECT, related_name="annotations")
    image = models.ForeignKey("annotate.Image", on_delete=models.PROTECT, related_name="+")
    lease = models.ForeignKey("annotate.Lease", on_delete=models.PROTECT, related_name="annotations")
    reviewer = models.ForeignKey("annotate.Reviewer", on_delete=models.PROTECT, related_name="annotations")
    version = models.ForeignKey("taxonomy.Version", on_delete=models.PROTECT, related_name="+")
    sequence = models.BigIntegerField(db_index=True)  # from a database sequence: the fingerprint of reports
    revision = models.PositiveIntegerField()
    submission_id = models.UUIDField(unique=True)
    body_hash = models.CharField(max_length=64)
    outcome = models.CharField(max_length=10)  # clean, defects, unusable
    absence = models.CharField(max_length=16)  # how absences were obtained: glance, dimension_pass, question
    asked = ArrayField(models.CharField(max_length=60))  # concept ids that were askable
    not_assessed = ArrayField(models.CharField(max_length=60), default=list)
    verdict_given = models.CharField(max_length=10, blank=True)
    verdict = models.CharField(max_length=10)  # the worst action of the findings
    note = models.TextField(blank=True)
    active_ms = models.PositiveIntegerField()
    late = models.BooleanField(default=False)  # kept, outside the redundancy
    after_reveal = models.BooleanField(default=False)  # made after something was revealed: not for agreement
    recorded_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lease", "revision"], name="annotation_revision_once")]
        indexes = [models.Index(fields=["campaign", "item"], name="annotation_of_item")]


class Finding(models.Model):
    """One defect inside an Annotation; on a rating scale the score given (`level` null: not applicable)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    project = models.ForeignKey("annotate.Project", on_delete=models.PROTECT, related_name="+")
    annotation = models.ForeignKey(Annotation, on_delete=models.PROTECT, related_name="findings")
    position = models.PositiveSmallIntegerField()
    defect = models.CharField(max_length=60)
    sub_defect = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=8)  # severity, rating, flag: the kind of the defect's scale
    level = models.CharField(max_length=40, null=True)
    region = models.JSONField(null=True)
    confidence = models.CharField(max_length=8, default="sure")  # sure, unsure
    note = models.TextField(blank=True)
    derived = models.BooleanField(default=False)  # set by `implies`

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["annotation", "position"], name="finding_position_once")]
        indexes = [models.Index(fields=["project", "defect"], name="finding_by_defect")]
