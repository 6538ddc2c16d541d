"""Reading jobs: those of a project for its lead, one's own for everybody else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime

from accounts.models import User
from accounts.scope import Scope
from annotate.errors import UnknownHere
from annotate.models import Job
from core.api.pagination import Page, decode_cursor, encode_cursor
from core.api.refusals import ParameterInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """What a person sees of a job: how far it is, how it ended and why."""

    id: UUID
    project: UUID | None
    kind: str
    state: str
    attempts: int
    progress_done: int
    progress_total: int | None
    progress_note: str
    reason: str
    result: dict[str, Any] | None
    requested_by: str | None
    cancel_requested: bool
    heartbeat_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def jobs_of(scope: Scope, *, state: str, cursor: str, limit: int) -> Page[JobView]:
    """The newest jobs of the project first. A lead sees all of them, others those they asked for."""
    rows = _visible(Job.objects.filter(project_id=scope.project), scope)
    if state:
        rows = rows.filter(state__in=["queued", "running"] if state == "open" else [state])
    after = decode_cursor(cursor, 2)
    if after is not None:
        moment = parse_datetime(after[0]) if isinstance(after[0], str) else None
        if moment is None or moment.tzinfo is None:
            raise ParameterInvalid("The cursor is not one of this list.")
        rows = rows.filter(Q(created_at__lt=moment) | Q(created_at=moment, id__lt=_uuid(after[1])))
    found = list(rows.select_related("requested_by").order_by("-created_at", "-id")[: limit + 1])
    shown = tuple(job_view(row) for row in found[:limit])
    more = len(found) > limit
    return Page(rows=shown, next=encode_cursor(shown[-1].created_at.isoformat(), shown[-1].id) if more else None)


def _visible(rows: QuerySet[Job], scope: Scope) -> QuerySet[Job]:
    return rows if "lead" in scope.roles or scope.is_system else rows.filter(requested_by_id=scope.actor)


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise ParameterInvalid("The cursor is not one of this list.") from error


def job_row(job_id: UUID) -> Job:
    """The row itself, for the view that then asks who may see it. Raises UnknownHere."""
    row = Job.objects.select_related("requested_by").filter(id=job_id).first()
    if row is None:
        raise UnknownHere
    return row


def may_see(row: Job, user: User, *, leads: bool) -> bool:
    """Whoever asked for a job sees it; so do leads of its project, and administrators where it has none."""
    return leads or row.requested_by_id == user.id or (row.project_id is None and user.is_admin)


def job_view(row: Job) -> JobView:
    """The job as a person sees it."""
    return JobView(
        id=row.id, project=row.project_id, kind=row.kind, state=row.state, attempts=row.attempts,
        progress_done=row.progress_done, progress_total=row.progress_total, progress_note=row.progress_note,
        reason=row.reason, result=row.result, requested_by=row.requested_by.name if row.requested_by else None,
        cancel_requested=row.cancel_requested_at is not None, heartbeat_at=row.heartbeat_at,
        created_at=row.created_at, started_at=row.started_at, finished_at=row.finished_at,
    )  # fmt: skip
