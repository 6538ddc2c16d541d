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
    submitted_at = models.DateTimeField(null=True)  # of a draft in review: when it was put up for it, and by whom
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

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


class VersionApproval(models.Model):
    """Somebody other than the author read exactly this state of a draft in review and agrees with it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="approvals")
    content_hash = models.CharField(max_length=64)  # of the state that was read; an edit makes the approval idle
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    word = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "content_hash", "by"], name="approval_once_per_person_and_state")
        ]


class ChangeRequest(models.Model):
    """Somebody wants a concept changed, and says on which evidence."""

    class Kind(models.TextChoices):
        WORDING = "wording"
        MEANING = "meaning"
        SPLIT = "split"
        MERGE = "merge"
        NEW = "new"
        EXAMPLE = "example"
        OTHER = "other"

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DONE = "done"
        DECLINED = "declined"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="change_requests")
    concept = models.CharField(max_length=60, blank=True)  # empty: the taxonomy as a whole
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=160)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    version = models.CharField(max_length=40)  # the number that it speaks of
    evidence = models.JSONField(default=dict)  # agreement, confusions, disputed images: as they were when it was opened
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=clock.now)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closing_word = models.TextField(blank=True)
    done_in = models.CharField(max_length=40, blank=True)  # the version that carried it out

    class Meta:
        indexes = [models.Index(fields=["taxonomy", "state", "-opened_at"], name="change_request_board")]


class ChangeVote(models.Model):
    """One person's stand on a change request."""

    request = models.ForeignKey(ChangeRequest, on_delete=models.CASCADE, related_name="votes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    value = models.SmallIntegerField()  # 1 for, -1 against
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "by"], name="change_vote_once"),
            models.CheckConstraint(condition=models.Q(value__in=[1, -1]), name="change_vote_is_for_or_against"),
        ]


class Comment(models.Model):
    """A remark about a concept of a version, or under a change request. Withdrawn rather than deleted."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="comments")
    concept = models.CharField(max_length=60, blank=True)
    version = models.CharField(max_length=40)
    request = models.ForeignKey(ChangeRequest, null=True, on_delete=models.PROTECT, related_name="comments")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["taxonomy", "concept", "created_at"], name="comments_of_concept")]


class GuidelineLink(models.Model):
    """A read-only way to the printable guideline for somebody without an account. Only the token's hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    taxonomy = models.ForeignKey(Taxonomy, on_delete=models.PROTECT, related_name="guideline_links")
    version = models.ForeignKey(Version, null=True, on_delete=models.PROTECT, related_name="+")  # null: the newest
    token_hash = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=120)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)  # last time
