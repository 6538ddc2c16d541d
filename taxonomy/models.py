"""Taxonomies, their versions and permanent concepts. Published versions are guarded by triggers (migration 0002)."""

from uuid import uuid4

from django.conf import settings
from django.db import models

from core import clock


class Taxonomy(models.Model):
    """A catalogue of defects; installation-wide, with owners of its own."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    id_prefix = models.CharField(max_length=12)
    approvals_required = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)


class TaxonomyOwner(models.Model):
    """Who may edit drafts of a taxonomy and publish them."""

    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.CASCADE, related_name="owners")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="owned_taxonomies")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["taxonomy", "user"], name="taxonomy_owner_once")]


class Version(models.Model):
    """One edition: the whole tree as a document. Frozen once published; only its state may still become retired."""

    class State(models.TextChoices):
        DRAFT = "draft"
        IN_REVIEW = "in_review"
        PUBLISHED = "published"
        RETIRED = "retired"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="versions")
    number = models.CharField(max_length=40)  # semantic version, e.g. 1.1.0
    sort_key = models.CharField(max_length=60, db_index=True)  # zero-padded, so that text order is version order
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    document = models.JSONField()
    migration = models.JSONField(null=True)  # the declared operations that led here from `parent`, where there are any
    operations = models.JSONField(default=list)  # of an open draft: declared so far, in the form of a migration file
    content_hash = models.CharField(max_length=64)
    release_notes = models.TextField(blank=True)
    lint = models.JSONField(null=True)
    imported_as_published = models.BooleanField(default=False)
    row_version = models.PositiveIntegerField(default=1)  # the ETag of a draft
    created_at = models.DateTimeField(default=clock.now)
    updated_at = models.DateTimeField(default=clock.now)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["taxonomy", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["taxonomy"],
                condition=models.Q(state__in=["draft", "in_review"]),
                name="one_open_draft_per_taxonomy",
            ),
        ]


class Concept(models.Model):
    """A dimension, defect or sub-defect for good: its id and every code it has ever had belong to nobody else."""

    id = models.BigAutoField(primary_key=True)
    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="concepts")
    key = models.CharField(max_length=60)  # the permanent id of the file, e.g. AID-0011
    kind = models.CharField(max_length=12)  # dimension, defect, sub_defect
    code = models.CharField(max_length=8, blank=True)
    first_version = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["taxonomy", "key"], name="concept_key_once")]


class ConceptCode(models.Model):
    """Every code a concept has had in a published version: it belongs to that concept for good."""

    id = models.BigAutoField(primary_key=True)
    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="codes")
    concept = models.ForeignKey(Concept, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=8)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["taxonomy", "code"], name="concept_code_once")]


class ExamplePicture(models.Model):
    """The picture of an example, copied into the taxonomy's own store; documents name it by its SHA-256."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.BigIntegerField()
    source_image = models.UUIDField(null=True)  # an Image of a project, when an owner took it from there
    created_at = models.DateTimeField(default=clock.now)
