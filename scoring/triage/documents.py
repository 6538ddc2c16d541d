"""Rankings as the API shows them."""

from dataclasses import asdict
from typing import Any

from accounts.scope import Scope
from annotate.models import Campaign
from scoring.models import Ranking
from scoring.triage import queries
from scoring.triage.sentences import sentences
from taxonomy.queries import tree_of

COUNTS = ("items", "predicted", "detectors", "outlying", "written")


def ranking_document(row: Ranking) -> dict[str, Any]:
    """One ranking without its Items."""
    summary = row.summary or {}
    return {
        "id": row.id, "strategy": row.strategy, "random_share": row.parameters.get("random_share", 0.0),
        "seed": row.seed, "state": row.state, "reason": row.reason,
        "created_by": row.created_by.name if row.created_by else None, "created_at": row.created_at,
        "finished_at": row.finished_at, **{name: summary.get(name) for name in COUNTS},
    }  # fmt: skip


def latest_document(scope: Scope, campaign: Campaign, limit: int) -> dict[str, Any]:
    """The last ranking that was written: its first Items with reasons, and those that stood first before."""
    row = queries.latest_ranking(scope, campaign.id)
    counts = queries.count_items(scope, campaign.id)
    after, before = queries.first_places(row.id, limit) if row else ((), ())
    tree = tree_of(campaign.version_id)
    names = {concept: tree.defect(concept).name for concept in campaign.defects}
    return {
        "ranking": ranking_document(row) if row else None,
        "after": [_place(one, names) for one in after],
        "before": [_place(one, names) for one in before],
        "open_priority": counts["priority"],
        "open_audit": counts["audit"],
    }


def _place(one: queries.Place, names: dict[str, str]) -> dict[str, Any]:
    return asdict(one) | {"reasons": sentences(one.reasons, names)}
