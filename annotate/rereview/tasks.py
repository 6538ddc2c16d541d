"""The job that puts the questions of a migration to people."""

from typing import Any
from uuid import UUID

from annotate.jobs.context import JobContext
from annotate.jobs.handlers import handler
from annotate.rereview import services


@handler(services.FILL)
def fill(context: JobContext) -> dict[str, Any]:
    return services.fill_questions(UUID(context.arguments["run"]))
