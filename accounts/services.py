"""Accounts: people, API tokens and one-time links. Every change of rights leaves a journal line."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from accounts import journal
from accounts.credentials import TOKEN_PREFIX, checked_address, comparable_address, secret_hash
from accounts.errors import FirstAccountExists, LinkForAnother, LinkOver, NameMissing, PasswordRefused
from accounts.models import ApiToken, OneTimeLink, User
from accounts.queries import find_user
from core import clock
from core.errors import NotFound, Violation

SHOWN_PREFIX = 9
USE_RECORDED_EVERY = timedelta(minutes=5)
BLOCK_NOTED_EVERY_S = 300
LINK_LIVES = {
    OneTimeLink.Purpose.INVITATION: timedelta(days=7),
    OneTimeLink.Purpose.PASSWORD: timedelta(days=1),
    OneTimeLink.Purpose.FIRST_ACCOUNT: timedelta(days=1),
}


def create_user(
    *,
    email: str,
    name: str,
    password: str | None,
    by: User | None = None,
    is_admin: bool = False,
    may_create_projects: bool = False,
    may_create_taxonomies: bool = False,
) -> User:
    """A new login, journalled.

    The caller has validated the password. Raises IntegrityError on a taken address.
    """
    with transaction.atomic():
        user = User(
            email=comparable_address(email),
            name=name.strip(),
            is_admin=is_admin,
            may_create_projects=may_create_projects or is_admin,
            may_create_taxonomies=may_create_taxonomies or is_admin,
        )
        user.set_password(password)
        user.save(force_insert=True)
        journal.record(
            journal.INSTALLATION,
            "user.created",
            actor=by.id if by else None,
            subject=user.id,
            payload={"admin": is_admin},
        )
    return user


def use_token(secret: str) -> tuple[User, ApiToken] | None:
    """The user of a live token, None for any other. Its last use is written at most every five minutes."""
    if not secret.startswith(TOKEN_PREFIX):
        return None
    now = clock.now()
    token = (
        ApiToken.objects.select_related("user")
        .filter(token_hash=secret_hash(secret), revoked_at=None, expires_at__gt=now, user__is_active=True)
        .first()
    )
    if token is None:
        return None
    if token.last_used_at is None or now - token.last_used_at > USE_RECORDED_EVERY:
        ApiToken.objects.filter(id=token.id).update(last_used_at=now)
    return token.user, token


def check_new_password(password: str, user: User, pointer: str = "/password") -> None:
    """Raises PasswordRefused with every rule that is broken:

    12 to 128 characters, not common, unlike name and address.
    """
    if len(password) > 128:
        messages = ["At most 128 characters."]
    else:
        try:
            validate_password(password, user)
            return
        except ValidationError as error:
            messages = list(error.messages)
    raise PasswordRefused(
        " ".join(messages),
        violations=[Violation(pointer=pointer, code="password", message=text) for text in messages],
    )


def note_blocked_sign_in(network: str, email: str) -> None:
    """One journal line per network address and person every five minutes, so that attacks are seen and do
    not flood.
    """
    address = comparable_address(email)[:254]
    mark = hashlib.sha256(f"{network} {address}".encode()).hexdigest()
    if not cache.add(f"sign-in-blocked:{mark}", 1, BLOCK_NOTED_EVERY_S):
        return
    with transaction.atomic():
        user = find_user(address)
        payload = {"network": network, "known": user is not None}
        subject = user.id if user else "unknown address"
        journal.record(journal.INSTALLATION, "sign-in.blocked", actor=None, subject=subject, payload=payload)


def change_password(user: User, new: str, *, pointer: str = "/new_password") -> None:
    """Set a checked new password.

    Every other session of the person ends with it; tokens stay and stay listed.
    """
    check_new_password(new, user, pointer)
    with transaction.atomic():
        user.set_password(new)
        user.save(update_fields=["password"])
        journal.record(journal.INSTALLATION, "password.changed", actor=user.id, subject=user.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewToken:
    """A token just made. `secret` is shown this once and kept nowhere."""

    row: ApiToken
    secret: str


def make_token(user: User, *, name: str, days: int) -> NewToken:
    """A new API token that lives `days` days (1 to 365)."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    now = clock.now()
    with transaction.atomic():
        row = ApiToken.objects.create(
            user=user, name=name.strip(), prefix=secret[:SHOWN_PREFIX], token_hash=secret_hash(secret),
            created_at=now, expires_at=now + timedelta(days=days),
        )  # fmt: skip
        journal.record(
            journal.INSTALLATION,
            "token.created",
            actor=user.id,
            subject=row.id,
            payload={"name": row.name, "days": days},
        )
    return NewToken(row=row, secret=secret)


