"""One line of history inside the caller's transaction, hash-chained per scope.

hash = SHA-256(previous hash + canonical JSON of the line). Writers of one scope wait for one another by an advisory
lock that PostgreSQL releases at the end of the transaction; different scopes never wait.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
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


def line_hash(
    *, previous: str, scope: str, position: int, at: datetime, actor: UUID | None, action: str, subject: str, payload: Any
) -> str:
    """The hash of one line. Every field but the hash itself enters it."""
    content = [previous, scope, position, at.isoformat(), str(actor or ""), action, subject, payload]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def record(
    scope: str, action: str, *, actor: UUID | None, subject: object = "", payload: dict[str, Any] | None = None
) -> JournalEntry:
    """Append a line. Expects an open transaction: the line lives or dies with what it tells of."""
    if not connection.in_atomic_block:
        raise RuntimeError("journal.record outside a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [scope])
    last = JournalEntry.objects.filter(scope=scope).order_by("-position").values_list("position", "hash").first()
    position, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
    plain = json.loads(json.dumps(payload or {}, default=str))
    at = clock.now()
    return JournalEntry.objects.create(
        scope=scope,
        position=position,
        at=at,
        actor=actor,
        action=action,
        subject=str(subject),
        payload=plain,
        previous_hash=previous,
        hash=line_hash(
            previous=previous, scope=scope, position=position, at=at, actor=actor, action=action,
            subject=str(subject), payload=plain,
        ),
    )  # fmt: skip


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
        if line.hash != line_hash(
            previous=previous, scope=scope, position=line.position, at=line.at, actor=line.actor,
            action=line.action, subject=line.subject, payload=line.payload,
        ):  # fmt: skip
            return BrokenChain(scope=scope, position=line.position, problem="its content was changed")
        previous, expected = line.hash, expected + 1
    return None
