"""A draft over HTTP: what changed, what it touches in the real findings, publication with evidence."""

import copy
import json

import pytest
from cast import Cast
from taxonomy_documents import document, migration_operations, version_bytes

from annotate.annotations.services import submit_annotation
from annotate.answer import Answer
from annotate.evidence import api
from annotate.models import Annotation, Campaign, GoldLabel, Reviewer
from annotate.queue import services as queue
from taxonomy import services
from taxonomy.models import Version
from tests.labelling import a_campaign, a_submission, found, some_images

SLUG = "ai-image-defects"
HERE = f"/api/v1/taxonomies/{SLUG}"
WORDS = [{"rule": f"L{number:02d}", "word": "Known; comes with the next pictures."} for number in range(1, 23)]


@pytest.fixture
def used(cast: Cast) -> Campaign:
    """1.0.0 with a campaign in which ada marked three Images: two findings that 1.1.0 and 2.0.0 touch, one not."""
    services.import_taxonomy(version_bytes("1.0.0"), by=cast.omar, publish=True)
    campaign = a_campaign(cast.project, some_images(cast.project, 3), needed=1, file="ai-image-defects-1.0.0.yaml")
    first, second, *_ = campaign.defects
    reviewer = Reviewer.objects.get(project=cast.project, user=cast.ada)
    leases = queue.take_leases(campaign, reviewer.id, 3).leases
    answers = [
        Answer(outcome="defects", findings=(found(first), found(second))),
        Answer(outcome="defects", findings=(found(first, "critical"),)),
        Answer(outcome="clean"),
    ]
    for lease, answer in zip(leases, answers, strict=True):
        submit_annotation(cast.ada, lease, a_submission(answer))
    image = Annotation.objects.unscoped().get(lease=leases[0]).image
    GoldLabel.objects.create(
        project=cast.project, image=image, version=campaign.version, concept=first, value="present",
        provenance="consensus",
    )  # fmt: skip
    return campaign


def send(client, method: str, address: str, body: object = None, etag: str = ""):  # type: ignore[no-untyped-def]
    headers = {"If-Match": etag} if etag else {}
    return client.generic(method, HERE + address, json.dumps(body), "application/json", headers=headers)


def started(client) -> dict:  # type: ignore[no-untyped-def]
    answer = send(client, "POST", "/draft", {})
    assert answer.status_code == 201, answer.json()
    assert answer["ETag"] == answer.json()["etag"]
    return answer.json()


def test_a_change_without_if_match_is_428_and_an_old_one_412_with_what_is_there(used: Campaign, cast: Cast) -> None:
    client = cast.client("omar")
    draft = started(client)
    body = {"document": copy.deepcopy(draft["document"])}
    body["document"]["dimensions"][0]["defects"][0]["name"] = "Mine"
    missing = send(client, "PUT", "/draft", body)
    assert (missing.status_code, missing.json()["type"]) == (428, "/problems#if-match-missing")
    saved = send(client, "PUT", "/draft", body, draft["etag"])
    assert saved.status_code == 200 and saved["ETag"] != draft["etag"]
    stale = send(client, "PUT", "/draft", body, draft["etag"])
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems#draft-changed")
    assert stale.json()["document"]["dimensions"][0]["defects"][0]["name"] == "Mine"
    assert send(client, "DELETE", "/draft", etag=stale.json()["etag"]).status_code == 204
    assert send(client, "GET", "/draft").status_code == 404


def test_what_changed_is_proposed_asked_and_then_explained(used: Campaign, cast: Cast) -> None:
    client = cast.client("omar")
    draft = started(client)
    document = draft["document"]
    target = document["dimensions"][0]["defects"][0]
    was, target["name"] = target["name"], "Wrong hands"
    target["definition"] = "Hands with a wrong number of fingers, wherever they stand in the picture."
    saved = send(client, "PUT", "/draft", {"document": document}, draft["etag"]).json()
    body = send(client, "GET", "/draft/changes").json()
    assert json.loads(json.dumps(api.DraftChanges(body).data)).keys() == body.keys()
    assert {(one["field"], tuple(one["explained_by"])) for one in body["changes"]} == {("definition", ()), ("name", ())}
    asked = {one["operation"]["op"]: one for one in body["proposals"]}
    assert asked["rename"]["question"] is None and asked["edit"]["options"] == [
        "edit", "narrower", "broader", "shifted",
    ]  # fmt: skip
    assert (body["least"], body["number"], body["unexplained"]) == ("minor", "1.1.0", 2)
    operations = [
        {
            "op": "rename", "concept": target["id"], "from_value": was, "to_value": "Wrong hands",
            "why": "As people say.",
        },
        {
            "op": "redefine", "concept": target["id"], "direction": "narrower", "fields": ["definition"],
            "why": "Only fingers count now.",
        },
    ]  # fmt: skip
    declared = send(client, "PUT", "/draft/operations", {"operations": operations}, saved["etag"])
    assert declared.status_code == 200, declared.json()
    body = send(client, "GET", "/draft/changes").json()
    assert (body["least"], body["number"], body["unexplained"], body["idle"]) == ("major", "2.0.0", 0, [])
    assert all(one["explained_by"] for one in body["changes"]) and not body["problems"]
    warned = [one for one in body["lint"] if one["level"] == "W"]
    assert warned and all(one["fix"] for one in warned)


