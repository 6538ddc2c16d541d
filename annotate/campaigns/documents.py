"""Campaigns as JSON documents."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from annotate.campaigns import queries
from annotate.campaigns.plan import Forecast
from annotate.models import Campaign
from core.errors import Violation
from taxonomy.queries import tree_of


def campaign_document(row: Campaign, progress: queries.Progress) -> dict[str, Any]:
    """One campaign with its policy, the defects by name, and its counts."""
    tree = tree_of(row.version_id)
    version = row.version
    return {
        "id": str(row.id),
        "name": row.name,
        "instructions": row.instructions,
        "kind": row.kind,
        "state": row.state,
        "version": {
            "id": str(version.id),
            "taxonomy": version.taxonomy.slug,
            "title": version.taxonomy.title,
            "version": version.number,
        },
        "defects": [
            {"id": concept, "code": tree.defect(concept).code, "name": tree.defect(concept).name}
            for concept in row.defects
        ],
        "annotations_per_item": row.annotations_per_item,
        "audit_share": row.audit_share,
        "seed": row.seed,
        "region_policy": row.region_policy,
        "asks_verdict": row.asks_verdict,
        "one_stroke_keys": row.one_stroke_keys,
        "rates": queries.rates(row),
        "lease_seconds": row.lease_seconds,
        "consensus_rule": row.consensus_rule,
        "context": row.context,
        "image_choice": row.image_choice,
        "created_at": row.created_at.isoformat(),
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
        "progress": asdict(progress),
    }


def forecast_document(forecast: Forecast, problems: Sequence[Violation]) -> dict[str, Any]:
    """The forecast; `problems` would refuse the opening, `warnings` would not."""
    document = asdict(forecast)
    document["warnings"] = [{"code": w.code, "message": w.message, "pointer": None} for w in forecast.warnings]
    document["problems"] = [{"code": p.code, "message": p.message, "pointer": p.pointer} for p in problems]
    return document


def progress_document(campaign: UUID) -> dict[str, Any]:
    """Counts, people, answers per day; hours left from the median answer of this campaign, null without one."""
    counts = queries.progress_of(campaign)
    people = queries.at_work(campaign)
    paced = [person for person in people if person.median_seconds is not None and person.answered]
    hours: float | None = None
    said = "No answer yet, so there is no pace to count with."
    if paced:
        answered = sum(person.answered for person in paced)
        seconds = sum((person.median_seconds or 0.0) * person.answered for person in paced) / answered
        left = max(0, counts.answers_needed - counts.answers)
        hours = left * seconds / 3600
        said = f"{left} answers at {seconds:.1f} s each (median per reviewer, n = {answered} answers)."
    return {
        "counts": asdict(counts),
        "reviewers": [asdict(person) for person in people],
        "days": [asdict(day) for day in queries.answers_by_day(campaign)],
        "hours_left": hours,
        "hours_left_from": said,
    }


def mine_document(row: queries.MyCampaign) -> dict[str, Any]:
    """A campaign on its reviewer's home."""
    return asdict(row)
