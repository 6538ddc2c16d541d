"""Every kind of broken taxonomy gets a message with path and line, and no tree."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from taxonomy_files import TAXONOMIES, document, portrait, trees

from taxonomy.codec import dump_json, dump_yaml
from taxonomy.document import from_document
from taxonomy.rules_references import find_cycle
from taxonomy.validation import DRAFT_MAY, load_taxonomy, read_taxonomy, validate_document, validate_tree
from taxonomy.violation import FileRefused

Break = Callable[[dict[str, Any]], Any]
D = "/dimensions/0/defects/0"


@pytest.mark.parametrize("path", TAXONOMIES, ids=lambda path: path.stem)
def test_every_shipped_taxonomy_is_sound(path):
    assert read_taxonomy(path.read_bytes()).violations == ()


def first(tree: dict[str, Any]) -> dict[str, Any]:
    return tree["dimensions"][0]["defects"][0]


def at(tree: dict[str, Any], concept: str) -> dict[str, Any]:
    return next(d for dim in tree["dimensions"] for d in dim["defects"] if d["id"] == concept)


def relate(kind: str, *pairs: tuple[str, str]) -> Break:
    def apply(tree: dict[str, Any]) -> None:
        for one, other in pairs:
            at(tree, one).setdefault("relations", []).append({"type": kind, "target": other})

    return apply


def setting(path: str, value: Any) -> Break:
    def apply(tree: dict[str, Any]) -> None:
        *steps, last = path.strip("/").split("/")
        here: Any = tree
        for step in steps:
            here = here[int(step)] if isinstance(here, list) else here.setdefault(step, {})
        here[int(last) if isinstance(here, list) else last] = value

    return apply


def both(*breaks: Break) -> Break:
    def apply(tree: dict[str, Any]) -> None:
        for one in breaks:
            one(tree)

    return apply


def extra_defect(**changes: Any) -> Break:
    def apply(tree: dict[str, Any]) -> None:
        defects = tree["dimensions"][0]["defects"]
        defects.insert(0, {**defects[0], "sub_defects": [], **changes})

    return apply


REGION = {"shape": "box", "points": [[0, 0], [0.5, 0.5]]}
LEVELS = "/severity_scales/0/levels"

BROKEN: dict[str, tuple[Break, str, str]] = {
    # the schema
    "not a taxonomy": (lambda t: t.clear(), "missing-key", ""),
    "unknown key": (setting("/colour", 1), "unknown-key", "/colour"),
    "missing key": (lambda t: first(t).pop("definition"), "missing-key", D),
    "number for text": (setting(f"{D}/name", 7), "wrong-type", f"{D}/name"),
    "unknown status": (setting(f"{D}/status", "live"), "unknown-value", f"{D}/status"),
    "wrong form of id": (setting(f"{D}/id", "hand"), "wrong-form", f"{D}/id"),
    "name too long": (setting(f"{D}/name", "x" * 61), "too-long", f"{D}/name"),
    "definition too short": (setting(f"{D}/definition", "short"), "too-short", f"{D}/definition"),
    "no dimension": (setting("/dimensions", []), "too-short", "/dimensions"),
    "aliases twice": (setting(f"{D}/aliases", ["a", "a"]), "twice", f"{D}/aliases"),
    "format of another program": (setting("/format", "x/1"), "fixed-value", "/format"),
    "previous version is no version": (
        setting("/taxonomy/previous_version", 1), "no-variant", "/taxonomy/previous_version"),
    "level without rule": (
        lambda t: first(t)["severity"]["minor"].pop("rule"), "missing-key", f"{D}/severity/minor"),
    "negative penalty": (
        setting(f"{D}/severity/minor/penalty", -1), "out-of-range", f"{D}/severity/minor/penalty"),
    "example region outside the picture": (
        setting(f"{D}/examples/0/region", {"shape": "box", "points": [[0, 0], [0.5, 1.2]]}),
        "out-of-range", f"{D}/examples/0/region/points/1/1"),
    # rule 1
    "id twice": (extra_defect(code="AZ"), "id-twice", "/dimensions/0/defects/1/id"),
    "id of a tombstone": (setting(f"{D}/id", "AID-0014"), "id-twice", "/retired_concepts/0/id"),
    "id of a scale twice": (setting("/severity_scales/2/id", "std3"), "id-twice", "/severity_scales/2/id"),
    "foreign prefix": (setting("/taxonomy/id_prefix", "ABC"), "id-prefix", "/dimensions/0/id"),
    "code clash": (setting(f"{D}/code", "AF"), "code-twice", "/dimensions/0/defects/1/code"),
    "code of a tombstone": (setting("/retired_concepts/0/code", "AH"), "code-twice", "/retired_concepts/0/code"),
    "dimension letter twice": (setting("/dimensions/1/code", "A"), "code-twice", "/dimensions/1/code"),
    "code of another dimension": (setting(f"{D}/code", "ZH"), "code-dimension", f"{D}/code"),
    "sub-defect code": (
        setting(f"{D}/sub_defects/0/code", "ZZZ"), "code-dimension", f"{D}/sub_defects/0/code"),
    "no catch-all": (
        lambda t: t["dimensions"][0]["defects"].pop(), "catch-all", "/dimensions/0/defects"),
    "catch-all with another letter": (
        setting("/dimensions/0/defects/9/code", "AQ"), "catch-all", "/dimensions/0/defects/9/code"),
    "catch-all not last": (
        lambda t: t["dimensions"][0]["defects"].reverse(), "catch-all", "/dimensions/0/defects/0"),
    "ten named defects": (extra_defect(id="AID-0999", code="AZ"), "too-many", "/dimensions/0/defects"),
    # versions and languages
    "dated in the future": (setting(f"{D}/since", "3.0.0"), "version-order", f"{D}/since"),
    "meaning before birth": (
        both(setting(f"{D}/since", "1.1.0"), setting(f"{D}/meaning_since", "1.0.0")),
        "version-order", f"{D}/meaning_since"),
    "deprecated in the future": (
        setting(f"{D}/deprecation", {"in": "9.0.0", "reason": "x"}), "version-order", f"{D}/deprecation/in"),
    "previous version is later": (
        setting("/taxonomy/previous_version", "2.0.0"), "version-order", "/taxonomy/previous_version"),
    "unknown language": (
        setting(f"{D}/translations", {"fr": {"name": "Main"}}), "language", f"{D}/translations/fr"),
    "default language missing": (
        setting("/taxonomy/languages", ["de"]), "language", "/taxonomy/default_language"),
    # rules 2 and 3
    "ranks with a gap": (setting(f"{LEVELS}/2/rank", 4), "ranks", LEVELS),
    "level key twice": (setting(f"{LEVELS}/2/key", "minor"), "level-twice", LEVELS),
    "hotkey twice": (setting(f"{LEVELS}/2/hotkey", "1"), "hotkeys", LEVELS),
    "hotkey is not the rank": (setting(f"{LEVELS}/2/hotkey", "4"), "hotkeys", f"{LEVELS}/2/hotkey"),
    "end words on other digits": (
        setting("/severity_scales/0/end_words", {"1": "minor", "2": "major"}), "end-words",
        "/severity_scales/0/end_words"),
    "scale action gets milder": (setting(f"{LEVELS}/2/action", "accept"), "action-order", LEVELS),
    "rule for a level missing": (
        lambda t: first(t)["severity"].pop("minor"), "level-without-rule", f"{D}/severity"),
    "rule for a level that is not there": (
        setting(f"{D}/severity/huge", {"rule": "much too big", "penalty": 9}), "unknown-level",
        f"{D}/severity/huge"),
    "unknown scale": (setting(f"{D}/scale", "nine"), "unknown-id", f"{D}/scale"),
    "penalty not monotone": (
        setting(f"{D}/severity/critical/penalty", 0.1), "penalty-order", f"{D}/severity/critical/penalty"),
    "action not monotone": (
        setting(f"{D}/severity/critical/action", "accept"), "action-order", f"{D}/severity/critical"),
    "override repeats the default": (
        setting(f"{D}/severity/critical/action", "reject"), "action-default",
        f"{D}/severity/critical/action"),
    "mild veto": (setting(f"{D}/veto", True), "veto-action", f"{D}/severity/minor"),
    # rule 4
    "use to itself": (
        setting(f"{D}/do_not_annotate_when/0/use", "AID-0011"), "use-self", f"{D}/do_not_annotate_when/0/use"),
    "use of an unknown id": (
        setting(f"{D}/do_not_annotate_when/0/use", "AID-0998"), "unknown-id",
        f"{D}/do_not_annotate_when/0/use"),
    "use of a deprecated defect": (
        both(setting("/dimensions/0/defects/1/status", "deprecated"),
             setting("/dimensions/0/defects/1/deprecation", {"in": "2.0.0", "reason": "x"}),
             setting(f"{D}/do_not_annotate_when/0/use", "AID-0012")),
        "use-deprecated", f"{D}/do_not_annotate_when/0/use"),
    "unknown quality": (setting(f"{D}/quality", "beauty"), "unknown-id", f"{D}/quality"),
    "unknown KPI": (setting(f"{D}/kpis", ["fame"]), "unknown-id", f"{D}/kpis/0"),
    "unknown relation": (relate("related", ("AID-0011", "AID-0998")), "unknown-id", f"{D}/relations/0/target"),
    "relation to itself": (relate("implies", ("AID-0011", "AID-0011")), "cycle", f"{D}/relations/0/target"),
    "implies in a circle": (
        relate("implies", ("AID-0011", "AID-0012"), ("AID-0012", "AID-0013"), ("AID-0013", "AID-0011")),
        "cycle", D),
    "requires in a circle": (
        relate("requires", ("AID-0011", "AID-0012"), ("AID-0012", "AID-0011")), "cycle", D),
    "derived in a circle": (
        both(setting(f"{D}/derived_from", ["AID-0012"]),
             setting("/dimensions/0/defects/1/derived_from", ["AID-0011"])), "cycle", D),
    "derived from itself": (setting(f"{D}/derived_from", ["AID-0011"]), "cycle", f"{D}/derived_from/0"),
    "derived from nobody": (setting(f"{D}/derived_from", ["AID-0998"]), "unknown-id", f"{D}/derived_from/0"),
    "replaced by nobody": (
        setting(f"{D}/deprecation", {"in": "2.0.0", "reason": "x", "replaced_by": ["AID-0998"]}),
        "unknown-id", f"{D}/deprecation/replaced_by/0"),
    "requires what a group excludes": (
        relate("requires", ("AID-0018", "AID-0019")), "contradiction",
        "/dimensions/1/defects/0/relations/0/target"),
    "group of strangers": (
        setting("/exclusion_groups/0/members/1", "AID-0998"), "unknown-id", "/exclusion_groups/0/members/1"),
    "tombstone to nowhere": (
        setting("/retired_concepts/0/consider", ["AID-0998"]), "unknown-id", "/retired_concepts/0/consider/0"),
    "example on an unknown level": (
        setting(f"{D}/examples/0/severity", "huge"), "unknown-level", f"{D}/examples/0/severity"),
    "no negative example": (lambda t: first(t)["examples"].pop(1), "examples-missing", f"{D}/examples"),
    "positive example without level": (
        lambda t: first(t)["examples"][0].pop("severity"), "example-level", f"{D}/examples/0"),
    "borderline example without verdict": (
        lambda t: first(t)["examples"][2].pop("verdict"), "example-verdict", f"{D}/examples/2"),
    "example id twice": (
        both(setting(f"{D}/examples/0/id", "x"), setting(f"{D}/examples/1/id", "x")), "id-twice",
        f"{D}/examples"),
    "counterpart of nothing": (
        setting(f"{D}/examples/1/clean_counterpart_of", "x"), "unknown-id",
        f"{D}/examples/1/clean_counterpart_of"),
    "box with one corner": (
        setting(f"{D}/examples/0/region", {"shape": "box", "points": [[0, 0]]}), "region-points",
        f"{D}/examples/0/region/points"),
    "polygon with two points": (
        setting(f"{D}/examples/0/region", {"shape": "polygon", "points": [[0, 0], [1, 1]]}), "region-points",
        f"{D}/examples/0/region/points"),
    "point with two points": (
        setting(f"{D}/examples/0/region", {"shape": "point", "points": [[0, 0], [1, 1]]}), "region-points",
        f"{D}/examples/0/region/points"),
    # rules 5 and 6
    "veto with context": (
        both(setting(f"{D}/veto", True), setting(f"{D}/context", ["prompt"])), "veto-context", f"{D}/context"),
    "not ratable on a graded scale": (
        setting(f"{D}/not_ratable", True), "not-ratable", f"{D}/not_ratable"),
    "prompt fulfilment without prompt": (
        setting(f"{D}/quality", "prompt-fulfilment"), "context-missing", D),
    "shapes for a whole image": (setting(f"{D}/scope/level", "image"), "scope", f"{D}/scope/shapes"),
    "guess at intent": (
        setting(f"{D}/annotate_when/0", "The hand was changed on purpose."), "wording",
        f"{D}/annotate_when/0"),
    # texts
    "right-to-left override in a name": (
        setting(f"{D}/name", "Hand \u202edna"), "hidden-character", f"{D}/name"),
    "right-to-left mark in an alias": (
        setting(f"{D}/aliases", ["hand\u200f"]), "hidden-character", f"{D}/aliases/0"),
    "zero-width space in a name": (
        setting(f"{D}/name", "Ha\u200bnd error"), "hidden-character", f"{D}/name"),
    "joiner at the end of a name": (setting(f"{D}/name", "Hand\u200d"), "hidden-character", f"{D}/name"),
    "invisible tag in a definition": (
        setting(f"{D}/definition", "A hand that is not possible\U000e0041."), "hidden-character",
        f"{D}/definition"),
    "hidden character in a key": (
        setting(f"{D}/severity/mi\u200bnor", {"rule": "much too big", "penalty": 9}), "hidden-character",
        f"{D}/severity/mi\u200bnor"),
    "blank name": (setting(f"{D}/name", "   "), "blank", f"{D}/name"),
    "line break in a name": (setting(f"{D}/name", "Hand\nerror"), "line-break", f"{D}/name"),
    "hostile Markdown": (
        setting(f"{D}/definition", "A hand <script>alert(1)</script> too many."), "hostile-markdown",
        f"{D}/definition"),
    "hostile link in a caption": (
        setting(f"{D}/examples/0/caption", "See [this](javascript:alert(1))."), "hostile-markdown",
        f"{D}/examples/0/caption"),
    "source that is no address": (
        setting("/taxonomy/sources/0/url", "javascript:alert(1)"), "hostile-link", "/taxonomy/sources/0/url"),
    "endless text": (
        setting("/taxonomy/release_notes", "x" * 20_001), "text-too-long", "/taxonomy/release_notes"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_taxonomy_is_refused_with_path_and_line(name):
    apply, code, path = BROKEN[name]
    form = "json" if len(name) % 2 else "yaml"
    broken = document()
    apply(broken)
    text = dump_yaml(broken) if form == "yaml" else dump_json(broken)
    found = [v for v in read_taxonomy(text, form).violations if v.code == code]
    assert path in [v.path for v in found], read_taxonomy(text, form).violations
    assert all(v.line and v.line >= 1 for v in found)
    assert all(len(v.message) > 10 and v.message.endswith((".", ">", "]")) for v in found)
    with pytest.raises(FileRefused):
        load_taxonomy(text, f"x.{form}")


def test_the_line_is_that_of_the_broken_value():
    broken = document()
    first(broken)["severity"]["critical"]["penalty"] = 0.1
    text = dump_yaml(broken)
    (violation,) = read_taxonomy(text).violations
    assert "penalty: 0.1" in text.splitlines()[violation.line - 1]


def test_ratings_have_their_own_rules():
    cases = {
        "hotkeys": setting("/severity_scales/0/levels/0/hotkey", "4"),
        "rating-best": setting("/dimensions/0/defects/0/severity/5/action", "retouch"),
    }
    for code, apply in cases.items():
        broken = portrait()
        apply(broken)
        assert code in {v.code for v in validate_document(broken).violations}
    turned = portrait()
    for level in turned["severity_scales"][0]["levels"]:
        level["rank"] = 6 - level["rank"]
    found = {v.message for v in validate_document(turned).violations if v.code == "hotkeys"}
    assert any("best score" in message for message in found)


def test_joiners_are_spelling_in_scripts_that_need_them():
    persian = document()
    first(persian)["translations"]["de"]["name"] = "می\u200cخواهم"
    assert validate_document(persian).violations == ()


def test_a_draft_may_be_unfinished_but_not_unsound():
    draft = document()
    first(draft)["examples"] = []
    loaded = validate_document(draft)
    assert [v.code for v in loaded.violations] == ["examples-missing"]
    assert loaded.blocking == ()
    assert loaded.tree is not None
    first(draft)["id"] = "AID-0012"
    assert {v.code for v in validate_document(draft).blocking} == {"id-twice", "unknown-id"}
    assert "id-twice" not in DRAFT_MAY


def test_a_tree_made_in_the_program_is_judged_by_the_same_rules():
    assert all(validate_tree(tree) == () for tree in trees())
    broken = document()
    at(broken, "AID-0012")["code"] = "AE"
    assert [(v.code, v.line) for v in validate_tree(from_document(broken))] == [("code-twice", None)]


def test_a_catch_all_that_moved_and_a_deprecated_replacement_circle_are_seen():
    broken = document()
    for one, other in (("AID-0011", "AID-0012"), ("AID-0012", "AID-0011")):
        at(broken, one)["deprecation"] = {"in": "2.0.0", "reason": "x", "replaced_by": [other]}
    assert [v.code for v in validate_document(broken).violations] == ["cycle"]


@pytest.mark.parametrize(
    ("edges", "cycle"),
    [
        ({}, None),
        ({"a": ["b"], "b": ["c"]}, None),
        ({"a": ["b", "c"], "b": ["c"], "c": []}, None),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, ["b", "c", "b"]),
        ({"a": ["a"]}, ["a", "a"]),
    ],
)
def test_a_circle_is_found_without_recursion(edges, cycle):
    assert find_cycle(edges) == cycle


def test_a_very_long_chain_is_no_problem():
    chain = {str(n): [str(n + 1)] for n in range(50_000)}
    assert find_cycle(chain) is None


def test_a_draft_with_empty_fields_still_has_a_tree():
    draft = document()
    first(draft)["do_not_annotate_when"] = []
    first(draft)["definition"] = ""
    draft["severity_scales"][1]["levels"] = []
    loaded = validate_document(draft)
    assert loaded.tree is not None
    assert {v.code for v in loaded.violations} >= {"too-short", "unknown-level"}
    draft["severity_scales"][0]["levels"] = []
    assert validate_document(draft).tree is not None


def test_a_tree_with_words_no_schema_knows_is_refused_without_asking_the_rules():
    broken = from_document(document())
    wrong = replace(broken, meta=replace(broken.meta, version="two"))
    assert [(v.code, v.path) for v in validate_tree(wrong)] == [("wrong-form", "/taxonomy/version")]
