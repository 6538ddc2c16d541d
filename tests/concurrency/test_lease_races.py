"""Sixteen reviewers at once: nobody over, nothing doubled, the order kept. Real threads, real connections."""

import threading
import time
from random import Random
from uuid import uuid4

import pytest
from django.db import connection
from scipy.stats import spearmanr

from annotate.annotations.services import submit_annotation
from annotate.errors import SubmissionReused
from annotate.models import Annotation, Item, Lease
from annotate.queue import places, services
from tests.labelling import a_campaign, a_project, a_reviewer, a_submission, some_images

pytestmark = pytest.mark.django_db(transaction=True)

ITEMS = 60


class Crowd:
    """Reviewers in threads of their own, each taking leases and answering until the queue says done."""

    def __init__(self, campaign, reviewers, *, pause, batch=2):
        self.campaign, self.reviewers, self.pause, self.batch = campaign, reviewers, pause, batch
        self.order: dict[object, list[float]] = {}
        self.errors: list[BaseException] = []

    def work(self, place, reviewer):
        random = Random(place)
        priorities = dict(Item.objects.unscoped().filter(campaign=self.campaign).values_list("id", "priority"))
        mine = self.order.setdefault(reviewer.id, [])
        deadline = time.monotonic() + 240
        try:
            while time.monotonic() < deadline:
                taken = services.take_leases(self.campaign, reviewer.id, self.batch)
                if taken.state == "done":
                    return
                for lease in taken.leases:
                    mine.append(priorities[Lease.objects.unscoped().get(id=lease).item_id])
                    time.sleep(random.random() * self.pause(place))
                    submit_annotation(reviewer.user, lease, a_submission())
                if not taken.leases:
                    time.sleep(0.02)
        except BaseException as error:
            self.errors.append(error)
        finally:
            connection.close()

    def run(self):
        threads = [threading.Thread(target=self.work, args=pair) for pair in enumerate(self.reviewers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def over_and_doubled(campaign):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT item_id FROM annotate_lease WHERE campaign_id = %s AND state = 'answered' "
            "GROUP BY item_id HAVING count(*) > (SELECT needed FROM annotate_item i WHERE i.id = item_id)) AS over",
            [campaign.id],
        )
        over = cursor.fetchone()[0]
        cursor.execute(
            "SELECT count(*) FROM (SELECT item_id, reviewer_id FROM annotate_annotation WHERE campaign_id = %s "
            "GROUP BY item_id, reviewer_id HAVING count(*) > 1) AS doubled",
            [campaign.id],
        )
        return over, cursor.fetchone()[0]


@pytest.mark.parametrize("needed", [1, 2, 3])
def test_sixteen_reviewers_fill_every_item_exactly_and_in_order(needed):
    project = a_project()
    reviewers = [a_reviewer(project, f"r{n}") for n in range(16)]
    campaign = a_campaign(project, some_images(project, ITEMS), needed=needed)
    crowd = Crowd(campaign, reviewers, pause=lambda place: 0.0 if place == 0 else 0.02)  # one is far ahead
    crowd.run()
    assert crowd.errors == []
    assert over_and_doubled(campaign) == (0, 0)
    assert Annotation.objects.unscoped().count() == ITEMS * needed
    assert set(Item.objects.unscoped().values_list("state", flat=True)) == {"complete"}
    fast = crowd.order[reviewers[0].id]
    if len(fast) > 10:
        assert spearmanr(fast, [-i for i in range(len(fast))]).statistic >= 0.98


def test_without_the_second_count_items_are_given_to_too_many(monkeypatch):
    """The guard has teeth: the same crowd over-allocates when places are counted only once, before the lock."""
    unlocked = places.LOCKED.replace(" FOR UPDATE OF item SKIP LOCKED", "")
    monkeypatch.setattr(places, "LOCKED", unlocked)
    monkeypatch.setattr(places, "still_free", lambda items: items)
    project = a_project()
    reviewers = [a_reviewer(project, f"r{n}") for n in range(16)]
    campaign = a_campaign(project, some_images(project, ITEMS), needed=1)
    barrier = threading.Barrier(16)

    def take(reviewer):
        barrier.wait()
        for _ in range(4):
            services.take_leases(campaign, reviewer.id, 10)
        connection.close()

    threads = [threading.Thread(target=take, args=(reviewer,)) for reviewer in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Lease.objects.unscoped().filter(campaign=campaign).count() > ITEMS


def test_a_hundred_people_asking_at_once_never_hold_more_than_there_is():
    project = a_project()
    reviewers = [a_reviewer(project, f"r{n}") for n in range(24)]
    campaign = a_campaign(project, some_images(project, 10), needed=3)
    barrier = threading.Barrier(len(reviewers))

    def take(reviewer):
        barrier.wait()
        services.take_leases(campaign, reviewer.id, 3)
        connection.close()

    for _ in range(3):
        threads = [threading.Thread(target=take, args=(reviewer,)) for reviewer in reviewers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with connection.cursor() as cursor:
            cursor.execute("SELECT max(n) FROM (SELECT count(*) n FROM annotate_lease GROUP BY item_id) AS held")
            assert cursor.fetchone()[0] <= 3


def test_fifty_parallel_repeats_of_one_submission_make_one_annotation():
    project = a_project()
    ada = a_reviewer(project, "ada")
    campaign = a_campaign(project, some_images(project, 1))
    lease = services.take_leases(campaign, ada.id, 1).leases[0]
    submission = a_submission(submission_id=uuid4())
    receipts, barrier = [], threading.Barrier(25)

    def send():
        barrier.wait()
        receipts.append(submit_annotation(ada.user, lease, submission))
        receipts.append(submit_annotation(ada.user, lease, submission))
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Annotation.objects.unscoped().count() == 1
    assert len(receipts) == 50
    assert len({receipt for receipt, _ in receipts}) == 1
    assert sum(created for _, created in receipts) == 1


def test_an_expired_lease_and_a_new_one_answered_at_once_keep_the_redundancy():
    project = a_project()
    ada, ben = a_reviewer(project, "ada"), a_reviewer(project, "ben")
    campaign = a_campaign(project, some_images(project, 30), needed=1)
    old = services.take_leases(campaign, ada.id, 10).leases
    Lease.objects.unscoped().update(expires_at="2020-01-01T00:00:00Z")
    new = services.take_leases(campaign, ben.id, 10).leases
    barrier = threading.Barrier(2)

    def send(reviewer, leases):
        for lease in leases:
            barrier.wait()
            submit_annotation(reviewer.user, lease, a_submission())
        connection.close()

    threads = [threading.Thread(target=send, args=pair) for pair in ((ada, old), (ben, new))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert over_and_doubled(campaign) == (0, 0)
    assert Annotation.objects.unscoped().count() == len(old) + len(new)  # late work is kept


def test_one_submission_id_for_two_leases_at_once_is_stored_once_and_refused_once():
    project = a_project()
    ada = a_reviewer(project, "ada")
    campaign = a_campaign(project, some_images(project, 10))
    leases = services.take_leases(campaign, ada.id, 8).leases
    submission, barrier, outcomes = a_submission(submission_id=uuid4()), threading.Barrier(8), []

    def send(lease):
        barrier.wait()
        try:
            submit_annotation(ada.user, lease, submission)
            outcomes.append("stored")
        except SubmissionReused:
            outcomes.append("refused")
        connection.close()

    threads = [threading.Thread(target=send, args=(lease,)) for lease in leases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused"] * 7 + ["stored"]
