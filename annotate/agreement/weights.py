"""Agreement weights between categories, on the declared scale; distances of Krippendorff's alpha."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from annotate.agreement.result import FloatArray


def identity_weights(categories: int) -> FloatArray:
    """1 on the diagonal, 0 elsewhere: plain agreement."""
    return np.eye(categories)


def linear_weights(categories: int) -> FloatArray:
    """1 - |i-j| / (q-1) (Cicchetti-Allison), q the number of declared categories; [[1]] for q = 1."""
    steps = np.arange(categories)
    return np.asarray(1.0 - np.abs(steps[:, None] - steps) / max(categories - 1, 1))


def quadratic_weights(categories: int) -> FloatArray:
    """1 - (i-j)^2 / (q-1)^2 (Fleiss-Cohen)."""
    steps = np.arange(categories)
    return np.asarray(1.0 - ((steps[:, None] - steps) / max(categories - 1, 1)) ** 2)


def custom_weights(
    categories: int, *, agreement: ArrayLike | None = None, disagreement: ArrayLike | None = None
) -> FloatArray:
    """A q x q matrix of agreement weights given as such, or as disagreements d (agreement = 1 - d / max d).

    Raises ValueError naming what is wrong: shape, not finite, neither or both given, all disagreements 0, or
    a diagonal that is not full agreement.
    """
    if (agreement is None) == (disagreement is None):
        raise ValueError("give either agreement weights or disagreement weights, not both")
    given = np.asarray(agreement if agreement is not None else disagreement, dtype=np.float64)
    if given.shape != (categories, categories):
        raise ValueError(f"weights must be {categories} x {categories} (one row a category), got {given.shape}")
    if not np.isfinite(given).all():
        raise ValueError("weights must be finite numbers")
    if disagreement is not None:
        if given.max() <= 0:
            raise ValueError("at least one disagreement weight must be above 0")
        given = 1.0 - given / given.max()
    if not np.allclose(np.diag(given), 1.0):
        raise ValueError("equal categories must count as full agreement (1 on the diagonal)")
    return given


def numeric_values(categories: Sequence[object]) -> FloatArray | None:
    """The categories as numbers for the interval and ratio metrics, None when one of them is no finite
    number.
    """
    try:
        values = np.array([float(str(category)) for category in categories])
    except ValueError:
        return None
    return values if np.isfinite(values).all() else None


def interval_distance(values: FloatArray) -> FloatArray:
    """(v_k - v_l)^2."""
    return np.asarray((values[:, None] - values) ** 2)


def ratio_distance(values: FloatArray) -> FloatArray:
    """((v_k - v_l) / (v_k + v_l))^2, 0 where both are 0. The scale must not be shifted before."""
    total = values[:, None] + values
    difference = values[:, None] - values
    return np.asarray(np.where(total == 0, 0.0, difference / np.where(total == 0, 1.0, total)) ** 2)
