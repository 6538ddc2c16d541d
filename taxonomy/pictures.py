"""Pictures of examples: checked by decoding, bounded, and written anew without anything but pixels.

Taxonomy stands below the corpus and may not use its decoder; a handful of pictures per version needs no more than this.
"""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from core.hashing import sha256_of_bytes

MAX_BYTES = 20 << 20
MAX_PIXELS = 40_000_000
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
JPEG_QUALITY = 92
WEBP_QUALITY = 90


class PictureRefused(Exception):
    """This file cannot become the picture of an example; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """`data` is what is stored: upright pixels in the format they came in, without metadata."""

    sha256: str
    media_type: str
    width: int
    height: int
    data: bytes


def read_picture(path: Path) -> tuple[str, bytes]:
    """SHA-256 and bytes of a file as it lies there. Raises PictureRefused."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PictureRefused(f"The file cannot be read: {error.strerror or type(error).__name__}.") from None
    if not data:
        raise PictureRefused("The file is empty (0 bytes).")
    if len(data) > MAX_BYTES:
        raise PictureRefused(f"The file is larger than {MAX_BYTES >> 20} MB, the most that an example may have.")
    return sha256_of_bytes(data), data


def clean_picture(data: bytes) -> Picture:
    """PNG, JPEG or WebP, one frame, at most 40 megapixels; the same bytes give the same picture.

    Raises PictureRefused for anything else.
    """
    _verify(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=list(MEDIA_TYPES))
            image.load()
            return _written(image)
    except PictureRefused:
        raise
    except Exception as error:  # a decoder fed with hostile bytes raises whatever it likes
        raise PictureRefused("The picture is damaged; save it again and try once more.") from error


def _verify(data: bytes) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=list(MEDIA_TYPES))
    except UnidentifiedImageError:
        raise PictureRefused("This is not a PNG, JPEG or WebP picture.") from None
    except Exception as error:
        raise PictureRefused("The picture is damaged; save it again and try once more.") from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise PictureRefused(f"The picture has {width} × {height} pixels; at most {MAX_PIXELS // 10**6} megapixels.")
    if getattr(image, "n_frames", 1) > 1:
        raise PictureRefused("The picture is animated; take one frame of it.")
    try:
        image.verify()
    except Exception as error:
        raise PictureRefused("The picture is damaged; save it again and try once more.") from error


def _written(image: Image.Image) -> Picture:
    form = str(image.format)
    upright = ImageOps.exif_transpose(image) if image.getexif().get(0x0112, 1) != 1 else image
    out = io.BytesIO()
    if form == "JPEG":
        _write_jpeg(upright, out)
    elif form == "WEBP":
        _bare(upright, ("RGB", "RGBA")).save(out, "WEBP", quality=WEBP_QUALITY, method=4)
    else:
        _bare(upright, ("1", "L", "LA", "RGB", "RGBA")).save(out, "PNG", optimize=False)
    data = out.getvalue()
    return Picture(
        sha256=sha256_of_bytes(data),
        media_type=MEDIA_TYPES[form],
        width=upright.width,
        height=upright.height,
        data=data,
    )


def _write_jpeg(image: Image.Image, out: io.BytesIO) -> None:
    """With the quantisation tables it came with where nothing was turned, so that little is lost."""
    if image.format == "JPEG" and image.mode in ("L", "RGB"):
        image.info = {name: value for name, value in image.info.items() if name in ("adobe", "adobe_transform")}
        image.save(out, "JPEG", quality="keep", exif=b"", icc_profile=None, comment=b"")
    else:
        _bare(image, ("L", "RGB")).save(out, "JPEG", quality=JPEG_QUALITY)


def _bare(image: Image.Image, modes: tuple[str, ...]) -> Image.Image:
    """A copy that holds nothing but pixels, in a mode that the format can write."""
    if image.mode in modes:
        plain = image.copy()
    else:
        clear = image.mode in ("PA", "La", "RGBa", "LA", "RGBA") or "transparency" in image.info
        plain = image.convert("RGBA" if clear and "RGBA" in modes else "RGB")
    plain.info = {}
    return plain
