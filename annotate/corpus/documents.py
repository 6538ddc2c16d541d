"""Shapes of what goes in and out of the routes of images and imports."""

from typing import Any

from rest_framework import serializers

from annotate.corpus.import_queries import OUTCOMES, STATES
from annotate.corpus.queries import GalleryImage, ImageRecord

Document = serializers.Serializer[Any]
KINDS = ("upload", "folder", "archive", "manifest")


class NewImport(Document):
    kind = serializers.ChoiceField(("upload", "server"))
    source = serializers.CharField(  # type: ignore[assignment]  # a field called like an attribute of fields
        max_length=500, allow_blank=True, default="", help_text="server: a path below IMPORT_ROOTS; upload: a name"
    )
    manifest = serializers.CharField(
        max_length=500, allow_blank=True, default="", help_text="server: a manifest inside the folder"
    )


class ImportRunDocument(Document):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    source = serializers.CharField()  # type: ignore[assignment]
    state = serializers.ChoiceField(STATES)
    reason = serializers.CharField()
    total_rows = serializers.IntegerField(allow_null=True)
    image = serializers.IntegerField(help_text="Rows that became an Image.")
    duplicate = serializers.IntegerField()
    conflict = serializers.IntegerField()
    error = serializers.IntegerField()
    skipped = serializers.IntegerField(help_text="Folders and clutter that are no rows.")
    warnings = serializers.ListField(child=serializers.CharField())
    received_files = serializers.IntegerField()
    job = serializers.UUIDField(allow_null=True)
    created_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class ImportRunPage(Document):
    rows = ImportRunDocument(many=True)
    next = serializers.CharField(allow_null=True)


class ImportRunDetail(ImportRunDocument):
    received = serializers.ListField(
        child=serializers.IntegerField(), help_text="Numbers of the files that arrived; go on with the others."
    )


class UploadReceived(Document):
    number = serializers.IntegerField()
    path = serializers.CharField(help_text="What the file is called in the report.")
    size = serializers.IntegerField()


class ImportRowDocument(Document):
    number = serializers.IntegerField()
    file = serializers.CharField()
    outcome = serializers.ChoiceField(OUTCOMES)
    code = serializers.CharField()
    message = serializers.CharField()
    image = serializers.UUIDField(allow_null=True)


class ImportRowPage(Document):
    rows = ImportRowDocument(many=True)
    next = serializers.CharField(allow_null=True)


class GalleryImageDocument(Document):
    id = serializers.UUIDField()
    name = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    generator = serializers.CharField()
    model_version = serializers.CharField()
    source_group = serializers.CharField()
    prompt = serializers.CharField(help_text="Its first 400 characters.")
    created_at = serializers.DateTimeField()
    is_withdrawn = serializers.BooleanField()
    thumbnail_url = serializers.SerializerMethodField()

    def get_thumbnail_url(self, image: GalleryImage) -> str | None:
        return None if image.is_withdrawn else f"/api/v1/images/{image.id}/thumbnail"


class GalleryPage(Document):
    rows = GalleryImageDocument(many=True)
    next = serializers.CharField(allow_null=True)
    total = serializers.IntegerField(help_text="How many Images the filter means.")


class FacetValueDocument(Document):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    images = serializers.IntegerField()


class FacetsDocument(Document):
    images = serializers.IntegerField()
    withdrawn = serializers.IntegerField()
    with_prompt = serializers.IntegerField()
    with_reference = serializers.IntegerField()
    generator = FacetValueDocument(many=True)
    model_version = FacetValueDocument(many=True)
    source_group = FacetValueDocument(many=True)
    import_run = FacetValueDocument(many=True)


class NamedImageDocument(Document):
    id = serializers.UUIDField()
    name = serializers.CharField()


class WithdrawalDocument(Document):
    at = serializers.DateTimeField()
    reason = serializers.CharField()
    by = serializers.CharField(allow_null=True)


class ImageDocument(Document):
    id = serializers.UUIDField()
    project = serializers.UUIDField()
    name = serializers.CharField()
    sha256 = serializers.CharField()
    media_type = serializers.CharField()
    bytes = serializers.IntegerField()
    width = serializers.IntegerField(help_text="After the EXIF orientation was applied.")
    height = serializers.IntegerField()
    frames = serializers.IntegerField(help_text="More than 1: only the first is used.")
    original_url = serializers.CharField(allow_null=True)
    thumbnail_url = serializers.CharField(allow_null=True)
    external_id = serializers.CharField()
    prompt = serializers.CharField()
    negative_prompt = serializers.CharField()
    generator = serializers.CharField()
    model_version = serializers.CharField()
    seed = serializers.CharField()
    parameters = serializers.DictField()
    brief = serializers.CharField()
    source_group = serializers.CharField()
    reference = NamedImageDocument(allow_null=True)
    import_run = serializers.UUIDField(allow_null=True)
    campaigns = NamedImageDocument(many=True)
    created_at = serializers.DateTimeField()
    withdrawn = WithdrawalDocument(allow_null=True)


def image_document(record: ImageRecord) -> dict[str, Any]:
    """An Image with its generation record; no addresses of bytes that were withdrawn."""
    image, blob = record.image, record.blob
    is_there = image.withdrawn_at is None and blob.erased_at is None
    base = f"/api/v1/images/{image.id}"
    texts = ("prompt", "negative_prompt", "generator", "model_version", "seed", "parameters", "brief", "source_group")
    return {
        "id": image.id, "project": image.project_id, "name": image.name, "sha256": blob.sha256,
        "media_type": blob.media_type, "bytes": blob.bytes, "width": blob.width, "height": blob.height,
        "frames": blob.frames, "original_url": f"{base}/original" if is_there else None,
        "thumbnail_url": f"{base}/thumbnail" if is_there else None, "external_id": image.external_id,
        **{name: getattr(image, name) for name in texts}, "reference": record.reference,
        "import_run": record.import_run, "campaigns": record.campaigns, "created_at": image.created_at,
        "withdrawn": None if image.withdrawn_at is None else {
            "at": image.withdrawn_at, "reason": image.withdrawn_reason, "by": record.withdrawn_by,
        },
    }  # fmt: skip
