"""Files by content hash, in the data directory: complete or absent, never half written.

Layout: `files/<kind>/<first two signs>/<sha256>`. Kinds: `blobs` (originals, as they came), `clean` (the same pixels
without metadata chunks), `thumbs`, `pictures` (examples of taxonomies). Nothing here is served by a web server
directly: views check the right to see first.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO, Literal

from django.conf import settings

from core.errors import Unavailable

Kind = Literal["blobs", "clean", "thumbs", "pictures"]
FREE_SPACE_KEPT = 64 * 1024 * 1024


class StorageFull(Unavailable):
    slug, title = "storage-full", "There is too little free space to store this."


def root() -> Path:
    return Path(settings.DATA_DIR) / "files"


def path_of(kind: Kind, sha256: str) -> Path:
    """Where the file of that hash lies (or would). Raises ValueError for anything that is not a hash."""
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        raise ValueError("not a SHA-256 in lower-case hexadecimal")
    return root() / kind / sha256[:2] / sha256


def has(kind: Kind, sha256: str) -> bool:
    return path_of(kind, sha256).exists()


def write(kind: Kind, sha256: str, data: bytes) -> Path:
    """Store bytes under a hash: temporary file, fsync, rename. Existing content stays. Raises StorageFull."""
    target = path_of(kind, sha256)
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    require_space(len(data))
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise StorageFull(f"Writing failed: {error.strerror}.") from error
    return target


def share(source: Kind, target: Kind, sha256: str) -> Path:
    """Give a stored file of one kind to another as well, without storing its bytes twice where that is possible."""
    place = path_of(target, sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(path_of(source, sha256), place)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        return write(target, sha256, path_of(source, sha256).read_bytes())
    return place


def require_space(size: int) -> None:
    """Raises StorageFull when storing `size` bytes would leave less than the reserve."""
    root().mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(root()).free < size + FREE_SPACE_KEPT:
        raise StorageFull("The disk of the data directory is nearly full; free some space and try again.")


def open_file(kind: Kind, sha256: str) -> BinaryIO:
    """The stored bytes. Raises FileNotFoundError."""
    return path_of(kind, sha256).open("rb")


def erase(sha256: str) -> None:
    """Remove every copy of an image (a withdrawal); doing it twice changes nothing."""
    for kind in ("blobs", "clean", "thumbs"):
        path_of(kind, sha256).unlink(missing_ok=True)
