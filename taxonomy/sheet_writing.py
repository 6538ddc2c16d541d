"""A taxonomy as sheets, and the empty template: what is written here is read back as the same tree."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from taxonomy.document import Document, to_document
from taxonomy.sheet_cells import case_text, harmless, joined, points_text, yes_no
from taxonomy.sheet_columns import (
    CAUSES,
    DEFECTS,
    DIMENSIONS,
    EXAMPLES,
    FIELDS,
    GROUPS,
    HOW_TO,
    KPIS,
    LEVEL_PARTS,
    PARTS,
    QUALITY,
    RELATIONS,
    RETIRED,
    SCALES,
    SOURCES,
    TABLES,
    TAXONOMY,
    TRANSLATIONS,
    Cell,
    Column,
    Sheet,
    Table,
    level_heading,
)
from taxonomy.sheet_defaults import scales as default_scales
from taxonomy.tree import TaxonomyTree

_LEVELS_OF_TEMPLATE = tuple(level["key"] for level in default_scales()[0]["levels"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Names:
    """How a sheet refers to things: by code where that is one thing's alone, else by id."""

    codes: Mapping[str, str]

    def of(self, concept: str) -> str:
        return self.codes.get(concept, concept)


def sheets_of(tree: TaxonomyTree) -> tuple[Sheet, ...]:
    """Every sheet of a version; sheets with nothing in them are left out, those people begin with are not."""
    document = to_document(tree)
    names = _names(document)
    levels = tuple(dict.fromkeys(level["key"] for scale in document["severity_scales"] for level in scale["levels"]))
    rows: dict[str, list[Document]] = {
        TAXONOMY.name: _fields(document["taxonomy"]),
        SCALES.name: list(_scale_rows(document)),
        DIMENSIONS.name: [_without(one, "defects", "translations") for one in document["dimensions"]],
        DEFECTS.name: list(_defect_rows(document, names)),
        EXAMPLES.name: list(_example_rows(document, names)),
        PARTS.name: list(_belonging(document, names, "sub_defects")),
        RELATIONS.name: list(_belonging(document, names, "relations")),
        CAUSES.name: list(_belonging(document, names, "causes")),
        TRANSLATIONS.name: list(_translation_rows(document, names)),
        GROUPS.name: document.get("exclusion_groups", []),
        QUALITY.name: document["quality_model"],
        KPIS.name: document.get("kpis", []),
        RETIRED.name: document.get("retired_concepts", []),
        SOURCES.name: document["taxonomy"].get("sources", []),
    }
    always = (TAXONOMY, SCALES, DIMENSIONS, DEFECTS, EXAMPLES)
    return tuple(
        _sheet(table, rows[table.name], levels if table.has_levels else ())
        for table in TABLES
        if rows[table.name] or table in always
    )


def template() -> tuple[Sheet, ...]:
    """Sheets to begin with: headings, the default levels, and a sheet that says what to write where."""
    fields: list[Document] = [{"field": column.heading, "note": column.note} for column in FIELDS if column.note]
    scales = list(_scale_rows({"severity_scales": default_scales()}))
    filled = {TAXONOMY.name: fields, SCALES.name: scales}
    tables = (TAXONOMY, SCALES, DIMENSIONS, DEFECTS, EXAMPLES)
    sheets = [_sheet(one, filled.get(one.name, []), _LEVELS_OF_TEMPLATE if one.has_levels else ()) for one in tables]
    return (_how_to(), *sheets)


def _how_to() -> Sheet:
    rows: list[tuple[Cell, ...]] = [
        ("Sheet", "Column", "What to write"),
        ("Defects", "", "One row a defect. Dimension, Name and Definition are enough to begin with."),
    ]
    for table in (TAXONOMY, SCALES, DIMENSIONS, DEFECTS, EXAMPLES):
        columns = FIELDS if table is TAXONOMY else table.columns
        for column in columns:
            said = ", ".join(part for part in (column.note, " or ".join(column.choices)) if part)
            rows.append((table.name, column.heading, said))
    rows.append((DEFECTS.name, "Rule: minor", "One column for each level: when a case is on this level."))
    rows.append((DEFECTS.name, "Penalty: minor", "Points of the trend score."))
    rows.append((DEFECTS.name, "Action: minor", "Only where it differs from the scale's action."))
    return Sheet(name=HOW_TO, rows=tuple(rows))


# ---- rows


