"""Settling Items: consensus by rule, disputes for the adjudicator, the adjudicator's decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.db import transaction

from accounts import journal
from accounts.scope import Scope
from annotate.campaigns.services import mark_settled
from annotate.consensus.answers import answers_per_concept, current_annotations
from annotate.consensus.queries import items_to_settle
from annotate.consensus.rules import Outcome, Presence, Rule, Settled, consensus
from annotate.errors import AnswerInvalid, OwnAnswerInvolved, StateChanged, UnknownHere
from annotate.geometry import Region
from annotate.gold.queries import current_gold
from annotate.gold.services import NewGold, write_gold
from annotate.models import Annotation, Dispute, GoldLabel, Item, Lease
from core import clock
from core.errors import Violation
from taxonomy.queries import tree_of
from taxonomy.tree import TaxonomyTree

ESCALATION_WEIGHT = 1000.0  # somebody asked for the expert by name: before all disagreements
REASON_CODES = ("rule_unclear", "oversight", "borderline", "taxonomy_gap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The adjudicator's word on one concept."""

    concept: str
    value: Presence
    level: str | None = None
    region: Region | None = None


def settle_due(limit: int = 2000) -> dict[str, int]:
    """Settle complete Items and bring escalations to the desk; one transaction per Item. Safe to run twice."""
    counts = {"settled": 0, "disputed": 0}
    for item in items_to_settle(limit):
        with transaction.atomic():
            counts[_settle(item)] += 1
    return counts


def _settle(item_id: UUID) -> str:
    item = Item.objects.unscoped().select_for_update(of=("self",)).select_related("campaign").get(id=item_id)
    if item.settled_at is not None or item.disputes.filter(state=Dispute.State.OPEN).exists():
        return "settled" if item.settled_at else "disputed"
    tree = tree_of(item.campaign.version_id)
    escalated = item.leases.filter(state=Lease.State.ESCALATED)
    outcome = _outcome(item, tree)
    notes = [note for note in escalated.values_list("note", flat=True) if note]
    if notes:
        _dispute(
            item, Dispute.Kind.ESCALATION, item.campaign.defects, ESCALATION_WEIGHT + outcome.weight, "\n".join(notes)
        )
        return "disputed"
    if outcome.disputed:
        _dispute(item, Dispute.Kind.DISAGREEMENT, outcome.disputed, outcome.weight, "")
        return "disputed"
    against = _contradictions(item, outcome)
    if against:
        _dispute(
            item, Dispute.Kind.CONTRADICTION, against, 10.0 + outcome.weight, "Another campaign settled it otherwise."
        )
        return "disputed"
    labels = [_label(settled) for settled in outcome.settled.values()]
    write_gold(item, item.campaign.version_id, labels, provenance=GoldLabel.Provenance.CONSENSUS)
    mark_settled(item)
    return "settled"


def _outcome(item: Item, tree: TaxonomyTree) -> Outcome:
    annotations = current_annotations([item.id])[item.id]
    answers = answers_per_concept(annotations, item.campaign.defects, tree)
    return consensus(answers, cast(Rule, item.campaign.consensus_rule), tree)


def _label(settled: Settled) -> NewGold:
    return NewGold(
        concept=settled.concept, value=settled.value, level=settled.level, region=settled.region,
        regions=settled.regions, annotations=settled.annotations, rule=settled.rule,
    )  # fmt: skip


def _dispute(item: Item, kind: Dispute.Kind, concepts: Sequence[str], weight: float, note: str) -> None:
    Dispute.objects.create(
        project_id=item.project_id, item=item, campaign=item.campaign, kind=kind, concepts=list(concepts),
        weight=weight, note=note,
    )  # fmt: skip


def _contradictions(item: Item, outcome: Outcome) -> list[str]:
    """Concepts that another campaign settled otherwise under the same Version (present against absent)."""
    known = {
        row.concept: row
        for row in current_gold(item.project_id, [item.image_id], item.campaign.version_id)
        if row.campaign != item.campaign_id and row.value != "not_assessed"
    }
    return [
        concept
        for concept, settled in outcome.settled.items()
        if concept in known and settled.value not in {"not_assessed", known[concept].value}
    ]


