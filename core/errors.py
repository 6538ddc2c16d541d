"""The six kinds of errors that services raise and the API maps to RFC 9457 problems.

Every app derives its own errors from one of the six kinds and gives each a `slug`: the last part of the problem's
`type`, documented in docs/reference/problems.md. `extensions` are extra members of the problem document.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One thing that is wrong with the input: where (JSON pointer), which rule (stable code), and what to do.

    `line` counts from 1 where the input was a text file.
    """

    pointer: str
    code: str
    message: str
    line: int | None = None

    def document(self) -> dict[str, Any]:
        """As it stands in a problem; without a line where there is none."""
        placed = {} if self.line is None else {"line": self.line}
        return {"pointer": self.pointer, "code": self.code, "message": self.message} | placed


class DomainError(Exception):
    """A refusal that a person can read. Not raised itself: use one of the six kinds."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = ""
    title: ClassVar[str] = ""

    def __init__(
        self, detail: str = "", *, violations: Sequence[Violation] = (), extensions: dict[str, Any] | None = None
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.violations = tuple(violations)
        self.extensions = extensions or {}


class NotFound(DomainError):
    status, slug, title = 404, "not-found", "There is nothing here that you may see."


class Forbidden(DomainError):
    status, slug, title = 403, "forbidden", "Your role does not allow this."


class Conflict(DomainError):
    status, slug, title = 409, "conflict", "This does not fit the present state."


class Stale(DomainError):
    status, slug, title = 412, "stale", "Somebody changed this in the meantime."


class Invalid(DomainError):
    status, slug, title = 422, "invalid", "The content cannot be accepted as it is."


class Unavailable(DomainError):
    status, slug, title = 503, "unavailable", "This is not available at the moment."
