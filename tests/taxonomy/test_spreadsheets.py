"""Taxonomies in spreadsheets: begun with three columns, whole there and back, and no cell does harm."""

import csv
import io
import re
import zipfile
from dataclasses import replace

import pytest
from openpyxl import load_workbook
from taxonomy_files import TAXONOMIES, tree
from workbooks import FACE, HAND, HEAD, changed, edited, minimal, part, workbook

from taxonomy.codec import export_tree
from taxonomy.document import from_document, to_document
from taxonomy.drafts import UNWRITTEN
from taxonomy.ordering import in_order
from taxonomy.reading import MAX_BYTES
from taxonomy.sheet_cells import case_text, entries, harmless, joined
from taxonomy.sheet_columns import DEFECTS, cell_name, letters
from taxonomy.sheet_reading import read_file, read_sheets, sheet_format_of
from taxonomy.sheet_writing import sheets_of, template
from taxonomy.validation import load_taxonomy
from taxonomy.workbook_adapter import MAX_COLUMNS, MAX_ROWS, csv_text, workbook_bytes


def codes(loaded):
    return [(one.code, one.path) for one in loaded.violations]


# ---- there and back


@pytest.mark.parametrize("path", TAXONOMIES, ids=lambda path: path.stem)
def test_a_whole_version_comes_back_from_a_workbook_word_for_word(path):
    original = in_order(load_taxonomy(path.read_bytes()))
    data = workbook_bytes(sheets_of(original))
    loaded = read_sheets(data, "xlsx")
    assert loaded.violations == ()
    assert loaded.tree == original
    assert export_tree(loaded.tree, "yaml") == export_tree(original, "yaml")
    assert workbook_bytes(sheets_of(original)) == data


def test_the_csv_has_every_defect_and_what_a_table_of_defects_can_say():
    original = in_order(tree("1.0.0"))
    text = csv_text(sheets_of(original))
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text[1:], newline="")))
    assert [row["Id"] for row in rows] == [defect.id for defect in original.defects]
    first = original.defects[0]
    assert rows[0]["Annotate when"].splitlines() == list(first.annotate_when)
    assert f"→ {original.defect(first.do_not_annotate_when[0].use).code}" in rows[0]["Do not annotate when"]
    assert rows[0]["Rule: critical"] == first.severity[-1].rule


# ---- begun from three columns


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("sheet", ["Defects", "Tabelle1"])
def test_dimension_name_and_definition_are_enough_for_a_draft(form, sheet):
    rows = [HEAD, HAND, ("", "Fused fingers", "Two or more fingers have grown into one."), FACE]
    if form == "xlsx":
        data = workbook({sheet: rows})
    else:
        data = "\n".join(";".join(f'"{cell}"' for cell in row) for row in rows).encode("utf-8-sig")
    loaded = read_file(data, f"Hand faults.{form}")
    assert loaded.blocking == ()
    assert {one.code for one in loaded.violations} == {"examples-missing"}
    made = loaded.tree
    assert (made.title, made.slug, made.version, made.meta.id_prefix) == ("Hand faults", "hand-faults", "1.0.0", "HAN")
    assert [dimension.name for dimension in made.dimensions] == ["Hands", "Faces"]
    assert [defect.name for defect in made.defects] == [
        "Extra finger", "Fused fingers", "Other: Hands", "Melted eye", "Other: Faces",
    ]  # fmt: skip
    assert [defect.code for defect in made.defects if defect.catch_all] == ["HO", "FO"]
    assert len({defect.id for defect in made.defects}) == len({defect.code for defect in made.defects}) == 5
    place = "Defects" if form == "csv" else sheet
    said = {(one.path, one.line, one.message) for one in loaded.unfinished}
    assert (f"{place}!B3", 3, "Annotate when is still to be written.") in said
    assert (f"{place}!B3", 3, "Rule: critical is still to be written.") in said
    assert all(one.path for one in loaded.unfinished)
    assert made.defects[0].annotate_when[0].startswith(UNWRITTEN)


def test_what_a_row_says_is_kept_and_the_rest_is_filled_up():
    head = (*HEAD, "Code", "do-not-annotate when", "Rule: minor", "Penalty: minor", "Aliases", "Veto", "Scope")
    head += ("Rule: major", "Penalty: major", "Rule: critical", "Penalty: critical")
    rules = ("Five fingers, one doubled.", 2, "Six fingers, clearly.", "4,5")
    row = (
        *HAND,
        "HX",
        "A glove has the fingers.→ HF\nA toy",
        "A sixth nail.",
        "0.5",
        "spider hand\nclaw",
        "no",
        "region",
    )
    other = ("Hands", "Fused fingers", "Two or more fingers have grown into one.", "HF")
    loaded = read_sheets(workbook({"Defects": [head, (*row, *rules), other]}), "xlsx")
    assert loaded.blocking == (), loaded.violations
    extra, fused = loaded.tree.defects[:2]
    assert (extra.code, extra.veto, extra.aliases) == ("HX", False, ("spider hand", "claw"))
    assert [(one.text, one.use) for one in extra.do_not_annotate_when] == [
        ("A glove has the fingers.", fused.id), ("A toy", None),
    ]  # fmt: skip
    assert [(one.level, one.penalty) for one in extra.severity] == [("minor", 0.5), ("major", 2), ("critical", 4.5)]
    assert not any("HX" in one.message or one.path.endswith("F2") for one in loaded.unfinished)


