"""The desk and the gold of a campaign over HTTP: what an adjudicator sees, and what they must not see."""

import json

import pytest
from builders import make_membership
from django.test import Client

from annotate.annotations.services import submit_annotation
from annotate.answer import Answer
from annotate.consensus import services
from annotate.geometry import Region, Shape
from annotate.models import Item
from annotate.queue import services as queue
from tests.labelling import a_campaign, a_person, a_project, a_reviewer, a_submission, found, some_images

pytestmark = pytest.mark.django_db


class Case:
    """Two Items of a campaign: on the first ada found what ben did not, on the second both found nothing."""

    def __init__(self):
        self.project = a_project()
        self.people = [a_reviewer(self.project, name) for name in ("ada", "ben")]
        images = some_images(self.project, 2, generator="aurora-2", parameters={"steps": 30})
        self.campaign = a_campaign(self.project, images, needed=2, consensus_rule="agreement_of_2")
        self.concept = self.campaign.defects[0]
        for given in (Answer(outcome="defects", findings=(found(self.concept, note="six digits"),)), None):
            for person in self.people:
                lease = queue.take_leases(self.campaign, person.id, 1).leases[0]
                answer = given if given and person is self.people[0] else Answer(outcome="clean")
                submit_annotation(person.user, lease, a_submission(answer))
        services.settle_due()
        self.item = Item.objects.unscoped().get(settled_at=None)

    def client(self, name, role=None):
        if role:
            make_membership(self.project, a_person(name), role)
        client = Client()
        client.force_login(a_person(name))
        return client

    def desk(self, client):
        return client.get("/api/v1/items", {"needs": "gold", "campaign": str(self.campaign.id)})

    def decide(self, client, **body):
        body = {"decisions": [{"concept": self.concept, "value": "absent"}], "reason_code": "oversight"} | body
        return client.put(f"/api/v1/items/{self.item.id}/gold", json.dumps(body), "application/json")


@pytest.fixture
def case():
    return Case()


def test_the_desk_lists_the_dispute_and_shows_the_item(case):
    cleo = case.client("cleo", "adjudicator")
    listed = case.desk(cleo).json()
    assert (listed["open"], listed["settled"], listed["next"]) == (1, 0, None)
    assert listed["rows"][0]["item"] == str(case.item.id)
    assert [one["id"] for one in listed["rows"][0]["concepts"]] == [case.concept]
    seen = cleo.get(f"/api/v1/items/{case.item.id}").json()
    assert [layer["letter"] for layer in seen["layers"]] == ["A", "B"]
    assert {layer["pseudonym"] for layer in seen["layers"]} == {"R-ada", "R-ben"}
    disputed = [one for one in seen["concepts"] if one["to_decide"]]
    assert [one["id"] for one in disputed] == [case.concept]
    assert disputed[0]["defect"]["definition"]
    assert disputed[0]["given"] == [
        {"letter": "A", "presence": "present", "level": "minor"}, {"letter": "B", "presence": "absent", "level": None},
    ]  # fmt: skip
    ruled = [one["ruled"]["value"] for one in seen["concepts"] if not one["to_decide"]]
    assert set(ruled) == {"absent"}


def test_the_adjudicator_sees_no_name_no_generator_and_no_score(case):
    """Who answered, who made the picture and what a machine thinks of it must not sway the decision."""
    cleo = case.client("cleo", "adjudicator")
    seen = cleo.get(f"/api/v1/items/{case.item.id}").content.decode()
    for secret in ("aurora-2", "steps", "example.org", ".png", "priority", "score", str(case.people[0].user_id)):
        assert secret not in seen, secret


def test_a_decision_settles_and_the_next_desk_is_empty(case):
    cleo = case.client("cleo", "adjudicator")
    settled = case.decide(
        cleo, decisions=[{"concept": case.concept, "value": "present", "level": "minor"}], reason="clear"
    )
    assert settled.status_code == 200
    gold = next(one["gold"] for one in settled.json()["concepts"] if one["id"] == case.concept)
    assert (gold["value"], gold["level"], gold["provenance"], gold["reason"]) == (
        "present", "minor", "adjudication", "clear",
    )  # fmt: skip
    assert case.desk(cleo).json()["rows"] == []
    again = case.decide(cleo)
    assert (again.status_code, again.json()["type"]) == (412, "/problems#state-changed")


