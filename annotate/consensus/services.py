"""Settling Items: consensus by rule, disputes for the adjudicator, the adjudicator's decision."""

from collections.abc import Sequence
from typing import Literal, cast
from uuid import UUID

import structlog
from django.db import transaction

from accounts import journal
from accounts.scope import Scope
from annotate.annotations import pin
from annotate.campaigns.services import mark_settled
from annotate.consensus.answer_queries import answers_per_concept, current_annotations
from annotate.consensus.decisions import REASON_CODES, Decision, decision_violations, reason_needed
from annotate.consensus.queries import answered_by, contradictions, held_for_the_desk, items_to_settle
from annotate.consensus.rules import Given, Outcome, Rule, Settled, consensus
from annotate.errors import AnswerInvalid, OwnAnswerInvolved, StateChanged, UnknownHere
from annotate.geometry import medoid
from annotate.gold.queries import current_gold
from annotate.gold.services import NewGold, lock_gold, write_gold
from annotate.jobs.services import enqueue
from annotate.models import CarriedGold, Dispute, GoldLabel, Item, Job, Lease, Rereview
from core import clock
from core.errors import Violation
from taxonomy.queries import tree_of
from taxonomy.tree import TaxonomyTree

log = structlog.get_logger(__name__)

CONTRADICTION_WEIGHT = 10.0
SETTLE = "consensus.settle"
ESCALATION_WEIGHT = 1000.0  # somebody asked for the expert by name: before all disagreements


def enqueue_settling() -> Job:
    """The job that settles what is due; an open one is returned instead of a second."""
    with transaction.atomic():
        return enqueue(SETTLE, {}, project=None, unique_key=SETTLE)


def settle_due(limit: int = 2000) -> dict[str, int]:
    """Settle complete Items and bring escalations to the desk; one transaction per Item. Safe to run twice.

    An Item that cannot be settled is logged, counted and left for the next run; it keeps no other one waiting.
    """
    counts = {"settled": 0, "disputed": 0, "unchanged": 0, "failed": 0}
    for item in items_to_settle(limit):
        try:
            with transaction.atomic():
                counts[_settle(item)] += 1
        except Exception:
            log.exception("item_not_settled", item=str(item))
            counts["failed"] += 1
    return counts


def _settle(item_id: UUID) -> Literal["settled", "disputed", "unchanged"]:
    """Under the Item's lock everything is looked at again: it may have been reopened, withdrawn or settled since."""
    pin.hold_shared(Item.objects.unscoped().values_list("campaign_id", flat=True).get(id=item_id))
    item = Item.objects.unscoped().select_for_update(of=("self",)).select_related("campaign").get(id=item_id)
    escalated = item.leases.filter(state=Lease.State.ESCALATED)
    if item.settled_at is not None or item.disputes.filter(state=Dispute.State.OPEN).exists():
        return "unchanged"
    if item.rereviews.filter(state=Rereview.State.OPEN).exists():
        return "unchanged"  # people are asked about it; what they say comes first
    if item.state != Item.State.COMPLETE and not (item.state == Item.State.OPEN and escalated.exists()):
        return "unchanged"
    lock_gold(item, item.campaign.version_id)
    outcome = _outcome(item, tree_of(item.campaign.version_id))
    if escalated.exists():
        words = "\n".join(escalated.order_by("ended_at").values_list("note", flat=True))
        _dispute(item, Dispute.Kind.ESCALATION, item.campaign.defects, ESCALATION_WEIGHT + outcome.weight, words)
        return "disputed"
    against = contradictions(item, outcome)
    concepts = [concept for concept in item.campaign.defects if concept in {*outcome.disputed, *against}]
    if concepts:
        kind = Dispute.Kind.DISAGREEMENT if outcome.disputed else Dispute.Kind.CONTRADICTION
        words = "Another campaign settled it otherwise." if against else ""
        _dispute(item, kind, concepts, outcome.weight + CONTRADICTION_WEIGHT * bool(against), words)
        return "disputed"
    labels = [_label(settled) for settled in outcome.settled.values()]
    written = write_gold(item, item.campaign.version_id, labels, provenance=GoldLabel.Provenance.CONSENSUS)
    mark_settled(item)
    journal.record(
        journal.project_scope(item.project_id), "item.settled", actor=None, subject=item.id,
        payload={"campaign": str(item.campaign_id), "labels": written},
    )  # fmt: skip
    return "settled"


def settle_reviewed(item_id: UUID, run: UUID) -> None:
    """Gold that a move held back, once all questions on the Item are answered: the rule decides, or a dispute opens.

    Expects the Item's lock and the Campaign's pin held. An Item that was never settled waits for the minute job.
    """
    item = Item.objects.unscoped().select_related("campaign").get(id=item_id)
    held = CarriedGold.objects.unscoped().filter(
        run_id=run, image_id=item.image_id, outcome="queued", standing=False, provenance="consensus"
    )
    rows = list(held.values_list("concept", "candidates"))
    waiting = {concept for _, candidates in rows for concept, _ in candidates} | {concept for concept, _ in rows}
    concepts = [concept for concept in item.campaign.defects if concept in waiting]
    if not concepts or item.settled_at is None:
        return
    lock_gold(item, item.campaign.version_id)
    outcome = _outcome(item, tree_of(item.campaign.version_id))
    disputed = [concept for concept in concepts if concept in outcome.disputed]
    labels = [_label(outcome.settled[concept]) for concept in concepts if concept in outcome.settled]
    written = write_gold(item, item.campaign.version_id, labels, provenance=GoldLabel.Provenance.CONSENSUS)
    if disputed and not item.disputes.filter(state=Dispute.State.OPEN).exists():
        _dispute(item, Dispute.Kind.DISAGREEMENT, disputed, outcome.weight, "Open after a re-review.")
    journal.record(
        journal.project_scope(item.project_id), "item.reviewed_again", actor=None, subject=item.id,
        payload={"labels": written, "disputed": disputed},
    )  # fmt: skip


