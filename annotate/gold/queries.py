"""Reading gold: the highest revision per Image, Version and concept is current."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldRow:
    """One current gold label."""

    image: UUID
    concept: str
    revision: int
    value: str
    level: str
    region: dict[str, Any] | None
    regions: list[dict[str, Any]]
    provenance: str
    rule: str
    annotations: list[UUID]
    campaign: UUID | None
    reason_code: str
    reason: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldCount:
    """Current gold of one concept in a campaign, by value and provenance."""

    concept: str
    present: int
    absent: int
    not_assessed: int
    by_consensus: int
    by_adjudication: int


COLUMNS = (
    "g.image_id, g.concept, g.revision, g.value, g.level, g.region, g.regions, g.provenance, g.rule, g.annotations, "
    "g.campaign_id, g.reason_code, g.reason, g.decided_at"
)
CURRENT = f"""
SELECT DISTINCT ON (g.image_id, g.concept) {COLUMNS} FROM annotate_goldlabel g
WHERE g.project_id = %(project)s AND g.version_id = %(version)s AND g.image_id = ANY(%(images)s)
ORDER BY g.image_id, g.concept, g.revision DESC
"""
COUNTS = """
SELECT concept, count(*) FILTER (WHERE value = 'present'), count(*) FILTER (WHERE value = 'absent'),
    count(*) FILTER (WHERE value = 'not_assessed'), count(*) FILTER (WHERE provenance = 'consensus'),
    count(*) FILTER (WHERE provenance = 'adjudication')
FROM (
    SELECT DISTINCT ON (g.image_id, g.concept) g.concept, g.value, g.provenance
    FROM annotate_goldlabel g
    JOIN annotate_item i ON i.image_id = g.image_id AND i.campaign_id = %(campaign)s AND i.state <> 'withdrawn'
    WHERE g.project_id = %(project)s AND g.version_id = %(version)s
    ORDER BY g.image_id, g.concept, g.revision DESC
) AS current GROUP BY concept
"""


def _rows(sql: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        yield from cursor.fetchall()


def current_gold(project: UUID, images: Sequence[UUID], version: UUID) -> tuple[GoldRow, ...]:
    """The current gold of some Images under a Version, by image and concept. The caller has entered the project."""
    rows = _rows(CURRENT, {"project": project, "version": version, "images": list(images)})
    return tuple(_gold_row(row) for row in rows)


def _gold_row(row: tuple[Any, ...]) -> GoldRow:
    names = GoldRow.__slots__
    values = dict(zip(names, row, strict=True))
    for name in ("region", "regions"):
        if isinstance(values[name], str):
            values[name] = json.loads(values[name])
    return GoldRow(**values)


def gold_counts(scope: Scope, campaign: UUID, version: UUID) -> tuple[GoldCount, ...]:
    """Current gold of a campaign's Images under its Version, per concept."""
    rows = _rows(COUNTS, {"project": scope.project, "campaign": campaign, "version": version})
    return tuple(
        GoldCount(
            concept=row[0], present=row[1], absent=row[2], not_assessed=row[3], by_consensus=row[4],
            by_adjudication=row[5],
        )
        for row in rows
    )  # fmt: skip
