"""What an account may do in the installation, changed by an administrator; each change leaves a journal line."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from accounts import journal
from accounts.errors import LastAdministrator
from accounts.models import User
from core.errors import NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What shall change; None leaves a right as it is."""

    may_create_projects: bool | None = None
    may_create_taxonomies: bool | None = None
    is_admin: bool | None = None
    is_active: bool | None = None

    def given(self) -> dict[str, bool]:
        """The rights that are named."""
        named = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in named.items() if value is not None}


def change_rights(user_id: UUID, rights: Rights, *, by: User) -> User:
    """Grant or take rights. One journal line says what was changed; nothing is written where nothing changes.

    Raises NotFound, LastAdministrator where no active administrator would be left.
    """
    with transaction.atomic():
        _one_at_a_time()
        user = User.objects.select_for_update(no_key=True).filter(id=user_id).first()
        if user is None:
            raise NotFound
        changed = {name: value for name, value in rights.given().items() if getattr(user, name) != value}
        if not changed:
            return user
        was_administrator = user.is_admin and user.is_active
        for name, value in changed.items():
            setattr(user, name, value)
        if was_administrator and not (user.is_admin and user.is_active):
            others = User.objects.filter(is_admin=True, is_active=True).exclude(id=user.id)
            if not others.exists():
                raise LastAdministrator
        user.save(update_fields=list(changed))
        journal.record(journal.INSTALLATION, "user.rights-changed", actor=by.id, subject=user.id, payload=changed)
    return user


def _one_at_a_time() -> None:
    """Two administrators who take each other's right at once: the second one sees what the first one did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('account-rights', 7))")
