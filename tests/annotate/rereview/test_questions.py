"""The re-review queue: what a move left open is asked once, answered once, and takes effect."""

from uuid import uuid4

import pytest

from accounts.scope import Scope
from annotate.agreement.queries import report_fingerprint
from annotate.errors import AnswerInvalid, LeaseLost, SubmissionReused, UnknownHere
from annotate.geometry import Region, Shape
from annotate.jobs.services import run_due_jobs
from annotate.models import (
    CarriedAbsence,
    CarriedFinding,
    CarriedGold,
    Dispute,
    GoldLabel,
    Membership,
    MigrationRun,
    Rereview,
    RereviewAnswer,
    RereviewLease,
    Reviewer,
)  # fmt: skip
from annotate.rereview import services
from annotate.rereview.documents import question_document
from annotate.rereview.questions import Reply
from tests.labelling import a_project, a_reviewer
from tests.moving import Marked, fixture, lead_of, three_versions

pytestmark = pytest.mark.django_db
BOX = Region(shape=Shape.BOX, points=((0.1, 0.1), (0.3, 0.3)))


@pytest.fixture
def moved():  # type: ignore[no-untyped-def]
    """The fixture's labels of 1.0.0, moved to 2.0.0; the questions are there."""
    versions = three_versions()
    marked = Marked(a_project(), versions["1.0.0"])
    for label in fixture()["labels"]["1.0.0"]:
        marked.add(label, versions["1.0.0"])
    marked.move(versions["2.0.0"])
    run_due_jobs()
    return marked


def scope_of(reviewer: Reviewer, *roles: str) -> Scope:
    return Scope(project=reviewer.project_id, actor=reviewer.user_id, roles=frozenset(roles or {"reviewer"}))


def question(marked: Marked, name: str) -> Rereview:
    return Rereview.objects.unscoped().get(finding=marked.ids[name])


def leased(marked: Marked, name: str, reviewer: Reviewer) -> RereviewLease:
    """A lease on one question, whatever else is open."""
    scope = scope_of(reviewer)
    while True:
        taken = services.take_leases(scope, marked.campaign, 10)
        found = RereviewLease.objects.unscoped().filter(id__in=taken.leases, rereview=question(marked, name)).first()
        if found is not None:
            return found
        assert taken.leases, f"{name} is never offered"
        for lease in taken.leases:
            services.skip_lease(scope, lease, reason="other", note="")


def say(marked: Marked, name: str, who: Reviewer, **reply) -> CarriedFinding:  # type: ignore[no-untyped-def]
    lease = leased(marked, name, who)
    said = Reply(**{"decision": "chosen"} | reply)
    services.answer_question(scope_of(who), lease.id, uuid4(), said, 900)
    return CarriedFinding.objects.unscoped().get(run=marked.campaign.layer_id, finding=marked.ids[name])


def test_each_queued_finding_is_one_question_and_nothing_else_is(moved: Marked) -> None:
    queued = CarriedFinding.objects.unscoped().filter(run=moved.campaign.layer_id, outcome="queued")
    asked = Rereview.objects.unscoped().filter(campaign=moved.campaign)
    assert {row.finding_id for row in asked} == {row.finding_id for row in queued}
    assert services.fill_questions(moved.campaign.layer_id) == {"questions": 0}
    expected = {one["id"]: one for one in fixture()["expected"][1]["labels"] if one["outcome"] == "queued"}
    for name in set(expected) - {"L25", "L26"}:
        assert question(moved, name).kinds == expected[name]["review"]


def test_a_split_is_answered_by_its_part_and_the_other_part_is_seen_to_be_absent(moved: Marked) -> None:
    who = a_reviewer(moved.project, "rev-1")
    before = report_fingerprint(moved.campaign.id)
    row = say(moved, "L03", who, concept="AID-0056", level="critical")
    assert (row.standing, row.concept, row.level, row.outcome) == (True, "AID-0056", "critical", "queued")
    absence = CarriedAbsence.objects.unscoped().get(run=row.run, annotation=row.annotation)
    assert "AID-0057" in absence.asked and not {"AID-0056", "AID-0057"} & set(absence.not_assessed)
    assert report_fingerprint(moved.campaign.id) != before
    assert RereviewAnswer.objects.unscoped().get(rereview__finding=moved.ids["L03"]).reviewer == who


def test_none_of_them_archives_it_as_rejected(moved: Marked) -> None:
    who = a_reviewer(moved.project, "rev-1")
    row = say(moved, "L07", who, decision="none")
    assert (row.standing, row.reason, row.outcome) == (False, "rejected in review", "queued")
    absence = CarriedAbsence.objects.unscoped().get(run=row.run, annotation=row.annotation)
    assert not {"AID-0023", "AID-0059"} & set(absence.not_assessed)


