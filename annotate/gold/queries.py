"""Reading gold: the highest revision per Image, Version and concept is current."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.scope import Scope
from annotate.models import Campaign
from core.api.pagination import Page, decode_cursor, encode_cursor
from core.api.refusals import ParameterInvalid


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
    """Current gold of one concept in a campaign, by value and provenance; why people had differed, by reason code."""

    concept: str
    present: int
    absent: int
    not_assessed: int
    by_consensus: int
    by_adjudication: int
    by_import: int
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldProgress:
    """How far a campaign's Items are: settled, at the desk, waiting for answers or for settling. Withdrawn left out."""

    items: int
    settled: int
    at_the_desk: int
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldImage:
    """One current gold label in the list of a campaign, with the Item that shows its picture."""

    item: UUID
    label: GoldRow


COLUMNS = (
    "g.image_id, g.concept, g.revision, g.value, g.level, g.region, g.regions, g.provenance, g.rule, g.annotations, "
    "g.campaign_id, g.reason_code, g.reason, g.decided_at"
)
CURRENT = f"""
SELECT DISTINCT ON (g.image_id, g.concept) {COLUMNS} FROM annotate_standing_gold g
WHERE g.project_id = %(project)s AND g.version_id = %(version)s AND g.image_id = ANY(%(images)s)
ORDER BY g.image_id, g.concept, g.revision DESC
"""
OF_CAMPAIGN = f"""
SELECT DISTINCT ON (g.image_id, g.concept) i.id AS item, {COLUMNS} FROM annotate_standing_gold g
JOIN annotate_item i ON i.image_id = g.image_id AND i.campaign_id = %(campaign)s AND i.state <> 'withdrawn'
    AND i.round = 1
WHERE g.project_id = %(project)s AND g.version_id = %(version)s AND g.concept = ANY(%(concepts)s)
ORDER BY g.image_id, g.concept, g.revision DESC
"""
COUNTS = f"""
SELECT concept, count(*) FILTER (WHERE value = 'present'), count(*) FILTER (WHERE value = 'absent'),
    count(*) FILTER (WHERE value = 'not_assessed'), count(*) FILTER (WHERE provenance = 'consensus'),
    count(*) FILTER (WHERE provenance = 'adjudication'), count(*) FILTER (WHERE provenance = 'expert_import'),
    jsonb_build_object(
        'rule_unclear', count(*) FILTER (WHERE reason_code = 'rule_unclear'),
        'oversight', count(*) FILTER (WHERE reason_code = 'oversight'),
        'borderline', count(*) FILTER (WHERE reason_code = 'borderline'),
        'taxonomy_gap', count(*) FILTER (WHERE reason_code = 'taxonomy_gap'))
FROM ({OF_CAMPAIGN}) AS labels GROUP BY concept
"""
PAGE = f"""
SELECT * FROM ({OF_CAMPAIGN}) AS labels
WHERE (%(value)s = '' OR value = %(value)s) AND (%(provenance)s = '' OR provenance = %(provenance)s)
    AND (%(level)s = '' OR level = %(level)s) AND (%(after)s::uuid IS NULL OR image_id > %(after)s::uuid)
ORDER BY image_id LIMIT %(limit)s
"""
PROGRESS = """
SELECT count(*), count(*) FILTER (WHERE i.settled_at IS NOT NULL), count(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM annotate_dispute d WHERE d.item_id = i.id AND d.state = 'open'))
FROM annotate_item i
WHERE i.campaign_id = %(campaign)s AND i.state <> 'withdrawn' AND i.round = 1 AND i.stream <> 'test'
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
    values = dict(zip(GoldRow.__slots__, row, strict=True))
    for name in ("region", "regions"):
        values[name] = _json(values[name])
    return GoldRow(**values)


def _json(value: Any) -> Any:
    """Raw cursors hand JSON out as text."""
    return json.loads(value) if isinstance(value, str) else value


def gold_counts(scope: Scope, campaign: Campaign) -> dict[str, GoldCount]:
    """Current gold of a campaign's Images under its Version, per concept that it asks; absent without any."""
    rows = _rows(COUNTS, _of(scope, campaign, campaign.defects))
    names = ("present", "absent", "not_assessed", "by_consensus", "by_adjudication", "by_import")
    return {
        row[0]: GoldCount(concept=row[0], **dict(zip(names, row[1:7], strict=True)), reasons=_json(row[7]))
        for row in rows
    }


def gold_progress(campaign: UUID) -> GoldProgress:
    """The caller has entered the project."""
    ((items, settled, disputed),) = _rows(PROGRESS, {"campaign": campaign})
    return GoldProgress(items=items, settled=settled, at_the_desk=disputed, waiting=items - settled - disputed)


def gold_images(
    scope: Scope,
    campaign: Campaign,
    concept: str,
    *,
    value: str,
    provenance: str,
    level: str = "",
    cursor: str,
    limit: int,
) -> Page[GoldImage]:
    """The Images behind a number, by image. Empty `value`, `provenance` or `level`: any. Raises ParameterInvalid."""
    after = decode_cursor(cursor, 1)
    try:
        last = UUID(str(after[0])) if after else None
    except ValueError as error:
        raise ParameterInvalid("The cursor is not one of this list.") from error
    asked = {"value": value, "provenance": provenance, "level": level, "after": last, "limit": limit + 1}
    found = list(_rows(PAGE, _of(scope, campaign, [concept]) | asked))
    rows = tuple(GoldImage(item=row[0], label=_gold_row(row[1:])) for row in found[:limit])
    return Page(rows=rows, next=encode_cursor(rows[-1].label.image) if len(found) > limit else None)


def _of(scope: Scope, campaign: Campaign, concepts: Sequence[str]) -> dict[str, Any]:
    return {
        "project": scope.project, "campaign": campaign.id, "version": campaign.version_id, "concepts": list(concepts),
    }  # fmt: skip
