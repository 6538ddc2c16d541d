"""Roles in a project, and the proof of membership that every query of project rows starts from."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

Role = Literal["reviewer", "adjudicator", "lead"]
ROLES: tuple[Role, ...] = ("reviewer", "adjudicator", "lead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One project as seen by one actor. Made by `annotate.projects.queries.enter` (a person with a membership) or
    `system_scope` (a job); nothing else may make one."""

    project: UUID
    actor: UUID | None
    roles: frozenset[Role]

    @property
    def person(self) -> UUID:
        """The actor where there must be one. Raises RuntimeError for a job's scope: a programming error."""
        if self.actor is None:
            raise RuntimeError("this needs a person, not a job")
        return self.actor

    @property
    def is_system(self) -> bool:
        return self.actor is None