def test_a_level_question_takes_only_the_levels_in_question_and_leaves_presence(moved: Marked) -> None:
    who = a_reviewer(moved.project, "rev-1")
    lease = leased(moved, "L13", who)
    scope = scope_of(who)
    for wrong in (
        Reply(decision="none"),
        Reply(decision="chosen", concept="AID-0029", level="s4"),
        Reply(decision="chosen", concept="AID-0011", level="minor"),
        Reply(decision="chosen", concept="AID-0029"),
    ):
        with pytest.raises(AnswerInvalid):
            services.answer_question(scope, lease.id, uuid4(), wrong, 0)
    row = say(moved, "L13", who, concept="AID-0029", level="s2")
    assert (row.standing, row.level) == (True, "s2")


def test_a_region_question_needs_the_region(moved: Marked) -> None:
    who = a_reviewer(moved.project, "rev-1")
    lease = leased(moved, "L17", who)
    said = Reply(decision="chosen", concept="AID-0037", level="minor")
    with pytest.raises(AnswerInvalid) as refused:
        services.answer_question(scope_of(who), lease.id, uuid4(), said, 0)
    assert refused.value.violations[0].pointer == "/region"
    row = say(moved, "L17", who, concept="AID-0037", level="minor", region=BOX)
    assert row.standing and row.region == {"shape": "box", "points": [[0.1, 0.1], [0.3, 0.3]]}


def test_the_same_answer_again_is_the_same_receipt_and_another_one_is_refused(moved: Marked) -> None:
    who, other = a_reviewer(moved.project, "rev-1"), a_reviewer(moved.project, "rev-2")
    lease, submission, scope = leased(moved, "L03", who), uuid4(), scope_of(who)
    said = Reply(decision="chosen", concept="AID-0056", level="critical")
    first = services.answer_question(scope, lease.id, submission, said, 900)
    assert services.answer_question(scope, lease.id, submission, said, 900) == (first[0], False)
    with pytest.raises(SubmissionReused):
        services.answer_question(scope, lease.id, submission, Reply(decision="none"), 900)
    with pytest.raises(LeaseLost):
        services.answer_question(scope, lease.id, uuid4(), said, 900)
    with pytest.raises(UnknownHere):
        services.answer_question(scope_of(other), lease.id, uuid4(), said, 900)
    assert RereviewAnswer.objects.unscoped().count() == 1


def test_an_expired_lease_still_counts_while_nobody_else_answered(moved: Marked) -> None:
    who, other = a_reviewer(moved.project, "rev-1"), a_reviewer(moved.project, "rev-9")
    lease = leased(moved, "L03", who)
    RereviewLease.objects.unscoped().filter(id=lease.id).update(expires_at="2020-01-01T00:00:00Z")
    second = leased(moved, "L03", other)
    said = Reply(decision="chosen", concept="AID-0056", level="critical")
    services.answer_question(scope_of(who), lease.id, uuid4(), said, 900)
    with pytest.raises(LeaseLost):
        services.answer_question(scope_of(other), second.id, uuid4(), said, 900)


def test_my_own_findings_come_first_then_the_order_of_the_queue(moved: Marked) -> None:
    who = a_reviewer(moved.project, "rev-2")
    taken = services.take_leases(scope_of(who), moved.campaign, 10)
    rows = [RereviewLease.objects.unscoped().get(id=one).rereview for one in taken.leases]
    mine = [row.finder_id == who.id for row in rows]
    assert mine == sorted(mine, reverse=True) and any(mine)
    for part in (True, False):
        priorities = [row.priority for row, own in zip(rows, mine, strict=True) if own is part]
        assert priorities == sorted(priorities, reverse=True)
    again = services.take_leases(scope_of(who), moved.campaign, 10)
    assert again.leases == taken.leases


def test_what_is_shown_is_the_old_answer_the_changed_sentence_and_the_candidates(moved: Marked) -> None:
    who = a_reviewer(moved.project, "rev-2")
    shown = question_document(leased(moved, "L07", who))
    assert (shown["was"]["concept"]["code"], shown["mine"], shown["about"]) == ("SP", False, "finding")
    assert {one["defect"]["id"] for one in shown["candidates"]} == {"AID-0023", "AID-0059"}
    (own,) = [one for one in shown["changes"] if one["concept"] == "AID-0023"]
    assert {one["field"] for one in own["fields"]} >= {"definition"} and all(
        one["before"] != one["after"] for one in own["fields"]
    )
    said = str(shown)
    assert "aurora" not in said and "rev-1" not in said  # neither the generator nor who found it


def hold_back(marked_scope: Scope, moved: Marked) -> MigrationRun:
    from annotate.migration.services import roll_back_move

    run = MigrationRun.objects.unscoped().get(id=moved.campaign.layer_id)
    return roll_back_move(marked_scope, run.id, "to seed gold first")


