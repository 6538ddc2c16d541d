"""Twelve metrics that need nothing but numpy and OpenCV. One definition and one source each, in their
specs.

Every function takes a Picture whose shortest side is at least the spec's `min_size` (pairs: of equal size)
and returns a finite float or raises Undefined. Luma is BT.601 in 0..255.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

from scoring.metrics.pixels import Picture
from scoring.metrics.spec import Kind, MetricSpec, Range, Status, Tag, Undefined

Float32: TypeAlias = npt.NDArray[np.float32]

LICENCE = "Apache-2.0"
SSIM_WINDOW = 11
SSIM_SIGMA = 1.5
BAND_RUN = 4
BAND_STEP = (2, 16)
CLIP_MARGIN = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltinMetric:
    """A spec with its function; `pair` for FR, `single` for NR."""

    spec: MetricSpec
    single: Callable[[Picture], float] | None = None
    pair: Callable[[Picture, Picture], float] | None = None


def psnr(image: Picture, reference: Picture) -> float:
    """10 log10(255² / MSE) in dB over the RGB channels. Identical images: Undefined (the ratio is
    infinite).
    """
    error = cv2.norm(image.rgb, reference.rgb, cv2.NORM_L2SQR) / image.rgb.size
    if error == 0:
        raise Undefined(Status.IDENTICAL, "The images are identical, so the signal-to-noise ratio is infinite.")
    return float(10.0 * math.log10(255.0**2 / error))


def ssim(image: Picture, reference: Picture) -> float:
    """Mean SSIM of rounded luma: Gaussian window 11, sigma 1.5, K1 .01, K2 .03, only where the window fits;
    where contrast and structure are anticorrelated a position counts 0, so that the mean stays in 0..1.
    """
    x, y = (np.rint(one.luma) - np.float32(128) for one in (image, reference))
    # Centred on 128, so that float32 keeps its digits in E[x²] - E[x]²; the means are shifted back below.
    mean_x, mean_y = _window(x), _window(y)
    var_x = _window(x * x) - mean_x * mean_x
    var_y = _window(y * y) - mean_y * mean_y
    cov = _window(x * y) - mean_x * mean_y
    mean_x += 128
    mean_y += 128
    c1, c2 = np.float32((0.01 * 255) ** 2), np.float32((0.03 * 255) ** 2)
    luminance = (2 * mean_x * mean_y + c1) / (mean_x * mean_x + mean_y * mean_y + c1)
    structure = np.maximum((2 * cov + c2) / (var_x + var_y + c2), np.float32(0))
    return float(np.mean(luminance * structure, dtype=np.float64))


def _window(plane: Float32) -> Float32:
    kernel = cv2.getGaussianKernel(SSIM_WINDOW, SSIM_SIGMA, cv2.CV_32F)
    half = SSIM_WINDOW // 2
    filtered: Float32 = cv2.sepFilter2D(plane, cv2.CV_32F, kernel, kernel)
    return filtered[half : plane.shape[0] - half, half : plane.shape[1] - half]


def sharpness(image: Picture) -> float:
    """Variance of the 3x3 Laplacian of luma (4-neighbour kernel), interior pixels."""
    edges = cv2.Laplacian(image.luma, cv2.CV_32F, ksize=1)[1:-1, 1:-1]
    return float(np.var(edges, dtype=np.float64))


def noise(image: Picture) -> float:
    """Standard deviation of additive noise in grey levels: sqrt(pi/2) / 6 times the mean |I * N|, N the
    difference of two Laplacians [[1,-2,1],[-2,4,-2],[1,-2,1]]. Fine texture counts as noise.
    """
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
    response = cv2.filter2D(image.luma, cv2.CV_32F, kernel)[1:-1, 1:-1]
    return float(math.sqrt(math.pi / 2) / 6 * np.mean(np.abs(response), dtype=np.float64))


def blockiness(image: Picture) -> float:
    """(b - i) / (b + i): mean absolute luma step across the borders of the 8x8 grid (b) and elsewhere (i),
    rows and columns together. 0: no grid; 1: steps at the grid alone. No steps at all: Undefined.
    """
    border = inside = 0.0
    border_count = inside_count = 0
    for steps in _steps(image.luma):
        columns = steps.mean(axis=0, dtype=np.float64)
        at_grid = np.arange(1, len(columns) + 1) % 8 == 0
        border += float(columns[at_grid].sum()) * steps.shape[0]
        inside += float(columns[~at_grid].sum()) * steps.shape[0]
        border_count += int(at_grid.sum()) * steps.shape[0]
        inside_count += int((~at_grid).sum()) * steps.shape[0]
    b, i = border / border_count, inside / inside_count
    if b + i == 0:
        raise Undefined(Status.UNDEFINED, "All pixels are equal, so there are no steps to compare.")
    return (b - i) / (b + i)


def _steps(luma: Float32) -> tuple[Float32, Float32]:
    """Absolute differences of horizontal neighbours, and of vertical ones turned by 90 degrees."""
    return np.abs(np.diff(luma, axis=1)), np.abs(np.diff(luma, axis=0)).T


def banding(image: Picture) -> float:
    """Share of neighbouring pixel pairs, across and down, that are a false contour: a luma step of 2 to 16
    levels with a run of at least 4 equal steps of zero on both sides. One-level steps of ordinary 8-bit
    gradients do not count.
    """
    level = np.rint(image.luma).astype(np.int16)
    found = pairs = 0
    for plane in (level, level.T):
        step = np.abs(np.diff(plane, axis=1))
        flat = np.ascontiguousarray(step == 0).astype(np.uint8)
        run = cv2.erode(flat, np.ones((1, BAND_RUN), np.uint8), anchor=(0, 0))  # run[j]: flat from j to j + 3
        last = step.shape[1] - BAND_RUN
        middle = step[:, BAND_RUN:last]
        contour = (middle >= BAND_STEP[0]) & (middle <= BAND_STEP[1])
        between = (run[:, : last - BAND_RUN] & run[:, BAND_RUN + 1 : last + 1]).astype(bool)
        found += int(np.count_nonzero(contour & between))
        pairs += step.size
    return found / pairs


def exposure(image: Picture) -> float:
    """Mean luma / 255."""
    return float(np.mean(image.luma, dtype=np.float64) / 255)


def clipping(image: Picture) -> float:
    """Share of pixels with all channels at 0 or 1, or all at 254 or 255."""
    black = cv2.inRange(image.rgb, (0, 0, 0), (CLIP_MARGIN,) * 3)
    white = cv2.inRange(image.rgb, (255 - CLIP_MARGIN,) * 3, (255, 255, 255))
    return (cv2.countNonZero(black) + cv2.countNonZero(white)) / (image.height * image.width)


def contrast(image: Picture) -> float:
    """Standard deviation of luma / 255 (RMS contrast), 0 for a constant image."""
    return float(np.std(image.luma, dtype=np.float64) / 255)


def colourfulness(image: Picture) -> float:
    """sqrt(var rg + var yb) + 0.3 sqrt(mean rg² + mean yb²) with rg = R - G, yb = (R + G)/2 - B; 0 for
    grey.
    """
    weights = np.array([[1, -1, 0], [0.5, 0.5, -1]], dtype=np.float32)
    opponent = cv2.transform(image.rgb.astype(np.float32), weights)
    mean, deviation = cv2.meanStdDev(opponent)
    return float(np.hypot(*deviation.ravel()) + 0.3 * np.hypot(*mean.ravel()))


def saturation(image: Picture) -> float:
    """Mean of (max - min) / max over the channels (S of HSV), black pixels counting as 0."""
    high = cv2.max(cv2.max(image.rgb[..., 0], image.rgb[..., 1]), image.rgb[..., 2]).astype(np.float32)
    low = cv2.min(cv2.min(image.rgb[..., 0], image.rgb[..., 1]), image.rgb[..., 2]).astype(np.float32)
    return float(np.mean((high - low) / np.maximum(high, 1), dtype=np.float64))


def entropy(image: Picture) -> float:
    """Shannon entropy of the histogram of rounded luma (256 levels), in bits; 0 for a constant image."""
    counts = np.bincount(np.rint(image.luma).astype(np.uint8).ravel(), minlength=256)
    share = counts[counts > 0] / image.luma.size
    return float(abs(np.sum(share * np.log2(share))))


def _spec(
    name: str, better: bool | None, values: tuple[float | None, float | None], min_size: int, source: str,
    *, kind: Kind = Kind.NO_REFERENCE, tag: Tag = Tag.TECHNICAL, definition: str | None = None,
) -> MetricSpec:  # fmt: skip
    return MetricSpec(
        name=name, kind=kind, tag=tag, higher_is_better=better, range=Range(low=values[0], high=values[1]),
        min_size=min_size, licence=LICENCE, fingerprint=f"builtin-{name}/1", source=source,
        definition=" ".join((definition or "").split()),
    )  # fmt: skip


def _single(
    function: Callable[[Picture], float], better: bool | None, values: tuple[float | None, float | None],
    min_size: int, source: str, tag: Tag = Tag.TECHNICAL,
) -> BuiltinMetric:  # fmt: skip
    name = function.__name__
    spec = _spec(name, better, values, min_size, source, tag=tag, definition=function.__doc__)
    return BuiltinMetric(spec=spec, single=function)


def _pair(
    function: Callable[[Picture, Picture], float],
    values: tuple[float | None, float | None],
    min_size: int,
    source: str,
) -> BuiltinMetric:
    name = function.__name__
    spec = _spec(name, True, values, min_size, source, kind=Kind.FULL_REFERENCE, definition=function.__doc__)
    return BuiltinMetric(spec=spec, pair=function)


BUILTIN: tuple[BuiltinMetric, ...] = (
    _pair(psnr, (0.0, None), 1, "as in Wang & Bovik, IEEE Signal Processing Magazine 26(1), 2009"),
    _pair(ssim, (0.0, 1.0), SSIM_WINDOW, "Wang, Bovik, Sheikh, Simoncelli, IEEE TIP 13(4), 2004"),
    _single(sharpness, True, (0.0, None), 3, "Pech-Pacheco et al., ICPR 2000"),
    _single(noise, False, (0.0, None), 3, "Immerkaer, Computer Vision and Image Understanding 64(2), 1996"),
    _single(blockiness, False, (-1.0, 1.0), 16, "after the block-boundary ratio of Wang, Sheikh, Bovik, ICIP 2002"),
    _single(
        banding,
        False,
        (0.0, 1.0),
        2 * BAND_RUN + 2,
        "own; false contours as in Lee et al., IEEE TCE 52(1), 2006",
    ),
    _single(exposure, None, (0.0, 1.0), 1, "mean luma, ITU-R BT.601 weights"),
    _single(clipping, False, (0.0, 1.0), 1, "own: share of crushed blacks and blown whites"),
    _single(contrast, None, (0.0, 0.5), 1, "Peli, JOSA A 7(10), 1990 (RMS contrast)"),
    _single(colourfulness, None, (0.0, None), 1, "Hasler & Suesstrunk, SPIE 5007, 2003", Tag.AESTHETIC),
    _single(saturation, None, (0.0, 1.0), 1, "Smith, SIGGRAPH 1978 (HSV)", Tag.AESTHETIC),
    _single(entropy, None, (0.0, 8.0), 1, "Shannon, Bell System Technical Journal 27, 1948"),
)
