"""Workbooks for the tests: of plain rows, and of the kinds that nobody should be able to hand in."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook

HEAD = ("Dimension", "Name", "Definition")
HAND = ("Hands", "Extra finger", "A hand that has more than five fingers on it.")
FACE = ("Faces", "Melted eye", "The parts of an eye flow into each other or into the skin.")


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], merged: str = "") -> bytes:
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        if merged:
            sheet.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def minimal(*rows: Sequence[Any], sheet: str = "Defects") -> bytes:
    return workbook({sheet: [HEAD, *(rows or (HAND, FACE))]})


def changed(data: bytes, changes: Mapping[str, bytes | None]) -> bytes:
    """The archive with other parts; None takes one out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in changes:
                new.writestr(part.filename, old.read(part))
        for name, text in changes.items():
            if text is not None:
                new.writestr(name, text)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def edited(data: bytes, sheet: str, cells: Mapping[str, Any]) -> bytes:
    """A workbook with some cells written anew."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data))
    for place, value in cells.items():
        book[sheet][place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
