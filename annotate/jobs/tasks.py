"""The only Celery tasks that do work: run one job by id, and sweep."""

from uuid import UUID

from celery import shared_task

from annotate.jobs import services, wake


@shared_task(name="jobs.run")
def run(job_id: str) -> None:
    services.run_job(UUID(job_id))


@shared_task(name="jobs.sweep")
def sweep() -> None:
    wake.wake_ids(services.sweep())
