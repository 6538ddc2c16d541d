"""Manifests: which image files come in, and how each was made.

One record a row of a CSV, or a line of a JSONL file. Every record that is not blank becomes exactly one
ManifestRow or one RowError, so the counts add up. Rules: text stays as it came, to the last code point; ids
are text, and the number 7 is the id "7"; of two rows with one external id the first wins; columns without a
meaning here go into `parameters`.
"""

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from annotate.corpus.manifest_lines import csv_records, is_whole, json_records, strict_json
from annotate.corpus.paths import relative_path
from annotate.corpus.refusal import Refusal
from core.hashing import canonical_json
from core.text import MAX_INTEGER, MIN_INTEGER, normalised, shown_path, value_violations

_FILE_COLUMNS = ("file", "image")
_LONG = ("prompt", "negative_prompt", "brief")
_NAMES = ("external_id", "generator", "model_version", "source_group")
_NUMBERS_ALLOWED = ("external_id", "model_version", "source_group")
_KNOWN = {*_FILE_COLUMNS, *_LONG, *_NAMES, "seed", "parameters", "reference", "labels"}
_DIGITS = re.compile(r"[+-]?\d+")


class ManifestKind(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestLimits:
    """Lengths in characters, `max_row_bytes` and `max_parameter_bytes` in bytes (of the JSON)."""

    max_rows: int = 1_000_000
    max_row_bytes: int = 8 << 20
    max_columns: int = 200
    max_text: int = 100_000
    max_name: int = 500
    max_parameter_bytes: int = 256 << 10
    max_depth: int = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRow:
    """`row` is the line of the file (the header is line 1). `file` and `reference` are safe relative paths.

    Absent values are empty. `seed` is text, because generators use numbers that floats cannot hold.
    """

    row: int
    file: str
    external_id: str = ""
    prompt: str = ""
    negative_prompt: str = ""
    generator: str = ""
    model_version: str = ""
    seed: str = ""
    parameters: dict[str, object] = field(default_factory=dict)
    reference: str = ""
    source_group: str = ""
    brief: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowError:
    """Why a row was left out. `file` is for display; `message` says what was expected."""

    row: int
    file: str
    code: str
    message: str


def manifest_kind(name: str) -> ManifestKind | None:
    """By the ending of a file name: .csv and .tsv, .jsonl and .ndjson; None for any other."""
    _, dot, ending = name.lower().rpartition(".")
    return {
        ".csv": ManifestKind.CSV,
        ".tsv": ManifestKind.CSV,
        ".jsonl": ManifestKind.JSONL,
        ".ndjson": ManifestKind.JSONL,
    }.get(dot + ending)


def read_manifest(
    source: Path | BinaryIO,
    kind: ManifestKind | str,
    limits: ManifestLimits | None = None,
    *,
    known_codes: Collection[str] = (),
) -> Iterator[ManifestRow | RowError]:
    """The rows in order, streamed; nothing at all for an empty manifest (worth a warning, not an error).

    `known_codes`: the defect codes that a column `labels` may name; others are refused, none is made. Raises
    Refusal while reading, where the file as a whole cannot be used: `unreadable_file`, `invalid_encoding`,
    `too_many_columns`, `duplicate_column`, `missing_column`, `malformed_row` (the header), `too_many_rows`.
    Codes of rows: those of `csv_records`, `json_records`, `relative_path` and `value_violations`, and
    `too_long`, `wrong_type`, `duplicate_external_id`, `conflicting_value`, `unknown_code`.
    """
    if isinstance(source, Path):
        try:
            stream = source.open("rb")
        except (OSError, ValueError) as error:
            raise Refusal("unreadable_file", "The manifest cannot be read.") from error
        with stream:
            yield from _rows(stream, ManifestKind(kind), limits or ManifestLimits(), known_codes)
    else:
        yield from _rows(source, ManifestKind(kind), limits or ManifestLimits(), known_codes)


def _rows(
    stream: BinaryIO, kind: ManifestKind, limits: ManifestLimits, known_codes: Collection[str]
) -> Iterator[ManifestRow | RowError]:
    if kind is ManifestKind.CSV:
        records = csv_records(
            stream, max_row_bytes=limits.max_row_bytes, max_columns=limits.max_columns, one_of=_FILE_COLUMNS
        )
    else:
        records = json_records(stream, max_row_bytes=limits.max_row_bytes)
    first_lines: dict[str, int] = {}
    for count, (line, record) in enumerate(records, start=1):
        if count > limits.max_rows:
            raise Refusal("too_many_rows", f"A manifest may have {limits.max_rows:,} rows. Split it.")
        file = "" if isinstance(record, Refusal) else _shown_file(record)
        try:
            if isinstance(record, Refusal):
                raise record
            values = _by_column(record, limits)
            row = _row(line, values, limits, known_codes, from_csv=kind is ManifestKind.CSV)
            _claim_external_id(row, first_lines)
            yield row
        except Refusal as refusal:
            yield RowError(row=line, file=file, code=refusal.code, message=refusal.message)


def _claim_external_id(row: ManifestRow, first_lines: dict[str, int]) -> None:
    if not row.external_id:
        return
    first = first_lines.setdefault(normalised(row.external_id), row.row)
    if first != row.row:
        raise Refusal("duplicate_external_id", f"Line {first} has the same external id; this row is left out.")


def _by_column(record: Mapping[str, object], limits: ManifestLimits) -> dict[str, object]:
    """Columns that have a meaning under their plain names, all others under their own."""
    if len(record) > limits.max_columns:
        raise Refusal("too_many_columns", f"A row may have {limits.max_columns} fields; this one has {len(record)}.")
    values: dict[str, object] = {}
    for key, value in record.items():
        plain = key.strip().casefold()
        name = plain if plain in _KNOWN else key
        if name in values:
            raise Refusal("duplicate_key", f"The field `{name}` stands twice in the row.")
        values[name] = value
    problems = value_violations(values, max_depth=limits.max_depth)
    if problems:
        where = problems[0].pointer.lstrip("/") or "the row"
        raise Refusal(problems[0].code, f"In `{where}`: {problems[0].message}")
    return values


def _shown_file(record: Mapping[str, object]) -> str:
    """The file that a row names, for display; looked up before anything is checked."""
    plain = {key.strip().casefold(): value for key, value in record.items()}
    raw = plain.get("file") or plain.get("image")
    return shown_path(raw) if isinstance(raw, str) else ""


def _row(
    line: int,
    values: Mapping[str, object],
    limits: ManifestLimits,
    known_codes: Collection[str],
    *,
    from_csv: bool,
) -> ManifestRow:
    used = _used_file_column(values)
    texts = {name: _text(values, name, limits.max_text) for name in _LONG}
    names = {name: _text(values, name, limits.max_name).strip() for name in _NAMES}
    reference = _text(values, "reference", limits.max_name * 2)
    return ManifestRow(
        row=line,
        file=_path(values, used),
        seed=_seed(values.get("seed"), limits),
        parameters=_parameters(values, used, limits, known_codes, from_csv=from_csv),
        reference=_path(values, "reference") if reference.strip() else "",
        **texts,
        **names,
    )


def _used_file_column(values: Mapping[str, object]) -> str:
    for name in _FILE_COLUMNS:
        if values.get(name) not in (None, ""):
            return name
    raise Refusal("missing_file", "The row names no file. Fill the column `file` (or `image`).")


def _path(values: Mapping[str, object], name: str) -> str:
    value = values[name]
    if not isinstance(value, str):
        raise Refusal("wrong_type", f"`{name}` must be a path as text, not {_kind(value)}.")
    return relative_path(value.strip())


def _text(values: Mapping[str, object], name: str, limit: int) -> str:
    value = values.get(name)
    if value is None:
        return ""
    if name in _NUMBERS_ALLOWED and isinstance(value, int | float) and not isinstance(value, bool):
        if isinstance(value, float) and name == "external_id":
            raise Refusal("wrong_type", "`external_id` must be text or a whole number.")
        value = str(value)
    if not isinstance(value, str):
        raise Refusal("wrong_type", f"`{name}` must be text, not {_kind(value)}.")
    if len(value) > limit:
        raise Refusal("too_long", f"`{name}` may have {limit:,} characters; this one has {len(value):,}.")
    return value


def _seed(value: object, limits: ManifestLimits) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and is_whole(value):
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise Refusal("wrong_type", f"`seed` must be a whole number or text, not {_kind(value)}.")
    text = value.strip()
    if len(text) > limits.max_name:
        beyond = _DIGITS.fullmatch(text) is not None
        raise Refusal(
            "out_of_range" if beyond else "too_long",
            f"`seed` may have {limits.max_name} characters and 64 bits.",
        )
    if _DIGITS.fullmatch(text) and not MIN_INTEGER <= int(text) <= MAX_INTEGER:
        raise Refusal("out_of_range", "In `seed`: a whole number must fit into 64 bits (-2^63 to 2^64-1).")
    return text


def _parameters(
    values: Mapping[str, object],
    used: str,
    limits: ManifestLimits,
    known_codes: Collection[str],
    *,
    from_csv: bool,
) -> dict[str, object]:
    """The column `parameters` and every column without a meaning of its own."""
    given = _decoded(values.get("parameters"), "parameters", limits) if from_csv else values.get("parameters")
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise Refusal("wrong_type", f"`parameters` must be a JSON object, not {_kind(given)}.")
    found: dict[str, object] = dict(given)
    labels = _decoded(values.get("labels"), "labels", limits) if from_csv else values.get("labels")
    extras = {name: value for name, value in values.items() if name not in _KNOWN or (name == "image" != used)}
    if labels is not None:
        _check_labels(labels, known_codes)
        extras["labels"] = labels
    for name, value in extras.items():
        if value in (None, ""):
            continue
        if found.setdefault(name, value) != value:
            raise Refusal("conflicting_value", f"`{name[:60]}` stands in `parameters` and as a field, and they differ.")
    size = len(canonical_json(found))
    if size > limits.max_parameter_bytes:
        raise Refusal("too_long", f"`parameters` may have {limits.max_parameter_bytes:,} bytes; these have {size:,}.")
    return found


def _decoded(cell: object, name: str, limits: ManifestLimits) -> object:
    """The JSON value in a cell of a CSV; None for an empty one."""
    if not isinstance(cell, str) or not cell.strip():
        return None
    try:
        value = strict_json(cell)
    except Refusal as refusal:
        raise Refusal(refusal.code, f"In `{name}`: {refusal.message}") from refusal
    problems = value_violations(value, max_depth=limits.max_depth)
    if problems:
        raise Refusal(problems[0].code, f"In `{name}{problems[0].pointer}`: {problems[0].message}")
    return value


def _check_labels(labels: object, known_codes: Collection[str]) -> None:
    if not isinstance(labels, list):
        raise Refusal("wrong_type", f"`labels` must be a list of objects with a `code`, not {_kind(labels)}.")
    for label in labels:
        code = label.get("code") if isinstance(label, dict) else None
        if not isinstance(code, str):
            raise Refusal("wrong_type", "Each of `labels` must be an object with a `code`.")
        if code in known_codes:
            continue
        near = difflib.get_close_matches(code[:100], known_codes, n=1, cutoff=0.0)
        hint = f" The nearest is {near[0]!r}." if near else " No codes are known here; leave `labels` out."
        raise Refusal("unknown_code", f"There is no defect {code[:60]!r}.{hint}")


def _kind(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true or false"
    names = {str: "text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "something else")
