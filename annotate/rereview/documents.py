"""Questions as JSON documents. Nothing here carries a score, a generator's name or another person's answer."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from annotate.campaigns.workspace import defect_document, scale_document
from annotate.models import Campaign, RereviewLease
from annotate.rereview import queries
from annotate.rereview.questions import Question
from taxonomy.presentation import reference
from taxonomy.queries import tree_of
from taxonomy.tree import Defect, TaxonomyTree

WORDED = ("definition", "annotate_when", "do_not_annotate_when")


def question_document(lease: RereviewLease) -> dict[str, Any]:
    """One leased question: the picture, the old answer, what the definition says otherwise, the candidates."""
    row = lease.rereview
    run, campaign, image = row.run, row.campaign, row.image
    before, after = tree_of(run.from_version_id), tree_of(run.to_version_id)
    given = tree_of(row.finding.annotation.version_id) if row.finding else before
    seen, base = queries.carried_of(row), f"/api/v1/rereview-leases/{lease.id}"
    question = Question(
        candidates=[(concept, level) for concept, level in row.candidates], kinds=tuple(row.kinds),
        has_region=seen.region is not None,
    )  # fmt: skip
    scales = {after.defect(concept).scale for concept in question.concepts}
    return {
        "id": str(lease.id),
        "question": str(row.id),
        "expires_at": lease.expires_at.isoformat(),
        "image": {
            "width": image.blob.width,
            "height": image.blob.height,
            "url": f"{base}/image",
            "thumbnail_url": f"{base}/thumbnail",
        },
        "prompt": image.prompt or None,
        "brief": image.brief or campaign.context.get("brief") or None,
        "about": "finding" if row.finding_id else "gold",
        "mine": row.finder_id == lease.reviewer_id,
        "kinds": list(row.kinds),
        "asks": {
            "concept": question.asks_concept,
            "level": question.asks_level,
            "region": question.asks_region,
            "none": question.may_be_none,
        },
        "bulk": question.may_be_answered_in_bulk(after) and not row.desk,
        "from_version": before.version,
        "to_version": after.version,
        "was": _old(row.concept, seen, given),
        "changes": [change_document(concept, before, after, row.concept) for concept in question.concepts],
        "candidates": [
            {
                "defect": defect_document(after, after.defect(concept)),
                "levels": [level for level in question.levels(concept) if level is not None],
            }
            for concept in question.concepts
        ],
        "scales": [scale_document(scale) for scale in after.scales if scale.id in scales],
    }


def _old(concept: str, seen: queries.Seen, tree: TaxonomyTree) -> dict[str, Any]:
    defect = tree.defect(concept) if tree.has_defect(concept) else None
    level = None
    if defect and seen.level and tree.has_level(concept, seen.level):
        level = tree.scale_of(defect).level(seen.level).name
    return {"concept": reference(tree, concept), "level": level, "region": seen.region, "note": seen.note}


def change_document(concept: str, before: TaxonomyTree, after: TaxonomyTree, was: str) -> dict[str, Any]:
    """Old and new wording of a candidate; a new concept is compared with what the finding was made as."""
    new = after.defect(concept)
    known = concept if before.has_defect(concept) else was
    old = before.defect(known) if before.has_defect(known) else None
    return {
        "concept": concept,
        "compared_with": old.code if old else None,
        "fields": [
            {"field": name, "before": _text(old, name) if old else "", "after": _text(new, name)}
            for name in WORDED
            if not old or _text(old, name) != _text(new, name)
        ],
    }


def _text(defect: Defect, name: str) -> str:
    if name == "definition":
        return defect.definition
    if name == "annotate_when":
        return "\n".join(defect.annotate_when)
    return "\n".join(one.text for one in defect.do_not_annotate_when)


def overview_document(campaign: Campaign, reviewer: UUID | None) -> dict[str, Any]:
    """How far the re-review of a campaign is; nothing is open where it was never moved."""
    run = queries.layer_of(campaign)
    if run is None:
        counts = {"open": 0, "answered": 0, "desk": 0, "mine": 0}
        return {"from_version": None, "to_version": campaign.version.number, "counts": counts, "concepts": []}
    before, after = tree_of(run.from_version_id), tree_of(run.to_version_id)
    concepts = []
    for one in queries.concepts_of(run.id):
        chosen = [
            {"concept": reference(after, name) if name else None, "answers": number} for name, number in one.chosen
        ]
        concepts.append(asdict(one) | {"concept": reference(before, one.concept), "chosen": chosen})
    return {
        "from_version": before.version,
        "to_version": after.version,
        "counts": queries.progress_of(run.id, reviewer),
        "concepts": concepts,
    }
