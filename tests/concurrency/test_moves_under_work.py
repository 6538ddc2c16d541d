"""A campaign is moved while people answer in it, and its worker is killed: nothing lost, nothing twice."""

import os
import signal
import threading
import time
from functools import partial

import pytest
from django.db import connection, connections

from accounts.scope import Scope
from annotate.annotations.services import submit_annotation
from annotate.answer import Answer
from annotate.jobs.services import run_due_jobs, run_job, sweep
from annotate.migration import queries as moves
from annotate.migration import services
from annotate.models import Annotation, Campaign, CarriedAbsence, CarriedFinding, Finding, Job, Lease, MigrationRun
from annotate.queue import services as queue
from taxonomy.queries import tree_of
from taxonomy.services import import_taxonomy
from tests.labelling import TAXONOMIES, a_campaign, a_project, a_reviewer, a_submission, found, some_images

pytestmark = pytest.mark.django_db(transaction=True)
STEP = "ai-image-defects-1.1.0--2.0.0.yaml"


def imported(number, migration=""):  # type: ignore[no-untyped-def]
    declared = (TAXONOMIES / "migrations" / migration).read_bytes() if migration else None
    data = (TAXONOMIES / f"ai-image-defects-{number}.yaml").read_bytes()
    return import_taxonomy(data, by=None, publish=True, migration=declared)


@pytest.fixture
def moved_to():  # type: ignore[no-untyped-def]
    imported("1.0.0")
    imported("1.1.0", "ai-image-defects-1.0.0--1.1.0.yaml")
    return imported("2.0.0", STEP)


def asked_in(version):  # type: ignore[no-untyped-def]
    """Defects of 1.1.0 that a finding without a note or a picture beside it can have."""
    tree = tree_of(version.id)
    return [
        one.id for one in tree.active_defects
        if not (one.catch_all or one.comment_required or one.context or one.relations)
        and tree.scale_of(one).kind == "severity" and tree.has_level(one.id, "minor")
    ][:12]  # fmt: skip


@pytest.fixture
def work(moved_to):  # type: ignore[no-untyped-def]
    project = a_project()
    people = [a_reviewer(project, f"r{n}") for n in range(6)]
    from taxonomy.models import Version

    start = Version.objects.get(number="1.1.0")
    campaign = a_campaign(project, some_images(project, 40), needed=3, defects=asked_in(start), lease_seconds=900)
    return campaign, people, Scope(project=project.id, actor=None, roles=frozenset({"lead"}))


class Answering(threading.Thread):
    """Takes leases and answers with one finding until told to stop; keeps what was acknowledged."""

    def __init__(self, campaign, reviewer, place, stop):  # type: ignore[no-untyped-def]
        super().__init__()
        self.campaign, self.reviewer, self.place, self.stop = campaign, reviewer, place, stop
        self.acknowledged, self.errors = [], []

    def run(self):  # type: ignore[no-untyped-def]
        try:
            while not self.stop.is_set():
                now = Campaign.objects.unscoped().get(id=self.campaign.id)
                taken = queue.take_leases(now, self.reviewer.id, 2)
                if taken.state == "done":
                    return
                for one in taken.leases:
                    lease = Lease.objects.unscoped().select_related("version").get(id=one)
                    time.sleep(0.01)
                    self.answer(lease)
                if not taken.leases:
                    time.sleep(0.02)
        except BaseException as error:
            self.errors.append(error)
        finally:
            connection.close()

    def answer(self, lease):  # type: ignore[no-untyped-def]
        """With a defect of the version that the lease was handed out under, whatever the campaign has by now."""
        tree = tree_of(lease.version_id)
        asked = [one for one in self.campaign.defects if tree.has_defect(one)]
        defect = asked[self.place % len(asked)]
        level = tree.scale_of(tree.defect(defect)).keys[0]
        answer = Answer(outcome="defects", findings=(found(defect, level),))
        receipt, new = submit_annotation(self.reviewer.user, lease.id, a_submission(answer))
        self.acknowledged.append((lease.id, receipt.revision, new))


def test_nothing_is_lost_or_doubled_while_a_campaign_is_moved(work, moved_to, monkeypatch):  # type: ignore[no-untyped-def]
    campaign, people, scope = work
    monkeypatch.setattr(moves, "block_of_answers", partial(moves.block_of_answers, limit=7))
    stop = threading.Event()
    crowd = [Answering(campaign, person, place, stop) for place, person in enumerate(people)]
    for one in crowd:
        one.start()
    while Annotation.objects.unscoped().count() < 20:
        time.sleep(0.02)
    prepared = services.prepare_move(scope, campaign, moved_to.id)
    assert run_job(prepared.job.id)
    time.sleep(0.2)
    run = services.activate_move(scope, prepared.run.id)
    run = run[0] if isinstance(run, tuple) else run
    time.sleep(0.3)
    stop.set()
    for one in crowd:
        one.join()
    assert [error for one in crowd for error in one.errors] == []
    acknowledged = [lease for one in crowd for lease, _, _ in one.acknowledged]
    assert Annotation.objects.unscoped().count() == len(acknowledged) == len(set(acknowledged))
    old = Annotation.objects.unscoped().exclude(version_id=moved_to.id)
    carried = CarriedAbsence.objects.unscoped().filter(run=run)
    assert set(carried.values_list("annotation_id", flat=True)) == set(old.values_list("id", flat=True))
    assert carried.count() == old.count()
    findings = Finding.objects.unscoped().filter(annotation__in=old)
    rows = CarriedFinding.objects.unscoped().filter(run=run)
    assert sorted(rows.values_list("finding_id", flat=True)) == sorted(findings.values_list("id", flat=True))
    with connection.cursor() as cursor:  # and every answer stands, those from before and those from after
        cursor.execute("SELECT count(*) FROM annotate_standing_annotation WHERE campaign_id = %s", [campaign.id])
        assert cursor.fetchone()[0] == len(acknowledged)
    assert run.counts["answers"] == run.dry_run["answers"] + run.counts["answers"] - run.dry_run["answers"]
    assert carried.filter(arrived=False).count() == run.dry_run["answers"]


