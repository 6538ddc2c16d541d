"""Every kind of broken or hostile file, by both ways in: the command line names path and line, the API stores nothing.

`KINDS` lists the ways in which a taxonomy file can be wrong; each has a file as YAML or JSON, and a workbook where a
sheet can hold the same fault (tests/taxonomy/test_spreadsheets.py has the faults that only workbooks can have).
"""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cast import Cast
from django.core.management import call_command
from django.core.management.base import CommandError
from taxonomy_files import document, migration_path, migration_text, version_path
from workbooks import edited

from accounts.models import JournalEntry
from taxonomy.codec import dump_json, dump_yaml
from taxonomy.models import Concept, ConceptCode, ExamplePicture, Taxonomy, TaxonomyOwner, Version
from taxonomy.ordering import read_document
from taxonomy.sheet_writing import sheets_of
from taxonomy.workbook_adapter import workbook_bytes

D = "/dimensions/0/defects/0"
STORED = (Taxonomy, TaxonomyOwner, Version, Concept, ConceptCode, ExamplePicture, JournalEntry)


def first(tree: Any) -> Any:
    return tree["dimensions"][0]["defects"][0]


def setting(pointer: str, value: Any) -> Callable[[Any], None]:
    def apply(tree: Any) -> None:
        *steps, last = (int(step) if step.isdigit() else step for step in pointer.split("/")[1:])
        for step in steps:
            tree = tree[step]
        tree[last] = value

    return apply


def changed(apply: Callable[[Any], None], form: str = "yaml") -> bytes:
    broken = document("1.0.0")
    apply(broken)
    return (dump_yaml(broken) if form == "yaml" else dump_json(broken)).encode("utf-8", "surrogatepass")


def replaced(old: str, new: str) -> bytes:
    text = version_path("1.0.0").read_text()
    assert old in text
    return text.replace(old, new, 1).encode()


def implying(tree: Any) -> None:
    tree["dimensions"][0]["defects"][0]["relations"] = [{"type": "implies", "target": "AID-0012"}]
    tree["dimensions"][0]["defects"][1]["relations"] = [{"type": "implies", "target": "AID-0011"}]


HEAD = b"format: defect-taxonomy/1\n"
BOMB = b"a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 10)
)
REGION = {"shape": "box", "points": [[0.1, 0.1], [1.5, 0.4]]}
NAMES = {
    "right-to-left override": "Hand \u202edna",
    "right-to-left mark": "Hand\u200f error",
    "right-to-left isolate": "Hand \u2067dna\u2069",
    "zero-width space": "Ha\u200bnd error",
    "zero-width joiner": "Ha\u200dnd error",
    "word joiner": "Ha\u2060nd error",
    "byte order mark": "Hand\ufeff error",
    "soft hyphen": "Ha\u00adnd error",
    "tag characters": "Hand\U000e0041 error",
}