def test_the_template_says_what_to_write_and_takes_the_three_columns():
    data = workbook_bytes(template())
    empty = read_sheets(data, "xlsx")
    assert ("empty", "Defects!A2") in codes(empty)
    filled = edited(data, "Defects", {"A2": HAND[0], "B2": HAND[1], "C2": HAND[2]})
    filled = edited(filled, "Taxonomy", {"B2": "Hands of people", "B3": "hands-of-people"})
    loaded = read_sheets(filled, "xlsx")
    assert loaded.blocking == (), loaded.violations
    assert (loaded.tree.title, loaded.tree.slug) == ("Hands of people", "hands-of-people")
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames[0] == "How to"
    assert all(column.heading in [cell.value for cell in book["Defects"][1]] for column in DEFECTS.columns)
    assert csv_text(template()).startswith("\ufeffDimension,Name,Definition")


def test_only_a_table_with_the_headings_of_defects_is_taken_for_csv():
    assert sheet_format_of(b"Dimension,Name,Definition\n") == "csv"
    assert sheet_format_of("\ufeff;;\nname;definition\n".encode()) == "csv"
    assert sheet_format_of(b"format: defect-taxonomy/1\n") is None
    assert sheet_format_of(b'{"name": 1, "definition": 2}') is None
    assert sheet_format_of(b"") is None


# ---- formulas, both ways


@pytest.mark.parametrize(
    "text", ["=1+1 and more words", "+49 is no number", "-1 to 5 levels", "@SUM(A1:A9) is a sum", "\t=cmd"]
)
def test_no_cell_is_written_that_a_spreadsheet_program_takes_for_a_formula(text):
    document = to_document(tree("1.0.0"))
    document["dimensions"][0]["defects"][0]["definition"] = f"{text} in this sentence"
    document["dimensions"][0]["defects"][0]["aliases"] = [text]
    evil = in_order(from_document(document))
    data = workbook_bytes(sheets_of(evil))
    for name in zipfile.ZipFile(io.BytesIO(data)).namelist():
        assert b"<f>" not in part(data, name)
    shown = load_workbook(io.BytesIO(data))["Defects"]["C2"]
    assert (shown.data_type, shown.value[0]) == ("s", "'")
    starts = re.compile(r"[=+\-@\t]")
    rows = csv.reader(io.StringIO(csv_text(sheets_of(evil)), newline=""))
    assert not any(starts.match(cell) and not cell.replace(".", "", 1).isdigit() for row in rows for cell in row)
    assert read_sheets(data, "xlsx").tree.defects[0].definition == f"{text} in this sentence"


def test_a_text_that_looks_neutralised_already_stays_as_it_is():
    for text in ("'=1", "''+x", "'tis", "plain", "-"):
        from taxonomy.sheet_cells import value_of
        from taxonomy.sheet_columns import Column

        assert value_of(harmless(text), Column(key="a", heading="A", kind="text")) == text


def test_lists_in_a_cell_keep_their_entries():
    said = ["one", "two\nlines", "three -> AB stays"]
    assert entries(joined(said)) == said
    assert case_text("it ends in → AB", None) == "it ends in → AB →"


# ---- what is refused, with its cell

