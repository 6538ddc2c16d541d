"""Which defects are mistaken for one another, and which occur together."""

from dataclasses import dataclass

import numpy as np
from scipy import stats

from annotate.agreement.patterns import panel_of, row_pairs
from annotate.agreement.result import IntArray, finite, ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """Of `chances` pairs of answers where one rater chose `chosen`, in `swaps` the other chose `instead` and
    not `chosen`; `share` = swaps / chances, None without any."""

    chosen: int
    instead: int
    swaps: int
    chances: int
    share: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoOccurrence:
    """Two defects in the same answer: `joint` of `answers` that assessed both; lift = P(ab) / (P(a) P(b)),
    phi the correlation, p of Fisher's exact test (one-sided, more often together). None where a defect never
    or always occurs."""

    first: int
    second: int
    answers: int
    joint: int
    lift: float | None
    phi: float | None
    p_value: float | None


def defect_confusions(item: IntArray, rater: IntArray, labels: IntArray) -> list[Confusion]:
    """Between raters of one item, for every ordered pair of different defects that occurred at least once.

    labels (N, defects): 1, 0, -1 not assessed; only answers that assessed both defects count. Most swaps
    first.
    """
    panel = panel_of(item, rater, labels)
    first, second = row_pairs(panel)
    present = (panel.labels == 1).astype(np.float32)
    absent = (panel.labels == 0).astype(np.float32)
    assessed = present + absent
    swaps = np.zeros((panel.defects, panel.defects))
    chances = np.zeros((panel.defects, panel.defects))
    for a, b in ((first, second), (second, first)):
        chose = present[:, a] * assessed[:, b]
        swaps += (present[:, a] * absent[:, b]) @ (present[:, b] * assessed[:, a]).T
        chances += chose @ (assessed[:, b] * assessed[:, a]).T
    share = ratio(swaps, chances)
    found = [
        Confusion(
            chosen=d,
            instead=other,
            swaps=round(swaps[d, other]),
            chances=round(chances[d, other]),
            share=finite(share[d, other]),
        )
        for d in range(panel.defects)
        for other in range(panel.defects)
        if d != other and chances[d, other] > 0
    ]
    return sorted(found, key=lambda row: (-row.swaps, row.chosen, row.instead))


def co_occurrences(item: IntArray, rater: IntArray, labels: IntArray, *, test: bool = True) -> list[CoOccurrence]:
    """Within one answer, for every pair of defects assessed together. Most joint answers first.

    Fisher's test takes answers as independent; adjust over pairs with `comparison.benjamini_hochberg`.
    """
    panel = panel_of(item, rater, labels)
    present = (panel.labels == 1).astype(np.float64)
    assessed = (panel.labels >= 0).astype(np.float64)
    joint, both = present @ present.T, assessed @ assessed.T
    alone = present @ assessed.T
    found = []
    for a in range(panel.defects):
        for b in range(a + 1, panel.defects):
            if both[a, b] > 0:
                found.append(_together(a, b, joint[a, b], alone[a, b], alone[b, a], both[a, b], test))
    return sorted(found, key=lambda row: (-row.joint, row.first, row.second))


def _together(a: int, b: int, joint: float, with_a: float, with_b: float, n: float, test: bool) -> CoOccurrence:
    spread = with_a * (n - with_a) * with_b * (n - with_b)
    defined = spread > 0
    p_value = None
    if test and defined:
        p_value = float(stats.hypergeom.sf(joint - 1, n, with_a, with_b))
    return CoOccurrence(
        first=a,
        second=b,
        answers=round(n),
        joint=round(joint),
        lift=float(joint * n / (with_a * with_b)) if with_a * with_b > 0 else None,
        phi=float((n * joint - with_a * with_b) / np.sqrt(spread)) if defined else None,
        p_value=p_value,
    )
