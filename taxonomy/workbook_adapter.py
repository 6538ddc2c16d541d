"""XLSX and CSV as sheets of plain cells and back, by openpyxl; hostile files are refused before it sees them.

Refused with a reason: what is no workbook, password-protected ones, macros, too much once unpacked, too many rows or
columns, XML with declarations of its own, formulas, merged cells, dates and cells in error. Nothing is ever computed.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from taxonomy.reading import MAX_BYTES
from taxonomy.sheet_cells import MAX_CELL
from taxonomy.sheet_columns import DEFECTS, HOW_TO, Cell, Sheet, cell_name, letters, table_named
from taxonomy.violation import FileRefused, Violation

MAX_UNPACKED = 24 * 1024 * 1024
MAX_PARTS = 300
MAX_ROWS = 2_000
MAX_COLUMNS = 200
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PASSWORD = "EncryptedPackage".encode("utf-16-le")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z0-9:$]{1,40})\"")
_WIDE = {"text": 52, "lines": 46, "cases": 46, "pairs": 18, "points": 26}


def _refuse(code: str, message: str, place: str = "", row: int | None = None) -> FileRefused:
    return FileRefused([Violation(path=place, line=row, code=code, message=message)])


# ---- reading


def read_workbook(data: bytes) -> tuple[Sheet, ...]:
    """Every sheet of an XLSX file. Raises FileRefused with the sheet, row and column where there is one."""
    _refuse_other_files(data)
    try:
        merged = _look_through(data)
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        with_names = [(sheet.title, sheet) for sheet in book.worksheets]
        wrong = [*merged]
        sheets = tuple(_sheet(name, sheet, wrong) for name, sheet in with_names)
    except FileRefused:
        raise
    except Exception as error:  # openpyxl raises whatever a damaged file brings about
        said = type(error).__name__
        raise _refuse("damaged", f"The workbook cannot be read ({said}); save it again and try once more.") from None
    if wrong:
        raise FileRefused(wrong)
    return sheets


def _refuse_other_files(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise _refuse("too-large", f"The file is larger than {MAX_BYTES // 1024 // 1024} MB, the most that is read.")
    if data.startswith(_OLD_OFFICE):
        if _PASSWORD in data:
            raise _refuse("password", "The workbook is protected by a password; save it without one.")
        raise _refuse("wrong-type", "This is an old Office file (.xls); save it as .xlsx.")
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise _refuse("wrong-type", "This is no workbook; save it as .xlsx or as .csv.")


def _look_through(data: bytes) -> list[Violation]:
    """Every part once, without openpyxl: sizes, macros, declarations; returns what is merged."""
    merged: list[Violation] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        names = {part.filename for part in parts}
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            most = f"{MAX_UNPACKED // 1024 // 1024} MB in {MAX_PARTS} parts"
            raise _refuse("too-large", f"Unpacked, the workbook is larger than {most}, the most that is read.")
        if any(part.flag_bits & 1 for part in parts):
            raise _refuse("password", "The workbook is protected by a password; save it without one.")
        if any(name.casefold().endswith("vbaproject.bin") for name in names):
            raise _refuse("macros", "The workbook has macros; save it as .xlsx, which has none.")
        if "xl/workbook.xml" not in names:
            raise _refuse("wrong-type", "This is no .xlsx workbook; save it as .xlsx or as .csv.")
        for part in parts:
            if not part.filename.endswith((".xml", ".rels")):
                continue
            text = archive.read(part)
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text or text[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise _refuse("declaration", "The workbook declares types or entities of its own; save it again.")
            if b"macroEnabled" in text and part.filename == "[Content_Types].xml":
                raise _refuse("macros", "The workbook is made for macros; save it as .xlsx, which has none.")
            if part.filename.startswith("xl/worksheets/"):
                merged += [_merged(hit.decode()) for hit in _MERGED.findall(text)[:20]]
    return merged


def _merged(where: str) -> Violation:
    row = int(re.sub(r"\D", "", where.split(":")[0]) or 0)
    message = f"The cells {where} are merged; unmerge them and fill each one."
    return Violation(path=where, line=row, code="merged-cells", message=message)


def _sheet(name: str, sheet: Any, wrong: list[Violation]) -> Sheet:
    rows: list[tuple[Cell, ...]] = []
    empty = 0
    for number, row in enumerate(sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS + 1), start=1):
        cells = tuple(_value(name, number, place, cell, wrong) for place, cell in enumerate(row, start=1))
        while cells and cells[-1] is None:
            cells = cells[:-1]
        _refuse_too_many(name, number, len(cells))
        if not cells:
            empty += 1
            continue
        rows += [()] * empty + [cells]
        empty = 0
    return Sheet(name=name, rows=tuple(rows))


def _refuse_too_many(name: str, row: int, columns: int) -> None:
    if columns and row > MAX_ROWS:
        message = f"There are more than {MAX_ROWS} rows, the most that are read."
        raise _refuse("too-large", message, cell_name(name, row, 1), row)
    if columns > MAX_COLUMNS:
        message = f"There are more than {MAX_COLUMNS} columns, the most that are read."
        raise _refuse("too-large", message, cell_name(name, row, columns), row)


def _value(name: str, row: int, column: int, cell: Any, wrong: list[Violation]) -> Cell:
    value = cell.value
    if value is None:
        return None
    kind = getattr(cell, "data_type", "")
    if kind == "f":
        said = ("formula", "This cell is a formula; write its value instead.")
    elif kind == "e":
        said = ("error-value", f"This cell is in error ({value}); write its value instead.")
    elif isinstance(value, date | time | timedelta):
        said = ("date", "The spreadsheet made a date of this; format the cell as text and write it again.")
    elif isinstance(value, str | bool | int | float):
        return value
    else:
        said = ("wrong-type", "This cell holds neither text nor a number.")
    if len(wrong) < 200:
        wrong.append(Violation(path=cell_name(name, row, column), line=row, code=said[0], message=said[1]))
    return None


def read_csv(data: bytes) -> tuple[Sheet, ...]:
    """The sheet of defects from a CSV file: UTF-8, separated by comma, semicolon or tab. Raises FileRefused."""
    if len(data) > MAX_BYTES:
        raise _refuse("too-large", f"The file is larger than {MAX_BYTES // 1024 // 1024} MB, the most that is read.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _refuse("encoding", "The file is not UTF-8 text; save it as CSV UTF-8.", "", line) from None
    rows: list[tuple[Cell, ...]] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text)), start=1):
            cells: tuple[Cell, ...] = tuple(row)
            while cells and not str(cells[-1]).strip():
                cells = cells[:-1]
            _refuse_too_many(DEFECTS.name, number, len(cells))
            rows.append(cells)
    except csv.Error as error:
        place = cell_name(DEFECTS.name, len(rows) + 1, 1)
        raise _refuse("syntax", f"This is not valid CSV: {error}.", place, len(rows) + 1) from None
    return (Sheet(name=DEFECTS.name, rows=tuple(rows)),)


def separator_of(text: str) -> str:
    """What separates the headings: the sign that stands most often in the first line."""
    head = next((line for line in text.splitlines() if line.strip(",;\t ")), "")
    return max(",;\t", key=head.count)


# ---- writing


def spreadsheet(sheets: Sequence[Sheet], form: str) -> bytes:
    """The file: `csv` (the sheet of defects alone) or `xlsx`."""
    return csv_text(sheets).encode() if form == "csv" else workbook_bytes(sheets)


def csv_text(sheets: Sequence[Sheet]) -> str:
    """The sheet of defects as CSV (UTF-8 with a mark that spreadsheet programs look for)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for sheet in sheets:
        if sheet.name == DEFECTS.name:
            writer.writerows(["" if cell is None else cell for cell in row] for row in sheet.rows)
    return "\ufeff" + out.getvalue()


