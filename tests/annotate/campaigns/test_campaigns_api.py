"""Campaigns, leases and answers over HTTP: shapes, rights, refusals with pointers, and what reviewers never see."""

import io
from uuid import uuid4

import pytest
from PIL import Image as Picture
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from annotate.annotations.api import SubmitThrottle
from annotate.models import Blob, Campaign, Item
from core import storage
from tests.labelling import a_campaign, a_version, some_images

pytestmark = pytest.mark.django_db

# Nothing a reviewer reads may hold one of these, at any depth: they would bias an answer.
HIDDEN = ("score", "priority", "gold", "generator", "prediction", "ranking", "seed", "inclusion", "model_version")


@pytest.fixture
def call(cast):
    """`call("lee", "POST", path, body)` → (status, document, response)."""

    def ask(name, method, path, body=None, **headers):
        client = APIClient()
        if name:
            client.force_login(getattr(cast, name))
        answer = client.generic(
            method, f"/api/v1{path}", b"" if body is None else APIClient()._encode_data(body, "json")[0],
            "application/json", headers=headers,
        )  # fmt: skip
        kind = answer.get("Content-Type", "")
        return answer.status_code, answer.json() if "json" in kind and not answer.streaming else None, answer

    return ask


@pytest.fixture
def campaign(cast):
    return a_campaign(cast.project, some_images(cast.project, 4))


def a_plan(**values):
    version = a_version()
    active = [d["id"] for dim in version.document["dimensions"] for d in dim["defects"] if d["status"] == "active"]
    return {"name": "Round 1", "version": str(version.id), "defects": active[:5]} | values


def keys_of(document):
    if isinstance(document, dict):
        for key, value in document.items():
            yield str(key)
            yield from keys_of(value)
    elif isinstance(document, list):
        for value in document:
            yield from keys_of(value)


def a_body(**values):
    return {
        "submission_id": str(uuid4()),
        "base_revision": 0,
        "active_ms": 900,
        "answer": {"outcome": "clean"},
    } | values


def a_lease(call, campaign, name="ada"):
    status, found, _ = call(name, "POST", f"/campaigns/{campaign.id}/leases", {"count": 1})
    assert status == 200
    return found["leases"][0]


def test_a_lead_forecasts_and_opens_a_campaign(call, cast):
    some_images(cast.project, 10)
    status, forecast, _ = call("lee", "POST", "/projects/faces/campaigns/forecast", a_plan(audit_share=0.2))
    assert status == 200
    assert (forecast["images"], forecast["answers"], forecast["audit_images"]) == (10, 20, 2)
    assert (forecast["seconds_from"], forecast["measured_answers"], forecast["reviewers"]) == ("assumed", 0, 4)
    assert forecast["hours"] == pytest.approx(20 * forecast["seconds_per_answer"] / 3600)
    assert forecast["problems"] == []
    status, opened, _ = call("lee", "POST", "/projects/faces/campaigns", a_plan(audit_share=0.2, asks_verdict=True))
    assert status == 201
    assert (opened["state"], opened["kind"], opened["asks_verdict"]) == ("open", "production", True)
    assert opened["progress"] == {
        "items": 10, "complete": 0, "settled": 0, "withdrawn": 0, "answers": 0, "answers_needed": 20, "late": 0,
        "skipped": 0, "escalated": 0, "disputes": 0,
    }  # fmt: skip
    assert [defect["id"] for defect in opened["defects"]] == a_plan()["defects"]
    assert Item.objects.unscoped().filter(campaign_id=opened["id"]).count() == 10
    listed = call("cleo", "GET", "/projects/faces/campaigns")[1]["campaigns"]
    assert [row["id"] for row in listed] == [opened["id"]]


def test_what_is_wrong_with_a_plan_is_said_field_by_field(call, cast):
    some_images(cast.project, 2)
    plan = a_plan(defects=["AID-9999"], consensus_rule="majority_of_3")
    status, problem, _ = call("lee", "POST", "/projects/faces/campaigns", plan)
    assert status == 422
    assert {violation["pointer"] for violation in problem["violations"]} == {"/defects/0", "/consensus_rule"}
    forecast = call("lee", "POST", "/projects/faces/campaigns/forecast", plan)[1]
    assert {note["pointer"] for note in forecast["problems"]} == {"/defects/0", "/consensus_rule"}
    bad = a_plan(annotations_per_item=21, audit_share=2, kind="party", images={"text": "x" * 201})
    status, problem, _ = call("lee", "POST", "/projects/faces/campaigns", bad)
    assert status == 422
    pointers = {violation["pointer"] for violation in problem["violations"]}
    assert pointers == {"/annotations_per_item", "/audit_share", "/kind", "/images/text"}
    assert not Campaign.objects.unscoped().exists()