def _names(document: Document) -> _Names:
    concepts = [*document["dimensions"], *_defects(document)]
    concepts += [sub for defect in _defects(document) for sub in defect.get("sub_defects", [])]
    codes: dict[str, list[str]] = {}
    for one in (*concepts, *document.get("retired_concepts", [])):
        codes.setdefault(one["code"], []).append(one["id"])
    return _Names(codes={ids[0]: code for code, ids in codes.items() if len(ids) == 1})


def _defects(document: Document) -> list[Document]:
    return [defect for dimension in document["dimensions"] for defect in dimension["defects"]]


def _without(document: Document, *keys: str) -> Document:
    return {key: value for key, value in document.items() if key not in keys}


def _fields(meta: Document) -> list[Document]:
    said = {**meta, **meta["scoring"]}
    rows: list[Document] = []
    for column in FIELDS:
        value = said.get(column.key)
        if value is not None:
            rows.append(
                {
                    "field": column.heading,
                    "value": ", ".join(value) if isinstance(value, list) else value,
                    "note": column.note,
                }
            )
    return rows


def _scale_rows(document: Document) -> Iterator[Document]:
    for scale in document["severity_scales"]:
        for place, level in enumerate(scale["levels"]):
            own = _without(scale, "levels") if place == 0 else {"id": scale["id"]}
            yield {**own, **_without(level, "name"), "level_name": level["name"]}
        if not scale["levels"]:
            yield _without(scale, "levels")


def _defect_rows(document: Document, names: _Names) -> Iterator[Document]:
    words = [dimension["name"] for dimension in document["dimensions"]]
    taken = {one[key] for one in document["dimensions"] for key in ("id", "code")}
    for dimension in document["dimensions"]:
        name = dimension["name"]
        is_clear = words.count(name) == 1 and name not in taken and name == name.strip()
        for defect in dimension["defects"]:
            gone = defect.get("deprecation", {})
            row = _without(defect, "severity", "scope", "deprecation", "do_not_annotate_when")
            row |= {"dimension": name if is_clear else dimension["id"], "scope": defect["scope"]["level"]}
            row |= {key: defect["scope"][key] for key in ("shapes", "required") if key in defect["scope"]}
            row |= {"deprecated_in": gone.get("in"), "deprecation_reason": gone.get("reason")}
            row |= {key: gone[key] for key in ("replaced_by", "consider") if key in gone}
            cases = defect["do_not_annotate_when"]
            row["do_not_annotate_when"] = [
                case_text(one["text"], names.of(one["use"]) if one.get("use") else None) for one in cases
            ]
            for level, rule in defect["severity"].items():
                row |= {f"{part}:{level}": rule.get(part) for part in LEVEL_PARTS}
            yield row


def _example_rows(document: Document, names: _Names) -> Iterator[Document]:
    for row in _belonging(document, names, "examples"):
        region = row.pop("region", None)
        yield row if region is None else {**row, "shape": region["shape"], "points": region["points"]}


def _belonging(document: Document, names: _Names, key: str) -> Iterator[Document]:
    for defect in _defects(document):
        for one in defect.get(key, []):
            yield {**_without(one, "translations"), "defect": names.of(defect["id"])}


def _translation_rows(document: Document, names: _Names) -> Iterator[Document]:
    concepts: list[Document] = []
    for dimension in document["dimensions"]:
        concepts.append(dimension)
        for defect in dimension["defects"]:
            concepts += [defect, *defect.get("sub_defects", [])]
    for concept in concepts:
        for language, said in concept.get("translations", {}).items():
            yield {"concept": names.of(concept["id"]), "language": language, **said}


# ---- cells


def _sheet(table: Table, rows: list[Document], levels: tuple[str, ...]) -> Sheet:
    extra = [_level(part, level) for level in levels for part in LEVEL_PARTS]
    columns = (*table.columns, *extra)
    head = tuple(column.heading for column in columns)
    body = (tuple(_cell(row.get(column.key), column) for column in columns) for row in rows)
    return Sheet(name=table.name, rows=(head, *body))


def _level(part: str, level: str) -> Column:
    kind: Any = "number" if part == "penalty" else "text"
    return Column(key=f"{part}:{level}", heading=level_heading(part, level), kind=kind)


def _cell(value: Any, column: Column) -> Cell:
    if value is None or value == []:
        return None
    if isinstance(value, bool):
        return yes_no(value)
    if isinstance(value, int | float):
        return value if float(f"{value:.15g}") == value else str(value)  # a spreadsheet keeps 15 digits
    if isinstance(value, dict):
        return harmless(joined(f"{key} = {word}" for key, word in value.items()))
    if isinstance(value, list):
        if column.kind == "points":
            return points_text(value)
        return harmless(joined(value) if column.kind in ("lines", "cases") else ", ".join(value))
    return harmless(str(value))
