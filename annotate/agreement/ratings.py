"""Ratings as arrays: who put which item into which category, on a declared scale, with weights."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from annotate.agreement.result import FloatArray, IntArray

MISSING = -1


@dataclass(frozen=True, kw_only=True)
class Ratings:
    """n rated items, q declared categories in scale order.

    counts (n, q): raters of item i in category k. codes (n, raters): category index or -1, None where only
    counts are known. weights (n,): 1 / inclusion probability, all 1 without sampling. positive: index of the
    positive category. Items without any rating and raters without any rating are not in here. Where a row is
    a pattern that many items share, `patterns_of` is the number of items behind all rows.
    """

    categories: tuple[Hashable, ...]
    counts: FloatArray
    codes: IntArray | None
    weights: FloatArray
    rater_names: tuple[str, ...]
    positive: int = 0
    patterns_of: int | None = None

    @property
    def stands_for(self) -> int:
        """Items behind the rows."""
        return len(self.counts) if self.patterns_of is None else self.patterns_of

    @property
    def items(self) -> int:
        return len(self.counts)

    @property
    def size(self) -> int:
        """Number of declared categories."""
        return len(self.categories)

    @cached_property
    def per_item(self) -> FloatArray:
        """(n,) ratings of each item."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def pairable(self) -> FloatArray:
        """(n,) 1.0 where an item has two or more ratings."""
        return np.asarray((self.per_item >= 2).astype(np.float64))

    @property
    def items_pairable(self) -> int:
        return int(self.pairable.sum())

    @property
    def ratings(self) -> int:
        return int(self.per_item.sum())

    @property
    def raters(self) -> int:
        """Raters with a rating; where only counts are known the largest number of ratings of one item."""
        if self.codes is not None:
            return int(self.codes.shape[1])
        return int(np.max(self.per_item, initial=0))

    @property
    def weighted(self) -> bool:
        return self.items > 0 and bool(np.ptp(self.weights) > 0)

    @property
    def effective_items(self) -> float:
        """Kish's (sum w)^2 / sum w^2; the number of items when all weigh the same; 0 without items."""
        square = float((self.weights**2).sum())
        return float(self.weights.sum() ** 2 / square) if square else 0.0


def positive_category(categories: Sequence[Hashable], positive: Hashable | None = None) -> int:
    """Index of the positive category: the one named; else 1 on the scale 0, 1; else the first.

    Raises ValueError when the named one is not on the scale.
    """
    names = [str(category) for category in categories]
    if positive is not None:
        if str(positive) not in names:
            raise ValueError(f"the positive category '{positive}' is not among the categories {', '.join(names)}")
        return names.index(str(positive))
    return names.index("1") if set(names) == {"0", "1"} else 0


def count_categories(codes: IntArray, size: int) -> FloatArray:
    """(n, raters) codes to (n, size) counts; -1 is skipped."""
    counts = np.zeros((len(codes), size))
    for k in range(size):
        counts[:, k] = (codes == k).sum(axis=1)
    return counts


def ratings_from_codes(
    codes: ArrayLike,
    categories: Sequence[Hashable],
    *,
    weights: ArrayLike | None = None,
    rater_names: Sequence[str] | None = None,
    positive: Hashable | None = None,
) -> Ratings:
    """(items, raters) category indices, -1 not rated. Unrated items and idle raters are dropped.

    weights (items,) must be positive and finite. Raises ValueError otherwise or for a code off the scale.
    """
    matrix = np.asarray(codes, dtype=np.int64)
    if matrix.ndim != 2:
        matrix = matrix.reshape(0, 0)
    if matrix.size and (matrix.max() >= len(categories) or matrix.min() < MISSING):
        raise ValueError(f"category codes must lie in -1..{len(categories) - 1}")
    given = np.ones(len(matrix)) if weights is None else np.asarray(weights, dtype=np.float64)
    if given.shape != (len(matrix),) or not np.isfinite(given).all() or (given <= 0).any():
        raise ValueError("weights must be one positive finite number for each item")
    names = [str(g + 1) for g in range(matrix.shape[1])] if rater_names is None else list(rater_names)
    rated = (matrix != MISSING).any(axis=1)
    active = (matrix != MISSING).any(axis=0)
    kept = matrix[rated][:, active]
    return Ratings(
        categories=tuple(categories),
        counts=count_categories(kept, len(categories)),
        codes=kept,
        weights=given[rated],
        rater_names=tuple(name for name, used in zip(names, active, strict=True) if used),
        positive=positive_category(categories, positive),
    )


