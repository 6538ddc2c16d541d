"""JSON Schema of taxonomy and migration files, with messages a person can act on."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from taxonomy.violation import Violation, pointer

SchemaName = Literal["taxonomy", "migration", "labels"]
MAX_VIOLATIONS = 200
_FOLDER = Path(__file__).parent / "schemas"
_TYPES = {
    "object": "a mapping of keys to values",
    "array": "a list",
    "string": "a text (put numbers in quotes)",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def line_of(lines: Mapping[str, int], path: str) -> int | None:
    """Line of the value at `path`, or of the nearest value around it that has one."""
    while path and path not in lines:
        path = path.rpartition("/")[0]
    return lines.get(path)


@cache
def _validator(name: SchemaName) -> Draft202012Validator:
    schema = json.loads((_FOLDER / f"{name}.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)


def schema_violations(document: Any, name: SchemaName, lines: Mapping[str, int]) -> tuple[Violation, ...]:
    """Everything that does not fit the schema, in the order of the file, at most `MAX_VIOLATIONS`."""
    errors = islice(_validator(name).iter_errors(document), MAX_VIOLATIONS)
    found = [violation for error in errors for violation in _violations(error, lines)]
    return tuple(sorted(set(found), key=lambda violation: (violation.line or 0, violation.path)))


def _violations(error: ValidationError, lines: Mapping[str, int]) -> Iterator[Violation]:
    path = ""
    for step in error.absolute_path:
        path = pointer(path, step)
    for place, code, message in _explained(error, path):
        yield Violation(path=place, line=line_of(lines, place), code=code, message=message)


def _explained(error: ValidationError, path: str) -> Iterator[tuple[str, str, str]]:
    rule, value, wanted = str(error.validator), _open(error.instance), _open(error.validator_value)
    if rule == "required":
        missing = [key for key in wanted if key not in value]
        yield from ((path, "missing-key", f"The key {key!r} is missing here.") for key in missing)
    elif rule == "additionalProperties" and wanted is False:
        known = _open(error.schema).get("properties", {})
        for key in value:
            if key not in known:
                close = ", ".join(sorted(known))
                yield (
                    pointer(path, key),
                    "unknown-key",
                    f"The key {key[:60]!r} is unknown; known are {close}.",
                )
    else:
        yield path, *_said(rule, wanted, value, error)


def _open(value: Any) -> Any:
    """The value without jsonschema's "not set" type, which never occurs in a reported error."""
    return value


def _said(rule: str, wanted: Any, value: Any, error: ValidationError) -> tuple[str, str]:
    shown = _shown(value)
    if rule == "type":
        kinds = wanted if isinstance(wanted, list) else [wanted]
        return "wrong-type", f"Expected {' or '.join(_TYPES[kind] for kind in kinds)}, found {shown}."
    if rule == "enum":
        return "unknown-value", f"{shown} is not allowed here; expected: {', '.join(map(str, wanted))}."
    if rule == "const":
        return "fixed-value", f"{shown} is not allowed here; it must be {json.dumps(wanted)}."
    if rule == "pattern":
        return "wrong-form", f"{shown} does not have the form {wanted}."
    if rule in ("minimum", "maximum", "exclusiveMinimum"):
        bound = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "more than"}[rule]
        return "out-of-range", f"{shown} is out of range: {bound} {wanted} is expected."
    if rule in ("minLength", "minItems", "minProperties"):
        return "too-short", f"Too little here: at least {wanted} {_unit(rule)} expected, found {len(value)}."
    if rule in ("maxLength", "maxItems", "maxProperties"):
        return "too-long", f"Too much here: at most {wanted} {_unit(rule)} expected, found {len(value)}."
    if rule == "uniqueItems":
        return "twice", "An entry of this list stands twice."
    if rule == "anyOf":
        inner = "; or ".join(_said(str(e.validator), e.validator_value, e.instance, e)[1] for e in error.context)
        return "no-variant", inner
    return "wrong-form", error.message[:200]


def _unit(rule: str) -> str:
    return "characters" if rule.endswith("Length") else "entries"


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
