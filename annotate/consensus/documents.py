"""The adjudicator's desk as JSON documents. Nothing here carries a score, a priority or a generation record."""

from typing import Any

from annotate.answer import region_document
from annotate.campaigns.workspace import defect_document, scale_document
from annotate.consensus.answer_queries import GivenAnnotation
from annotate.consensus.decisions import REASON_CODES, reason_needed
from annotate.consensus.queries import DeskItem, DeskRow
from annotate.consensus.rules import Given
from annotate.gold.queries import GoldRow
from taxonomy.queries import tree_of
from taxonomy.tree import TaxonomyTree

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def desk_row_document(row: DeskRow, tree: TaxonomyTree) -> dict[str, Any]:
    """One line of the desk."""
    return {
        "item": str(row.item),
        "kind": row.kind,
        "concepts": [{"id": concept, "name": tree.defect(concept).name} for concept in row.concepts],
        "weight": row.weight,
        "note": row.note,
        "created_at": row.created_at.isoformat(),
        "thumbnail_url": f"/api/v1/items/{row.item}/thumbnail",
    }


def desk_item_document(found: DeskItem) -> dict[str, Any]:
    """One Item with everybody's marks as layers A, B, C (in the order of answering), and what is disputed."""
    item, campaign = found.item, found.item.campaign
    tree = tree_of(campaign.version_id)
    letters = {one.row.id: LETTERS[place % 26] for place, one in enumerate(found.annotations)}
    used = {tree.defect(concept).scale for concept in campaign.defects}
    return {
        "id": str(item.id),
        "state": "open" if found.is_open else "settled" if item.settled_at else "unsettled",
        "campaign": {
            "id": str(campaign.id), "name": campaign.name, "consensus_rule": campaign.consensus_rule,
            "region_policy": campaign.region_policy,
        },
        "image": _image(found),
        "prompt": item.image.prompt or None,
        "negative_prompt": item.image.negative_prompt or None,
        "brief": item.image.brief or campaign.context.get("brief") or None,
        "answered_by_me": found.mine,
        "dispute": _dispute(found),
        "escalations": [{"pseudonym": name, "note": note} for name, note in found.words],
        "reason_codes": list(REASON_CODES),
        "scales": [scale_document(scale) for scale in tree.scales if scale.id in used],
        "layers": [_layer(one, letters) for one in found.annotations],
        "concepts": [_concept(concept, found, tree, letters) for concept in campaign.defects],
    }  # fmt: skip


def _image(found: DeskItem) -> dict[str, Any]:
    image, base = found.item.image, f"/api/v1/items/{found.item.id}"
    return {
        "id": str(image.id),
        "width": image.blob.width,
        "height": image.blob.height,
        "animated": image.blob.frames > 1,
        "url": f"{base}/image",
        "thumbnail_url": f"{base}/thumbnail",
        "reference_url": f"{base}/reference" if image.reference_id else None,
    }


def _dispute(found: DeskItem) -> dict[str, Any] | None:
    dispute = found.dispute
    if dispute is None:
        return None
    return {
        "id": str(dispute.id),
        "kind": dispute.kind,
        "state": dispute.state,
        "weight": dispute.weight,
        "note": dispute.note,
        "created_at": dispute.created_at.isoformat(),
        "reason_needed": reason_needed(dispute.kind, found.item.campaign.consensus_rule),
    }


def _layer(one: GivenAnnotation, letters: dict[Any, str]) -> dict[str, Any]:
    return {
        "letter": letters[one.row.id],
        "pseudonym": one.pseudonym,
        "annotation": str(one.row.id),
        "outcome": one.row.outcome,
        "verdict": one.row.verdict_given or one.row.verdict,
        "note": one.row.note,
        "findings": [
            {
                "defect": finding.defect, "level": finding.level, "region": finding.region,
                "confidence": finding.confidence, "note": finding.note, "derived": finding.derived,
            }
            for finding in one.findings
        ],
    }  # fmt: skip


def _concept(concept: str, found: DeskItem, tree: TaxonomyTree, letters: dict[Any, str]) -> dict[str, Any]:
    ruled = found.outcome.settled.get(concept)
    return {
        "id": concept,
        "to_decide": concept in found.to_decide,
        "defect": defect_document(tree, tree.defect(concept)),
        "given": [_given(one, letters) for one in found.answers[concept]],
        "ruled": (
            {"value": ruled.value, "level": ruled.level, "region": region_document(ruled.region), "rule": ruled.rule}
            if ruled and concept not in found.to_decide
            else None
        ),
        "gold": gold_document(found.gold[concept]) if concept in found.gold else None,
    }


def _given(one: Given, letters: dict[Any, str]) -> dict[str, Any]:
    return {"letter": letters[one.annotation], "presence": one.presence, "level": one.level}


def gold_document(row: GoldRow) -> dict[str, Any]:
    """A current gold label with what it rests on."""
    return {
        "value": row.value,
        "level": row.level or None,
        "region": row.region,
        "provenance": row.provenance,
        "rule": row.rule,
        "reason_code": row.reason_code or None,
        "reason": row.reason,
        "decided_at": row.decided_at.isoformat(),
        "revision": row.revision,
        "annotations": len(row.annotations),
    }
