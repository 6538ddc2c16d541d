"""Settling runs each minute, and at once where somebody waits for it."""

from celery import shared_task
from django.db import transaction

from annotate.consensus import services
from annotate.jobs.context import JobContext
from annotate.jobs.handlers import handler
from annotate.jobs.services import enqueue
from annotate.jobs.wake import wake

SETTLE = "consensus.settle"


@handler(SETTLE)
def settle(context: JobContext) -> dict[str, int]:
    return services.settle_due()


@shared_task(name="consensus.minute")  # type: ignore[untyped-decorator]
def minute() -> None:
    with transaction.atomic():
        job = enqueue(SETTLE, {}, project=None, unique_key=SETTLE)
    wake(job)
