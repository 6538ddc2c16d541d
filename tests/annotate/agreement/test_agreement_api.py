"""The agreement report over HTTP: who may, ETag, and that every link leads to just the images that it says."""

import pytest

from annotate.jobs.services import run_due_jobs
from annotate.models import AgreementReport
from tests.annotate.agreement.campaign_of_marks import FIRST, SECOND, answer_of, give, labelled
from tests.labelling import a_reviewer, a_submission

MINOR, MAJOR, OTHER, BOTH = ([f"{FIRST}/minor"], [f"{FIRST}/major"], [f"{SECOND}/minor"],
                             [f"{FIRST}/minor", f"{SECOND}/major"])  # fmt: skip
NO: list[str] = []
TABLE = {
    "ann": [MINOR, MAJOR, MAJOR, OTHER, NO, BOTH, MINOR, NO],
    "bob": [MINOR, MINOR, OTHER, OTHER, NO, BOTH, None, MINOR],
    "cyd": [MAJOR, MINOR, NO, MINOR, NO, NO, None, None],
}


@pytest.fixture
def campaign(cast):
    return labelled(cast.project, TABLE)


@pytest.fixture
def lee(cast):
    return cast.client("lee")


def address(campaign, rest=""):
    return f"/api/v1/campaigns/{campaign.id}/agreement{rest}"


def total(lee, campaign, **choice):
    answer = lee.get(address(campaign, "/items"), choice)
    assert answer.status_code == 200, answer.json()
    rows, page = list(answer.json()["rows"]), answer.json()
    while page["next"]:
        page = lee.get(address(campaign, "/items"), choice | {"cursor": page["next"]}).json()
        rows += page["rows"]
    assert len({row["id"] for row in rows}) == len(rows) == page["total"]
    return len(rows)


@pytest.mark.parametrize("name", ["ada", "cleo", "dan", "fay"])
def test_only_leads_of_the_project_see_the_report(cast, campaign, name):
    answer = cast.client(name).get(address(campaign))
    assert answer.status_code == (404 if name in {"dan", "fay"} else 403)


def test_the_same_answers_are_not_sent_twice(lee, campaign):
    first = lee.get(address(campaign))
    tag = first["ETag"]
    assert first.json()["fingerprint"] in tag
    again = lee.get(address(campaign), headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_new_answer_makes_a_new_tag(lee, cast, campaign):
    tag = lee.get(address(campaign))["ETag"]
    bob = a_reviewer(cast.project, "bob")
    from annotate.annotations.services import submit_annotation

    lease = give(campaign, bob, TABLE["bob"])[0]
    submit_annotation(bob.user, lease.id, a_submission(answer_of(NO), base_revision=1))
    answer = lee.get(address(campaign), headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer["ETag"] != tag


def test_every_count_of_a_defect_leads_to_just_as_many_images(lee, campaign):
    for defect in lee.get(address(campaign)).json()["report"]["defects"]:
        for pattern, number in defect["counts"].items():
            assert total(lee, campaign, defect=defect["concept"], pattern=pattern) == number
        assert total(lee, campaign, defect=defect["concept"], pattern="marked") == defect["positives"]


def test_every_pair_of_reviewers_leads_to_its_common_images(lee, campaign):
    pairs = [
        (defect["concept"], pair)
        for defect in lee.get(address(campaign)).json()["report"]["defects"]
        for pair in defect["pairs"]
    ]
    assert len(pairs) == 6
    for concept, pair in pairs:
        choice = {"rater_a": pair["first"], "rater_b": pair["second"], "pattern": "pairable"}
        assert total(lee, campaign, defect=concept, **choice) == pair["items"]


def test_every_level_cell_leads_to_its_images(lee, campaign):
    seen = 0
    for defect in lee.get(address(campaign)).json()["report"]["defects"]:
        severity = defect["severity"]
        people = dict(zip(("rater_a", "rater_b"), severity["ordered"] or (), strict=False))
        for down, row in enumerate(severity["confusion_items"]):
            for across, number in enumerate(row):
                levels = {"level": severity["levels"][down]["key"], "level_b": severity["levels"][across]["key"]}
                assert total(lee, campaign, defect=defect["concept"], **levels, **people) == number
                seen += number
    assert seen > 5


def test_every_mix_up_and_every_pair_in_one_answer_leads_to_its_images(lee, campaign):
    report = lee.get(address(campaign)).json()["report"]
    assert {(row["chosen"], row["instead"]): row["swaps"] for row in report["confusions"]} == {
        (FIRST, SECOND): 3, (SECOND, FIRST): 3,
    }  # fmt: skip
    for row in report["confusions"]:
        assert total(lee, campaign, defect=row["chosen"], instead=row["instead"]) == row["items"] == 2
    for row in report["co_occurrences"]:
        assert total(lee, campaign, defect=row["first"], together=row["second"]) == row["items"] == 1


def test_filters_narrow_the_report_and_its_images_alike(lee, campaign):
    raters = [one["id"] for one in lee.get(address(campaign)).json()["report"]["raters"]][:2]
    for filters in ({"least_rank": 2}, {"reviewers": ",".join(raters)}):
        defects = lee.get(address(campaign), filters).json()["report"]["defects"]
        for defect in defects:
            for pattern, number in defect["counts"].items():
                assert total(lee, campaign, defect=defect["concept"], pattern=pattern, **filters) == number
    assert AgreementReport.objects.unscoped().count() == 1  # filtered ones are not stored


def test_the_biggest_split_comes_first_with_everybodys_marks(lee, campaign):
    rows = lee.get(address(campaign, "/items"), {"defect": FIRST}).json()["rows"]
    assert [row["split"] for row in rows] == sorted((row["split"] for row in rows), reverse=True)
    image = next(row for row in rows if row["name"] == "0.png")
    assert [(one["pseudonym"], one["presence"]) for one in image["answers"]] == [
        ("R-ann", "present"), ("R-bob", "present"), ("R-cyd", "present"),
    ]  # fmt: skip
    assert image["answers"][2]["findings"][0]["level"] == "major"


@pytest.mark.parametrize(
    "choice",
    [
        {"defect": "AID-9999"},
        {"defect": FIRST, "level": "colossal"},
        {"defect": FIRST, "rater_b": "7b0e7a0e-0000-4000-8000-000000000000"},
        {"defect": FIRST, "cursor": "nonsense"},
        {"defect": FIRST, "limit": "0"},
        {"defect": FIRST, "reviewers": "ada"},
        {"defect": FIRST, "colour": "red"},
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_reason(lee, campaign, choice):
    answer = lee.get(address(campaign, "/items"), choice)
    assert answer.status_code == 400
    assert answer.json()["detail"]


def test_a_report_can_be_asked_for_as_a_job(lee, campaign):
    answer = lee.post(address(campaign))
    assert answer.status_code == 202
    assert lee.post(address(campaign)).json()["id"] == answer.json()["id"]
    assert run_due_jobs() == 1
    assert lee.get(answer["Location"]).json()["state"] == "done"
    assert lee.get(address(campaign)).json()["state"] == "current"


def test_a_campaign_without_answers_says_so(lee, cast):
    empty = labelled(cast.project, {"ann": [None, None]})
    document = lee.get(address(empty)).json()
    assert document["report"]["answers"] == 0
    assert {one["status"] for one in document["report"]["defects"]} == {"no_data"}
