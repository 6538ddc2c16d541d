"""Who belongs to which project. `enter` is the only way a person gets a Scope."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from accounts.models import User
from accounts.scope import ROLES, Role, Scope
from annotate.errors import RoleMissing, UnknownHere
from annotate.models import Campaign, Membership, Project, Reviewer


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSummary:
    """A project as lists show it, with the roles of the person who asks."""

    id: UUID
    slug: str
    name: str
    description: str
    roles: tuple[Role, ...]


def roles_of(user: User, project: UUID) -> frozenset[Role]:
    """The person's live roles in the project; empty for outsiders and deactivated people."""
    if not user.is_active:
        return frozenset()
    names = Membership.objects.filter(user=user, project_id=project, ended_at=None).values_list("role", flat=True)
    return frozenset(cast(Role, name) for name in names)


def enter(user: User, project: UUID, allowed: frozenset[str]) -> Scope:
    """The person's scope in a project. Raises UnknownHere for outsiders (404), RoleMissing without an allowed role."""
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
    row = Campaign.objects.unscoped().select_related("version", "project").filter(id=campaign).first()
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
            description=row.project.description, roles=roles,
        )  # fmt: skip
    return tuple(found.values())


def reviewer_of(scope: Scope) -> Reviewer:
    """The Reviewer of the scope's person. Raises RoleMissing where there is none."""
    row = Reviewer.objects.filter(project_id=scope.project, user_id=scope.actor).first()
    if row is None:
        raise RoleMissing("You are not a reviewer of this project.")
    return row
