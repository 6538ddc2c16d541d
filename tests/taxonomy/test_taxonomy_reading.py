"""Files in and out: nothing is dropped, writing is stable to the byte, bad text is refused with its place."""

import json

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from taxonomy_files import FOLDER, TAXONOMIES, document, tree

from taxonomy.codec import canonical_json, content_hash, dump_json, dump_yaml, export_tree
from taxonomy.document import from_document, to_document
from taxonomy.reading import MAX_BYTES, MAX_DEPTH, format_of, parse, pointer_at
from taxonomy.tree import semver
from taxonomy.validation import load_taxonomy, read_taxonomy
from taxonomy.violation import FileRefused, Violation, pointer


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.yaml")), ids=lambda path: path.stem)
def test_the_strict_reader_reads_what_a_plain_yaml_reader_reads(path):
    parsed = parse(path.read_bytes())
    assert parsed.violations == ()
    assert parsed.value == yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize("path", TAXONOMIES, ids=lambda path: path.stem)
@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_round_trip_drops_nothing_and_is_stable_to_the_byte(path, form):
    source = parse(path.read_bytes()).value
    original = load_taxonomy(path.read_bytes())
    for key in ("kpis", "exclusion_groups", "retired_concepts"):
        if not source.get(key, True):
            del source[key]  # an empty list says nothing
    assert to_document(original) == source
    text = export_tree(original, form)
    again = load_taxonomy(text, f"again.{form}")
    assert again == original
    assert hash(again) == hash(original)
    assert export_tree(again, form) == text


def test_every_value_knows_its_line():
    path = FOLDER / "portrait-basics-1.0.0.yaml"
    parsed = parse(path.read_bytes())
    rows = path.read_text("utf-8").splitlines()
    assert "slug: portrait-basics" in rows[parsed.lines["/taxonomy/slug"] - 1]
    assert "id: PBA-0003" in rows[parsed.lines["/dimensions/0/defects/1/id"] - 1]
    as_json = parse(dump_json(parsed.value), "json")
    lines = dump_json(parsed.value).splitlines()
    assert '"PBA-0003"' in lines[as_json.lines["/dimensions/0/defects/1/id"] - 1]


def test_the_content_hash_ignores_the_state_and_the_order_of_keys_but_no_word():
    one = tree("2.0.0")
    retired = document("2.0.0")
    retired["taxonomy"]["status"] = "retired"
    turned = dict(reversed(list(retired.items())))
    assert content_hash(from_document(turned)) == content_hash(one)
    retired["taxonomy"]["summary"] += "."
    assert content_hash(from_document(retired)) != content_hash(one)
    assert canonical_json({"b": 1, "a": "ü"}) == '{"a":"ü","b":1}'.encode()


@settings(max_examples=150, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=20)
        | st.floats(allow_nan=False, allow_infinity=False, width=32),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    )
)  # fmt: skip
def test_any_legal_value_survives_yaml_and_json(value):
    for text, form in ((dump_yaml({"v": value}), "yaml"), (dump_json({"v": value}), "json")):
        parsed = parse(text.encode("utf-8", "surrogatepass"), form)
        codes = {violation.code for violation in parsed.violations}
        if codes:
            assert codes <= {"control-character", "nul", "surrogate", "syntax"}
        else:
            assert parsed.value == {"v": value}
            assert (dump_yaml if form == "yaml" else dump_json)(parsed.value) == text


@pytest.mark.parametrize("word", ["NO", "on", "yes", "0x1F", "1_000", "08", "1e5", "2026-11-21", "12:30", ".inf"])
def test_words_that_old_yaml_takes_for_something_else_stay_words(word):
    assert parse(f"code: {word}").value == {"code": word}
    assert parse(dump_yaml({"code": word})).value == {"code": word}