def test_a_version_that_is_not_there_or_not_published_is_refused(call, cast):
    some_images(cast.project, 1)
    version = a_version()
    version.pk, version.number, version.state = None, "9.0.0", "draft"
    version.id, version.content_hash = uuid4(), "c" * 64
    version.save(force_insert=True)
    for wrong in (str(uuid4()), str(version.id)):
        for path in ("/projects/faces/campaigns/forecast", "/projects/faces/campaigns"):
            status, problem, _ = call("lee", "POST", path, a_plan(version=wrong))
            assert (status, problem["detail"]) == (404, "Choose a published version.")


def test_a_choice_without_images_and_a_taken_name_are_refused(call, cast):
    status, problem, _ = call("lee", "POST", "/projects/faces/campaigns", a_plan())
    assert (status, [violation["pointer"] for violation in problem["violations"]]) == (422, ["/images"])
    some_images(cast.project, 1)
    assert call("lee", "POST", "/projects/faces/campaigns", a_plan())[0] == 201
    status, problem, _ = call("lee", "POST", "/projects/faces/campaigns", a_plan())
    assert (status, problem["type"]) == (409, "/problems#name-taken")


def test_one_stroke_keys_need_few_defects_with_different_second_letters(call, cast):
    some_images(cast.project, 1)
    document = a_version().document
    active = [d for dim in document["dimensions"] for d in dim["defects"] if d["status"] == "active"]
    first: dict[str, str] = {}
    for defect in active:
        first.setdefault(defect["code"][1], defect["id"])
    different = list(first.values())[:4]
    twin = next(d["id"] for d in active if d["id"] != first[d["code"][1]] and first[d["code"][1]] in different)
    forecast = "/projects/faces/campaigns/forecast"
    assert call("lee", "POST", forecast, a_plan(defects=different, one_stroke_keys=True))[1]["problems"] == []
    shared = call("lee", "POST", forecast, a_plan(defects=[*different, twin], one_stroke_keys=True))[1]["problems"]
    assert [(note["pointer"], note["code"]) for note in shared] == [("/one_stroke_keys", "keys-shared")]
    many = a_plan(defects=[defect["id"] for defect in active[:9]], one_stroke_keys=True)
    assert "at most 8" in call("lee", "POST", forecast, many)[1]["problems"][0]["message"]
    assert call("lee", "POST", forecast, many | {"one_stroke_keys": False})[1]["problems"] == []


def test_a_campaign_is_renamed_paused_resumed_extended_and_closed(call, cast, campaign):
    base = f"/campaigns/{campaign.id}"
    assert call("lee", "PATCH", base, {"name": "Hands", "lease_seconds": 120})[1]["name"] == "Hands"
    assert call("lee", "POST", f"{base}/pause")[1]["state"] == "paused"
    waiting = call("ada", "POST", f"{base}/leases", {"count": 1})[1]
    assert (waiting["leases"], waiting["state"]) == ([], "waiting")
    assert "paused" in waiting["reason"]
    assert call("lee", "POST", f"{base}/resume")[1]["state"] == "open"
    some_images(cast.project, 3)
    assert call("lee", "POST", f"{base}/extend", {"images": {}, "annotations_per_item": 3})[1] == {"added": 3}
    status, problem, _ = call("lee", "POST", f"{base}/extend", {"annotations_per_item": 1})
    assert (status, problem["violations"][0]["pointer"]) == (422, "/annotations_per_item")
    closed = call("lee", "POST", f"{base}/close")[1]
    assert (closed["state"], closed["closed_at"] is not None) == ("closed", True)
    assert call("lee", "POST", f"{base}/resume")[0] == 409
    assert call("lee", "POST", f"{base}/extend", {"images": {}})[0] == 409