# name: (bytes, ending, code, path)
KINDS: dict[str, tuple[bytes, str, str, str]] = {
    "cycle": (changed(implying), "yaml", "cycle", D),
    "unknown id": (changed(setting(f"{D}/do_not_annotate_when/0/use", "AID-0998")), "yaml", "unknown-id",
                   f"{D}/do_not_annotate_when/0/use"),
    "unknown scale": (changed(setting(f"{D}/scale", "nine"), "json"), "json", "unknown-id", f"{D}/scale"),
    "code clash": (changed(setting("/dimensions/0/defects/1/code", "AH")), "yaml", "code-twice",
                   "/dimensions/0/defects/1/code"),
    "id twice": (changed(setting("/dimensions/0/defects/1/id", "AID-0011")), "yaml", "id-twice",
                 "/dimensions/0/defects/1/id"),
    "penalty not monotone": (changed(setting(f"{D}/severity/critical/penalty", 0.1)), "yaml", "penalty-order",
                             f"{D}/severity/critical/penalty"),
    "level without rule": (changed(lambda tree: first(tree)["severity"].pop("minor")), "yaml", "level-without-rule",
                           f"{D}/severity"),
    "use to itself": (changed(setting(f"{D}/do_not_annotate_when/0/use", "AID-0011"), "json"), "json", "use-self",
                      f"{D}/do_not_annotate_when/0/use"),
    "region outside": (changed(setting(f"{D}/examples/0/region", REGION)), "yaml", "out-of-range",
                       f"{D}/examples/0/region/points/1/0"),
    "region below nought": (
        changed(setting(f"{D}/examples/0/region", {"shape": "point", "points": [[-0.1, 0.4]]}), "json"), "json",
        "out-of-range", f"{D}/examples/0/region/points/0/0"),
    "script in Markdown": (changed(setting(f"{D}/definition", "A hand <script>alert(1)</script> too many.")), "yaml",
                           "hostile-markdown", f"{D}/definition"),
    "script in a link": (changed(setting(f"{D}/examples/0/caption", "See [this](javascript:alert(1)) hand.")), "yaml",
                         "hostile-markdown", f"{D}/examples/0/caption"),
    "data in a link": (changed(setting(f"{D}/annotate_when/0", "A ![hand](data:text/html;base64,AAAA) here.")), "yaml",
                       "hostile-markdown", f"{D}/annotate_when/0"),
    **{f"name with a {what}": (changed(setting(f"{D}/name", name)), "yaml", "hidden-character", f"{D}/name")
       for what, name in NAMES.items()},
    "ten megabytes": (HEAD + b"x: " + b"y" * 9_900_000, "yaml", "too-large", ""),
    "ten megabytes of JSON": (b'{"x": "' + b"y" * 9_900_000 + b'"}', "json", "too-large", ""),
    "long text": (changed(setting("/taxonomy/release_notes", "x" * 20_001)), "yaml", "text-too-long",
                  "/taxonomy/release_notes"),
    "NUL": (HEAD + b"a: x\x00y\n", "yaml", "nul", "/a"),
    "NUL by escape": (b'{"a":\n "x\\u0000y"}', "json", "nul", "/a"),
    "escape sequence": (HEAD + b"a: \x1b[31mred\n", "yaml", "control-character", "/a"),
    "lone surrogate": (b'{"a":\n "\\ud800"}', "json", "surrogate", "/a"),
    "not UTF-8": (HEAD + b"a: \xff\n", "yaml", "encoding", ""),
    "deep YAML": (HEAD + b"a: " + b"[" * 5000, "yaml", "depth", "/a" + "/0" * 31),
    "deep JSON": (b'{"a":' * 5000, "json", "depth", ""),
    "YAML bomb": (BOMB, "yaml", "alias", "/a0"),
    "YAML tag": (HEAD + b"a: !!python/object/apply:os.system [x]\n", "yaml", "tag", "/a"),
    "two documents": (HEAD + b"---\na: 1\n", "yaml", "documents", ""),
    "key twice": (HEAD + b"a: 1\na: 2\n", "yaml", "duplicate-key", "/a"),
    "key twice in JSON": (b'{"a": 1,\n"a": 2}', "json", "duplicate-key", "/a"),
    "huge number": (replaced("penalty: 3", "penalty: 1" + "0" * 400 + ".0"), "yaml", "number",
                    "severity/critical/penalty"),
    "huge whole number": (replaced("rank: 1,", "rank: 99999999999999999999999,"), "yaml", "wrong-type",
                          "/severity_scales/0/levels/0/rank"),
    "endless JSON number": (b'{"a":\n1e999}', "json", "number", "/a"),
    "negative penalty": (changed(setting(f"{D}/severity/minor/penalty", -1)), "yaml", "out-of-range",
                         f"{D}/severity/minor/penalty"),
    "a list": (b"- just\n- a list\n", "yaml", "wrong-type", ""),
    "nothing": (b"", "yaml", "wrong-type", ""),
    "not YAML": (HEAD + b"a: [1\n", "yaml", "syntax", "/a/1"),
    "not JSON": (b'{"format": }', "json", "syntax", ""),
    "unknown key": (HEAD + b"colour: red\n", "yaml", "unknown-key", "/colour"),
    "another format": (replaced("defect-taxonomy/1", "defect-taxonomy/9"), "yaml", "fixed-value", "/format"),
    "version of four parts": (replaced("version: 1.0.0", "version: 1.0.0.0"), "yaml", "wrong-form",
                              "/taxonomy/version"),
}  # fmt: skip


def command(*words: object) -> tuple[dict[str, Any], int]:
    out = io.StringIO()
    try:
        call_command("taxonomy", *map(str, words), "--json", stdout=out)
    except CommandError as error:
        return json.loads(out.getvalue()), error.returncode
    return json.loads(out.getvalue()), 0


def named(violations: list[dict[str, Any]], key: str, code: str, path: str) -> dict[str, Any]:
    found = [one for one in violations if one["code"] == code and str(one[key]).endswith(path)]
    assert found, violations[:5]
    return found[0]


def counts() -> list[int]:
    return [model.objects.count() for model in STORED]


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_line_names_path_and_line(kind: str, tmp_path: Path) -> None:
    data, ending, code, path = KINDS[kind]
    file = tmp_path / f"broken.{ending}"
    file.write_bytes(data)
    for action, *options in (("validate",), ("validate", "--draft"), ("export",), ("lint",)):
        answer, status = command(action, file, *options)
        one = named(answer["violations"], "path", code, path)
        assert status == 1
        assert one["line"] is None or one["line"] >= 1
        assert one["line"] is not None or kind in ("not JSON", "huge number", "nothing")
        assert len(one["message"]) > 15


