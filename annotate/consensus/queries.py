"""What is to be settled, and what lies on the adjudicator's desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from accounts.scope import Scope
from annotate.consensus.answer_queries import GivenAnnotation, answers_per_concept, current_annotations
from annotate.consensus.rules import Given, Outcome, Rule, consensus
from annotate.errors import UnknownHere
from annotate.gold.queries import GoldRow, current_gold
from annotate.models import Dispute, Item, Lease
from core.api.pagination import Page, decode_cursor, encode_cursor
from core.api.refusals import ParameterInvalid
from taxonomy.queries import tree_of

# Escalations stand there before their Item is complete: the expert was asked by name. A self-repeat (round 2) measures
# the Reviewer and makes no gold.
DUE = """
SELECT i.id FROM annotate_item i
WHERE i.settled_at IS NULL AND i.stream <> 'test' AND i.round = 1
  AND (i.state = 'complete' OR i.state = 'open' AND EXISTS (
      SELECT 1 FROM annotate_lease l WHERE l.item_id = i.id AND l.state = 'escalated'))
  AND NOT EXISTS (SELECT 1 FROM annotate_dispute d WHERE d.item_id = i.id AND d.state = 'open')
  AND NOT EXISTS (SELECT 1 FROM annotate_rereview q WHERE q.item_id = i.id AND q.state = 'open')
ORDER BY i.completed_at NULLS FIRST, i.id LIMIT %s
"""


# Gold that waits for an expert: it was an expert's word, or nobody's queued Finding is behind it.
HELD = """
SELECT k.item_id, array_agg(DISTINCT candidate->>0)
FROM annotate_carriedgold k, jsonb_array_elements(k.candidates) AS candidate
WHERE k.run_id = %s AND k.outcome = 'queued' AND NOT k.standing AND k.item_id IS NOT NULL
    AND (k.provenance <> 'consensus' OR NOT EXISTS (
        SELECT 1 FROM annotate_carriedfinding c JOIN annotate_finding f ON f.id = c.finding_id
        WHERE c.run_id = k.run_id AND c.item_id = k.item_id AND c.outcome = 'queued' AND f.defect = k.concept))
GROUP BY k.item_id ORDER BY k.item_id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRow:
    """One open dispute in the list of the desk. No file name: names often tell the generator."""

    item: UUID
    dispute: UUID
    campaign: UUID
    kind: str
    concepts: tuple[str, ...]
    weight: float
    note: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskItem:
    """One Item as the adjudicator sees it: the Image, everybody's answers under pseudonyms, what is disputed.

    `dispute`: the open one, else the last; None where there never was one. `words`: (pseudonym, what they wrote) of
    those who asked for the expert.
    """

    item: Item
    dispute: Dispute | None
    annotations: tuple[GivenAnnotation, ...]
    answers: Mapping[str, list[Given]]
    outcome: Outcome
    gold: Mapping[str, GoldRow]
    against: frozenset[str]
    words: tuple[tuple[str, str], ...]
    mine: bool

    @property
    def is_open(self) -> bool:
        return self.dispute is not None and self.dispute.state == Dispute.State.OPEN

    @property
    def to_decide(self) -> frozenset[str]:
        """What the adjudicator has to say something about: the dispute, and what a later correction opened anew."""
        if self.dispute is None or not self.is_open:
            return frozenset()
        return frozenset({*self.dispute.concepts, *self.outcome.disputed, *self.against})


def items_to_settle(limit: int) -> list[UUID]:
    """Complete or escalated Items of all projects without gold and without an open dispute."""
    with connection.cursor() as cursor:
        cursor.execute(DUE, [limit])
        return [row[0] for row in cursor.fetchall()]


def held_for_the_desk(run: UUID) -> list[tuple[UUID, list[str]]]:
    """(Item, concepts that come into question) of gold that a run held back and only an expert can settle."""
    with connection.cursor() as cursor:
        cursor.execute(HELD, [run])
        return [(row[0], list(row[1])) for row in cursor.fetchall()]


