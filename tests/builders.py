"""Plain functions that make people, projects and memberships for tests."""

from uuid import uuid4

from accounts.models import User
from accounts.scope import Role
from annotate.models import Membership, Project, Reviewer
from annotate.projects import services

PASSWORD = "correct horse battery staple"


def make_user(name: str, *, password: str | None = PASSWORD, **values: object) -> User:
    """A login `name@example.org`."""
    user = User(email=f"{name}@example.org", name=name.capitalize(), **values)
    user.set_password(password)
    user.save()
    return user


def make_project(slug: str = "", *, lead: User | None = None, name: str = "") -> Project:
    """A project; its lead, where one is given, is a member of it."""
    short = slug or f"project-{uuid4().hex[:8]}"
    project = Project.objects.create(slug=short, name=name or short.capitalize(), created_by=lead)
    if lead is not None:
        make_membership(project, lead, "lead")
    return project


def make_membership(project: Project, user: User, role: Role) -> Membership:
    """The person's live membership in this role, a Reviewer row included."""
    services.give_role(project.id, user, role, by=None)
    return Membership.objects.get(project=project, user=user, role=role, ended_at=None)


def make_reviewer(project: Project, user: User) -> Reviewer:
    """The person as Reviewer of the project."""
    make_membership(project, user, "reviewer")
    return Reviewer.objects.get(project=project, user=user)
