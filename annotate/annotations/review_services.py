"""What a person says of a queued Finding goes into the layer: it stands, or it does not; absence and verdict follow."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models.functions import Now

from annotate.annotations.carry_over import REJECTED
from annotate.annotations.route_queries import steps_of
from annotate.models import Annotation, CarriedAbsence, CarriedFinding, MigrationRun
from taxonomy.absence import Assessment, carry_assessments
from taxonomy.concepts import ACTION_RANK, Action
from taxonomy.queries import tree_of

ANSWERED = ("standing", "concept", "sub_defect", "kind", "level", "region", "reason", "answered_by", "answered_at")


def queued_finding(run: UUID, finding: UUID) -> CarriedFinding | None:
    """The carried row of a Finding that waits for a person, locked. Expects an open transaction."""
    rows = CarriedFinding.objects.unscoped().select_for_update(of=("self",))
    return rows.filter(run_id=run, finding_id=finding, outcome="queued", answered_at=None).first()


def settle_carried(
    row: CarriedFinding, *, concept: str, level: str | None, region: dict[str, Any] | None, reviewer: UUID
) -> None:
    """It stands as `concept` at `level`. Expects the row's lock and the Campaign's pin held."""
    run = MigrationRun.objects.unscoped().get(id=row.run_id)
    tree = tree_of(run.to_version_id)
    defect = tree.defect(concept)
    if row.sub_defect and row.sub_defect not in {sub.id for sub in defect.sub_defects}:
        row.sub_defect = ""
    row.standing, row.concept, row.level = True, concept, level
    row.kind = tree.scale_of(defect).kind
    row.region = region or row.region
    _answered(row, reviewer, run)


def reject_carried(row: CarriedFinding, *, reviewer: UUID) -> None:
    """It is none of the candidates: it stands as nothing. Expects the row's lock and the Campaign's pin held."""
    row.standing, row.reason = False, REJECTED
    _answered(row, reviewer, MigrationRun.objects.unscoped().get(id=row.run_id))


def _answered(row: CarriedFinding, reviewer: UUID, run: MigrationRun) -> None:
    row.answered_by_id, row.answered_at = reviewer, Now()
    row.save(update_fields=ANSWERED)
    _absence_of(row.annotation_id, run)


def _absence_of(annotation: UUID, run: MigrationRun) -> None:
    """Absent is only what every old absence would imply, and what no Finding is or may still become."""
    absence = CarriedAbsence.objects.unscoped().select_for_update().get(run=run, annotation_id=annotation)
    rows = list(CarriedFinding.objects.unscoped().filter(run=run, annotation_id=annotation))
    waiting = [one for one in rows if one.outcome == "queued" and one.answered_at is None]
    found = {one.concept for one in rows if one.standing}
    open_still = {concept for one in waiting for concept, _ in one.candidates}
    judged = {concept for one in rows if one.answered_at for concept, _ in one.candidates}
    implied = _implied_absent(annotation, run) & (judged - found - open_still)
    tree = tree_of(run.to_version_id)
    asked = {*absence.asked, *found, *implied}
    absence.asked = [defect.id for defect in tree.defects if defect.id in asked]
    absence.not_assessed = [one for one in absence.not_assessed if one not in found | implied]
    worst: Action = "accept"
    if Annotation.objects.unscoped().filter(id=annotation, outcome="unusable").exists():
        worst = "reject"
    for one in rows:
        if one.standing and one.level is not None:
            worst = max(worst, tree.action_of(tree.defect(one.concept), one.level), key=lambda act: ACTION_RANK[act])
    absence.verdict, absence.verdict_open = worst, bool(waiting)
    absence.save(update_fields=["asked", "not_assessed", "verdict", "verdict_open"])


def _implied_absent(annotation: UUID, run: MigrationRun) -> set[str]:
    """What would be absent under the run's Version if everything looked at before had been absent."""
    asked, hidden = _asked_below(annotation, run)
    values: dict[str, Assessment] = {concept: "absent" for concept in asked if concept not in hidden}
    for step in steps_of(run.path):
        values = carry_assessments(values, step)
    return {concept for concept, value in values.items() if value == "absent"}


def _asked_below(annotation: UUID, run: MigrationRun) -> tuple[Sequence[str], Sequence[str]]:
    below = CarriedAbsence.objects.unscoped().filter(run_id=run.previous_id, annotation_id=annotation).first()
    row = below or Annotation.objects.unscoped().get(id=annotation)
    return row.asked, row.not_assessed
