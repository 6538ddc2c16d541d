"""Small pictures for lists and galleries."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from annotate.corpus.containers import JPEG, corrupt, outline
from annotate.corpus.formats import PIL_FORMATS, ImageLimits, as_rgb, display_image, read_image_file
from annotate.corpus.metadata import cut_metadata, orientation_of, oriented
from annotate.corpus.refusal import Refusal

LONGEST_SIDE = 320
MEDIA_TYPE = "image/webp"
EXTENSION = ".webp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumbnail:
    """An upright WebP without metadata."""

    data: bytes
    media_type: str
    width: int
    height: int


def make_thumbnail(
    data: bytes | Path, *, longest_side: int = LONGEST_SIDE, limits: ImageLimits | None = None
) -> Thumbnail:
    """A WebP of at most `longest_side` pixels a side, at least 1 pixel each, never larger than the image.

    JPEGs are decoded at a reduced size, which is several times faster. Same refusals as `inspect_image`.
    """
    limits = limits or ImageLimits()
    content = read_image_file(data, limits)
    if outline(content).media_type == JPEG:
        image = _reduced_jpeg(content, longest_side, limits)
    else:
        image = display_image(content, limits)
    return encode_thumbnail(image, longest_side=longest_side)


def encode_thumbnail(image: Image.Image, *, longest_side: int = LONGEST_SIDE) -> Thumbnail:
    """The thumbnail of an upright RGB image that is decoded already (`display_image`)."""
    factor = min(1.0, longest_side / max(image.size))
    size = (max(1, round(image.width * factor)), max(1, round(image.height * factor)))
    small = image if size == image.size else image.resize(size, Image.Resampling.LANCZOS, reducing_gap=1.0)
    target = io.BytesIO()
    small.save(target, "WEBP", quality=80, method=1)
    return Thumbnail(data=target.getvalue(), media_type=MEDIA_TYPE, width=size[0], height=size[1])


def _reduced_jpeg(content: bytes, longest_side: int, limits: ImageLimits) -> Image.Image:
    claimed = outline(content)
    if claimed.width * claimed.height > limits.max_pixels or min(claimed.width, claimed.height) < 1:
        return display_image(content, limits)  # says what is wrong
    try:
        with Image.open(io.BytesIO(cut_metadata(content)), formats=(PIL_FORMATS[JPEG],)) as image:
            factor = min(1.0, 2 * longest_side / max(image.size))
            image.draft(None, (max(1, round(image.width * factor)), max(1, round(image.height * factor))))
            image.load()
            return oriented(as_rgb(image), orientation_of(content))
    except Refusal:
        raise
    except Exception as error:  # as in formats: whatever a decoder raises, the file is refused
        raise corrupt("its pixels cannot be decoded") from error