def test_a_lead_may_look_but_not_decide(case):
    lee = case.client("lee", "lead")
    assert case.desk(lee).status_code == 200
    assert lee.get(f"/api/v1/items/{case.item.id}").status_code == 200
    assert case.decide(lee).status_code == 403


def test_a_reviewer_sees_nothing_of_it(case):
    ada = case.client("ada")
    assert case.desk(ada).status_code == 403
    assert ada.get(f"/api/v1/items/{case.item.id}").status_code == 403


def test_an_adjudicator_who_answered_is_told_why_they_may_not_decide(case):
    both = case.client("ada", "adjudicator")
    assert both.get(f"/api/v1/items/{case.item.id}").json()["answered_by_me"] is True
    assert case.decide(both).json()["type"] == "/problems#own-answer-involved"


def test_everything_wrong_with_a_decision_is_said_at_once(case):
    cleo = case.client("cleo", "adjudicator")
    region = {"shape": "box", "points": [[0.5, 0.5], [0.2, 2.0]]}
    wrong = case.decide(cleo, decisions=[{"concept": case.concept, "value": "present", "region": region}])
    assert wrong.status_code == 422
    assert all(one["pointer"].startswith("/decisions/0/region") for one in wrong.json()["violations"])
    wrong = case.decide(cleo, decisions=[{"concept": case.concept, "value": "present"}], reason_code=None)
    assert {one["pointer"] for one in wrong.json()["violations"]} == {"/decisions/0/level", "/reason_code"}
    assert case.decide(cleo, decisions=[{"concept": case.concept, "value": "maybe"}]).status_code == 422


@pytest.mark.parametrize(
    "asked", [{}, {"needs": "gold"}, {"needs": "all", "campaign": "x"}, {"needs": "gold", "campaign": "x"}]
)
def test_the_desk_needs_a_campaign(case, asked):
    assert case.client("cleo", "adjudicator").get("/api/v1/items", asked).status_code == 400


@pytest.mark.parametrize("cursor", ["x", "WzEsMl0", "WyJhIiwiYiJd", "bnVsbA"])
def test_a_foreign_cursor_is_refused(case, cursor):
    cleo = case.client("cleo", "adjudicator")
    asked = {"needs": "gold", "campaign": str(case.campaign.id), "cursor": cursor}
    assert cleo.get("/api/v1/items", asked).status_code == 400
    asked = {"concept": case.concept, "cursor": cursor}
    assert cleo.get(f"/api/v1/campaigns/{case.campaign.id}/gold", asked).status_code == 400


def test_the_gold_of_a_campaign_is_counted_and_leads_to_its_images(case):
    cleo = case.client("cleo", "adjudicator")
    address = f"/api/v1/campaigns/{case.campaign.id}/gold"
    case.decide(
        cleo, decisions=[{"concept": case.concept, "value": "present", "level": "minor"}], reason_code="rule_unclear"
    )
    document = cleo.get(address).json()
    assert document["progress"] == {"items": 2, "settled": 2, "at_the_desk": 0, "waiting": 0}
    first = document["defects"][0]
    assert (first["id"], first["present"], first["absent"], first["by_consensus"], first["by_adjudication"]) == (
        case.concept, 1, 1, 1, 1,
    )  # fmt: skip
    assert first["reasons"]["rule_unclear"] == 1
    listed = cleo.get(address, {"concept": case.concept, "value": "present"}).json()
    assert [(row["item"], row["provenance"]) for row in listed["rows"]] == [(str(case.item.id), "adjudication")]
    pages, cursor = [], ""
    while cursor is not None:
        page = cleo.get(address, {"concept": case.concept, "limit": 1, "cursor": cursor}).json()
        pages.append(len(page["rows"]))
        cursor = page["next"]
    assert pages == [1, 1]
    assert cleo.get(address, {"concept": "nonsense"}).status_code == 400


def test_a_region_of_the_adjudicators_own_is_kept(case):
    from taxonomy.queries import tree_of

    tree = tree_of(case.campaign.version_id)
    if tree.defect(case.concept).scope.level == "image":
        pytest.skip("this defect takes no region")
    cleo = case.client("cleo", "adjudicator")
    box = Region(shape=Shape.BOX, points=((0.25, 0.25), (0.5, 0.5)))
    document = {"shape": "box", "points": [list(point) for point in box.points]}
    done = case.decide(
        cleo, decisions=[{"concept": case.concept, "value": "present", "level": "minor", "region": document}]
    )
    gold = next(one["gold"] for one in done.json()["concepts"] if one["id"] == case.concept)
    assert gold["region"] == document
