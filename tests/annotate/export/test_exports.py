"""Exports of gold: one snapshot, canonical bytes, complete or absent. On committed data, as in life."""

import csv
import json
import os
import signal
import time
from contextlib import nullcontext
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from accounts.models import JournalEntry
from annotate.annotations.services import submit_annotation
from annotate.answer import Answer
from annotate.campaigns.withdrawal_services import withdraw
from annotate.consensus import services as consensus
from annotate.export import services
from annotate.export.queries import export_now, folder_of
from annotate.export.records import safe_name
from annotate.export.snapshot_queries import Snapshot
from annotate.geometry import Region, Shape
from annotate.jobs.services import run_due_jobs, sweep
from annotate.models import Export, GoldLabel, Item, Job
from annotate.projects.queries import system_scope
from annotate.queue import services as queue
from config import postgres
from core.hashing import canonical_json, sha256_of_file
from scoring.detectors.dataset import read_export
from taxonomy.queries import tree_of
from tests.labelling import a_campaign, a_project, a_reviewer, a_submission, a_version, found, some_images

pytestmark = pytest.mark.django_db(transaction=True)
FORMATS = ("jsonl", "csv", "coco")
BOX = Region(shape=Shape.BOX, points=((0.25, 0.5), (0.75, 1.0)))
POLYGON = Region(shape=Shape.POLYGON, points=((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)))


def boxed(shape="box"):
    """Concepts that take a region of this shape."""
    tree = tree_of(a_version().id)
    return [
        d.id for d in tree.active_defects
        if d.scope.level == "region" and (not d.scope.shapes or shape in d.scope.shapes) and not d.context
        and tree.has_level(d.id, "minor") and not d.relations and not d.catch_all
    ]  # fmt: skip


@pytest.fixture
def campaign():
    """Four Images: three settled by ada and ben (one with a box), one disputed."""
    project = a_project()
    people = [a_reviewer(project, name) for name in ("ada", "ben")]
    concepts = boxed()[:3]
    row = a_campaign(
        project, some_images(project, 4), needed=2, consensus_rule="agreement_of_2", defects=concepts, audit=1
    )
    marked = Answer(outcome="defects", findings=(found(concepts[0], region=BOX),))
    clean = Answer(outcome="clean")
    for given in ((clean, clean), (marked, marked), (clean, clean), (marked, clean)):
        for person, answer in zip(people, given, strict=True):
            submit(row, person, answer)
    consensus.settle_due()
    return row


def submit(campaign, person, answer):
    lease = queue.take_leases(campaign, person.id, 1).leases[0]
    submit_annotation(person.user, lease, a_submission(answer))


def built(campaign, layout="jsonl"):
    """A finished export and its folder."""
    row = services.request_export(system_scope(campaign.project_id), campaign, layout).export
    run_due_jobs()
    view = export_now(system_scope(campaign.project_id), row.id)
    assert view.state == "done", view.reason
    return view, folder_of(row.id)


def records(folder):
    return [json.loads(line) for line in (folder / "gold.jsonl").read_text().splitlines()]


def test_every_settled_image_is_one_record_with_gold_answers_and_provenance(campaign):
    view, folder = built(campaign)
    rows = records(folder)
    assert len(rows) == 3
    assert [row["image"] for row in rows] == sorted(row["image"] for row in rows)
    marked = next(row for row in rows if row["verdict"] != "accept" or row["gold"][campaign.defects[0]]["region"])
    label = marked["gold"][campaign.defects[0]]
    assert (label["value"], label["level"], label["provenance"], label["rule"]) == (
        "present", "minor", "consensus", "agreement of 2",
    )  # fmt: skip
    assert label["region"] == {"points": [[0.25, 0.5], [0.75, 1.0]], "shape": "box"}
    assert label["answers"] == {"R-ada": "present", "R-ben": "present"}
    assert len(label["annotations"]) == 2
    assert marked["gold"][campaign.defects[1]]["value"] == "absent"
    assert view.manifest["files"][0]["records"] == 3


def test_the_detectors_read_it(campaign):
    _, folder = built(campaign)
    export = read_export(folder)
    assert len(export.records) == 3
    assert (export.taxonomy, export.version) == ("ai-image-defects", "1.1.0")
    assert sum(record.audit for record in export.records) <= 1
    assert set(export.concepts) == set(campaign.defects)


