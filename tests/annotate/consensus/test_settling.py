"""Settling Items by rule, disputes, and the adjudicator's word, one after the other. Races: test_consensus_races.py."""

from uuid import uuid4

import pytest

from accounts import journal
from accounts.scope import Scope
from annotate.annotations.services import submit_annotation
from annotate.answer import Answer, Rating
from annotate.campaigns.withdrawal_services import withdraw
from annotate.consensus import queries, services
from annotate.consensus.decisions import Decision
from annotate.consensus.tasks import minute
from annotate.errors import AnswerInvalid, AnswerSettled, OwnAnswerInvolved, StateChanged, UnknownHere
from annotate.jobs.services import run_due_jobs
from annotate.models import Dispute, GoldLabel, Item, Lease
from annotate.queue import services as queue
from taxonomy.queries import tree_of
from tests.labelling import (
    a_campaign,
    a_person,
    a_project,
    a_reviewer,
    a_submission,
    found,
    scope_of,
    some_images,
)

pytestmark = pytest.mark.django_db
CLEAN = Answer(outcome="clean")


@pytest.fixture
def project():
    return a_project()


@pytest.fixture
def people(project):
    return [a_reviewer(project, name) for name in ("ada", "ben", "dora")]


@pytest.fixture
def desk(project):
    return Scope(project=project.id, actor=a_person("cleo").id, roles=frozenset({"adjudicator"}))


def answer(campaign, reviewer, given=CLEAN):
    lease = queue.take_leases(campaign, reviewer.id, 1).leases[0]
    submit_annotation(reviewer.user, lease, a_submission(given))
    return lease


def level_of(campaign, concept, action):
    tree = tree_of(campaign.version_id)
    defect = tree.defect(concept)
    return next((key for key in tree.scale_of(defect).keys if tree.action_of(defect, key) == action), None)


def defects(*concepts, level="minor"):
    return Answer(outcome="defects", findings=tuple(found(concept, level) for concept in concepts))


def an_item(campaign):
    return Item.objects.unscoped().get(campaign=campaign)


def gold_of(campaign):
    return {(g.concept, g.revision): g for g in GoldLabel.objects.unscoped().filter(campaign=campaign)}


def harmless(campaign):
    """A concept with a level that leaves the image accepted, so that a dissent changes no verdict."""
    return next((c, level) for c in campaign.defects if (level := level_of(campaign, c, "accept")))


def test_three_of_one_mind_settle_an_item_and_say_what_it_rests_on(project, people):
    campaign = a_campaign(project, some_images(project, 1), needed=3)
    for person in people:
        answer(campaign, person)
    assert services.settle_due()["settled"] == 1
    assert an_item(campaign).settled_at is not None
    gold = gold_of(campaign)
    assert {concept for concept, _ in gold} == set(campaign.defects)
    for label in gold.values():
        assert (label.value, label.provenance, label.rule) == ("absent", "consensus", "majority of 3 (3:0)")
        assert len(label.annotations) == 3


def test_a_majority_settles_a_dissent_that_changes_no_verdict(project, people):
    campaign = a_campaign(project, some_images(project, 1), needed=3)
    concept, level = harmless(campaign)
    for person, given in zip(
        people, [defects(concept, level=level), defects(concept, level=level), CLEAN], strict=True
    ):
        answer(campaign, person, given)
    assert services.settle_due()["settled"] == 1
    label = gold_of(campaign)[concept, 1]
    assert (label.value, label.level, label.rule) == ("present", level, "majority of 3 (2:1)")


def test_settling_twice_changes_nothing(project, people):
    campaign = a_campaign(project, some_images(project, 2), needed=2, consensus_rule="agreement_of_2")
    for person in people[:2]:
        answer(campaign, person)
        answer(campaign, person, defects(campaign.defects[0]) if person is people[0] else CLEAN)
    services.settle_due()
    before = (GoldLabel.objects.unscoped().count(), Dispute.objects.unscoped().count())
    assert before == (len(campaign.defects), 1)
    assert services.settle_due() == {"settled": 0, "disputed": 0, "unchanged": 0, "failed": 0}
    assert [services._settle(row.id) for row in Item.objects.unscoped().all()] == ["unchanged"] * 2
    assert (GoldLabel.objects.unscoped().count(), Dispute.objects.unscoped().count()) == before


def test_the_minutely_job_settles_what_is_due(project, people):
    campaign = a_campaign(project, some_images(project, 1), needed=1, consensus_rule="single")
    answer(campaign, people[0])
    minute()
    run_due_jobs()
    assert an_item(campaign).settled_at is not None


