"""Scoring over HTTP: what a lead sees and starts, and that nobody else does."""

import pytest
from scoring_cast import a_round, an_export, an_image, picture, scenes, settle

from annotate.jobs.services import run_due_jobs
from annotate.models import Campaign, Export, Item, Job
from annotate.projects.queries import system_scope
from scoring.detectors.prediction_services import predict_images
from scoring.detectors.services import train_detectors
from scoring.embeddings.services import score_project
from scoring.models import Detector
from scoring.triage.services import rank_campaign

pytestmark = pytest.mark.django_db(transaction=True)
API = "/api/v1"
PRIVATE = ("priority", "probability", "score", "detector", "ranking")


@pytest.fixture
def scope(cast):
    return system_scope(cast.project.id)


@pytest.fixture
def circle(cast, scope):
    """A campaign that went around once: gold for 34 of 46 Images, detectors, predictions, a ranking."""
    quiet, loud = scenes(cast.project, 26, 20)
    score_project(scope)
    campaign = a_round(cast.project)
    settle(campaign, quiet[:20] + loud[:14], {image.id: campaign.defects[:1] for image in loud})
    export = an_export(campaign)
    train_detectors(scope, export.id)
    predict_images(scope, campaign.id)
    rank_campaign(scope, campaign.id, strategy="risk", seed=11, random_share=0.25)
    return campaign


def test_a_lead_sees_the_scores_of_an_image_and_why_one_has_none(cast, scope):
    good, broken = an_image(cast.project, picture(1)), an_image(cast.project, b"no picture")
    score_project(scope)
    rows = cast.client("lee").get(f"{API}/images/{good.id}/scores").json()["scores"]
    assert {row["tag"] for row in rows} >= {"technical"}
    assert all(row["status"] == "ok" and row["value"] is not None for row in rows)
    rows = cast.client("lee").get(f"{API}/images/{broken.id}/scores").json()["scores"]
    assert {row["status"] for row in rows} == {"unreadable"}
    assert all(row["reason"] for row in rows)


def test_the_project_page_counts_and_distributes(cast, scope):
    scenes(cast.project, 6, 2)
    an_image(cast.project, b"no picture")
    before = cast.client("lee").get(f"{API}/projects/faces/scoring").json()
    assert (before["images"], before["scored"], before["lacking"]) == (9, 0, 9)
    score_project(scope)
    after = cast.client("lee").get(f"{API}/projects/faces/scoring").json()
    assert [after[name] for name in ("scored", "embedded", "unreadable", "lacking")] == [8, 8, 1, 0]
    noise = next(metric for metric in after["metrics"] if metric["name"] == "noise")
    found = noise["distribution"]
    assert (found["n"], sum(found["counts"]), found["without"]) == (8, 8, {"unreadable": 1})
    assert found["low"] <= found["median"] <= found["high"]
    assert {metric["tag"] for metric in after["metrics"]} >= {"technical", "aesthetic"}
    missing = [metric for metric in after["metrics"] if metric["status"] != "ok"]
    assert all(metric["reason"] for metric in missing)


def test_scoring_is_asked_for_once_and_runs_as_a_job(cast):
    scenes(cast.project, 2, 0)
    first = cast.client("lee").post(f"{API}/projects/faces/scores", {}, "application/json")
    again = cast.client("lee").post(f"{API}/projects/faces/scores", {}, "application/json")
    assert (first.status_code, first.json()["kind"]) == (202, "scoring.images")
    assert again.json()["id"] == first.json()["id"]
    run_due_jobs()
    assert Job.objects.get(id=first.json()["id"]).state == "done"
    assert cast.client("lee").get(f"{API}/projects/faces/scoring").json()["lacking"] == 0


def test_the_detectors_of_a_campaign_come_with_interval_and_n_or_a_reason(cast, circle):
    document = cast.client("lee").get(f"{API}/campaigns/{circle.id}/detectors").json()
    first, second = document["detectors"]
    auroc = first["champion"]["cross_validated"]["auroc"]
    assert (auroc["n"], auroc["positives"], auroc["status"]) == (34, 14, "ok")
    assert len(auroc["interval"]) == 2
    assert first["champion"]["generator_baseline"]["n"] == 34
    assert sum(one["n"] for one in first["champion"]["cross_validated"]["reliability"]) == 34
    assert (second["champion"], second["newest"]["state"]) == (None, "too_few")
    assert (second["newest"]["positives"], second["positives_needed"]) == (0, 8)
    assert document["gold"]["settled"] == 34
    assert document["exports"][0]["images"] == 34
    assert document["predictions"] | {"last_at": None} == {
        "images": 46, "predicted": 46, "detectors": 1, "last_at": None,
    }  # fmt: skip


