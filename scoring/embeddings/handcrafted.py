"""A feature vector of 126 numbers without weights: noise, blur, compression, seams, banding and colour.

It cannot see hands, faces or spelling; whatever is trained on it has to say so. Deterministic, always finite,
the same length for every image. Layout in order, names in FEATURES:

  scene (36)     MSCN statistics at full and half size, 18 each: see natural_scene
  spectrum (20)  16 rings of log power relative to the total, from 0 to the Nyquist frequency, and the share
                 of power in 4 sectors of orientation
  grid (4)       8x8 blockiness across and down: at the phase of the origin, and at the strongest phase
  seam (4)       strongest step along a whole column or row against the median step, and second strongest
  flat (8)       shares of zero and near-zero steps and variances, banding, used and missing grey levels
  histogram (17) 16 bins of luma, entropy
  colour (17)    mean, deviation, skewness, kurtosis of L, a, b; chroma; colourfulness; saturation
  texture (20)   rotation invariant uniform local binary patterns of 8 neighbours, at full and half size
"""

from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from scipy import fft

from scoring.embeddings.natural_scene import scene_statistics
from scoring.metrics.builtin import banding, colourfulness, entropy
from scoring.metrics.pixels import Picture, picture_of

Float32: TypeAlias = npt.NDArray[np.float32]
Vector: TypeAlias = npt.NDArray[np.float32]

FINGERPRINT = "handcrafted/1"
RINGS, SECTORS, SPECTRUM_SIDE = 16, 4, 512
SMALLEST, LARGEST = 32, 2048
TINY = 1e-6
BOUND = 1e4

_SCENE = ["shape", "power"] + [
    f"{pair}_{value}"
    for pair in ("right", "down", "diagonal", "counter")
    for value in ("shape", "mean", "left", "right")
]
_FLAT = ("no_step", "small_step", "no_variance", "small_variance", "banding", "levels", "gaps", "comb")
_LAB = [f"{channel}_{moment}" for channel in "Lab" for moment in ("mean", "deviation", "skewness", "kurtosis")]
_COLOUR = (*_LAB, "chroma_mean", "chroma_deviation", "colourfulness", "saturation_mean", "saturation_high")

FEATURES: tuple[str, ...] = (
    *(f"scene_{scale}_{name}" for scale in ("full", "half") for name in _SCENE),
    *(f"spectrum_ring_{ring}" for ring in range(RINGS)),
    *(f"spectrum_sector_{sector}" for sector in range(SECTORS)),
    *("grid_across", "grid_down", "grid_across_any_phase", "grid_down_any_phase"),
    *("seam_across", "seam_across_second", "seam_down", "seam_down_second"),
    *(f"flat_{name}" for name in _FLAT),
    *(f"histogram_{bin_}" for bin_ in range(16)),
    "histogram_entropy",
    *(f"colour_{name}" for name in _COLOUR),
    *(f"texture_{scale}_{pattern}" for scale in ("full", "half") for pattern in range(10)),
)
DIMENSIONS = len(FEATURES)


