"""Krippendorff's alpha: the reported value from the `krippendorff` package, and an own form for many draws at
once.

The package knows no weights and no draws; both forms are proven equal in the tests.
"""

import krippendorff
import numpy as np

from annotate.agreement.ratings import Ratings
from annotate.agreement.result import FloatArray, ratio
from annotate.agreement.weights import interval_distance, numeric_values, ratio_distance

METRICS = ("nominal", "ordinal", "interval", "ratio")


def distance(metric: str, values: FloatArray | None, size: int) -> FloatArray:
    """(q, q) squared differences of the nominal, interval or ratio metric."""
    if metric == "nominal" or values is None:
        return np.asarray(1.0 - np.eye(size))
    return interval_distance(values) if metric == "interval" else ratio_distance(values)


def alpha(ratings: Ratings, metric: str, draws: FloatArray) -> FloatArray:
    """Own form for weights of items (B, n), scaled to sum to the number of items: answers (B,).

    Never builds a table of pairs of categories by item, so scales of hundreds of values are fine: an item's
    observed disagreement is one number for a fixed metric; for ranks M it follows from (c_i M)^2, c_i the
    item's counts.
    """
    scaled = draws * ratio(np.asarray(float(ratings.stands_for)), draws.sum(axis=1, keepdims=True))
    counts = ratings.counts * ratings.pairable[:, None]
    by_pair = ratings.pairable / np.maximum(ratings.per_item - 1, 1.0)
    margins = scaled @ counts
    total = margins.sum(axis=1)
    share = margins / np.maximum(total, 1.0)[:, None]
    if metric == "ordinal":
        middle = np.cumsum(share, axis=1) - share / 2
        paired = scaled * by_pair
        mixed = (paired * (middle @ counts.T) ** 2).sum(axis=1) - ((paired @ counts) * middle**2).sum(axis=1)
        observed = 2 * ((margins * middle**2).sum(axis=1) - mixed)
        expected = 2 * ((share * middle**2).sum(axis=1) - (share * middle).sum(axis=1) ** 2)
    else:
        d = distance(metric, numeric_values(ratings.categories), ratings.size)
        d = d / max(float(d.max(initial=0.0)), 1e-300)
        observed = scaled @ (by_pair * ((counts @ d) * counts).sum(axis=1))
        expected = ((share @ d) * share).sum(axis=1)
    known = 1.0 - ratio(observed * (total - 1) / np.maximum(total, 1.0) ** 2, expected)
    return np.asarray(np.where(total > 1.0, known, np.nan))


def package_alpha(ratings: Ratings, metric: str) -> float:
    """The value of the `krippendorff` package for unweighted items; NaN without pairs or without variation."""
    counts = ratings.counts[ratings.per_item >= 2]
    used = counts.sum(axis=0) > 0
    if used.sum() < 2:
        return float("nan")
    values = numeric_values(ratings.categories)
    domain = values if metric in ("interval", "ratio") and values is not None else np.arange(ratings.size) + 1.0
    return float(
        krippendorff.alpha(
            value_counts=counts[:, used].astype(np.int64),
            value_domain=domain[used],
            level_of_measurement=metric,
        )
    )
