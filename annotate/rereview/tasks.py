"""The job that asks people about what a move left open."""

from typing import Any
from uuid import UUID

from annotate.consensus.services import bring_held_back_to_desk
from annotate.jobs.context import JobContext
from annotate.jobs.handlers import handler
from annotate.migration.services import FILL
from annotate.rereview import services


@handler(FILL)
def fill(context: JobContext) -> dict[str, Any]:
    """Questions for an activated run, and for what arrived since; an expert's own gold goes back to the desk."""
    run = UUID(context.arguments["run"])
    return {"questions": services.fill_questions(run), "disputes": bring_held_back_to_desk(run)}
