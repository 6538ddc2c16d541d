"""Which stored file a lease gives the right to see."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from accounts.scope import Scope
from annotate.errors import UnknownHere
from annotate.models import Blob, Lease
from core.storage import Kind

Which = Literal["image", "thumbnail", "reference"]
THUMBNAIL_TYPE = "image/webp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A stored file with the type it was decoded as."""

    kind: Kind
    sha256: str
    media_type: str


def picture_of_lease(scope: Scope, lease: UUID, which: Which) -> Picture:
    """The picture that the person's own lease shows. Raises UnknownHere (also for withdrawn pictures)."""
    path = "item__image__reference__blob" if which == "reference" else "item__image__blob"
    rows = Lease.objects.scoped(scope).filter(id=lease, reviewer__user_id=scope.person)
    sha256 = rows.values_list(path, flat=True).first()
    blob = Blob.objects.filter(sha256=sha256, erased_at=None).first() if sha256 else None
    if blob is None:
        raise UnknownHere
    if which == "thumbnail":
        return Picture(kind="thumbs", sha256=blob.sha256, media_type=THUMBNAIL_TYPE)
    return Picture(kind="clean", sha256=blob.sha256, media_type=blob.media_type)
