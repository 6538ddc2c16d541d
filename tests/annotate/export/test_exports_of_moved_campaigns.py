"""I15: what a version does to others' exports (nothing), and what an export says of a campaign that was moved."""

import json

import pytest

from accounts.scope import Scope
from annotate.annotations.services import submit_annotation
from annotate.answer import Answer
from annotate.consensus import services as consensus
from annotate.export import services
from annotate.export.queries import export_now, folder_of
from annotate.jobs.services import run_due_jobs, run_job
from annotate.migration import services as moves
from annotate.models import Campaign
from annotate.projects.queries import system_scope
from annotate.queue import services as queue
from core.hashing import sha256_of_file
from taxonomy.queries import tree_of
from taxonomy.services import import_taxonomy
from tests.labelling import TAXONOMIES, a_campaign, a_project, a_reviewer, a_submission, a_version, found, some_images

pytestmark = pytest.mark.django_db(transaction=True)
SPLIT, KEPT = "AID-0014", "AID-0011"


def imported(number, migration=""):  # type: ignore[no-untyped-def]
    declared = (TAXONOMIES / "migrations" / migration).read_bytes() if migration else None
    data = (TAXONOMIES / f"ai-image-defects-{number}.yaml").read_bytes()
    return import_taxonomy(data, by=None, publish=True, migration=declared)


@pytest.fixture(autouse=True)
def _published():  # type: ignore[no-untyped-def]
    imported("1.0.0")
    imported("1.1.0", "ai-image-defects-1.0.0--1.1.0.yaml")


def settled_campaign():  # type: ignore[no-untyped-def]
    """Two Images that two people agree on: one with a defect that 2.0.0 splits, one with nothing."""
    project = a_project()
    people = [a_reviewer(project, f"{name}-{project.slug}") for name in ("ada", "ben")]
    row = a_campaign(project, some_images(project, 2), needed=2, consensus_rule="agreement_of_2", defects=[KEPT, SPLIT])
    level = tree_of(a_version().id).scale_of(tree_of(a_version().id).defect(SPLIT)).keys[0]
    for answer in (Answer(outcome="defects", findings=(found(SPLIT, level),)), Answer(outcome="clean")):
        for person in people:
            (lease,) = queue.take_leases(row, person.id, 1).leases
            submit_annotation(person.user, lease, a_submission(answer))
    consensus.settle_due()
    return row


def exported(campaign):  # type: ignore[no-untyped-def]
    row = services.request_export(system_scope(campaign.project_id), campaign, "jsonl").export
    run_due_jobs()
    assert export_now(system_scope(campaign.project_id), row.id).state == "done"
    folder = folder_of(row.id)
    return sha256_of_file(folder / "gold.jsonl"), json.loads((folder / "manifest.json").read_text()), folder


def moved(campaign, version):  # type: ignore[no-untyped-def]
    scope = Scope(project=campaign.project_id, actor=None, roles=frozenset({"lead"}))
    prepared = moves.prepare_move(scope, campaign, version.id)
    assert run_job(prepared.job.id)
    moves.activate_move(scope, prepared.run.id)
    return Campaign.objects.unscoped().select_related("version").get(id=campaign.id), prepared.run


def test_publishing_and_moving_another_campaign_changes_no_byte_of_an_export():
    campaign, other = settled_campaign(), settled_campaign()
    data, manifest, _ = exported(campaign)
    version = imported("2.0.0", "ai-image-defects-1.1.0--2.0.0.yaml")
    again, manifest_again, _ = exported(campaign)
    assert (again, manifest_again["content_hash"]) == (data, manifest["content_hash"])
    moved(other, version)
    again, manifest_again, _ = exported(campaign)
    assert (again, manifest_again["content_hash"]) == (data, manifest["content_hash"])
    assert "open_rereviews" not in manifest_again["missing"]


def test_an_export_of_a_moved_campaign_holds_queued_gold_back_and_says_so_and_a_rollback_brings_it_back():
    campaign = settled_campaign()
    data, manifest, _ = exported(campaign)
    row, run = moved(campaign, imported("2.0.0", "ai-image-defects-1.1.0--2.0.0.yaml"))
    _, after, folder = exported(row)
    assert after["taxonomy"]["version"] == "2.0.0"
    assert after["partial"]
    assert after["missing"]["open_rereviews"] == {"count": 2, "by_concept": {SPLIT: 2}}
    assert after["missing"]["gold_held_back"] == {"count": 1, "by_concept": {SPLIT: 1}}
    records = [json.loads(line) for line in (folder / "gold.jsonl").read_text().splitlines()]
    parts = {"AID-0056", "AID-0057"}
    assert sorted(len(parts & set(one["gold"])) for one in records) == [0, 2]  # held back; absent where it was absent
    assert all(SPLIT not in one["gold"] for one in records)
    scope = Scope(project=campaign.project_id, actor=None, roles=frozenset({"lead"}))
    moves.roll_back_move(scope, run.id, "Too early.")
    back, manifest_back, _ = exported(Campaign.objects.unscoped().select_related("version").get(id=campaign.id))
    assert (back, manifest_back["content_hash"]) == (data, manifest["content_hash"])
