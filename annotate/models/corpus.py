"""Images with their generation record, and the runs that brought them in."""

from uuid import uuid4

from django.conf import settings
from django.db import models

from annotate.models.scoping import ProjectRow, ScopedManager
from core import clock


class Blob(models.Model):
    """Stored bytes, known by their hash. Erased bytes keep their row as a tombstone."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    media_type = models.CharField(max_length=40)
    bytes = models.BigIntegerField()
    width = models.PositiveIntegerField()  # after EXIF transposition
    height = models.PositiveIntegerField()
    orientation = models.PositiveSmallIntegerField(default=1)
    frames = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=clock.now)
    erased_at = models.DateTimeField(null=True)


class Image(ProjectRow):
    """One picture of a project with its generation record. The same bytes are one Image per project."""

    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=300)  # the file name it came with, for display only
    external_id = models.CharField(max_length=200, blank=True)
    prompt = models.TextField(blank=True)
    negative_prompt = models.TextField(blank=True)
    generator = models.CharField(max_length=200, blank=True)
    model_version = models.CharField(max_length=200, blank=True)
    seed = models.CharField(max_length=80, blank=True)  # text: seeds exceed 64 bits
    parameters = models.JSONField(default=dict)
    reference = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    is_reference = models.BooleanField(default=False)  # came in only as a reference of others: never labelled itself
    brief = models.TextField(blank=True)
    source_group = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project", "blob"], name="image_once_per_project")]
        indexes = [
            models.Index(fields=["project", "-created_at", "id"], name="image_newest_first"),
            models.Index(fields=["project", "generator"], name="image_by_generator"),
            models.Index(fields=["project", "source_group"], name="image_by_source_group"),
            models.Index(fields=["project", "external_id"], name="image_by_external_id"),
        ]


class ImportRun(ProjectRow):
    """One import: where it came from, its job, and (in its rows) what became of every file."""

    class State(models.TextChoices):
        COLLECTING = "collecting"  # files are still being uploaded
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=12)  # upload, folder, archive, manifest
    source = models.CharField(max_length=500)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=12, choices=State.choices, default=State.COLLECTING)
    job = models.ForeignKey("annotate.Job", null=True, on_delete=models.PROTECT, related_name="+")
    total_rows = models.PositiveIntegerField(null=True)
    reason = models.TextField(blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True)

    objects = ScopedManager()


class ImportRow(models.Model):
    """What became of one file or manifest row. Unique per run and number: a resumed run never does a row twice."""

    class Outcome(models.TextChoices):
        IMAGE = "image"
        DUPLICATE = "duplicate"  # these bytes with this record are already here
        CONFLICT = "conflict"  # these bytes are already here with another record
        ERROR = "error"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    file = models.CharField(max_length=500)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    code = models.CharField(max_length=60, blank=True)
    message = models.TextField(blank=True)
    image = models.ForeignKey(Image, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_row_once")]