def desk(scope: Scope, campaign: UUID, cursor: str, limit: int) -> Page[DeskRow]:
    """Open disputes, escalations, then the biggest disagreement first. Raises ParameterInvalid on a foreign cursor."""
    rows = _open(scope, campaign)
    after = decode_cursor(cursor, 2)
    ordered = rows.order_by("-weight", "id")
    if after is not None:
        weight, last = _place(after)
        ordered = ordered.filter(weight__lte=weight).exclude(weight=weight, id__lte=last)
    found = list(ordered[: limit + 1])
    more = encode_cursor(found[limit - 1].weight, found[limit - 1].id) if len(found) > limit else None
    return Page(rows=tuple(_desk_row(row) for row in found[:limit]), next=more)


def _place(after: list[object]) -> tuple[float, UUID]:
    try:
        return float(str(after[0])), UUID(str(after[1]))
    except ValueError as error:
        raise ParameterInvalid("The cursor is not one of this list.") from error


def _open(scope: Scope, campaign: UUID) -> QuerySet[Dispute]:
    rows = Dispute.objects.scoped(scope).filter(campaign_id=campaign, state=Dispute.State.OPEN)
    return rows.exclude(item__state=Item.State.WITHDRAWN)


def _desk_row(row: Dispute) -> DeskRow:
    return DeskRow(
        item=row.item_id, dispute=row.id, campaign=row.campaign_id, kind=row.kind, concepts=tuple(row.concepts),
        weight=row.weight, note=row.note, created_at=row.created_at,
    )  # fmt: skip


def open_disputes(scope: Scope, campaign: UUID) -> int:
    """How many disputes are open."""
    return _open(scope, campaign).count()


def settled_by_hand(scope: Scope, campaign: UUID) -> int:
    """How many disputes an adjudicator has settled."""
    return Dispute.objects.scoped(scope).filter(campaign_id=campaign, state=Dispute.State.SETTLED).count()


def project_of_item(item: UUID) -> UUID:
    """The project of an Item, to be entered next. Raises UnknownHere."""
    project = Item.objects.unscoped().filter(id=item).values_list("project_id", flat=True).first()
    if project is None:
        raise UnknownHere
    return project


def desk_item(scope: Scope, item: UUID) -> DeskItem:
    """One Item with all its current Annotations. Raises UnknownHere."""
    rows = Item.objects.scoped(scope).select_related("campaign__version__taxonomy", "image__blob", "image__reference")
    row = rows.filter(id=item).exclude(state=Item.State.WITHDRAWN).first()
    if row is None:
        raise UnknownHere
    campaign, tree = row.campaign, tree_of(row.campaign.version_id)
    annotations = tuple(current_annotations([item])[item])
    answers = answers_per_concept(annotations, campaign.defects, tree)
    gold = current_gold(row.project_id, [row.image_id], campaign.version_id)
    escalated = row.leases.filter(state=Lease.State.ESCALATED).order_by("ended_at")
    outcome = consensus(answers, cast(Rule, campaign.consensus_rule), tree)
    return DeskItem(
        item=row,
        dispute=row.disputes.order_by("state", "-created_at").first(),  # "open" before "settled"
        annotations=annotations,
        answers=answers,
        outcome=outcome,
        against=contradictions(row, outcome),
        gold={one.concept: one for one in gold if one.concept in campaign.defects},
        words=tuple(escalated.values_list("reviewer__pseudonym", "note")),
        mine=answered_by(scope, row),
    )


def answered_by(scope: Scope, item: Item) -> bool:
    """Whether the scope's person answered the Item themselves (and so may not adjudicate it)."""
    return scope.actor is not None and item.annotations.filter(reviewer__user_id=scope.actor).exists()


def contradictions(item: Item, outcome: Outcome) -> frozenset[str]:
    """Concepts that another campaign settled otherwise under the same Version (present against absent)."""
    known = {
        row.concept: row.value
        for row in current_gold(item.project_id, [item.image_id], item.campaign.version_id)
        if row.campaign != item.campaign_id and row.value != "not_assessed"
    }
    return frozenset(
        concept
        for concept, settled in outcome.settled.items()
        if concept in known and settled.value not in {"not_assessed", known[concept]}
    )
