"""A campaign moved to a later version: the stored layer says what the algebra says, and annotations never change."""

import hashlib
import json

import pytest
from django.db import connection
from moving import Marked, fixture, lead_of, three_versions

from annotate.agreement.queries import marks_of, marks_of_one_meaning, report_fingerprint
from annotate.annotations.route_queries import path_between, steps_of
from annotate.errors import MoveNotPossible, MoveUnderWay, NoMigration
from annotate.jobs.services import run_job
from annotate.migration import queries, services
from annotate.migration.asked import asked_after
from annotate.models import CarriedAbsence, CarriedFinding, CarriedGold, GoldLabel, MigrationRun
from tests.labelling import a_project, a_reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def versions():  # type: ignore[no-untyped-def]
    return three_versions()


@pytest.fixture
def marked(versions) -> Marked:  # type: ignore[no-untyped-def]
    """The labels that the fixture gives under 1.0.0, in a campaign under 1.0.0."""
    marked = Marked(a_project(), versions["1.0.0"])
    for label in fixture()["labels"]["1.0.0"]:
        marked.add(label, versions["1.0.0"])
    return marked


def labels_hash() -> str:
    """Everything that Annotations and Findings hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(a)::text FROM annotate_annotation a ORDER BY id")
        rows = cursor.fetchall()
        cursor.execute("SELECT to_jsonb(f)::text FROM annotate_finding f ORDER BY id")
        return hashlib.sha256(json.dumps([rows, cursor.fetchall()]).encode()).hexdigest()


def standing(marked: Marked) -> list[tuple[str, str, str | None]]:
    names = {row: name for name, row in marked.ids.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT origin_id, defect, level FROM annotate_standing_finding WHERE campaign_id = %s",
            [marked.campaign.id],
        )
        return sorted((names[row[0]], row[1], row[2]) for row in cursor.fetchall())


def test_every_label_of_the_fixture_is_stored_as_expected_over_two_moves(marked: Marked, versions) -> None:  # type: ignore[no-untyped-def]
    before, expected = labels_hash(), fixture()["expected"]
    first = marked.move(versions["1.1.0"])
    assert marked.document(first) == expected[0]["labels"]
    assert first.counts["outcomes"] == {"carried": 26, "mapped": 0, "queued": 0, "archived": 0}
    assert labels_hash() == before
    for label in fixture()["labels"]["1.1.0"]:
        marked.add(label, versions["1.1.0"])
    before = labels_hash()
    second = marked.move(versions["2.0.0"])
    assert {one["id"]: one for one in marked.document(second)} == {one["id"]: one for one in expected[1]["labels"]}
    assert {k: v for k, v in second.counts["outcomes"].items() if v} == expected[1]["counts"]
    assert labels_hash() == before
    resolved = {
        one["id"]
        for one in expected[1]["labels"]
        if one["outcome"] in ("carried", "mapped") and not one.get("merged_into")
    }
    assert {name for name, _, _ in standing(marked)} == resolved


def test_two_steps_at_once_are_the_fold_of_both(marked: Marked, versions) -> None:  # type: ignore[no-untyped-def]
    expected = {one["id"]: one for one in fixture()["expected"][1]["labels"] if one["id"] not in ("L25", "L26")}
    run = marked.move(versions["2.0.0"])
    assert {one["id"]: one for one in marked.document(run)} == expected


def test_counts_before_are_counts_after_and_nothing_is_seen_in_between(marked: Marked, versions) -> None:  # type: ignore[no-untyped-def]
    scope, seen = lead_of(marked.project), standing(marked)
    prepared = services.prepare_move(scope, marked.campaign, versions["2.0.0"].id)
    with pytest.raises(MoveUnderWay):
        services.prepare_move(scope, marked.campaign, versions["2.0.0"].id)
    with pytest.raises(MoveNotPossible):
        services.activate_move(scope, prepared.run.id)
    assert run_job(prepared.job.id)
    ready = MigrationRun.objects.unscoped().get(id=prepared.run.id)
    assert (ready.state, standing(marked)) == ("ready", seen)
    assert sum(ready.dry_run["outcomes"].values()) == ready.dry_run["findings"] == 26
    active = services.activate_move(scope, ready.id)
    assert active.counts == ready.dry_run | {"gold": active.counts["gold"], "gold_concepts": {}}
    stored = {
        name: CarriedFinding.objects.unscoped().filter(run=active, outcome=name).count()
        for name in ("carried", "mapped", "queued", "archived")
    }
    assert stored == active.counts["outcomes"]
    assert not services.run_prepare(active.id, lambda done, total: None, lambda: None).get("findings")  # again: nothing


def test_what_is_submitted_meanwhile_is_carried_as_a_delta(marked: Marked, versions) -> None:  # type: ignore[no-untyped-def]
    scope = lead_of(marked.project)
    prepared = services.prepare_move(scope, marked.campaign, versions["2.0.0"].id)
    assert run_job(prepared.job.id)
    late = {"id": "late", "item": "img-01", "reviewer": "rev-9", "region": "r2", "concept": "AID-0014"}
    marked.add(late | {"severity": "minor"}, versions["1.0.0"])
    active = services.activate_move(scope, prepared.run.id)
    assert active.counts["findings"] == active.dry_run["findings"] + 1
    assert queries.progress_of_run(active.id).arrived == 1
    assert marked.carried(active)["late"].outcome == "queued"


def test_a_rollback_drops_the_layer_and_only_that(marked: Marked, versions) -> None:  # type: ignore[no-untyped-def]
    before, seen, scope = labels_hash(), standing(marked), lead_of(marked.project)
    run = marked.move(versions["2.0.0"])
    assert standing(marked) != seen
    back = services.roll_back_move(scope, run.id, "The split was premature.")
    marked.campaign.refresh_from_db()
    assert (back.state, marked.campaign.version.number, marked.campaign.layer_id) == ("rolled_back", "1.0.0", None)
    assert (standing(marked), labels_hash()) == (seen, before)
    rows = [model.objects.unscoped().filter(run=run).count() for model in (CarriedFinding, CarriedAbsence, CarriedGold)]
    assert rows == [0, 0, 0]
    assert marked.move(versions["2.0.0"]).counts["findings"] == 26


def test_a_move_with_answers_under_it_is_not_rolled_back(marked: Marked, versions) -> None:  # type: ignore[no-untyped-def]
    run = marked.move(versions["2.0.0"])
    marked.answer(0, a_reviewer(marked.project, "new"), versions["2.0.0"])
    with pytest.raises(MoveNotPossible) as refused:
        services.roll_back_move(lead_of(marked.project), run.id, "No.")
    assert refused.value.extensions == {"answers": 1}


def test_absences_follow_the_operations_and_an_open_question_is_never_an_absence(marked: Marked, versions) -> None:  # type: ignore[no-untyped-def]
    clean = marked.answer(8, a_reviewer(marked.project, "calm"), versions["1.0.0"], outcome="clean")
    run = marked.move(versions["2.0.0"])
    row = CarriedAbsence.objects.unscoped().get(run=run, annotation=clean)
    absent = set(row.asked) - set(row.not_assessed)
    assert {"AID-0056", "AID-0057", "AID-0058", "AID-0059"} <= absent  # parts, target, carved from a named one
    assert {"AID-0019", "AID-0047", "AID-0077"} <= set(row.not_assessed)  # broader, shifted, carved from a catch-all
    assert (row.verdict, row.verdict_open) == ("accept", False)
    for queued in CarriedFinding.objects.unscoped().filter(run=run, outcome="queued"):
        absence = CarriedAbsence.objects.unscoped().get(run=run, annotation=queued.annotation)
        stands = {f.concept for f in absence.annotation.carried.none()} | set(
            CarriedFinding.objects.unscoped()
            .filter(run=run, annotation=queued.annotation, standing=True)
            .values_list("concept", flat=True)
        )
        for concept, _ in queued.candidates:
            assert concept in absence.not_assessed or concept in stands
        assert absence.verdict_open


def gold(marked: Marked, place: int, concept: str, value: str, level: str = "", **values) -> GoldLabel:  # type: ignore[no-untyped-def]
    item = marked.items[place]
    return GoldLabel.objects.create(
        project=marked.project, image_id=item.image_id, item=item, campaign=marked.campaign,
        version=marked.campaign.version, concept=concept, value=value, level=level,
        **{"provenance": "consensus"} | values,
    )  # fmt: skip


def test_gold_is_carried_merged_or_held_back(marked: Marked, versions) -> None:  # type: ignore[no-untyped-def]
    place = {"shape": "box", "points": [[0.0, 0.0], [0.2, 0.2]]}
    hand = gold(marked, 0, "AID-0011", "present", "major", region=place)
    gold(marked, 0, "AID-0014", "present", "minor", region=place)  # split: held back
    waxy = gold(marked, 0, "AID-0035", "present", "minor", region=place)
    smooth = gold(marked, 0, "AID-0036", "present", "major", region=place)  # merged with it
    gold(marked, 0, "AID-0023", "absent")
    gold(marked, 0, "AID-0019", "absent")  # broader: not assessed any more
    run = marked.move(versions["2.0.0"])
    rows = {row.concept: row for row in CarriedGold.objects.unscoped().filter(run=run, standing=True)}
    assert (rows["AID-0011"].level, rows["AID-0011"].origins) == ("major", [hand.id])
    assert rows["AID-0058"].level == "major" and set(rows["AID-0058"].origins) == {waxy.id, smooth.id}
    assert {rows["AID-0023"].value, rows["AID-0059"].value} == {"absent"}
    assert rows["AID-0019"].value == "not_assessed"
    assert not {"AID-0056", "AID-0057"} & set(rows)
    held = CarriedGold.objects.unscoped().get(run=run, standing=False)
    assert (held.concept, held.outcome, held.review) == ("AID-0014", "queued", ["concept"])
    assert queries.progress_of_run(run.id).gold_held_back == 1
    assert run.dry_run["gold"]["queued"] == 1


def test_agreement_pools_only_what_meant_the_same_and_results_take_all(marked: Marked, versions) -> None:  # type: ignore[no-untyped-def]
    marked.move(versions["1.1.0"])
    before = report_fingerprint(marked.campaign.id)
    marked.move(versions["2.0.0"])
    assert report_fingerprint(marked.campaign.id) != before
    everything, pooled = marks_of(marked.campaign), marks_of_one_meaning(marked.campaign)
    assert everything.answers == pooled.answers > 0
    hands, merged = everything.at("AID-0011"), everything.at("AID-0058")
    assert (everything.presence[:, hands] == pooled.presence[:, hands]).all()
    assert (everything.presence[:, merged] == 1).sum() == 2  # L04 gave way to L05; and L06
    assert (pooled.presence[:, merged] == -1).all()


def test_a_move_that_leads_nowhere_is_refused(marked: Marked, versions) -> None:  # type: ignore[no-untyped-def]
    scope = lead_of(marked.project)
    marked.move(versions["1.1.0"])
    with pytest.raises(MoveNotPossible, match="not later"):
        services.prepare_move(scope, marked.campaign, versions["1.0.0"].id)
    with pytest.raises(NoMigration):
        path_between(versions["2.0.0"].id, versions["1.0.0"].id)


def test_what_is_asked_follows_the_operations(versions) -> None:  # type: ignore[no-untyped-def]
    steps = steps_of(path_between(versions["1.0.0"].id, versions["2.0.0"].id))
    assert asked_after(["AID-0014", "AID-0011"], steps) == ("AID-0011", "AID-0056", "AID-0057")
    assert asked_after(["AID-0023"], steps) == ("AID-0023", "AID-0059")
    assert asked_after(["AID-0034", "AID-0035"], steps) == ("AID-0058",)