def test_progress_shows_who_works_and_what_is_left(call, campaign):
    lease = a_lease(call, campaign)
    assert call("ada", "PUT", f"/leases/{lease['id']}/annotation", a_body())[0] == 201
    a_lease(call, campaign, "ben")
    found = call("cleo", "GET", f"/campaigns/{campaign.id}/progress")[1]
    assert (found["counts"]["answers"], found["counts"]["answers_needed"]) == (1, 8)
    people = {row["name"]: row for row in found["reviewers"]}
    assert (people["Ada"]["answered"], people["Ada"]["median_seconds"]) == (1, 0.9)
    assert (people["Ben"]["holding"], people["Ben"]["median_seconds"]) == (1, None)
    assert found["hours_left"] == pytest.approx(7 * 0.9 / 3600)
    assert "n = 1" in found["hours_left_from"]
    assert sum(day["answers"] for day in found["days"]) == 1


def test_a_reviewer_sees_their_campaigns_with_their_own_pace(call, campaign):
    lease = a_lease(call, campaign)
    call("ada", "PUT", f"/leases/{lease['id']}/annotation", a_body())
    [mine] = call("ada", "GET", "/me/campaigns")[1]["campaigns"]
    assert (mine["items"], mine["answered"], mine["left"]) == (4, 1, 3)
    assert (mine["median_seconds"], mine["timed_answers"]) == (0.9, 1)
    [bens] = call("ben", "GET", "/me/campaigns")[1]["campaigns"]
    assert (bens["answered"], bens["median_seconds"], bens["timed_answers"]) == (0, None, 0)
    assert call("lee", "GET", "/me/campaigns")[1] == {"campaigns": []}
    assert call("dan", "GET", "/me/campaigns")[1] == {"campaigns": []}


def test_an_answer_is_201_once_200_again_and_409_when_somebody_was_quicker(call, campaign):
    lease = a_lease(call, campaign)
    path, body = f"/leases/{lease['id']}/annotation", a_body()
    status, first, _ = call("ada", "PUT", path, body)
    assert (status, first["revision"], first["late"]) == (201, 1, False)
    assert call("ada", "PUT", path, body)[:2] == (200, first)
    status, problem, _ = call("ada", "PUT", path, a_body())
    assert (status, problem["type"]) == (409, "/problems#revision-stale")
    status, second, _ = call("ada", "PUT", path, a_body(base_revision=1))
    assert (status, second["revision"]) == (201, 2)
    other = a_lease(call, campaign)
    status, problem, _ = call(
        "ada", "PUT", f"/leases/{other['id']}/annotation", body
    )  # the same submission id elsewhere
    assert (status, problem["type"]) == (422, "/problems#submission-reused")


def test_a_wrong_answer_names_every_place(call, campaign):
    lease = a_lease(call, campaign)
    path = f"/leases/{lease['id']}/annotation"
    wrong = {"outcome": "defects", "findings": [{"defect": "AID-9999", "severity": "minor"}]}
    status, problem, _ = call("ada", "PUT", path, a_body(answer=wrong))
    assert (status, problem["violations"][0]["pointer"]) == (422, "/answer/findings/0/defect")
    status, problem, _ = call("ada", "PUT", path, a_body(active_ms=-1, base_revision="x"))
    assert {violation["pointer"] for violation in problem["violations"]} == {"/active_ms", "/base_revision"}
    place = {"shape": "box", "points": [[2, 2]]}
    broken = {"outcome": "defects", "findings": [{"defect": campaign.defects[0], "region": place}]}
    status, problem, _ = call("ada", "PUT", path, a_body(answer=broken))
    assert (status, problem["violations"][0]["pointer"][:26]) == (422, "/answer/findings/0/region/")


def test_nobody_answers_for_somebody_else(call, campaign):
    lease = a_lease(call, campaign)
    path = f"/leases/{lease['id']}"
    assert call("", "PUT", f"{path}/annotation", a_body())[0] == 401
    for name in ("ben", "lee", "fay", "dan"):
        assert call(name, "PUT", f"{path}/annotation", a_body())[0] == 404
        assert call(name, "GET", f"{path}/image")[0] == 404
        assert call(name, "POST", f"{path}/skip", {"reason": "unsure"})[0] == 404


