"""The board of a taxonomy: change requests with votes and comments, and the remarks on a concept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from accounts.models import User
from taxonomy.models import ChangeRequest, ChangeVote, Comment

MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentView:
    """One remark; a withdrawn one has no text any more."""

    id: UUID
    concept: str
    version: str
    by: str
    is_mine: bool
    text: str
    created_at: datetime
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestView:
    """One change request as the board shows it. `mine` is the reader's own vote: 1, -1 or 0."""

    id: UUID
    concept: str
    kind: str
    title: str
    text: str
    state: str
    version: str
    evidence: dict[str, Any]
    opened_by: str
    opened_at: datetime
    closed_by: str | None
    closed_at: datetime | None
    closing_word: str
    done_in: str
    votes_for: int
    votes_against: int
    mine: int
    comments: tuple[CommentView, ...]


def requests_of(slug: str, user: User, *, concept: str = "") -> tuple[RequestView, ...]:
    """The newest 500 change requests of a taxonomy, of one concept where it is named."""
    rows = ChangeRequest.objects.filter(taxonomy__slug=slug).select_related("opened_by", "closed_by")
    rows = rows.filter(concept=concept) if concept else rows
    counted = rows.annotate(
        plus=Count("votes", filter=Q(votes__value=1)), minus=Count("votes", filter=Q(votes__value=-1))
    )
    found = list(counted.order_by("-opened_at")[:MOST])
    ids = [row.id for row in found]
    mine = dict(ChangeVote.objects.filter(request_id__in=ids, by=user).values_list("request_id", "value"))
    said: dict[UUID, list[CommentView]] = {}
    for row in Comment.objects.filter(request_id__in=ids).select_related("by").order_by("created_at"):
        if row.request_id is not None:
            said.setdefault(row.request_id, []).append(_comment(row, user))
    return tuple(
        RequestView(
            id=row.id, concept=row.concept, kind=row.kind, title=row.title, text=row.text, state=row.state,
            version=row.version, evidence=row.evidence, opened_by=row.opened_by.name, opened_at=row.opened_at,
            closed_by=row.closed_by.name if row.closed_by else None, closed_at=row.closed_at,
            closing_word=row.closing_word, done_in=row.done_in, votes_for=row.plus, votes_against=row.minus,
            mine=mine.get(row.id, 0), comments=tuple(said.get(row.id, ())),
        )
        for row in found
    )  # fmt: skip


def comments_on(slug: str, user: User, concept: str) -> tuple[CommentView, ...]:
    """Remarks on a concept over all versions, oldest first; those under change requests are shown there."""
    rows = Comment.objects.filter(taxonomy__slug=slug, concept=concept, request=None).select_related("by")
    return tuple(_comment(row, user) for row in rows.order_by("created_at")[:MOST])


def _comment(row: Comment, user: User) -> CommentView:
    gone = row.withdrawn_at is not None
    return CommentView(
        id=row.id, concept=row.concept, version=row.version, by=row.by.name, is_mine=row.by_id == user.id,
        text="" if gone else row.text, created_at=row.created_at, withdrawn=gone,
    )  # fmt: skip