def test_an_incomplete_item_is_not_settled(project, people):
    campaign = a_campaign(project, some_images(project, 1), needed=3)
    answer(campaign, people[0])
    assert services.settle_due()["settled"] == 0
    assert services._settle(an_item(campaign).id) == "unchanged"


def test_a_correction_before_settling_is_what_counts(project, people):
    campaign = a_campaign(project, some_images(project, 1), needed=2, consensus_rule="agreement_of_2")
    lease = answer(campaign, people[0], defects(campaign.defects[0]))
    answer(campaign, people[1])
    submit_annotation(people[0].user, lease, a_submission(CLEAN, base_revision=1))
    assert services.settle_due()["settled"] == 1
    with pytest.raises(AnswerSettled):
        submit_annotation(people[0].user, lease, a_submission(CLEAN, base_revision=2))


def test_what_nobody_could_assess_is_not_assessed(project, people):
    campaign = a_campaign(project, some_images(project, 1), needed=2, consensus_rule="agreement_of_2")
    for person in people[:2]:
        answer(campaign, person, Answer(outcome="unusable", note="black"))
    assert services.settle_due()["settled"] == 1
    assert {label.value for label in gold_of(campaign).values()} == {"not_assessed"}


def test_scores_settle_on_the_median_and_far_apart_ones_go_to_the_desk(project, people):
    campaign = a_campaign(
        project, some_images(project, 2), file="portrait-basics-1.0.0.yaml", needed=3, defects=rated_defects()[:1]
    )
    concept = campaign.defects[0]
    tree = tree_of(campaign.version_id)
    scores = sorted(tree.scale_of(tree.defect(concept)).levels, key=lambda level: level.rank)
    alike = [s.key for s in scores if tree.action_of(tree.defect(concept), s.key) == "accept"][:2]
    for person, level in zip(people, [alike[0], alike[-1], alike[-1]], strict=True):
        answer(campaign, person, rating(concept, level))
    for person, level in zip(people, [scores[0].key, scores[-1].key, scores[-1].key], strict=True):
        answer(campaign, person, rating(concept, level))
    assert services.settle_due() == {"settled": 1, "disputed": 1, "unchanged": 0, "failed": 0}
    (label,) = gold_of(campaign).values()
    assert (label.value, label.level) == ("present", alike[-1])


def rated_defects():
    from tests.labelling import a_version

    tree = tree_of(a_version("portrait-basics-1.0.0.yaml").id)
    return [d.id for d in tree.active_defects if tree.scale_of(d).kind == "rating"]


def rating(concept, level):
    return Answer(outcome="defects", ratings=(Rating(defect=concept, level=level),))


def disputed(project, people, count=1, **values):
    """A campaign whose first defect two people dispute on every Item."""
    values = {"consensus_rule": "agreement_of_2"} | values
    campaign = a_campaign(project, some_images(project, count), needed=2, **values)
    for _ in range(count):
        answer(campaign, people[0], defects(campaign.defects[0]))
        answer(campaign, people[1])
    services.settle_due()
    return campaign


def decide(desk, campaign, *decisions, rest_absent=False, reason_code="oversight"):
    services.adjudicate(
        desk, an_item(campaign).id, decisions, rest_absent=rest_absent, reason_code=reason_code, reason="hidden"
    )


def test_a_disagreement_goes_to_the_desk_and_the_adjudicator_settles_it(project, people, desk):
    campaign = disputed(project, people)
    concept = campaign.defects[0]
    (row,) = queries.desk(desk, campaign.id, "", 10).rows
    assert (row.kind, row.concepts) == ("disagreement", (concept,))
    decide(desk, campaign, Decision(concept=concept, value="present", level="minor"))
    gold = gold_of(campaign)
    assert gold[concept, 1].provenance == "adjudication"
    assert (gold[concept, 1].level, gold[concept, 1].reason_code, gold[concept, 1].reason) == (
        "minor",
        "oversight",
        "hidden",
    )
    others = {
        (label.value, label.provenance, label.rule, label.reason_code)
        for (name, _), label in gold.items()
        if name != concept
    }
    assert others == {("absent", "consensus", "agreement of 2", "")}
    assert queries.desk(desk, campaign.id, "", 10).rows == ()
    assert an_item(campaign).settled_at is not None
    assert services.settle_due()["settled"] == 0
    assert journal.verify(journal.project_scope(project.id)) is None


def test_the_second_adjudicator_is_told_that_it_is_settled(project, people, desk):
    campaign = disputed(project, people)
    decision = Decision(concept=campaign.defects[0], value="absent")
    decide(desk, campaign, decision)
    with pytest.raises(StateChanged):
        decide(desk, campaign, decision)


