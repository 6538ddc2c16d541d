"""What is wrong with a file: where, in words that say what to do."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """`path` is a JSON pointer ("" is the whole file), `line` counts from 1 and is None without a text."""

    path: str
    line: int | None
    code: str
    message: str

    def sentence(self, name: str = "") -> str:
        """One line for a terminal: `file:line: /path: message [code]`."""
        place = ":".join(part for part in (name, str(self.line) if self.line else "") if part)
        where = ": ".join(part for part in (place, self.path) if part)
        return f"{where}: {self.message} [{self.code}]" if where else f"{self.message} [{self.code}]"


class FileRefused(Exception):
    """The file cannot be used; `violations` says why, never empty."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__("; ".join(violation.sentence() for violation in self.violations[:3]))


def pointer(parent: str, step: str | int) -> str:
    """`parent` one step further as a JSON pointer (RFC 6901)."""
    return f"{parent}/{str(step).replace('~', '~0').replace('/', '~1')}"
