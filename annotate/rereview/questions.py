"""A question that a migration puts to a person: how urgent it is, what it asks, and whether an answer fits. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from annotate.answer import RegionPolicy, region_needed, same_region
from annotate.geometry import Region
from core.errors import Violation
from taxonomy.tree import TaxonomyTree

Decision = Literal["chosen", "none"]
Candidates = Sequence[tuple[str, str | None]]
GOLD, VETO = 10_000.0, 1_000.0
OLDEST_DAYS = 3650.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a person answers. `none`: it is none of the candidates. `region` None keeps the one that is there."""

    decision: Decision
    concept: str = ""
    level: str | None = None
    region: Region | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: candidates of the new version, and the kinds of the algebra."""

    candidates: Candidates
    kinds: tuple[str, ...]
    has_region: bool

    @property
    def concepts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(concept for concept, _ in self.candidates))

    def levels(self, concept: str) -> tuple[str | None, ...]:
        """Levels that come into question for a concept; where no level is in doubt, the one."""
        return tuple(level for one, level in self.candidates if one == concept)

    @property
    def asks_level(self) -> bool:
        return "severity" in self.kinds

    @property
    def asks_concept(self) -> bool:
        return "concept" in self.kinds

    @property
    def asks_region(self) -> bool:
        return "region" in self.kinds

    @property
    def may_be_none(self) -> bool:
        """A question about level or region alone leaves presence as it stands."""
        return any(kind not in ("severity", "region") for kind in self.kinds)

    def may_be_answered_in_bulk(self, tree: TaxonomyTree) -> bool:
        """Only levels of one defect without a veto: never the choice of a concept, never a region by guess."""
        return self.kinds == ("severity",) and not any(tree.defect(concept).veto for concept in self.concepts)


def priority(question: Question, tree: TaxonomyTree, *, is_gold: bool, age_days: float) -> float:
    """Gold and exported first, then veto, then the worst penalty, then age: greater is earlier."""
    veto = any(tree.defect(concept).veto for concept in question.concepts)
    penalties = [
        tree.penalty_of(tree.defect(concept), level)
        for concept in question.concepts
        for level in tree.scale_of(tree.defect(concept)).keys
    ]
    worst = min(max(penalties, default=0.0), 99.0)
    return GOLD * is_gold + VETO * veto + worst + min(max(age_days, 0.0), OLDEST_DAYS) / (OLDEST_DAYS + 1)


def reply_violations(
    reply: Reply, question: Question, tree: TaxonomyTree, policy: RegionPolicy
) -> tuple[Violation, ...]:
    """Everything in the reply that does not answer the question."""
    if reply.decision == "none":
        if question.may_be_none:
            return ()
        message = "That it is there was not asked; say only its level or region."
        return (_at("/decision", "not-asked", message),)
    if reply.concept not in question.concepts:
        return (_at("/concept", "not-a-candidate", f"One of {', '.join(question.concepts)}."),)
    found: list[Violation] = []
    levels = question.levels(reply.concept)
    if reply.level not in levels:
        said = ", ".join(level or "no level" for level in levels)
        found.append(_at("/level", "level", f"{tree.defect(reply.concept).name} needs a level: one of {said}."))
    return (*found, *_region_violations(reply, question, tree, policy))


def _region_violations(reply: Reply, question: Question, tree: TaxonomyTree, policy: RegionPolicy) -> list[Violation]:
    defect = tree.defect(reply.concept)
    if reply.region is None:
        needed = question.asks_region or (region_needed(defect, policy) and not question.has_region)
        if needed and defect.scope.level == "region":
            return [_at("/region", "region-needed", f"{defect.name} needs a region: draw where it is.")]
        return []
    if defect.scope.level == "image":
        return [_at("/region", "image-scope", f"{defect.name} is about the whole image; leave the region out.")]
    shapes = defect.scope.shapes
    if shapes and str(reply.region.shape) not in shapes:
        return [_at("/region/shape", "shape", f"{defect.name} takes: {', '.join(shapes)}.")]
    return []


def excluded_by(
    concept: str, region: Region | None, others: Mapping[str, Sequence[Region | None]], tree: TaxonomyTree
) -> str:
    """The rule of the first group that forbids `concept` beside what stands there; empty when none does."""
    from_groups = [group for group in tree.exclusion_groups if concept in group.members]
    for group in from_groups:
        for other in group.members:
            for place in others.get(other, ()) if other != concept else ():
                if group.level != "per_region" or same_region(region, place):
                    return group.rule
    return ""


def _at(pointer: str, code: str, message: str) -> Violation:
    return Violation(pointer=pointer, code=code, message=message)
