"""Jobs of the corpus: doing an import, erasing files of withdrawn images."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from annotate.corpus import services
from annotate.errors import JobLost
from annotate.jobs.context import JobCancelled, JobContext
from annotate.jobs.handlers import handler
from annotate.models import ImportRun
from annotate.projects.queries import system_scope
from core.errors import DomainError


class JobWatch:
    """Progress and ownership of an import by its Job row."""

    def __init__(self, context: JobContext) -> None:
        self._context = context

    def progress(self, done: int, total: int | None) -> None:
        self._context.progress(done, total, f"{done} rows")

    def require_owned(self) -> None:
        self._context.require_owned()


@handler(services.IMPORT_JOB)
def import_images(context: JobContext) -> dict[str, Any]:
    """Do what is left of one run; a killed worker's successor goes on where it stopped."""
    if context.project is None:
        raise ValueError("an import belongs to a project")
    scope = system_scope(context.project)
    run = services.run_of(scope, UUID(context.arguments["run"]))
    if run.state in services.ENDED:
        return {}
    try:
        result = services.do_import(scope, run, JobWatch(context))
    except JobCancelled:
        services.end_run(run, ImportRun.State.CANCELLED, "Cancelled on request.")
        raise
    except JobLost:
        raise
    except DomainError as error:
        services.end_run(run, ImportRun.State.FAILED, error.detail)
        raise
    return {
        **{name: value for name, value in asdict(result).items() if name not in {"errors", "run"}},
        "run": str(result.run), "errors": len(result.errors),
    }  # fmt: skip


@handler(services.ERASE_JOB)
def erase_blobs(context: JobContext) -> dict[str, Any]:
    """Erase what a withdrawal freed, in case the request that withdrew did not live to do it."""
    return {"erased": services.erase_blobs(context.arguments["blobs"])}
