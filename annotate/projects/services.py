"""Projects and who belongs to them. Every change of rights leaves a journal line in the project's chain."""

import re
import unicodedata
from collections.abc import Mapping
from typing import cast
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts import journal
from accounts import services as accounts
from accounts.credentials import checked_address
from accounts.errors import LinkForAnother
from accounts.models import OneTimeLink, User
from accounts.rights_services import Rights, change_rights
from accounts.scope import ROLES, Role, Scope
from annotate.errors import (
    InputInvalid,
    LastLead,
    NameTaken,
    PasswordLinkRefused,
    ProjectCreationRefused,
    UnknownHere,
)  # fmt: skip
from annotate.models import Item, Lease, Membership, Project, Reviewer
from annotate.projects.pseudonyms import pseudonym
from annotate.projects.queries import live_lease_items, projects_with_leases, system_scope
from core import clock
from core.errors import Violation

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def create_project(user: User, *, name: str, slug: str = "", description: str = "") -> Project:
    """A new project whose lead is its maker. Raises ProjectCreationRefused, NameTaken, InputInvalid."""
    if not (user.may_create_projects or user.is_admin):
        raise ProjectCreationRefused
    short = slug or suggested_slug(name)
    if not SLUG.fullmatch(short) or len(short) > 80:
        message = "Lower-case letters a to z, digits and single hyphens, at most 80; such as product-photos."
        raise InputInvalid(message, violations=[Violation(pointer="/slug", code="slug", message=message)])
    if re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", short):
        message = "This looks like an id; give the project a name people can read."
        raise InputInvalid(message, violations=[Violation(pointer="/slug", code="slug", message=message)])
    with transaction.atomic():
        try:
            with transaction.atomic():
                project = Project.objects.create(
                    slug=short, name=name.strip(), description=description, created_by=user
                )
        except IntegrityError as error:
            message = f"There is a project {short} already; choose another short name."
            violation = Violation(pointer="/slug", code="taken", message=message)
            raise NameTaken(message, violations=[violation]) from error
        _record(project.id, "project.created", user.id, project.id, {"slug": short, "name": project.name})
        give_role(project.id, user, "lead", by=user)
    return project


