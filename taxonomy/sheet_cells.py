"""What one cell says: text, numbers, yes or no, lists; and the same the other way, so that no cell is a formula."""

import math
import re
from collections.abc import Iterable, Sequence

from taxonomy.sheet_columns import Cell, Column

ARROW = "→"
MAX_CELL = 32_767  # characters; what a spreadsheet program keeps
_NUMBER = re.compile(r"[-+]?\d{1,18}(?:[.,]\d{1,20})?(?:[eE][-+]?\d{1,3})?\Z")
_STARTS_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_YES, _NO = frozenset({"yes", "true", "x", "1"}), frozenset({"no", "false", "0"})
_POINTER = re.compile(r"(?P<text>.*\S)\s*(?:→|->)\s*(?P<to>[^\s→]{0,14})\Z", re.DOTALL)

Case = dict[str, str]
Value = str | int | float | bool | list[str] | list[Case] | list[list[float]] | dict[str, str]


class CellRefused(Exception):
    """The cell does not say what its column needs; the message says what it needs."""

    def __init__(self, code: str, message: str) -> None:
        self.code, self.message = code, message
        super().__init__(message)


# ---- reading


def value_of(cell: Cell, column: Column) -> Value | None:
    """What a cell of this column says; None where it is empty. Raises CellRefused."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if column.kind == "raw":
        return cell
    if column.kind == "number":
        return _number(cell)
    if column.kind == "flag":
        return _flag(cell)
    text = _text(cell)
    if column.kind == "text":
        return text
    if column.kind == "words":
        return [word.strip() for word in re.split(r"[,;\n]", text) if word.strip()]
    if column.kind == "lines":
        return entries(text)
    if column.kind == "cases":
        return [_case(entry) for entry in entries(text)]
    if column.kind == "pairs":
        return _pairs(text)
    return _points(text) if column.kind == "points" else text.strip()


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    text = str(cell).replace("\r\n", "\n").replace("\r", "\n")
    return text[1:] if text.startswith("'") and _STARTS_FORMULA.match(text) else text


def _number(cell: Cell) -> float:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    text = _text(cell).strip()
    if not _NUMBER.match(text):
        raise CellRefused("wrong-type", f"{text[:40]!r} is not a number.")
    number = float(text.replace(",", "."))
    if not math.isfinite(number):
        raise CellRefused("number", "The number is too large.")
    return int(number) if number.is_integer() else number


def _flag(cell: Cell) -> bool:
    said = _text(cell).strip().casefold()
    if said in _YES or said in _NO:
        return said in _YES
    raise CellRefused("wrong-type", f"{said[:40]!r} is neither yes nor no.")


def entries(text: str) -> list[str]:
    """One entry a line; a line that begins with two spaces goes on with the entry above."""
    found: list[str] = []
    for line in text.split("\n"):
        if line.startswith("  ") and found:
            found[-1] += "\n" + line[2:]
        elif line.strip():
            found.append(line)
    return [entry.strip() for entry in found]


def _case(entry: str) -> Case:
    hit = _POINTER.match(entry)
    if hit is None:
        return {"text": entry}
    return {"text": hit["text"]} | ({"use": hit["to"]} if hit["to"] else {})


def _pairs(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in entries(text):
        key, sign, word = line.partition("=")
        if not sign or not key.strip() or not word.strip():
            raise CellRefused("wrong-form", "Write one pair a line, such as 1 = minor.")
        found[key.strip()] = word.strip()
    return found


def _points(text: str) -> list[list[float]]:
    points = []
    for part in re.split(r"[;\n]", text):
        numbers = part.split()
        if not numbers:
            continue
        if len(numbers) != 2 or not all(_NUMBER.match(one) for one in numbers):
            raise CellRefused("wrong-form", "Write points as shares of width and height, such as 0.1 0.2; 0.4 0.5.")
        points.append([_number(one) for one in numbers])
    return points


# ---- writing


def harmless(text: str) -> str:
    """The text as no spreadsheet program takes it for a formula; read back, it is the same text again."""
    return f"'{text}" if _STARTS_FORMULA.match(text) else text


def joined(found: Iterable[str]) -> str:
    """One entry a line."""
    return "\n".join(entry.replace("\n", "\n  ") for entry in found)


def case_text(text: str, use: str | None) -> str:
    if use:
        return f"{text} {ARROW} {use}"
    return f"{text} {ARROW}" if _POINTER.match(text) else text


def points_text(points: Sequence[Sequence[float]]) -> str:
    return "; ".join(f"{x} {y}" for x, y in points)


def yes_no(said: bool | None) -> str | None:
    return None if said is None else "yes" if said else "no"
