"""The job that builds an export."""

from typing import Any
from uuid import UUID

from annotate.export import services
from annotate.jobs.context import JobCancelled, JobContext
from annotate.jobs.handlers import handler
from annotate.projects.queries import system_scope
from core.errors import DomainError


@handler(services.BUILD)
def build(context: JobContext) -> dict[str, Any]:
    """Everything anew on every attempt: an export is complete or absent."""
    if context.project is None:
        raise ValueError("an export belongs to a project")
    scope, export = system_scope(context.project), UUID(context.arguments["export"])
    try:
        return services.build_export(
            scope, export, lambda done, total: context.progress(done, total, f"{done} images"), context.beat
        )
    except JobCancelled:
        services.fail_export(scope, export, "Cancelled on request.")
        raise
    except DomainError as error:
        services.fail_export(scope, export, error.detail)
        raise
