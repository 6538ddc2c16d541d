"""Intervals of many binary defects at once: draws of pattern weights, evaluated for blocks of defects."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotate.agreement.binary_coefficients import binary_coefficients
from annotate.agreement.intervals import Method
from annotate.agreement.patterns import Panel, PatternTables
from annotate.agreement.result import EPSILON, LEVEL, FloatArray, IntArray, Interval
from annotate.agreement.two_raters import cohen_kappa

MOST_CELLS_AT_ONCE = 6_000_000
NAMES = (
    "prevalence",
    "percent_agreement",
    "positive_agreement",
    "negative_agreement",
    "fleiss_kappa",
    "alpha",
    "gwet_ac1",
    "pabak",
    "prevalence_index",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """name -> (2, defects) lower and upper limits, NaN where too few draws were defined; empty without
    intervals.
    """

    by_name: dict[str, FloatArray]
    method: str

    def interval(self, name: str, defect: int) -> Interval | None:
        found = self.by_name.get(name)
        if found is None:
            return None
        low, high = float(found[0, defect]), float(found[1, defect])
        if not high - low > EPSILON:
            return None
        return Interval(low=low, high=high, method=self.method)


def quantiles(values: FloatArray) -> FloatArray:
    """(draws, defects) to (2, defects); undefined draws are left out, NaN when more than half are undefined."""
    sides = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    known = np.isfinite(values)
    if known.all():
        return np.asarray(np.quantile(values, sides, axis=0))
    found = np.full((2, values.shape[1]), np.nan)
    for d in np.flatnonzero(known.sum(axis=0) * 2 >= len(values)):
        found[:, d] = np.quantile(values[known[:, d], d], sides)
    return found


def pattern_limits(panel: Panel, tables: PatternTables, method: Method, draws: int, seed: int) -> Limits:
    """Dirichlet(counts + 1/K) over the patterns possible for the numbers of ratings seen, or the item
    bootstrap (always for weighted items, within strata)."""
    if method == Method.NONE or panel.items == 0:
        return Limits(by_name={}, method="")
    rng = np.random.default_rng(seed)
    seen = tables.number[(tables.items > 0).any(axis=0)]
    use = np.isin(tables.number, seen) & (tables.number >= 1) & (tables.positives <= tables.number)
    n, k = tables.number[use], tables.positives[use]
    found: dict[str, list[FloatArray]] = {name: [] for name in NAMES}
    resample = method == Method.BOOTSTRAP or panel.weights is not None
    blocks = _bootstrap(panel, tables, use, draws, rng) if resample else _dirichlet(tables, use, draws, rng)
    for at, weights in blocks:
        rated = tables.items[at : at + weights.shape[1]][:, use].sum(axis=1)
        drawn = binary_coefficients(weights, n, k, rated[None, :])
        for name in NAMES:
            found[name].append(quantiles(getattr(drawn, name)))
    words = (
        f"item bootstrap{', weighted' * (panel.weights is not None)}" if resample else "Dirichlet(1/K) over patterns"
    )
    joined = {name: np.concatenate(parts, axis=1) for name, parts in found.items()}
    return Limits(by_name=joined, method=f"{words}, {draws} draws")


def _dirichlet(
    tables: PatternTables, use: NDArray[np.bool_], draws: int, rng: np.random.Generator
) -> Iterator[tuple[int, FloatArray]]:
    counts, numbers = tables.items[:, use], tables.number[use]
    step = max(1, MOST_CELLS_AT_ONCE // (draws * max(counts.shape[1], 1)))
    for at in range(0, len(counts), step):
        block = counts[at : at + step]
        possible = np.stack([np.isin(numbers, numbers[row > 0]) for row in block])
        prior = possible / np.maximum(possible.sum(axis=1, keepdims=True), 1)
        yield at, rng.standard_gamma(block + prior, size=(draws, *block.shape))


def _bootstrap(
    panel: Panel, tables: PatternTables, use: NDArray[np.bool_], draws: int, rng: np.random.Generator
) -> Iterator[tuple[int, FloatArray]]:
    """Multinomial over distinct (weight, pattern) within each stratum; fractions of draws in blocks of one
    defect.
    """
    if panel.weights is None and panel.strata is None:
        for d, counts in enumerate(tables.items[:, use]):
            total = int(counts.sum())
            yield d, rng.multinomial(total, counts / max(total, 1), size=draws).astype(np.float64)[:, None, :]
        return
    weights = np.ones(panel.items) if panel.weights is None else panel.weights
    strata = np.zeros(panel.items, dtype=np.int64) if panel.strata is None else panel.strata
    place = np.cumsum(use) - 1
    for d in range(panel.defects):
        pattern = tables.of_item[d]
        drawn = np.zeros((draws, int(use.sum())))
        for stratum in np.unique(strata):
            here = (strata == stratum) & (pattern > 0)
            if not here.any():
                continue
            rows = np.stack([weights[here], place[pattern[here]]], axis=1)
            distinct, frequency = np.unique(rows, axis=0, return_counts=True)
            spread = np.zeros((len(distinct), drawn.shape[1]))
            spread[np.arange(len(distinct)), distinct[:, 1].astype(np.int64)] = distinct[:, 0]
            total = int(frequency.sum())
            step = max(1, MOST_CELLS_AT_ONCE // len(distinct))
            for at in range(0, draws, step):
                size = min(step, draws - at)
                drawn[at : at + size] += rng.multinomial(total, frequency / total, size=size) @ spread
        yield d, drawn[:, None, :]


def cohen_limits(panel: Panel, pairs: FloatArray, present: IntArray, method: Method, draws: int, seed: int) -> Limits:
    """Of Cohen's kappa for the defects with exactly two raters: Dirichlet(1/4 per cell), or the bootstrap of
    items.

    With weights the bootstrap would need the items behind the cells; it then resamples the effective number
    of items.
    """
    two = np.flatnonzero((present > 0).sum(axis=1) == 2)
    if method == Method.NONE or len(two) == 0:
        return Limits(by_name={}, method="")
    rng = np.random.default_rng(seed + 1)
    here = np.array([np.flatnonzero(present[d]) for d in two])
    cells = pairs[two, here[:, 0], here[:, 1]].reshape(len(two), 4)
    if panel.weights is not None:
        shrink = panel.weights.sum() / (panel.weights**2).sum()
        cells = cells * shrink
    if method == Method.DIRICHLET:
        drawn = rng.standard_gamma(cells + 0.25, size=(draws, *cells.shape))
        words = "Dirichlet(1/4 per cell)"
    else:
        sizes = np.maximum(np.rint(cells.sum(axis=1)), 1).astype(np.int64)
        shares = (cells + 1e-300) / (cells + 1e-300).sum(axis=1, keepdims=True)
        drawn = np.stack([rng.multinomial(n, p, size=draws) for n, p in zip(sizes, shares, strict=True)], axis=1)
        words = "item bootstrap"
    if panel.weights is not None:
        words += " of the effective number of items"
    drawn = drawn / drawn.sum(axis=-1, keepdims=True)
    kappas = cohen_kappa(drawn.reshape(draws, len(two), 2, 2), np.eye(2))
    found = np.full((2, panel.defects), np.nan)
    found[:, two] = quantiles(kappas)
    return Limits(by_name={"cohen_kappa": found}, method=f"{words}, {draws} draws")
