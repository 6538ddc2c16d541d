"""Text of a YAML or JSON file as plain values, strictly, with the line of every value.

Refused with a place: duplicate keys, anchors, aliases and tags, more than one document, too deep or too
large input, NUL and other control characters, lone surrogates, NaN and infinity.
Plain YAML scalars follow YAML 1.2: `NO` and `on` are words, a date is a word.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import yaml

from taxonomy.violation import Violation, pointer

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 32
Format = Literal["yaml", "json"]

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,18})\Z")
_FLOAT = re.compile(r"[-+]?[0-9]+\.[0-9]*([eE][-+][0-9]+)?\Z")
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|\n|[^\s"\[\]{},:]+', re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """`value` is None when the text could not be read at all; `lines` gives the line of each pointer."""

    value: Any
    lines: Mapping[str, int]
    violations: tuple[Violation, ...]


class _Unreadable(Exception):
    """Reading cannot go on; carries the one violation that says why."""

    def __init__(self, path: str, line: int | None, code: str, message: str) -> None:
        self.violation = Violation(path=path, line=line, code=code, message=message)


def format_of(name: str) -> Format:
    """By the ending of the file name: `.json` is JSON, everything else YAML."""
    return "json" if name.lower().endswith(".json") else "yaml"


def parse(data: bytes | str, form: Format = "yaml") -> Parsed:
    """Read one file. Never raises for bad input: `violations` lists what is wrong."""
    lines: dict[str, int] = {}
    found: list[Violation] = []
    value: Any = None
    try:
        text = _text(data)
        clean = _ILLEGAL.sub("\ufffd", text)
        builder = _Builder(lines, found)
        value = _read_yaml(clean, builder) if form == "yaml" else _read_json(clean, builder)
        found.extend(_illegal_characters(text, lines))
        found.extend(_illegal_escapes(value, "", lines))
    except _Unreadable as reason:
        found.append(reason.violation)
        value = None
    return Parsed(value=value, lines=lines, violations=tuple(found))


def _text(data: bytes | str) -> str:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > MAX_BYTES:
        most = MAX_BYTES // 1024 // 1024
        line = raw[:MAX_BYTES].count(b"\n") + 1
        raise _Unreadable("", line, "too-large", f"The file is larger than {most} MB, the most that is read.")
    if isinstance(data, str):
        return data.removeprefix("\ufeff")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _Unreadable("", line, "encoding", "The file is not UTF-8 text; save it as UTF-8 and try again.") from None


def pointer_at(lines: Mapping[str, int], line: int) -> str:
    """The last value that begins on or before `line`."""
    best, best_line = "", 0
    for path, begins in lines.items():
        if best_line <= begins <= line:
            best, best_line = path, begins
    return best


def _illegal_characters(text: str, lines: Mapping[str, int]) -> Iterator[Violation]:
    for hit in list(_ILLEGAL.finditer(text))[:20]:
        line = text.count("\n", 0, hit.start()) + 1
        yield character_violation(hit.group(), pointer_at(lines, line), line)


def _illegal_escapes(value: Any, path: str, lines: Mapping[str, int]) -> Iterator[Violation]:
    """Characters that the text names by an escape such as `\\0`; raw ones are already replaced."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _illegal_escapes(key, pointer(path, key), lines)
            yield from _illegal_escapes(inner, pointer(path, key), lines)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _illegal_escapes(inner, pointer(path, position), lines)
    elif isinstance(value, str) and (hit := _ILLEGAL.search(value)):
        yield character_violation(hit.group(), path, lines.get(path))


def illegal_character(text: str) -> str | None:
    """The first character that no taxonomy may hold, such as NUL."""
    hit = _ILLEGAL.search(text)
    return hit.group() if hit else None


def character_violation(character: str, path: str, line: int | None) -> Violation:
    number = ord(character)
    if number == 0:
        code, what = "nul", "a NUL character"
    elif 0xD800 <= number <= 0xDFFF:
        code, what = "surrogate", f"half of a character (lone surrogate U+{number:04X})"
    else:
        code, what = "control-character", f"the control character U+{number:04X}"
    return Violation(path=path, line=line, code=code, message=f"The text contains {what}; remove it.")


