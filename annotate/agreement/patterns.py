"""Many binary defects at once: how often each pattern (ratings, positives) of an item occurs, by defect and
rater.

For one defect an item's part in every coefficient depends only on its pattern, so values, draws and
leave-one-out need nothing but these small tables.
"""

from dataclasses import dataclass

import numpy as np

from annotate.agreement.ratings import latest_rows
from annotate.agreement.result import FloatArray, IntArray

NOT_ASSESSED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Deduplicated rows sorted by item: item, rater (N,) codes from 0; labels (defects, N) of 1, 0, -1 not
    assessed.

    weights (items,): 1 / inclusion probability, None without sampling. strata (items,): for the bootstrap, or
    None.
    """

    item: IntArray
    rater: IntArray
    labels: IntArray
    starts: IntArray
    raters: int
    weights: FloatArray | None
    strata: IntArray | None

    @property
    def defects(self) -> int:
        return len(self.labels)

    @property
    def items(self) -> int:
        return len(self.starts)

    @property
    def most(self) -> int:
        """Most ratings of one item."""
        return int(np.diff(np.append(self.starts, len(self.item))).max()) if len(self.item) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternTables:
    """Pattern p = n * (most + 1) + k: n ratings, k positives. number, positives (P,); of_item (defects,
    items) pattern of each item; items (defects, P) how many have it; weight (defects, P) their summed
    weights.
    """

    number: FloatArray
    positives: FloatArray
    of_item: IntArray
    items: FloatArray
    weight: FloatArray


def panel_of(
    item: IntArray,
    rater: IntArray,
    labels: IntArray,
    *,
    weights: FloatArray | None = None,
    strata: IntArray | None = None,
    raters: int | None = None,
) -> Panel:
    """(N,) items and raters as codes from 0, labels (N,) or (N, defects); the latest row of item and rater
    counts.

    weights and strata are by item code. Raises ValueError naming what does not fit.
    """
    table = np.asarray(labels)
    if table.ndim == 1:
        table = table[:, None]
    item, rater = np.asarray(item, dtype=np.int64), np.asarray(rater, dtype=np.int64)
    if not len(item) == len(rater) == len(table):
        raise ValueError(f"{len(item)} items, {len(rater)} raters and {len(table)} labels: one of each a rating")
    if len(item) and (item.min() < 0 or rater.min() < 0 or table.min() < -1 or table.max() > 1):
        raise ValueError("items and raters are codes from 0; labels are 1, 0 or -1 (not assessed)")
    span = int(rater.max()) + 1 if len(rater) else 0
    key = item * max(span, 1) + rater
    if len(key) > 1 and not (np.diff(key) > 0).all():
        kept = latest_rows(item, rater)
        order = kept[np.argsort(key[kept], kind="stable")]
        item, rater, table = item[order], rater[order], table[order]
    starts = np.flatnonzero(np.diff(item, prepend=-1))
    seen = item[starts]
    if weights is not None:
        weights = np.asarray(weights, dtype=np.float64)
        if len(item) and (
            len(weights) <= seen.max() or not np.isfinite(weights[seen]).all() or (weights[seen] <= 0).any()
        ):
            raise ValueError("weights must be positive finite numbers, one for each item code")
        weights = weights[seen] if np.ptp(weights[seen]) > 0 else None
    return Panel(
        item=np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(item)))),
        rater=rater,
        labels=np.ascontiguousarray(table.T.astype(np.int8)),
        starts=starts,
        raters=max(span, raters or 0),
        weights=weights,
        strata=None if strata is None else np.asarray(strata)[seen],
    )


def pattern_tables(panel: Panel) -> PatternTables:
    """Counts of the patterns of every defect; items where a defect was not assessed have pattern 0 there."""
    side = panel.most + 1
    size = side * side
    grid = np.arange(size)
    of_item = np.zeros((panel.defects, panel.items), dtype=np.int64)
    items = np.zeros((panel.defects, size))
    weight = np.zeros((panel.defects, size))
    for d, label in enumerate(panel.labels):
        if panel.items == 0:
            break
        steps = np.where(label >= 0, side, 0) + (label > 0)
        of_item[d] = np.add.reduceat(steps, panel.starts)
        items[d] = np.bincount(of_item[d], minlength=size)
        if panel.weights is not None:
            weight[d] = np.bincount(of_item[d], weights=panel.weights, minlength=size)
    return PatternTables(
        number=(grid // side).astype(np.float64),
        positives=(grid % side).astype(np.float64),
        of_item=of_item,
        items=items,
        weight=items if panel.weights is None else weight,
    )


def rater_tables(panel: Panel, tables: PatternTables) -> FloatArray:
    """(defects, raters, P, 2): summed weights of the items of each rater by pattern and by the rater's own
    label.
    """
    size = len(tables.number)
    cells = panel.raters * size * 3
    found = np.zeros((panel.defects, panel.raters, size, 2))
    base = panel.rater * (size * 3)
    by_row = None if panel.weights is None else panel.weights[panel.item]
    for d, label in enumerate(panel.labels):
        code = tables.of_item[d][panel.item] * 3 + base
        code += label
        code += 1
        sums = np.bincount(code, weights=by_row, minlength=cells)
        found[d] = sums.reshape(panel.raters, size, 3)[:, :, 1:]
    return found


def without_rater(tables: PatternTables, by_rater: FloatArray) -> FloatArray:
    """(defects, raters, P): pattern weights when one rater's ratings are taken out."""
    side = int(np.sqrt(len(tables.number)))
    left = np.asarray(tables.weight[:, None, :] - by_rater.sum(axis=3))
    for own in (0, 1):
        shift = side + own
        left[:, :, :-shift] += by_rater[:, :, shift:, own]
    return left


def pair_tables(panel: Panel) -> FloatArray:
    """(defects, raters, raters, 2, 2): weighted 2 x 2 tables of raters g < h, [1 - label] so that positive is
    first.

    Pairs of rows of one item are listed once; every defect is then one counting pass.
    """
    first, second = row_pairs(panel)
    raters = panel.raters
    base = (panel.rater[first] * raters + panel.rater[second]) * 9
    by_pair = None if panel.weights is None else panel.weights[panel.item[first]]
    found = np.zeros((panel.defects, raters, raters, 2, 2))
    for d, label in enumerate(panel.labels):
        shifted = (label + 1).astype(np.int64)
        code = base + shifted[first] * 3 + shifted[second]
        sums = np.bincount(code, weights=by_pair, minlength=raters * raters * 9)
        found[d] = sums.reshape(raters, raters, 3, 3)[:, :, :0:-1, :0:-1]
    return found


def row_pairs(panel: Panel) -> tuple[IntArray, IntArray]:
    """Row numbers of all pairs of ratings of one item, the lower rater first."""
    firsts, seconds = [], []
    for offset in range(1, panel.most):
        at = np.flatnonzero(panel.item[:-offset] == panel.item[offset:])
        firsts.append(at)
        seconds.append(at + offset)
    if not firsts:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty
    return np.concatenate(firsts), np.concatenate(seconds)
