"""What the Reviewers of one campaign marked, as arrays, and which Items stand behind a number.

The report counts and the drill-down shows through the same functions here, so that a link leads to just the Items
that its number says.
"""

from dataclasses import dataclass, replace
from typing import Literal, get_args
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from annotate.agreement.patterns import panel_of, row_pairs
from annotate.agreement.result import FloatArray, IntArray

BoolArray = NDArray[np.bool_]
Pattern = Literal["rated", "pairable", "marked", "disagreement", "all_present", "all_absent"]
PATTERNS: tuple[Pattern, ...] = get_args(Pattern)
ENOUGH_TO_CAP, CAP = 100, 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Answers in time order: item, rater, sequence (N,); presence (N, concepts) 1 present, 0 absent, -1 not assessed;
    rank (N, concepts) worst level from 0 (the mildest), -1 where not present. Findings one by one: finding_row,
    finding_concept, finding_rank (F,). By item code: items, images, audit, probability. By rater code: raters,
    pseudonyms. verdict (N,) is the rank of the action, unusable (N,) says that the image could not be judged."""

    concepts: tuple[str, ...]
    items: tuple[UUID, ...]
    images: tuple[UUID, ...]
    audit: BoolArray
    probability: FloatArray
    raters: tuple[UUID, ...]
    pseudonyms: tuple[str, ...]
    item: IntArray
    rater: IntArray
    sequence: IntArray
    presence: IntArray
    rank: IntArray
    finding_row: IntArray
    finding_concept: IntArray
    finding_rank: IntArray
    verdict: IntArray
    unusable: BoolArray

    @property
    def answers(self) -> int:
        return len(self.item)

    def at(self, concept: str) -> int:
        """The column of a concept. Raises ValueError for one that is not asked."""
        return self.concepts.index(concept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The campaign around its answers: Items in all (withdrawn, test and repeated ones are out), how many of them are
    the audit, and whether the others were put in an order by scores."""

    items: int
    audit: int
    ranked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Which Items stand for all Images of the campaign, and how: `keep` (items,) and weights 1 / inclusion
    probability (items,), None where all weigh the same. `keep` None: nothing can stand for them, `words` say why."""

    keep: BoolArray | None
    weights: FloatArray | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the drill-down is to show: Items by pattern of one concept, narrowed by raters, levels, another concept.

    `instead`: one rater chose the concept, another did not and chose `instead`. `together`: both in one answer.
    `level` and `level_b`: one rater gave this level, another that one (in this order for rater_a and rater_b).
    """

    concept: str
    pattern: Pattern = "rated"
    rater_a: UUID | None = None
    rater_b: UUID | None = None
    level: int | None = None
    level_b: int | None = None
    instead: str | None = None
    together: str | None = None
    production: bool = False


def narrowed(marks: Marks, *, least_rank: int = 0, raters: frozenset[UUID] = frozenset()) -> Marks:
    """Only these raters (all when empty), and only findings of at least this level: milder ones count as absent."""
    if raters:
        kept = np.isin(marks.rater, [code for code, one in enumerate(marks.raters) if one in raters])
        marks = _with_rows(marks, kept)
    if least_rank > 0:
        mild = (marks.presence == 1) & (marks.rank >= 0) & (marks.rank < least_rank)
        marks = replace(
            marks, presence=np.where(mild, 0, marks.presence), rank=np.where(mild, -1, marks.rank)
        )  # fmt: skip
    return marks


def _with_rows(marks: Marks, kept: BoolArray) -> Marks:
    place = np.cumsum(kept) - 1
    held = kept[marks.finding_row]
    return replace(
        marks,
        item=marks.item[kept],
        rater=marks.rater[kept],
        sequence=marks.sequence[kept],
        presence=marks.presence[kept],
        rank=marks.rank[kept],
        verdict=marks.verdict[kept],
        unusable=marks.unusable[kept],
        finding_row=place[marks.finding_row[held]],
        finding_concept=marks.finding_concept[held],
        finding_rank=marks.finding_rank[held],
    )


def without_answers(marks: Marks, left_out: BoolArray) -> Marks:
    """The same answers, without what some of them say of some concepts: left_out (N, concepts)."""
    held = ~left_out[marks.finding_row, marks.finding_concept]
    return replace(
        marks,
        presence=np.where(left_out, -1, marks.presence),
        rank=np.where(left_out, -1, marks.rank),
        finding_row=marks.finding_row[held],
        finding_concept=marks.finding_concept[held],
        finding_rank=marks.finding_rank[held],
    )


def of_items(marks: Marks, keep: BoolArray) -> Marks:
    """Only the answers on some Items (items,); the codes stay."""
    return _with_rows(marks, keep[marks.item])


def production_sample(marks: Marks, frame: Frame) -> Sample:
    """Which of the answered Items stand for all Images of the campaign."""
    rated = np.zeros(len(marks.items), dtype=bool)
    rated[marks.item] = True
    return sample_for_all(rated, marks.audit, marks.probability, frame)


def sample_for_all(rated: BoolArray, audit: BoolArray, probability: FloatArray, frame: Frame) -> Sample:
    """The audit where there is one; else all Items, weighted where they were drawn with different probabilities.

    rated, audit, probability by Item. A queue ranked by scores and not worked through stands for nothing but itself.
    """
    answered = int(rated.sum())
    drawn = rated & audit
    if drawn.any():
        words = f"random audit slice: {int(drawn.sum())} of its {frame.audit} images answered"
        return _weighted(probability, drawn, words)
    if frame.ranked and answered < frame.items:
        if not answered or np.ptp(probability[rated]) == 0:
            return Sample(
                keep=None,
                weights=None,
                words="No audit share has been answered, and the queue is ordered by scores: what was labelled first "
                "does not stand for all images.",
            )
        return _weighted(probability, rated, "all answered images, weighted by 1 / inclusion probability")
    words = "every image of the campaign is answered" if answered >= frame.items else "images in order of arrival"
    return _weighted(probability, rated, words)


