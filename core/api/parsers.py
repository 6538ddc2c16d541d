"""JSON as strict as the database is:

no duplicate keys, no NaN, no NUL, no lone surrogates, bounded depth and size.
"""

import json
import math
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

MAX_BODY = 1_000_000
MAX_DEPTH = 60


class BodyTooLarge(ParseError):
    status_code = 413


def parse_strict(data: bytes) -> Any:
    """The JSON value, or ParseError with what is wrong.

    Depth is counted before parsing, so recursion never runs deep.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ParseError(f"The body is not UTF-8 (byte {error.start}).") from error
    if _depth(text) > MAX_DEPTH:
        raise ParseError(f"The body is nested deeper than {MAX_DEPTH} levels.")
    try:
        value = json.loads(
            text, object_pairs_hook=_unique, parse_constant=_no_constant,
            parse_int=_bounded, parse_float=_finite,
        )  # fmt: skip
    except (ValueError, RecursionError) as error:
        raise ParseError(f"The body is not JSON: {error}.") from error
    _check_strings(value)
    return value


def _depth(text: str) -> int:
    deepest = depth = 0
    inside = escaped = False
    for sign in text:
        if inside:
            if escaped:
                escaped = False
            elif sign == "\\":
                escaped = True
            elif sign == '"':
                inside = False
        elif sign == '"':
            inside = True
        elif sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif sign in "]}":
            depth -= 1
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice[:80]!r} stands there twice")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def _bounded(digits: str) -> int:
    if len(digits) > 40:
        raise ValueError("a number has more than 40 digits; send it as text")
    if digits == "-0":
        raise ValueError("-0 is no whole number; write 0")
    return int(digits)


def _finite(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits[:40]} is larger than a double can hold")
    if number == 0 and (digits.startswith("-") or any(sign in "123456789" for sign in digits.lower().split("e")[0])):
        raise ValueError(f"the number {digits[:40]} cannot be told from 0; write 0")
    return number


def _check_strings(value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            raise ParseError("A text holds the character NUL, which cannot be stored.")
        if any(0xD800 <= ord(sign) <= 0xDFFF for sign in value):
            raise ParseError("A text holds half of a surrogate pair, which cannot be stored.")
        return
    if isinstance(value, dict):
        for name, part in value.items():
            _check_strings(name)
            _check_strings(part)
    elif isinstance(value, list):
        for part in value:
            _check_strings(part)


class StrictJSONParser(BaseParser):
    """application/json, at most `view.max_body` bytes (1 MB unless the view says otherwise)."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        view = (parser_context or {}).get("view")
        limit = int(getattr(view, "max_body", MAX_BODY))
        data = stream.read(limit + 1)
        if len(data) > limit:
            raise BodyTooLarge(f"The body is larger than {limit} bytes.")
        return parse_strict(data)


class RawBodyParser(BaseParser):
    """Bytes of an upload: handed to the view as the stream itself, never read into memory here."""

    media_type = "*/*"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        return stream
