"""From the bytes of a CSV or JSONL file to numbered records, streamed, with a reason for every line that is
none.

Encodings: UTF-8 (with or without byte order mark) and UTF-16 with a byte order mark. A line with bytes of
another encoding is refused alone; the lines around it are read.
"""

import codecs
import csv
import json
import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from annotate.corpus.refusal import Refusal

_CHUNK = 1 << 16
_DELIMITERS = ",;\t"
_BIG = 10**30

Record = tuple[int, Mapping[str, object] | Refusal]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """`number` from 1, `start` in bytes. `content` is empty where the line is `too_long`."""

    number: int
    start: int
    content: bytes
    too_long: bool

    def text(self) -> str:
        """Raises Refusal `invalid_encoding` with the position of the first byte that is no UTF-8."""
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refusal(
                "invalid_encoding",
                f"Byte {self.start + error.start} of the file (line {self.number}) is no valid UTF-8. "
                "Save the file as UTF-8.",
            ) from error


def json_records(stream: BinaryIO, *, max_row_bytes: int) -> Iterator[Record]:
    """(line, object or Refusal) for every line that is not blank.

    Refusals: `invalid_encoding`, `invalid_json`, `duplicate_key`, `too_deep`, `row_too_long`, `wrong_type`.
    NaN, 1e999 and whole numbers of any length come through as numbers beyond every range, to be refused by
    name afterwards.
    """
    for line in _lines(_utf8_chunks(stream), max_row_bytes):
        if line.too_long:
            yield line.number, _row_too_long(max_row_bytes)
            continue
        if not line.content.strip():
            continue
        try:
            value = strict_json(line.text())
            if not isinstance(value, dict):
                raise Refusal("wrong_type", 'Each line must hold one JSON object, like {"file": "a.png"}.')
            yield line.number, value
        except Refusal as refusal:
            yield line.number, refusal


