"""Questions of a move: order, one answer each, what follows from it, and nothing of others in sight."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from asking import a_reply, asked, lease_on, take
from django.db.models.functions import Now

from annotate.errors import AnswerInvalid, LeaseLost, SubmissionReused, UnknownHere
from annotate.models import CarriedAbsence, CarriedFinding, GoldLabel, Rereview, RereviewAnswer, RereviewLease
from annotate.rereview import queries, services
from annotate.rereview.priority import priority
from core import clock
from taxonomy.queries import tree_of
from tests.annotate.migration.moving import Marked
from tests.labelling import a_reviewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def marked() -> Marked:
    return asked()


def questions(marked: Marked) -> list[Rereview]:
    return list(Rereview.objects.unscoped().filter(campaign=marked.campaign).order_by("-priority", "id"))


def of_kind(marked: Marked, kind: str) -> Rereview:
    return next(one for one in questions(marked) if kind in one.kinds)


def test_every_queued_finding_is_asked_once(marked):
    run = marked.campaign.layer_id
    queued = CarriedFinding.objects.unscoped().filter(run=run, outcome="queued")
    assert queued.count() == len(questions(marked)) > 0
    assert services.fill_questions(run) == 0
    assert {one.finding_id for one in questions(marked)} == set(queued.values_list("finding_id", flat=True))


def test_my_own_findings_come_first_and_then_the_order_of_priority(marked):
    finder = questions(marked)[-1].finder
    taken = take(marked, finder, 10)
    rows = [RereviewLease.objects.unscoped().select_related("rereview").get(id=one).rereview for one in taken.leases]
    own = [row.finder_id == finder.id for row in rows]
    assert own == sorted(own, reverse=True)
    assert any(own)
    others = [row.priority for row in rows if row.finder_id != finder.id]
    assert others == sorted(others, reverse=True)


def test_gold_goes_before_veto_before_penalty_before_age(marked):
    tree, now = tree_of(marked.campaign.version_id), clock.now()
    veto = next(d for d in tree.active_defects if d.veto)
    plain = next(d for d in tree.active_defects if not d.veto and tree.scale_of(d).kind == "severity")
    mild, hard = plain.severity[0].level, plain.severity[-1].level

    def rank(concept, level, *, gold=False, days=0):
        return priority([(concept, level)], tree, has_gold=gold, answered_at=now - timedelta(days=days), now=now)

    order = [
        rank(plain.id, mild, gold=True), rank(veto.id, None), rank(plain.id, hard), rank(plain.id, mild, days=900),
        rank(plain.id, mild),
    ]  # fmt: skip
    assert order == sorted(order, reverse=True)
    assert len(set(order)) == 5


def test_nobody_gets_what_another_holds(marked):
    ada, ben = a_reviewer(marked.project, "ada"), a_reviewer(marked.project, "ben")
    held = {RereviewLease.objects.unscoped().get(id=one).rereview_id for one in take(marked, ada, 10).leases}
    for _ in range(4):
        mine = {RereviewLease.objects.unscoped().get(id=one).rereview_id for one in take(marked, ben, 10).leases}
        assert not held & mine


def test_the_answer_goes_into_the_layer_and_is_proved_again(marked):
    ada, question = a_reviewer(marked.project, "ada"), of_kind(marked, "concept")
    lease, reply = lease_on(question, ada), a_reply(question)
    receipt, created = services.answer_question(ada.user, lease, reply)
    assert created
    row = CarriedFinding.objects.unscoped().get(run=question.run_id, finding=question.finding_id)
    assert (row.standing, row.concept, row.level, row.answered_by_id) == (True, reply.concept, reply.level, ada.id)
    absence = CarriedAbsence.objects.unscoped().get(run=question.run_id, annotation=row.annotation_id)
    assert reply.concept in absence.asked and reply.concept not in absence.not_assessed
    assert services.answer_question(ada.user, lease, reply) == (receipt, False)
    with pytest.raises(SubmissionReused):
        services.answer_question(ada.user, lease, replace(reply, note="other"))
    with pytest.raises(LeaseLost):
        services.answer_question(ada.user, lease, replace(reply, submission_id=uuid4()))
    assert RereviewAnswer.objects.unscoped().count() == 1


def test_none_of_these_is_kept_with_its_reason(marked):
    ada, question = a_reviewer(marked.project, "ada"), of_kind(marked, "concept")
    services.answer_question(
        ada.user, lease_on(question, ada), a_reply(question, concept=None, level=None, region=None)
    )
    row = CarriedFinding.objects.unscoped().get(run=question.run_id, finding=question.finding_id)
    assert (row.standing, row.reason, row.outcome) == (False, "rejected in review", "queued")
    assert row.answered_at is not None


@pytest.mark.parametrize("values", [{"concept": "AID-9999"}, {"level": "no-such-level"}])
def test_what_is_no_candidate_is_refused_and_nothing_is_stored(marked, values):
    ada, question = a_reviewer(marked.project, "ada"), of_kind(marked, "concept")
    with pytest.raises(AnswerInvalid) as refused:
        services.answer_question(ada.user, lease_on(question, ada), a_reply(question, **values))
    assert refused.value.violations[0].code == "no-candidate"
    assert not RereviewAnswer.objects.unscoped().exists()


def test_where_presence_stands_it_cannot_be_taken_away(marked):
    only = [one for one in questions(marked) if set(one.kinds) <= {"severity", "region"}]
    assert only
    ada = a_reviewer(marked.project, "ada")
    reply = a_reply(only[0], concept=None, level=None, region=None)
    with pytest.raises(AnswerInvalid):
        services.answer_question(ada.user, lease_on(only[0], ada), reply)


def test_a_region_question_needs_a_region(marked):
    question, ada = of_kind(marked, "region"), a_reviewer(marked.project, "ada")
    lease = lease_on(question, ada)
    with pytest.raises(AnswerInvalid):
        services.answer_question(ada.user, lease, a_reply(question, region=None))
    services.answer_question(ada.user, lease, a_reply(question))
    row = CarriedFinding.objects.unscoped().get(run=question.run_id, finding=question.finding_id)
    assert row.region == {"shape": "box", "points": [[0.1, 0.1], [0.3, 0.3]]}


def test_a_late_answer_counts_while_nobody_else_answered(marked):
    ada, ben, question = a_reviewer(marked.project, "ada"), a_reviewer(marked.project, "ben"), questions(marked)[0]
    late = lease_on(question, ada)
    RereviewLease.objects.unscoped().filter(id=late).update(state="released", ended_at=Now(), expires_at=Now())
    other = lease_on(question, ben)
    services.answer_question(ada.user, late, a_reply(question))
    with pytest.raises(LeaseLost):
        services.answer_question(ben.user, other, a_reply(question))
    assert RereviewLease.objects.unscoped().get(id=other).state == "released"


def test_anothers_lease_is_not_there(marked):
    ada, ben, question = a_reviewer(marked.project, "ada"), a_reviewer(marked.project, "ben"), questions(marked)[0]
    lease = lease_on(question, ada)
    with pytest.raises(UnknownHere):
        services.answer_question(ben.user, lease, a_reply(question))


def test_skipped_is_not_offered_again_and_released_is(marked):
    ada = a_reviewer(marked.project, "ada")
    lease = take(marked, ada).leases[0]
    services.release_lease(ada.user, lease)
    assert take(marked, ada).leases == (lease,)
    services.skip_lease(ada.user, lease, reason="unsure", note="")
    assert lease not in take(marked, ada, 10).leases


def test_the_payload_names_one_finding_and_nobody(marked):
    ada = a_reviewer(marked.project, "ada")
    (row,) = queries.leases_in_order(marked.campaign, take(marked, ada).leases)
    document = queries.question_document(row)
    text = json.dumps(document)
    for name in ("R-", "aurora", "score", "priority", "example.org", str(row.rereview.finder_id)):
        assert name not in text
    assert document["old"]["definition"] and document["candidates"]


def test_gold_held_back_is_there_when_its_questions_are_answered(marked):
    question = of_kind(marked, "concept")
    versions = marked.campaign.layer
    item = question.item
    annotation = question.finding.annotation
    GoldLabel.objects.create(
        project=marked.project, image=question.image, item=item, campaign=marked.campaign,
        version_id=versions.from_version_id, concept=question.concept, revision=1, value="present",
        level=question.finding.level or "", provenance="consensus", annotations=[annotation.id],
    )  # fmt: skip
    from annotate.migration.services import roll_back_move
    from tests.annotate.migration.moving import lead_of

    roll_back_move(lead_of(marked.project), versions.id, "with gold")
    type(item).objects.unscoped().filter(id=item.id).update(state="complete", settled_at=clock.now())
    type(marked.campaign).objects.unscoped().filter(id=marked.campaign.id).update(consensus_rule="single")
    marked.campaign.refresh_from_db()
    run = marked.move(versions.to_version)
    services.fill_questions(run.id)
    ada = a_reviewer(marked.project, "ada")
    mine = list(Rereview.objects.unscoped().filter(run=run, item=item, state="open"))
    now_gold = GoldLabel.objects.unscoped().filter(image=question.image, version=run.to_version)
    for row in mine:
        assert not now_gold.exists()
        services.answer_question(ada.user, lease_on(row, ada), a_reply(row))
    assert now_gold.exists() or item.disputes.exists()
    progress = queries.progress_document(lead_of(marked.project), marked.campaign)
    assert progress["answered"] == len(mine)


def test_an_experts_gold_goes_back_to_the_desk_and_no_rule_replaces_it(marked):
    """The word of an expert on a split defect: a dispute opens, once, and reviewers' answers write no gold over it."""
    from annotate.consensus.services import bring_held_back_to_desk
    from annotate.migration.services import roll_back_move
    from annotate.models import Campaign, Dispute
    from taxonomy.models import Version
    from tests.annotate.migration.moving import lead_of

    roll_back_move(lead_of(marked.project), marked.campaign.layer_id, "Gold is seeded first.")
    marked.campaign = Campaign.objects.unscoped().select_related("version").get(id=marked.campaign.id)
    item = marked.items[0]
    GoldLabel.objects.create(
        project=marked.project, image_id=item.image_id, item=item, campaign=marked.campaign,
        version=marked.campaign.version, concept="AID-0014", value="present", level="critical",
        provenance="adjudication",
    )  # fmt: skip
    run = marked.move(Version.objects.get(number="2.0.0"))
    services.fill_questions(run.id)
    assert bring_held_back_to_desk(run.id) == 1
    assert bring_held_back_to_desk(run.id) == 0
    dispute = Dispute.objects.unscoped().get(item=item)
    assert set(dispute.concepts) == {"AID-0056", "AID-0057"}
    question = Rereview.objects.unscoped().get(run=run, finding=marked.ids["L03"])
    finder = question.finder
    lease = lease_on(question, finder)
    services.answer_question(finder.user, lease, a_reply(question))
    assert not GoldLabel.objects.unscoped().filter(version__number="2.0.0").exists()
