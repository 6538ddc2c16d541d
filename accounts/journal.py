"""One line of history inside the caller's transaction, hash-chained per scope.

hash = SHA-256(previous hash, position, canonical JSON of the line). Writers of one scope wait for one another by an
advisory lock that PostgreSQL releases at the end of the transaction; different scopes never wait.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import JournalEntry
from core import clock

GENESIS = "0" * 64
INSTALLATION = "installation"


def project_scope(project: UUID) -> str:
    return f"project:{project}"


def taxonomy_scope(slug: str) -> str:
    return f"taxonomy:{slug}"


def canonical_line(*, scope: str, at: datetime, actor: UUID | None, action: str, subject: str, payload: Any) -> str:
    """Everything a line says, as one JSON text that is the same whoever writes it."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    content = [scope, moment, str(actor or ""), action, subject, payload]
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def line_hash(previous: str, position: int, line: str) -> str:
    """SHA-256 over the hash before, the position and the canonical line (the database function does the
    same).
    """
    return hashlib.sha256(f"{previous}\n{position}\n{line}".encode()).hexdigest()


def record(
    scope: str,
    action: str,
    *,
    actor: UUID | None,
    subject: object = "",
    payload: dict[str, Any] | None = None,
) -> int:
    """Append a line, one round trip; answers its position. Expects an open transaction: the line lives or dies
    with what it tells of, and its scope stays locked until then, so write it last."""
    if not connection.in_atomic_block:
        raise RuntimeError("journal.record outside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {APPEND}", append_values(scope, action, actor=actor, subject=subject, payload=payload))
        return int(cursor.fetchone()[0])


# For statements on hot paths that append the line in the same round trip; takes `append_values`.
APPEND = (
    "journal_append(%(j_scope)s, %(j_at)s, %(j_actor)s, %(j_action)s, %(j_subject)s, %(j_payload)s::jsonb, %(j_line)s)"
)


def append_values(
    scope: str, action: str, *, actor: UUID | None, subject: object = "", payload: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The parameters of `APPEND` for one line."""
    text = json.dumps(payload or {}, default=str)
    at = clock.now()
    line = canonical_line(
        scope=scope, at=at, actor=actor, action=action, subject=str(subject), payload=json.loads(text)
    )
    return {
        "j_scope": scope,
        "j_at": at,
        "j_actor": actor,
        "j_action": action,
        "j_subject": str(subject),
        "j_payload": text,
        "j_line": line,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenChain:
    """The first line of a scope that does not fit the one before it, or was changed."""

    scope: str
    position: int
    problem: str


def verify(scope: str) -> BrokenChain | None:
    """Walk one scope's chain from the start; None when every line is as it was written."""
    previous, expected = GENESIS, 1
    for line in JournalEntry.objects.filter(scope=scope).order_by("position").iterator():
        if line.position != expected:
            return BrokenChain(scope=scope, position=expected, problem="a line is missing")
        if line.previous_hash != previous:
            return BrokenChain(scope=scope, position=line.position, problem="does not follow the line before it")
        content = canonical_line(
            scope=scope,
            at=line.at,
            actor=line.actor,
            action=line.action,
            subject=line.subject,
            payload=line.payload,
        )
        if line.hash != line_hash(previous, line.position, content):
            return BrokenChain(scope=scope, position=line.position, problem="its content was changed")
        previous, expected = line.hash, expected + 1
    return None
