"""Ratings from a CSV in long form: item, rater, value and optionally defect and weight; one block a defect."""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

from annotate.agreement.ratings import Ratings, positive_category, ratings_from_long

REQUIRED = ("item", "rater", "value")
OPTIONAL = ("defect", "weight")
FORM = "item,rater,value[,defect][,weight]"


class BadRatingsFile(Exception):
    """The content cannot be read as ratings. The message names the file, the row and what was expected."""


class BadScale(Exception):
    """The options do not fit the values: a usage error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the file; `number` counts lines with the header as 1."""

    number: int
    item: str
    rater: str
    value: str
    defect: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingsFile:
    """All ratings of a file, with what was noticed: `empty` rows without a value were left out."""

    name: str
    rows: tuple[Row, ...]
    has_defects: bool
    has_weights: bool
    empty: int

    def by_defect(self) -> dict[str, list[Row]]:
        """Rows of each defect in order of appearance; one block named "" when there is no such column."""
        blocks: dict[str, list[Row]] = {} if self.has_defects else {"": []}
        for row in self.rows:
            blocks.setdefault(row.defect, []).append(row)
        return blocks


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Ratings of one defect, and how many earlier ones of the same item and rater were replaced."""

    defect: str
    ratings: Ratings
    replaced: int


def read_ratings_file(path: Path) -> RatingsFile:
    """Reads UTF-8 with or without BOM, any line ends. Raises BadRatingsFile."""
    name = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise BadRatingsFile(f"{path}: there is no such file.") from None
    except UnicodeDecodeError as error:
        message = f"{name}: not UTF-8 text (byte {error.start}); save it as CSV UTF-8."
        raise BadRatingsFile(message) from None
    except OSError as error:
        raise BadRatingsFile(f"{path}: cannot be read ({error.strerror}); expected a CSV file.") from None
    if not text.strip():
        raise BadRatingsFile(f"{name}: the file is empty; expected a header {FORM} and one row a rating.")
    if "\x00" in text:
        raise BadRatingsFile(f"{name}: contains NUL bytes; expected plain CSV text in UTF-8.")
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    try:
        header = _header(next(reader), name)
        found = [_row(header, fields, reader.line_num, name) for fields in reader if any(map(str.strip, fields))]
    except csv.Error as error:
        raise BadRatingsFile(f"{name}, row {reader.line_num}: not valid CSV ({error}).") from None
    rows = tuple(row for row in found if row.value)
    return RatingsFile(
        name=name,
        rows=rows,
        has_defects="defect" in header,
        has_weights="weight" in header,
        empty=len(found) - len(rows),
    )


def _header(fields: list[str], name: str) -> list[str]:
    header = [field.strip().lower() for field in fields]
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        hint = " Columns must be separated by commas." if len(header) == 1 and ";" in header[0] else ""
        raise BadRatingsFile(
            f"{name}, row 1: column {', '.join(missing)} missing; expected a header {FORM}, "
            f"found {', '.join(fields)[:200]}.{hint}"
        )
    doubled = sorted({column for column in (*REQUIRED, *OPTIONAL) if header.count(column) > 1})
    if doubled:
        raise BadRatingsFile(f"{name}, row 1: column {', '.join(doubled)} occurs twice; expected it once.")
    return header


def _row(header: list[str], fields: list[str], number: int, name: str) -> Row:
    if len(fields) != len(header):
        raise BadRatingsFile(f"{name}, row {number}: {len(fields)} fields; expected {len(header)} as in the header.")
    cells = {column: field.strip() for column, field in zip(header, fields, strict=True)}
    for column in ("item", "rater", *(["defect"] if "defect" in header else [])):
        if not cells[column]:
            raise BadRatingsFile(f"{name}, row {number}: {column} is empty; expected a name.")
    return Row(
        number=number,
        item=cells["item"],
        rater=cells["rater"],
        value=cells["value"],
        defect=cells.get("defect", ""),
        weight=_weight(cells.get("weight", "1"), number, name),
    )


def _weight(text: str, number: int, name: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not math.isfinite(weight) or weight <= 0:
        raise BadRatingsFile(
            f"{name}, row {number}: weight '{text[:50]}'; expected a positive number (1 / inclusion probability)."
        )
    return weight


def number_of(text: str) -> float | None:
    """The text as a finite number, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def scale_categories(file: RatingsFile, scale: str, declared: list[str] | None) -> list[str]:
    """The declared categories, else those found: numbers in order, other names alphabetically; 0 and 1 are a
    scale of both even where only one occurs.

    Raises BadScale when names are to be ordered without a declaration, BadRatingsFile naming the row of a
    value that is no number (interval, ratio), negative (ratio) or not declared.
    """
    if scale in ("interval", "ratio"):
        _check_numbers(file, scale, declared)
    if declared is not None:
        _check_declared(file, scale, declared)
        return declared
    values = list(dict.fromkeys(row.value for row in file.rows))
    if set(values) <= {"0", "1"} and values:
        return ["0", "1"]
    numbers = {value: number_of(value) for value in values}
    if all(number is not None for number in numbers.values()):
        ordered = sorted(values, key=lambda value: numbers[value] or 0.0)
        if scale == "nominal":
            return ordered
        return list({numbers[value]: value for value in reversed(ordered)}.values())[::-1]
    if scale == "ordinal":
        raise BadScale("--scale ordinal needs --categories with the values in their order, lowest first.")
    return sorted(values)


