"""Did agreement change? The same items rated under two definitions, or different items; many defects at once."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from annotate.agreement import many_raters, two_raters
from annotate.agreement.intervals import DRAWS, percentile_interval
from annotate.agreement.ratings import Ratings, count_categories, ratings_from_codes
from annotate.agreement.result import Agreement, FloatArray, IntArray, Interval
from annotate.agreement.statistics import agreement_statistics

MOST_EXACT = 16
PERMUTATIONS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Agreement before and after. `difference` is after - before, None when one of them is undefined;
    `prevalence` is the share of the positive category in both periods, to be shown beside it."""

    statistic: str
    before: Agreement
    after: Agreement
    difference: float | None
    interval: Interval | None
    p_value: float | None
    items: int
    method: str
    prevalence: tuple[float | None, float | None]


def _kappas(codes: IntArray, ratings: Ratings, draws: FloatArray) -> FloatArray:
    """Cohen's kappa for two raters, else Fleiss', of draws (B, items)."""
    if codes.shape[1] == 2:
        return two_raters.cohen_kappa(two_raters.cross_tables(ratings, draws), np.eye(ratings.size))
    return many_raters.fleiss_kappa(ratings, np.eye(ratings.size), draws)


def _coded(values: ArrayLike, categories: Sequence[Hashable], name: str) -> IntArray:
    place = {category: k for k, category in enumerate(categories)}
    matrix = np.asarray(values, dtype=object)
    if matrix.ndim != 2:
        raise ValueError(f"{name}: one row an item, one column a rater")
    for value in matrix.ravel():
        if value is not None and value not in place:
            raise ValueError(f"{name}: '{value}' is not a declared category")
    return np.array([[-1 if value is None else place[value] for value in row] for row in matrix], dtype=np.int64)


def _whole(codes: IntArray, categories: Sequence[Hashable]) -> Ratings:
    """Ratings that keep every row and column, so that draws over items fit both periods."""
    plain = ratings_from_codes(codes, categories)
    return Ratings(
        categories=plain.categories,
        counts=count_categories(codes, len(categories)),
        codes=codes,
        weights=np.ones(len(codes)),
        rater_names=tuple(str(g + 1) for g in range(codes.shape[1])),
        positive=plain.positive,
    )


def compare_paired(
    before: ArrayLike,
    after: ArrayLike,
    categories: Sequence[Hashable],
    *,
    draws: int = DRAWS,
    permutations: int = PERMUTATIONS,
    seed: int = 0,
) -> Comparison:
    """The same items and raters, (items, raters) values with None for missing, in both periods.

    Kappa is Cohen's for two raters, else Fleiss'. Interval of the difference: bootstrap of items, both
    periods kept together. p: whole items (all raters together) swapped between the periods, two-sided; exact
    while at most 16 items differ, else Monte Carlo with (hits + 1) / (permutations + 1). Raises ValueError
    for unequal shapes.
    """
    first, second = _coded(before, categories, "before"), _coded(after, categories, "after")
    if first.shape != second.shape:
        raise ValueError(f"before is {first.shape}, after {second.shape}: rate the same items by the same raters")
    name = "cohen_kappa" if first.shape[1] == 2 else "fleiss_kappa"
    periods = [_whole(codes, categories) for codes in (first, second)]
    values = [
        agreement_statistics(
            ratings_from_codes(codes, categories), names=[name, "fleiss_kappa"], draws=draws, seed=seed
        )
        for codes in (first, second)
    ]
    earlier, later = (found.get(name, found["fleiss_kappa"]) for found in values)
    difference = interval = p_value = None
    words = "not enough for a comparison"
    if earlier.value is not None and later.value is not None:
        difference = later.value - earlier.value
        rng = np.random.default_rng(seed)
        weights = rng.multinomial(len(first), np.full(len(first), 1 / len(first)), size=draws).astype(np.float64)
        drawn = _kappas(second, periods[1], weights) - _kappas(first, periods[0], weights)
        interval = percentile_interval(drawn, f"paired item bootstrap, {draws} draws")
        p_value, words = _swap_test(first, second, categories, difference, permutations, rng)
    return Comparison(
        statistic=name,
        before=earlier,
        after=later,
        difference=difference,
        interval=interval,
        p_value=p_value,
        items=len(first),
        method=words,
        prevalence=(_prevalence(periods[0]), _prevalence(periods[1])),
    )


