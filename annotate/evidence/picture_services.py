"""Pictures on their way into the examples of a taxonomy: uploaded by an owner, or copied out of a project."""

import tempfile
from pathlib import Path
from uuid import UUID

from django.db import transaction

from accounts import journal
from accounts.models import User
from accounts.scope import Scope
from annotate.corpus.decoder import Decoder
from annotate.corpus.formats import ImageLimits
from annotate.corpus.queries import copied_from
from annotate.corpus.refusal import Refusal
from annotate.errors import CopyNotConfirmed, PictureWithdrawn, UnknownHere
from core import storage
from core.hashing import sha256_of_bytes
from taxonomy import draft_services
from taxonomy.errors import PictureUnusable
from taxonomy.models import ExamplePicture
from taxonomy.picture_services import add_picture
from taxonomy.pictures import MAX_BYTES, MAX_PIXELS, MEDIA_TYPES, Picture

LIMITS = ImageLimits(max_bytes=MAX_BYTES, max_pixels=MAX_PIXELS)


def upload_picture(slug: str, data: bytes, *, by: User) -> ExamplePicture:
    """Check a picture in a process of its own, take its metadata away and store it for examples.

    Raises UnknownTaxonomy, NotAnOwner, PictureUnusable, StorageFull; nothing is stored then.
    """
    draft_services.require_owner_of(slug, by=by)
    return add_picture(slug, _examined(data), by=by)


def _examined(data: bytes) -> Picture:
    with tempfile.TemporaryDirectory(prefix="example-") as folder, Decoder(LIMITS) as decoder:
        file = Path(folder) / "picture"
        file.write_bytes(data)
        try:
            found = decoder.examine(file)
        except Refusal as refusal:
            raise _unusable(refusal.code, refusal.message) from refusal
    if found.facts.media_type not in MEDIA_TYPES.values():
        raise _unusable("unsupported_type", "An example is a PNG, JPEG or WebP picture. Save it as one of these.")
    if found.facts.animated:
        raise _unusable("animated", "The picture is animated. Save one frame of it as a picture.")
    clean = data if found.clean is None else found.clean
    return Picture(
        sha256=sha256_of_bytes(clean),
        media_type=found.facts.media_type,
        width=found.facts.width,
        height=found.facts.height,
        data=clean,
    )


def _unusable(code: str, message: str) -> PictureUnusable:
    return PictureUnusable(message, extensions={"code": code})


def copy_image(scope: Scope, image: UUID, slug: str, *, by: User, confirmed: bool) -> ExamplePicture:
    """Copy the picture of an Image out of its project into a taxonomy, once somebody said that it may leave.

    Both journals keep a line. Raises UnknownHere, UnknownTaxonomy, NotAnOwner, CopyNotConfirmed, PictureWithdrawn,
    PictureUnusable.
    """
    draft_services.require_owner_of(slug, by=by)
    if not confirmed:
        raise CopyNotConfirmed("Say `confirmed: true`: everybody who may see the taxonomy will see this picture.")
    with transaction.atomic():
        source = copied_from(scope, image)
        if source is None:
            raise PictureWithdrawn
        if source.media_type not in MEDIA_TYPES.values():
            raise _unusable("unsupported_type", "An example is a PNG, JPEG or WebP picture; this one is not.")
        if not storage.has("clean", source.sha256):
            raise UnknownHere
        data = storage.path_of("clean", source.sha256).read_bytes()
        if len(data) > MAX_BYTES or source.width * source.height > MAX_PIXELS:
            raise _unusable("file_too_large", f"An example has at most {MAX_BYTES >> 20} MB and 40 megapixels.")
        picture = Picture(
            sha256=sha256_of_bytes(data),
            media_type=source.media_type,
            width=source.width,
            height=source.height,
            data=data,
        )
        stored = add_picture(slug, picture, by=by, source_image=image)
        journal.record(
            journal.project_scope(scope.project),
            "image.copied_to_taxonomy",
            actor=by.id,
            subject=image,
            payload={"taxonomy": slug, "picture": stored.sha256},
        )
    return stored