def adjudicate(
    scope: Scope,
    item_id: UUID,
    decisions: Sequence[Decision],
    *,
    rest_absent: bool,
    reason_code: str,
    reason: str,
) -> None:
    """Settle an Item by the expert's word. Undisputed concepts keep what the rule says of them.

    Raises UnknownHere, StateChanged when somebody else settled it first, OwnAnswerInvolved for one of its
    raters, AnswerInvalid with everything that is missing or wrong. Locks: Item.
    """
    with transaction.atomic():
        rows = Item.objects.scoped(scope).select_for_update(of=("self",)).select_related("campaign")
        item = rows.filter(id=item_id).first()
        if item is None:
            raise UnknownHere
        dispute = item.disputes.filter(state=Dispute.State.OPEN).first()
        if dispute is None:
            raise StateChanged("Nothing is open on this Item any more.")
        if Annotation.objects.scoped(scope).filter(item=item, reviewer__user_id=scope.actor).exists():
            raise OwnAnswerInvolved
        tree = tree_of(item.campaign.version_id)
        labels = _decided(item, dispute, decisions, tree, rest_absent=rest_absent)
        write_gold(
            item, item.campaign.version_id, labels, provenance=GoldLabel.Provenance.ADJUDICATION,
            decided_by=scope.actor, reason_code=reason_code, reason=reason,
        )  # fmt: skip
        dispute.state, dispute.settled_at, dispute.settled_by_id = Dispute.State.SETTLED, clock.now(), scope.actor
        dispute.save(update_fields=["state", "settled_at", "settled_by"])
        mark_settled(item)
        journal.record(
            journal.project_scope(scope.project), "item.adjudicated", actor=scope.actor, subject=item.id,
            payload={"concepts": [one.concept for one in decisions], "reason_code": reason_code},
        )  # fmt: skip


def _decided(
    item: Item, dispute: Dispute, decisions: Sequence[Decision], tree: TaxonomyTree, *, rest_absent: bool
) -> list[NewGold]:
    """One label per asked concept: decided, settled by the rule, or (an escalation) absent as the expert said."""
    violations = _decision_violations(item, decisions, tree)
    annotations = current_annotations([item.id])[item.id]
    answers = answers_per_concept(annotations, item.campaign.defects, tree)
    ruled = consensus(answers, cast(Rule, item.campaign.consensus_rule), tree)
    by_hand = {decision.concept: decision for decision in decisions}
    labels, missing = [], []
    for concept in item.campaign.defects:
        given = answers[concept]
        if concept in by_hand:
            labels.append(_decision_label(by_hand[concept], [one.annotation for one in given], given))
        elif concept in ruled.settled and concept not in dispute.concepts:
            labels.append(_label(ruled.settled[concept]))
        elif rest_absent:
            absent = Decision(concept=concept, value="absent")
            labels.append(_decision_label(absent, [one.annotation for one in given], given))
        else:
            missing.append(concept)
    for concept in missing:
        message = f"{tree.defect(concept).name} is disputed: say present, absent or not assessed."
        violations.append(Violation(pointer="/decisions", code="undecided", message=message))
    if violations:
        raise AnswerInvalid(violations=violations)
    return labels


def _decision_label(decision: Decision, annotations: list[UUID], given: Sequence[object]) -> NewGold:
    regions = tuple(region for one in given for region in getattr(one, "regions", ()))
    return NewGold(
        concept=decision.concept, value=decision.value, level=decision.level, region=decision.region,
        regions=regions, annotations=tuple(annotations), rule="adjudication",
    )  # fmt: skip


def _decision_violations(item: Item, decisions: Sequence[Decision], tree: TaxonomyTree) -> list[Violation]:
    found: list[Violation] = []
    for index, decision in enumerate(decisions):
        at = f"/decisions/{index}"
        if decision.concept not in item.campaign.defects:
            found.append(Violation(pointer=f"{at}/concept", code="not-asked", message="Not asked in this campaign."))
            continue
        keys = tree.scale_of(tree.defect(decision.concept)).keys
        if decision.value == "present" and decision.level not in keys:
            message = f"Choose a level: {', '.join(keys)}."
            found.append(Violation(pointer=f"{at}/level", code="level", message=message))
    return found