def test_training_names_a_finished_export_of_this_campaign(cast, circle):
    client, path = cast.client("lee"), f"{API}/campaigns/{circle.id}/detectors"
    export = Export.objects.unscoped().get(campaign=circle)
    answer = client.post(path, {"export": str(export.id)}, "application/json")
    assert (answer.status_code, answer.json()["kind"]) == (202, "scoring.train")
    assert client.post(path, {"export": "no id"}, "application/json").status_code == 422
    other = a_round(cast.project)
    foreign = client.post(f"{API}/campaigns/{other.id}/detectors", {"export": str(export.id)}, "application/json")
    assert foreign.status_code == 404
    Export.objects.unscoped().update(state="running")
    early = client.post(path, {"export": str(export.id)}, "application/json")
    assert (early.status_code, early.json()["type"]) == (409, "/problems#export-not-ready")


def test_the_latest_ranking_says_places_and_reasons_in_sentences(cast, circle):
    document = cast.client("lee").get(f"{API}/campaigns/{circle.id}/ranking?limit=5").json()
    ranking = document["ranking"]
    assert (ranking["strategy"], ranking["seed"], ranking["items"], ranking["written"]) == ("risk", 11, 12, 12)
    assert [one["place"] for one in document["after"]] == [1, 2, 3, 4, 5]
    assert [one["previous"] for one in document["before"]] == [1, 2, 3, 4, 5]
    assert all(one["inclusion_probability"] == 0.25 for one in document["after"])
    told = [reason for one in document["after"] for reason in one["reasons"]]
    assert any("probability" in reason for reason in told)
    assert all(reason.endswith(".") for reason in told)
    assert document["open_priority"] == 12


def test_ranking_checks_its_body_and_keeps_the_seed(cast, circle):
    client, path = cast.client("lee"), f"{API}/campaigns/{circle.id}/rankings"
    for wrong in ({"strategy": "luck"}, {"random_share": 1.5}, {"seed": -1}):
        assert client.post(path, wrong, "application/json").status_code == 422
    answer = client.post(path, {"strategy": "margin", "random_share": 0.1, "seed": 5}, "application/json")
    assert (answer.status_code, answer.json()["kind"]) == (202, "scoring.rank")
    run_due_jobs()
    rows = client.get(path).json()["rankings"]
    assert [(row["strategy"], row["seed"], row["state"], row["created_by"]) for row in rows] == [
        ("margin", 5, "done", "Lee"),
        ("risk", 11, "done", None),
    ]


def test_the_whole_loop_is_started_once_and_shows_its_job(cast, circle):
    client, path = cast.client("lee"), f"{API}/campaigns/{circle.id}/loop"
    first = client.post(path, {"strategy": "margin"}, "application/json")
    assert first.status_code == 202
    assert client.post(path, {}, "application/json").json()["id"] == first.json()["id"]
    shown = client.get(f"{API}/campaigns/{circle.id}/detectors").json()["jobs"]
    assert first.json()["id"] in {job["id"] for job in shown}
    run_due_jobs()
    assert client.get(f"{API}/jobs/{first.json()['id']}").json()["state"] == "done"
    assert len(client.get(f"{API}/campaigns/{circle.id}/rankings").json()["rankings"]) == 2


def test_a_lead_may_put_another_trained_detector_to_use_and_go_back(cast, scope, circle):
    client = cast.client("lee")
    export = Export.objects.unscoped().get(campaign=circle)
    first = Detector.objects.scoped(scope).get(champion=True)
    newer = Detector.objects.scoped(scope).get(run=train_detectors(scope, export.id), state="trained")
    for row in (newer, first):
        answer = client.post(f"{API}/detectors/{row.id}/promote", {}, "application/json")
        assert (answer.status_code, answer.json()["champion"]) == (200, True)
        assert Detector.objects.scoped(scope).get(champion=True).id == row.id
    few = Detector.objects.scoped(scope).filter(state="too_few").first()
    refused = client.post(f"{API}/detectors/{few.id}/promote", {}, "application/json")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems#detector-unusable")


def test_reviewers_and_adjudicators_see_nothing_of_it(cast, circle):
    image = Item.objects.unscoped().filter(campaign=circle).first().image_id
    paths = (
        f"images/{image}/scores", "projects/faces/scoring", f"campaigns/{circle.id}/detectors",
        f"campaigns/{circle.id}/rankings", f"campaigns/{circle.id}/ranking",
    )  # fmt: skip
    for path in paths:
        assert cast.client("ada").get(f"{API}/{path}").status_code == 403
        assert cast.client("cleo").get(f"{API}/{path}").status_code == 403
        assert cast.client("dan").get(f"{API}/{path}").status_code == 404


def test_a_lease_says_nothing_of_scores_or_places(cast, circle):
    Campaign.objects.unscoped().filter(id=circle.id).update(state="open")
    answer = cast.client("ada").post(f"{API}/campaigns/{circle.id}/leases", {"count": 3}, "application/json")
    assert answer.status_code == 200
    assert answer.json()["leases"]
    assert not [word for word in PRIVATE if word in answer.content.decode()]
