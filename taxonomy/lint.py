"""MECE and quality lint of a taxonomy: rules L01 to L22 of the design.

Text rules need only the tree; data rules need counts that the caller took from findings (`LintData`).
E blocks publishing, W needs a written acknowledgement, I informs. Every threshold is a setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from taxonomy.tree import TaxonomyTree

LintLevel = Literal["E", "W", "I"]
_ORDER: Mapping[str, int] = MappingProxyType({"E": 0, "W": 1, "I": 2})


@dataclass(frozen=True, slots=True, kw_only=True)
class LintResult:
    """One result. `numerator` and `denominator` are the counts behind it, None where nothing was counted;
    `images` are ids of images to look at; `fix` says what would mend it."""

    rule: str
    level: LintLevel
    concepts: tuple[str, ...]
    message: str
    fix: str
    numerator: float | None = None
    denominator: float | None = None
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Settings of the rules, with the defaults of the design."""

    overlap_lift: float = 3.0
    overlap_joint: int = 10
    overlap_p: float = 0.01
    confusion_share: float = 0.25
    confusion_error: float = 0.5
    confusion_cases: int = 12
    alike_words: float = 0.30
    alike_pieces: float = 0.45
    alike_top: float = 0.01
    other_share: float = 0.10
    other_lower: float = 0.05
    other_n: int = 50
    comment_distance: float = 0.8
    comment_cluster: int = 5
    comment_people: int = 2
    hedges: int = 1
    fewest: int = 3
    most: int = 9
    dominant_share: float = 0.60
    dominant_n: int = 100
    gate: float = 0.60
    enough: int = 25
    paradox_agreement: float = 0.90
    paradox_kappa: float = 0.40
    paradox_prevalence: float = 0.05
    swap_share: float = 0.40
    unused_items: int = 300
    reviewer_z: float = 3.0
    reviewer_n: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PairCount:
    """L01: of `cases` regions (or images), `first` had the one defect, `second` the other, `joint` both."""

    pair: tuple[str, str]
    cases: int
    first: int
    second: int
    joint: int
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """L02: in `missed` cases one reviewer said `said` and another did not; in `instead_count` of them the
    other said `instead` on that region."""

    said: str
    instead: str
    missed: int
    instead_count: int
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptCount:
    """L05, L14, L18, L20: findings of a defect, images on which it was assessed, and images on which it was
    asked although their context is missing."""

    concept: str
    findings: int
    assessed: int
    without_context: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """L06: the comment of a finding of a catch-all."""

    concept: str
    reviewer: str
    text: str
    image: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptAgreement:
    """L15 to L17: agreement on one defect; None is undefined. `table` counts pairs of ratings as (both,
    only the first, only the second, neither); `swaps` counts pairs of levels among `graded` items."""

    concept: str
    positives: int
    kappa: float | None
    lower: float | None
    upper: float | None
    table: tuple[int, int, int, int]
    ac1: float | None = None
    graded: int = 0
    severity_kappa: float | None = None
    swaps: Mapping[tuple[str, str], int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerCount:
    """L22: on how many of the images that this reviewer assessed the defect was found."""

    concept: str
    reviewer: str
    found: int
    assessed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LintData:
    """What the findings say. Anything left empty is not judged."""

    pairs: tuple[PairCount, ...] = ()
    swaps: tuple[Swap, ...] = ()
    counts: tuple[ConceptCount, ...] = ()
    comments: tuple[Comment, ...] = ()
    agreement: tuple[ConceptAgreement, ...] = ()
    reviewers: tuple[ReviewerCount, ...] = ()
    major_release: bool = False
    for_gold: bool = False


NO_DATA = LintData()


def in_order(results: list[LintResult]) -> tuple[LintResult, ...]:
    """Errors first, then by rule and concept."""
    return tuple(sorted(results, key=lambda one: (_ORDER[one.level], one.rule, one.concepts, one.message)))


def blocks(results: tuple[LintResult, ...]) -> bool:
    """True when an error forbids publishing."""
    return any(result.level == "E" for result in results)


def bounded(tree: TaxonomyTree, one: str, other: str) -> bool:
    """A boundary is written: `use` from one to the other, or an exclusion group they share."""
    if any(one in group.members and other in group.members for group in tree.exclusion_groups):
        return True
    for here, there in ((one, other), (other, one)):
        if tree.has_defect(here) and any(case.use == there for case in tree.defect(here).do_not_annotate_when):
            return True
    return False
