"""Who belongs to which project. `enter` is the only way a person gets a Scope."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from accounts.models import OneTimeLink, User
from accounts.scope import ROLES, Role, Scope
from annotate.errors import RoleMissing, UnknownHere
from annotate.models import Campaign, Lease, Membership, Project, Reviewer
from core import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSummary:
    """A project as lists show it, with the roles of the person who asks."""

    id: UUID
    slug: str
    name: str
    description: str
    roles: tuple[Role, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A present or former member as leads see one.

    `pseudonym` and `live_leases` only say something of reviewers.
    """

    id: UUID
    name: str
    email: str
    is_active: bool
    roles: tuple[Role, ...]
    pseudonym: str | None
    live_leases: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvitation:
    """An invitation that nobody has used yet. The link itself is known only to whom it was shown."""

    id: UUID
    email: str
    role: Role
    created_at: datetime
    expires_at: datetime


# Hundreds of kilobytes a row that no request reads through its campaign: the tree comes from a cache (`tree_of`).
HEAVY_OF_VERSION = ("version__document", "version__migration", "version__operations", "version__lint")


def roles_of(user: User, project: UUID) -> frozenset[Role]:
    """The person's live roles in the project; empty for outsiders and deactivated people."""
    if not user.is_active:
        return frozenset()
    names = Membership.objects.filter(user=user, project_id=project, ended_at=None).values_list("role", flat=True)
    return frozenset(cast(Role, name) for name in names)


def enter(user: User, project: UUID, allowed: frozenset[str]) -> Scope:
    """The person's scope in a project.

    Raises UnknownHere for outsiders (404), RoleMissing without an allowed role.
    """
    roles = roles_of(user, project)
    if not roles:
        raise UnknownHere
    if not roles & allowed:
        raise RoleMissing(f"This needs the role {' or '.join(sorted(allowed))}.")
    return Scope(project=project, actor=user.id, roles=roles)


def enter_by_slug(user: User, slug_or_id: str, allowed: frozenset[str]) -> Scope:
    """As `enter`, for the project part of an address: its slug or its id."""
    project = Project.objects.filter(slug=slug_or_id).values_list("id", flat=True).first()
    if project is None:
        try:
            project = UUID(slug_or_id)
        except ValueError as error:
            raise UnknownHere from error
    return enter(user, project, allowed)


def enter_campaign(user: User, campaign: UUID, allowed: frozenset[str]) -> tuple[Scope, Campaign]:
    """The campaign and the person's scope in its project. Raises UnknownHere and RoleMissing as `enter`."""
    rows = Campaign.objects.unscoped().select_related("version", "project").defer(*HEAVY_OF_VERSION)
    row = rows.filter(id=campaign).first()
    if row is None:
        raise UnknownHere
    return enter(user, row.project_id, allowed), row


def system_scope(project: UUID) -> Scope:
    """The scope of jobs and commands: everything in one project, no person."""
    return Scope(project=project, actor=None, roles=frozenset(ROLES))


def projects_of(user: User) -> tuple[ProjectSummary, ...]:
    """The projects of a person by name, each with the person's roles."""
    rows = (
        Membership.objects.filter(user=user, ended_at=None)
        .select_related("project")
        .order_by("project__name", "project_id", "role")
    )
    found: dict[UUID, ProjectSummary] = {}
    for row in rows:
        known = found.get(row.project_id)
        roles = (*(known.roles if known else ()), cast(Role, row.role))
        found[row.project_id] = ProjectSummary(
            id=row.project_id, slug=row.project.slug, name=row.project.name,
            description=row.project.description, roles=roles, created_at=row.project.created_at,
        )  # fmt: skip
    return tuple(found.values())


def reviewer_of(scope: Scope) -> Reviewer:
    """The Reviewer of the scope's person. Raises RoleMissing where there is none."""
    row = scope.actor and Reviewer.objects.filter(project_id=scope.project, user_id=scope.actor).first()
    if not row:
        raise RoleMissing("You are not a reviewer of this project.")
    return row


def project_of(scope: Scope) -> ProjectSummary:
    """The project of a scope, with the roles that the scope holds."""
    row = Project.objects.get(id=scope.project)
    return ProjectSummary(
        id=row.id, slug=row.slug, name=row.name, description=row.description,
        roles=tuple(role for role in ROLES if role in scope.roles), created_at=row.created_at,
    )  # fmt: skip


def project_by_slug(slug: str) -> Project:
    """For commands. Raises UnknownHere."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise UnknownHere(f"There is no project {slug!r}.")
    return project


def live_lease_items(scope: Scope, user_id: UUID) -> list[UUID]:
    """The Items that a person holds now, expired leases included, by id."""
    live = Lease.objects.scoped(scope).filter(reviewer__user_id=user_id, state=Lease.State.LIVE)
    return list(live.order_by("item_id").values_list("item_id", flat=True))


def projects_with_leases(user_id: UUID) -> list[UUID]:
    """Every project in which the person holds something now, by id."""
    live = Lease.objects.unscoped().filter(reviewer__user_id=user_id, state=Lease.State.LIVE)
    return list(live.order_by("project_id").values_list("project_id", flat=True).distinct())


def people_of(scope: Scope) -> tuple[Person, ...]:
    """The live members of the project by name, each with all their roles. For leads."""
    rows = Membership.objects.filter(project_id=scope.project, ended_at=None).select_related("user")
    by_user: dict[UUID, list[Membership]] = {}
    for row in rows.order_by("user__name", "user_id"):
        by_user.setdefault(row.user_id, []).append(row)
    names = dict(Reviewer.objects.filter(project_id=scope.project).values_list("user_id", "pseudonym"))
    held: dict[UUID, int] = {}
    live = Lease.objects.scoped(scope).filter(state=Lease.State.LIVE, expires_at__gt=clock.now())
    for user_id in live.values_list("reviewer__user_id", flat=True):
        held[user_id] = held.get(user_id, 0) + 1
    return tuple(
        Person(
            id=user_id, name=found[0].user.name, email=found[0].user.email, is_active=found[0].user.is_active,
            roles=tuple(role for role in ROLES if any(row.role == role for row in found)),
            pseudonym=names.get(user_id), live_leases=held.get(user_id, 0), since=min(row.created_at for row in found),
        )
        for user_id, found in by_user.items()
    )  # fmt: skip


def open_invitations(scope: Scope) -> tuple[OpenInvitation, ...]:
    """Invitations to the project that still work, the newest first."""
    rows = OneTimeLink.objects.filter(
        purpose=OneTimeLink.Purpose.INVITATION, used_at=None, expires_at__gt=clock.now(),
        grants__project=str(scope.project),
    ).order_by("-created_at")  # fmt: skip
    return tuple(
        OpenInvitation(
            id=row.id,
            email=row.email,
            role=row.grants["role"],
            created_at=row.created_at,
            expires_at=row.expires_at,
        )
        for row in rows
    )


def project_name(project: UUID | None) -> str | None:
    """The name of a project for the holder of an invitation to it."""
    return Project.objects.filter(id=project).values_list("name", flat=True).first() if project else None