def test_a_lease_is_skipped_escalated_and_released_with_reasons(call, campaign):
    first, second, third = (
        lease["id"] for lease in call("ada", "POST", f"/campaigns/{campaign.id}/leases", {"count": 3})[1]["leases"]
    )
    problem = call("ada", "POST", f"/leases/{first}/skip", {"reason": "boring"})[1]
    assert problem["violations"][0]["pointer"] == "/reason"
    assert call("ada", "POST", f"/leases/{first}/skip", {"reason": "unsure"})[0] == 204
    assert call("ada", "POST", f"/leases/{second}/escalate", {"note": " "})[0] == 422
    assert call("ada", "POST", f"/leases/{second}/escalate", {"note": "A second thumb?"})[0] == 204
    assert call("ada", "POST", f"/leases/{third}/release")[0] == 204
    status, problem, _ = call("ada", "PUT", f"/leases/{first}/annotation", a_body())
    assert (status, problem["type"]) == (409, "/problems#lease-lost")


def test_pictures_come_with_the_lease_and_stay_with_the_person(call, cast):
    data = io.BytesIO()
    Picture.new("RGB", (4, 3), (200, 30, 30)).save(data, "PNG")
    sha = "ab" * 32
    blob = Blob.objects.create(sha256=sha, media_type="image/png", bytes=len(data.getvalue()), width=4, height=3)
    [image] = some_images(cast.project, 1)
    image.blob = blob
    image.save()
    for kind in ("clean", "thumbs"):
        storage.write(kind, sha, data.getvalue())
    lease = a_lease(call, a_campaign(cast.project, [image]))
    status, _, answer = call("ada", "GET", lease["image"]["url"].removeprefix("/api/v1"))
    assert (status, answer["Content-Type"]) == (200, "image/png")
    assert b"".join(answer.streaming_content) == data.getvalue()
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    again = call("ada", "GET", f"/leases/{lease['id']}/image", **{"If-None-Match": answer["ETag"]})
    assert (again[0], again[2].content) == (304, b"")
    thumbnail = call("ada", "GET", f"/leases/{lease['id']}/thumbnail")[2]
    assert thumbnail["Content-Type"] == "image/webp"
    assert call("ada", "GET", f"/leases/{lease['id']}/reference")[0] == 404


def test_nothing_a_reviewer_reads_tells_score_priority_gold_or_generator(call, cast):
    images = some_images(cast.project, 3, generator="aurora-2", model_version="7", seed="11")
    campaign = a_campaign(cast.project, images, priorities=[0.913, 0.7, 0.2])
    lease = a_lease(call, campaign)
    path = f"/leases/{lease['id']}/annotation"
    base = f"/campaigns/{campaign.id}"
    read = {
        "receipt": call("ada", "PUT", path, a_body()),
        "leases": call("ada", "POST", f"{base}/leases", {"count": 2}),
        "mine": call("ada", "GET", f"{base}/mine"),
        "workspace": call("ada", "GET", f"{base}/workspace"),
        "campaigns": call("ada", "GET", "/me/campaigns"),
        "session": call("ada", "GET", "/session"),
    }
    for name, (status, document, _) in read.items():
        assert status in {200, 201}, name
        told = {key for key in keys_of(document) if any(word in key.lower() for word in HIDDEN)}
        assert told == set(), f"{name} tells {told}"
        assert "aurora" not in str(document), name
        assert "0.913" not in str(document), name
    for path in (base, f"{base}/progress", "/projects/faces/campaigns"):
        assert call("ada", "GET", path)[0] == 403


def test_answers_are_limited_to_600_a_minute_and_person(call, campaign, monkeypatch):
    assert api_settings.DEFAULT_THROTTLE_RATES["submit"] == "600/min"
    monkeypatch.setattr(SubmitThrottle, "rate", "2/min", raising=False)
    SubmitThrottle.cache.clear()
    lease = a_lease(call, campaign)
    path, body = f"/leases/{lease['id']}/annotation", a_body()
    assert [call("ada", "PUT", path, body)[0] for _ in range(2)] == [201, 200]
    status, problem, answer = call("ada", "PUT", path, body)
    assert (status, problem["type"]) == (429, "/problems#too-many-requests")
    assert 0 < int(answer["Retry-After"]) <= 60
    bens = a_lease(call, campaign, "ben")
    assert call("ben", "PUT", f"/leases/{bens['id']}/annotation", a_body())[0] == 201
    SubmitThrottle.cache.clear()
