"""The adjudicator's word on disputed concepts, and what makes it unusable. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from annotate.consensus.rules import Presence
from annotate.geometry import Region
from core.errors import Violation
from taxonomy.tree import TaxonomyTree

REASON_CODES = ("rule_unclear", "oversight", "borderline", "taxonomy_gap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The adjudicator's word on one concept."""

    concept: str
    value: Presence
    level: str | None = None
    region: Region | None = None


def reason_needed(kind: str, consensus_rule: str) -> bool:
    """Whether people differed, so that a reason can be asked: not in escalations, nor where the expert sees all."""
    return kind != "escalation" and consensus_rule != "adjudication"


def decision_violations(decisions: Sequence[Decision], asked: Collection[str], tree: TaxonomyTree) -> list[Violation]:
    """Everything that is wrong with the decisions themselves; whether one is missing is not looked at here."""
    found: list[Violation] = []
    seen: set[str] = set()
    for index, decision in enumerate(decisions):
        at = f"/decisions/{index}"
        if decision.concept not in asked:
            found.append(Violation(pointer=f"{at}/concept", code="not-asked", message="Not asked in this campaign."))
            continue
        if decision.concept in seen:
            found.append(Violation(pointer=f"{at}/concept", code="twice", message="Decided twice."))
        seen.add(decision.concept)
        found += _content_violations(decision, at, tree)
    return found


def _content_violations(decision: Decision, at: str, tree: TaxonomyTree) -> list[Violation]:
    defect = tree.defect(decision.concept)
    keys = tree.scale_of(defect).keys
    if decision.value != "present":
        extra = [name for name in ("level", "region") if getattr(decision, name) is not None]
        message = f"Only what is present has a level and a region; it is {decision.value}."
        return [Violation(pointer=f"{at}/{name}", code="not-present", message=message) for name in extra]
    found: list[Violation] = []
    if decision.level not in keys:
        message = f"Choose a level: {', '.join(keys)}."
        found.append(Violation(pointer=f"{at}/level", code="level", message=message))
    if decision.region is not None and defect.scope.level == "image":
        message = f"{defect.name} is about the whole image; remove the region."
        found.append(Violation(pointer=f"{at}/region", code="image-scope", message=message))
    return found
