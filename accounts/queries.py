"""Reading people's tokens, one-time links and the journal."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.credentials import comparable_address, secret_hash
from accounts.errors import LinkOver
from accounts.models import ApiToken, JournalEntry, OneTimeLink, User
from core import clock
from core.api.pagination import Page, decode_cursor, encode_cursor
from core.api.refusals import ParameterInvalid
from core.errors import NotFound

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def find_user(email: str) -> User | None:
    """The person with this address, whatever the case it is typed in."""
    return User.objects.filter(email__iexact=comparable_address(email)).first()


def accounts_page(*, search: str, cursor: str, limit: int) -> Page[User]:
    """Accounts by address, deactivated ones included; `search` is part of a name or an address."""
    rows = User.objects.order_by("email")
    for word in search.split()[:8]:
        rows = rows.filter(Q(email__icontains=word) | Q(name__icontains=word))
    after = decode_cursor(cursor, 1)
    if after is not None:
        if not isinstance(after[0], str) or "\x00" in after[0]:
            raise ParameterInvalid("The cursor is not one of this list.")
        rows = rows.filter(email__gt=after[0])
    found = list(rows[: limit + 1])
    return Page(rows=tuple(found[:limit]), next=encode_cursor(found[limit - 1].email) if len(found) > limit else None)


def tokens_of(user: User) -> tuple[ApiToken, ...]:
    """A person's tokens that were not revoked, newest first; expired ones stay listed."""
    return tuple(ApiToken.objects.filter(user=user, revoked_at=None).order_by("-created_at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts:
    """What a one-time link is for, told to whoever holds it. `has_account`: the address signs in already."""

    purpose: str
    email: str
    has_account: bool
    grants: dict[str, Any]
    expires_at: datetime


def link_facts(token: str) -> LinkFacts:
    """The link behind a token. Raises NotFound for an unknown one, LinkOver for a used or expired one."""
    link = OneTimeLink.objects.select_related("user").filter(token_hash=secret_hash(token)).first()
    if link is None:
        raise NotFound
    if link.used_at is not None or link.expires_at <= clock.now():
        raise LinkOver
    email = link.user.email if link.user else link.email
    known = bool(email) and find_user(email) is not None
    return LinkFacts(
        purpose=link.purpose, email=email, has_account=known, grants=link.grants, expires_at=link.expires_at
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLine:
    """One line of history with the names of who did it and, where it is a person, to whom (None:

    the program itself, or a person no longer known).
    """

    position: int
    at: datetime
    actor: UUID | None
    actor_name: str | None
    action: str
    subject: str
    subject_name: str | None
    payload: dict[str, Any]
    hash: str


def journal_page(scope: str, *, cursor: str, limit: int) -> Page[JournalLine]:
    """The newest lines of one scope first."""
    rows = JournalEntry.objects.filter(scope=scope).order_by("-position")
    after = decode_cursor(cursor, 1)
    if after is not None:
        if not isinstance(after[0], int) or isinstance(after[0], bool) or not 0 <= after[0] < 2**63:
            raise ParameterInvalid("The cursor is not one of this list.")
        rows = rows.filter(position__lt=after[0])
    found = list(rows[: limit + 1])
    names = _names_of(found)
    lines = tuple(
        JournalLine(
            position=row.position, at=row.at, actor=row.actor, actor_name=names.get(str(row.actor)),
            action=row.action, subject=row.subject, subject_name=names.get(row.subject),
            payload=row.payload, hash=row.hash,
        )
        for row in found[:limit]
    )  # fmt: skip
    return Page(rows=lines, next=encode_cursor(lines[-1].position) if len(found) > limit else None)


def _names_of(rows: list[JournalEntry]) -> dict[str, str]:
    """Names of the people in these lines, by their id as text."""
    mentioned = {str(row.actor) for row in rows if row.actor} | {row.subject for row in rows}
    ids = [text for text in mentioned if _UUID.fullmatch(text)]
    return {str(one.id): one.name for one in User.objects.filter(id__in=ids)}


def journal_heads() -> dict[str, tuple[int, str]]:
    """The last position and hash of every scope; an export or a backup keeps them, so that a cut end is
    noticed.
    """
    rows = JournalEntry.objects.order_by("scope", "-position").distinct("scope")
    return {row.scope: (row.position, row.hash) for row in rows}


def journal_line_hash(scope: str, position: int) -> str | None:
    """The hash of one line, None where there is no such line."""
    found = JournalEntry.objects.filter(scope=scope, position=position).values_list("hash", flat=True)
    return found.first()
