"""Settling runs each minute, and at once where somebody waits for it."""

from typing import Any

from celery import shared_task

from annotate.consensus import services
from annotate.jobs.context import JobContext
from annotate.jobs.handlers import handler
from annotate.jobs.wake import wake


@handler(services.SETTLE)
def settle(context: JobContext) -> dict[str, Any]:
    """Until nothing is left that can be settled; what fails is tried again in the next minute."""
    total: dict[str, int] = {}
    while True:
        counts = services.settle_due()
        total = {name: total.get(name, 0) + count for name, count in counts.items()}
        if not counts["settled"] + counts["disputed"]:
            return total
        context.progress(total["settled"] + total["disputed"], None, "Items settled or brought to the desk")


@shared_task(name="consensus.minute")
def minute() -> None:
    wake(services.enqueue_settling())