def test_a_rater_may_not_settle_their_own_dispute(project, people):
    campaign = disputed(project, people)
    with pytest.raises(OwnAnswerInvolved):
        decide(scope_of(people[0]), campaign, Decision(concept=campaign.defects[0], value="absent"))
    assert gold_of(campaign) == {}


def test_a_foreign_adjudicator_finds_nothing(project, people, desk):
    campaign = disputed(project, people)
    foreign = Scope(project=a_project().id, actor=desk.actor, roles=desk.roles)
    with pytest.raises(UnknownHere):
        decide(foreign, campaign, Decision(concept=campaign.defects[0], value="absent"))


def test_all_that_is_wrong_or_missing_in_a_decision_is_told_at_once(project, people, desk):
    campaign = disputed(project, people)
    wrong = [
        Decision(concept="AID-9999", value="absent"),
        Decision(concept=campaign.defects[1], value="present", level="no-such-level"),
        Decision(concept=campaign.defects[2], value="absent", level="minor"),
    ]
    with pytest.raises(AnswerInvalid) as refused:
        decide(desk, campaign, *wrong, reason_code="")
    assert [(v.pointer, v.code) for v in refused.value.violations] == [
        ("/decisions/0/concept", "not-asked"), ("/decisions/1/level", "level"), ("/decisions/2/level", "not-present"),
        ("/reason_code", "reason-needed"), ("/decisions", "undecided"),
    ]  # fmt: skip
    assert gold_of(campaign) == {}


def test_an_escalation_reaches_the_desk_first_whatever_the_item_still_needs(project, people, desk):
    campaign = disputed(project, people, count=2)
    images = some_images(project, 1)
    Item.objects.create(project=project, campaign=campaign, image=images[0], position=9, needed=2)
    lease = queue.take_leases(campaign, people[0].id, 1).leases[0]
    queue.escalate_lease(scope_of(people[0]), lease, note="Is this a hand?")
    services.settle_due()
    rows = queries.desk(desk, campaign.id, "", 10).rows
    assert [row.kind for row in rows] == ["escalation", "disagreement", "disagreement"]
    assert (rows[0].note, set(rows[0].concepts)) == ("Is this a hand?", set(campaign.defects))
    services.adjudicate(
        desk, rows[0].item, [Decision(concept=campaign.defects[0], value="present", level="minor")], rest_absent=True,
        reason_code="", reason="",
    )  # fmt: skip
    item = Item.objects.unscoped().get(id=rows[0].item)
    assert (item.state, item.settled_at is None) == ("complete", False)
    values = dict(item.gold.values_list("concept", "value"))
    assert values.pop(campaign.defects[0]) == "present"
    assert set(values.values()) == {"absent"}
    assert queue.take_leases(campaign, people[1].id, 1).state == "done"


def test_an_escalation_without_words_still_waits_for_the_expert(project, people):
    campaign = a_campaign(project, some_images(project, 1), needed=2)
    lease = queue.take_leases(campaign, people[0].id, 1).leases[0]
    Lease.objects.unscoped().filter(id=lease).update(state="escalated")
    assert services.settle_due()["disputed"] == 1


def test_the_desk_shows_the_biggest_disagreement_first_in_pages(project, people, desk):
    campaign = disputed(project, people, count=5)
    for place, row in enumerate(Dispute.objects.unscoped().all()):
        Dispute.objects.unscoped().filter(id=row.id).update(weight=1.0 if place < 3 else 2.0 + place)
    seen, cursor = [], ""
    while cursor is not None:
        page = queries.desk(desk, campaign.id, cursor, 2)
        seen += [row.weight for row in page.rows]
        cursor = page.next
    assert seen == [6.0, 5.0, 1.0, 1.0, 1.0]


def test_a_withdrawn_image_leaves_the_desk(project, people, desk):
    campaign = disputed(project, people)
    image = an_item(campaign).image_id
    withdraw(desk, images=[image], import_run=None, reason="takedown", confirmed=1)
    assert queries.desk(desk, campaign.id, "", 10).rows == ()
    with pytest.raises(UnknownHere):
        decide(desk, campaign, Decision(concept=campaign.defects[0], value="absent"))


def test_a_correction_after_the_dispute_is_what_the_adjudicator_sees(project, people, desk):
    campaign = disputed(project, people)
    other = campaign.defects[1]
    lease = Lease.objects.unscoped().get(reviewer=people[1])
    submit_annotation(people[1].user, lease.id, a_submission(defects(other), base_revision=1))
    seen = queries.desk_item(desk, an_item(campaign).id)
    assert seen.to_decide == {campaign.defects[0], other}
    with pytest.raises(AnswerInvalid):
        decide(desk, campaign, Decision(concept=campaign.defects[0], value="absent"))
    decide(
        desk, campaign, Decision(concept=campaign.defects[0], value="absent"), Decision(concept=other, value="absent")
    )


