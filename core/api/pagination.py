"""Keyset pages: a cursor is the sort key of the last row, signed against tampering by nothing but its own shape."""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from core.errors import Invalid, Violation

Row = TypeVar("Row")
MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows and the cursor of the next page (None on the last)."""

    rows: tuple[Row, ...]
    next: str | None = None


def encode_cursor(*key: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(key, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, length: int) -> list[Any] | None:
    """The sort key in a cursor, None where there is no cursor. Raises Invalid on anything else."""
    if not cursor:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise _bad_cursor() from error
    if not isinstance(key, list) or len(key) != length:
        raise _bad_cursor()
    return key


def _bad_cursor() -> Invalid:
    message = "Take the cursor from `next` of the page before, unchanged."
    return Invalid("The cursor is not one of this list.", violations=[Violation(pointer="/cursor", code="cursor", message=message)])


def page_limit(value: str | None, default: int = 50) -> int:
    """The page size asked for, 1 to 200. Raises Invalid."""
    if value in (None, ""):
        return default
    if not str(value).isdigit() or not 1 <= int(str(value)) <= MAX_PAGE:
        raise Invalid("", violations=[Violation(pointer="/limit", code="range", message=f"A number from 1 to {MAX_PAGE}.")])
    return int(str(value))
