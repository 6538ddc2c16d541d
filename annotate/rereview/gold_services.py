"""Gold that a migration held back: settled by the consensus rule once its findings are answered, or by the expert."""

from typing import cast
from uuid import UUID

from accounts.scope import Scope
from annotate.consensus.answer_queries import answers_per_concept, current_annotations
from annotate.consensus.rules import Rule, Settled, consensus
from annotate.geometry import Region, parse_region
from annotate.gold.services import NewGold, lock_gold, write_gold
from annotate.models import CarriedGold, Dispute, GoldLabel, Item, Rereview
from annotate.rereview.questions import Reply
from taxonomy.queries import tree_of

RULE = "re-review"


def settle_held_back(row: Rereview) -> None:
    """After an answer: when nothing of the Item is open any more, the rule decides what was held back.

    What an expert settled, or what rests on no Finding, waits for the desk. Expects the Item's lock held.
    """
    if Rereview.objects.unscoped().filter(item_id=row.item_id, run_id=row.run_id, state=Rereview.State.OPEN).exists():
        return
    held = CarriedGold.objects.unscoped().filter(
        run_id=row.run_id, image_id=row.image_id, outcome="queued", standing=False, provenance="consensus"
    )
    concepts = sorted({concept for one in held for concept, _ in one.candidates})
    if concepts:
        item = Item.objects.unscoped().select_related("campaign").get(id=row.item_id)
        _apply_rule(item, concepts)


def _apply_rule(item: Item, concepts: list[str]) -> None:
    tree = tree_of(item.campaign.version_id)
    lock_gold(item, item.campaign.version_id)
    answers = answers_per_concept(current_annotations([item.id])[item.id], concepts, tree)
    outcome = consensus(answers, cast(Rule, item.campaign.consensus_rule), tree)
    labels = [_label(one) for one in outcome.settled.values()]
    write_gold(item, item.campaign.version_id, labels, provenance=GoldLabel.Provenance.CONSENSUS)
    if outcome.disputed and not item.disputes.filter(state=Dispute.State.OPEN).exists():
        Dispute.objects.create(
            project_id=item.project_id, item=item, campaign=item.campaign, kind=Dispute.Kind.DISAGREEMENT,
            concepts=list(outcome.disputed), weight=outcome.weight, note="Open after the re-review of a new version.",
        )  # fmt: skip


def _label(settled: Settled) -> NewGold:
    return NewGold(
        concept=settled.concept, value=settled.value, level=settled.level, region=settled.region,
        regions=settled.regions, annotations=settled.annotations, rule=f"{RULE}: {settled.rule}",
    )  # fmt: skip


def settle_gold(scope: Scope, row: Rereview, reply: Reply) -> None:
    """The expert's word on a gold label that was held back. Expects the Item's lock held."""
    item = Item.objects.unscoped().select_related("campaign").get(id=row.item_id)
    version = row.run.to_version_id
    lock_gold(item, version)
    before = cast(GoldLabel, row.gold)
    drawn = parse_region(before.region)[0] if before.region else None
    concepts = list(dict.fromkeys(concept for concept, _ in row.candidates))
    labels = [
        _word(concept, reply, reply.region or drawn, tuple(before.annotations))
        for concept in concepts
        if reply.decision == "none" or concept == reply.concept
    ]
    write_gold(
        item, version, labels, provenance=GoldLabel.Provenance.ADJUDICATION, decided_by=scope.actor,
        reason_code=before.reason_code, reason=reply.note or before.reason,
    )  # fmt: skip


def _word(concept: str, reply: Reply, region: Region | None, annotations: tuple[UUID, ...]) -> NewGold:
    present = reply.decision == "chosen"
    return NewGold(
        concept=concept, value="present" if present else "absent", level=reply.level if present else None,
        region=region if present else None, regions=(region,) if present and region else (), annotations=annotations,
        rule=RULE,
    )  # fmt: skip
