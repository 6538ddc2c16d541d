"""Pictures that owners give to the examples of a draft one by one, outside an import."""

from uuid import UUID

from django.db import transaction

from accounts.models import User
from core import storage
from taxonomy import services
from taxonomy.models import ExamplePicture
from taxonomy.pictures import Picture


def add_picture(slug: str, picture: Picture, *, by: User, source_image: UUID | None = None) -> ExamplePicture:
    """Copy a checked picture into the taxonomy's own store; the same bytes are stored once and keep their row.

    `source_image` names the Image of a project that it was copied from. Takes the Taxonomy row's lock. Raises
    UnknownTaxonomy, NotAnOwner, StorageFull.
    """
    with transaction.atomic():
        taxonomy = services.locked(slug)
        services.require_owner(by, taxonomy)
        storage.write("pictures", picture.sha256, picture.data)
        row, _ = ExamplePicture.objects.get_or_create(
            sha256=picture.sha256,
            defaults={
                "media_type": picture.media_type,
                "width": picture.width,
                "height": picture.height,
                "bytes": len(picture.data),
                "source_image": source_image,
            },
        )
        origin = {"source_image": str(source_image)} if source_image else {}
        services.record(taxonomy, "picture.added", by, subject=picture.sha256, bytes=row.bytes, **origin)
    return row
