"""Spreadsheets through the API and the command line."""

import io
import json
from pathlib import Path

import pytest
from cast import Cast
from django.core.management import call_command
from django.core.management.base import CommandError
from openpyxl import load_workbook
from taxonomy_files import tree, version_path
from workbooks import HAND, HEAD, minimal

from accounts.models import JournalEntry
from taxonomy.codec import export_tree
from taxonomy.models import Concept, Taxonomy, Version
from taxonomy.validation import load_taxonomy

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send(client, data: bytes, query: str, kind: str = XLSX):  # type: ignore[no-untyped-def]
    return client.generic("POST", f"/api/v1/taxonomies/import?{query}", data, kind)


def command(*words: object) -> tuple[str, int]:
    out = io.StringIO()
    try:
        call_command("taxonomy", *map(str, words), stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


def test_a_workbook_becomes_the_draft_and_says_what_is_missing(cast: Cast) -> None:
    answer = send(cast.client("omar"), minimal(), "file=Hand%20faults.xlsx")
    assert answer.status_code == 201, answer.json()
    body = answer.json()
    assert (body["slug"], body["state"], body["counts"]["defects"]) == ("hand-faults", "draft", 4)
    assert {"pointer": "Defects!B2", "line": 2, "code": "unwritten",
            "message": "Annotate when is still to be written."} in body["unfinished"]  # fmt: skip
    draft = cast.client("omar").get("/api/v1/taxonomies/hand-faults/draft")
    assert draft.status_code == 200


@pytest.mark.parametrize("kind", ["text/csv", "application/octet-stream"])
def test_a_csv_is_known_by_its_headings(cast: Cast, kind: str) -> None:
    text = ";".join(HEAD) + "\r\n" + ";".join(HAND) + "\r\n"
    answer = send(cast.client("omar"), text.encode("utf-8-sig"), "", kind)
    assert (answer.status_code, answer.json()["slug"]) == (201, "new-taxonomy")


@pytest.mark.parametrize("publish", ["true", "false"])
@pytest.mark.parametrize("row", [("Hands", "=1+1", HAND[2]), ("Hands", "x\u202ey", HAND[2])])
def test_a_refused_workbook_stores_nothing(cast: Cast, row: tuple[str, ...], publish: str) -> None:
    before = [model.objects.count() for model in (Taxonomy, Version, Concept, JournalEntry)]
    answer = send(cast.client("omar"), minimal(row), f"publish={publish}")
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems#tree-invalid")
    assert answer.json()["violations"][0]["pointer"] == "Defects!B2"
    assert answer.json()["violations"][0]["line"] == 2
    assert [model.objects.count() for model in (Taxonomy, Version, Concept, JournalEntry)] == before


def test_unfinished_sheets_are_not_published(cast: Cast) -> None:
    answer = send(cast.client("omar"), minimal(), "publish=true")
    assert answer.status_code == 422
    assert not Taxonomy.objects.exists()


def test_an_exported_workbook_comes_back_as_the_same_version(cast: Cast) -> None:
    omar = cast.client("omar")
    assert send(omar, version_path("1.0.0").read_bytes(), "publish=true", "application/yaml").status_code == 201
    answer = omar.get("/api/v1/taxonomies/ai-image-defects/versions/1.0.0/export?format=xlsx")
    assert answer["Content-Type"] == XLSX
    assert answer["Content-Disposition"] == 'attachment; filename="ai-image-defects-1.0.0.xlsx"'
    again = send(omar, answer.content, "publish=true")
    assert (again.status_code, again.json()["is_new"]) == (200, False)
    assert omar.get("/api/v1/taxonomies/ai-image-defects/versions/1.0.0/export?format=csv").content.count(b"AID-") == 56


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_everybody_signed_in_gets_the_template(cast: Cast, form: str) -> None:
    answer = cast.client("dan").get(f"/api/v1/taxonomy-template?format={form}")
    assert answer.status_code == 200
    if form == "xlsx":
        assert "Defects" in load_workbook(io.BytesIO(answer.content)).sheetnames
    assert cast.client("dan").get("/api/v1/taxonomy-template?format=ods").status_code == 400


# ---- the command line


def test_files_turn_into_one_another_without_loss(tmp_path: Path) -> None:
    book, text = tmp_path / "a.xlsx", tmp_path / "a.yaml"
    assert command("export", version_path("2.0.0"), "--format", "xlsx", "--out", book)[1] == 0
    assert "is valid" in command("validate", book)[0]
    assert command("export", book, "--format", "yaml", "--out", text)[1] == 0
    assert text.read_text() == export_tree(tree("2.0.0"), "yaml")
    assert command("diff", version_path("2.0.0"), book)[0].strip() == "0 changes, 0 notes"
    document = json.loads(command("lint", book, "--json")[0])
    assert document["errors"] == 0


def test_a_beginning_is_checked_as_a_draft_and_turned_into_yaml(tmp_path: Path) -> None:
    start = tmp_path / "Hand faults.xlsx"
    start.write_bytes(minimal())
    said, status = command("validate", start, "--json")
    assert (status, json.loads(said)["valid"]) == (1, False)
    said, status = command("validate", start, "--draft", "--json")
    document = json.loads(said)
    assert (status, document["valid"], document["defects"]) == (0, True, 4)
    assert any(one["path"] == "Defects!B3" and one["line"] == 3 for one in document["unfinished"])
    said, status = command("export", start)
    assert status == 0
    assert load_taxonomy_draft(said) == "hand-faults"
    assert command("template", "--out", tmp_path / "t.xlsx")[1] == 0
    assert command("template", "--format", "csv")[0].startswith("\ufeffDimension,")


def load_taxonomy_draft(text: str) -> str:
    from taxonomy.validation import read_taxonomy

    loaded = read_taxonomy(text)
    assert loaded.blocking == ()
    assert loaded.tree is not None
    return loaded.tree.slug


def test_usage_and_unwritable_files(tmp_path: Path) -> None:
    assert command("template")[1] == 2
    assert command("export", version_path("1.0.0"), "--format", "xlsx")[1] == 2
    assert command("template", "--out", tmp_path / "no" / "folder.xlsx", "--json")[1] == 1
    document = json.loads(command("export", version_path("1.0.0"), "--format", "csv", "--json")[0])
    assert document["text"].startswith("\ufeffDimension")
    assert load_taxonomy(json.loads(command("export", version_path("1.0.0"), "--json")[0])["text"]) == tree("1.0.0")


def test_a_wrong_workbook_names_its_cell(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.xlsx"
    wrong.write_bytes(minimal(("Hands", "=1+1", HAND[2])))
    said, status = command("validate", wrong, "--json")
    (violation,) = json.loads(said)["violations"]
    assert (status, violation["path"], violation["line"], violation["code"]) == (1, "Defects!B2", 2, "formula")
    with pytest.raises(CommandError, match=r"wrong\.xlsx:2: Defects!B2: This cell is a formula"):
        call_command("taxonomy", "export", str(wrong))