def gold_of(moved: Marked, place: int, concept: str, **values) -> GoldLabel:  # type: ignore[no-untyped-def]
    item = moved.items[place]
    return GoldLabel.objects.create(
        project=moved.project, image_id=item.image_id, item=item, campaign=moved.campaign,
        version=moved.campaign.version, concept=concept, value="present", level="critical",
        **{"provenance": "consensus"} | values,
    )  # fmt: skip


def test_gold_is_held_back_until_its_finding_is_answered_and_then_settled_by_the_rule(moved: Marked) -> None:
    versions = {row.number: row for row in type(moved.campaign.version).objects.all()}
    hold_back(lead_of(moved.project), moved)
    moved.campaign.refresh_from_db()
    moved.campaign.consensus_rule = "single"
    moved.campaign.save()
    gold_of(moved, 0, "AID-0014")
    run = moved.move(versions["2.0.0"])
    run_due_jobs()
    held = CarriedGold.objects.unscoped().get(run=run, outcome="queued")
    assert not held.standing
    who = a_reviewer(moved.project, "rev-1")
    row = Rereview.objects.unscoped().get(run=run, finding=moved.ids["L03"])
    assert row.priority > 10_000  # gold first
    taken = services.take_leases(scope_of(who), moved.campaign, 10)
    assert RereviewLease.objects.unscoped().get(id=taken.leases[0]).rereview_id == row.id
    said = Reply(decision="chosen", concept="AID-0057", level="critical")
    services.answer_question(scope_of(who), taken.leases[0], uuid4(), said, 900)
    labels = {one.concept: one for one in GoldLabel.objects.unscoped().filter(version=versions["2.0.0"])}
    settled = labels.get("AID-0057")
    disputed = Dispute.objects.unscoped().filter(item=moved.items[0], state="open").first()
    assert (settled and (settled.value, settled.level, settled.provenance) == ("present", "critical", "consensus")) or (
        disputed and "AID-0057" in disputed.concepts
    )


def test_gold_of_an_expert_is_asked_at_the_desk_only(moved: Marked) -> None:
    versions = {row.number: row for row in type(moved.campaign.version).objects.all()}
    hold_back(lead_of(moved.project), moved)
    moved.campaign.refresh_from_db()
    label = gold_of(moved, 0, "AID-0014", provenance="adjudication")
    run = moved.move(versions["2.0.0"])
    run_due_jobs()
    desk = Rereview.objects.unscoped().get(run=run, gold=label)
    assert desk.desk
    labeller = a_reviewer(moved.project, "rev-1")
    expert = a_reviewer(moved.project, "cleo")
    Membership.objects.filter(user=expert.user).update(role="adjudicator")
    offered = set()
    while taken := services.take_leases(scope_of(labeller), moved.campaign, 10).leases:
        offered |= set(RereviewLease.objects.unscoped().filter(id__in=taken).values_list("rereview_id", flat=True))
        for lease in taken:
            services.skip_lease(scope_of(labeller), lease, reason="other", note="")
    assert desk.id not in offered
    scope = scope_of(expert, "adjudicator")
    (lease,) = services.take_leases(scope, moved.campaign, 10).leases
    services.answer_question(
        scope, lease, uuid4(), Reply(decision="chosen", concept="AID-0056", level="critical", region=BOX), 1
    )
    now = GoldLabel.objects.unscoped().get(version=versions["2.0.0"], concept="AID-0056")
    assert (now.value, now.level, now.provenance, now.decided_by_id) == (
        "present",
        "critical",
        "adjudication",
        expert.user_id,
    )


def test_a_rollback_withdraws_the_questions_and_keeps_the_answers(moved: Marked) -> None:
    who = a_reviewer(moved.project, "rev-1")
    say(moved, "L03", who, concept="AID-0056", level="critical")
    hold_back(lead_of(moved.project), moved)
    states = set(Rereview.objects.unscoped().values_list("state", flat=True))
    assert states == {"answered", "withdrawn"} and RereviewAnswer.objects.unscoped().count() == 1
    moved.campaign.refresh_from_db()
    assert services.take_leases(scope_of(who), moved.campaign, 5).state == "done"


def test_levels_are_answered_together_and_nothing_else_is(moved: Marked) -> None:
    who = a_reviewer(moved.project, "rev-1")
    level, choice = question(moved, "L13"), question(moved, "L03")
    with pytest.raises(AnswerInvalid):
        services.answer_in_bulk(scope_of(who), moved.campaign, [level.id, choice.id], "s1")
    assert not RereviewAnswer.objects.unscoped().exists()
    assert services.answer_in_bulk(scope_of(who), moved.campaign, [level.id], "s1") == 1
    row = CarriedFinding.objects.unscoped().get(run=moved.campaign.layer_id, finding=moved.ids["L13"])
    assert (row.standing, row.level) == (True, "s1")