LONG = "A text that is long enough to be a definition."
ZIP = minimal()
CELLS = {
    "formula": (minimal(("Hands", "=1+1", LONG)), "formula", "Defects!B2"),
    "merged cells": (workbook({"Defects": [HEAD, HAND, FACE]}, merged="A2:A3"), "merged-cells", "A2:A3"),
    "unknown heading": (workbook({"Defects": [(*HEAD, "Defintion"), HAND]}), "unknown-column", "Defects!D1"),
    "no heading": (workbook({"Defects": [HEAD, (*HAND, None, "lost")]}), "unknown-column", "Defects!E2"),
    "heading twice": (workbook({"Defects": [(*HEAD, "NAME"), HAND]}), "twice", "Defects!D1"),
    "unknown sheet": (workbook({"Defects": [HEAD, HAND], "More": [("a",)]}), "unknown-sheet", "More!A1"),
    "no dimension": (minimal((None, "Extra finger", LONG)), "missing-key", "Defects!A2"),
    "no rows": (workbook({"Defects": [HEAD]}), "empty", "Defects!A2"),
    "penalty is a word": (
        workbook({"Defects": [(*HEAD, "Penalty: minor"), (*HAND, "much")]}), "wrong-type", "Defects!D2"),
    "flag is a word": (workbook({"Defects": [(*HEAD, "Veto"), (*HAND, "perhaps")]}), "wrong-type", "Defects!D2"),
    "level without rule": (
        workbook({"Defects": [(*HEAD, "Rule: minor", "Penalty: minor"), (*HAND, "Seen when enlarged.", 1)]}),
        "level-without-rule", "Defects!D2"),
    "unknown level": (
        workbook({"Defects": [(*HEAD, "Rule: huge", "Penalty: huge"), (*HAND, "Much too large.", 1)]}),
        "unknown-level", "Defects!E2"),
    "code clash": (
        workbook({"Defects": [(*HEAD, "Code"), (*HAND, "HX"), ("Hands", "Other thing", LONG, "HX")]}),
        "code-twice", "Defects!D3"),
    "id twice": (
        workbook({"Defects": [(*HEAD, "Id"), (*HAND, "ABC-0001"), ("Hands", "Other thing", LONG, "ABC-0001")]}),
        "id-twice", "Defects!D3"),
    "use of nobody": (
        workbook({"Defects": [(*HEAD, "Do not annotate when"), (*HAND, "It is a glove. → ZZ")]}), "unknown-id",
        "Defects!D2"),
    "derived from nobody": (
        workbook({"Defects": [(*HEAD, "Derived from"), (*HAND, "ZZ")]}), "unknown-id", "Defects!D2"),
    "use to itself": (
        workbook({"Defects": [(*HEAD, "Code", "Do not annotate when"), (*HAND, "HX", "It is a glove. → HX")]}),
        "use-self", "Defects!E2"),
    "penalty not monotone": (
        workbook({"Defects": [
            (*HEAD, *(f"{part}: {level}" for level in ("minor", "major", "critical") for part in ("Rule", "Penalty"))),
            (*HAND, LONG, 3, LONG, 2, LONG, 1)]}), "penalty-order", "Defects!G2"),
    "example of nobody": (
        workbook({"Defects": [HEAD, HAND], "Examples": [("Defect", "Kind", "Caption"), ("ZZ", "positive", LONG)]}),
        "unknown-id", "Examples!A2"),
    "region outside": (
        workbook({"Defects": [(*HEAD, "Code"), (*HAND, "HX")],
                  "Examples": [("Defect", "Kind", "Caption", "Level", "Region shape", "Region points"),
                               ("HX", "positive", LONG, "minor", "box", "0.1 0.1; 1.4 0.5")]}),
        "out-of-range", "Examples!F2"),
    "points that are none": (
        workbook({"Defects": [(*HEAD, "Code"), (*HAND, "HX")],
                  "Examples": [("Defect", "Kind", "Caption", "Region points"), ("HX", "positive", LONG, "left")]}),
        "wrong-form", "Examples!D2"),
    "hostile Markdown": (minimal(("Hands", "Extra finger", f"<script>alert(1)</script> {LONG}")),
                         "hostile-markdown", "Defects!C2"),
    "right-to-left name": (minimal(("Hands", "Extra \u202efinger", LONG)), "hidden-character", "Defects!B2"),
    "zero-width name": (minimal(("Hands", "Ext\u200bra finger", LONG)), "hidden-character", "Defects!B2"),
    "long text": (minimal(("Hands", "Extra finger", "x" * 25_000)), "text-too-long", "Defects!C2"),
    "relations in a circle": (
        workbook({"Defects": [(*HEAD, "Code"), (*HAND, "HX"), ("Hands", "Other thing", LONG, "HY")],
                  "Relations": [("Defect", "Type", "Target"), ("HX", "implies", "HY"), ("HY", "implies", "HX")]}),
        "cycle", "Defects!B2"),
    "version as a number": (
        workbook({"Taxonomy": [("Field", "Value"), ("Version", 1.1)], "Defects": [HEAD, HAND]}), "wrong-form",
        "Taxonomy!B2"),
    "unknown field": (
        workbook({"Taxonomy": [("Field", "Value"), ("Colour", "red")], "Defects": [HEAD, HAND]}), "unknown-key",
        "Taxonomy!A2"),
    "too many rows": (minimal(*([HAND] * (MAX_ROWS + 5))), "too-large", f"Defects!A{MAX_ROWS + 1}"),
    "too many columns": (
        workbook({"Defects": [HEAD, (*HAND, *([1] * 300))]}), "too-large", cell_name("Defects", 2, MAX_COLUMNS + 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
def test_a_wrong_cell_is_named_by_sheet_row_and_column(name):
    data, code, place = CELLS[name]
    loaded = read_sheets(data, "xlsx")
    assert (code, place) in codes(loaded), loaded.violations
    assert loaded.blocking or loaded.tree is None
    assert all(one.line and len(one.message) > 10 for one in loaded.violations)


def test_a_date_and_a_cell_in_error_are_asked_for_as_text():
    from datetime import date

    assert codes(read_sheets(minimal(("Hands", date(2026, 1, 2), LONG)), "xlsx")) == [("date", "Defects!B2")]
    sheet = part(ZIP, "xl/worksheets/sheet1.xml")
    broken = re.sub(rb'<c r="B2"[^>]*>.*?</c>', b'<c r="B2" t="e"><v>#REF!</v></c>', sheet)
    assert broken != sheet
    assert codes(read_sheets(changed(ZIP, {"xl/worksheets/sheet1.xml": broken}), "xlsx")) == [
        ("error-value", "Defects!B2")
    ]


BOMB = changed(ZIP, {"xl/media/zeros.bin": b"\0" * (30 * 1024 * 1024)})
FILES = {
    "zip bomb": (BOMB, "too-large"),
    "entities": (
        changed(ZIP, {"xl/workbook.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "a">]><x/>'}),
        "declaration",
    ),
    "macros": (changed(ZIP, {"xl/vbaProject.bin": b"x"}), "macros"),
    "macro type": (changed(ZIP, {"[Content_Types].xml": b"<x>macroEnabled</x>"}), "macros"),
    "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99 + "EncryptedPackage".encode("utf-16-le"), "password"),
    "old xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "wrong-type"),
    "other archive": (changed(ZIP, {"xl/workbook.xml": None}), "wrong-type"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"x" * 99, "wrong-type"),
    "nothing": (b"", "wrong-type"),
    "cut off": (ZIP[: len(ZIP) // 2], "wrong-type"),
    "damaged": (changed(ZIP, {"xl/worksheets/sheet1.xml": b"<worksheet"}), "damaged"),
    "ten megabytes": (ZIP + b"\0" * 10_000_000, "too-large"),
    "many parts": (changed(ZIP, {f"xl/x{n}.txt": b"" for n in range(400)}), "too-large"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_plain_workbook_gets_a_clear_answer(name):
    data, code = FILES[name]
    loaded = read_sheets(data, "xlsx")
    assert [one.code for one in loaded.violations] == [code]
    assert loaded.tree is None
    assert len(loaded.violations[0].message) > 20


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        (b"Dimension,Name,Definition\nHands,Ext\x00ra,Words that say enough here\n", "nul", "Defects!B2"),
        (b"Dimension,Name,Definition\nHands,Ext\x1bra,Words that say enough here\n", "control-character", "Defects!B2"),
        (b"Dimension,Name,Definition\nH\xe4nde,Finger,x\n", "encoding", ""),
        (b"Dimension,Name,Definition\n" + b'Hands,"' + b"x" * 200_000 + b'",y\n', "syntax", "Defects!A2"),
        (b"Dimension,Name,Definition" + b",x" * 300 + b"\n", "too-large", cell_name("Defects", 1, 303)),
        (b"Dimension,Name,Definition\n" + b"a,b,c\n" * 3000, "too-large", f"Defects!A{MAX_ROWS + 1}"),
        (b"x" * (MAX_BYTES + 1), "too-large", ""),
    ],
    ids=["nul", "escape", "latin-1", "endless cell", "columns", "rows", "large"],
)
def test_a_broken_csv_is_refused_with_its_cell(text, code, place):
    loaded = read_sheets(text, "csv")
    assert (code, place) in codes(loaded), loaded.violations
    assert loaded.tree is None


def test_a_far_away_cell_costs_no_time():
    sheet = part(ZIP, "xl/worksheets/sheet1.xml")
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    loaded = read_sheets(changed(ZIP, {"xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", far)}), "xlsx")
    assert loaded.tree is not None
    assert len(loaded.tree.dimensions) == 2


def test_a_text_longer_than_a_cell_is_not_cut_in_silence():
    from taxonomy.violation import FileRefused

    one = tree("1.0.0")
    hand = replace(one.defects[0], annotate_when=tuple("x" * 19_000 for _ in range(2)))
    dimension = replace(one.dimensions[0], defects=(hand, *one.dimensions[0].defects[1:]))
    with pytest.raises(FileRefused, match="too-long"):
        workbook_bytes(sheets_of(replace(one, dimensions=(dimension, *one.dimensions[1:]))))


def test_columns_have_letters():
    assert [letters(n) for n in (1, 26, 27, 52, 703)] == ["A", "Z", "AA", "AZ", "AAA"]
