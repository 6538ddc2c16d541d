"""`manage.py taxonomy` on files: answers, exit statuses, and no database."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from taxonomy_files import FOLDER, LABELS, VERSIONS, fixture, migration_path, tree, version_path

from taxonomy.codec import parse
from taxonomy.validation import load_taxonomy

ROOT = Path(__file__).parents[2]
FILES = [str(version_path(version)) for version in VERSIONS]
MIGRATIONS = [str(migration_path("1.0.0", "1.1.0")), str(migration_path("1.1.0", "2.0.0"))]
MOVING = ["migrate", str(LABELS), "--versions", *FILES, "--migrations", *MIGRATIONS]


def run(*words):
    """Standard output and the exit status."""
    out = StringIO()
    try:
        call_command("taxonomy", *words, stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0


def answer(*words):
    text, status = run(*words, "--json")
    return json.loads(text), status


def test_a_sound_file_is_valid():
    document, status = answer("validate", FILES[0])
    assert status == 0
    assert (document["valid"], document["defects"], document["catch_alls"], document["sub_defects"]) == (True, 56, 8, 3)
    assert "is valid" in run("validate", FILES[0])[0]


def test_a_broken_file_is_told_with_path_and_line(tmp_path):
    broken = tmp_path / "broken.yaml"
    broken.write_text(Path(FILES[0]).read_text("utf-8").replace("id: AID-0012", "id: AID-0011", 1), "utf-8")
    document, status = answer("validate", str(broken))
    assert status == 1
    assert any(v["code"] == "id-twice" and v["line"] and v["path"] for v in document["violations"])
    assert run("validate", str(broken)) == ("", 1)
    assert answer("lint", str(broken))[1] == 1
    assert answer("diff", FILES[0], str(broken))[1] == 1
    assert answer("validate", str(tmp_path))[0]["violations"][0]["code"] == "unreadable"
    assert answer("lint", str(tmp_path))[1] == 1
    assert answer("check-migration", *FILES[:2], str(tmp_path / "none"))[1] == 1
    (tmp_path / "schema.yaml").write_text("a: 1\n")
    assert answer("lint", str(tmp_path / "schema.yaml"))[1] == 1


@pytest.mark.parametrize(("old", "new", "count"), [(0, 1, 15), (1, 2, 53)])
def test_diff_counts_every_change(old, new, count):
    document, status = answer("diff", FILES[old], FILES[new])
    assert status == 0
    assert len(document["changes"]) == count
    assert run("diff", FILES[old], FILES[new])[0].strip().endswith("notes")


@pytest.mark.parametrize("step", [0, 1])
def test_the_shipped_migrations_check_out(step):
    document, status = answer("check-migration", FILES[step], FILES[step + 1], MIGRATIONS[step])
    assert status == 0
    assert document["ok"]
    assert (document["unexplained"], document["idle"], document["violations"]) == ([], [], [])


def test_a_migration_of_other_versions_is_refused_with_proposals():
    document, status = answer("check-migration", *FILES[:2], MIGRATIONS[1])
    assert status == 1
    assert len(document["unexplained"]) == 15
    assert len(document["proposals"]) == 13
    assert len(document["idle"]) == 21
    assert run("check-migration", *FILES[:2], MIGRATIONS[1])[1] == 1


def test_migrate_answers_in_the_form_of_the_fixture():
    document, status = answer(*MOVING)
    assert status == 0
    for step, expected in zip(document["steps"], fixture()["expected"], strict=True):
        expected.pop("note", None)
        assert step == expected
    text, _ = run(*MOVING)
    assert "14 carried, 5 mapped, 8 queued, 1 archived" in text
    assert "L04 mapped XP minor; merged into L05" in text
    off, _ = answer(*MOVING, "--regions", "off")
    assert off["steps"][1]["counts"]["queued"] == 7


def test_migrate_refuses_wrong_input(tmp_path):
    with pytest.raises(CommandError) as refused:
        call_command("taxonomy", *MOVING[:-1])
    assert refused.value.returncode == 2
    swapped = [*MOVING[:-2], *reversed(MIGRATIONS)]
    assert answer(*swapped)[1] == 1
    wrong = tmp_path / "labels.yaml"
    wrong.write_text("labels: {1.0.0: [{id: a, item: i, reviewer: r, concept: AID-0998, severity: minor}]}\n")
    document, status = answer("migrate", str(wrong), *MOVING[2:])
    assert (status, document["violations"][0]["code"]) == (1, "unknown-id")
    empty = tmp_path / "empty.yaml"
    empty.write_text("labels: {1.0.0: []}\n")
    assert "no findings" in run("migrate", str(empty), *MOVING[2:])[0]
    broken = tmp_path / "migration.yaml"
    broken.write_text("a: 1\n")
    assert answer("check-migration", *FILES[:2], str(broken))[1] == 1


def test_lint_prints_what_it_found():
    document, status = answer("lint", str(FOLDER / "portrait-basics-1.0.0.yaml"))
    assert (status, document["errors"]) == (0, 0)
    assert {"rule", "level", "concepts", "message", "numerator", "denominator", "fix"} == set(document["results"][0])
    assert "0 errors" in run("lint", FILES[0])[0]


def test_lint_ends_with_one_where_publishing_is_forbidden(tmp_path):
    broken = tmp_path / "broken.yaml"
    text = Path(FILES[0]).read_text("utf-8").replace("comment_required: true", "comment_required: false", 1)
    broken.write_text(text.replace("catch_all: true", "catch_all: false", 1), "utf-8")
    document, status = answer("lint", str(broken))
    assert status == 1
    assert document["errors"] >= 1


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_export_can_be_read_again(form):
    text, status = run("export", FILES[2], "--format", form)
    assert status == 0
    assert load_taxonomy(text, f"x.{form}") == tree("2.0.0")
    document, _ = answer("export", FILES[2], "--format", form)
    assert parse(document["text"], form).violations == ()


def test_export_as_skos():
    text, status = run("export", FILES[2], "--format", "skos", "--migration", MIGRATIONS[1], "--base", "https://e.org/")
    assert status == 0
    assert "<https://e.org/ai-image-defects/AID-0011>" in text
    assert "skos:changeNote" in run("export", FILES[2], "--format", "skos")[0]


def test_it_runs_as_a_program_without_a_database(tmp_path):
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}

    def status(*words):
        done = subprocess.run(
            [sys.executable, "manage.py", "taxonomy", *words], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        return done.returncode, done.stdout, done.stderr

    code, out, err = status("validate", FILES[0], "--json")
    assert (code, json.loads(out)["valid"]) == (0, True), err
    code, out, err = status("validate", "nothing.yaml", "--json")
    assert (code, json.loads(out)["valid"]) == (1, False)
    assert "Traceback" not in err
    assert status("explode")[0] == 2
    assert status()[0] == 2
    code, out, _ = status("migrate", "--help")
    assert code == 0
    assert "Examples:" in out
