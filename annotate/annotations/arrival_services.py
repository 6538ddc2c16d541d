"""An Annotation given under a Version that its Campaign has left: carried into every layer above, in one commit."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from annotate.annotations.carried_rows import Layer, write_answers
from annotate.annotations.carry_over import GivenAnswer, GivenFinding, begun, carry_answers
from annotate.annotations.route_queries import stages_from
from annotate.annotations.rows import Held, Stored
from annotate.jobs.services import enqueue
from taxonomy.carrying import begin

FILL = "rereview.fill"


def arrive(
    held: Held,
    stored: Stored,
    outcome: str,
    asked: tuple[str, ...],
    not_assessed: tuple[str, ...],
    findings: Sequence[dict[str, Any]],
) -> None:
    """Carry what was just stored up to the Campaign's layer. Expects the Item's lock and the Campaign's pin held.

    A Version that no active layer leads from (its move was rolled back) carries nothing: the answer stays as it is.
    """
    given = GivenAnswer(
        annotation=stored.id, item=held.item, image=held.image, reviewer=held.reviewer,
        unusable=outcome == "unusable", asked=asked, not_assessed=not_assessed,
        findings=tuple(_given(held, row) for row in findings),
    )  # fmt: skip
    questions = False
    for stage in stages_from(held.layer, held.version, held.region_policy):
        layer = Layer(project=held.project, run=stage.run, campaign=held.campaign)
        (carried,) = carry_answers([given], stage.route)
        write_answers(layer, [carried], stage.route, arrived=True)
        questions = questions or any(label.outcome == "queued" for label in carried.labels)
        given = replace(
            given,
            asked=carried.asked,
            not_assessed=carried.not_assessed,
            findings=tuple(
                replace(one, label=label) for one, label in zip(given.findings, carried.labels, strict=True)
            ),
        )
    if questions and held.layer is not None:
        enqueue(FILL, {"run": str(held.layer)}, project=held.project, unique_key=f"{FILL}:{held.layer}")


def _given(held: Held, row: dict[str, Any]) -> GivenFinding:
    finding, region = UUID(row["id"]), row["region"]
    label = begun(
        finding, item=held.item, reviewer=held.reviewer, defect=row["defect"], level=row["level"], region=region,
        sub=row["sub_defect"],
    )  # fmt: skip
    return GivenFinding(finding=finding, label=begin(label), region=json.loads(json.dumps(region)) if region else None)
