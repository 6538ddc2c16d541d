"""The SQL of the lease: candidates, places, insertion. Raw on purpose: few round trips, no object per row.

A *place* of an Item is taken by a lease that ended as answered, or by a live one that has not expired. Times are the
database's, so that clocks of several web processes cannot disagree.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

TAKEN = "(l.state = 'answered' OR (l.state = 'live' AND l.expires_at > now()))"
# What keeps an Item from being offered to me: I hold it, or I ended it by anything but giving it back.
MINE = (
    "EXISTS (SELECT 1 FROM annotate_lease m WHERE m.item_id = item.id AND m.reviewer_id = %(reviewer)s "
    "AND m.state <> 'released' AND (m.state <> 'live' OR m.expires_at > now()))"
)
FREE = (
    "(item.stream = 'test' OR item.needed > "
    f"(SELECT count(*) FROM annotate_lease l WHERE l.item_id = item.id AND {TAKEN}))"
)
CANDIDATES = f"""
SELECT item.id FROM annotate_item item
WHERE item.campaign_id = %(campaign)s AND item.state = 'open' AND item.stream = %(stream)s
  AND NOT {MINE} AND {FREE}
ORDER BY item.priority DESC, item.position
LIMIT %(limit)s
"""
LOCKED = CANDIDATES + " FOR UPDATE OF item SKIP LOCKED"
STILL_FREE = f"""
SELECT item.id FROM annotate_item item
WHERE item.id = ANY(%(items)s) AND item.state = 'open' AND {FREE}
ORDER BY item.priority DESC, item.position
"""
INSERT = """
INSERT INTO annotate_lease (id, project_id, campaign_id, item_id, reviewer_id, version_id, state, stream,
    inclusion_probability, not_assessed, created_at, expires_at, reason, note)
SELECT new.id, item.project_id, item.campaign_id, item.id, %(reviewer)s, %(version)s, 'live', item.stream,
    item.inclusion_probability, '{}', clock_timestamp(), now() + make_interval(secs => %(seconds)s), '', ''
FROM unnest(%(ids)s::uuid[], %(items)s::uuid[]) WITH ORDINALITY AS new(id, item, place)
JOIN annotate_item item ON item.id = new.item
ORDER BY new.place
ON CONFLICT (item_id, reviewer_id) DO UPDATE
    SET state = 'live', expires_at = excluded.expires_at, ended_at = NULL, version_id = excluded.version_id
    WHERE annotate_lease.state IN ('live', 'released')
RETURNING id, item_id
"""
RENEW = """
WITH renewed AS (
    UPDATE annotate_lease SET expires_at = now() + make_interval(secs => %(seconds)s)
    WHERE reviewer_id = %(reviewer)s AND campaign_id = %(campaign)s AND state = 'live' AND expires_at > now()
    RETURNING id, created_at
)
SELECT id FROM renewed ORDER BY created_at, id
"""
# Could I get anything once others' leases expire? And how soon?
OUTLOOK = f"""
SELECT
    EXISTS (SELECT 1 FROM annotate_item item WHERE item.campaign_id = %(campaign)s AND item.state = 'open'
        AND NOT {MINE} AND {FREE}) AS free_now,
    (SELECT min(l.expires_at) FROM annotate_item item JOIN annotate_lease l ON l.item_id = item.id
        WHERE item.campaign_id = %(campaign)s AND item.state = 'open' AND NOT {MINE}
        AND l.state = 'live' AND l.expires_at > now()) - now() AS waits,
    (SELECT count(*) FROM annotate_item item
        WHERE item.campaign_id = %(campaign)s AND item.state = 'open') AS open_items
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Why a Reviewer got nothing: is something free by now, when might something become free, what is open at all."""

    free_now: bool
    waits_s: float | None
    open_items: int


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def renew_live(*, campaign: UUID, reviewer: UUID, seconds: int) -> list[UUID]:
    values = {"campaign": campaign, "reviewer": reviewer, "seconds": seconds}
    return [row[0] for row in _rows(RENEW, values)]


def lock_candidates(*, campaign: UUID, reviewer: UUID, stream: str, limit: int) -> list[UUID]:
    """Items of one stream with a free place that I neither answered nor hold, locked, best first."""
    values = {"campaign": campaign, "reviewer": reviewer, "stream": stream, "limit": limit}
    return [row[0] for row in _rows(LOCKED, values)]


def still_free(items: list[UUID]) -> list[UUID]:
    """Expects the Items' locks held. Counts the places again in a new statement, which sees what was committed
    while we waited for nothing and skipped nothing: without it 31 to 48 of 150 items got too many leases."""
    return [row[0] for row in _rows(STILL_FREE, {"items": items})]


def insert_leases(*, items: list[UUID], reviewer: UUID, version: UUID, seconds: int) -> list[UUID]:
    """Expects the Items' locks held. New leases, or my own expired or returned ones renewed; in the Items' order."""
    values = {
        "ids": [uuid4() for _ in items], "items": items, "reviewer": reviewer, "version": version, "seconds": seconds,
    }  # fmt: skip
    made = {item: lease for lease, item in _rows(INSERT, values)}
    return [made[item] for item in items if item in made]


def outlook(*, campaign: UUID, reviewer: UUID) -> Outlook:
    """One look without locks, to tell "busy" from "waiting" from "done"."""
    free, waits, open_items = _rows(OUTLOOK, {"campaign": campaign, "reviewer": reviewer})[0]
    return Outlook(free_now=free, waits_s=waits.total_seconds() if waits else None, open_items=open_items)


def context_present(leases: list[UUID], attached: dict[str, str]) -> list[tuple[UUID, dict[str, bool]]]:
    """Per lease, which kinds of context are there: on the Image, or attached to the whole campaign."""
    rows = _rows(
        "SELECT l.id, image.prompt <> '', image.reference_id IS NOT NULL, image.brief <> '' FROM annotate_lease l "
        "JOIN annotate_item item ON item.id = l.item_id JOIN annotate_image image ON image.id = item.image_id "
        "WHERE l.id = ANY(%(leases)s)",
        {"leases": leases},
    )
    campaign = {kind: bool(attached.get(kind)) for kind in ("prompt", "reference_image", "brief", "brand_guide")}
    return [
        (lease, campaign | {"prompt": prompt, "reference_image": reference, "brief": brief or campaign["brief"]})
        for lease, prompt, reference, brief in rows
    ]


def store_not_assessed(lease: UUID, concepts: list[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE annotate_lease SET not_assessed = %(concepts)s "
            "WHERE id = %(lease)s AND not_assessed <> %(concepts)s",
            {"concepts": concepts, "lease": lease},
        )
