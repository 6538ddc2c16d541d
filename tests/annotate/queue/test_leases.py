"""Leases and submissions, one person after the other. Races are in tests/concurrency."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from accounts import journal
from annotate.annotations.services import submit_annotation
from annotate.answer import Answer
from annotate.errors import (
    AnswerInvalid,
    AnswerSettled,
    LeaseLost,
    RevisionStale,
    SubmissionReused,
    UnknownHere,
)
from annotate.models import Annotation, Item, Lease, TestResult
from annotate.queue import queries, services
from tests.labelling import a_campaign, a_project, a_reviewer, a_submission, found, scope_of, some_images

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return a_project()


@pytest.fixture
def ada(project):
    return a_reviewer(project, "ada")


@pytest.fixture
def ben(project):
    return a_reviewer(project, "ben")


def take(campaign, reviewer, count=1):
    return services.take_leases(campaign, reviewer.id, count)


def answer(reviewer, lease, **values):
    return submit_annotation(reviewer.user, lease, a_submission(**values))


def expire(lease):
    Lease.objects.unscoped().filter(id=lease).update(expires_at="2020-01-01T00:00:00Z")


def test_the_queue_follows_priority(project, ada):
    campaign = a_campaign(project, some_images(project, 5), priorities=[1, 9, 3, 7, 5])
    views = queries.lease_views(campaign, take(campaign, ada, 5).leases)
    assert [view.position for view in views] == [1, 3, 4, 2, 0]


def test_my_live_leases_come_first_and_are_renewed(project, ada):
    campaign = a_campaign(project, some_images(project, 5))
    first = take(campaign, ada, 2).leases
    Lease.objects.unscoped().update(expires_at=connection_now(5))
    again = take(campaign, ada, 3).leases
    assert set(first) < set(again)
    assert len(again) == 3
    assert not Lease.objects.unscoped().filter(expires_at__lte=connection_now(60)).exists()


def connection_now(seconds):
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() + make_interval(secs => %s)", [seconds])
        return cursor.fetchone()[0]


def test_an_item_is_reserved_for_no_more_people_than_it_needs(project, ada, ben):
    campaign = a_campaign(project, some_images(project, 1), needed=1)
    assert take(campaign, ada).state == "ready"
    other = take(campaign, ben)
    assert (other.leases, other.state) == ((), "waiting")
    assert other.retry_after and other.reason


def test_a_finished_campaign_says_done_and_why(project, ada):
    campaign = a_campaign(project, some_images(project, 1), needed=1)
    answer(ada, take(campaign, ada).leases[0])
    done = take(campaign, ada)
    assert (done.state, done.reason) == ("done", "Every Item of this campaign has the answers it needs.")
    assert Item.objects.unscoped().get(campaign=campaign).state == "complete"


def test_nothing_answered_skipped_or_escalated_is_offered_again(project, ada):
    campaign = a_campaign(project, some_images(project, 3), needed=3)
    one, two, three = take(campaign, ada, 3).leases
    answer(ada, one)
    services.skip_lease(scope_of(ada), two, reason="unsure", note="")
    services.escalate_lease(scope_of(ada), three, note="Is this a hand?")
    left = take(campaign, ada, 3)
    assert (left.leases, left.state) == ((), "done")
    assert "other reviewers" in left.reason


def test_a_returned_item_is_offered_again(project, ada):
    campaign = a_campaign(project, some_images(project, 1))
    lease = take(campaign, ada).leases[0]
    services.release_lease(scope_of(ada), lease)
    assert take(campaign, ada).leases == (lease,)


def test_an_expired_lease_is_renewed_for_the_same_person_and_free_for_others(project, ada, ben):
    campaign = a_campaign(project, some_images(project, 1), needed=1)
    lease = take(campaign, ada).leases[0]
    expire(lease)
    assert take(campaign, ada).leases == (lease,)
    expire(lease)
    assert take(campaign, ben).state == "ready"


def test_a_late_answer_counts_while_a_place_is_free_and_is_kept_beside_otherwise(project, ada, ben):
    campaign = a_campaign(project, some_images(project, 2), needed=1)
    first, second = take(campaign, ada, 2).leases
    expire(first)
    expire(second)
    assert answer(ada, first)[0].late is False
    answer(ben, take(campaign, ben).leases[0])
    receipt, _ = answer(ada, second)
    assert receipt.late is True
    assert Lease.objects.unscoped().get(id=second).state == "late"
    assert Annotation.objects.unscoped().count() == 3


def test_the_same_submission_again_gets_the_same_receipt(project, ada):
    campaign = a_campaign(project, some_images(project, 1))
    lease = take(campaign, ada).leases[0]
    submission = a_submission()
    first, created = submit_annotation(ada.user, lease, submission)
    again, created_again = submit_annotation(ada.user, lease, submission)
    assert (created, created_again) == (True, False)
    assert first == again
    assert Annotation.objects.unscoped().count() == 1


def test_a_submission_id_with_another_answer_is_refused(project, ada):
    campaign = a_campaign(project, some_images(project, 2))
    lease, other = take(campaign, ada, 2).leases
    number = uuid4()
    answer(ada, lease, submission_id=number)
    with pytest.raises(SubmissionReused):
        answer(ada, lease, submission_id=number, answer=Answer(outcome="unusable", note="black"))
    with pytest.raises(SubmissionReused):
        answer(ada, other, submission_id=number)


def test_somebody_elses_lease_is_not_there(project, ada, ben):
    campaign = a_campaign(project, some_images(project, 1))
    lease = take(campaign, ada).leases[0]
    with pytest.raises(UnknownHere):
        answer(ben, lease)
    with pytest.raises(UnknownHere):
        services.skip_lease(scope_of(ben), lease, reason="unsure", note="")


def test_somebody_who_left_the_project_cannot_answer_any_more(project, ada):
    campaign = a_campaign(project, some_images(project, 1))
    lease = take(campaign, ada).leases[0]
    ada.user.memberships.update(ended_at=connection_now(0))
    with pytest.raises(UnknownHere):
        answer(ada, lease)


def test_a_skipped_item_cannot_be_answered(project, ada):
    campaign = a_campaign(project, some_images(project, 1))
    lease = take(campaign, ada).leases[0]
    services.skip_lease(scope_of(ada), lease, reason="cannot_load", note="")
    with pytest.raises(LeaseLost):
        answer(ada, lease)


def test_a_correction_is_a_further_revision_on_the_current_one(project, ada):
    campaign = a_campaign(project, some_images(project, 1))
    defect = campaign.defects[0]
    lease = take(campaign, ada).leases[0]
    answer(ada, lease)
    with pytest.raises(RevisionStale) as stale:
        answer(ada, lease)
    assert stale.value.extensions == {"revision": 1}
    corrected = Answer(outcome="defects", findings=(found(defect),))
    assert answer(ada, lease, base_revision=1, answer=corrected)[0].revision == 2
    recent = queries.recent_answers(campaign, ada.id, 10)
    assert recent[0].revision == 2
    assert recent[0].answer["findings"][0]["defect"] == defect
    assert Annotation.objects.unscoped().count() == 2


def test_a_settled_item_is_not_corrected(project, ada):
    campaign = a_campaign(project, some_images(project, 1))
    lease = take(campaign, ada).leases[0]
    answer(ada, lease)
    Item.objects.unscoped().update(settled_at=connection_now(0))
    with pytest.raises(AnswerSettled):
        answer(ada, lease, base_revision=1)


def test_only_the_last_ten_items_are_corrected(project, ada):
    campaign = a_campaign(project, some_images(project, 12))
    leases = []
    for number in range(12):
        lease = take(campaign, ada).leases[0]
        answer(ada, lease)
        Lease.objects.unscoped().filter(id=lease).update(ended_at=connection_now(number))
        leases.append(lease)
    answer(ada, leases[2], base_revision=1)
    with pytest.raises(AnswerSettled):
        answer(ada, leases[1], base_revision=1)


def test_all_violations_are_told_at_once_and_nothing_is_stored(project, ada):
    campaign = a_campaign(project, some_images(project, 1))
    lease = take(campaign, ada).leases[0]
    wrong = Answer(outcome="defects", findings=(found("AID-9999"), found(campaign.defects[0], "no-such-level")))
    with pytest.raises(AnswerInvalid) as refused:
        answer(ada, lease, answer=wrong)
    assert [v.pointer for v in refused.value.violations] == [
        "/answer/findings/0/defect", "/answer/findings/1/severity",
    ]  # fmt: skip
    assert Annotation.objects.unscoped().count() == 0
    assert Lease.objects.unscoped().get(id=lease).state == "live"


def test_a_defect_without_its_context_is_not_asked_and_becomes_not_assessed(project, ada):
    campaign = a_campaign(project, some_images(project, 1, prompt=""), defects=alignment_defects())
    lease = take(campaign, ada).leases[0]
    view = queries.lease_views(campaign, (lease,))[0]
    assert view.not_assessed
    assert not set(view.askable) & {concept for concept, _ in view.not_assessed}
    answer(ada, lease)
    stored = Annotation.objects.unscoped().get()
    assert set(stored.not_assessed) == {concept for concept, _ in view.not_assessed}
    assert stored.asked == list(view.askable)


def alignment_defects():
    from tests.labelling import a_version

    dimensions = a_version().document["dimensions"]
    with_context = [d["id"] for dim in dimensions for d in dim["defects"] if d.get("context")]
    return [*with_context[:3], dimensions[0]["defects"][0]["id"]]


def test_audit_items_are_mixed_in_by_their_share(project, ada):
    campaign = a_campaign(project, some_images(project, 200), audit=40, audit_share=0.2, needed=1)
    streams = []
    for _ in range(100):
        lease = take(campaign, ada).leases[0]
        streams.append(Lease.objects.unscoped().get(id=lease).stream)
        answer(ada, lease)
    assert 8 <= streams.count("audit") <= 34  # 20 expected; ± 3.5 standard deviations


def test_a_paused_campaign_hands_out_nothing_but_takes_what_is_under_way(project, ada):
    campaign = a_campaign(project, some_images(project, 2))
    lease = take(campaign, ada).leases[0]
    campaign.state = "paused"
    campaign.save()
    assert take(campaign, ada).state == "waiting"
    assert answer(ada, lease)[1] is True


def test_a_test_item_has_a_place_for_everybody_and_is_compared_with_gold(project, ada, ben):
    from annotate.models import GoldLabel

    campaign = a_campaign(project, some_images(project, 1), needed=1)
    item = Item.objects.unscoped().get()
    Item.objects.unscoped().update(stream="test")
    present, absent, unseen = campaign.defects[:3]
    for concept, value in ((present, "present"), (absent, "absent"), (unseen, "not_assessed")):
        GoldLabel.objects.create(
            project=project, image=item.image, version=campaign.version, concept=concept, value=value,
            provenance="expert_import",
        )  # fmt: skip
    for reviewer in (ada, ben):
        wrong = Answer(outcome="defects", findings=(found(absent),))
        receipt, _ = answer(reviewer, take(campaign, reviewer).leases[0], answer=wrong)
        assert receipt.test is None  # never shown in production: it would teach the gold
    results = list(TestResult.objects.unscoped().values_list("hits", "misses", "false_alarms", "correct_absences"))
    assert results == [(0, 1, 1, 0)] * 2


def test_every_submission_leaves_a_line_in_the_journal(project, ada):
    campaign = a_campaign(project, some_images(project, 1))
    answer(ada, take(campaign, ada).leases[0])
    scope = journal.project_scope(project.id)
    assert journal.verify(scope) is None
    assert journal.JournalEntry.objects.filter(scope=scope, action="annotation.submitted").count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE annotate_annotation SET note = 'x'",
        "DELETE FROM annotate_annotation",
        "TRUNCATE annotate_annotation CASCADE",
    ],
)
def test_the_database_refuses_to_change_annotations(project, ada, statement):
    from django.db import DatabaseError, transaction

    campaign = a_campaign(project, some_images(project, 1))
    answer(ada, take(campaign, ada).leases[0])
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE waits for no pending triggers
    with pytest.raises(DatabaseError, match="is refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_lease_time_is_the_campaigns(project, ada):
    campaign = a_campaign(project, some_images(project, 1), lease_seconds=60)
    lease = Lease.objects.unscoped().get(id=take(campaign, ada).leases[0])
    assert timedelta(seconds=50) < lease.expires_at - lease.created_at < timedelta(seconds=70)