def handcrafted(picture: Picture) -> Vector:
    """The vector of one picture: float32 [126], finite, in the order of FEATURES.

    Images below 32 pixels on a side are continued by reflection; of those beyond 2048 the centre is looked
    at.
    """
    seen = _fitted(picture)
    half = cv2.resize(seen.luma, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    values = [
        *scene_statistics(seen.luma),
        *scene_statistics(half),
        *_spectrum(seen.luma),
        *_grid(seen.luma),
        *_seams(seen.luma),
        *_flatness(seen),
        *_histogram(seen),
        *_colour(seen),
        *_patterns(seen.luma),
        *_patterns(half),
    ]
    vector = np.clip(np.asarray(values, dtype=np.float64), -BOUND, BOUND).astype(np.float32)
    if vector.shape != (DIMENSIONS,) or not np.isfinite(vector).all():
        raise ArithmeticError("A handcrafted feature is not finite; this is a defect of the program.")
    return vector


def _fitted(picture: Picture) -> Picture:
    rgb = picture.rgb
    height, width = picture.height, picture.width
    if max(height, width) > LARGEST:
        top, left = max(0, (height - LARGEST) // 2), max(0, (width - LARGEST) // 2)
        rgb = rgb[top : top + LARGEST, left : left + LARGEST]
    missing = [max(0, SMALLEST - side) for side in rgb.shape[:2]]
    if any(missing):
        rgb = np.pad(rgb, ((0, missing[0]), (0, missing[1]), (0, 0)), mode="symmetric")
    return picture if rgb is picture.rgb else picture_of(rgb)


@lru_cache(maxsize=8)
def _rings_and_sectors(side: int) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """For a half spectrum of a square: ring and sector of each frequency below Nyquist, and their flat
    indices.
    """
    vertical = np.fft.fftfreq(side)[:, None] * 2
    horizontal = np.fft.rfftfreq(side)[None, :] * 2
    radius = np.hypot(vertical, horizontal)
    angle = np.mod(np.arctan2(vertical, horizontal) + np.pi / 8, np.pi)
    inside = np.flatnonzero((radius > 0) & (radius < 1))
    ring = np.minimum((radius.ravel()[inside] * RINGS).astype(np.intp), RINGS - 1)
    sector = np.minimum((angle.ravel()[inside] / np.pi * SECTORS).astype(np.intp), SECTORS - 1)
    return inside, ring, sector


def _spectrum(luma: Float32) -> list[float]:
    side = min(*luma.shape, SPECTRUM_SIDE)
    top, left = (luma.shape[0] - side) // 2, (luma.shape[1] - side) // 2
    window = np.hanning(side).astype(np.float32)
    centre = luma[top : top + side, left : left + side]
    wave = fft.rfft2((centre - centre.mean()) * window[:, None] * window[None, :])
    inside, ring, sector = _rings_and_sectors(side)
    power = (np.abs(wave).ravel()[inside].astype(np.float64) / side) ** 2
    total = float(power.sum())
    if total < TINY:
        return [0.0] * (RINGS + SECTORS)
    per_ring = np.bincount(ring, power, RINGS) / np.maximum(np.bincount(ring, minlength=RINGS), 1)
    rings = np.log10((per_ring + TINY) / (total / len(power) + TINY))
    sectors = np.bincount(sector, power, SECTORS) / total
    return [*rings.tolist(), *sectors.tolist()]


def _grid(luma: Float32) -> list[float]:
    values = []
    for steps in (np.abs(np.diff(luma, axis=1)).mean(axis=0), np.abs(np.diff(luma, axis=0)).mean(axis=1)):
        phases = np.array([steps[phase::8].mean() for phase in range(8)], dtype=np.float64)
        others = (phases.sum() - phases) / 7
        ratios = (phases - others) / (phases + others + TINY)
        values.append((float(ratios[7]), float(ratios.max())))
    (across, across_any), (down, down_any) = values
    return [across, down, across_any, down_any]


def _seams(luma: Float32) -> list[float]:
    """A seam runs through the whole image: a column whose second difference stands out in every row."""
    values: list[float] = []
    for plane in (luma, luma.T):
        bend = np.abs(plane[:, 3:] - 3 * plane[:, 2:-1] + 3 * plane[:, 1:-2] - plane[:, :-3])
        lines = np.sqrt(bend).mean(axis=0, dtype=np.float64)
        ordered = np.sort(lines)[::-1]
        typical = float(np.median(lines)) + 0.1
        apart = ordered[min(4, len(ordered) - 1)]  # one seam bends four neighbouring lines
        values += [float(np.log1p(ordered[0] / typical)), float(np.log1p(apart / typical))]
    return values


def _flatness(picture: Picture) -> list[float]:
    luma = picture.luma
    step = np.abs(np.diff(luma, axis=1))
    mean = cv2.blur(luma, (5, 5))
    variance = cv2.blur(luma * luma, (5, 5)) - mean * mean
    counts = np.bincount(np.rint(luma).astype(np.uint8).ravel(), minlength=256)
    used = np.flatnonzero(counts)
    span = counts[used[0] : used[-1] + 1].astype(np.float64)
    comb = float(np.abs(np.diff(span)).sum() / (2 * span.sum())) if len(span) > 1 else 0.0
    return [
        float(np.mean(step < 0.01)),
        float(np.mean(step < 1.5)),
        float(np.mean(variance < 0.05)),
        float(np.mean(variance < 4.0)),
        float(np.sqrt(banding(picture))),
        len(used) / 256,
        1 - len(used) / len(span),
        comb,
    ]


def _histogram(picture: Picture) -> list[float]:
    counts = np.histogram(picture.luma, bins=16, range=(0, 256))[0]
    return [*(counts / picture.luma.size).tolist(), entropy(picture)]


def _colour(picture: Picture) -> list[float]:
    lab = cv2.cvtColor(picture.rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    values: list[float] = []
    for channel in cv2.split(lab):
        values += _moments(channel)
    chroma = cv2.magnitude(lab[..., 1], lab[..., 2])
    high = picture.rgb.max(axis=2).astype(np.float32)
    saturation = (high - picture.rgb.min(axis=2)) / np.maximum(high, 1)
    counts = np.bincount((saturation * 100).astype(np.uint8).ravel(), minlength=101)
    upper = int(np.searchsorted(np.cumsum(counts), 0.95 * saturation.size))
    return [
        *values,
        float(chroma.mean()),
        float(chroma.std()),
        colourfulness(picture),
        float(saturation.mean()),
        upper / 100,
    ]


def _moments(plane: Float32) -> list[float]:
    mean = float(plane.mean(dtype=np.float64))
    centred = plane - np.float32(mean)
    square = centred * centred
    variance = float(square.mean(dtype=np.float64))
    if variance < TINY:
        return [mean, 0.0, 0.0, 0.0]
    third = float((square * centred).mean(dtype=np.float64)) / variance**1.5
    fourth = float((square * square).mean(dtype=np.float64)) / variance**2
    return [mean, variance**0.5, float(np.clip(third, -50, 50)), float(np.log(max(fourth, 1.0)))]


_NEIGHBOURS = ((-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1))


@lru_cache(maxsize=1)
def _pattern_table() -> npt.NDArray[np.uint8]:
    """For each of 256 patterns its number of ones when it has at most two changes around the circle, else
    9.
    """
    table = np.full(256, 9, dtype=np.uint8)
    for pattern in range(256):
        bits = [(pattern >> place) & 1 for place in range(8)]
        changes = sum(bits[place] != bits[place - 1] for place in range(8))
        if changes <= 2:
            table[pattern] = sum(bits)
    return table


def _patterns(luma: Float32) -> list[float]:
    """Ojala, Pietikainen, Maenpaa, IEEE TPAMI 24(7), 2002, on the square of 8 neighbours: shares of 10
    classes.
    """
    level = np.rint(luma).astype(np.uint8)
    height, width = level.shape
    centre = level[1:-1, 1:-1]
    code = np.zeros_like(centre)
    for place, (down, right) in enumerate(_NEIGHBOURS):
        around = level[1 + down : height - 1 + down, 1 + right : width - 1 + right]
        code |= (around >= centre).astype(np.uint8) << np.uint8(place)
    classes = np.bincount(code.ravel(), minlength=256)
    shares = np.bincount(_pattern_table(), classes, minlength=10) / code.size
    return [float(one) for one in shares]
