"""From Annotations to gold or a dispute. Pure.

A concept's answers are present (with a level), absent or not_assessed; only the first two count. What the rule settles
becomes gold; what it leaves open, and a dissent that would change the image's verdict, goes to the adjudicator.
Ratings are answers whose level is the score; they settle on the median, the worse of two in the middle.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from annotate.geometry import Region, medoid
from taxonomy.concepts import ACTION_RANK, Action
from taxonomy.tree import TaxonomyTree

Presence = Literal["present", "absent", "not_assessed"]
Rule = Literal["majority_of_3", "agreement_of_2", "adjudication", "single"]
NEAR_SCORES = 1  # two people whose scores differ by at most one step agree well enough for the median


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one Annotation says of one concept. Several findings of it: the worst level, all regions."""

    annotation: UUID
    presence: Presence
    level: str | None = None
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """A concept's settled answer and what it rests on. `rule` is readable: "majority of 3 (2:1)"."""

    concept: str
    value: Presence
    level: str | None
    region: Region | None
    regions: tuple[Region, ...]
    annotations: tuple[UUID, ...]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Per concept either a settled answer or a dispute. `weight`: the size of the disagreement, 0 without one."""

    settled: Mapping[str, Settled]
    disputed: tuple[str, ...]
    weight: float


def consensus(answers: Mapping[str, Sequence[Given]], rule: Rule, tree: TaxonomyTree) -> Outcome:
    """`answers`: every asked concept with what each Annotation says of it. All asked concepts come back."""
    settled: dict[str, Settled] = {}
    disputed: dict[str, float] = {}
    for concept, given in answers.items():
        decided = _decide(concept, given, rule, tree)
        if decided is None:
            disputed[concept] = _weight(concept, given, tree)
        else:
            settled[concept] = decided
    for concept in _decisive(settled, answers, tree):
        disputed[concept] = _weight(concept, answers[concept], tree)
        del settled[concept]
    order = tuple(concept for concept in answers if concept in disputed)
    return Outcome(settled=settled, disputed=order, weight=sum(disputed.values()))


def _counted(given: Sequence[Given]) -> list[Given]:
    return [one for one in given if one.presence != "not_assessed"]


def _decide(concept: str, given: Sequence[Given], rule: Rule, tree: TaxonomyTree) -> Settled | None:
    counted = _counted(given)
    if rule == "adjudication":
        return None
    if not counted:
        return _settled(concept, "not_assessed", (), "not assessed by anybody", tree)
    if tree.scale_of(tree.defect(concept)).kind == "rating":
        return _decide_rating(concept, counted, rule, tree)
    present = [one for one in counted if one.presence == "present"]
    absent = [one for one in counted if one.presence == "absent"]
    said = f"{max(len(present), len(absent))}:{min(len(present), len(absent))}"
    if rule == "single" and len(counted) == 1:
        return _settled(concept, counted[0].presence, counted, "single answer", tree)
    if len(counted) == 2 and not (present and absent):
        return _settled(concept, counted[0].presence, counted, "agreement of 2", tree)
    if len(counted) >= 3 and len(present) != len(absent):
        winners = present if len(present) > len(absent) else absent
        if rule != "agreement_of_2" or len(winners) == len(counted):
            return _settled(concept, winners[0].presence, winners, f"majority of {len(counted)} ({said})", tree)
    return None


def _decide_rating(concept: str, counted: Sequence[Given], rule: Rule, tree: TaxonomyTree) -> Settled | None:
    ranks = sorted(_rank(one, concept, tree) for one in counted)
    if rule == "single" and len(counted) == 1:
        return _settled(concept, "present", counted, "single score", tree)
    if len(counted) == 2 and ranks[-1] - ranks[0] <= NEAR_SCORES:
        return _settled(concept, "present", counted, "two scores, at most one step apart", tree)
    if len(counted) >= 3 and ranks[-1] - ranks[0] <= 2 * NEAR_SCORES:
        return _settled(concept, "present", counted, f"median of {len(counted)} scores", tree)
    return None


def _settled(concept: str, value: Presence, given: Sequence[Given], rule: str, tree: TaxonomyTree) -> Settled:
    regions = tuple(region for one in given for region in one.regions)
    return Settled(
        concept=concept,
        value=value,
        level=median_level(concept, [one.level for one in given if one.level], tree) if value == "present" else None,
        region=regions[medoid(regions)] if regions else None,
        regions=regions,
        annotations=tuple(one.annotation for one in given),
        rule=rule,
    )


def median_level(concept: str, levels: Sequence[str], tree: TaxonomyTree) -> str | None:
    """The median by rank of harm, the worse of two in the middle; None without levels."""
    if not levels:
        return None
    scale = tree.scale_of(tree.defect(concept))
    ordered = sorted(levels, key=lambda key: scale.level(key).rank)
    return ordered[len(ordered) // 2]


def _rank(one: Given, concept: str, tree: TaxonomyTree) -> int:
    return tree.scale_of(tree.defect(concept)).level(one.level).rank if one.level else 0


def _action(concept: str, level: str | None, tree: TaxonomyTree) -> Action:
    return tree.action_of(tree.defect(concept), level) if level else "accept"


def _decisive(
    settled: Mapping[str, Settled], answers: Mapping[str, Sequence[Given]], tree: TaxonomyTree
) -> tuple[str, ...]:
    """Concepts settled against a dissent that would change the verdict of the image as the rest settles it.

    Looked at answer by answer, and Annotation by Annotation: who calls an image clean that two fatal defects reject
    would change its verdict, although each of the two defects alone still leaves the other.
    """
    ruled = {
        concept: ACTION_RANK[_action(concept, one.level, tree)] if one.value == "present" else 0
        for concept, one in settled.items()
    }
    now = max(ruled.values(), default=0)
    found: set[str] = set()
    said: dict[UUID, dict[str, int]] = {}
    for concept in settled:
        floor = max((rank for other, rank in ruled.items() if other != concept), default=0)
        for one in _counted(answers[concept]):
            rank = ACTION_RANK[_action(concept, one.level, tree)] if one.presence == "present" else 0
            said.setdefault(one.annotation, {})[concept] = rank
            if max(floor, rank) != now:
                found.add(concept)
    for ranks in said.values():
        verdict = max({**ruled, **ranks}.values())
        if verdict < now:
            found |= {concept for concept, rank in ranks.items() if ruled[concept] > verdict and rank < ruled[concept]}
    return tuple(concept for concept in settled if concept in found)


def _weight(concept: str, given: Sequence[Given], tree: TaxonomyTree) -> float:
    """How much people differ: 4p(1-p) over presence, the spread of levels, and the distance of the actions."""
    counted = _counted(given)
    if not counted:
        return 0.5
    share = sum(one.presence == "present" for one in counted) / len(counted)
    actions = [ACTION_RANK[_action(concept, one.level if one.presence == "present" else None, tree)] for one in counted]
    ranks = [_rank(one, concept, tree) for one in counted if one.presence == "present"]
    spread = (max(ranks) - min(ranks)) / 4 if ranks else 0.0
    return 4 * share * (1 - share) + spread + (max(actions) - min(actions)) / 3
