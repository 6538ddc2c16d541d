"""What is known of each Image of a campaign: gold where there is gold, else the majority of the current answers. Pure.

A tie is undecided and in no rate. The verdict is the worst action of what is present; while something asked is
undecided there is no "accept", only "open" (unless it is rejected anyhow).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from annotate.agreement.marks import BoolArray, Marks
from annotate.agreement.result import FloatArray, IntArray
from taxonomy.concepts import ACTION_RANK
from taxonomy.tree import TaxonomyTree

PRESENT, ABSENT, NOT_ASSESSED, UNDECIDED = 1, 0, -1, -2
OPEN = -1  # no verdict yet


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFacts:
    """One Item with its Image, as the results count it."""

    item: UUID
    image: UUID
    name: str
    generator: str
    audit: bool
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldFact:
    """The current gold of one concept of one Image; `level` a key of its scale or empty."""

    image: UUID
    concept: str
    value: str
    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """By Item and concept (items, concepts): value (PRESENT, ABSENT, NOT_ASSESSED, UNDECIDED), rank of the level from
    0 (-1 without one), gold whether it is gold. On a rating scale "present" is a score whose action is not accept.
    By Item: verdict (rank of the action, OPEN), score (NaN without one), unusable, answers."""

    concepts: tuple[str, ...]
    items: tuple[ImageFacts, ...]
    value: IntArray
    rank: IntArray
    gold: BoolArray
    verdict: IntArray
    score: FloatArray
    unusable: BoolArray
    answers: IntArray

    @property
    def known(self) -> BoolArray:
        """Items (items,) of which anything is settled."""
        return np.asarray((self.value >= 0).any(axis=1) | self.unusable)


def settled_images(items: Sequence[ImageFacts], marks: Marks, gold: Sequence[GoldFact], tree: TaxonomyTree) -> Settled:
    """`items` in the campaign's order; those without answers and gold stay, as not assessed."""
    place = {one.item: code for code, one in enumerate(items)}
    row_item = np.array([place.get(one, -1) for one in marks.items], dtype=np.int64)[marks.item]
    size, width = len(items), len(marks.concepts)
    number, positives = np.zeros((size, width), dtype=np.int64), np.zeros((size, width), dtype=np.int64)
    held = row_item >= 0
    np.add.at(number, row_item[held], marks.presence[held] >= 0)
    np.add.at(positives, row_item[held], marks.presence[held] == 1)
    value = np.where(2 * positives > number, PRESENT, ABSENT)
    value = np.where(2 * positives == number, UNDECIDED, value)
    value = np.where(number == 0, NOT_ASSESSED, value)
    rank = np.where(value == PRESENT, _median_ranks(marks, row_item, size), -1)
    is_gold = _apply_gold(value, rank, items, marks.concepts, gold, tree)
    answers = np.bincount(row_item[held], minlength=size)
    refused = np.bincount(row_item[held & marks.unusable], minlength=size)
    unusable = (2 * refused > answers) & ~is_gold.any(axis=1)
    score = _scores(marks, row_item, value, rank, is_gold, unusable, tree)
    _failing_scores_only(value, rank, marks.concepts, tree)
    return Settled(
        concepts=marks.concepts, items=tuple(items), value=value, rank=rank, gold=is_gold,
        verdict=_verdicts(value, rank, unusable, marks.concepts, tree), score=score, unusable=unusable, answers=answers,
    )  # fmt: skip


