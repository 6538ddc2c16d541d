"""Results of a campaign: gold before majority, shares by hand, verdicts, trend score, and the images behind."""

from pathlib import Path

import pytest
import yaml

from annotate.annotations.services import submit_annotation
from annotate.answer import Answer
from annotate.insight.settled import trend_score
from annotate.models import GoldLabel, Image
from taxonomy.document import from_document
from tests.annotate.agreement.campaign_of_marks import FIRST, SECOND, give, items_of, labelled
from tests.labelling import TAXONOMIES, a_reviewer, a_submission

MINOR, MAJOR, CRITICAL, NO = [f"{FIRST}/minor"], [f"{FIRST}/major"], [f"{FIRST}/critical"], []
TABLE = {
    "ann": [MAJOR, MINOR, NO, NO, [f"{SECOND}/critical"], NO],
    "bob": [CRITICAL, NO, NO, NO, [f"{SECOND}/critical"], NO],
    "cyd": [MAJOR, None, NO, NO, NO, NO],
}


@pytest.fixture
def campaign(cast):
    return labelled(cast.project, TABLE)


@pytest.fixture
def lee(cast):
    return cast.client("lee")


def results(lee, campaign):
    answer = lee.get(f"/api/v1/campaigns/{campaign.id}/results")
    assert answer.status_code == 200
    return answer.json()


def total(lee, campaign, **choice):
    answer = lee.get(f"/api/v1/campaigns/{campaign.id}/items", choice)
    assert answer.status_code == 200, answer.json()
    return answer.json()["total"]


def of(document, concept):
    return next(one for one in document["defects"] if one["concept"] == concept)


def gold(campaign, place, concept, value, level="", revision=1):
    item = items_of(campaign)[place]
    GoldLabel.objects.create(
        project_id=campaign.project_id, image_id=item.image_id, item=item, campaign=campaign,
        version_id=campaign.version_id, concept=concept, value=value, level=level, provenance="adjudication",
        revision=revision,
    )  # fmt: skip


def tree():
    return from_document(yaml.safe_load((Path(TAXONOMIES) / "ai-image-defects-1.1.0.yaml").read_text()))


def test_without_gold_the_majority_counts_and_a_tie_is_undecided(lee, campaign):
    document = results(lee, campaign)
    first, second = of(document, FIRST), of(document, SECOND)
    assert (first["queue"]["count"], first["queue"]["n"], first["undecided"]) == (1, 5, 1)
    assert (second["queue"]["count"], second["queue"]["n"]) == (1, 6)
    assert [level["count"] for level in first["levels"]] == [0, 1, 0]  # the median of major, critical, major
    assert document["basis"] == {
        "gold": 0, "partly_gold": 0, "majority": 6, "single_answer": 0, "undecided": 1, "unusable": 0,
    }  # fmt: skip


