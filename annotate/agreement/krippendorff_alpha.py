"""Krippendorff's alpha: the reported value from the `krippendorff` package, and an own form for many draws at
once.

The package knows no weights and no draws; both forms are proven equal in the tests.
"""

import krippendorff
import numpy as np

from annotate.agreement.ratings import Ratings
from annotate.agreement.result import FloatArray, ratio
from annotate.agreement.weights import interval_distance, numeric_values, ordinal_distance, ratio_distance

METRICS = ("nominal", "ordinal", "interval", "ratio")


def item_coincidences(ratings: Ratings) -> FloatArray:
    """(n, q, q): n_ik (n_il - [k = l]) / (r_i - 1), 0 where r_i < 2."""
    counts, r = ratings.counts, ratings.per_item
    outer = counts[:, :, None] * counts[:, None, :] - np.eye(ratings.size) * counts[:, :, None]
    return np.asarray(outer * (ratings.pairable / np.maximum(r - 1, 1.0))[:, None, None])


def distance(metric: str, margins: FloatArray, values: FloatArray | None) -> FloatArray:
    """Squared differences d_kl of the metric, (q, q) or for ordinal (..., q, q)."""
    q = margins.shape[-1]
    if metric == "ordinal":
        return ordinal_distance(margins)
    if metric == "nominal" or values is None:
        return np.asarray(1.0 - np.eye(q))
    return interval_distance(values) if metric == "interval" else ratio_distance(values)


def alpha_of_coincidences(
    coincidences: FloatArray, metric: str, values: FloatArray | None = None
) -> FloatArray:
    """alpha = 1 - (N-1) sum o d / sum n_k n_l d for coincidences (..., q, q); NaN without variation or N <=
    1.
    """
    margins = coincidences.sum(axis=-1)
    total = margins.sum(axis=-1)
    d = distance(metric, margins, values)
    largest = d.max(axis=(-2, -1), keepdims=True)
    d = d / np.where(largest > 0, largest, 1.0)
    scale = np.maximum(total, 1.0)
    share = margins / scale[..., None]
    observed = (coincidences * d).sum(axis=(-2, -1)) * (total - 1) / scale**2
    expected = (share[..., :, None] * share[..., None, :] * d).sum(axis=(-2, -1))
    return np.asarray(np.where(total > 1.0, 1.0 - ratio(observed, expected), np.nan))


def alpha(ratings: Ratings, metric: str, draws: FloatArray) -> FloatArray:
    """Own form for weights of items (B, n), scaled to sum to the number of items: answers (B,)."""
    scaled = draws * ratio(np.asarray(float(ratings.stands_for)), draws.sum(axis=1, keepdims=True))
    q = ratings.size
    sums = scaled @ item_coincidences(ratings).reshape(ratings.items, q * q)
    return alpha_of_coincidences(sums.reshape(-1, q, q), metric, numeric_values(ratings.categories))


def package_alpha(ratings: Ratings, metric: str) -> float:
    """The value of the `krippendorff` package for unweighted items; NaN without pairs or without variation.
    """
    counts = ratings.counts[ratings.per_item >= 2]
    used = counts.sum(axis=0) > 0
    if used.sum() < 2:
        return float("nan")
    values = numeric_values(ratings.categories)
    domain = (
        values if metric in ("interval", "ratio") and values is not None else np.arange(ratings.size) + 1.0
    )
    return float(
        krippendorff.alpha(
            value_counts=counts[:, used].astype(np.int64),
            value_domain=domain[used],
            level_of_measurement=metric,
        )
    )