def _weighted(probability: FloatArray, keep: BoolArray, words: str) -> Sample:
    weights = 1.0 / probability
    if not keep.any() or np.ptp(weights[keep]) < 1e-9:
        return Sample(keep=keep, weights=None, words=words)
    if keep.sum() >= ENOUGH_TO_CAP:
        limit = float(np.quantile(weights[keep], CAP))
        if (weights[keep] > limit).any():
            weights, words = np.minimum(weights, limit), f"{words}; weights capped at their 99th percentile"
    return Sample(keep=keep, weights=weights, words=words)


def counts_of(marks: Marks, column: int) -> tuple[IntArray, IntArray]:
    """Per Item (items,): raters who assessed the concept, and raters who marked it."""
    label = marks.presence[:, column]
    size = len(marks.items)
    return (
        np.bincount(marks.item[label >= 0], minlength=size),
        np.bincount(marks.item[label == 1], minlength=size),
    )


def pattern_masks(number: IntArray, positives: IntArray) -> dict[Pattern, BoolArray]:
    """Which Items (items,) show each pattern, from the counts of raters and of positives."""
    two = number >= 2
    return {
        "rated": number >= 1,
        "pairable": two,
        "marked": two & (positives > 0),
        "disagreement": two & (positives > 0) & (positives < number),
        "all_present": two & (positives == number),
        "all_absent": two & (positives == 0),
    }


def pattern_counts(marks: Marks, column: int) -> dict[Pattern, int]:
    """Items of each pattern."""
    return {name: int(mask.sum()) for name, mask in pattern_masks(*counts_of(marks, column)).items()}


def split_of(number: IntArray, positives: IntArray) -> FloatArray:
    """4 p (1 - p) of each Item: 1 for an even split, 0 where all agree or fewer than two assessed."""
    share = positives / np.maximum(number, 1)
    return np.where(number >= 2, 4 * share * (1 - share), 0.0)


def level_items(marks: Marks, column: int, size: int) -> IntArray:
    """(size, size) Items on which one rater gave level k and another level l."""
    seen = marks.rank[:, column] >= 0
    counts = np.zeros((len(marks.items), size), dtype=np.int64)
    np.add.at(counts, (marks.item[seen], marks.rank[seen, column]), 1)
    some = (counts > 0).astype(np.int64)
    table = some.T @ some
    np.fill_diagonal(table, (counts > 1).sum(axis=0))
    return table


def chosen_items(marks: Marks, choice: Choice) -> IntArray:
    """The Items of a choice, the biggest split first, then more raters, then in the order of the campaign."""
    column = marks.at(choice.concept)
    people = [marks.raters.index(one) for one in (choice.rater_a, choice.rater_b) if one in marks.raters]
    asked = [one for one in (choice.rater_a, choice.rater_b) if one is not None]
    if len(people) < len(asked):
        return np.zeros(0, dtype=np.int64)
    shown = _with_rows(marks, np.isin(marks.rater, people)) if people else marks
    number, positives = counts_of(shown, column)
    mask = pattern_masks(number, positives)[choice.pattern]
    if len(people) == 2:
        mask &= number >= 2
    if choice.level is not None:
        mask &= _with_levels(shown, column, choice, people)
    if choice.instead is not None:
        mask &= swapped_items(shown, column, marks.at(choice.instead))
    if choice.together is not None:
        mask &= joint_items(shown, column, marks.at(choice.together))
    found = np.flatnonzero(mask)
    order = np.lexsort((found, -number[found], -split_of(number, positives)[found]))
    return found[order]


def _with_levels(marks: Marks, column: int, choice: Choice, people: list[int]) -> BoolArray:
    size = len(marks.items)

    def holders(level: int, person: int | None) -> IntArray:
        rows = marks.rank[:, column] == level
        if person is not None:
            rows &= marks.rater == person
        return np.bincount(marks.item[rows], minlength=size)

    assert choice.level is not None
    ordered = len(people) == 2
    first = holders(choice.level, people[0] if ordered else None)
    if choice.level_b is None:
        return first > 0
    if choice.level_b == choice.level and not ordered:
        return first > 1
    return (first > 0) & (holders(choice.level_b, people[1] if ordered else None) > 0)


def swapped_items(marks: Marks, chosen: int, instead: int) -> BoolArray:
    """Items where one rater chose a concept and another the other one without it; both assessed both."""
    found = np.zeros(len(marks.items), dtype=bool)
    if marks.answers == 0:
        return found
    labels = marks.presence[:, [chosen, instead]]
    codes, place = np.unique(marks.item, return_inverse=True)
    panel = panel_of(place, marks.rater, labels)
    first, second = row_pairs(panel)
    one, other = panel.labels
    for a, b in ((first, second), (second, first)):
        swap = (one[a] == 1) & (other[a] >= 0) & (one[b] == 0) & (other[b] == 1)
        found[codes[panel.item[a[swap]]]] = True
    return found


def joint_items(marks: Marks, first: int, second: int) -> BoolArray:
    """Items of which at least one answer marks both concepts."""
    both = (marks.presence[:, first] == 1) & (marks.presence[:, second] == 1)
    found = np.zeros(len(marks.items), dtype=bool)
    found[marks.item[both]] = True
    return found
