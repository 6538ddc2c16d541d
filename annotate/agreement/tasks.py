"""Reports follow the answers each minute, and at once where a lead asks."""

from typing import Any
from uuid import UUID

from celery import shared_task

from annotate.agreement import services
from annotate.jobs.context import JobContext
from annotate.jobs.handlers import handler
from annotate.jobs.wake import wake_ids


@handler(services.REPORT)
def report(context: JobContext) -> dict[str, Any]:
    return services.run_report(UUID(context.arguments["campaign"]))


@shared_task(name="agreement.minute")
def minute() -> None:
    wake_ids((job.id, job.queue) for job in services.enqueue_due_reports())
