"""One image file into the store: verified by the decoder, then kept by its hash in three forms."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotate.corpus.decoder import Decoder
from annotate.corpus.formats import FIRST_FRAME_USED, ImageFacts, ImageLimits, read_image_file
from annotate.corpus.refusal import Refusal
from core import storage
from core.hashing import sha256_of_bytes

LIMITS = ImageLimits()
FIRST_FRAME_MESSAGE = "The file is animated; only its first frame is used."


@dataclass(slots=True, kw_only=True)
class Taken:
    """A file that is stored, or whose bytes are known. `facts` None: not looked at, because it is known already."""

    sha256: str
    file: Path
    facts: ImageFacts | None = None
    hints: dict[str, Any] = field(default_factory=dict)

    @property
    def note(self) -> tuple[str, str]:
        """(code, message) to tell the person who imports."""
        animated = self.facts is not None and FIRST_FRAME_USED in self.facts.notes
        return (FIRST_FRAME_USED, FIRST_FRAME_MESSAGE) if animated else ("", "")


def hash_of(file: Path) -> str:
    """The SHA-256 of an image file. Raises Refusal: `empty_file`, `file_too_large`, `unreadable_file`."""
    return sha256_of_bytes(read_image_file(file, LIMITS))


def store(decoder: Decoder, taken: Taken) -> None:
    """Verify the file and keep original, clean copy and thumbnail. Doing it twice changes nothing.

    Raises Refusal as the decoder does and `file_changed`, StorageFull.
    """
    found = decoder.examine(taken.file)
    content = read_image_file(taken.file, LIMITS)
    if found.facts.sha256 != taken.sha256 or sha256_of_bytes(content) != taken.sha256:
        raise Refusal("file_changed", "The file was changed while it was being read. Import it again.")
    storage.write("blobs", taken.sha256, content)
    if found.clean is None:
        storage.share("blobs", "clean", taken.sha256)
    else:
        storage.write("clean", taken.sha256, found.clean)
    storage.write("thumbs", taken.sha256, found.thumbnail.data)
    taken.facts, taken.hints = found.facts, found.hints


def is_stored(sha256: str) -> bool:
    """Whether all three forms are there."""
    return all(storage.has(kind, sha256) for kind in ("blobs", "clean", "thumbs"))
