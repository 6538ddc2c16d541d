"""A spreadsheet file as a taxonomy: read safely, put together, judged by the rules of every taxonomy file."""

from dataclasses import replace
from pathlib import PurePath
from typing import Literal

from taxonomy.drafts import unwritten
from taxonomy.reading import format_of
from taxonomy.sheet_columns import DEFECTS, FIELDS, LEVEL_PARTS, level_heading, plain
from taxonomy.sheet_document import SheetReading, document_of
from taxonomy.validation import Loaded, read_taxonomy, validate_document
from taxonomy.violation import FileRefused, Violation
from taxonomy.workbook_adapter import read_csv, read_workbook, separator_of

SheetFormat = Literal["xlsx", "csv"]
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".xlsb")  # most of them to be refused with a reason


def sheet_format(name: str) -> SheetFormat | None:
    """By the ending of the file name; None when it is no spreadsheet."""
    if name.lower().endswith(".csv"):
        return "csv"
    return "xlsx" if name.lower().endswith(_WORKBOOKS) else None


def sheet_format_of(data: bytes) -> SheetFormat | None:
    """By the first bytes: an archive or an old Office file, or headings where a taxonomy file has none."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")):
        return "xlsx"
    text = data[:4000].decode("utf-8-sig", "replace")
    head = next((line for line in text.splitlines() if line.strip(",;\t ")), "")
    words = {plain(word) for word in head.split(separator_of(text))}
    known = {plain(column.heading) for column in DEFECTS.columns[:3]}
    return "csv" if len(words & known) >= 2 else None


def read_file(data: bytes, name: str) -> Loaded:
    """A taxonomy file by the ending of its name: a spreadsheet, JSON, or YAML. Never raises for bad input."""
    form = sheet_format(name)
    stem = PurePath(name).stem
    return read_sheets(data, form, stem) if form else read_taxonomy(data, format_of(name))


def read_sheets(data: bytes, form: SheetFormat, title: str = "") -> Loaded:
    """The whole file. Never raises for bad input; every violation names sheet, row and column (`Defects!F12`)."""
    try:
        reading = document_of(read_csv(data) if form == "csv" else read_workbook(data), title)
    except FileRefused as refused:
        return Loaded(tree=None, violations=refused.violations)
    loaded = validate_document(reading.document, reading.rows)
    said = {(one.path, one.code) for one in reading.violations}
    rules = (one for one in _located(reading, loaded.violations) if (one.path, one.code) not in said)
    found = (*reading.violations, *rules)
    if reading.violations:
        return Loaded(tree=None, violations=found, lines=reading.rows)
    judged = replace(loaded, violations=found)
    if loaded.tree is None or judged.blocking:
        return judged
    missing = tuple(
        replace(one, message=f"{_said(one.path)} is still to be written.") for one in unwritten(loaded.tree)
    )
    return replace(judged, unfinished=(*_located(reading, missing), *found))


def _said(path: str) -> str:
    """What stands at a pointer, in the words of the sheets: `Annotate when`, `Rule: minor`."""
    steps = [step for step in path.split("/") if not step.isdigit() and step != "text"]
    if steps[-1] in LEVEL_PARTS:
        return level_heading(steps[-1], steps[-2])
    column = next((one for one in (*FIELDS, *DEFECTS.columns) if one.key == steps[-1]), None)
    return column.heading if column else steps[-1].replace("_", " ")


def _located(reading: SheetReading, violations: tuple[Violation, ...]) -> tuple[Violation, ...]:
    return tuple(dict.fromkeys(reading.located(one) for one in violations))