def workbook_bytes(sheets: Sequence[Sheet]) -> bytes:
    """The sheets as XLSX; the same sheets give the same bytes. Raises FileRefused for a cell too long to be kept."""
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        _write(book.create_sheet(sheet.name), sheet)
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _write(target: Any, sheet: Sheet) -> None:
    table = table_named(sheet.name)
    top = Alignment(vertical="top", wrap_text=True)
    for number, row in enumerate(sheet.rows, start=1):
        for place, value in enumerate(row, start=1):
            if value is None:
                continue
            cell = target.cell(row=number, column=place)
            if isinstance(value, str):
                if len(value) > MAX_CELL:
                    message = f"The text has {len(value)} characters; a cell of a workbook holds {MAX_CELL}."
                    raise _refuse("too-long", message, cell_name(sheet.name, number, place), number)
                cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
                cell.data_type = "s"
            else:
                cell.value = value
            cell.alignment = top
            if number == 1:
                cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E8ECF1")
    target.freeze_panes = "D2" if table is DEFECTS else "A2"
    if not sheet.rows:
        return
    for place, heading in enumerate(sheet.rows[0], start=1):
        column = table.known(str(heading)) if table else None
        wide = 60 if sheet.name == HOW_TO and place == 3 else 18
        if (sheet.name == "Taxonomy" and place > 1) or str(heading).startswith("Rule:"):
            wide = 60
        target.column_dimensions[letters(place)].width = _WIDE.get(column.kind, wide) if column else wide
        if column and column.note:
            target.cell(row=1, column=place).comment = Comment(column.note, "")
        if column and column.choices:
            allowed = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
            target.add_data_validation(allowed)
            allowed.add(f"{letters(place)}2:{letters(place)}{MAX_ROWS}")


def _timeless(data: bytes) -> bytes:
    """The archive with one date for every part, so that it does not tell when it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name, text in _parts(old):
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, text)
    return out.getvalue()


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    for part in archive.infolist():
        text = archive.read(part)
        if part.filename == "docProps/core.xml":
            text = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"1980-01-01T00:00:00Z", text)
        yield part.filename, text