@pytest.mark.parametrize("publish", ["true", "false"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_api_says_why_and_stores_nothing(kind: str, publish: str, cast: Cast) -> None:
    data, ending, code, path = KINDS[kind]
    before = counts()
    address = f"/api/v1/taxonomies/import?publish={publish}&file=broken.{ending}"
    answer = cast.client("omar").generic("POST", address, data, "application/octet-stream")
    assert answer.status_code == 422, answer.content[:300]
    named(answer.json()["violations"], "pointer", code, path)
    assert answer["Content-Type"].startswith("application/problem+json")
    assert counts() == before


# ---- the same faults in a workbook

WHOLE = workbook_bytes(sheets_of(read_document(document("1.0.0"))))
CELLS: dict[str, tuple[str, str, Any, str, str]] = {
    "unknown id": ("Defects", "G2", "It is a glove that is worn. → AID-0998", "unknown-id", "Defects!G2"),
    "unknown code": ("Defects", "G2", "It is a glove that is worn. → ZZ", "unknown-id", "Defects!G2"),
    "use to itself": ("Defects", "G2", "It is a glove that is worn. → AH", "use-self", "Defects!G2"),
    "unknown scale": ("Defects", "H2", "nine", "unknown-id", "Defects!H2"),
    "code clash": ("Defects", "D3", "AH", "code-twice", "Defects!D3"),
    "id twice": ("Defects", "E3", "AID-0011", "id-twice", "Defects!E3"),
    "hostile Markdown": ("Defects", "C2", "A hand <img src=x onerror=alert(1)> too many.", "hostile-markdown",
                         "Defects!C2"),
    **{f"name with a {what}": ("Defects", "B2", name, "hidden-character", "Defects!B2")
       for what, name in NAMES.items()},
    "region outside": ("Examples", "L2", "0.1 0.1; 1.5 0.4", "out-of-range", "Examples!L2"),
    "rank is a word": ("Scales", "H2", "first", "wrong-type", "Scales!H2"),
    "version of four parts": ("Taxonomy", "B4", "1.0.0.0", "wrong-form", "Taxonomy!B4"),
    "long text": ("Defects", "C2", "x" * 20_001, "text-too-long", "Defects!C2"),
}  # fmt: skip


@pytest.mark.parametrize("kind", CELLS)
def test_a_workbook_with_the_same_fault_names_the_cell_and_stores_nothing(
    kind: str, cast: Cast, tmp_path: Path
) -> None:
    sheet, cell, value, code, place = CELLS[kind]
    data = edited(WHOLE, sheet, {cell: value} | ({"K2": "box"} if sheet == "Examples" else {}))
    file = tmp_path / "broken.xlsx"
    file.write_bytes(data)
    answer, status = command("validate", file)
    assert status == 1
    assert named(answer["violations"], "path", code, place)["line"] == int(cell[1:])
    before = counts()
    refused = cast.client("omar").generic("POST", "/api/v1/taxonomies/import?publish=true", data, "application/zip")
    assert refused.status_code == 422
    named(refused.json()["violations"], "pointer", code, place)
    assert counts() == before


# ---- migration files


def migration(apply: Callable[[Any], None]) -> bytes:
    broken = migration_text("1.0.0", "1.1.0")
    apply(broken)
    return dump_yaml(broken).encode()


def idle(tree: Any) -> None:
    tree["operations"].append(
        {"id": "op-99", "op": "rename", "concept": "AID-0012", "from_value": "a name", "to_value": "b name",
         "why": "Nothing in the two versions differs like this."}
    )  # fmt: skip


MIGRATIONS: dict[str, tuple[bytes, str, str]] = {
    "unknown operation": (migration(setting("/operations/0/op", "explode")), "unknown-value", "/operations/0/op"),
    "explains nothing": (migration(setting("/operations", [])), "too-short", "/operations"),
    "explains too little": (migration(lambda tree: tree["operations"].pop(0)), "unexplained-change", ""),
    "idle operation": (migration(idle), "idle-operation", "/operations/13"),
    "of nobody": (migration(setting("/operations/0/concept", "AID-0998")), "", "/operations/0"),
    "bump too small": (migration(setting("/bump", "patch")), "bump-too-small", "/bump"),
    "NUL": (b"format: x\nb: y\x00z\n", "nul", "/b"),
    "bomb": (BOMB, "alias", "/a0"),
    "ten megabytes": (b"a: " + b"x" * 10_000_000, "too-large", ""),
    "deep": (b"a: " + b"[" * 5000, "depth", ""),
    "a list": (b"- a\n", "wrong-type", ""),
}


@pytest.mark.parametrize("kind", MIGRATIONS)
def test_a_broken_migration_is_refused_with_path_and_line(kind: str, cast: Cast, tmp_path: Path) -> None:
    data, code, path = MIGRATIONS[kind]
    file = tmp_path / "broken.yaml"
    file.write_bytes(data)
    old, new = version_path("1.0.0"), version_path("1.1.0")
    answer, status = command("check-migration", old, new, file)
    assert status == 1
    found = [one for one in answer["violations"] if path in one["path"] and (not code or one["code"] == code)]
    assert found, [(one["code"], one["path"]) for one in answer["violations"]]
    assert any(one["line"] for one in found) or kind == "explains too little"
    command("import", old, "--publish")
    before = counts()
    answer, status = command("import", new, "--publish", "--migration", file)
    assert status == 1
    assert answer["violations"]
    assert counts() == before
    labels = migration_path("1.0.0", "1.1.0").parent.parent / "fixtures" / "ai-image-defects-labels.yaml"
    assert command("migrate", labels, "--versions", old, new, "--migrations", file)[1] == 1