@pytest.mark.parametrize(
    ("text", "form", "code", "path", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "yaml", "duplicate-key", "/a", 3),
        ('{"a": 1,\n "a": 2}', "json", "duplicate-key", "/a", 2),
        ("a: &x [1]\nb: *x\n", "yaml", "alias", "/a", 1),
        ("x: 1\nb: *x\n", "yaml", "alias", "/b", 2),
        ("a: !!python/object:os.system x\n", "yaml", "tag", "/a", 1),
        ("a:\n  ? [1]\n  : 2\n", "yaml", "syntax", "/a", 2),
        ("a: 1\n---\nb: 2\n", "yaml", "documents", "", 2),
        ("a: [1\n", "yaml", "syntax", "/a/1", 2),
        ("\tb: - x\n", "yaml", "syntax", "", 1),
        ('{"a": }', "json", "syntax", "", 1),
        ('{"a": NaN}', "json", "number", "", None),
        ('{"a": 1' + "0" * 5000 + "}", "json", "number", "", None),
        ('{"a":\n 1e999}', "json", "number", "/a", 2),
        (f"a: 1{'0' * 400}.0", "yaml", "number", "/a", 1),
        ("[" * 9999, "yaml", "depth", None, 1),
        ("\n" + '{"a":' * 9999, "json", "depth", "", 2),
        ("a: x\nb: y\x00z\n", "yaml", "nul", "/b", 2),
        ('{"a": [1,\n"y\x00z"]}', "json", "nul", "/a/1", 2),
        ('a: "y\\0z"\n', "yaml", "nul", "/a", 1),
        ('{"b\\u0000": 1}', "json", "nul", "/b\x00", 1),
        ('{"a": ["\\ud800"]}', "json", "surrogate", "/a/0", 1),
        ("a: \ud800\n", "yaml", "surrogate", "/a", 1),
        ("a: \x1b[31m\n", "yaml", "control-character", "/a", 1),
    ],
)  # fmt: skip
def test_text_that_cannot_be_read_is_refused_with_its_place(text, form, code, path, line):
    found = [violation for violation in parse(text, form).violations if violation.code == code]
    assert found, parse(text, form).violations
    assert found[0].line == line
    assert path is None or found[0].path == path
    assert found[0].message.endswith(".")


def test_ten_megabytes_and_wrong_encodings_are_refused_with_the_line():
    big = parse(b"a: 1\n" + b"b: " + b"x" * 10_000_000)
    assert [(v.code, v.line) for v in big.violations] == [("too-large", 2)]
    assert str(MAX_BYTES // 1024 // 1024) in big.violations[0].message
    assert parse("x" * (MAX_BYTES + 1)).violations[0].code == "too-large"
    assert [(v.code, v.line) for v in parse(b"a: 1\nb: \xff\n").violations] == [("encoding", 2)]
    assert parse("\ufeffa: 1").value == parse(b"\xef\xbb\xbfa: 1").value == {"a": 1}


def test_a_deep_document_is_read_up_to_the_limit():
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert parse(text).violations == () == parse(text, "json").violations


def test_scalars_and_empty_files_are_documents_too():
    assert parse("").value is None
    assert parse("7").value == 7 == parse("7", "json").value
    assert read_taxonomy("").violations[0].code == "wrong-type"


def test_pointers_lines_and_sentences():
    assert pointer("/a", "b/c~d") == "/a/b~1c~0d"
    assert pointer_at({"": 1, "/a": 1, "/b": 4}, 3) == "/a"
    assert pointer_at({}, 3) == ""
    assert format_of("X.JSON") == "json"
    assert format_of("x.yml") == "yaml"
    said = Violation(path="/a", line=3, code="nul", message="No.")
    assert said.sentence("f.yaml") == "f.yaml:3: /a: No. [nul]"
    assert Violation(path="", line=None, code="nul", message="No.").sentence() == "No. [nul]"


def test_a_refused_file_says_why():
    with pytest.raises(FileRefused, match="duplicate-key") as refused:
        load_taxonomy('{"a": 1, "a": 2}', "x.json")
    assert len(refused.value.violations) == 1


@pytest.mark.parametrize("version", ["1.0", "1.0.x", "", "1.0.0.0", "-1.0.0"])
def test_a_version_has_three_numbers(version):
    with pytest.raises(ValueError, match=r"major\.minor\.patch"):
        semver(version)


def test_versions_compare_by_number():
    assert semver("1.10.0") > semver("1.9.9")


def test_json_and_yaml_say_the_same():
    one = tree("1.0.0")
    assert json.loads(export_tree(one, "json")) == parse(export_tree(one, "yaml")).value
