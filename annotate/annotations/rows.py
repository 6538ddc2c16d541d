"""The statements behind a submission. Raw on purpose: four round trips between BEGIN and COMMIT."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from accounts import journal
from annotate.annotations import pin
from annotate.answer import RegionPolicy
from annotate.gold.comparison import Presence, TestOutcome
from core import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An Item under lock, with the lease, the campaign and what was answered so far."""

    lease: UUID
    project: UUID
    campaign: UUID
    item: UUID
    image: UUID
    reviewer: UUID
    version: UUID
    campaign_version: UUID
    layer: UUID | None
    lease_state: str
    expired: bool
    not_assessed: tuple[str, ...]
    stream: str
    needed: int
    settled: bool
    campaign_state: str
    defects: tuple[str, ...]
    region_policy: RegionPolicy
    asks_verdict: bool
    revision: int
    taken_by_others: int
    newer_answers: int
    revealed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One stored Annotation, as far as its Receipt needs it."""

    id: UUID
    lease: UUID
    revision: int
    recorded_at: datetime
    late: bool
    body_hash: str


# The pin is held before the Campaign's Version is read: nobody moves the Campaign between that and the commit.
LOCK = f"""
SELECT item.id, {pin.shared("item.campaign_id")} FROM annotate_item item WHERE item.id = (
    SELECT l.item_id FROM annotate_lease l
    JOIN annotate_reviewer r ON r.id = l.reviewer_id
    WHERE l.id = %(lease)s AND r.user_id = %(user)s AND EXISTS (
        SELECT 1 FROM annotate_membership m
        WHERE m.project_id = l.project_id AND m.user_id = %(user)s AND m.role = 'reviewer' AND m.ended_at IS NULL)
) FOR UPDATE
"""
# A statement of its own after the lock: it sees everything that was committed while we waited for the lock.
HELD = """
SELECT l.id, l.project_id, l.campaign_id, l.item_id, item.image_id, l.reviewer_id, l.version_id,
    campaign.version_id, campaign.layer_id, l.state,
    l.expires_at <= now(), l.not_assessed, item.stream, item.needed, item.settled_at IS NOT NULL,
    campaign.state, CASE WHEN l.version_id = campaign.version_id THEN campaign.defects ELSE coalesce((
        SELECT r.from_defects FROM annotate_migrationrun r WHERE r.campaign_id = campaign.id
        AND r.from_version_id = l.version_id AND r.state = 'active' ORDER BY r.activated_at DESC LIMIT 1),
        campaign.defects) END, campaign.region_policy, campaign.asks_verdict,
    coalesce((SELECT max(a.revision) FROM annotate_annotation a WHERE a.lease_id = l.id), 0),
    (SELECT count(*) FROM annotate_lease o WHERE o.item_id = l.item_id AND o.id <> l.id
        AND (o.state = 'answered' OR (o.state = 'live' AND o.expires_at > now()))),
    CASE WHEN l.state IN ('answered', 'late') THEN (SELECT count(*) FROM (
        SELECT 1 FROM annotate_lease n WHERE n.reviewer_id = l.reviewer_id AND n.campaign_id = l.campaign_id
        AND n.state IN ('answered', 'late') AND n.ended_at > l.ended_at LIMIT 10) AS newer) ELSE 0 END,
    EXISTS (SELECT 1 FROM annotate_testresult t JOIN annotate_annotation a ON a.id = t.annotation_id
        WHERE a.lease_id = l.id),
    known.id, known.lease_id, known.revision, known.recorded_at, known.late, known.body_hash
FROM annotate_lease l
JOIN annotate_item item ON item.id = l.item_id
JOIN annotate_campaign campaign ON campaign.id = l.campaign_id
LEFT JOIN annotate_annotation known ON known.submission_id = %(submission)s
WHERE l.id = %(lease)s
"""
INSERT = """
WITH written AS (
    INSERT INTO annotate_annotation (id, project_id, campaign_id, item_id, image_id, lease_id, reviewer_id, version_id,
        sequence, revision, submission_id, body_hash, outcome, absence, asked, not_assessed, verdict_given, verdict,
        note, active_ms, late, after_reveal, recorded_at)
    VALUES (%(id)s, %(project)s, %(campaign)s, %(item)s, %(image)s, %(lease)s, %(reviewer)s, %(version)s,
        nextval('annotate_annotation_order'), %(revision)s, %(submission)s, %(body_hash)s, %(outcome)s, %(absence)s,
        %(asked)s, %(not_assessed)s, %(verdict_given)s, %(verdict)s, %(note)s, %(active_ms)s, %(late)s,
        %(after_reveal)s, %(recorded_at)s)
)
INSERT INTO annotate_finding (id, project_id, annotation_id, position, defect, sub_defect, kind, level, region,
    confidence, note, derived)