class _Builder:
    """Puts values together from a stream of begin, end, key and value, and notes their lines."""

    def __init__(self, lines: dict[str, int], found: list[Violation]) -> None:
        self.lines, self.found = lines, found
        self.root: Any = None
        self._open: list[tuple[str, Any]] = []
        self._key: str | None = None
        self._keep = True

    def wants_key(self) -> bool:
        return bool(self._open) and isinstance(self._open[-1][1], dict) and self._key is None

    def key(self, text: str, line: int) -> None:
        path, container = self._open[-1]
        place = pointer(path, text)
        self._key, self._keep = text, text not in container
        if self._keep:
            self.lines[place] = line
        else:
            first = self.lines[place]
            self.report(place, line, "duplicate-key", f"The key {text[:60]!r} stands twice (first: {first}).")

    def value(self, value: Any, line: int) -> None:
        path = ""
        if not self._open:
            self.root = value
            self.lines.setdefault("", line)
        else:
            parent, container = self._open[-1]
            if isinstance(container, dict):
                path = pointer(parent, self._key or "")
                if self._keep:
                    container[self._key] = value
                self._key = None
            else:
                path = pointer(parent, len(container))
                self.lines[path] = line
                container.append(value)
        if isinstance(value, dict | list):
            if len(self._open) >= MAX_DEPTH:
                raise _Unreadable(path, line, "depth", f"Nested deeper than {MAX_DEPTH} levels.")
            self._open.append((path, value))

    def end(self) -> None:
        self._open.pop()

    def here(self) -> str:
        if not self._open:
            return ""
        path, container = self._open[-1]
        step = (self._key or "") if isinstance(container, dict) else len(container)
        return path if step == "" else pointer(path, step)

    def report(self, path: str, line: int | None, code: str, message: str) -> None:
        self.found.append(Violation(path=path, line=line, code=code, message=message))


# ---- YAML


def _scalar(text: str, plain: bool) -> Any:
    if not plain:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text


def _read_yaml(text: str, builder: _Builder) -> Any:
    documents = 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    line = _line(event)
                    raise _Unreadable("", line, "documents", "A second YAML document begins; one is allowed.")
            elif isinstance(event, yaml.AliasEvent | yaml.NodeEvent):
                _yaml_node(event, builder)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                builder.end()
    except yaml.YAMLError as error:
        named = (getattr(error, name, None) for name in ("problem_mark", "context_mark"))
        marks = [mark.line + 1 for mark in named if mark is not None]
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        message = f"This is not valid YAML: {problem}."
        raise _Unreadable(builder.here(), next(iter(marks), None), "syntax", message) from None
    return builder.root


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _yaml_node(event: Any, builder: _Builder) -> None:
    line = _line(event)
    if event.anchor is not None:
        message = "Anchors (&) and aliases (*) are not read; write the value out."
        raise _Unreadable(builder.here(), line, "alias", message)
    if event.tag is not None:
        raise _Unreadable(builder.here(), line, "tag", f"The tag {event.tag!r} is not read; remove it.")
    if builder.wants_key():
        if not isinstance(event, yaml.ScalarEvent):
            raise _Unreadable(builder.here(), line, "syntax", "A key must be a plain word.")
        builder.key(event.value, line)
    elif isinstance(event, yaml.ScalarEvent):
        value = _scalar(event.value, bool(event.implicit[0]))
        if isinstance(value, float) and value in (float("inf"), float("-inf")):
            raise _Unreadable(builder.here(), line, "number", "The number is too large.")
        builder.value(value, line)
    else:
        builder.value({} if isinstance(event, yaml.MappingStartEvent) else [], line)


# ---- JSON


def _read_json(text: str, builder: _Builder) -> Any:
    _json_depth(text)
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise _Unreadable("", error.lineno, "syntax", f"This is not valid JSON: {error.msg}.") from None
    except ValueError as error:
        raise _Unreadable("", None, "number", f"A number cannot be read: {error}.") from None
    line = 1
    for token in _JSON_TOKEN.finditer(text):
        word = token.group()
        if word == "\n":
            line += 1
        elif word in "]}":
            builder.end()
        elif word in "[{":
            builder.value({} if word == "{" else [], line)
        elif word not in ",:":
            _json_scalar(json.loads(word), line, builder)
    return builder.root


def _json_scalar(value: Any, line: int, builder: _Builder) -> None:
    if builder.wants_key():
        builder.key(value, line)
    elif isinstance(value, float) and value in (float("inf"), float("-inf")):
        raise _Unreadable(builder.here(), line, "number", "The number is too large.")
    else:
        builder.value(value, line)


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is not a JSON number")


def _json_depth(text: str) -> None:
    depth = line = 0
    for token in _JSON_TOKEN.finditer(text):
        word = token.group()
        line += word == "\n"
        depth += (word in "[{") - (word in "]}")
        if depth > MAX_DEPTH:
            raise _Unreadable("", line + 1, "depth", f"Nested deeper than {MAX_DEPTH} levels.")
