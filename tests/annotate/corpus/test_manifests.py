"""Manifests: every record is a row or an error, with its line."""

import csv
import io
import json
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from bad_inputs import BadInput, cases
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.corpus.manifests import (
    ManifestKind,
    ManifestLimits,
    ManifestRow,
    RowError,
    manifest_kind,
    read_manifest,
)
from annotate.corpus.refusal import Refusal

DEMO = Path(__file__).resolve().parents[4] / "shared" / "data" / "demo_images" / "manifest.csv"


def read(data: bytes | str, kind: str = "jsonl", **options: Any) -> list[ManifestRow | RowError]:
    content = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    return list(read_manifest(io.BytesIO(content), kind, **options))


def outcome(data: bytes | str, kind: str = "jsonl", **options: Any) -> list[str]:
    """`ok` or the code of every record; the code alone where the whole file is refused."""
    try:
        return ["ok" if isinstance(one, ManifestRow) else one.code for one in read(data, kind, **options)]
    except Refusal as refusal:
        return [refusal.code]


def only(data: bytes | str, kind: str = "jsonl") -> ManifestRow:
    (row,) = read(data, kind)
    assert isinstance(row, ManifestRow), row
    return row


EXPECTED: dict[str, list[str]] = {
    "MAN-001": ["ok"] * 499 + ["invalid_json"] + ["ok"] * 500,
    "MAN-002": ["ok", "ok", "duplicate_external_id"],
    "MAN-006": ["path_not_allowed"] * 2,
    "MAN-007": [],
    "MAN-010": ["not_finite"] * 2,
    "MAN-011": ["ok", "duplicate_external_id", "wrong_type", "ok"],
    "MAN-012": ["invalid_text"],
    "MAN-014": ["out_of_range"] * 2,
    "MAN-017": ["unknown_code"],
    "MAN-021": ["ok"],
    "MAN-023": ["too_many_columns"],
    "MAN-030": ["too_long"],
    "MAN-031": ["ok"],
    "MAN-032": ["ok"],
}


@pytest.mark.parametrize("case", cases("manifest"))
def test_the_catalogue_of_bad_manifests_is_met(case: BadInput) -> None:
    kind = "csv" if "CSV" in case.description else "jsonl"
    assert outcome(case.input, kind) == EXPECTED[case.id]
    if case.id in ("MAN-031", "MAN-032"):
        assert only(case.input).prompt == json.loads(case.input)["prompt"]
    if case.id == "MAN-001":
        (error,) = (one for one in read(case.input) if isinstance(one, RowError))
        assert error.row == 500


@pytest.mark.parametrize("case", [*cases("url"), *cases("export")])
def test_addresses_are_not_fetched_and_formulas_are_data(case: BadInput | None) -> None:
    if case is None or case.id not in ("URL-001", "URL-002", "URL-007", "EXP-001", "EXP-003"):
        pytest.skip("not a matter of manifests")
    if case.id.startswith("EXP"):
        assert set(outcome(case.input)) == {"ok"}
        return
    for address in case.input:
        assert outcome(json.dumps({"image": address}))[0] in {"url_not_allowed", "path_not_allowed"}


def test_the_manifest_of_the_demo_images_reads_in_full() -> None:
    if not DEMO.exists():
        pytest.skip("../shared/data/demo_images is not beside this repository")
    rows = list(read_manifest(DEMO, ManifestKind.CSV))
    assert len(rows) == 59
    assert all(isinstance(row, ManifestRow) and row.prompt for row in rows)


FULL = {
    "file": "./a/b.png",
    "external_id": 7,
    "prompt": " a\ncat ",
    "negative_prompt": "dog",
    "generator": "g",
    "model_version": 1.5,
    "seed": 18446744073709551615,
    "parameters": {"cfg": 7.5},
    "reference": "r.png",
    "source_group": "s",
    "brief": "b",
    "image": "other",
    "Extra": [1, None],
    "empty": None,
}


