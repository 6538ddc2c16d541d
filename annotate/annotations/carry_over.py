"""An Annotation under a newer Version: what becomes of its Findings, its absences and its verdict. Pure.

All Findings of one Annotation are carried together (exclusions and merges look at all of them). What a person has
answered in re-review since stands as a fact of the layer below. Nothing is rewritten: every result names its Finding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from taxonomy.absence import Assessment, carry_assessments
from taxonomy.carrying import CarriedLabel, Label, RegionPolicy, carry
from taxonomy.concepts import ACTION_RANK, Action
from taxonomy.mapping import Mode, Step
from taxonomy.tree import TaxonomyTree

REJECTED = "rejected in review"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFinding:
    """One Finding as it stands under the Version it is carried from. `region` is the document that is drawn."""

    finding: UUID
    label: CarriedLabel
    region: dict[str, Any] | None
    answered: bool = False  # by a person, in a re-review of the layer below


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswer:
    """One Annotation as it stands: `asked` and `not_assessed` as in `annotate_standing_annotation`."""

    annotation: UUID
    item: UUID
    image: UUID
    reviewer: UUID
    unusable: bool
    asked: tuple[str, ...]
    not_assessed: tuple[str, ...]
    findings: tuple[GivenFinding, ...] = ()
    is_current: bool = True  # the newest revision of its lease


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedAnswer:
    """One Annotation under the new Version. `asked` holds what it says something of, or what the Campaign asks."""

    given: GivenAnswer
    labels: tuple[CarriedLabel, ...]
    asked: tuple[str, ...]
    not_assessed: tuple[str, ...]
    verdict: Action
    verdict_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The way from one Version to another: compiled steps, the policy on regions, and what is asked on arrival."""

    steps: tuple[Step, ...]
    policy: RegionPolicy
    asked_after: tuple[str, ...]
    kinds: Mapping[str, str] = field(default_factory=dict)

    @property
    def arrived(self) -> TaxonomyTree:
        return self.steps[-1].new


def stands(label: CarriedLabel) -> bool:
    """Whether it counts under its Version: one state, and not merged into another Finding."""
    return label.resolved is not None and label.merged_into is None


def begun(
    finding: UUID,
    *,
    item: UUID,
    reviewer: UUID,
    defect: str,
    level: str | None,
    region: dict[str, Any] | None,
    sub: str,
) -> Label:
    """A stored Finding as a label of the algebra. A region is known by its box."""
    box = None
    if region:
        xs, ys = [x for x, _ in region["points"]], [y for _, y in region["points"]]
        box = (min(xs), min(ys), max(xs), max(ys))
    return Label(
        id=str(finding), item=str(item), reviewer=str(reviewer), concept=defect, severity=level,
        region=str(finding) if box else None, box=box, sub=sub or None,
    )  # fmt: skip


def state_document(label: CarriedLabel) -> dict[str, Any]:
    """What the next step needs to go on from here."""
    return {
        "row": [[concept, level, int(mode)] for (concept, level), mode in sorted(label.row.items(), key=str)],
        "doubts": sorted(label.doubts),
        "asked": sorted(label.asked),
    }


def resumed(
    origin: Label, state: Mapping[str, Any], *, flags: Sequence[str], merged_into: str | None, sub: str, reason: str
) -> CarriedLabel:
    """A label of the layer below as it was left there."""
    return CarriedLabel(
        origin=origin,
        row={(concept, level): Mode(mode) for concept, level, mode in state["row"]},
        doubts=frozenset(state["doubts"]),
        asked=frozenset(state["asked"]),
        flags=frozenset(flags),
        merged_into=merged_into,
        sub=sub or None,
        reason=reason or None,
    )


def decided(label: CarriedLabel, concept: str, level: str | None) -> CarriedLabel:
    """A label after a person answered its question: it is that, without doubt. An empty concept: none of them."""
    row = {(concept, level): Mode.CARRIED} if concept else {}
    reason = None if concept else REJECTED
    return replace(label, row=row, doubts=frozenset(), asked=frozenset(), reason=reason)


def carry_answers(answers: Sequence[GivenAnswer], route: Route) -> list[CarriedAnswer]:
    """Carry whole Annotations along the route; order does not matter, one Annotation never touches another."""
    labels: dict[UUID, list[CarriedLabel]] = {}
    flat = [_own(one, answer) for answer in answers for one in answer.findings]
    assessed = [_assessments(answer) for answer in answers]
    for step in route.steps:
        flat = carry(flat, step, route.policy)
        assessed = [carry_assessments(values, step) for values in assessed]
    place = 0
    for answer in answers:
        size = len(answer.findings)
        labels[answer.annotation] = flat[place : place + size]
        place += size
    return [
        _carried(answer, tuple(labels[answer.annotation]), values, route)
        for answer, values in zip(answers, assessed, strict=True)
    ]


def _own(one: GivenFinding, answer: GivenAnswer) -> CarriedLabel:
    """Two revisions of one answer are two sets: the algebra groups by item and reviewer."""
    if answer.is_current:
        return one.label
    return replace(one.label, origin=replace(one.label.origin, item=f"{one.label.origin.item}/{answer.annotation}"))


def _assessments(answer: GivenAnswer) -> dict[str, Assessment]:
    """Under the Version it is carried from: found, stated absent, or neither."""
    found = {state[0] for one in answer.findings if stands(one.label) and (state := one.label.resolved)}
    open_still = {concept for one in answer.findings for concept, _ in one.label.row if not stands(one.label)}
    unclear = (set(answer.not_assessed) | open_still) - found
    return {
        concept: "not_assessed" if concept in unclear else "present" if concept in found else "absent"
        for concept in {*answer.asked, *found}
    }


def _carried(
    answer: GivenAnswer, labels: tuple[CarriedLabel, ...], values: Mapping[str, Assessment], route: Route
) -> CarriedAnswer:
    tree = route.arrived
    standing = [label.resolved for label in labels if stands(label) and label.resolved]
    found = {concept for concept, _ in standing}
    open_still = {c for label in labels if label.outcome == "queued" for c, _ in label.row} - found
    known = {concept for concept, value in values.items() if value == "absent"} - open_still
    named = {*known, *found, *open_still, *route.asked_after}
    asked = [defect.id for defect in tree.defects if defect.id in named]
    judged = known | found
    worst: Action = "reject" if answer.unusable else "accept"
    for concept, level in standing:
        if level is not None:
            action = tree.action_of(tree.defect(concept), level)
            worst = max(worst, action, key=lambda one: ACTION_RANK[one])
    return CarriedAnswer(
        given=answer,
        labels=labels,
        asked=tuple(asked),
        not_assessed=tuple(concept for concept in asked if concept not in judged),
        verdict=worst,
        verdict_open=bool(open_still) or any(label.outcome == "queued" for label in labels),
    )
