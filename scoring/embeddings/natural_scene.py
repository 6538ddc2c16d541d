"""Natural scene statistics: how far locally normalised luma is from that of an undistorted photograph.

MSCN coefficients (mean subtracted, contrast normalised; Ruderman 1994) and their neighbour products follow
a generalised Gaussian, symmetric or not, whose parameters distortions move (Mittal, Moorthy, Bovik, IEEE
TIP 21(12), 2012). Parameters are found by matching moments (Sharifi & Leon-Garcia 1995; Lasmar, Stitou,
Berthoumieu 2009).
"""

from typing import TypeAlias

import cv2
import numpy as np
import numpy.typing as npt
from scipy.special import gamma

Float32: TypeAlias = npt.NDArray[np.float32]
Floats: TypeAlias = npt.NDArray[np.float64]

SHIFTS = ((0, 1), (1, 0), (1, 1), (1, -1))
TINY = 1e-7
_SHAPES: Floats = np.arange(0.2, 10.001, 0.001)
_RATIO: Floats = gamma(2 / _SHAPES) ** 2 / (gamma(1 / _SHAPES) * gamma(3 / _SHAPES))


def mscn(luma: Float32) -> Float32:
    """(I - mean) / (deviation + 1) under a 7x7 Gaussian of sigma 7/6; float32 [height, width]."""
    mean = cv2.GaussianBlur(luma, (7, 7), 7 / 6)
    square = cv2.GaussianBlur(luma * luma, (7, 7), 7 / 6)
    deviation = np.sqrt(np.maximum(square - mean * mean, 0))
    normalised: Float32 = (luma - mean) / (deviation + np.float32(1))
    return normalised


def scene_statistics(luma: Float32) -> list[float]:
    """18 numbers of one scale: shape and variance of the MSCN coefficients, then for the products with the
    right, lower, lower right and lower left neighbour shape, mean, left and right deviation.
    """
    field = mscn(luma)
    values = list(_symmetric(field))
    height, width = field.shape
    for down, right in SHIFTS:
        first = field[: height - down, max(0, -right) : width - max(0, right)]
        second = field[down:, max(0, right) : width + min(0, right)]
        values += _asymmetric(first * second)
    return values


def _symmetric(field: Float32) -> tuple[float, float]:
    power = float(np.mean(field * field, dtype=np.float64))
    if power < TINY:
        return float(_SHAPES[-1]), 0.0
    ratio = float(np.mean(np.abs(field), dtype=np.float64)) ** 2 / power
    return _shape(ratio), power


def _asymmetric(product: Float32) -> tuple[float, float, float, float]:
    square = product * product
    left_mask = product < 0
    left_sum = float(np.sum(square, where=left_mask, dtype=np.float64))
    left_count = int(np.count_nonzero(left_mask))
    total = float(np.sum(square, dtype=np.float64))
    right_count = int(np.count_nonzero(product > 0))
    left = (left_sum / max(left_count, 1)) ** 0.5
    right = (max(total - left_sum, 0.0) / max(right_count, 1)) ** 0.5
    power = total / product.size
    if power < TINY * TINY or left + right < TINY:
        return float(_SHAPES[-1]), 0.0, 0.0, 0.0
    balance = left / max(right, TINY)
    first = float(np.mean(np.abs(product), dtype=np.float64)) ** 2 / power
    ratio = first * (balance**3 + 1) * (balance + 1) / (balance**2 + 1) ** 2
    shape = _shape(ratio)
    spread = gamma(2 / shape) / np.sqrt(gamma(1 / shape) * gamma(3 / shape))
    return shape, float((right - left) * spread), left, right


def _shape(ratio: float) -> float:
    """The shape of a generalised Gaussian whose (E|x|)² / E[x²] is `ratio`; the ends of the table beyond
    it.
    """
    return float(np.interp(ratio, _RATIO, _SHAPES))
