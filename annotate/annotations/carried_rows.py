"""The one writer of carried Findings and absences: in blocks for a run, singly for what arrives later."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from annotate.annotations.carry_over import REJECTED, CarriedAnswer, GivenFinding, Route, stands, state_document
from taxonomy.concepts import ACTION_RANK, Action
from taxonomy.tree import TaxonomyTree

FINDING_COLUMNS = (
    "id", "project_id", "run_id", "campaign_id", "item_id", "image_id", "reviewer_id", "annotation_id", "finding_id",
    "outcome", "standing", "concept", "sub_defect", "kind", "level", "region", "candidates", "review", "flags",
    "merged_into", "reason", "state", "arrived", "answered_by_id", "answered_at",
)  # fmt: skip
ABSENCE_COLUMNS = (
    "id", "project_id", "run_id", "campaign_id", "item_id", "annotation_id", "asked", "not_assessed", "verdict",
    "verdict_open", "arrived",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Whose rows are written: one run of one Campaign."""

    project: UUID
    run: UUID
    campaign: UUID


def write_answers(layer: Layer, answers: Sequence[CarriedAnswer], route: Route, *, arrived: bool) -> int:
    """Write the rows of some Annotations with COPY, in the caller's transaction; answers how many Findings."""
    findings = [row for answer in answers for row in _findings(layer, answer, route, arrived=arrived)]
    _copy("annotate_carriedfinding", FINDING_COLUMNS, findings)
    _copy("annotate_carriedabsence", ABSENCE_COLUMNS, (_absence(layer, one, arrived=arrived) for one in answers))
    return len(findings)


def _copy(table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _findings(layer: Layer, answer: CarriedAnswer, route: Route, *, arrived: bool) -> Iterator[tuple[Any, ...]]:
    given = answer.given
    for one, label in zip(given.findings, answer.labels, strict=True):
        concept, level = label.resolved or ("", None)
        yield (
            uuid4(), layer.project, layer.run, layer.campaign, given.item, given.image, given.reviewer,
            given.annotation, one.finding, label.outcome, stands(label), concept, label.sub or "",
            route.kinds.get(concept, ""), level, _json(one), json.dumps(label.candidates), list(label.review),
            sorted(label.flags), UUID(label.merged_into) if label.merged_into else None, label.reason or "",
            json.dumps(state_document(label)), arrived, None, None,
        )  # fmt: skip


def _json(one: GivenFinding) -> str | None:
    return None if one.region is None else json.dumps(one.region)


def _absence(layer: Layer, answer: CarriedAnswer, *, arrived: bool) -> tuple[Any, ...]:
    given = answer.given
    return (
        uuid4(), layer.project, layer.run, layer.campaign, given.item, given.annotation, list(answer.asked),
        list(answer.not_assessed), answer.verdict, answer.verdict_open, arrived,
    )  # fmt: skip


def drop_layer(run: UUID) -> None:
    """Delete everything a run carried for Findings and absences. Expects the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM annotate_carriedfinding WHERE run_id = %s", [run])
        cursor.execute("DELETE FROM annotate_carriedabsence WHERE run_id = %s", [run])


# ---- what a person answered


SETTLE = """
UPDATE annotate_carriedfinding SET standing = true, concept = %(concept)s, level = %(level)s, kind = %(kind)s,
    region = coalesce(%(region)s::jsonb, region), answered_by_id = %(reviewer)s, answered_at = now()
WHERE run_id = %(run)s AND finding_id = %(finding)s AND answered_at IS NULL
"""
REJECT = """
UPDATE annotate_carriedfinding SET standing = false, concept = '', level = NULL, reason = %(reason)s,
    answered_by_id = %(reviewer)s, answered_at = now()
WHERE run_id = %(run)s AND finding_id = %(finding)s AND answered_at IS NULL
"""
OF_ANNOTATION = """
SELECT k.concept, k.level, k.standing, k.outcome = 'queued' AND k.answered_at IS NULL, k.candidates
FROM annotate_carriedfinding k WHERE k.run_id = %(run)s AND k.annotation_id = %(annotation)s
"""
ABSENCE = """
UPDATE annotate_carriedabsence SET not_assessed = %(not_assessed)s, verdict = %(verdict)s,
    verdict_open = %(verdict_open)s WHERE run_id = %(run)s AND annotation_id = %(annotation)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A question about one Finding, answered. An empty `concept`: it is none of the candidates."""

    run: UUID
    finding: UUID
    annotation: UUID
    reviewer: UUID
    concept: str
    level: str | None
    region: dict[str, Any] | None


def settle_finding(said: Settlement, tree: TaxonomyTree) -> None:
    """Let the Finding stand as a person said, and bring its Annotation's absences and verdict up to date.

    Of what came into question and is neither found nor open any more, the person has seen that it is not there.
    Expects the Item's lock held.
    """
    values: dict[str, Any] = {"run": said.run, "finding": said.finding, "reviewer": said.reviewer}
    with connection.cursor() as cursor:
        if said.concept:
            kind = tree.scale_of(tree.defect(said.concept)).kind
            region = json.dumps(said.region) if said.region else None
            cursor.execute(
                SETTLE, values | {"concept": said.concept, "level": said.level, "kind": kind, "region": region}
            )
        else:
            cursor.execute(REJECT, values | {"reason": REJECTED})
    _bring_up_to_date(said.run, said.annotation, tree)


def _bring_up_to_date(run: UUID, annotation: UUID, tree: TaxonomyTree) -> None:
    asked = {"run": run, "annotation": annotation}
    with connection.cursor() as cursor:
        cursor.execute(OF_ANNOTATION, asked)
        rows = [(*row[:4], json.loads(row[4]) if isinstance(row[4], str) else row[4]) for row in cursor.fetchall()]
        cursor.execute(
            "SELECT l.not_assessed, a.outcome FROM annotate_carriedabsence l "
            "JOIN annotate_annotation a ON a.id = l.annotation_id "
            "WHERE l.run_id = %(run)s AND l.annotation_id = %(annotation)s",
            asked,
        )
        not_assessed, outcome = cursor.fetchone()
        found = {concept for concept, _, standing, _, _ in rows if standing}
        open_still = {concept for *_, waits, candidates in rows if waits for concept, _ in candidates}
        seen = {concept for *_, waits, candidates in rows if not waits for concept, _ in candidates}
        left = [one for one in not_assessed if one in open_still or one not in seen | found]
        actions = [
            tree.action_of(tree.defect(concept), level) for concept, level, standing, _, _ in rows if standing and level
        ]
        none: Action = "accept"
        worst = max([none, *actions], key=lambda one: ACTION_RANK[one])
        cursor.execute(
            ABSENCE,
            asked
            | {
                "not_assessed": left,
                "verdict": "reject" if outcome == "unusable" else worst,
                "verdict_open": bool(open_still),
            },
        )