def suggested_slug(name: str) -> str:
    """A short name made from a name: "Café & Co." becomes "cafe-co"; empty where no plain letter is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")


def change_project(scope: Scope, *, name: str | None = None, description: str | None = None) -> None:
    """Rename or describe the project."""
    changes = {"name": name.strip() if name is not None else None, "description": description}
    given = {field: value for field, value in changes.items() if value is not None}
    if not given:
        return
    with transaction.atomic():
        Project.objects.filter(id=scope.project).update(**given)
        _record(scope.project, "project.changed", scope.actor, scope.project, given)


def give_role(project: UUID, user: User, role: Role, *, by: User | None) -> None:
    """Make the person a member in this role; nothing happens where they are.

    A reviewer gets a pseudonym once.
    """
    with transaction.atomic():
        Project.objects.select_for_update().get(id=project)
        _, made = Membership.objects.get_or_create(project_id=project, user=user, role=role, ended_at=None)
        if made:
            _record(project, "membership.begun", by.id if by else None, user.id, {"role": role})
        if role == "reviewer" and not Reviewer.objects.filter(project_id=project, user=user).exists():
            number = Reviewer.objects.filter(project_id=project).count() + 1
            Reviewer.objects.create(project_id=project, user=user, pseudonym=pseudonym(project, number))


def end_role(scope: Scope, user_id: UUID, role: Role) -> int:
    """End a membership; how many live leases went back. Locks the project, then the Items, then their leases.

    Raises UnknownHere where there is no such membership, LastLead for the only lead.
    """
    with transaction.atomic():
        Project.objects.select_for_update().get(id=scope.project)
        live = Membership.objects.filter(project_id=scope.project, ended_at=None, role=role)
        if role == "lead" and list(live.values_list("user_id", flat=True)) == [user_id]:
            raise LastLead
        if not live.filter(user_id=user_id).update(ended_at=clock.now()):
            raise UnknownHere
        released = _release_leases(scope, user_id) if role == "reviewer" else 0
        payload = {"role": role, "leases_released": released}
        _record(scope.project, "membership.ended", scope.actor, user_id, payload)
    return released


def change_account(by: User, user_id: UUID, rights: Rights) -> tuple[User, int]:
    """An administrator grants or takes rights; how many live leases went back, which only deactivating does.

    Memberships stay, so that activating again gives back the same roles. Locks projects by id, then as `end_role`.
    """
    released = 0
    with transaction.atomic():
        user = change_rights(user_id, rights, by=by)
        if rights.is_active is False:
            for project in projects_with_leases(user_id):
                Project.objects.select_for_update().get(id=project)
                count = _release_leases(system_scope(project), user_id)
                _record(project, "account.deactivated", by.id, user_id, {"leases_released": count})
                released += count
    return user, released


def _release_leases(scope: Scope, user_id: UUID) -> int:
    """Give back what the person holds.

    Expects an open transaction that holds the project; locks Items by id, then Leases.
    """
    items = live_lease_items(scope, user_id)
    list(Item.objects.scoped(scope).select_for_update().filter(id__in=items).order_by("id").values_list("id"))
    live = Lease.objects.scoped(scope).filter(reviewer__user_id=user_id, state=Lease.State.LIVE)
    return live.update(state=Lease.State.RELEASED, ended_at=clock.now())


def invite(project: UUID, *, email: str, role: Role, by: User | None) -> tuple[OneTimeLink, str]:
    """A one-time link that makes its holder a member.

    The answer is the same for known and unknown addresses.
    """
    address = checked_address(email)
    with transaction.atomic():
        link, token = accounts.make_link(
            OneTimeLink.Purpose.INVITATION,
            by=by,
            email=address,
            grants={"project": str(project), "role": role},
        )
        _record(project, "invitation.made", by.id if by else None, address, {"role": role, "link": str(link.id)})
    return link, token


def accept_link(token: str, *, signed_in: User | None, email: str, name: str, password: str) -> User:
    """Use a one-time link: makes the account, joins the project or sets the password, all or nothing, once.

    Raises NotFound, LinkOver (410), LinkForAnother, PasswordRefused, AddressInvalid, FirstAccountExists.
    """
    with transaction.atomic():
        link = accounts.take_link(token)
        person = accounts.person_of_link(link, signed_in=signed_in, email=email, name=name, password=password)
        project, role = link.grants.get("project"), link.grants.get("role")
        if project and role in ROLES:
            give_role(UUID(project), person, cast(Role, role), by=link.created_by)
    return person


def make_password_link(scope: Scope, by: User, user_id: UUID) -> tuple[OneTimeLink, str]:
    """A link with which a member chooses a new password. Raises UnknownHere, PasswordLinkRefused.

    Whoever holds the link can sign in as that person; so a lead makes one only for people whose every membership lies
    in projects that the lead leads, and never for administrators or taxonomy owners. An administrator may for all.
    """
    member = Membership.objects.filter(project_id=scope.project, user_id=user_id, ended_at=None).select_related("user")
    row = member.first()
    if row is None:
        raise UnknownHere
    if not by.is_admin and row.user_id != by.id:
        led = Membership.objects.filter(user=by, role="lead", ended_at=None).values("project_id")
        elsewhere = Membership.objects.filter(user_id=user_id, ended_at=None).exclude(project_id__in=led).exists()
        person = row.user
        if elsewhere or person.is_admin or person.may_create_taxonomies or person.may_create_projects:
            raise PasswordLinkRefused
    with transaction.atomic():
        link, token = accounts.make_link(OneTimeLink.Purpose.PASSWORD, by=by, user=row.user)
        _record(scope.project, "password-link.made", by.id, user_id, {"link": str(link.id)})
    return link, token


def refuse_stranger(signed_in: User | None, email: str) -> None:
    """Raises LinkForAnother where somebody else than the invited person is signed in."""
    if signed_in is not None and email and signed_in.email.lower() != email.lower():
        raise LinkForAnother(f"This link is for {email}; sign out first.")


def _record(project: UUID, action: str, actor: UUID | None, subject: object, payload: Mapping[str, object]) -> None:
    journal.record(journal.project_scope(project), action, actor=actor, subject=subject, payload=dict(payload))