def _check_numbers(file: RatingsFile, scale: str, declared: list[str] | None) -> None:
    for category in declared or []:
        if number_of(category) is None:
            raise BadScale(f"--scale {scale} needs numbers as --categories, not '{category}'.")
    for row in file.rows:
        number = number_of(row.value)
        if number is None or (scale == "ratio" and number < 0):
            wanted = "a number" if scale == "interval" else "a number of at least 0"
            raise BadRatingsFile(
                f"{file.name}, row {row.number}: value '{row.value[:50]}'; expected {wanted} on the {scale} scale."
            )


def _check_declared(file: RatingsFile, scale: str, declared: list[str]) -> None:
    known = _places(declared, scale)
    for row in file.rows:
        if _place(row.value, known, scale) is None:
            raise BadRatingsFile(
                f"{file.name}, row {row.number}: value '{row.value[:50]}'; expected one of {', '.join(declared)[:300]}."
            )


def _places(categories: list[str], scale: str) -> dict[str | float, str]:
    places: dict[str | float, str] = {category: category for category in categories}
    if scale != "nominal":
        places |= {n: c for c in reversed(categories) if (n := number_of(c)) is not None}
    return places


def _place(value: str, places: dict[str | float, str], scale: str) -> str | None:
    if value in places or scale == "nominal":
        return places.get(value)
    number = number_of(value)
    return None if number is None else places.get(number)


def blocks_of(file: RatingsFile, scale: str, categories: list[str], positive: str | None = None) -> list[Block]:
    """Ratings by defect on one scale; the latest of item and rater counts.

    Raises BadRatingsFile when an item's rows carry different weights, BadScale for a positive value off the
    scale.
    """
    try:
        positive_category(categories, positive)
    except ValueError:
        message = f"--positive {positive} is not among the categories {', '.join(categories)}."
        raise BadScale(message) from None
    places = _places(categories, scale)
    found = []
    for defect, rows in file.by_defect().items():
        weights: dict[str, float] = {}
        for row in rows:
            if weights.setdefault(row.item, row.weight) != row.weight:
                raise BadRatingsFile(
                    f"{file.name}, row {row.number}: weight {row.weight:g} for item '{row.item[:50]}', "
                    f"which had {weights[row.item]:g} before; expected one weight an item."
                )
        ratings = ratings_from_long(
            [row.item for row in rows],
            [row.rater for row in rows],
            [_place(row.value, places, scale) for row in rows],
            categories,
            weights=[row.weight for row in rows],
            positive=positive,
        )
        distinct = len({(row.item, row.rater) for row in rows})
        found.append(Block(defect=defect, ratings=ratings, replaced=len(rows) - distinct))
    return found