def test_the_dry_run_counts_the_findings_and_publishing_touches_none_of_them(used: Campaign, cast: Cast) -> None:
    client = cast.client("omar")
    draft = started(client)
    document = draft["document"]
    first = document["dimensions"][0]["defects"][0]
    assert first["id"] == used.defects[0]
    first["definition"] = "Hands with a wrong number of fingers, wherever they stand in the picture."
    redefine = {
        "op": "redefine", "concept": first["id"], "direction": "shifted", "fields": ["definition"],
        "why": "Only fingers count now.",
    }  # fmt: skip
    saved = send(client, "PUT", "/draft", {"document": document, "operations": [redefine]}, draft["etag"]).json()
    impact = send(client, "GET", "/draft/impact").json()
    assert json.loads(json.dumps(api.DraftImpact(impact).data)).keys() == impact.keys()
    assert (impact["campaigns"], impact["findings"], impact["assumed_operations"]) == (1, 3, 0)
    assert impact["outcomes"] == {"carried": 1, "mapped": 0, "queued": 2, "archived": 0}
    touched = {one["concept"]["id"]: one for one in impact["concepts"]}
    assert (touched[first["id"]]["findings"], touched[first["id"]]["items"], touched[first["id"]]["gold"]) == (2, 2, 1)
    assert touched[first["id"]]["outcomes"]["queued"] == 2
    before = list(Annotation.objects.unscoped().order_by("id").values())
    release = {"number": "2.0.0", "acknowledged_warnings": WORDS, "release_notes": "Hands are sharper."}
    done = send(client, "POST", "/versions", release, saved["etag"])
    assert done.status_code == 201, done.json()
    version = Version.objects.get(number="2.0.0")
    assert version.lint["dry_run"]["outcomes"] == impact["outcomes"]
    assert list(Annotation.objects.unscoped().order_by("id").values()) == before
    used.refresh_from_db()
    assert used.version.number == "1.0.0"
    assert client.get(done["Location"]).json()["state"] == "published"


def test_the_dry_run_of_the_shipped_major_release_has_one_outcome_for_each_finding(used: Campaign, cast: Cast) -> None:
    client = cast.client("omar")
    body = {"document": document("1.1.0", "1.0.1")}
    assert send(client, "POST", "/draft", body).status_code == 201
    undeclared = send(client, "GET", "/draft/impact").json()
    assert undeclared["assumed_operations"] > 0 and undeclared["findings"] == 3
    etag = send(client, "GET", "/draft").json()["etag"]
    operations = {"operations": migration_operations("1.0.0", "1.1.0")}
    assert send(client, "PUT", "/draft/operations", operations, etag).status_code == 200
    impact = send(client, "GET", "/draft/impact").json()
    assert impact["assumed_operations"] == 0
    assert sum(impact["outcomes"].values()) == impact["findings"] == 3


def test_a_refused_publication_says_which_and_stores_nothing(used: Campaign, cast: Cast) -> None:
    client = cast.client("omar")
    draft = started(client)
    document = draft["document"]
    document["dimensions"][0]["defects"][0]["name"] = "Wrong hands"
    saved = send(client, "PUT", "/draft", {"document": document}, draft["etag"]).json()
    refused = send(client, "POST", "/versions", {"number": "1.1.0"}, saved["etag"])
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems#diff-unexplained")
    assert refused.json()["unexplained"] == [f"{used.defects[0]} name"]
    for bad in ({"number": "one"}, {}, {"number": "1.1.0", "operations": [{"op": "explode"}]}, {"number": "0" * 60}):
        answer = send(client, "POST", "/versions", bad, saved["etag"])
        assert answer.status_code == 422, bad
        assert answer.json()["violations"]
    assert send(client, "GET", "/draft").json()["etag"] == saved["etag"]
