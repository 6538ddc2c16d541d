"""The SQL of leases on questions. A question has one place; times are the database's."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from accounts.scope import Scope
from annotate.errors import RoleMissing
from annotate.models import Campaign, Rereview

PERSON = """
INSERT INTO annotate_reviewer (id, project_id, user_id, pseudonym, created_at)
SELECT %(id)s, %(project)s, %(user)s, %(pseudonym)s, now()
WHERE NOT EXISTS (SELECT 1 FROM annotate_reviewer WHERE project_id = %(project)s AND user_id = %(user)s)
ON CONFLICT DO NOTHING
"""
RENEW = """
WITH renewed AS (
    UPDATE annotate_rereviewlease l SET expires_at = now() + make_interval(secs => %(seconds)s)
    FROM annotate_rereview q
    WHERE q.id = l.rereview_id AND q.campaign_id = %(campaign)s AND q.state = 'open'
      AND l.reviewer_id = %(reviewer)s AND l.state = 'live' AND l.expires_at > now()
    RETURNING l.id, l.created_at
)
SELECT id FROM renewed ORDER BY created_at, id
"""
# Free: nobody holds it, and I have neither skipped nor answered it. My own findings first.
FREE = """
    NOT EXISTS (SELECT 1 FROM annotate_rereviewlease l WHERE l.rereview_id = q.id AND l.state = 'live'
        AND l.expires_at > now())
    AND NOT EXISTS (SELECT 1 FROM annotate_rereviewlease m WHERE m.rereview_id = q.id
        AND m.reviewer_id = %(reviewer)s AND m.state IN ('skipped', 'answered'))
"""
CANDIDATES = f"""
SELECT q.id FROM annotate_rereview q
WHERE q.campaign_id = %(campaign)s AND q.state = 'open' AND {{whose}}
  AND (q.desk AND %(desk)s OR NOT q.desk AND %(labels)s) AND {FREE}
ORDER BY q.priority DESC, q.id LIMIT %(limit)s FOR UPDATE OF q SKIP LOCKED
"""
MINE, OTHERS = "q.finder_id = %(reviewer)s", "q.finder_id IS DISTINCT FROM %(reviewer)s"
STILL_FREE = f"SELECT q.id FROM annotate_rereview q WHERE q.id = ANY(%(questions)s) AND q.state = 'open' AND {FREE}"
EXPIRE = """
UPDATE annotate_rereviewlease SET state = 'released', ended_at = now()
WHERE rereview_id = ANY(%(questions)s) AND state = 'live' AND expires_at <= now()
"""
INSERT = """
INSERT INTO annotate_rereviewlease (id, project_id, rereview_id, reviewer_id, state, created_at, expires_at, reason,
    note)
SELECT gen_random_uuid(), q.project_id, q.id, %(reviewer)s, 'live', clock_timestamp(),
    now() + make_interval(secs => %(seconds)s), '', ''
FROM unnest(%(questions)s::uuid[]) WITH ORDINALITY AS new(id, place) JOIN annotate_rereview q ON q.id = new.id
ORDER BY new.place
ON CONFLICT (rereview_id, reviewer_id) DO UPDATE
    SET state = 'live', expires_at = excluded.expires_at, ended_at = NULL
    WHERE annotate_rereviewlease.state IN ('live', 'released')
RETURNING id, rereview_id
"""
OUTLOOK = """
SELECT count(*), count(*) FILTER (WHERE EXISTS (SELECT 1 FROM annotate_rereviewlease l WHERE l.rereview_id = q.id
    AND l.state = 'live' AND l.expires_at > now() AND l.reviewer_id <> %(reviewer)s))
FROM annotate_rereview q WHERE q.campaign_id = %(campaign)s AND q.state = 'open'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    open: int
    held_by_others: int


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def person_of(scope: Scope) -> UUID:
    """The Reviewer of the scope's person; an adjudicator who never labelled gets one. Raises RoleMissing."""
    user = scope.actor
    if user is None or not {"reviewer", "adjudicator"} & set(scope.roles):
        raise RoleMissing("This needs the role reviewer or adjudicator.")
    values = {"project": scope.project, "user": user, "id": uuid4(), "pseudonym": f"Expert {user.hex[:6]}"}
    _rows(PERSON, values)
    found = _rows("SELECT id FROM annotate_reviewer WHERE project_id = %(project)s AND user_id = %(user)s", values)
    return UUID(str(found[0][0]))


def renew(campaign: UUID, reviewer: UUID, seconds: int) -> list[UUID]:
    values = {"campaign": campaign, "reviewer": reviewer, "seconds": seconds}
    return [row[0] for row in _rows(RENEW, values)]


def take(campaign: Campaign, reviewer: UUID, limit: int, seconds: int, *, desk: bool, labels: bool) -> list[UUID]:
    """New leases in the order of the queue. Expects an open transaction; the questions stay locked to its end."""
    values = {"campaign": campaign.id, "reviewer": reviewer, "desk": desk, "labels": labels}
    chosen: list[UUID] = []
    for whose in (MINE, OTHERS):
        left = limit - len(chosen)
        if left > 0:
            rows = _rows(CANDIDATES.format(whose=whose), values | {"limit": left})
            locked = [row[0] for row in rows]
            free = (
                {row[0] for row in _rows(STILL_FREE, {"questions": locked, "reviewer": reviewer})} if locked else set()
            )
            chosen += [one for one in locked if one in free]
    return _insert(chosen, reviewer, seconds) if chosen else []


def lease_for(row: Rereview, reviewer: UUID, seconds: int) -> None:
    """A lease on one question, taken from nobody. Expects the question's lock held."""
    _insert([row.id], reviewer, seconds)


def _insert(questions: list[UUID], reviewer: UUID, seconds: int) -> list[UUID]:
    _rows(EXPIRE, {"questions": questions})
    made = {row[1]: row[0] for row in _rows(INSERT, {"questions": questions, "reviewer": reviewer, "seconds": seconds})}
    return [made[one] for one in questions if one in made]


def outlook(campaign: UUID, reviewer: UUID) -> Outlook:
    """One look without locks, to say why there is nothing."""
    number, others = _rows(OUTLOOK, {"campaign": campaign, "reviewer": reviewer})[0]
    return Outlook(open=number, held_by_others=others)
