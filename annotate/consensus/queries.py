"""What is to be settled, and what lies on the adjudicator's desk."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from accounts.models import User
from accounts.scope import Scope
from annotate.consensus.answers import GivenAnnotation, current_annotations
from annotate.errors import UnknownHere
from annotate.models import Dispute, Item
from core.api.pagination import Page, decode_cursor, encode_cursor

DUE = """
SELECT i.id FROM annotate_item i
WHERE i.settled_at IS NULL AND i.state <> 'withdrawn' AND i.stream <> 'test'
  AND (i.state = 'complete' OR EXISTS (
      SELECT 1 FROM annotate_lease l WHERE l.item_id = i.id AND l.state = 'escalated'))
  AND NOT EXISTS (SELECT 1 FROM annotate_dispute d WHERE d.item_id = i.id AND d.state = 'open')
ORDER BY i.completed_at NULLS FIRST LIMIT %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """One open dispute in the list of the desk."""

    item: UUID
    dispute: UUID
    campaign: UUID
    campaign_name: str
    image: UUID
    image_name: str
    kind: str
    concepts: tuple[str, ...]
    weight: float
    note: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskItem:
    """One Item as the adjudicator sees it: the Image, everybody's answers under pseudonyms, what is disputed."""

    item: Item
    dispute: Dispute | None
    annotations: tuple[GivenAnnotation, ...]


def items_to_settle(limit: int) -> list[UUID]:
    """Complete or escalated Items of all projects without gold and without an open dispute."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [limit])
        return [row[0] for row in cursor.fetchall()]


def desk(scope: Scope, campaign: UUID | None, cursor: str, limit: int) -> Page[DeskRow]:
    """Open disputes, the biggest disagreement first. Raises Invalid on a foreign cursor."""
    rows = Dispute.objects.scoped(scope).filter(state=Dispute.State.OPEN).select_related("campaign", "item__image")
    if campaign is not None:
        rows = rows.filter(campaign_id=campaign)
    after = decode_cursor(cursor, 2)
    ordered = rows.order_by("-weight", "id")
    if after is not None:
        ordered = ordered.extra(
            where=["(-annotate_dispute.weight, annotate_dispute.id) > (%s, %s::uuid)"], params=after
        )
    found = list(ordered[: limit + 1])
    more = encode_cursor(-found[limit - 1].weight, found[limit - 1].id) if len(found) > limit else None
    return Page(rows=tuple(_desk_row(row) for row in found[:limit]), next=more)


def _desk_row(row: Dispute) -> DeskRow:
    return DeskRow(
        item=row.item_id, dispute=row.id, campaign=row.campaign_id, campaign_name=row.campaign.name,
        image=row.item.image_id, image_name=row.item.image.name, kind=row.kind, concepts=tuple(row.concepts),
        weight=row.weight, note=row.note, created_at=row.created_at,
    )  # fmt: skip


def open_disputes(scope: Scope, campaign: UUID | None) -> int:
    """How many disputes are open."""
    rows = Dispute.objects.scoped(scope).filter(state=Dispute.State.OPEN)
    return rows.filter(campaign_id=campaign).count() if campaign else rows.count()


def project_of_item(item: UUID) -> UUID:
    """The project of an Item, to be entered next. Raises UnknownHere."""
    project = Item.objects.unscoped().filter(id=item).values_list("project_id", flat=True).first()
    if project is None:
        raise UnknownHere
    return project


def desk_item(scope: Scope, item: UUID) -> DeskItem:
    """One Item with all its current Annotations. Raises UnknownHere."""
    rows = Item.objects.scoped(scope).select_related("campaign__version__taxonomy", "image__blob", "image__reference")
    row = rows.filter(id=item).first()
    if row is None:
        raise UnknownHere
    dispute = row.disputes.order_by("state", "-created_at").first()
    return DeskItem(item=row, dispute=dispute, annotations=tuple(current_annotations([item])[item]))


def answered_by(scope: Scope, item: Item, user: User) -> bool:
    """Whether a person answered the Item themselves (and so may not adjudicate it)."""
    return item.annotations.filter(reviewer__user=user, project_id=scope.project).exists()