def ratings_from_table(
    table: ArrayLike, categories: Sequence[Hashable], *, positive: Hashable | None = None
) -> Ratings:
    """table[i][j] items put in category i by the first and j by the second rater. Positive: the first
    category.

    Raises ValueError when it is not q x q or holds anything but counts.
    """
    cells = np.asarray(table)
    q = len(categories)
    if cells.shape != (q, q) or (cells < 0).any() or (cells != np.round(cells)).any():
        raise ValueError(f"a table of {q} categories needs {q} x {q} counts that are whole and not negative")
    first, second = np.divmod(np.repeat(np.arange(q * q), cells.astype(np.int64).ravel()), q)
    chosen = categories[0] if positive is None and q else positive
    return ratings_from_codes(np.stack([first, second], axis=1), categories, rater_names=("1", "2"), positive=chosen)


def ratings_from_counts(
    counts: ArrayLike, categories: Sequence[Hashable], *, positive: Hashable | None = None
) -> Ratings:
    """counts[item][category] raters; who they were is not known, so statistics by rater do not apply."""
    matrix = np.asarray(counts, dtype=np.float64).reshape(-1, len(categories))
    if (matrix < 0).any() or (matrix != np.round(matrix)).any():
        raise ValueError("numbers of raters must be whole and not negative")
    kept = matrix[matrix.sum(axis=1) > 0]
    return Ratings(
        categories=tuple(categories),
        counts=kept,
        codes=None,
        weights=np.ones(len(kept)),
        rater_names=(),
        positive=positive_category(categories, positive),
    )


def ratings_from_raw(
    rows: Sequence[Sequence[Hashable | None]],
    categories: Sequence[Hashable],
    *,
    weights: ArrayLike | None = None,
    positive: Hashable | None = None,
) -> Ratings:
    """rows[item][rater], None = not rated. Raises ValueError for a value that is not a declared category."""
    place = {category: k for k, category in enumerate(categories)}
    codes = np.full((len(rows), max((len(row) for row in rows), default=0)), MISSING, dtype=np.int64)
    for i, row in enumerate(rows):
        for g, value in enumerate(row):
            if value is None:
                continue
            if value not in place:
                raise ValueError(f"item {i + 1}, rater {g + 1}: '{value}' is not a declared category")
            codes[i, g] = place[value]
    if len(rows) == 0:
        weights = None
    return ratings_from_codes(codes, categories, weights=weights, positive=positive)


def latest_rows(items: IntArray, raters: IntArray) -> IntArray:
    """Row numbers (ascending) of the last row of each (item, rater): a re-submission replaces what was
    before.
    """
    if len(items) == 0:
        return np.zeros(0, dtype=np.int64)
    key = items * (int(raters.max()) + 1) + raters
    _, first_from_the_end = np.unique(key[::-1], return_index=True)
    return np.sort(len(key) - 1 - first_from_the_end)


def ratings_from_long(
    items: Sequence[Hashable],
    raters: Sequence[Hashable],
    labels: Sequence[Hashable],
    categories: Sequence[Hashable],
    *,
    weights: Sequence[float] | None = None,
    positive: Hashable | None = None,
) -> Ratings:
    """One row a rating, in time order; a repeated item and rater counts once, with its latest label (and
    weight).

    Raises ValueError for a label that is not a declared category.
    """
    place = {category: k for k, category in enumerate(categories)}
    unknown = next((label for label in labels if label not in place), None)
    if unknown is not None:
        raise ValueError(f"'{unknown}' is not a declared category")
    item_place = {item: i for i, item in enumerate(dict.fromkeys(items))}
    rater_place = {rater: g for g, rater in enumerate(dict.fromkeys(raters))}
    rows = np.array([item_place[item] for item in items], dtype=np.int64)
    columns = np.array([rater_place[rater] for rater in raters], dtype=np.int64)
    values = np.array([place[label] for label in labels], dtype=np.int64)
    kept = latest_rows(rows, columns)
    codes = np.full((len(item_place), len(rater_place)), MISSING, dtype=np.int64)
    codes[rows[kept], columns[kept]] = values[kept]
    by_item = np.ones(len(item_place))
    if weights is not None:
        by_item[rows[kept]] = np.asarray(weights, dtype=np.float64)[kept]
    return ratings_from_codes(
        codes, categories, weights=by_item, rater_names=[str(name) for name in rater_place], positive=positive
    )
