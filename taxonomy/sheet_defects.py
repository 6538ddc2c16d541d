"""Dimensions and defects out of their sheets: found by name, filled up where a sheet says less, referred to by code."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from taxonomy import sheet_defaults as defaults
from taxonomy.document import Document
from taxonomy.sheet_columns import DEFECTS, DIMENSIONS, EXAMPLES, LEVEL_PARTS
from taxonomy.sheet_rows import Findings, Row
from taxonomy.violation import pointer

_ID = re.compile(r"[A-Z]{2,5}-[0-9]{4}\Z")


class Places(Protocol):
    """Where a value came from is noted here."""

    def note(self, path: str, row: Row, key: str = "") -> None: ...

    def note_all(self, path: str, row: Row) -> None: ...

    def where(self, path: str) -> tuple[str, int]: ...


@dataclass(slots=True, kw_only=True)
class Concepts:
    """What the workbook calls things, and which ids and codes are taken."""

    prefix: str
    version: str
    scales: list[Document]
    quality: str
    ids: dict[str, str] = field(default_factory=dict)  # code, id or name → id
    paths: dict[str, tuple[str, Document]] = field(default_factory=dict)  # id → where it stands
    every: list[tuple[str, Document]] = field(default_factory=list)  # also those whose id stands twice

    def name(self, concept: str, *words: str) -> None:
        for word in (concept, *words):
            if word:
                self.ids.setdefault(word, concept)

    def stands(self, concept: str, path: str, document: Document) -> None:
        self.paths.setdefault(concept, (path, document))
        self.every.append((path, document))

    def scale(self, scale_id: str) -> Document | None:
        return next((one for one in self.scales if one.get("id") == scale_id), None)


def refer(concepts: Concepts, word: str) -> str:
    """The id of a concept by its code, id or name; the word itself where there is none, which the rules refuse."""
    return concepts.ids.get(word, word)


def dimensions_of(rows: Mapping[str, list[Row]], concepts: Concepts, found: Findings, places: Places) -> list[Document]:
    """The whole tree below the version, in the order of the sheets."""
    dimension_rows, defect_rows = rows.get(DIMENSIONS.name, []), rows.get(DEFECTS.name, [])
    every = [row for table in ("Dimensions", "Defects", "Parts", "Retired") for row in rows.get(table, [])]
    free = defaults.fresh_ids(concepts.prefix, [row.word("id") for row in every])
    dimensions = [_dimension(row, place, places) for place, row in enumerate(dimension_rows)]
    if dimension_rows:
        places.note("/dimensions", dimension_rows[0])
    if not defect_rows:
        found.add(f"{DEFECTS.name}!A2", 2, "empty", "There is no defect yet: give at least one row its name.")
    grouped = _grouped(defect_rows, dimensions, found, places)
    letters = {one["code"] for one in dimensions if one.get("code")}
    for place, (dimension, its_rows) in enumerate(zip(dimensions, grouped, strict=True)):
        dimension.setdefault("id", next(free, ""))
        if not dimension.get("code"):
            taken = letters | {row.word("code")[:1] for row in defect_rows}
            given = next((row.word("code")[:1] for row in its_rows if len(row.word("code")) == 2), "")
            dimension["code"] = given or defaults.free_letter(dimension["name"], taken, but="O")
            letters.add(dimension["code"])
        concepts.name(dimension["id"], dimension["code"])
        concepts.stands(dimension["id"], f"/dimensions/{place}", dimension)
    codes = {row.word("code") for row in defect_rows}
    for place, (dimension, its_rows) in enumerate(zip(dimensions, grouped, strict=True)):
        for number, row in enumerate(its_rows):
            path = f"/dimensions/{place}/defects/{number}"
            defect = _defect(row, path, dimension["code"], concepts, codes, places)
            defect["id"] = row.word("id") or next(free, "")
            codes.add(defect["code"])
            dimension["defects"].append(defect)
            concepts.name(defect["id"], defect["code"])
            concepts.stands(defect["id"], path, defect)
        _add_catch_all(dimension, its_rows, concepts, codes, next(free, ""))
    _retired_names(rows, concepts)
    for one in (*dimensions, *(defect for dimension in dimensions for defect in dimension["defects"])):
        concepts.name(one["id"], str(one.get("name", "")))
    _hang(rows, concepts, found, places, free)
    _refer_all(concepts, found, places)
    return dimensions


def _dimension(row: Row, place: int, places: Places) -> Document:
    path = f"/dimensions/{place}"
    places.note_all(path, row)
    places.note(f"{path}/defects", row)
    said = {
        key: row.values[key] for key in ("id", "code", "name", "definition", "colour", "status") if key in row.values
    }
    return {"name": row.word("code"), "definition": defaults.DIMENSION, **said, "defects": []}


def _grouped(rows: Sequence[Row], dimensions: list[Document], found: Findings, places: Places) -> list[list[Row]]:
    """The rows of each dimension; one that no sheet of dimensions names is made. An empty cell says: as above."""
    by_word: dict[str, int] = {}
    for key in ("name", "code", "id"):
        by_word |= {one[key]: place for place, one in enumerate(dimensions) if one.get(key)}
    grouped: list[list[Row]] = [[] for _ in dimensions]
    current = ""
    for row in rows:
        current = row.word("dimension") or current
        if not current:
            found.add(row.place("dimension"), row.number, "missing-key", "Say which dimension this defect belongs to.")
            continue
        if current not in by_word:
            by_word[current] = len(dimensions)
            path = f"/dimensions/{len(dimensions)}"
            places.note(path, row, "dimension")
            places.note(f"{path}/name", row, "dimension")
            dimensions.append({"name": current, "definition": defaults.DIMENSION, "defects": []})
            grouped.append([])
        grouped[by_word[current]].append(row)
    return grouped


_SAID = ("name", "code", "definition", "scale", "quality", "status", "since", "meaning_since", "route", "aliases",
         "context", "kpis", "derived_from", "catch_all", "comment_required", "veto", "not_ratable")  # fmt: skip


def _defect(row: Row, path: str, letter: str, concepts: Concepts, codes: set[str], places: Places) -> Document:
    places.note_all(path, row)
    places.note(path, row, "name")
    defect: Document = {
        "name": "",
        "code": _code(row, letter, codes),
        "status": "active",
        "since": concepts.version,
        "definition": defaults.DEFINITION,
        "scale": concepts.scales[0].get("id", ""),
        "quality": concepts.quality,
        **{key: row.values[key] for key in _SAID if key in row.values},
        "annotate_when": row.some("annotate_when") or [defaults.WHEN],
        "do_not_annotate_when": row.some("do_not_annotate_when") or [{"text": defaults.WHEN_NOT}],
        "scope": _scope(row, path, places),
        "examples": [],
    }
    for key in ("annotate_when", "do_not_annotate_when", "aliases", "derived_from", "context", "kpis"):
        for number in range(len(row.some(key))):
            places.note(pointer(pointer(path, key), number), row, key)
    if defect.get("catch_all"):
        defect.setdefault("comment_required", True)
    defect["severity"] = _severity(row, path, places) or defaults.severity(concepts.scale(defect["scale"]))
    if row.word("deprecated_in") or row.word("deprecation_reason"):
        said = {"in": row.word("deprecated_in"), "reason": row.word("deprecation_reason")}
        lists = {key: row.some(key) for key in ("replaced_by", "consider") if row.some(key)}
        defect["deprecation"] = {**said, **lists}
        for key, column in (("in", "deprecated_in"), ("reason", "deprecation_reason"), *((one, one) for one in lists)):
            places.note(f"{path}/deprecation/{key}", row, column)
    return defect


def _code(row: Row, letter: str, codes: set[str]) -> str:
    if row.word("code"):
        return row.word("code")
    if row.values.get("catch_all"):
        return f"{letter}O"
    taken = {code[1:] for code in codes if code[:1] == letter}
    return letter + defaults.free_letter(row.word("name"), taken, but="O")


def _scope(row: Row, path: str, places: Places) -> Document:
    for key, column in (("level", "scope"), ("shapes", "shapes"), ("required", "required")):
        places.note(f"{path}/scope/{key}", row, column)
    level = row.word("scope") or "region"
    scope: Document = {"level": level}
    if row.some("shapes") or level == "region":
        scope["shapes"] = row.some("shapes") or list(defaults.SHAPES)
    if "required" in row.values:
        scope["required"] = row.values["required"]
    return scope


def _severity(row: Row, path: str, places: Places) -> Document:
    severity: Document = {}
    first = ""
    for key in row.columns:
        part, _, level = key.partition(":")
        if part not in LEVEL_PARTS or not level:
            continue
        first = first or key
        places.note(pointer(f"{path}/severity/{level}", part), row, key)
        if key in row.values:
            severity.setdefault(level, {})[part] = row.values[key]
            places.note(f"{path}/severity/{level}", row, key)
    if first:
        places.note(f"{path}/severity", row, first)
    return severity


def _add_catch_all(dimension: Document, rows: Sequence[Row], concepts: Concepts, codes: set[str], concept: str) -> None:
    """Only where a person began from nothing: rows with ids come from a taxonomy that is as it is."""
    if not rows or any(row.word("id") or row.values.get("catch_all") for row in rows):
        return
    if not dimension["code"] or f"{dimension['code']}O" in codes:
        return
    made = defaults.catch_all(
        dimension["name"], dimension["code"], concept, concepts.version, concepts.scales[0], concepts.quality
    )
    dimension["defects"].append(made)
    concepts.name(concept, made["code"])


def _retired_names(rows: Mapping[str, list[Row]], concepts: Concepts) -> None:
    for row in rows.get("Retired", []):
        concepts.name(row.word("id"), row.word("code"))


def _hang(
    rows: Mapping[str, list[Row]], concepts: Concepts, found: Findings, places: Places, free: Iterator[str]
) -> None:
    """Examples, parts, relations, causes and translations, each at the concept that its row names."""

    def owner(row: Row, key: str) -> tuple[str, Document] | None:
        at = concepts.paths.get(concepts.ids.get(row.word(key), ""))
        if at is None:
            said = row.word(key)[:40]
            message = f"Nothing here has the code or id {said!r}." if said else "Say by its code what this belongs to."
            found.add(row.place(key), row.number, "unknown-id", message)
        return at

    for table, key in (
        (EXAMPLES.name, "examples"),
        ("Relations", "relations"),
        ("Causes", "causes"),
        ("Parts", "sub_defects"),
    ):
        for row in rows.get(table, []):
            if (at := owner(row, "defect")) is None:
                continue
            path, defect = at
            entry = _entry(row, table, concepts, free)
            here = f"{path}/{key}/{len(defect.setdefault(key, []))}"
            places.note_all(here, row)
            for name in ("shape", "points"):
                places.note(f"{here}/region/{name}", row, name)
            defect[key].append(entry)
            if table == "Parts":
                concepts.name(entry["id"], str(entry.get("code", "")))
                concepts.stands(entry["id"], here, entry)
    for row in rows.get("Translations", []):
        if (at := owner(row, "concept")) is not None:
            path, concept = at
            language = row.word("language")
            concept.setdefault("translations", {})[language] = {
                key: row.values[key] for key in ("name", "definition") if key in row.values
            }
            places.note_all(f"{path}/translations/{language}", row)


def _entry(row: Row, table: str, concepts: Concepts, free: Iterator[str]) -> Document:
    entry: dict[str, Any] = {
        key: value for key, value in row.values.items() if key not in ("defect", "shape", "points")
    }
    if table == EXAMPLES.name and ("shape" in row.values or "points" in row.values):
        entry["region"] = {key: row.values[key] for key in ("shape", "points") if key in row.values}
    if table == "Parts":
        entry = {"status": "active", "since": concepts.version, **entry}
        entry["id"] = row.word("id") or next(free, "")
    return entry


def _refer_all(concepts: Concepts, found: Findings, places: Places) -> None:
    """Codes in lists and pointers become ids, once every concept is known."""

    def known(word: str, path: str) -> str:
        concept = refer(concepts, word)
        if not _ID.match(concept):
            place, row = places.where(path)
            found.add(place, row, "unknown-id", f"Nothing here has the code or id {word[:40]!r}.")
            return f"{concepts.prefix}-0000"  # nobody's, so that the other rules can be asked as well
        return concept

    for path, concept in concepts.every:
        for number, case in enumerate(concept.get("do_not_annotate_when", [])):
            if "use" in case:
                case["use"] = known(case["use"], f"{path}/do_not_annotate_when/{number}")
        for number, relation in enumerate(concept.get("relations", [])):
            if "target" in relation:
                relation["target"] = known(str(relation["target"]), f"{path}/relations/{number}/target")
        for holder, here in ((concept, path), (concept.get("deprecation", {}), f"{path}/deprecation")):
            for key in ("derived_from", "replaced_by", "consider"):
                if key in holder:
                    holder[key] = [known(one, f"{here}/{key}") for one in holder[key]]