def test_gold_goes_before_the_majority(lee, campaign):
    tag = lee.get(f"/api/v1/campaigns/{campaign.id}/results")["ETag"]
    gold(campaign, 0, FIRST, "absent")
    gold(campaign, 0, SECOND, "absent")
    gold(campaign, 1, FIRST, "present", "critical")
    answer = lee.get(f"/api/v1/campaigns/{campaign.id}/results", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    first = of(answer.json(), FIRST)
    assert (first["queue"]["count"], first["queue"]["n"], first["gold"], first["majority"]) == (1, 6, 2, 4)
    assert [level["count"] for level in first["levels"]] == [0, 0, 1]
    assert (answer.json()["basis"]["gold"], answer.json()["basis"]["partly_gold"]) == (1, 1)


def test_the_newest_gold_counts(lee, campaign):
    gold(campaign, 0, FIRST, "absent")
    gold(campaign, 0, FIRST, "present", "minor", revision=2)
    assert [level["count"] for level in of(results(lee, campaign), FIRST)["levels"]] == [1, 0, 0]


def test_the_sentence_names_the_most_common_failure_with_its_share(lee, campaign):
    assert "20.0% of 5 images" in results(lee, campaign)["sentence"]


def test_a_verdict_is_the_worst_action_and_open_while_something_is_undecided(lee, campaign):
    document = results(lee, campaign)
    counts = {one["verdict"]: one["queue"]["count"] for one in document["verdicts"]}
    defects = tree()
    expected = dict.fromkeys(counts, 0) | {"accept": 3}
    for concept, level in ((FIRST, "major"), (SECOND, "critical")):
        expected[defects.action_of(defects.defect(concept), level)] += 1
    assert counts == expected
    assert document["open_verdicts"] == 1


def test_an_image_that_most_call_unusable_is_rejected(lee, cast, campaign):
    before = {one["verdict"]: one["queue"]["count"] for one in results(lee, campaign)["verdicts"]}
    for name in ("ann", "bob"):
        reviewer = a_reviewer(cast.project, name)
        lease = give(campaign, reviewer, TABLE[name])[5]
        unusable = a_submission(Answer(outcome="unusable", note="black"), base_revision=1)
        submit_annotation(reviewer.user, lease.id, unusable)
    document = results(lee, campaign)
    after = {one["verdict"]: one["queue"]["count"] for one in document["verdicts"]}
    assert after["reject"] == before["reject"] + 1
    assert document["score"]["queue"]["n"] == 4


def test_the_trend_score_is_the_formula_of_the_taxonomy():
    defects = tree()
    scoring, points = defects.scoring, {}
    for level in ("minor", "major", "critical"):
        points[level] = defects.penalty_of(defects.defect(FIRST), level)
    assert trend_score({}, defects) == scoring.base
    assert trend_score({FIRST: [1]}, defects) == scoring.base - points["major"]
    further = {"max": 0.0, "sum": 1.0, "max_plus_half": 0.5}[scoring.per_defect]
    expected = scoring.base - min(scoring.dimension_cap or 1e9, points["major"] + further * points["minor"])
    assert trend_score({FIRST: [0, 1]}, defects) == pytest.approx(expected)


def test_the_mean_score_is_over_images_whose_state_is_known(lee, campaign):
    defects = tree()
    lost = defects.penalty_of(defects.defect(FIRST), "major") + defects.penalty_of(defects.defect(SECOND), "critical")
    queue = results(lee, campaign)["score"]["queue"]
    assert queue["n"] == 5
    assert queue["mean"] == pytest.approx(defects.scoring.base - lost / 5)
    assert queue["interval"][0] < queue["mean"] < queue["interval"][1]


def test_every_number_leads_to_just_as_many_images(lee, campaign):
    gold(campaign, 2, FIRST, "absent")
    images = list(Image.objects.unscoped().filter(items__campaign=campaign).order_by("name"))
    Image.objects.unscoped().filter(id__in=[one.id for one in images[:3]]).update(generator="lumen-xl")
    document = results(lee, campaign)
    for one in document["defects"]:
        concept = one["concept"]
        assert total(lee, campaign, defect=concept, value="present") == one["queue"]["count"]
        assert total(lee, campaign, defect=concept, value="decided") == one["queue"]["n"]
        assert total(lee, campaign, defect=concept, value="undecided") == one["undecided"]
        assert total(lee, campaign, defect=concept, value="decided", basis="gold") == one["gold"]
        assert total(lee, campaign, defect=concept, value="present", production=True) == one["production"]["count"]
        for level in one["levels"]:
            assert total(lee, campaign, defect=concept, level=level["key"]) == level["count"]
        for row in one["by_generator"]:
            choice = {"defect": concept, "value": "present", "generator": row["generator"]}
            assert total(lee, campaign, **choice) == row["rate"]["count"]
    for verdict in document["verdicts"]:
        assert total(lee, campaign, verdict=verdict["verdict"]) == verdict["queue"]["count"]
    assert total(lee, campaign, verdict="open") == document["open_verdicts"]
    for row in document["generators"]:
        assert total(lee, campaign, generator=row["generator"]) == row["images"]
        assert total(lee, campaign, generator=row["generator"], failing=True) == row["failing"]["count"]
    for dimension in document["dimensions"]:
        assert total(lee, campaign, dimension=dimension["id"], value="present") == dimension["queue"]["count"]
    assert total(lee, campaign, basis="majority") == document["basis"]["majority"]
    assert total(lee, campaign, scored=True) == document["score"]["queue"]["n"]


def test_the_audit_stands_beside_the_queue(lee, cast):
    campaign = labelled(cast.project, TABLE, audit=2)
    first = of(results(lee, campaign), FIRST)
    assert (first["queue"]["n"], first["production"]["n"], first["production"]["count"]) == (5, 1, 1)


def test_an_image_without_answers_and_gold_is_in_no_number(lee, cast):
    campaign = labelled(cast.project, {"ann": [MINOR, None]})
    document = results(lee, campaign)
    assert (document["images"], document["images_of_campaign"]) == (1, 2)
    assert document["basis"]["single_answer"] == 1


@pytest.mark.parametrize("name", ["ada", "cleo", "dan", "fay"])
@pytest.mark.parametrize("part", ["results", "items"])
def test_only_leads_of_the_project_see_results(cast, campaign, name, part):
    answer = cast.client(name).get(f"/api/v1/campaigns/{campaign.id}/{part}")
    assert answer.status_code == (404 if name in {"dan", "fay"} else 403)


@pytest.mark.parametrize("choice", [{"defect": "AID-9999"}, {"level": "minor"}, {"dimension": "X"}, {"colour": "red"}])
def test_what_the_campaign_does_not_ask_is_refused(lee, campaign, choice):
    assert lee.get(f"/api/v1/campaigns/{campaign.id}/items", choice).status_code == 400
