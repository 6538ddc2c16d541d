"""Two raters on one set of items: Cohen's kappa and its relatives from (weighted) cross tables.

Every function takes proportions p of shape (..., q, q): rows the first, columns the second rater, each table
summing to 1, and answers (...,): one value a table. NaN marks undefined inside this package only.
"""

import numpy as np

from annotate.agreement.ratings import MISSING, Ratings
from annotate.agreement.result import EPSILON, FloatArray, ratio


def cross_tables(ratings: Ratings, draws: FloatArray, first: int = 0, second: int = 1) -> FloatArray:
    """Weights of items, draws (B, n), to proportions (B, q, q) of raters `first` and `second`; NaN when no
    item has both."""
    codes, q = ratings.codes, ratings.size
    assert codes is not None
    both = (codes[:, first] != MISSING) & (codes[:, second] != MISSING)
    cell = codes[both, first] * q + codes[both, second]
    cells = np.zeros((int(both.sum()), q * q))
    cells[np.arange(len(cell)), cell] = 1.0
    sums = draws[:, both] @ cells
    return ratio(sums, sums.sum(axis=1, keepdims=True)).reshape(-1, q, q)


def observed_and_expected(p: FloatArray, w: FloatArray) -> tuple[FloatArray, FloatArray]:
    """po = sum w p and pe = sum w r c, each (...,)."""
    rows, columns = p.sum(axis=-1), p.sum(axis=-2)
    observed = (p * w).sum(axis=(-2, -1))
    expected = np.einsum("...i,ij,...j->...", rows, w, columns)
    return np.asarray(observed), np.asarray(expected)


def cohen_kappa(p: FloatArray, w: FloatArray) -> FloatArray:
    """(po - pe) / (1 - pe) (Cohen 1960, 1968); NaN where 1 - pe = 0: both use one and the same category."""
    observed, expected = observed_and_expected(p, w)
    return ratio(observed - expected, 1.0 - expected)


def scott_pi(p: FloatArray, w: FloatArray) -> FloatArray:
    """As Cohen's with the mean of both margins in place of each (Scott 1955)."""
    mean = (p.sum(axis=-1) + p.sum(axis=-2)) / 2
    expected = np.asarray(np.einsum("...i,ij,...j->...", mean, w, mean))
    return ratio((p * w).sum(axis=(-2, -1)) - expected, 1.0 - expected)


def kappa_max(p: FloatArray) -> FloatArray:
    """The largest kappa these margins allow: (sum min(r, c) - pe) / (1 - pe)."""
    rows, columns = p.sum(axis=-1), p.sum(axis=-2)
    expected = (rows * columns).sum(axis=-1)
    return ratio(np.minimum(rows, columns).sum(axis=-1) - expected, 1.0 - expected)


def bias_index(p: FloatArray) -> FloatArray:
    """|b - c| / n of a 2 x 2 table (Byrt, Bishop, Carlin 1993)."""
    return np.asarray(np.abs(p[..., 0, 1] - p[..., 1, 0]))


def cohen_kappa_se(p: FloatArray, w: FloatArray, n: FloatArray) -> FloatArray:
    """Non-null asymptotic standard error, for intervals (Fleiss, Cohen, Everitt 1969). n: items of each
    table.
    """
    _, expected = observed_and_expected(p, w)
    kappa = cohen_kappa(p, w)
    k, e = kappa[..., None, None], expected[..., None, None]
    by_row = np.einsum("ij,...j->...i", w, p.sum(axis=-2))[..., :, None]
    by_column = np.einsum("ij,...i->...j", w, p.sum(axis=-1))[..., None, :]
    inner = (p * (w - (by_row + by_column) * (1 - k)) ** 2).sum(axis=(-2, -1))
    variance = inner - (k - e * (1 - k))[..., 0, 0] ** 2
    return np.sqrt(np.maximum(ratio(variance, n * (1 - expected) ** 2), 0.0))


def cohen_kappa_null_se(p: FloatArray, w: FloatArray, n: FloatArray) -> FloatArray:
    """Standard error under kappa = 0: for a test of that, never for an interval."""
    _, expected = observed_and_expected(p, w)
    rows, columns = p.sum(axis=-1), p.sum(axis=-2)
    by_row = np.einsum("ij,...j->...i", w, columns)[..., :, None]
    by_column = np.einsum("ij,...i->...j", w, rows)[..., None, :]
    product = rows[..., :, None] * columns[..., None, :]
    variance = (product * (w - (by_row + by_column)) ** 2).sum(axis=(-2, -1)) - expected**2
    return np.sqrt(np.maximum(ratio(variance, n * (1 - expected) ** 2), 0.0))


def binary_kappas(tables: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Counts (..., 2, 2) to kappa, its standard error and n, each (...,): the closed form for heat maps.

    kappa and SE are NaN where no item is common or both raters use one and the same category.
    """
    n = tables.sum(axis=(-2, -1))
    p = ratio(tables, n[..., None, None])
    w = np.eye(2)
    kappa = cohen_kappa(p, w)
    se = cohen_kappa_se(p, w, np.where(n > EPSILON, n, 1.0))
    return kappa, np.where(np.isfinite(kappa), se, np.nan), n
