"""Scores, embeddings, detectors, predictions and rankings. Written by scoring's services only."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from pgvector.django import VectorField

from annotate.models.scoping import ProjectRow, ScopedManager
from core import clock


class Score(ProjectRow):
    """A metric's value for an Image; null with a status and reason where it has none."""

    image = models.ForeignKey("annotate.Image", on_delete=models.CASCADE, related_name="+")
    metric = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=80)  # metric version, backend and the hash of its weight files
    value = models.FloatField(null=True)
    status = models.CharField(max_length=40, default="ok")
    reason = models.TextField(blank=True)
    computed_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "metric", "fingerprint"], name="score_once"),
            models.CheckConstraint(  # NaN sorts above infinity in PostgreSQL, so this refuses both
                condition=models.Q(value__isnull=True) | models.Q(value__gt=float("-inf"), value__lt=float("inf")),
                name="score_is_finite",
            ),
        ]


class Embedding(ProjectRow):
    """An Image's feature vector; near-duplicates and "more like this" are searched in the database."""

    image = models.ForeignKey("annotate.Image", on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=80)
    vector = VectorField()
    computed_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["image", "fingerprint"], name="embedding_once")]


class TrainingRun(ProjectRow):
    """One training of all detectors of a campaign on an export's manifest."""

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="+")
    export = models.ForeignKey("annotate.Export", on_delete=models.PROTECT, related_name="+")
    job = models.ForeignKey("annotate.Job", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default="queued")  # queued, running, done, failed
    manifest_hash = models.CharField(max_length=64, blank=True)
    embedding = models.CharField(max_length=80, blank=True)
    summary = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    objects = ScopedManager()


class Detector(ProjectRow):
    """One model for one defect, or the plain statement why there is none."""

    class State(models.TextChoices):
        TRAINED = "trained"
        TOO_FEW = "too_few"
        FAILED = "failed"

    run = models.ForeignKey(TrainingRun, on_delete=models.PROTECT, related_name="detectors")
    version = models.ForeignKey("taxonomy.Version", on_delete=models.PROTECT, related_name="+")
    defect = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=State.choices)
    reason = models.TextField(blank=True)
    positives = models.PositiveIntegerField()
    negatives = models.PositiveIntegerField()
    figures = models.JSONField(default=dict)  # held-out AUROC, average precision, F1 with interval and n; ceiling
    artefact = models.CharField(max_length=200, blank=True)  # relative to DATA_DIR
    artefact_sha256 = models.CharField(max_length=64, blank=True)
    champion = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "defect"], name="detector_once_per_run")]


class Prediction(ProjectRow):
    """A detector's probability that an Image shows its defect."""

    image = models.ForeignKey("annotate.Image", on_delete=models.CASCADE, related_name="+")
    detector = models.ForeignKey(Detector, on_delete=models.CASCADE, related_name="predictions")
    probability = models.FloatField()
    computed_at = models.DateTimeField(default=clock.now)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["image", "detector"], name="prediction_once"),
            models.CheckConstraint(
                condition=models.Q(probability__gte=0, probability__lte=1), name="prediction_is_a_probability"
            ),
        ]


class Ranking(ProjectRow):
    """One run that wrote priorities on Items of a campaign."""

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="+")
    strategy = models.CharField(max_length=20)
    parameters = models.JSONField(default=dict)
    seed = models.BigIntegerField()
    job = models.ForeignKey("annotate.Job", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, default="queued")
    summary = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    objects = ScopedManager()


class RankingEntry(models.Model):
    """What a ranking said of one Item: its new priority, why, and with which probability it was drawn."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="entries")
    item = models.ForeignKey("annotate.Item", on_delete=models.CASCADE, related_name="+")
    priority = models.FloatField()
    previous_priority = models.FloatField()
    inclusion_probability = models.FloatField()
    reasons = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ranking", "item"], name="ranking_entry_once")]
