"""What a migration carried: a new layer that points back at Annotations, which stay as they were given.

Only these rows may ever be deleted (a rollback drops its layer). A layer is seen where `Campaign.layer` names its run:
the views `annotate_standing_annotation`, `annotate_standing_finding` and `annotate_standing_gold` (database migration
0006) give Annotations, Findings and gold as they stand under the Version that the Campaign has now.
"""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotate.models.scoping import ProjectRow, ScopedManager
from core import clock


class Outcome(models.TextChoices):
    CARRIED = "carried"
    MAPPED = "mapped"
    QUEUED = "queued"
    ARCHIVED = "archived"


class MigrationRun(ProjectRow):
    """One Campaign moved from its Version to a later one along `path`. Its rows are invisible until it is active."""

    class State(models.TextChoices):
        PREPARING = "preparing"
        READY = "ready"  # all rows are written, nothing is seen of them
        ACTIVE = "active"
        ROLLED_BACK = "rolled_back"
        FAILED = "failed"

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="migration_runs")
    previous = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")  # the layer below
    from_version = models.ForeignKey("taxonomy.Version", on_delete=models.PROTECT, related_name="+")
    to_version = models.ForeignKey("taxonomy.Version", on_delete=models.PROTECT, related_name="+")
    path = ArrayField(models.UUIDField())  # Versions from the first to the last, both included
    state = models.CharField(max_length=12, choices=State.choices, default=State.PREPARING)
    from_defects = ArrayField(models.CharField(max_length=60))  # what the Campaign asked before
    to_defects = ArrayField(models.CharField(max_length=60))  # and what it asks from then on
    fingerprint = models.CharField(max_length=80)  # of the labels that the dry run saw
    dry_run = models.JSONField()  # its counts, in the words of `annotate.evidence.impact.DryRun`
    counts = models.JSONField(null=True)  # what was written, for the same fingerprint
    job = models.ForeignKey("annotate.Job", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)  # why it failed or was rolled back
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    activated_at = models.DateTimeField(null=True)
    rolled_back_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=models.Q(state__in=["preparing", "ready"]),
                name="one_open_migration_per_campaign",
            )
        ]


class CarriedFinding(ProjectRow):
    """What became of one Finding under the run's Version.

    `outcome` never changes. `standing` says whether it counts there: carried and mapped ones that were not merged, and
    queued ones that a person answered; `concept` and `level` are then those it stands as.
    """

    run = models.ForeignKey(MigrationRun, on_delete=models.PROTECT, related_name="findings")
    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("annotate.Item", on_delete=models.PROTECT, related_name="+")
    image = models.ForeignKey("annotate.Image", on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey("annotate.Reviewer", on_delete=models.PROTECT, related_name="+")  # who found it
    annotation = models.ForeignKey("annotate.Annotation", on_delete=models.PROTECT, related_name="+")
    finding = models.ForeignKey("annotate.Finding", on_delete=models.PROTECT, related_name="carried")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    standing = models.BooleanField()
    concept = models.CharField(max_length=60, blank=True)
    sub_defect = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=8, blank=True)  # of the scale it stands on: severity, rating, flag
    level = models.CharField(max_length=40, null=True)
    region = models.JSONField(null=True)
    candidates = models.JSONField(default=list)  # [[concept, level or null], …] in the order of the algebra
    review = ArrayField(models.CharField(max_length=80), default=list)  # presence, concept, severity, region, …
    flags = ArrayField(models.CharField(max_length=40), default=list)
    merged_into = models.UUIDField(null=True)  # the Finding that survived on the same region
    reason = models.TextField(blank=True)  # why it was archived
    state = models.JSONField(default=dict)  # what the next step needs: row with modes, doubts, asked
    arrived = models.BooleanField(default=False)  # submitted under the old Version after the dry run
    answered_by = models.ForeignKey("annotate.Reviewer", null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)  # of a queued one: when its re-review settled it

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "finding"], name="carried_once_per_run")]
        indexes = [
            models.Index(fields=["run", "outcome"], name="carried_by_outcome"),
            models.Index(fields=["annotation"], name="carried_of_annotation"),
        ]


class CarriedAbsence(ProjectRow):
    """What one Annotation says about absence under the run's Version: of `asked`, what is neither found nor in
    `not_assessed` is absent. The verdict is the new Version's; `verdict_open` means "at least"."""

    run = models.ForeignKey(MigrationRun, on_delete=models.PROTECT, related_name="absences")
    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("annotate.Item", on_delete=models.PROTECT, related_name="+")
    annotation = models.ForeignKey("annotate.Annotation", on_delete=models.PROTECT, related_name="carried")
    asked = ArrayField(models.CharField(max_length=60))
    not_assessed = ArrayField(models.CharField(max_length=60), default=list)
    verdict = models.CharField(max_length=10)
    verdict_open = models.BooleanField(default=False)
    arrived = models.BooleanField(default=False)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "annotation"], name="carried_absence_once_per_run")]


class CarriedGold(ProjectRow):
    """What became of gold labels of one Image under the run's Version. A queued one is held back until answered.

    `concept` is the one it stands for under the new Version; of a queued or archived one the old one. `origins` are the
    gold labels it comes from (several after a merge).
    """

    run = models.ForeignKey(MigrationRun, on_delete=models.PROTECT, related_name="gold")
    image = models.ForeignKey("annotate.Image", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey("annotate.Item", null=True, on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey("annotate.Campaign", null=True, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey("taxonomy.Version", on_delete=models.PROTECT, related_name="+")
    origins = ArrayField(models.UUIDField())
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    standing = models.BooleanField()
    concept = models.CharField(max_length=60)
    value = models.CharField(max_length=12)
    level = models.CharField(max_length=40, blank=True)
    region = models.JSONField(null=True)
    regions = models.JSONField(default=list)
    candidates = models.JSONField(default=list)
    review = ArrayField(models.CharField(max_length=80), default=list)
    flags = ArrayField(models.CharField(max_length=40), default=list)
    provenance = models.CharField(max_length=14)
    rule = models.CharField(max_length=40, blank=True)
    annotations = ArrayField(models.UUIDField(), default=list)
    reason_code = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "image", "concept"], condition=models.Q(standing=True), name="carried_gold_stands_once"
            )
        ]
        indexes = [
            models.Index(fields=["run", "outcome"], name="carried_gold_by_outcome"),
            models.Index(fields=["image", "version"], name="carried_gold_of_image"),
        ]
