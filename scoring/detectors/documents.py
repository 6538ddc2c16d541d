"""Detectors of a campaign as the API shows them."""

from dataclasses import asdict
from typing import Any

from accounts.scope import Scope
from annotate.gold.queries import GoldCount, gold_counts, gold_progress
from annotate.models import Campaign, Export
from scoring.detectors import queries
from scoring.models import Detector, TrainingRun
from taxonomy.queries import tree_of

POSITIVES_NEEDED = 8  # of detectors.training.MIN_CLASS, which a web process does not import; a test compares them
FIGURES = (
    "method",
    "threshold",
    "cross_validated",
    "audit",
    "human_ceiling",
    "generator_baseline",
    "comparison",
    "aside",
)
RUN_COUNTS = ("records", "without_embedding", "trained", "too_few", "failed")


def campaign_document(scope: Scope, campaign: Campaign) -> dict[str, Any]:
    """The loop up to the predictions: gold, exports, the last run, a line for each defect, and the jobs."""
    counts = gold_counts(scope, campaign)
    champions = queries.champions_for(scope, campaign)
    newest = queries.newest_detectors(scope, campaign.id)
    tree = tree_of(campaign.version_id)
    runs = queries.runs_of(scope, campaign.id, 1)
    return {
        "campaign": campaign.id,
        "name": campaign.name,
        "gold": asdict(gold_progress(campaign.id)),
        "exports": [_export(row) for row in queries.exports_of(scope, campaign.id)],
        "run": _run(runs[0]) if runs else None,
        "detectors": [
            {
                "defect": concept, "code": tree.defect(concept).code, "name": tree.defect(concept).name,
                **_gold(counts.get(concept)), "positives_needed": POSITIVES_NEEDED,
                "champion": detector_document(champions.get(concept)),
                "newest": detector_document(newest.get(concept)),
            }
            for concept in campaign.defects
        ],
        "predictions": asdict(queries.prediction_counts(scope, campaign)),
        "jobs": queries.scoring_jobs(scope, campaign.id),
    }  # fmt: skip


def detector_document(row: Detector | None) -> dict[str, Any] | None:
    """The row with its figures; None for no detector."""
    if row is None:
        return None
    return {
        "id": row.id, "run": row.run_id, "state": row.state, "reason": row.reason, "positives": row.positives,
        "negatives": row.negatives, "champion": row.champion, "created_at": row.created_at,
        **{name: row.figures.get(name) for name in FIGURES},
    }  # fmt: skip


def _gold(count: GoldCount | None) -> dict[str, int]:
    names = ("present", "absent", "not_assessed")
    return {f"gold_{name}": getattr(count, name) if count else 0 for name in names}


def _export(row: Export) -> dict[str, Any]:
    images = row.manifest["counts"]["images"] if row.manifest else None
    return {
        "id": row.id, "state": row.state, "reason": row.reason, "images": images, "created_at": row.created_at,
    }  # fmt: skip


def _run(row: TrainingRun) -> dict[str, Any]:
    summary = row.summary or {}
    return {
        "id": row.id, "export": row.export_id, "state": row.state, "reason": row.reason,
        "created_at": row.created_at, "finished_at": row.finished_at,
        **{name: summary.get(name) for name in RUN_COUNTS},
    }  # fmt: skip
