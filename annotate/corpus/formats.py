"""Is this file an image that we take, and what is it? Judged by decoding, never by name or stated type.

The size is checked from the header before anything is decoded; then the structure (all checksums), Pillow's
verify(), and, opened anew, load(): each alone lets damaged files pass. Decoding hostile files belongs into a
worker process with `limit_this_process`, not into the web process.

Policies: only PNG, JPEG, WebP, GIF. Of animated files the first frame is used, and `notes` says so. Width and
height are those after the EXIF orientation was applied; every geometry of this product lies in that frame.
The display form is 8-bit RGB: of 16-bit greyscale the upper 8 bits count (65535 becomes 255), transparency
lies on white, CMYK is converted without a profile.
"""

import io
import resource
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from annotate.corpus.containers import GIF, JPEG, PNG, WEBP, Outline, corrupt, outline, truncated
from annotate.corpus.metadata import cut_metadata, orientation_of, oriented
from annotate.corpus.refusal import Refusal
from core.hashing import sha256_of_bytes

PIL_FORMATS = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP", GIF: "GIF"}
EXTENSIONS = {PNG: ".png", JPEG: ".jpg", WEBP: ".webp", GIF: ".gif"}
WEBP_SIDE = 16_383  # no WebP can be written larger, though an animation's canvas may claim it
BACKGROUND = (255, 255, 255)
FIRST_FRAME_USED = "first_frame_used"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageLimits:
    """`max_pixels` bounds the memory of decoding (4 bytes a pixel and some copies of it)."""

    max_bytes: int = 64 << 20
    max_pixels: int = 64_000_000
    max_side: int = 65_535
    max_frames: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """`width` and `height` after orientation; `orientation` is the EXIF value 1..8; `mode` is Pillow's.

    `bytes` is the length of the file; `notes` holds codes to tell the person who imports
    (`first_frame_used`).
    """

    sha256: str
    media_type: str
    width: int
    height: int
    orientation: int
    frames: int
    animated: bool
    mode: str
    bytes: int
    notes: tuple[str, ...]


def inspect_image(data: bytes | Path, limits: ImageLimits | None = None) -> ImageFacts:
    """Verify a whole image file and say what it is.

    Raises Refusal, and nothing else: `empty_file`, `file_too_large`, `unreadable_file`, `unsupported_type`,
    `too_many_pixels`, `invalid_dimensions`, `too_many_frames`, `truncated_image`, `corrupt_image`,
    `out_of_memory`.
    """
    limits = limits or ImageLimits()
    content = read_image_file(data, limits)
    claimed, image = _verified(content, limits)
    return _facts(content, claimed, image)


def inspect_and_show(content: bytes, limits: ImageLimits) -> tuple[ImageFacts, Image.Image]:
    """`inspect_image` and `display_image` with one decoding. Same refusals."""
    claimed, image = _verified(read_image_file(content, limits), limits)
    return _facts(content, claimed, image), _shown(content, image)


def _verified(content: bytes, limits: ImageLimits) -> tuple[Outline, Image.Image]:
    claimed = outline(content)
    _check_claims(claimed, limits)
    return claimed, _decoded(cut_metadata(content), claimed, limits)


def _facts(content: bytes, claimed: Outline, image: Image.Image) -> ImageFacts:
    orientation = orientation_of(content)
    width, height = image.size if orientation < 5 else (image.height, image.width)
    animated = claimed.frames > 1
    return ImageFacts(
        sha256=sha256_of_bytes(content),
        media_type=claimed.media_type,
        width=width,
        height=height,
        orientation=orientation,
        frames=claimed.frames,
        animated=animated,
        mode=image.mode,
        bytes=len(content),
        notes=(FIRST_FRAME_USED,) if animated else (),
    )


def display_image(data: bytes | Path, limits: ImageLimits | None = None) -> Image.Image:
    """The first frame as upright 8-bit RGB on white. Same checks and refusals as `inspect_image`."""
    limits = limits or ImageLimits()
    content = read_image_file(data, limits)
    return _shown(content, _verified(content, limits)[1])