def strict_json(text: str) -> object:
    """The JSON value. Raises Refusal `invalid_json`, `duplicate_key` or `too_deep`.

    Whole numbers of more than 40 digits become 10^30 with their sign: still out of every range, but cheap.
    """
    try:
        return json.loads(text, parse_int=_whole_number, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        raise Refusal("invalid_json", f"This is no valid JSON: {error.msg} at character {error.pos + 1}.") from error
    except RecursionError as error:
        raise Refusal("too_deep", "The JSON is nested too deep.") from error


def _whole_number(digits: str) -> int:
    if len(digits) <= 40:
        return int(digits)
    return -_BIG if digits.startswith("-") else _BIG


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise Refusal("duplicate_key", f"The key {key[:60]!r} stands twice in one object.")
            seen.add(key)
    return found


def csv_records(stream: BinaryIO, *, max_row_bytes: int, max_columns: int, one_of: Collection[str]) -> Iterator[Record]:
    """(first line, column name → text) for every record after the header that is not blank.

    The header must have one of the columns `one_of`. The delimiter (comma, semicolon or tab) is the most
    frequent one of the header. Raises Refusal about the header: `too_many_columns`, `duplicate_column`,
    `missing_column`, `invalid_encoding`, `malformed_row`. Refusals of rows: `invalid_encoding`,
    `wrong_column_count`, `malformed_row` (quotes), `too_long`, `row_too_long`.
    """
    lines = _lines(_utf8_chunks(stream), max_row_bytes)
    first = next((line for line in lines if line.too_long or line.content.strip()), None)
    if first is None:
        return
    source = _CsvSource(lines=lines, first=first, limit=max_row_bytes, last=first.number - 1)
    delimiter = _delimiter(first, max_columns)
    reader = csv.reader(source.texts(), delimiter=delimiter, strict=True)
    header = _header(reader, source, max_columns, one_of)
    while True:
        start = source.last + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield start, source.taken_problem() or _csv_refusal(error, start)
            continue
        problem = source.taken_problem()
        if problem is not None:
            yield start, problem
        elif any(cell.strip() for cell in cells):
            yield start, _named(header, cells)


@dataclass(slots=True, kw_only=True)
class _CsvSource:
    """Feeds lines to the csv module and remembers what was wrong with those of the record at hand."""

    lines: Iterator[_Line]
    first: _Line
    limit: int
    last: int
    problems: list[Refusal] = field(default_factory=list)

    def texts(self) -> Iterator[str]:
        yield self._text(self.first)
        for line in self.lines:
            yield self._text(line)

    def _text(self, line: _Line) -> str:
        self.last = line.number
        if line.too_long:
            self.problems.append(_row_too_long(self.limit))
            return ""
        try:
            return line.text()
        except Refusal as refusal:
            self.problems.append(refusal)
            return line.content.decode("utf-8", "replace")

    def taken_problem(self) -> Refusal | None:
        found = self.problems[0] if self.problems else None
        self.problems.clear()
        return found


def _delimiter(first: _Line, max_columns: int) -> str:
    if first.too_long:
        raise Refusal("too_many_columns", f"The header is too long. A manifest may have {max_columns} columns.")
    text = first.text()
    counts = {delimiter: text.count(delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda delimiter: counts[delimiter])
    if counts[best] >= 10 * max_columns:
        raise Refusal(
            "too_many_columns", f"A manifest may have {max_columns} columns; this one has {counts[best] + 1}."
        )
    return best


def _header(reader: Iterator[list[str]], source: _CsvSource, max_columns: int, one_of: Collection[str]) -> list[str]:
    try:
        cells = next(reader)
    except csv.Error as error:
        raise _csv_refusal(error, 1) from error
    problem = source.taken_problem()
    if problem is not None:
        raise problem
    if len(cells) > max_columns:
        raise Refusal("too_many_columns", f"A manifest may have {max_columns} columns; this one has {len(cells)}.")
    header = [cell.strip() for cell in cells]
    named = [cell.casefold() for cell in header if cell]
    twice = next((name for name in named if named.count(name) > 1), None)
    if twice is not None:
        raise Refusal("duplicate_column", f"The column {twice[:60]!r} stands twice in the header. Rename one.")
    if not set(named) & set(one_of):
        names = " or ".join(f"`{name}`" for name in one_of)
        raise Refusal("missing_column", f"The header has no column {names}. Add it in the first line.")
    return header


def _named(header: list[str], cells: list[str]) -> dict[str, object] | Refusal:
    extra = any(cell.strip() for cell in cells[len(header) :])
    if extra or len(cells) < len(header):
        return Refusal(
            "wrong_column_count",
            f"The row has {len(cells)} cells, the header {len(header)}. Check the quotes.",
        )
    pairs = zip(header, cells, strict=False)
    return {name or f"column_{index + 1}": cell for index, (name, cell) in enumerate(pairs) if name or cell.strip()}


def _csv_refusal(error: csv.Error, line: int) -> Refusal:
    if "field larger" in str(error):
        return Refusal(
            "too_long",
            f"A cell has more than {csv.field_size_limit():,} characters, or its quote never ends.",
        )
    return Refusal(
        "malformed_row",
        f"The row that begins in line {line} is no valid CSV: a quote is not closed or stray.",
    )


def _row_too_long(limit: int) -> Refusal:
    return Refusal("row_too_long", f"A row may have {limit:,} bytes; this one has more.")


def _utf8_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The stream as UTF-8 without its byte order mark. Raises Refusal `invalid_encoding`."""
    first = stream.read(_CHUNK)
    if first.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise Refusal("invalid_encoding", "The file is UTF-32 (byte 0). Save it as UTF-8.")
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        yield from _from_utf16(first, stream)
        return
    if first[:200].count(0) > len(first[:200]) // 4:
        raise Refusal(
            "invalid_encoding",
            f"The file looks like UTF-16 without a mark (byte {first.index(0)}). Save it as UTF-8.",
        )
    chunk = first.removeprefix(codecs.BOM_UTF8)
    while chunk:
        yield chunk
        chunk = stream.read(_CHUNK)


def _from_utf16(first: bytes, stream: BinaryIO) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")()
    position, chunk = 0, first
    try:
        while chunk:
            yield decoder.decode(chunk).encode("utf-8")
            position += len(chunk)
            chunk = stream.read(_CHUNK)
        yield decoder.decode(b"", final=True).encode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(
            "invalid_encoding",
            f"The UTF-16 is damaged near byte {position + error.start}. Save the file as UTF-8.",
        ) from error


def _lines(chunks: Iterable[bytes], limit: int) -> Iterator[_Line]:
    number, start, size = 1, 0, 0
    held: list[bytes] = []
    for chunk in chunks:
        at = 0
        while (stop := chunk.find(b"\n", at)) >= 0:
            piece = chunk[at : stop + 1]
            size += len(piece)
            held.append(piece)
            yield _line(number, start, held, size > limit)
            number, start, size, at = number + 1, start + size, 0, stop + 1
            held = []
        size += len(chunk) - at
        if size <= limit:
            held.append(chunk[at:])
        else:
            held = []
    if size:
        yield _line(number, start, held, size > limit)


def _line(number: int, start: int, held: list[bytes], too_long: bool) -> _Line:
    return _Line(number=number, start=start, content=b"" if too_long else b"".join(held), too_long=too_long)


def is_whole(value: float) -> bool:
    """Whether a float stands for a whole number that it holds exactly."""
    return math.isfinite(value) and value.is_integer() and abs(value) < 2**53