SELECT (f->>'id')::uuid, %(project)s, %(id)s, (f->>'position')::int, f->>'defect', f->>'sub_defect', f->>'kind',
    f->>'level', nullif(f->'region', 'null'::jsonb), f->>'confidence', f->>'note', (f->>'derived')::boolean
FROM jsonb_array_elements(%(findings)s::jsonb) AS f
"""
# End the lease, complete the Item when its last place was answered, and write the journal line last.
FINISH = f"""
WITH closed AS (
    UPDATE annotate_lease SET state = %(state)s, ended_at = now() WHERE id = %(lease)s AND %(state)s <> ''
), completed AS (
    UPDATE annotate_item SET state = 'complete', completed_at = now()
    WHERE id = %(item)s AND state = 'open' AND stream <> 'test' AND %(state)s = 'answered' AND needed <= 1 + (
        SELECT count(*) FROM annotate_lease l
        WHERE l.item_id = %(item)s AND l.id <> %(lease)s AND l.state = 'answered')
)
SELECT {journal.APPEND}
"""


def _one(sql: str, values: dict[str, Any]) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row: tuple[Any, ...] | None = cursor.fetchone()
        return row


def lock_item_of(*, lease: UUID, user: UUID, submission: UUID) -> tuple[Held, Stored | None] | None:
    """Lock the Item of a person's own lease and read everything a submission needs; None for anybody else's.

    With it what is already stored under the submission's id, if anything is.
    """
    if _one(LOCK, {"lease": lease, "user": user}) is None:
        return None
    row = _one(HELD, {"lease": lease, "submission": submission})
    assert row is not None
    names = (
        "lease", "project", "campaign", "item", "image", "reviewer", "version", "campaign_version", "layer",
        "lease_state", "expired",
        "not_assessed", "stream", "needed", "settled", "campaign_state", "defects", "region_policy", "asks_verdict",
        "revision", "taken_by_others", "newer_answers", "revealed",
    )  # fmt: skip
    values = dict(zip(names, row[: len(names)], strict=True))
    values["not_assessed"], values["defects"] = tuple(values["not_assessed"]), tuple(values["defects"])
    return Held(**values), _stored(row[len(names) :])


def _stored(row: tuple[Any, ...]) -> Stored | None:
    if row[0] is None:
        return None
    return Stored(id=row[0], lease=row[1], revision=row[2], recorded_at=row[3], late=row[4], body_hash=row[5])


def insert_annotation(held: Held, stored: Stored, values: dict[str, Any]) -> None:
    """Annotation and Findings in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            values
            | {
                "id": stored.id, "project": held.project, "campaign": held.campaign, "item": held.item,
                "image": held.image, "lease": held.lease, "reviewer": held.reviewer, "version": held.version,
                "revision": stored.revision, "body_hash": stored.body_hash, "late": stored.late,
                "recorded_at": stored.recorded_at,
            },
        )  # fmt: skip


def finish(held: Held, state: str, line: dict[str, Any]) -> None:
    """End the lease as `state` ("" leaves it as it is) and append the journal line; the last statement."""
    with connection.cursor() as cursor:
        cursor.execute(FINISH, {"state": state, "lease": held.lease, "item": held.item, **line})


def gold_of(held: Held) -> dict[str, tuple[Presence, str | None]]:
    """The current gold labels of the Item's Image under the lease's Version."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (concept) concept, value, level FROM annotate_standing_gold "
            "WHERE image_id = %s AND version_id = %s ORDER BY concept, revision DESC",
            [held.image, held.version],
        )
        return {concept: (value, level or None) for concept, value, level in cursor.fetchall()}


def insert_test_result(held: Held, stored: Stored, outcome: TestOutcome, detail: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO annotate_testresult (id, project_id, annotation_id, reviewer_id, hits, misses, false_alarms, "
            "correct_absences, detail, recorded_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s::jsonb, %s)",
            [uuid4(), held.project, stored.id, held.reviewer, outcome.hits, outcome.misses, outcome.false_alarms,
             outcome.correct_absences, detail, clock.now()],
        )  # fmt: skip
