"""Settling, correcting and adjudicating at once. Real threads, real connections."""

import threading

import pytest
from django.db import connection, transaction

from accounts.scope import Scope
from annotate.annotations.services import submit_annotation
from annotate.answer import Answer
from annotate.consensus import services
from annotate.consensus.answer_queries import current_annotations
from annotate.consensus.decisions import Decision
from annotate.errors import AnswerSettled, StateChanged
from annotate.models import Dispute, GoldLabel, Item
from annotate.queue import services as queue
from tests.labelling import a_campaign, a_person, a_project, a_reviewer, a_submission, found, some_images

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Run all at the same moment; what each returned or raised, in order."""
    start, outcomes = threading.Barrier(len(works)), [None] * len(works)

    def run(place, work):
        start.wait()
        try:
            outcomes[place] = work()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def take_and_answer(campaign, reviewer, answer):
    lease = queue.take_leases(campaign, reviewer.id, 1).leases[0]
    submit_annotation(reviewer.user, lease, a_submission(answer))
    return lease


def defect_in(campaign):
    return Answer(outcome="defects", findings=(found(campaign.defects[0]),))


def revisions():
    """How often each label was written: a label written twice has two revisions."""
    return set(GoldLabel.objects.unscoped().values_list("revision", flat=True))


def test_of_two_adjudicators_at_once_one_settles_and_the_other_is_told():
    project = a_project()
    people = [a_reviewer(project, name) for name in ("ada", "ben")]
    campaign = a_campaign(project, some_images(project, 5), needed=2, consensus_rule="agreement_of_2")
    for _ in range(5):
        take_and_answer(campaign, people[0], defect_in(campaign))
        take_and_answer(campaign, people[1], Answer(outcome="clean"))
    services.settle_due()
    for item in Item.objects.unscoped().all():
        works = [
            lambda name=name, value=value, item=item: services.adjudicate(
                Scope(project=project.id, actor=a_person(name).id, roles=frozenset({"adjudicator"})), item.id,
                [Decision(concept=campaign.defects[0], value=value, level="minor" if value == "present" else None)],
                rest_absent=False, reason_code="oversight", reason=name,
            )
            for name, value in (("cleo", "present"), ("cara", "absent"))
        ]  # fmt: skip
        outcomes = at_once(*works)
        assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", StateChanged.__name__]
        winner = "cleo" if outcomes[0] is None else "cara"
        assert set(item.gold.filter(provenance="adjudication").values_list("reason", flat=True)) == {winner}
    assert revisions() == {1}


def test_many_settlers_at_once_settle_every_item_once():
    project = a_project()
    ada = a_reviewer(project, "ada")
    campaign = a_campaign(project, some_images(project, 12), needed=1, consensus_rule="single")
    for _ in range(12):
        take_and_answer(campaign, ada, Answer(outcome="clean"))
    outcomes = at_once(*[services.settle_due] * 4)
    assert sum(counts["settled"] for counts in outcomes) == 12
    assert not any(counts["failed"] for counts in outcomes)
    assert revisions() == {1}
    assert GoldLabel.objects.unscoped().count() == 12 * len(campaign.defects)


@pytest.mark.parametrize("attempt", range(6))
def test_a_late_correction_either_counts_or_is_refused_never_lost(attempt):
    project = a_project()
    ada = a_reviewer(project, "ada")
    campaign = a_campaign(project, some_images(project, 1), needed=1, consensus_rule="single")
    lease = take_and_answer(campaign, ada, Answer(outcome="clean"))
    correction = a_submission(defect_in(campaign), base_revision=1)
    corrected, _ = at_once(lambda: submit_annotation(ada.user, lease, correction), services.settle_due)
    item = Item.objects.unscoped().get()
    value = item.gold.get(concept=campaign.defects[0]).value
    (current,) = current_annotations([item.id])[item.id]
    if isinstance(corrected, AnswerSettled):
        assert (value, current.row.revision) == ("absent", 1)
    else:
        assert (value, current.row.revision) == ("present", 2)


@pytest.mark.parametrize("attempt", range(4))
def test_two_campaigns_settling_one_image_at_once_agree_or_meet_at_the_desk(attempt):
    project = a_project()
    images = some_images(project, 4)
    people = [a_reviewer(project, name) for name in ("ada", "ben")]
    campaigns = [a_campaign(project, images, needed=1, consensus_rule="single") for _ in people]
    for person, campaign in zip(people, campaigns, strict=True):
        for _ in images:
            answer = defect_in(campaign) if person is people[0] else Answer(outcome="clean")
            take_and_answer(campaign, person, answer)
    halves = [list(Item.objects.unscoped().filter(campaign=c).values_list("id", flat=True)) for c in campaigns]
    outcomes = at_once(*[lambda half=half: [settle(item) for item in half] for half in map(by_image, halves)])
    assert sorted(word for half in outcomes for word in half) == ["disputed"] * 4 + ["settled"] * 4
    assert Dispute.objects.unscoped().filter(kind="contradiction").count() == 4
    assert revisions() == {1}


def settle(item):
    with transaction.atomic():
        return services._settle(item)


def by_image(items):
    """Both campaigns walk the Images in the same order, so that they really meet."""
    return sorted(items, key=lambda item: str(Item.objects.unscoped().get(id=item).image_id))
