"""The sheets of a workbook as a taxonomy document, with the cell of every value.

Pure: the same document as that of a YAML file, which is then judged by the same rules. A sheet that says only
dimension, name and definition becomes a draft: ids issued, codes proposed, a catch-all added to each dimension, and
every text that is missing marked as one to be written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from taxonomy import sheet_defaults as defaults
from taxonomy.document import FORMAT, Document
from taxonomy.sheet_cells import CellRefused, value_of
from taxonomy.sheet_columns import FIELDS, SCALES, TAXONOMY, Cell, Sheet, cell_name, plain
from taxonomy.sheet_defects import Concepts, dimensions_of, refer
from taxonomy.sheet_rows import Findings, Row, rows_by_table
from taxonomy.violation import Violation, pointer

_META = ("slug", "version", "previous_version", "title", "summary", "status", "default_language", "languages",
         "id_prefix", "license", "media", "release_notes")  # fmt: skip
_SCORING = {"base": 10, "floor": 0, "per_defect": "max"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReading:
    """`places` gives the cell of each JSON pointer, `rows` its row; `violations` are those of the cells themselves."""

    document: Document
    places: Mapping[str, str]
    rows: Mapping[str, int]
    violations: tuple[Violation, ...]

    def located(self, violation: Violation) -> Violation:
        """The same violation with the cell that it is about, or the nearest one around it."""
        path = violation.path
        while path and path not in self.places:
            path = path.rpartition("/")[0]
        place, row = self.places.get(path, violation.path), self.rows.get(path)
        return Violation(path=place, line=row, code=violation.code, message=violation.message)


@dataclass(slots=True)
class Places:
    """Which cell and row a JSON pointer came from."""

    cells: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def note(self, path: str, row: Row, key: str = "") -> None:
        self.cells[path], self.rows[path] = row.place(key), row.number

    def where(self, path: str) -> tuple[str, int]:
        """The cell and row of a pointer, or of the nearest one around it that has a cell."""
        while path and path not in self.cells:
            path = path.rpartition("/")[0]
        return self.cells.get(path, ""), self.rows.get(path, 1)

    def note_all(self, path: str, row: Row) -> None:
        """The thing itself, and every value of it that the row's sheet has a column for."""
        self.note(path, row)
        for key in row.columns:
            self.note(pointer(path, key), row, key)


def document_of(sheets: Sequence[Sheet], title: str = "") -> SheetReading:
    """Read every sheet. Never raises for bad input; `title` is what a nameless taxonomy is called."""
    found, places = Findings(), Places()
    rows = rows_by_table(sheets, found)
    meta = _meta(rows.get(TAXONOMY.name, []), title, found, places)
    scales = _scales(rows.get(SCALES.name, []), places) or defaults.scales()
    quality = _plain(rows, "Quality", "quality_model", places) or [dict(defaults.QUALITY)]
    if "" not in places.cells:
        first = next((one for one in sheets if one.rows), None)
        places.cells[""], places.rows[""] = (cell_name(first.name, 1, 1) if first else ""), 1
    concepts = Concepts(
        prefix=str(meta["id_prefix"]), version=str(meta["version"]), scales=scales, quality=str(quality[0].get("id"))
    )
    document: Document = {
        "format": FORMAT,
        "taxonomy": meta,
        "severity_scales": scales,
        "quality_model": quality,
        "kpis": _plain(rows, "KPIs", "kpis", places),
        "dimensions": dimensions_of(rows, concepts, found, places),
        "exclusion_groups": _plain(rows, "Groups", "exclusion_groups", places),
        "retired_concepts": _plain(rows, "Retired", "retired_concepts", places),
    }
    for place, group in enumerate(document["exclusion_groups"]):
        members = group.get("members", [])
        group["members"] = [refer(concepts, one) for one in members]
        for number in range(len(members)):
            path = f"/exclusion_groups/{place}/members"
            places.cells[f"{path}/{number}"], places.rows[f"{path}/{number}"] = places.cells[path], places.rows[path]
    for key in ("replaced_by", "consider"):
        for retired in document["retired_concepts"]:
            if key in retired:
                retired[key] = [refer(concepts, one) for one in retired[key]]
    if sources := _plain(rows, "Sources", "taxonomy/sources", places):
        meta["sources"] = sources
    return SheetReading(
        document={key: value for key, value in document.items() if value != []}
        | {"dimensions": document["dimensions"]},
        places=places.cells,
        rows=places.rows,
        violations=tuple(found.violations),
    )


def _plain(rows: Mapping[str, list[Row]], sheet: str, key: str, places: Places) -> list[Document]:
    """A sheet whose rows are the entries of a list as they are."""
    found = []
    for place, row in enumerate(rows.get(sheet, [])):
        places.note_all(f"/{key}/{place}", row)
        found.append(dict(row.values))
    if found:
        places.note(f"/{key}", rows[sheet][0])
    return found


def _meta(rows: Sequence[Row], title: str, found: Findings, places: Places) -> Document:
    said: dict[str, Any] = {}
    known = {plain(word): column for column in FIELDS for word in (column.key, column.heading)}
    for row in rows:
        column = known.get(plain(row.word("field")))
        if column is None:
            names = ", ".join(one.heading for one in FIELDS)
            found.add(row.place("field"), row.number, "unknown-key", f"This field is unknown; known are {names}.")
            continue
        group = "/taxonomy/scoring" if column.key in (*_SCORING, "dimension_cap") else "/taxonomy"
        places.note(pointer(group, column.key), row, "value")
        if "value" not in row.values:
            continue
        try:
            said[column.key] = value_of(_cell(row), column)
        except CellRefused as refused:
            found.add(row.place("value"), row.number, refused.code, refused.message)
    if rows:
        places.note("/taxonomy", rows[0])
        places.note("", rows[0])
    name = said.get("title") or (title if len(title) >= 3 else "New taxonomy")
    slug = said.get("slug") or defaults.slug_of(name)
    meta: Document = {
        "slug": slug,
        "version": defaults.VERSION,
        "title": name,
        "summary": defaults.SUMMARY,
        "status": "draft",
        "default_language": "en",
        "id_prefix": defaults.prefix_of(slug),
        **{key: said[key] for key in _META if key in said},
        "scoring": {**_SCORING, **{key: said[key] for key in (*_SCORING, "dimension_cap") if key in said}},
    }
    return meta


def _cell(row: Row) -> Cell:
    value = row.values["value"]
    return value if isinstance(value, str | int | float) else None


def _scales(rows: Sequence[Row], places: Places) -> list[Document]:
    """One row a level; what is said of the scale itself stands on the first of its rows."""
    scales: list[Document] = []
    by_id: dict[str, int] = {}
    current = ""
    for row in rows:
        current = row.word("id") or current
        if current not in by_id:
            by_id[current] = len(scales)
            path = f"/severity_scales/{len(scales)}"
            places.note_all(path, row)
            places.note(f"{path}/levels", row, "key")
            scale: Document = {"id": current, "levels": []}
            for key in ("name", "kind", "allow_not_applicable", "tie_break", "end_words"):
                if key in row.values:
                    scale[key] = row.values[key]
            scales.append(scale)
        scale = scales[by_id[current]]
        place = len(scale["levels"])
        path = f"/severity_scales/{by_id[current]}/levels/{place}"
        places.note_all(path, row)
        places.note(f"{path}/name", row, "level_name")
        level = {
            key: row.values[key] for key in ("key", "rank", "hotkey", "action", "general_rule") if key in row.values
        }
        if "level_name" in row.values:
            level["name"] = row.values["level_name"]
        scale["levels"].append(level)
    return scales
