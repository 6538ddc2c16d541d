"""Keyset pages:

a cursor is the sort key of the last row, signed against tampering by nothing but its own shape.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from core.api.refusals import ParameterInvalid

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
    """The sort key in a cursor, None where there is no cursor.

    Raises ParameterInvalid (400) on anything else.
    """
    if not cursor:
        return None
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _bad_cursor() from error
    if not isinstance(key, list) or len(key) != length:
        raise _bad_cursor()
    return key


def _bad_cursor() -> ParameterInvalid:
    return ParameterInvalid("The cursor is not one of this list: take it from `next` of the page before, unchanged.")


def page_limit(value: str | None, default: int = 50) -> int:
    """The page size asked for, 1 to 200. Raises ParameterInvalid (400)."""
    if value in (None, ""):
        return default
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 7 and 1 <= int(text) <= MAX_PAGE):
        raise ParameterInvalid(f"`limit` is a whole number from 1 to {MAX_PAGE}.")
    return int(text)
