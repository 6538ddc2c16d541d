"""Intervals over items: Dirichlet over rating patterns, item bootstrap, Wald from a standard error. Raters
are fixed.

An item's part in a coefficient depends only on its pattern of ratings, so both kinds of draws are weights of
patterns: their cost does not grow with the number of items.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations_with_replacement, product
from math import comb

import numpy as np

from annotate.agreement.ratings import MISSING, Ratings, count_categories
from annotate.agreement.result import EPSILON, LEVEL, FloatArray, IntArray, Interval

DRAWS = 2000
MOST_PATTERNS = 1500
MOST_CELLS_AT_ONCE = 8_000_000


class Method(StrEnum):
    """How intervals are made."""

    DIRICHLET = "dirichlet"
    BOOTSTRAP = "bootstrap"
    NONE = "none"


class Layout(StrEnum):
    """What of an item a coefficient looks at: who said what, or only how many said what."""

    RATERS = "raters"
    COUNTS = "counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draws:
    """Patterns with weights (draws, patterns), and the method in words."""

    patterns: Ratings
    weights: FloatArray
    method: str


def _possible_counts(ratings: Ratings) -> FloatArray | None:
    """All count patterns for the numbers of ratings seen, or None when they are too many."""
    numbers = sorted({int(r) for r in ratings.per_item})
    if sum(comb(r + ratings.size - 1, r) for r in numbers) > MOST_PATTERNS:
        return None
    rows = [
        np.bincount(chosen, minlength=ratings.size)
        for r in numbers
        for chosen in combinations_with_replacement(range(ratings.size), r)
    ]
    return np.array(rows, dtype=np.float64)


def _possible_codes(codes: IntArray, size: int) -> IntArray | None:
    """All ways the raters present could have rated, for each set of raters seen, or None when too many."""
    present = np.unique(codes != MISSING, axis=0)
    if sum(size ** int(seen.sum()) for seen in present) > MOST_PATTERNS:
        return None
    rows: list[IntArray] = []
    for seen in present:
        block = np.full((size ** int(seen.sum()), codes.shape[1]), MISSING, dtype=np.int64)
        block[:, seen] = np.array(list(product(range(size), repeat=int(seen.sum()))), dtype=np.int64)
        rows.append(block)
    return np.concatenate(rows)


def _patterns(ratings: Ratings, layout: Layout, rows: FloatArray | IntArray, weights: FloatArray) -> Ratings:
    by_rater = layout is Layout.RATERS
    codes = rows.astype(np.int64) if by_rater else None
    counts = count_categories(codes, ratings.size) if codes is not None else rows.astype(np.float64)
    return replace(ratings, counts=counts, codes=codes, weights=weights, patterns_of=ratings.items)


def _seen(ratings: Ratings, layout: Layout) -> FloatArray | IntArray:
    if layout is Layout.COUNTS:
        return ratings.counts
    assert ratings.codes is not None
    return ratings.codes


def dirichlet_draws(ratings: Ratings, layout: Layout, draws: int, rng: np.random.Generator) -> Draws | None:
    """Weights of all possible patterns from Dirichlet(counts + 1/K), K their number; None when K is above
    1,500.

    Coverage of the 95% interval .88 to .98 for binary defects at 5 to 50% prevalence; never undefined.
    """
    seen = _seen(ratings, layout)
    possible: FloatArray | IntArray | None
    if layout is Layout.COUNTS:
        possible = _possible_counts(ratings)
    else:
        possible = _possible_codes(np.asarray(seen, dtype=np.int64), ratings.size)
    if possible is None or len(possible) == 0:
        return None
    place = {row.tobytes(): k for k, row in enumerate(possible.astype(np.float64))}
    known, frequency = np.unique(seen.astype(np.float64), axis=0, return_counts=True)
    concentration = np.full(len(possible), 1.0 / len(possible))
    for row, number in zip(known, frequency, strict=True):
        concentration[place[row.tobytes()]] += number
    weights = rng.standard_gamma(concentration, size=(draws, len(possible)))
    words = f"Dirichlet(1/{len(possible)} per pattern), {draws} draws"
    return Draws(patterns=_patterns(ratings, layout, possible, concentration), weights=weights, method=words)


def bootstrap_draws(ratings: Ratings, layout: Layout, draws: int, rng: np.random.Generator) -> Draws:
    """Items drawn with replacement, as a multinomial over distinct patterns (and weights, where items have
    some).
    """
    seen = _seen(ratings, layout).astype(np.float64)
    rows = np.concatenate([seen, ratings.weights[:, None]], axis=1) if ratings.weighted else seen
    known, frequency = np.unique(rows, axis=0, return_counts=True)
    drawn = rng.multinomial(ratings.items, frequency / ratings.items, size=draws).astype(np.float64)
    words = f"item bootstrap, percentile, {draws} draws"
    if ratings.weighted:
        drawn *= known[:, -1]
        known = known[:, :-1]
        words += ", items weighted"
    return Draws(patterns=_patterns(ratings, layout, known, frequency * 1.0), weights=drawn, method=words)


def make_draws(ratings: Ratings, layout: Layout, method: Method, *, draws: int = DRAWS, seed: int = 0) -> Draws | None:
    """Draws by the method; None for `none` or without items.

    Dirichlet falls back to the item bootstrap, and says so, for weighted items (the posterior of weighted
    patterns is not defined) and for more than 1,500 possible patterns.
    """
    if method == Method.NONE or ratings.items == 0:
        return None
    rng = np.random.default_rng(seed)
    if method == Method.BOOTSTRAP:
        return bootstrap_draws(ratings, layout, draws, rng)
    found = None if ratings.weighted else dirichlet_draws(ratings, layout, draws, rng)
    return found if found is not None else bootstrap_draws(ratings, layout, draws, rng)


def percentile_interval(values: FloatArray, method: str, level: float = LEVEL) -> Interval | None:
    """Percentile limits of drawn values; draws without a value are left out and counted in the method's
    words.

    None when fewer than half of the draws have a value, or when all have the same (resampling items that are
    all alike): that would claim certainty.
    """
    known = values[np.isfinite(values)]
    if len(known) < max(1, len(values) / 2):
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    if high - low <= EPSILON:
        return None
    left_out = len(values) - len(known)
    words = f"{method}, {left_out} draws undefined" if left_out else method
    return Interval(low=float(low), high=float(high), method=words, level=level)


def drawn_interval(evaluate: Callable[[Ratings, FloatArray], FloatArray], draws: Draws | None) -> Interval | None:
    """The percentile interval of a coefficient over the draws, evaluated in blocks to bound the memory."""
    if draws is None:
        return None
    step = max(1, MOST_CELLS_AT_ONCE // max(draws.weights.shape[1], 1))
    blocks = range(0, len(draws.weights), step)
    values = [evaluate(draws.patterns, draws.weights[at : at + step]) for at in blocks]
    return percentile_interval(np.concatenate(values), draws.method)


def wald_interval(
    value: float, se: float | None, *, quantile: float, method: str, low: float = -1.0
) -> Interval | None:
    """value +/- quantile * SE, clipped to [low, 1]; None for an SE of 0 (a degenerate table), NaN or None."""
    if se is None or not np.isfinite(se) or se <= 1e-12:
        return None
    return Interval(low=max(low, value - quantile * se), high=min(1.0, value + quantile * se), method=method)


def wilson_interval(successes: float, n: float, quantile: float = 1.959963984540054) -> Interval | None:
    """Wilson's score interval of a share; None for n = 0. Fractional counts (weighted shares times n_eff) are
    allowed.
    """
    if n <= 0:
        return None
    share = successes / n
    centre = (share + quantile**2 / (2 * n)) / (1 + quantile**2 / n)
    half = quantile / (1 + quantile**2 / n) * np.sqrt(share * (1 - share) / n + quantile**2 / (4 * n * n))
    return Interval(low=max(0.0, float(centre - half)), high=min(1.0, float(centre + half)), method="Wilson")
