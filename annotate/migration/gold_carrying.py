"""Gold labels of one Image under a later Version. Pure.

Present labels follow the relation of findings, absences the rules of absence. What a person must look at again is held
back: nothing stands for its concepts until it is answered. Merged sources become one row that names them all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from annotate.annotations.carry_over import Route, begun, stands
from taxonomy.absence import Assessment, carry_assessments
from taxonomy.carrying import CarriedLabel, begin, carry

ABSENT_FIRST = ("adjudication", "expert_import", "consensus")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenGold:
    """One current gold label under the Version it is carried from."""

    id: UUID
    concept: str
    value: str
    level: str
    region: dict[str, Any] | None
    regions: list[dict[str, Any]]
    provenance: str
    rule: str
    annotations: list[UUID]
    reason_code: str
    reason: str
    decided_by: UUID | None
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedGoldLabel:
    """`base` gives provenance and region; `origins` are all labels it comes from."""

    base: GivenGold
    origins: tuple[UUID, ...]
    outcome: str
    standing: bool
    concept: str
    value: str
    level: str
    candidates: tuple[tuple[str, str | None], ...] = ()
    review: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def carry_gold(image: UUID, labels: Sequence[GivenGold], route: Route) -> list[CarriedGoldLabel]:
    """Everything that is known of the Image, under the Version arrived at."""
    present = [one for one in labels if one.value == "present"]
    carried = [begin(_label(image, one)) for one in present]
    values: dict[str, Assessment] = {one.concept: one.value for one in labels}  # type: ignore[misc]
    for step in route.steps:
        carried = carry(carried, step, route.policy)
        values = carry_assessments(values, step)
    found = _present(present, carried)
    held = {c for label in carried if label.outcome == "queued" for c, _ in label.row}
    taken = {one.concept for one in found if one.standing} | held
    return [*found, *_absences(labels, values, taken, route)]


def _label(image: UUID, one: GivenGold) -> Any:
    return begun(
        one.id, item=image, reviewer=image, defect=one.concept, level=one.level or None, region=one.region, sub=""
    )


def _present(given: Sequence[GivenGold], carried: Sequence[CarriedLabel]) -> list[CarriedGoldLabel]:
    """One row a label; those that fall on one concept become one, whose worst level the collapse of the algebra or
    the order of harm decides."""
    by_id = {str(one.id): one for one in given}
    together: dict[str, list[CarriedLabel]] = {}
    rows: list[CarriedGoldLabel] = []
    for label in carried:
        if label.resolved is not None:
            together.setdefault(label.resolved[0], []).append(label)
        else:
            rows.append(_row(label, by_id[label.origin.id], (label,), standing=False))
    for labels in together.values():
        leading = next((one for one in labels if stands(one)), labels[0])
        rows.append(_row(leading, by_id[leading.origin.id], tuple(labels), standing=True))
    return rows


def _row(
    label: CarriedLabel, base: GivenGold, together: tuple[CarriedLabel, ...], *, standing: bool
) -> CarriedGoldLabel:
    concept, level = label.resolved or (base.concept, base.level or None)
    return CarriedGoldLabel(
        base=base,
        origins=tuple(sorted(UUID(one.origin.id) for one in together)),
        outcome=label.outcome,
        standing=standing,
        concept=concept,
        value="present",
        level=level or "",
        candidates=label.candidates if label.outcome == "queued" else (),
        review=label.review,
        flags=tuple(sorted(label.flags)),
    )


def _absences(
    labels: Sequence[GivenGold], values: Mapping[str, Assessment], taken: set[str], route: Route
) -> list[CarriedGoldLabel]:
    """What is absent, or was looked at and is not assessed any more; provenance from the label nearest to it."""
    by_concept = {one.concept: one for one in labels}
    if not labels:
        return []
    asked, rows = set(route.asked_after), list[CarriedGoldLabel]()
    for defect in route.arrived.defects:
        value = values.get(defect.id, "not_assessed")
        if defect.id in taken or value == "present" or (value == "not_assessed" and defect.id not in asked):
            continue
        base = by_concept.get(defect.id) or _nearest(labels, defect.id, route)
        outcome = "carried" if defect.id in by_concept and by_concept[defect.id].value == value else "mapped"
        rows.append(
            CarriedGoldLabel(
                base=base, origins=(base.id,), outcome=outcome, standing=True, concept=defect.id, value=value, level="",
            )
        )  # fmt: skip
    return rows


def _nearest(labels: Sequence[GivenGold], concept: str, route: Route) -> GivenGold:
    """The label that a new absence follows from: a source of the operation that made the concept, else any."""
    sources = {
        source
        for step in route.steps
        for one in step.migration.operations
        if concept in one.into or one.concept == concept
        for source in (*one.sources, *one.carved_from)
    }
    ranked = sorted(
        labels, key=lambda one: (one.concept not in sources, ABSENT_FIRST.index(one.provenance), one.concept)
    )
    return ranked[0]
