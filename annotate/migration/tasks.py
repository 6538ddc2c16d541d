"""The job that carries the labels of a Campaign."""

from typing import Any
from uuid import UUID

from annotate.errors import JobLost
from annotate.jobs.context import JobCancelled, JobContext
from annotate.jobs.handlers import handler
from annotate.migration import services
from core.errors import DomainError


@handler(services.PREPARE)
def prepare(context: JobContext) -> dict[str, Any]:
    """Everything anew on every attempt: a layer is complete or dropped."""
    run = UUID(context.arguments["run"])

    def progress(done: int, total: int | None) -> None:
        context.progress(done, total, f"{done} answers carried")

    try:
        return services.run_prepare(run, progress, context.require_owned)
    except JobCancelled:
        services.fail_move(run, "Cancelled on request.")
        raise
    except JobLost:
        raise  # another worker writes the rows now: they are not this one's to drop
    except DomainError as error:
        services.fail_move(run, error.detail)
        raise