def test_the_manifest_says_what_is_in_and_what_is_missing(campaign):
    manifest = built(campaign)[0].manifest
    assert (manifest["partial"], manifest["missing"]) == (
        True, {"items": 4, "unsettled": 1, "open_disputes": 1, "waiting": 0},
    )  # fmt: skip
    assert manifest["counts"]["images"] == 3
    assert manifest["counts"]["by_concept"][campaign.defects[0]] == {"present": 1, "absent": 2, "not_assessed": 0}
    assert manifest["taxonomy"]["content_hash"] == campaign.version.content_hash
    head = JournalEntry.objects.filter(action="export.requested").latest("position")
    assert manifest["made"]["journal"]["hash"] == head.hash
    assert manifest["app_version"] == "0.1.0"


@pytest.mark.parametrize("layout", FORMATS)
def test_the_same_data_gives_the_same_bytes(campaign, layout):
    (first, one), (second, two) = built(campaign, layout), built(campaign, layout)
    for file in first.manifest["files"]:
        assert (one / file["name"]).read_bytes() == (two / file["name"]).read_bytes()
        assert sha256_of_file(one / file["name"]) == file["sha256"]
        assert (one / file["name"]).stat().st_size == file["bytes"]
    assert first.manifest["content_hash"] == second.manifest["content_hash"]
    assert json.loads((one / "manifest.json").read_text()) == first.manifest


def test_lines_are_canonical_json(campaign):
    _, folder = built(campaign)
    for line in (folder / "gold.jsonl").read_bytes().splitlines():
        assert canonical_json(json.loads(line)) == line


def test_what_is_submitted_meanwhile_is_not_in_the_snapshot(campaign, tmp_path, monkeypatch):
    """Gold and answers are written after the snapshot began, before the first record is read."""
    image = GoldLabel.objects.unscoped().order_by("id").first().image
    before_rows = Snapshot.facts

    def write_meanwhile(snapshot):
        facts = before_rows(snapshot)
        GoldLabel.objects.create(
            project=campaign.project, image=image, version=campaign.version, concept=campaign.defects[1], revision=9,
            value="present", level="minor", provenance="expert_import",
        )  # fmt: skip
        submit(campaign, a_reviewer(campaign.project, "dora"), Answer(outcome="clean"))
        return facts

    Item.objects.create(project=campaign.project, campaign=campaign, image=more(campaign), position=9, needed=2)
    quiet = services.write_files(campaign, "jsonl", tmp_path / "before", lambda done, total: None, made={})
    monkeypatch.setattr(Snapshot, "facts", write_meanwhile)
    busy = services.write_files(campaign, "jsonl", tmp_path / "busy", lambda done, total: None, made={})
    assert busy["content_hash"] == quiet["content_hash"]
    monkeypatch.undo()
    after = services.write_files(campaign, "jsonl", tmp_path / "after", lambda done, total: None, made={})
    assert after["counts"]["by_concept"][campaign.defects[1]]["present"] == 1


def more(campaign):
    return some_images(campaign.project, 1)[0]


def test_a_withdrawn_image_is_named_in_the_manifest_and_nowhere_else(campaign):
    gone = GoldLabel.objects.unscoped().first().image
    withdraw(system_scope(campaign.project_id), images=[gone.id], import_run=None, reason="takedown", confirmed=1)
    view, folder = built(campaign)
    assert view.manifest["withdrawn"] == {
        "count": 1, "images": [{"image": str(gone.id), "sha256": gone.blob_id, "reason": "takedown"}],
    }  # fmt: skip
    assert str(gone.id) not in {row["image"] for row in records(folder)}


def test_coco_has_pixels_and_keeps_what_coco_has_no_place_for(campaign):
    _, folder = built(campaign, "coco")
    coco = json.loads((folder / "coco.json").read_text())
    (mark,) = coco["annotations"]
    assert (mark["bbox"], mark["area"], mark["segmentation"]) == ([16.0, 32.0, 32.0, 32.0], 1024.0, [])
    category = next(one for one in coco["categories"] if one["id"] == mark["category_id"])
    assert category["touchstone"]["concept"] == campaign.defects[0]
    image = next(one for one in coco["images"] if one["id"] == mark["image_id"])
    assert image["touchstone"]["present"] == {campaign.defects[0]: "minor"}
    assert set(image["touchstone"]["absent"]) == set(campaign.defects[1:])
    assert [one["id"] for one in coco["images"]] == [1, 2, 3]


