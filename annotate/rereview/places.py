"""The SQL of the re-review lease. A question is free while nobody holds a live lease that has not expired."""

from typing import Any
from uuid import UUID, uuid4

from django.db import connection

FREE = (
    "q.state = 'open' AND NOT EXISTS (SELECT 1 FROM annotate_rereviewlease l WHERE l.rereview_id = q.id "
    "AND ((l.state = 'live' AND l.expires_at > now()) OR (l.reviewer_id = %(reviewer)s AND l.state = 'skipped')))"
)
ASKABLE = (
    "q.campaign_id = %(campaign)s AND q.run_id = %(run)s AND (NOT q.desk OR %(desk)s) "
    "AND (q.finder_id = %(reviewer)s) IS {mine} TRUE"
)
LOCKED = f"SELECT q.id FROM annotate_rereview q WHERE {ASKABLE} AND {FREE} ORDER BY q.priority DESC, q.id " + (
    "LIMIT %(limit)s FOR UPDATE OF q SKIP LOCKED"
)
STILL_FREE = (
    f"SELECT q.id FROM annotate_rereview q WHERE q.id = ANY(%(questions)s) AND {FREE} ORDER BY q.priority DESC, q.id"
)
END_EXPIRED = """
UPDATE annotate_rereviewlease SET state = 'released', ended_at = now()
WHERE rereview_id = ANY(%(questions)s) AND state = 'live' AND expires_at <= now()
"""
INSERT = """
INSERT INTO annotate_rereviewlease (id, project_id, rereview_id, reviewer_id, state, created_at, expires_at, reason,
    note)
SELECT new.id, q.project_id, q.id, %(reviewer)s, 'live', clock_timestamp(),
    now() + make_interval(secs => %(seconds)s), '', ''
FROM unnest(%(ids)s::uuid[], %(questions)s::uuid[]) WITH ORDINALITY AS new(id, question, place)
JOIN annotate_rereview q ON q.id = new.question
ORDER BY new.place
ON CONFLICT (rereview_id, reviewer_id) DO UPDATE SET state = 'live', expires_at = excluded.expires_at, ended_at = NULL
    WHERE annotate_rereviewlease.state IN ('live', 'released')
RETURNING id, rereview_id
"""
RENEW = """
WITH renewed AS (
    UPDATE annotate_rereviewlease l SET expires_at = now() + make_interval(secs => %(seconds)s)
    FROM annotate_rereview q
    WHERE q.id = l.rereview_id AND q.campaign_id = %(campaign)s AND q.run_id = %(run)s AND q.state = 'open'
        AND l.reviewer_id = %(reviewer)s AND l.state = 'live' AND l.expires_at > now()
    RETURNING l.id, l.created_at
)
SELECT id FROM renewed ORDER BY created_at, id
"""
OUTLOOK = f"""
SELECT count(*), count(*) FILTER (WHERE {FREE} AND (NOT q.desk OR %(desk)s)), count(*) FILTER (WHERE q.desk),
    (SELECT extract(epoch FROM min(l.expires_at) - now()) FROM annotate_rereviewlease l
        JOIN annotate_rereview r ON r.id = l.rereview_id WHERE r.campaign_id = %(campaign)s AND r.run_id = %(run)s
        AND r.state = 'open' AND l.state = 'live' AND l.expires_at > now())
FROM annotate_rereview q WHERE q.campaign_id = %(campaign)s AND q.run_id = %(run)s AND q.state = 'open'
"""


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall()) if cursor.description else []


def renew_live(values: dict[str, Any]) -> list[UUID]:
    return [row[0] for row in _rows(RENEW, values)]


def lock_questions(values: dict[str, Any], *, mine: bool, limit: int) -> list[UUID]:
    """Free questions about my own Findings, or about others', locked, best first."""
    sql = LOCKED.replace("{mine}", "" if mine else "NOT")
    return [row[0] for row in _rows(sql, values | {"limit": limit})]


def still_free(questions: list[UUID], reviewer: UUID) -> list[UUID]:
    """Expects their locks held. A new statement sees what was committed while candidates were chosen."""
    return [row[0] for row in _rows(STILL_FREE, {"questions": questions, "reviewer": reviewer})]


def insert_leases(questions: list[UUID], reviewer: UUID, seconds: int) -> list[UUID]:
    """Expects the questions' locks held; in their order."""
    _rows(END_EXPIRED, {"questions": questions})
    values = {"ids": [uuid4() for _ in questions], "questions": questions, "reviewer": reviewer, "seconds": seconds}
    by_question = {row[1]: row[0] for row in _rows(INSERT, values)}
    return [by_question[one] for one in questions if one in by_question]


def outlook(values: dict[str, Any]) -> tuple[int, int, int, float | None]:
    """How many questions are open, free for me, for the desk only; and when the next lease ends (seconds)."""
    ((count, free, desk, waits),) = _rows(OUTLOOK, values)
    return count, free, desk, None if waits is None else float(waits)