def bring_held_back_to_desk(run: UUID) -> int:
    """Gold that a move held back and that no answer of a reviewer can settle: the expert is asked again.

    An expert's word is never replaced by a rule, and imported gold rests on no Finding. One dispute an Item; safe to
    run twice. Answers how many were opened. Locks: the Campaign's pin, then each Item.
    """
    opened = 0
    for item_id, concepts in held_for_the_desk(run):
        with transaction.atomic():
            pin.hold_shared(Item.objects.unscoped().values_list("campaign_id", flat=True).get(id=item_id))
            rows = Item.objects.unscoped().select_for_update(of=("self",)).select_related("campaign")
            item = rows.get(id=item_id)
            asked = [concept for concept in item.campaign.defects if concept in concepts]
            known = item.disputes.filter(state=Dispute.State.OPEN).exists()
            settled = {row.concept for row in current_gold(item.project_id, [item.image_id], item.campaign.version_id)}
            if not asked or known or set(asked) <= settled or item.state == Item.State.WITHDRAWN:
                continue
            words = "Settled before the definition changed; the expert is asked again."
            _dispute(item, Dispute.Kind.ESCALATION, asked, ESCALATION_WEIGHT, words)
            opened += 1
    return opened


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
    raters, AnswerInvalid with everything that is missing or wrong. Locks: Item, then its gold.
    """
    with transaction.atomic():
        rows = Item.objects.scoped(scope).exclude(state=Item.State.WITHDRAWN)
        for campaign in rows.filter(id=item_id).values_list("campaign_id", flat=True):
            pin.hold_shared(campaign)
        item = rows.select_for_update(of=("self",)).select_related("campaign").filter(id=item_id).first()
        if item is None:
            raise UnknownHere
        dispute = item.disputes.filter(state=Dispute.State.OPEN).first()
        if dispute is None:
            raise StateChanged("Nothing is open on this Item any more.")
        if answered_by(scope, item):
            raise OwnAnswerInvolved
        lock_gold(item, item.campaign.version_id)
        decided, ruled = _decided(item, dispute, decisions, rest_absent=rest_absent, reason_code=reason_code)
        write_gold(
            item, item.campaign.version_id, decided, provenance=GoldLabel.Provenance.ADJUDICATION,
            decided_by=scope.actor, reason_code=reason_code, reason=reason,
        )  # fmt: skip
        write_gold(item, item.campaign.version_id, ruled, provenance=GoldLabel.Provenance.CONSENSUS)
        dispute.state, dispute.settled_at, dispute.settled_by_id = Dispute.State.SETTLED, clock.now(), scope.actor
        dispute.save(update_fields=["state", "settled_at", "settled_by"])
        mark_settled(item)
        journal.record(
            journal.project_scope(scope.project), "item.adjudicated", actor=scope.actor, subject=item.id,
            payload={"concepts": [one.concept for one in decisions], "reason_code": reason_code},
        )  # fmt: skip


def _decided(
    item: Item, dispute: Dispute, decisions: Sequence[Decision], *, rest_absent: bool, reason_code: str
) -> tuple[list[NewGold], list[NewGold]]:
    """One label per asked concept: by hand (the rest absent where the expert said so), and by the rule."""
    tree = tree_of(item.campaign.version_id)
    violations = decision_violations(decisions, item.campaign.defects, tree)
    if not reason_code and reason_needed(dispute.kind, item.campaign.consensus_rule):
        message = f"Say why people differed: one of {', '.join(REASON_CODES)}."
        violations.append(Violation(pointer="/reason_code", code="reason-needed", message=message))
    answers = answers_per_concept(current_annotations([item.id])[item.id], item.campaign.defects, tree)
    outcome = consensus(answers, cast(Rule, item.campaign.consensus_rule), tree)
    open_still = {*dispute.concepts, *outcome.disputed, *contradictions(item, outcome)}
    by_hand = {decision.concept: decision for decision in decisions}
    decided, ruled = list[NewGold](), list[NewGold]()
    for concept in item.campaign.defects:
        if concept in by_hand:
            decided.append(_decision_label(by_hand[concept], answers[concept]))
        elif concept not in open_still:
            ruled.append(_label(outcome.settled[concept]))
        elif rest_absent:
            decided.append(_decision_label(Decision(concept=concept, value="absent"), answers[concept]))
        else:
            message = f"{tree.defect(concept).name} is disputed: say present, absent or not assessed."
            violations.append(Violation(pointer="/decisions", code="undecided", message=message))
    if violations:
        raise AnswerInvalid(violations=violations)
    return decided, ruled


def _decision_label(decision: Decision, given: Sequence[Given]) -> NewGold:
    """Without a region of their own the adjudicator takes the most central one that was drawn."""
    present = decision.value == "present"
    regions = tuple(region for one in given for region in one.regions) if present else ()
    drawn = regions[medoid(regions)] if regions else None
    return NewGold(
        concept=decision.concept, value=decision.value, level=decision.level if present else None,
        region=(decision.region or drawn) if present else None, regions=regions,
        annotations=tuple(one.annotation for one in given if one.presence != "not_assessed"), rule="adjudication",
    )  # fmt: skip