def _median_ranks(marks: Marks, row_item: IntArray, size: int) -> IntArray:
    """(items, concepts) median level of those who marked it, the worse of two in the middle; -1 without."""
    found = np.full((size, len(marks.concepts)), -1, dtype=np.int64)
    for column in range(len(marks.concepts)):
        rows = (marks.rank[:, column] >= 0) & (row_item >= 0)
        item, rank = row_item[rows], marks.rank[rows, column]
        order = np.lexsort((rank, item))
        item, rank = item[order], rank[order]
        first = np.flatnonzero(np.diff(item, prepend=-1))
        length = np.diff(np.append(first, len(item)))
        found[item[first], column] = rank[first + length // 2]
    return found


def _apply_gold(
    value: IntArray, rank: IntArray, items: Sequence[ImageFacts], concepts: Sequence[str], gold: Sequence[GoldFact],
    tree: TaxonomyTree,
) -> BoolArray:  # fmt: skip
    """Write gold over the majority, in place; answers where it did. Gold "not assessed" is gold too."""
    column = {concept: place for place, concept in enumerate(concepts)}
    place = {one.image: code for code, one in enumerate(items)}
    values = {"present": PRESENT, "absent": ABSENT, "not_assessed": NOT_ASSESSED}
    is_gold = np.zeros(value.shape, dtype=bool)
    for fact in gold:
        if fact.concept not in column or fact.image not in place:
            continue
        at = place[fact.image], column[fact.concept]
        is_gold[at] = True
        value[at] = values[fact.value]
        defect = tree.defect(fact.concept)
        known = fact.value == "present" and tree.has_level(defect.id, fact.level)
        rank[at] = tree.level(defect, fact.level).rank - 1 if known else -1
    return is_gold


def _failing_scores_only(value: IntArray, rank: IntArray, concepts: Sequence[str], tree: TaxonomyTree) -> None:
    """On a rating scale everything has a score: present becomes "its action is not accept", in place."""
    for column, concept in enumerate(concepts):
        defect = tree.defect(concept)
        scale = tree.scale_of(defect)
        if scale.kind != "rating":
            continue
        fine = [level.rank - 1 for level in scale.levels if tree.action_of(defect, level.key) == "accept"]
        value[:, column] = np.where(
            (value[:, column] == PRESENT) & np.isin(rank[:, column], fine), ABSENT, value[:, column]
        )  # fmt: skip


def action_ranks(concept: str, tree: TaxonomyTree) -> IntArray:
    """Per rank of level the rank of its action; one more at the end, 0, for "no level" (-1)."""
    defect = tree.defect(concept)
    levels = sorted(tree.scale_of(defect).levels, key=lambda level: level.rank)
    return np.array([*(ACTION_RANK[tree.action_of(defect, level.key)] for level in levels), 0], dtype=np.int64)


def _verdicts(
    value: IntArray, rank: IntArray, unusable: BoolArray, concepts: Sequence[str], tree: TaxonomyTree
) -> IntArray:
    worst = np.zeros(len(value), dtype=np.int64)
    for column, concept in enumerate(concepts):
        action = action_ranks(concept, tree)[rank[:, column]]
        worst = np.maximum(worst, np.where(value[:, column] == PRESENT, action, 0))
    rejected = ACTION_RANK["reject"]
    unclear = (value == UNDECIDED).any(axis=1) | ~(value >= 0).any(axis=1)
    worst = np.where(unclear & (worst < rejected), OPEN, worst)
    return np.where(unusable, rejected, worst)


def trend_score(found: Mapping[str, Sequence[int]], tree: TaxonomyTree) -> float:
    """Score of one image: max(floor, base - sum over dimensions of min(cap, sum over defects of p)).

    found: concept to the ranks (from 0) of its findings. p is `max`, `sum` or `max_plus_half` of their penalties.
    """
    scoring, by_dimension = tree.scoring, dict[str, float]()
    for concept, ranks in found.items():
        defect = tree.defect(concept)
        keys = {level.rank - 1: level.key for level in tree.scale_of(defect).levels}
        points = sorted((tree.penalty_of(defect, keys[rank]) for rank in ranks), reverse=True)
        if not points:
            continue
        further = sum(points[1:]) * {"max": 0.0, "sum": 1.0, "max_plus_half": 0.5}[scoring.per_defect]
        dimension = tree.dimension_of(defect).id
        by_dimension[dimension] = by_dimension.get(dimension, 0.0) + points[0] + further
    cap = float("inf") if scoring.dimension_cap is None else scoring.dimension_cap
    return max(scoring.floor, scoring.base - sum(min(cap, total) for total in by_dimension.values()))


def _scores(
    marks: Marks, row_item: IntArray, value: IntArray, rank: IntArray, gold: BoolArray, unusable: BoolArray,
    tree: TaxonomyTree,
) -> FloatArray:  # fmt: skip
    """(items,) trend scores, NaN where anything asked is undecided, nothing is assessed, or the image is unusable.

    A defect's level is the settled one; further findings of it are those of the answer nearest to that level.
    """
    further = _further_findings(marks, row_item, rank)
    scores = np.full(len(value), np.nan)
    ready = (value >= 0).any(axis=1) & ~(value == UNDECIDED).any(axis=1) & ~unusable
    for item in np.flatnonzero(ready).tolist():
        found = {
            marks.concepts[column]: (int(rank[item, column]), *further.get((item, column), ()))
            for column in np.flatnonzero(value[item] == PRESENT).tolist()
            if rank[item, column] >= 0
        }
        scores[item] = trend_score(found, tree)
    return scores


def _further_findings(marks: Marks, row_item: IntArray, rank: IntArray) -> dict[tuple[int, int], tuple[int, ...]]:
    """Per (item, concept) the findings beside the worst one, of the answer whose worst level is nearest to the settled
    one (the worse, then the earlier, of equals), none above the settled level."""
    given: dict[tuple[int, int], list[int]] = {}
    for row, column, one in zip(
        marks.finding_row.tolist(), marks.finding_concept.tolist(), marks.finding_rank.tolist(), strict=True
    ):
        if row_item[row] >= 0:
            given.setdefault((row, column), []).append(one)
    best: dict[tuple[int, int], tuple[tuple[int, int, int], tuple[int, ...]]] = {}
    for (row, column), ranks in given.items():
        at = int(row_item[row]), column
        level = int(rank[at])
        if level < 0:
            continue
        ordered = sorted(ranks, reverse=True)
        key = (abs(ordered[0] - level), -ordered[0], row)
        if at not in best or key < best[at][0]:
            best[at] = key, tuple(min(one, level) for one in ordered[1:])
    return {at: rest for at, (_, rest) in best.items() if rest}