def _prevalence(ratings: Ratings) -> float | None:
    if ratings.ratings == 0:
        return None
    rated = (ratings.per_item > 0).astype(np.float64)
    return float(many_raters.prevalence(ratings, rated[None, :])[0, ratings.positive])


def _swap_test(
    first: IntArray,
    second: IntArray,
    categories: Sequence[Hashable],
    difference: float,
    permutations: int,
    rng: np.random.Generator,
) -> tuple[float | None, str]:
    """Swapping an item is giving weight 0 or 1 to its two versions, stacked: one evaluation for all swaps."""
    changed = np.flatnonzero((first != second).any(axis=1))
    stacked = _whole(np.concatenate([first, second]), categories)
    exact = len(changed) <= MOST_EXACT
    if exact:
        swaps = np.array(list(product((0.0, 1.0), repeat=len(changed)))).reshape(2 ** len(changed), len(changed))
    else:
        swaps = rng.integers(0, 2, size=(permutations, len(changed))).astype(np.float64)
    at_least = defined = 0
    for at in range(0, len(swaps), 2048):
        block = swaps[at : at + 2048]
        stay = np.ones((len(block), len(first)))
        stay[:, changed] = 1.0 - block
        codes = stacked.codes if stacked.codes is not None else first
        earlier = _kappas(codes, stacked, np.concatenate([stay, 1 - stay], axis=1))
        later = _kappas(codes, stacked, np.concatenate([1 - stay, stay], axis=1))
        drawn = later - earlier
        known = np.isfinite(drawn)
        defined += int(known.sum())
        at_least += int((np.abs(drawn[known]) >= abs(difference) - 1e-9).sum())
    if exact:
        return at_least / defined, f"exact swap of {len(changed)} changed items"
    return (at_least + 1) / (defined + 1), f"swap within items, {permutations} permutations"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndependentComparison:
    """Two kappas of different items: difference, its interval and p from z; None with a missing value or SE."""

    difference: float | None
    interval: Interval | None
    p_value: float | None
    method: str


def compare_independent(before: Agreement, after: Agreement) -> IndependentComparison:
    """z = (k2 - k1) / sqrt(se1^2 + se2^2) for different items. Confounded with whatever else differs between
    them: show the prevalence of both periods beside it."""
    words = "z of the difference, different items"
    if before.value is None or after.value is None:
        return IndependentComparison(difference=None, interval=None, p_value=None, method=words)
    difference = after.value - before.value
    se = np.hypot(before.se or 0.0, after.se or 0.0)
    if not before.se or not after.se:
        return IndependentComparison(difference=difference, interval=None, p_value=None, method=words)
    half = 1.959963984540054 * se
    limits = Interval(low=max(-2.0, difference - half), high=min(2.0, difference + half), method=words)
    p_value = float(2 * stats.norm.sf(abs(difference) / se))
    return IndependentComparison(difference=difference, interval=limits, p_value=p_value, method=words)


def benjamini_hochberg(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted p-values in the given order; None stays None and does not count as a test."""
    known = [(p, at) for at, p in enumerate(p_values) if p is not None]
    adjusted: list[float | None] = [None] * len(p_values)
    smallest = 1.0
    for rank, (p, at) in reversed(list(enumerate(sorted(known), start=1))):
        smallest = min(smallest, p * len(known) / rank)
        adjusted[at] = smallest
    return adjusted