def revoke_token(user: User, token: UUID) -> None:
    """End a token of this person at once.

    Raises NotFound for one that is not theirs or was revoked before.
    """
    with transaction.atomic():
        ended = ApiToken.objects.filter(id=token, user=user, revoked_at=None).update(revoked_at=clock.now())
        if not ended:
            raise NotFound
        journal.record(journal.INSTALLATION, "token.revoked", actor=user.id, subject=token)


def make_link(
    purpose: OneTimeLink.Purpose,
    *,
    by: User | None,
    email: str = "",
    user: User | None = None,
    grants: dict[str, Any] | None = None,
) -> tuple[OneTimeLink, str]:
    """A link and its secret token, which is kept only as a hash.

    Works once: invitations 7 days, the others one day.
    """
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with transaction.atomic():
        link = OneTimeLink.objects.create(
            token_hash=secret_hash(token), purpose=purpose, email=email, user=user, grants=grants or {},
            created_by=by, created_at=now, expires_at=now + LINK_LIVES[purpose],
        )  # fmt: skip
        payload = {"purpose": str(purpose), "for": str(user.id) if user else email}
        journal.record(
            journal.INSTALLATION,
            "link.created",
            actor=by.id if by else None,
            subject=link.id,
            payload=payload,
        )
    return link, token


def make_first_account_link(email: str = "") -> str:
    """The token of a link that makes the first administrator. Raises FirstAccountExists once there is one."""
    if User.objects.filter(is_admin=True).exists():
        raise FirstAccountExists
    address = checked_address(email) if email else ""
    return make_link(OneTimeLink.Purpose.FIRST_ACCOUNT, by=None, email=address)[1]


def take_link(token: str) -> OneTimeLink:
    """Use up a link. Expects an open transaction; holds the link's row until it ends, so a second use waits and fails.

    Raises NotFound for an unknown token, LinkOver for one that was used or has expired.
    """
    link = (
        OneTimeLink.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(token_hash=secret_hash(token))
        .first()
    )
    if link is None:
        raise NotFound
    if link.used_at is not None or link.expires_at <= clock.now():
        raise LinkOver
    link.used_at = clock.now()
    link.save(update_fields=["used_at"])
    return link


def person_of_link(link: OneTimeLink, *, signed_in: User | None, email: str, name: str, password: str) -> User:
    """Who a taken link makes, changes or welcomes. Expects the transaction of `take_link`.

    An invitation for an address that has an account is for its owner, who must be `signed_in`. Raises LinkForAnother,
    PasswordRefused, AddressInvalid, FirstAccountExists.
    """
    if link.purpose == OneTimeLink.Purpose.PASSWORD:
        if link.user is None or not link.user.is_active:
            raise LinkOver
        change_password(link.user, password, pointer="/password")
        return link.user
    if link.purpose == OneTimeLink.Purpose.FIRST_ACCOUNT:
        _only_one_at_a_time()
        if User.objects.filter(is_admin=True).exists():
            raise FirstAccountExists
    address = checked_address(link.email or email)
    existing = find_user(address)
    if existing is None:
        return _new_person(address, name, password, is_admin=link.purpose == OneTimeLink.Purpose.FIRST_ACCOUNT)
    if signed_in is None or signed_in.id != existing.id:
        raise LinkForAnother("There is an account with this address: sign in with it, then open the link again.")
    if link.purpose == OneTimeLink.Purpose.FIRST_ACCOUNT:
        raise FirstAccountExists("There is an account with this address; give another.")
    return existing


def _only_one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('first-account', 7))")


def _new_person(address: str, name: str, password: str, *, is_admin: bool) -> User:
    if not name.strip():
        message = "Say your name, as others in your projects will read it."
        raise NameMissing(message, violations=[Violation(pointer="/name", code="required", message=message)])
    check_new_password(password, User(email=address, name=name))
    return create_user(email=address, name=name, password=password, is_admin=is_admin)
