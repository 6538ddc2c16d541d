"""The rows of a sheet by the names of their columns, each value with its place (`Defects!F12`)."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from taxonomy.reading import character_violation, illegal_character
from taxonomy.sheet_cells import CellRefused, Value, value_of
from taxonomy.sheet_columns import (
    DEFECTS,
    HOW_TO,
    TABLES,
    Cell,
    Column,
    Sheet,
    Table,
    cell_name,
    level_column,
    plain,
    table_named,
)
from taxonomy.violation import Violation

SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`values` has only what is not empty; `columns` has the place in the row of every heading of the sheet."""

    sheet: str
    number: int
    values: Mapping[str, Value]
    columns: Mapping[str, int]

    def word(self, key: str) -> str:
        """The text of a cell, empty where it says nothing."""
        value = self.values.get(key)
        return value if isinstance(value, str) else ""

    def some(self, key: str) -> list[Any]:
        value = self.values.get(key)
        return list(value) if isinstance(value, list) else []

    def place(self, key: str = "") -> str:
        """The cell of a value, or the row's first one."""
        return cell_name(self.sheet, self.number, self.columns.get(key, 0) + 1)


@dataclass(slots=True, kw_only=True)
class Findings:
    """What was found wrong on the way, in order."""

    violations: list[Violation] = field(default_factory=list)

    def add(self, place: str, row: int, code: str, message: str) -> None:
        if len(self.violations) < SHOWN:
            self.violations.append(Violation(path=place, line=row, code=code, message=message))


def rows_by_table(sheets: Sequence[Sheet], found: Findings) -> dict[str, list[Row]]:
    """The rows of every known sheet. A workbook with one sheet of any name may leave the name out."""
    filled = [sheet for sheet in sheets if any(_is_filled(row) for row in sheet.rows)]
    kept = [one for one in filled if not one.name.startswith("_") and plain(one.name) != plain(HOW_TO)]
    if len(kept) == 1 and table_named(kept[0].name) is None:
        return {DEFECTS.name: list(_rows(kept[0], DEFECTS, found))}
    rows: dict[str, list[Row]] = {}
    for sheet in kept:
        table = table_named(sheet.name)
        if table is None:
            known = ", ".join(one.name for one in TABLES)
            message = f"A sheet of this name is not read; known are {known}. Begin its name with _ to keep notes in it."
            found.add(cell_name(sheet.name, 1, 1), 1, "unknown-sheet", message)
        elif table.name in rows:
            found.add(cell_name(sheet.name, 1, 1), 1, "twice", f"There are two sheets called {table.name}.")
        else:
            rows[table.name] = list(_rows(sheet, table, found))
    return rows


def _is_filled(row: Sequence[Cell]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in row)


def _rows(sheet: Sheet, table: Table, found: Findings) -> Iterator[Row]:
    start = next((place for place, row in enumerate(sheet.rows) if _is_filled(row)), len(sheet.rows))
    columns = _columns(sheet, table, start, found) if start < len(sheet.rows) else {}
    places = {column.key: place for place, column in columns.items()}
    for number, row in enumerate(sheet.rows[start + 1 :], start=start + 2):
        if not _is_filled(row):
            continue
        values: dict[str, Value] = {}
        for place, cell in enumerate(row):
            column, here = columns.get(place), cell_name(sheet.name, number, place + 1)
            if isinstance(cell, str) and (sign := illegal_character(cell)):
                wrong = character_violation(sign, here, number)
                found.add(here, number, wrong.code, wrong.message)
            elif column is None:
                if _is_filled((cell,)) and not _headed(sheet.rows[start], place):
                    found.add(here, number, "unknown-column", "This column has no heading in the first row.")
            else:
                try:
                    value = value_of(cell, column)
                except CellRefused as refused:
                    found.add(here, number, refused.code, refused.message)
                    continue
                if value is not None:
                    values[column.key] = value
        if values:
            yield Row(sheet=sheet.name, number=number, values=values, columns=places)


def _headed(headings: Sequence[Cell], place: int) -> bool:
    return place < len(headings) and _is_filled((headings[place],))


def _columns(sheet: Sheet, table: Table, start: int, found: Findings) -> dict[int, Column]:
    columns: dict[int, Column] = {}
    taken: set[str] = set()
    for place, cell in enumerate(sheet.rows[start]):
        if not _is_filled((cell,)):
            continue
        heading, here = str(cell).strip(), cell_name(sheet.name, start + 1, place + 1)
        column = table.known(heading) or (level_column(heading) if table.has_levels else None)
        if column is None:
            found.add(here, start + 1, "unknown-column", _unknown(heading, table))
        elif column.key in taken:
            found.add(here, start + 1, "twice", f"The column {column.heading} stands twice.")
        else:
            taken.add(column.key)
            columns[place] = column
    return columns


def _unknown(heading: str, table: Table) -> str:
    known = [column.heading for column in table.columns]
    close = difflib.get_close_matches(heading, known, n=1)
    hint = f"do you mean {close[0]}?" if close else f"known are {', '.join(known)}."
    return f"The column {heading[:60]!r} is unknown; {hint}"