def test_a_polygon_becomes_a_segmentation_with_its_own_area():
    concepts = boxed("polygon")[:1]
    project = a_project()
    row = a_campaign(project, some_images(project, 1), needed=1, consensus_rule="single", defects=concepts)
    submit(row, a_reviewer(project, "ada"), Answer(outcome="defects", findings=(found(concepts[0], region=POLYGON),)))
    consensus.settle_due()
    (mark,) = json.loads((built(row, "coco")[1] / "coco.json").read_text())["annotations"]
    assert mark["segmentation"] == [[0.0, 0.0, 32.0, 0.0, 32.0, 32.0]]
    assert (mark["bbox"], mark["area"]) == ([0.0, 0.0, 32.0, 32.0], 512.0)


DANGEROUS = (
    '=HYPERLINK("http://x","y")',
    "+1",
    "@SUM(A1)",
    "\t=1",
    "-2+3",
    "\r=1",
    "'=1",
    'plain, with "quotes"\nand a line',
)


@pytest.mark.parametrize("prompt", DANGEROUS)
def test_a_spreadsheet_runs_no_formula_and_the_original_comes_back(prompt):
    """EXP-001 of the catalogue of bad inputs."""
    project = a_project()
    row = a_campaign(project, some_images(project, 1, prompt=prompt), needed=1, consensus_rule="single")
    submit(row, a_reviewer(project, "ada"), Answer(outcome="clean"))
    consensus.settle_due()
    with (built(row, "csv")[1] / "gold.csv").open(newline="", encoding="utf-8") as file:
        cells = [line["prompt"] for line in csv.DictReader(file)]
    assert len(set(cells)) == 1
    assert not cells[0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cells[0].removeprefix("'") == prompt
    assert records(built(row)[1])[0]["prompt"] == prompt


@pytest.mark.parametrize(
    "name", ["../../x", "con", "a/../b", "n" * 300, "a\x00b", "C:\\x", "a//b", " x", "x.", "", "/etc/passwd"]
)
def test_an_unsafe_name_is_replaced_by_the_hash(name):
    """EXP-003: what is written as `file` can be put below any folder of any system."""
    assert safe_name(name, "ab" * 32, "image/png") == "ab" * 32 + ".png"


@pytest.mark.parametrize("name", ["cat.png", "a/b.png", "Über uns.jpg"])
def test_a_safe_name_stays(name):
    assert safe_name(name, "ab" * 32, "image/png") == name


def test_an_export_that_is_not_finished_has_no_files(campaign):
    scope = system_scope(campaign.project_id)
    row = services.request_export(scope, campaign, "jsonl").export
    lead = lead_of(campaign.project)
    address = f"/api/v1/exports/{row.id}/files/gold.jsonl"
    assert lead.get(address).status_code == 404
    folder_of(row.id).mkdir(parents=True)
    (folder_of(row.id) / "gold.jsonl").write_text("half")
    assert lead.get(address).status_code == 404
    run_due_jobs()
    answer = lead.get(address)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == (folder_of(row.id) / "gold.jsonl").read_bytes()
    for name in ("manifest.json", "..%2Fpg", "gold.csv", ".part"):
        assert lead.get(f"/api/v1/exports/{row.id}/files/{name}").status_code == (
            200 if name == "manifest.json" else 404
        )


def lead_of(project, name="lee"):
    from tests.builders import make_membership
    from tests.labelling import a_person

    make_membership(project, a_person(name), "lead")
    client = Client()
    client.force_login(a_person(name))
    return client


def test_a_build_that_breaks_leaves_nothing_and_says_why(campaign, monkeypatch):
    from core.errors import Unavailable

    def full(size):
        raise Unavailable("The disk is full.")

    monkeypatch.setattr(services, "require_space", full)
    row = services.request_export(system_scope(campaign.project_id), campaign, "jsonl").export
    run_due_jobs()
    view = export_now(system_scope(campaign.project_id), row.id)
    assert (view.state, view.reason) == ("failed", "The disk is full.")
    assert list(folder_of(row.id).parent.iterdir()) == []


def test_an_export_whose_job_died_for_good_is_shown_as_failed(campaign):
    row = services.request_export(system_scope(campaign.project_id), campaign, "jsonl").export
    Job.objects.filter(id=row.job_id).update(state="failed", reason="Its worker fell silent 3 times.")
    view = export_now(system_scope(campaign.project_id), row.id)
    assert (view.state, view.reason) == ("failed", "Its worker fell silent 3 times.")


def test_the_whole_way_over_http(campaign, django_user_model):
    lead = lead_of(campaign.project)
    answer = lead.post(f"/api/v1/campaigns/{campaign.id}/exports", {"format": "csv"}, "application/json")
    assert answer.status_code == 202
    location = answer["Location"]
    run_due_jobs()
    done = lead.get(location).json()
    assert (done["state"], done["manifest"]["partial"]) == ("done", True)
    listed = lead.get(f"/api/v1/campaigns/{campaign.id}/exports").json()["exports"]
    assert [one["id"] for one in listed] == [done["id"]]
    refused = lead.post(f"/api/v1/campaigns/{campaign.id}/exports", {"format": "exe"}, "application/json")
    assert refused.status_code == 422


def test_who_left_the_project_downloads_nothing_more(campaign):
    """EXP-004: an old link is worth nothing to whoever is no lead any more; a foreign one never was."""
    view, _ = built(campaign)
    lead, foreign = lead_of(campaign.project), lead_of(a_project("Shoes"), "fay")
    address = f"/api/v1/exports/{view.id}/files/gold.jsonl"
    assert lead.get(address).status_code == 200
    assert foreign.get(address).status_code == 404
    campaign.project.memberships.update(ended_at="2026-01-01T00:00:00Z")
    assert lead.get(address).status_code == 404


def test_the_command_writes_a_new_folder_and_says_that_it_is_partial(campaign, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(postgres, "held", lambda env: nullcontext())  # the test run holds the server already
    out = tmp_path / "gold"
    with pytest.raises(SystemExit) as left:
        call_command("export_gold", campaign=str(campaign.id), out=str(out))
    assert left.value.code == 1
    assert "3 images, 9 labels" in capsys.readouterr().out
    assert {path.name for path in out.iterdir()} == {"gold.jsonl", "manifest.json"}
    assert len(read_export(out).records) == 3
    with pytest.raises(CommandError, match="not an empty folder"):
        call_command("export_gold", campaign=str(campaign.id), out=str(out))
    with pytest.raises(CommandError, match="no campaign"):
        call_command("export_gold", campaign=str(uuid4()), out=str(tmp_path / "x"))
    with pytest.raises(CommandError, match="not built"):
        call_command("export_gold", campaign=str(campaign.id), format="parquet", out=str(tmp_path / "x"))
    assert [path.name for path in Path(tmp_path).iterdir()] == ["gold"]


def test_exports_stay_if_built_twice(campaign):
    view, folder = built(campaign)
    before = (folder / "gold.jsonl").stat().st_mtime_ns
    services.build_export(system_scope(campaign.project_id), view.id, lambda done, total: None, lambda: None)
    assert (folder / "gold.jsonl").stat().st_mtime_ns == before
    assert Export.objects.unscoped().count() == 1


def test_a_worker_killed_in_the_middle_leaves_nothing_to_download_and_the_next_one_finishes(campaign):
    """EXP-008: SIGKILL while the second record is written."""
    row = services.request_export(system_scope(campaign.project_id), campaign, "jsonl").export
    part = folder_of(row.id).with_name(f".part-{row.id}")
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            services.record_of = lambda *args: time.sleep(60)
            run_due_jobs()
        finally:
            os._exit(1)
    deadline = time.monotonic() + 20
    while not (part / "gold.jsonl").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert (part / "gold.jsonl").exists()
    lead = lead_of(campaign.project)
    assert lead.get(f"/api/v1/exports/{row.id}").json()["state"] == "running"
    assert lead.get(f"/api/v1/exports/{row.id}/files/gold.jsonl").status_code == 404
    other, _ = built(campaign)
    assert other.state == "done"
    Job.objects.filter(id=row.job_id).update(heartbeat_at="2020-01-01T00:00:00Z")
    sweep()
    run_due_jobs()
    assert lead.get(f"/api/v1/exports/{row.id}").json()["state"] == "done"
    assert len(records(folder_of(row.id))) == 3
    assert not part.exists()
