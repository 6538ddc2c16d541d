"""Agreement on the level of a defect, among raters who both saw it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from annotate.agreement.intervals import DRAWS, Layout, Method, make_draws
from annotate.agreement.ratings import Ratings, latest_rows, ratings_from_codes
from annotate.agreement.registry import STATISTICS
from annotate.agreement.result import Agreement, FloatArray, IntArray
from annotate.agreement.statistics import agreement

ENOUGH_FOR_BOOTSTRAP = 50
CONDITION = "levels of raters who both marked the defect"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDifference:
    """How many levels a rater (code) lies above the others on the same items, on average; None without any."""

    rater: int
    ratings: int
    mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeverityAgreement:
    """`kappa` is quadratic-weighted Cohen's (exactly two raters) or Fleiss', `alpha` ordinal.
    `confusion[k][l]` counts pairs of raters with levels k and l: first by second rater for two, both ways for
    more. `note` says on what it is conditioned and why an interval is missing."""

    levels: tuple[str, ...]
    items: int
    items_pairable: int
    raters: int
    kappa: Agreement
    alpha: Agreement
    confusion: tuple[tuple[int, ...], ...]
    signed: tuple[SignedDifference, ...]
    note: str


def severity_agreement(
    item: IntArray,
    rater: IntArray,
    level: IntArray,
    levels: Sequence[str],
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> SeverityAgreement:
    """item, rater, level (N,): codes from 0, level on the declared scale, -1 where the rater did not mark the
    defect.

    The latest row of item and rater counts. The interval is an item bootstrap from 50 items on; below it is
    None. Raises ValueError for a level off the scale.
    """
    item, rater, level = (np.asarray(given, dtype=np.int64) for given in (item, rater, level))
    kept = latest_rows(item, rater)
    kept = kept[level[kept] >= 0]
    _, rows = np.unique(item[kept], return_inverse=True)
    people, columns = np.unique(rater[kept], return_inverse=True)
    codes = np.full((int(rows.max(initial=-1)) + 1, len(people)), -1, dtype=np.int64)
    codes[rows, columns] = level[kept]
    ratings = ratings_from_codes(codes, levels, rater_names=[str(g) for g in people])
    two = ratings.raters == 2
    enough = ratings.items_pairable >= ENOUGH_FOR_BOOTSTRAP
    method = Method.BOOTSTRAP if enough else Method.NONE
    kappa, alpha = (
        _with_bootstrap(name, ratings, method, draws, seed)
        for name in ("cohen_kappa_quadratic" if two else "fleiss_kappa_quadratic", "alpha_ordinal")
    )
    reason = "" if enough else f"; no interval below {ENOUGH_FOR_BOOTSTRAP} common items"
    return SeverityAgreement(
        levels=tuple(levels),
        items=ratings.items,
        items_pairable=ratings.items_pairable,
        raters=ratings.raters,
        kappa=kappa,
        alpha=alpha,
        confusion=_confusion(ratings, two),
        signed=_signed(ratings, people),
        note=CONDITION + reason,
    )


def _with_bootstrap(name: str, ratings: Ratings, method: Method, draws: int, seed: int) -> Agreement:
    row = STATISTICS[name]
    layout = Layout.RATERS if name.startswith("cohen") else Layout.COUNTS
    return agreement(row, ratings, make_draws(ratings, layout, method, draws=draws, seed=seed))


def _confusion(ratings: Ratings, two: bool) -> tuple[tuple[int, ...], ...]:
    if two and ratings.codes is not None:
        both = ratings.codes[(ratings.codes >= 0).all(axis=1)]
        table = np.zeros((ratings.size, ratings.size))
        np.add.at(table, (both[:, 0], both[:, 1]), 1)
    else:
        counts: FloatArray = ratings.counts
        table = counts.T @ counts - np.diag(counts.sum(axis=0))
    return tuple(tuple(int(cell) for cell in row) for row in table)


def _signed(ratings: Ratings, people: IntArray) -> tuple[SignedDifference, ...]:
    """Own level minus the mean of the others', averaged over the items that somebody else marked too."""
    assert ratings.codes is not None
    seen = ratings.codes >= 0
    level = np.where(seen, ratings.codes, 0)
    others = seen.sum(axis=1, keepdims=True) - 1
    mean = (level.sum(axis=1, keepdims=True) - level) / np.maximum(others, 1)
    shared = seen & (others > 0)
    return tuple(
        SignedDifference(
            rater=int(person),
            ratings=int(shared[:, g].sum()),
            mean=float((level - mean)[shared[:, g], g].mean()) if shared[:, g].any() else None,
        )
        for g, person in enumerate(people)
    )