def some_answers(campaign, people, count=30):  # type: ignore[no-untyped-def]
    for place in range(count):
        one = Answering(campaign, people[place % len(people)], place, threading.Event())
        taken = queue.take_leases(campaign, one.reviewer.id, 1)
        for lease in taken.leases:
            one.answer(Lease.objects.unscoped().get(id=lease))


def test_an_answer_under_an_old_lease_is_judged_by_its_version_and_carried_with_it(work, moved_to):  # type: ignore[no-untyped-def]
    campaign, people, scope = work
    (lease,) = queue.take_leases(campaign, people[0].id, 1).leases
    prepared = services.prepare_move(scope, campaign, moved_to.id)
    run_job(prepared.job.id)
    services.activate_move(scope, prepared.run.id)
    held = Lease.objects.unscoped().select_related("version").get(id=lease)
    assert held.version.number == "1.1.0"
    first = Answering(campaign, people[0], 0, threading.Event())
    first.answer(held)
    row = CarriedAbsence.objects.unscoped().get(run_id=prepared.run.id)
    assert (row.arrived, row.annotation.version.number) == (True, "1.1.0")
    assert CarriedFinding.objects.unscoped().filter(run_id=prepared.run.id, arrived=True).count() == 1
    submit_annotation(people[0].user, lease, a_submission(Answer(outcome="clean"), base_revision=1))  # a correction
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (lease_id) revision, outcome FROM annotate_standing_annotation WHERE lease_id = %s "
            "ORDER BY lease_id, revision DESC",
            [lease],
        )
        assert cursor.fetchall() == [(2, "clean")]
    now = Campaign.objects.unscoped().get(id=campaign.id)
    (later,) = queue.take_leases(now, people[1].id, 1).leases
    assert Lease.objects.unscoped().get(id=later).version_id == moved_to.id


def test_a_worker_killed_while_it_carries_leaves_nothing_seen_and_the_next_one_finishes(work, moved_to, monkeypatch):  # type: ignore[no-untyped-def]
    """SIGKILL after the third block."""
    campaign, people, scope = work
    some_answers(campaign, people)
    monkeypatch.setattr(moves, "block_of_answers", partial(moves.block_of_answers, limit=4))
    prepared = services.prepare_move(scope, campaign, moved_to.id)
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            blocks, written = [], services.write_answers

            def slow(*args, **values):  # type: ignore[no-untyped-def]
                blocks.append(1)
                if len(blocks) > 3:
                    time.sleep(60)
                return written(*args, **values)

            services.write_answers = slow
            run_due_jobs()
        finally:
            os._exit(1)
    rows = CarriedAbsence.objects.unscoped().filter(run=prepared.run)
    deadline = time.monotonic() + 30
    while rows.count() < 12 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert 0 < rows.count() < 30
    assert MigrationRun.objects.unscoped().get(id=prepared.run.id).state == "preparing"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM annotate_standing_annotation WHERE version_id = %s", [moved_to.id])
        assert cursor.fetchone()[0] == 0
    Job.objects.filter(id=prepared.job.id).update(heartbeat_at="2020-01-01T00:00:00Z")
    sweep()
    run_due_jobs()
    ready = MigrationRun.objects.unscoped().get(id=prepared.run.id)
    assert (ready.state, ready.dry_run["answers"], rows.count()) == ("ready", 30, 30)


def test_a_worker_that_was_taken_for_dead_writes_nothing_more(work, moved_to, monkeypatch):  # type: ignore[no-untyped-def]
    campaign, people, scope = work
    some_answers(campaign, people, 8)
    monkeypatch.setattr(moves, "block_of_answers", partial(moves.block_of_answers, limit=2))
    prepared = services.prepare_move(scope, campaign, moved_to.id)
    written, blocks = services.write_answers, []

    def overtaken(*args, **values):  # type: ignore[no-untyped-def]
        blocks.append(1)
        if len(blocks) == 2:
            Job.objects.filter(id=prepared.job.id).update(fence=99)
        return written(*args, **values)

    monkeypatch.setattr(services, "write_answers", overtaken)
    run_job(prepared.job.id)
    assert len(blocks) <= 2
    assert MigrationRun.objects.unscoped().get(id=prepared.run.id).state == "preparing"
