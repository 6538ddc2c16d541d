"""Reading imports: runs with their counts, and the rows of their reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q

from accounts.scope import Scope
from annotate.corpus import uploads
from annotate.errors import UnknownHere
from annotate.models import ImportRow, ImportRun, Job
from core.api.pagination import Page, decode_cursor, encode_cursor
from core.api.refusals import ParameterInvalid

OUTCOMES = tuple(ImportRow.Outcome.values)
STATES = tuple(ImportRun.State.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    """A run as its lead sees it. The four counts add up to the rows done so far."""

    id: UUID
    kind: str
    source: str
    state: str
    reason: str
    total_rows: int | None
    image: int
    duplicate: int
    conflict: int
    error: int
    skipped: int
    warnings: tuple[str, ...]
    received_files: int
    job: UUID | None
    created_by: str | None
    created_at: datetime
    finished_at: datetime | None


def project_of_run(run: UUID) -> UUID:
    """For the view that then asks who may see it. Raises UnknownHere."""
    project = ImportRun.objects.unscoped().filter(id=run).values_list("project_id", flat=True).first()
    if project is None:
        raise UnknownHere
    return project


def runs_of(scope: Scope, *, cursor: str, limit: int) -> Page[RunView]:
    """The newest first."""
    rows = ImportRun.objects.scoped(scope)
    after = decode_cursor(cursor, 2)
    if after is not None:
        try:
            moment, last = datetime.fromisoformat(str(after[0])), UUID(str(after[1]))
        except ValueError as error:
            raise ParameterInvalid("The cursor is not one of this list.") from error
        rows = rows.filter(Q(created_at__lt=moment) | Q(created_at=moment, id__gt=last))
    found = list(rows.select_related("job", "created_by").order_by("-created_at", "id")[: limit + 1])
    shown = _views(found[:limit])
    more = len(found) > limit
    return Page(rows=shown, next=encode_cursor(shown[-1].created_at.isoformat(), shown[-1].id) if more else None)


def run_view(scope: Scope, run: UUID) -> RunView:
    """One run. Raises UnknownHere."""
    row = ImportRun.objects.scoped(scope).select_related("job", "created_by").filter(id=run).first()
    if row is None:
        raise UnknownHere
    return _views([row])[0]


def received_numbers(run: UUID) -> list[int]:
    """The numbers of an upload that need not be sent again."""
    return uploads.received_numbers(uploads.folder_of(Path(settings.DATA_DIR), run))


def _views(rows: Sequence[ImportRun]) -> tuple[RunView, ...]:
    counted = ImportRow.objects.filter(run__in=rows).values_list("run_id", "outcome").annotate(n=Count("id"))
    counts = {(run, outcome): n for run, outcome, n in counted}
    views = []
    for row in rows:
        state, reason = _state_of(row)
        views.append(
            RunView(
                id=row.id, kind=row.kind, source=row.source, state=state, reason=reason, total_rows=row.total_rows,
                image=counts.get((row.id, "image"), 0), duplicate=counts.get((row.id, "duplicate"), 0),
                conflict=counts.get((row.id, "conflict"), 0), error=counts.get((row.id, "error"), 0),
                skipped=row.options.get("skipped", 0), warnings=tuple(row.options.get("warnings", ())),
                received_files=len(received_numbers(row.id)) if row.state == ImportRun.State.COLLECTING else 0,
                job=row.job_id, created_by=row.created_by.name if row.created_by else None,
                created_at=row.created_at, finished_at=row.finished_at,
            )
        )  # fmt: skip
    return tuple(views)


def _state_of(row: ImportRun) -> tuple[str, str]:
    """The state of the run, or that of its job where no worker lived to write it into the run."""
    open_states = {ImportRun.State.QUEUED, ImportRun.State.RUNNING}
    if row.state in open_states and row.job is not None and row.job.state in {Job.State.FAILED, Job.State.CANCELLED}:
        return row.job.state, row.job.reason
    return row.state, row.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RowView:
    """What became of one file or manifest row."""

    number: int
    file: str
    outcome: str
    code: str
    message: str
    image: UUID | None


def rows_of(scope: Scope, run: UUID, *, outcomes: Sequence[str], cursor: str, limit: int) -> Page[RowView]:
    """The report of a run by row number. Raises UnknownHere, ParameterInvalid."""
    run_view(scope, run)
    rows = ImportRow.objects.filter(run_id=run)
    if outcomes:
        rows = rows.filter(outcome__in=outcomes)
    after = decode_cursor(cursor, 1)
    if after is not None:
        if not isinstance(after[0], int) or isinstance(after[0], bool) or not 0 <= after[0] < 2**31:
            raise ParameterInvalid("The cursor is not one of this list.")
        rows = rows.filter(number__gt=after[0])
    found = list(rows.order_by("number")[: limit + 1])
    shown = tuple(
        RowView(
            number=row.number, file=row.file, outcome=row.outcome, code=row.code, message=row.message,
            image=row.image_id,
        )
        for row in found[:limit]
    )  # fmt: skip
    return Page(rows=shown, next=encode_cursor(shown[-1].number) if len(found) > limit else None)