def again(project, campaign, **values):
    """A second campaign over the same Image and Version."""
    return a_campaign(project, [an_item(campaign).image], **{"needed": 1, "consensus_rule": "single"} | values)


def test_two_campaigns_that_contradict_go_to_the_desk(project, people, desk):
    first = a_campaign(project, some_images(project, 1), needed=1, consensus_rule="single")
    concept = first.defects[0]
    answer(first, people[0], defects(concept))
    services.settle_due()
    second = again(project, first)
    answer(second, people[1])
    assert services.settle_due()["disputed"] == 1
    (row,) = queries.desk(desk, second.id, "", 10).rows
    assert (row.kind, row.concepts) == ("contradiction", (concept,))
    decide(desk, second, Decision(concept=concept, value="absent"))
    assert gold_of(second)[concept, 2].value == "absent"


def test_a_dispute_takes_the_contradictions_of_its_item_along(project, people, desk):
    first = a_campaign(project, some_images(project, 1), needed=1, consensus_rule="single")
    answer(first, people[2], defects(first.defects[1]))
    services.settle_due()
    second = again(project, first, needed=2, consensus_rule="agreement_of_2")
    answer(second, people[0], defects(second.defects[0]))
    answer(second, people[1])
    services.settle_due()
    (row,) = queries.desk(desk, second.id, "", 10).rows
    assert (row.kind, row.concepts) == ("disagreement", tuple(second.defects[:2]))
    with pytest.raises(AnswerInvalid):
        decide(desk, second, Decision(concept=second.defects[0], value="absent"))


def test_a_consensus_never_writes_over_an_adjudicator_or_takes_a_label_back(project, people, desk):
    first = disputed(project, people)
    concept, other = first.defects[:2]
    decide(desk, first, Decision(concept=concept, value="present", level="minor"))
    levels = tree_of(first.version_id).scale_of(tree_of(first.version_id).defect(concept)).keys
    second = again(project, first)
    answer(second, people[2], defects(concept, level=levels[-1]))
    services.settle_due()
    third = again(project, first)
    answer(third, people[2], Answer(outcome="unusable", note="black"))
    services.settle_due()
    current = queries.current_gold(project.id, [an_item(first).image_id], first.version_id)
    labels = {row.concept: row for row in current}
    assert (labels[concept].level, labels[concept].provenance) == ("minor", "adjudication")
    assert labels[other].value == "absent"


def test_a_self_repeat_makes_no_gold(project, people):
    campaign = a_campaign(project, some_images(project, 1), needed=1, consensus_rule="single")
    Item.objects.unscoped().update(round=2)
    answer(campaign, people[0])
    assert services.settle_due()["settled"] == 0


def test_an_item_that_fails_keeps_no_other_waiting(project, people, monkeypatch):
    campaign = a_campaign(project, some_images(project, 2), needed=1, consensus_rule="single")
    for _ in range(2):
        answer(campaign, people[0])
    broken = queries.items_to_settle(10)[0]
    monkeypatch.setattr(services, "items_to_settle", lambda limit: [uuid4(), *queries.items_to_settle(limit)])
    assert services.settle_due() == {"settled": 2, "disputed": 0, "unchanged": 0, "failed": 1}
    assert Item.objects.unscoped().get(id=broken).settled_at is not None


def test_the_adjudicator_takes_the_most_central_region_unless_they_draw_one(project, people, desk):
    from annotate.geometry import Region, Shape

    tree_defects = regional_defects()
    campaign = a_campaign(
        project, some_images(project, 1), needed=2, consensus_rule="agreement_of_2", defects=tree_defects
    )
    box = Region(shape=Shape.BOX, points=((0.1, 0.1), (0.4, 0.4)))
    answer(campaign, people[0], Answer(outcome="defects", findings=(found(tree_defects[0], region=box),)))
    answer(campaign, people[1])
    services.settle_due()
    decide(desk, campaign, Decision(concept=tree_defects[0], value="present", level="minor"))
    label = gold_of(campaign)[tree_defects[0], 1]
    assert label.region == {"shape": "box", "points": [[0.1, 0.1], [0.4, 0.4]]}
    assert label.regions == [label.region]


def regional_defects():
    from tests.labelling import a_version

    tree = tree_of(a_version().id)
    return [
        d.id for d in tree.active_defects
        if d.scope.level == "region" and (not d.scope.shapes or "box" in d.scope.shapes) and not d.context
        and tree.has_level(d.id, "minor") and not d.relations and not d.catch_all
    ][:3]  # fmt: skip