def test_every_column_finds_its_place() -> None:
    assert only(json.dumps(FULL)) == ManifestRow(
        row=1,
        file="a/b.png",
        external_id="7",
        prompt=" a\ncat ",
        negative_prompt="dog",
        generator="g",
        model_version="1.5",
        seed="18446744073709551615",
        parameters={"cfg": 7.5, "image": "other", "Extra": [1, None]},
        reference="r.png",
        source_group="s",
        brief="b",
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be-bom"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_in_every_usual_dress_gives_the_same_rows(delimiter: str, encoding: str, newline: str) -> None:
    table = io.StringIO()
    writer = csv.writer(table, delimiter=delimiter, lineterminator=newline)
    writer.writerow(["File", " prompt ", "seed", "parameters", "steps", ""])
    writer.writerow(["a.png", 'say "hé", she;\tsaid\nand left', "9007199254740993", '{"cfg": 7}', "20", ""])
    writer.writerow([])
    writer.writerow(["b.png", "=1+1", "", "", "", ""])
    text = table.getvalue()
    data = b"\xfe\xff" + text.encode("utf-16-be") if encoding.endswith("bom") else text.encode(encoding)
    first, second = read(data, "csv")
    assert isinstance(first, ManifestRow) and isinstance(second, ManifestRow)
    assert first.prompt == 'say "hé", she;\tsaid\nand left'
    assert (first.seed, first.parameters, first.row) == ("9007199254740993", {"cfg": 7, "steps": "20"}, 2)
    assert (second.prompt, second.seed, second.row) == ("=1+1", "", 5)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("[]", "wrong_type"),
        ("7", "wrong_type"),
        ("{}", "missing_file"),
        ('{"file": null}', "missing_file"),
        ('{"file": 7}', "wrong_type"),
        ('{"file": "a.png", "file": "b.png"}', "duplicate_key"),
        ('{"file": "a.png", "File": "b.png"}', "duplicate_key"),
        ('{"file": "a.png", "x": {"a": 1, "a": 2}}', "duplicate_key"),
        ('{"file": "a.png", "prompt": true}', "wrong_type"),
        ('{"file": "a.png", "prompt": 7}', "wrong_type"),
        ('{"file": "a.png", "prompt": {"a": 1}}', "wrong_type"),
        ('{"file": "a.png", "prompt": "\\ud800"}', "invalid_text"),
        ('{"file": "a.png", "x\\u0000": 1}', "invalid_text"),
        ('{"file": "a\\u0000.png"}', "invalid_text"),
        ('{"file": "a.png", "external_id": true}', "wrong_type"),
        ('{"file": "a.png", "external_id": 7.5}', "wrong_type"),
        ('{"file": "a.png", "external_id": ["7"]}', "wrong_type"),
        ('{"file": "a.png", "seed": 1.5}', "wrong_type"),
        ('{"file": "a.png", "seed": true}', "wrong_type"),
        ('{"file": "a.png", "seed": "%s"}' % ("9" * 30), "out_of_range"),
        ('{"file": "a.png", "seed": "%s"}' % ("9" * 5000), "out_of_range"),
        ('{"file": "a.png", "seed": -1e999}', "not_finite"),
        ('{"file": "a.png", "parameters": [1]}', "wrong_type"),
        ('{"file": "a.png", "parameters": {"n": -%s}}' % ("9" * 6000), "out_of_range"),
        ('{"file": "a.png", "parameters": {"n": -Infinity}}', "not_finite"),
        ('{"file": "a.png", "parameters": {"a": 1}, "a": 2}', "conflicting_value"),
        ('{"file": "a.png", "labels": "x"}', "wrong_type"),
        ('{"file": "a.png", "labels": [{"code": 5}]}', "wrong_type"),
        ('{"file": "a.png", "reference": "../x.png"}', "path_not_allowed"),
        ('{"file": "a.png", "x": ' + "[" * 40 + "]" * 40 + "}", "too_deep"),
        ('{"file": "a.png", "x": ' + "[" * 4000 + "]" * 4000 + "}", "too_deep"),
        ('{"file": "a.png", "generator": "' + "g" * 501 + '"}', "too_long"),
        ('{"file": "a.png", "x": "' + "g" * 300_000 + '"}', "too_long"),
        ('{"file": "a.png"', "invalid_json"),
        ("{'file': 'a.png'}", "invalid_json"),
        ('{"file": "a.png", "prompt": "\x01"}', "invalid_json"),
        ("{" + ",".join(f'"c{i}": 1' for i in range(201)) + "}", "too_many_columns"),
    ],
)
def test_a_bad_line_is_refused_alone(row: str, code: str) -> None:
    assert outcome(f'{{"file": "1.png"}}\n{row}\n\n{{"file": "2.png"}}') == ["ok", code, "ok"]


def test_the_error_names_line_file_and_field() -> None:
    (error,) = read('\n\n{"image": "a\u202e.png", "parameters": {"k": ["x", "a\\u0000"]}}')
    assert isinstance(error, RowError)
    assert (error.row, error.file, error.code) == (3, "a_.png", "invalid_text")
    assert "parameters/k/1" in error.message


def test_7_and_text_7_are_one_id_and_composed_and_decomposed_too() -> None:
    rows = [{"file": "a", "external_id": one} for one in (7, "7", " 7 ", "07", "é", "e\u0301")]
    expected = ["ok", "duplicate_external_id", "duplicate_external_id", "ok", "ok", "duplicate_external_id"]
    assert outcome("\n".join(map(json.dumps, rows))) == expected


