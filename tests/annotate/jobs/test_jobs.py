"""The Job row is the truth: claims, fences, retries, cancellation, sweeps."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from annotate.errors import InputInvalid, JobNotCancellable
from annotate.jobs import services, wake
from annotate.jobs.context import JobContext
from annotate.jobs.handlers import _HANDLERS, handler
from annotate.models import Job
from core import clock

runs: list[int] = []


@pytest.fixture(autouse=True)
def handlers():
    runs.clear()

    @handler("test.count")
    def count(context: JobContext):
        runs.append(context.attempt)
        context.progress(1, 1, "counted")
        return {"counted": len(runs)}

    @handler("test.break")
    def break_down(context: JobContext):
        runs.append(context.attempt)
        raise ZeroDivisionError("poison")

    @handler("test.refuse")
    def refuse(context: JobContext):
        raise InputInvalid("Row 3 has no file name.")

    yield
    for kind in ("test.count", "test.break", "test.refuse"):
        _HANDLERS.pop(kind)


def a_job(kind: str = "test.count", **values) -> Job:
    with transaction.atomic():
        return services.enqueue(kind, {}, project=None, **values)


def test_a_job_is_done_and_keeps_its_result(db):
    job = a_job()
    assert services.run_due_jobs() == 1
    job.refresh_from_db()
    assert (job.state, job.result, job.progress_done, job.attempts) == ("done", {"counted": 1}, 1, 1)


def test_a_doubled_wake_up_does_nothing(db):
    job = a_job()
    assert services.run_job(job.id)
    assert not services.run_job(job.id)
    assert runs == [1]


def test_a_poisoned_job_fails_after_three_attempts_with_its_reason(db):
    job = a_job("test.break")
    for _ in range(5):
        with clock.frozen(clock.now() + timedelta(minutes=5 * (len(runs) + 1))):
            services.run_due_jobs()
    job.refresh_from_db()
    assert runs == [1, 2, 3]
    assert job.state == "failed"
    assert "poison" in job.reason


def test_a_refusal_is_not_tried_again(db):
    job = a_job("test.refuse")
    services.run_due_jobs()
    job.refresh_from_db()
    assert (job.state, job.reason, job.attempts) == ("failed", "Row 3 has no file name.", 1)


def test_the_sweep_gives_back_the_job_of_a_dead_worker_and_the_dead_cannot_finish_it(db):
    job = a_job()
    dead = services.claim(job.id)
    assert dead is not None
    later = clock.now() + timedelta(minutes=2)
    with clock.frozen(later):
        assert (job.id, "work") in services.sweep()
        assert services.run_job(job.id)
    assert not services._end(dead, Job.State.FAILED, reason="the dead speak")
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


def test_a_job_with_a_unique_key_is_queued_once(db):
    assert a_job(unique_key="one").id == a_job(unique_key="one").id
    services.run_due_jobs()
    assert Job.objects.count() == 1
    assert a_job(unique_key="one").state == "queued"
    assert Job.objects.count() == 2


def test_a_waiting_job_is_cancelled_at_once_and_an_ended_one_refuses(db, django_user_model):
    person = django_user_model.objects.create(email="lee@example.org", name="lee")
    job = a_job()
    services.request_cancel(job, person)
    assert services.run_due_jobs() == 0
    job.refresh_from_db()
    assert job.state == "cancelled"
    with pytest.raises(JobNotCancellable):
        services.request_cancel(job, person)


def test_a_job_lives_or_dies_with_the_transaction_that_wrote_it(db):
    def written_and_broken() -> None:
        with transaction.atomic():
            services.enqueue("test.count", {}, project=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        written_and_broken()
    assert Job.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_moment_do_a_job_once():
    job = a_job()
    barrier, answers = threading.Barrier(8), []

    def worker() -> None:
        barrier.wait()
        answers.append(services.run_job(job.id))
        connection.close()

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False] * 7 + [True]
    assert runs == [1]


@pytest.mark.django_db(transaction=True)
def test_a_mute_broker_costs_at_most_a_moment_and_the_sweep_finds_the_job(settings, monkeypatch):
    import socket
    import time

    from celery import current_app

    listener = socket.create_server(("127.0.0.1", 0))  # accepts and never answers
    monkeypatch.setattr(current_app.conf, "broker_url", f"redis://127.0.0.1:{listener.getsockname()[1]}/0")
    monkeypatch.setattr(current_app, "_pool", None, raising=False)
    job = a_job()
    began = time.monotonic()
    wake.wake(job)
    assert time.monotonic() - began < 1.0
    assert (job.id, "work") in services.sweep()
    listener.close()
