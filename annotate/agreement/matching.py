"""Which regions of two raters mean the same spot, and how well several raters' regions coincide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import linear_sum_assignment

from annotate.geometry import Region, iou

SAME_SPOT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Region `first` of one rater and `second` of the other (indices) with their intersection over union."""

    first: int
    second: int
    iou: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Matched pairs, and the indices without a partner on either side."""

    matches: tuple[Match, ...]
    only_first: tuple[int, ...]
    only_second: tuple[int, ...]

    @property
    def f1(self) -> float | None:
        """2 matched / all regions; None when neither rater drew one."""
        total = 2 * len(self.matches) + len(self.only_first) + len(self.only_second)
        return 2 * len(self.matches) / total if total else None


def match_regions(first: Sequence[Region], second: Sequence[Region], *, least: float = SAME_SPOT) -> Matching:
    """One-to-one, the largest total IoU over pairs with an IoU of at least `least` (0 < least <= 1).

    Regions are relative to the image (0..1); points count as small squares (see geometry). Raises ValueError
    for a limit out of range.
    """
    if not 0 < least <= 1:
        raise ValueError(f"the least IoU must lie above 0 and at most 1, not {least}")
    overlap = np.array([[iou(a, b) for b in second] for a in first]).reshape(len(first), len(second))
    gain = np.where(overlap >= least, overlap, 0.0)
    rows, columns = linear_sum_assignment(gain, maximize=True)
    matches = tuple(
        Match(first=int(a), second=int(b), iou=float(overlap[a, b]))
        for a, b in zip(rows, columns, strict=True)
        if gain[a, b] > 0
    )
    taken_first, taken_second = {match.first for match in matches}, {match.second for match in matches}
    return Matching(
        matches=matches,
        only_first=tuple(a for a in range(len(first)) if a not in taken_first),
        only_second=tuple(b for b in range(len(second)) if b not in taken_second),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionAgreement:
    """Over all pairs of raters of one image and defect: `pairs` of raters, matched regions, mean IoU of the
    matched and mean F1 of the pairs; None without a match or a region."""

    pairs: int
    matched: int
    mean_iou: float | None
    mean_f1: float | None


def region_agreement(by_rater: Mapping[str, Sequence[Region]], *, least: float = SAME_SPOT) -> RegionAgreement:
    """Regions of one defect on one image by rater; raters without a region of it count with an empty list."""
    found = [match_regions(by_rater[a], by_rater[b], least=least) for a, b in combinations(sorted(by_rater), 2)]
    overlaps = [match.iou for matching in found for match in matching.matches]
    scores = [matching.f1 for matching in found if matching.f1 is not None]
    return RegionAgreement(
        pairs=len(found),
        matched=len(overlaps),
        mean_iou=float(np.mean(overlaps)) if overlaps else None,
        mean_f1=float(np.mean(scores)) if scores else None,
    )
