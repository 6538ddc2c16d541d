"""Which stored file an Item shows to those who settle it."""

from uuid import UUID

from accounts.scope import Scope
from annotate.errors import UnknownHere
from annotate.models import Blob, Item
from annotate.queue.pictures import THUMBNAIL_TYPE, Picture, Which


def picture_of_item(scope: Scope, item: UUID, which: Which) -> Picture:
    """The Item's picture, its thumbnail or its reference. Raises UnknownHere (also for withdrawn pictures)."""
    path = "image__reference__blob" if which == "reference" else "image__blob"
    rows = Item.objects.scoped(scope).filter(id=item).exclude(state=Item.State.WITHDRAWN)
    sha256 = rows.values_list(path, flat=True).first()
    blob = Blob.objects.filter(sha256=sha256, erased_at=None).first() if sha256 else None
    if blob is None:
        raise UnknownHere
    if which == "thumbnail":
        return Picture(kind="thumbs", sha256=blob.sha256, media_type=THUMBNAIL_TYPE)
    return Picture(kind="clean", sha256=blob.sha256, media_type=blob.media_type)