def _shown(content: bytes, image: Image.Image) -> Image.Image:
    try:
        return oriented(as_rgb(image), orientation_of(content))
    except (ValueError, TypeError, OSError, IndexError) as error:
        raise corrupt("its colours cannot be converted") from error


def as_rgb(image: Image.Image) -> Image.Image:
    """A decoded image of any mode as 8-bit RGB: 16 bits scaled, transparency laid on white."""
    if image.mode.startswith("I") or image.mode == "F":
        image = _scaled_to_8_bits(image)
    if "transparency" in image.info and image.mode in ("1", "L", "P", "RGB"):
        image = image.convert("RGBA")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        rgba = image.convert("RGBA")
        flat = Image.new("RGB", rgba.size, BACKGROUND)
        flat.paste(rgba, mask=rgba.getchannel("A"))
        return flat
    return image if image.mode == "RGB" else image.convert("RGB")


def _scaled_to_8_bits(image: Image.Image) -> Image.Image:
    values = np.clip(np.asarray(image), 0, 65_535)
    return Image.fromarray((values.astype(np.uint16, copy=False) >> 8).astype(np.uint8))


def limit_this_process(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Bound the address space and CPU time of the calling process for good: first act of a decoding
    worker.
    """
    for what, amount in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, cpu_seconds)):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (amount if hard == resource.RLIM_INFINITY else min(amount, hard), hard))


def read_image_file(data: bytes | Path, limits: ImageLimits) -> bytes:
    """The bytes, within `max_bytes`. Raises Refusal: `empty_file`, `file_too_large`, `unreadable_file`."""
    if isinstance(data, Path):
        try:
            with data.open("rb") as stream:
                data = stream.read(limits.max_bytes + 1)
        except (OSError, ValueError) as error:
            raise Refusal(
                "unreadable_file", "The file cannot be read. Check that it exists and may be read."
            ) from error
    if not data:
        raise Refusal("empty_file", "The file is empty (0 bytes). Copy it again.")
    if len(data) > limits.max_bytes:
        raise Refusal("file_too_large", f"An image file may have {limits.max_bytes:,} bytes; this one has more.")
    return data


def _check_claims(claimed: Outline, limits: ImageLimits) -> None:
    width, height = claimed.width, claimed.height
    if width < 1 or height < 1:
        raise Refusal("invalid_dimensions", f"The file says that it is {width} × {height} pixels large.")
    side = min(limits.max_side, WEBP_SIDE) if claimed.media_type == WEBP else limits.max_side
    if width * height > limits.max_pixels or max(width, height) > side:
        raise Refusal(
            "too_many_pixels",
            f"{width} × {height} pixels are more than the limit of {limits.max_pixels:,} in all and "
            f"{side:,} a side. Scale the image down.",
        )
    if claimed.frames > limits.max_frames:
        raise Refusal("too_many_frames", f"{claimed.frames} frames are more than the limit of {limits.max_frames}.")


def _decoded(content: bytes, claimed: Outline, limits: ImageLimits) -> Image.Image:
    """verify(), open again, load(). Every failure of a decoder becomes a Refusal; its own words are not
    passed on.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with _opened(content, claimed) as first:
                _check_claims(_as_found(first, claimed), limits)
                first.verify()
            image = _opened(content, claimed)
            image.load()
            return image
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refusal("too_many_pixels", f"The image has more than {limits.max_pixels:,} pixels.") from error
    except MemoryError as error:
        raise Refusal(
            "out_of_memory", "Decoding the image needs more memory than is allowed. Scale it down."
        ) from error
    except (
        Exception
    ) as error:  # decoders raise whatever they like on damaged input; whatever it is, the file is refused
        if isinstance(error, EOFError) or "truncated" in str(error).lower():
            raise truncated() from error
        raise corrupt("its pixels cannot be decoded") from error


def _opened(content: bytes, claimed: Outline) -> Image.Image:
    return Image.open(io.BytesIO(content), formats=(PIL_FORMATS[claimed.media_type],))


def _as_found(image: Image.Image, claimed: Outline) -> Outline:
    return Outline(media_type=claimed.media_type, width=image.width, height=image.height, frames=claimed.frames)
