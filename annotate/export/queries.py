"""Reading exports: which there are, and where their files lie."""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.scope import Scope
from annotate.errors import UnknownHere
from annotate.models import Export, Job

SHOWN = 100
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportView:
    """An export as its lead sees it; the state of its job where that knows more."""

    id: UUID
    campaign: UUID
    format: str
    state: str
    reason: str
    job: UUID | None
    progress_done: int
    progress_total: int | None
    manifest: dict[str, Any] | None
    created_by: str | None
    created_at: datetime
    finished_at: datetime | None


def folder_of(export: UUID) -> Path:
    """Where the files of an export lie once they are complete."""
    return Path(settings.DATA_DIR) / "exports" / str(export)


def exports_of(scope: Scope, campaign: UUID) -> tuple[ExportView, ...]:
    """The newest hundred exports of a campaign."""
    rows = Export.objects.scoped(scope).filter(campaign_id=campaign).select_related("job", "created_by")
    return tuple(export_view(row) for row in rows.order_by("-created_at", "id")[:SHOWN])


def export_now(scope: Scope, export: UUID) -> ExportView:
    """One export. Raises UnknownHere."""
    row = Export.objects.scoped(scope).select_related("job", "created_by").filter(id=export).first()
    if row is None:
        raise UnknownHere
    return export_view(row)


def export_view(row: Export) -> ExportView:
    """A job that ended otherwise than by building (killed three times, cancelled while waiting) failed its export."""
    job = row.job
    lost = job is not None and row.state != Export.State.DONE and job.state in {Job.State.FAILED, Job.State.CANCELLED}
    why = row.reason or (job.reason if lost and job is not None else "")
    return ExportView(
        id=row.id, campaign=row.campaign_id, format=row.format,
        state=Export.State.FAILED if lost else row.state, reason=why,
        job=row.job_id, progress_done=job.progress_done if job else 0,
        progress_total=job.progress_total if job else None, manifest=row.manifest,
        created_by=row.created_by.name if row.created_by else None, created_at=row.created_at,
        finished_at=row.finished_at,
    )  # fmt: skip


def project_of_export(export: UUID) -> UUID:
    """The project of an export, to be entered next. Raises UnknownHere."""
    project = Export.objects.unscoped().filter(id=export).values_list("project_id", flat=True).first()
    if project is None:
        raise UnknownHere
    return project


def file_of(scope: Scope, export: UUID, name: str) -> Path:
    """A file that the manifest of a finished export names, or the manifest. Raises UnknownHere for anything else."""
    found = export_now(scope, export)
    names = {MANIFEST, *(file["name"] for file in (found.manifest or {}).get("files", []))}
    path = folder_of(export) / name
    if found.state != Export.State.DONE or name not in names or not path.is_file():
        raise UnknownHere
    return path


@cache
def app_version() -> str:
    """The version of this program, as pyproject.toml says it."""
    path = Path(settings.BASE_DIR) / "pyproject.toml"
    return str(tomllib.loads(path.read_text(encoding="utf-8"))["project"]["version"])
