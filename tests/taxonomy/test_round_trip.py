"""There and back: whatever a taxonomy says, in every form and through the database, the same bytes come out again."""

from typing import Any

import pytest
from cast import Cast
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from taxonomy_files import TAXONOMIES, document, portrait

from taxonomy.codec import dump_json, dump_yaml, export_tree
from taxonomy.document import from_document
from taxonomy.ordering import in_order
from taxonomy.sheet_reading import read_sheets
from taxonomy.sheet_writing import sheets_of
from taxonomy.tree import TaxonomyTree
from taxonomy.validation import load_taxonomy, read_taxonomy
from taxonomy.workbook_adapter import workbook_bytes

# Letters of several scripts, signs that YAML, Turtle, CSV and spreadsheets give a meaning, combining marks, emoji.
SIGNS = st.sampled_from([*"aZ09äß漢яא", *"-:#&*!|>%@`'\"{}[],?=+~;/\\.", " ", "→", "́", "👩", "𝄞", "\u00a0"])
WORDS = st.text(SIGNS, min_size=1, max_size=40).map(lambda text: f"x{text}x")
TRICKY = st.sampled_from(
    ["no", "on", "null", "~", "1.0", "0x1F", "2026-11-26", "12:30", "=1+1", "+49", "-1", "@x", "'=1", "- a", "? b",
     "x: y", "# c", "| d", "> e", "!!str f", "&a", "*a", "%TAG", "---", "...", "{a}", "[b]", "x → AB",
     "x → nobody here", "a ' b", 'a " b']
)  # fmt: skip
LINES = st.lists(WORDS | TRICKY, min_size=1, max_size=4).map("\n".join)
LONG = st.sampled_from(
    ["word " * 300 + "end", "x" * 900, "one\n\ntwo\n", "  indented\n    more\nless", "ends in a break\n"]
)


def plainly(text: str) -> str:
    return f"{text} and enough words to be a sentence"


@st.composite
def trees(draw: Any) -> TaxonomyTree:
    """A shipped version with texts, lists, numbers and whole defects drawn anew."""
    tree = draw(st.builds(portrait))
    tree["taxonomy"]["release_notes"] = draw(LINES | LONG | TRICKY)
    tree["taxonomy"]["summary"] = plainly(draw(LINES | LONG))
    tree["taxonomy"]["title"] = draw(WORDS)
    for dimension in tree["dimensions"]:
        dimension["definition"] = plainly(draw(LINES))
        kept = draw(st.integers(1, len(dimension["defects"])))
        for defect in dimension["defects"][:kept][:2]:
            defect["name"] = draw(WORDS | TRICKY.map(lambda text: f"Name {text}"))
            defect["definition"] = plainly(draw(LINES | TRICKY))
            defect["annotate_when"] = [
                plainly(one) for one in draw(st.lists(WORDS | TRICKY | LINES, min_size=1, max_size=3))
            ]
            defect["aliases"] = draw(st.lists(WORDS | TRICKY, max_size=3, unique=True))
            defect["translations"] = {"de": {"name": draw(WORDS | TRICKY)}}
            for rule in defect["severity"].values():
                rule["penalty"] = draw(st.integers(0, 9) | st.floats(0, 9, width=32))
            for example in defect["examples"][:1]:
                points = draw(st.lists(st.lists(st.floats(0, 1), min_size=2, max_size=2), min_size=2, max_size=2))
                example |= {"caption": plainly(draw(LINES)), "region": {"shape": "box", "points": points}}
    return in_order(from_document(tree))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(trees())
def test_any_tree_is_the_same_bytes_after_every_trip(tree: TaxonomyTree) -> None:
    as_yaml, as_json = export_tree(tree, "yaml"), export_tree(tree, "json")
    for text, form in ((as_yaml, "yaml"), (as_json, "json")):
        loaded = read_taxonomy(text.encode(), "json" if form == "json" else "yaml")
        assert loaded.tree == tree, [one.sentence() for one in loaded.violations][:3]
        assert export_tree(loaded.tree, "yaml") == as_yaml
        assert export_tree(loaded.tree, "json") == as_json


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(trees())
def test_any_tree_comes_back_from_a_workbook(tree: TaxonomyTree) -> None:
    loaded = read_sheets(workbook_bytes(sheets_of(tree)), "xlsx")
    assert loaded.tree is not None, [one.sentence() for one in loaded.violations][:3]
    assert dump_yaml_of(loaded.tree) == dump_yaml_of(tree)


def dump_yaml_of(tree: TaxonomyTree) -> str:
    return export_tree(tree, "yaml")


@pytest.mark.parametrize("form", ["yaml", "json"])
@pytest.mark.parametrize("path", TAXONOMIES, ids=lambda path: path.stem)
def test_a_version_comes_out_of_the_database_as_its_file_says(path: Any, form: str, cast: Cast) -> None:
    original = in_order(load_taxonomy(path.read_bytes()))
    text = export_tree(original, "json" if form == "json" else "yaml")
    omar = cast.client("omar")
    sent = omar.generic("POST", "/api/v1/taxonomies/import?publish=true", text.encode(), "application/octet-stream")
    assert sent.status_code == 201, sent.json()
    address = f"/api/v1/taxonomies/{original.slug}/versions/{original.version}/export?format={form}"
    first = omar.get(address).content
    assert first.decode() == text
    again = omar.generic("POST", "/api/v1/taxonomies/import?publish=true", first, "application/octet-stream")
    assert (again.status_code, again.json()["is_new"]) == (200, False)
    assert omar.get(address).content == first


def test_the_order_of_keys_in_a_file_does_not_matter() -> None:
    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(one) for one in value] if isinstance(value, list) else value

    straight = document("2.0.0")
    one, other = in_order(from_document(straight)), in_order(from_document(turned(straight)))
    assert export_tree(other, "yaml") == export_tree(one, "yaml")
    assert dump_yaml(straight) != dump_yaml(turned(straight))
    assert dump_json(straight) != dump_json(turned(straight))
