"""The one writer of carried Findings and absences: in blocks for a run, singly for what arrives later."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from annotate.annotations.carry_over import CarriedAnswer, GivenFinding, Route, stands, state_document
from taxonomy.carrying import CarriedLabel

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
            route.kinds.get(concept, ""), level, _json(one), json.dumps(label.candidates), _array(label.review),
            _array(tuple(sorted(label.flags))), UUID(label.merged_into) if label.merged_into else None,
            label.reason or "", json.dumps(state_document(label)), arrived, None, None,
        )  # fmt: skip


@lru_cache(maxsize=4096)
def _array(texts: tuple[str, ...]) -> str:
    """An array as COPY takes it; most of a run's are the same few."""
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return "{" + ",".join(f'"{text}"' for text in escaped) + "}"


def _json(one: GivenFinding) -> str | None:
    return None if one.region is None else json.dumps(one.region)


def _absence(layer: Layer, answer: CarriedAnswer, *, arrived: bool) -> tuple[Any, ...]:
    given = answer.given
    return (
        uuid4(), layer.project, layer.run, layer.campaign, given.item, given.annotation, _array(answer.asked),
        _array(answer.not_assessed), answer.verdict, answer.verdict_open, arrived,
    )  # fmt: skip


def drop_layer(run: UUID) -> None:
    """Delete everything a run carried for Findings and absences. Expects the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM annotate_carriedfinding WHERE run_id = %s", [run])
        cursor.execute("DELETE FROM annotate_carriedabsence WHERE run_id = %s", [run])


def outcome_key(label: CarriedLabel) -> tuple[str, str]:
    """What the dry run counts by: the concept it was made with, and its outcome."""
    return label.origin.concept, label.outcome
