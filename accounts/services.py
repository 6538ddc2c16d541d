"""Accounts: people, API tokens and one-time links. Every change of rights leaves a journal line."""

import hashlib
from datetime import timedelta

from django.db import transaction

from accounts import journal
from accounts.models import ApiToken, User
from core import clock

TOKEN_PREFIX = "ts_"  # noqa: S105 (what a token begins with)
USE_RECORDED_EVERY = timedelta(minutes=5)


def secret_hash(secret: str) -> str:
    """SHA-256 of a random secret of ≥ 256 bits; a slow hash would add nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


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
    """A new login, journalled. The caller has validated the password. Raises IntegrityError on a taken address."""
    with transaction.atomic():
        user = User(
            email=email.strip(),
            name=name.strip(),
            is_admin=is_admin,
            may_create_projects=may_create_projects or is_admin,
            may_create_taxonomies=may_create_taxonomies or is_admin,
        )
        user.set_password(password)
        user.save(force_insert=True)
        journal.record(
            journal.INSTALLATION, "user.created", actor=by.id if by else None, subject=user.id, payload={"admin": is_admin}
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