def test_an_unknown_code_is_refused_with_the_nearest_one() -> None:
    row = json.dumps({"file": "a", "labels": [{"code": "extra_finger"}]})
    (error,) = read(row, known_codes={"extra_fingers", "blur"})
    assert isinstance(error, RowError) and "extra_fingers" in error.message
    (kept,) = read(row, known_codes={"extra_finger"})
    assert isinstance(kept, ManifestRow) and kept.parameters == {"labels": [{"code": "extra_finger"}]}


@pytest.mark.parametrize(
    ("data", "codes"),
    [
        (b"", []),
        (b"\n\n", []),
        (b"file,prompt\n", []),
        (b"\xef\xbb\xbf", []),
        (b"prompt,x\na,b\n", ["missing_column"]),
        (b"file,file\na,b\n", ["duplicate_column"]),
        (
            b"file,prompt\na.png,x,y\nb.png,x\nc.png\nd.png,x,\n",
            ["wrong_column_count", "ok", "wrong_column_count", "ok"],
        ),
        (b'file,prompt\na.png,"x" y\nb.png,x\n', ["malformed_row", "ok"]),
        (b'file,prompt\na.png,x\nb.png,"x\nc.png,x\n', ["ok", "malformed_row"]),
        (b'fi"le,"prompt\n', ["malformed_row"]),
        (b"file,prompt\na.png,caf\xe9\nb.png,x\n", ["invalid_encoding", "ok"]),
        (b"file,pr\xe9\na.png,x\n", ["invalid_encoding"]),
        (b"file,prompt\na.png,x\0y\n", ["invalid_text"]),
        ("file,prompt\na.png,x\n".encode("utf-16-le"), ["invalid_encoding"]),
        ("file,prompt\na.png,x\n".encode("utf-32"), ["invalid_encoding"]),
        ("file,prompt\na.png,x\n".encode("utf-16")[:-1], ["invalid_encoding"]),
        (
            b'file,parameters\na.png,{bad\nb.png,[1]\nc.png,"{""a"": NaN}"\n',
            ["invalid_json", "wrong_type", "not_finite"],
        ),
        (b'file,labels\na.png,"[{""code"": ""zz""}]"\n', ["unknown_code"]),
        (b"file,seed\na.png," + b"9" * 30 + b"\nb.png,-5\nc.png,abc\n", ["out_of_range", "ok", "ok"]),
        (b"file,prompt\na.png," + b"A" * 2_000_000 + b"\nb.png,x\n", ["too_long", "ok"]),
        (b"file,prompt\na.png," + b"A" * 9_000_000 + b"\nb.png,x\n", ["row_too_long", "ok"]),
        (b"file," + b"," * 300 + b"\n", ["too_many_columns"]),
        (b"file,prompt\rb.png,x\r", ["malformed_row"]),
    ],
)
def test_csv_errors_are_those_of_their_rows(data: bytes, codes: list[str]) -> None:
    assert outcome(data, "csv") == codes


def test_the_position_of_a_wrong_byte_is_given() -> None:
    (error,) = read(b"file,prompt\na.png,caf\xe9\n", "csv")
    assert isinstance(error, RowError) and "Byte 21 " in error.message
    (error,) = read(b'{"file": "caf\xe9"}\n')
    assert isinstance(error, RowError) and (error.code, error.row) == ("invalid_encoding", 1)


def test_rows_beyond_the_limits_are_refused() -> None:
    rows = '{"file": "a"}\n' * 3
    assert outcome(rows, limits=ManifestLimits(max_rows=2)) == ["too_many_rows"]
    assert outcome("x" * 300 + "\n" + rows, limits=ManifestLimits(max_row_bytes=200)) == ["row_too_long"] + ["ok"] * 3


def test_a_large_manifest_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    with path.open("w") as target:
        for index in range(20_000):
            target.write(json.dumps({"file": f"{index}.png", "prompt": "p" * 1000}) + "\n")
    tracemalloc.start()
    counts = Counter(type(one) for one in read_manifest(path, "jsonl"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert counts == {ManifestRow: 20_000}
    assert peak < 4 << 20
    with pytest.raises(Refusal, match="unreadable_file"):
        next(read_manifest(tmp_path / "none", "csv"))


def test_the_kind_follows_from_the_name() -> None:
    names = ("a.CSV", "a.tsv", "a.jsonl", "a.ndjson", "a.png", "csv")
    assert [manifest_kind(name) for name in names] == ["csv", "csv", "jsonl", "jsonl", None, None]


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from(["csv", "jsonl"]),
    st.sampled_from([b"", b"file,prompt\n", b"\xff\xfe"]),
)
def test_random_bytes_lead_to_nothing_but_errors(data: bytes, kind: str, start: bytes) -> None:
    for code in outcome(start + data, kind):
        assert code.isidentifier()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([*FULL, "labels"]), JSON))
def test_every_json_object_is_a_row_or_an_error(record: dict[str, Any]) -> None:
    assert len(outcome(json.dumps({"file": "a.png", **record}))) == 1
