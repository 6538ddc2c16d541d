"""Image files and arrays to the one form that metrics and features read: 8-bit RGB with its luma plane.

One decoding and one luma plane serve all metrics of an image. Orientation from EXIF is applied, palettes
and grey become RGB, transparent pixels are laid over white, 16-bit grey is scaled to 8 bits, of animations
the first frame counts.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from scoring.metrics.spec import Status

UInt8: TypeAlias = npt.NDArray[np.uint8]
Float32: TypeAlias = npt.NDArray[np.float32]

MAX_PIXELS = 100_000_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
LUMA = np.array([[0.299, 0.587, 0.114]], dtype=np.float32)  # ITU-R BT.601


class PixelProblem(Exception):
    """Something that cannot be scored, with its status and a sentence for a person."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """`rgb` uint8 [height, width, 3]; `luma` float32 [height, width] in 0..255 (BT.601); `grey`: given with
    one channel.
    """

    rgb: UInt8
    luma: Float32
    grey: bool

    @property
    def height(self) -> int:
        return int(self.rgb.shape[0])

    @property
    def width(self) -> int:
        return int(self.rgb.shape[1])


def picture_of(pixels: npt.NDArray[np.generic]) -> Picture:
    """A Picture from uint8 [height, width] or [height, width, 3]; anything else raises PixelProblem."""
    if pixels.dtype != np.uint8:
        raise PixelProblem(Status.WRONG_PIXELS, f"Expected 8-bit pixels, got {pixels.dtype}.")
    if pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] not in (1, 3)):
        raise PixelProblem(
            Status.WRONG_PIXELS,
            f"Expected [height, width] or [height, width, 3], got the shape {pixels.shape}.",
        )
    if pixels.size == 0:
        raise PixelProblem(Status.WRONG_PIXELS, "The image has no pixels.")
    grey = pixels.ndim == 2 or pixels.shape[2] == 1
    if grey:
        plane = pixels.reshape(pixels.shape[:2]).astype(np.uint8, copy=False)
        rgb = np.ascontiguousarray(np.repeat(plane[:, :, None], 3, axis=2))
    else:
        rgb = np.ascontiguousarray(pixels.astype(np.uint8, copy=False))
    luma = cv2.transform(rgb.astype(np.float32), LUMA).reshape(rgb.shape[:2])
    return Picture(rgb=rgb, luma=luma, grey=grey)


def read_picture(source: Path | BinaryIO, *, max_pixels: int = MAX_PIXELS) -> Picture:
    """Decodes a PNG, JPEG, WebP or GIF; raises PixelProblem for what is no such image, damaged or too
    large.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(source, formats=FORMATS) as image:
                if image.width * image.height > max_pixels:
                    raise PixelProblem(
                        Status.UNREADABLE,
                        f"{image.width} x {image.height} pixels are more than the limit of {max_pixels:,}.",
                    )
                return picture_of(_rgb(image))
    except PixelProblem:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PixelProblem(Status.UNREADABLE, f"More pixels than the limit of {max_pixels:,}.") from None
    except Exception as problem:  # Pillow's decoders raise many kinds; each means: no picture in here
        raise PixelProblem(
            Status.UNREADABLE, f"This is not a PNG, JPEG, WebP or GIF that can be decoded ({problem})."
        ) from problem


def _rgb(image: Image.Image) -> UInt8:
    image.load()
    upright = ImageOps.exif_transpose(image)
    if upright.mode in ("I;16", "I;16B", "I;16L", "I"):
        wide = np.asarray(upright).astype(np.float64)
        return np.clip(wide / 257.0 + 0.5, 0, 255).astype(np.uint8)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layer = upright.convert("RGBA")
        ground = Image.new("RGBA", layer.size, (255, 255, 255, 255))
        upright = Image.alpha_composite(ground, layer)
    return np.asarray(upright.convert("RGB"), dtype=np.uint8)
