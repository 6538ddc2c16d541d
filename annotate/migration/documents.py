"""Runs as JSON documents: what the labels become, in the words of both versions."""

from typing import Any
from uuid import UUID

from annotate.annotations.route_queries import steps_of
from annotate.migration import queries
from annotate.migration.queries import FindingOfRun
from annotate.models import Campaign, MigrationRun
from taxonomy.mapping import OUTCOMES
from taxonomy.models import Version
from taxonomy.operations import operation_document
from taxonomy.presentation import reference
from taxonomy.queries import tree_of
from taxonomy.tree import Defect, TaxonomyTree

WORDED = ("definition", "annotate_when", "do_not_annotate_when")


def version_document(version: Version) -> dict[str, Any]:
    return {
        "id": str(version.id),
        "number": version.number,
        "published_at": version.published_at.isoformat() if version.published_at else None,
        "release_notes": version.release_notes,
    }


def run_document(run: MigrationRun) -> dict[str, Any]:
    """One run with its counts: those of the preparation until it is active, then all that was carried."""
    counts = run.counts or run.dry_run
    before, after = tree_of(run.from_version_id), tree_of(run.to_version_id)
    progress = queries.progress_of_run(run.id)
    return {
        "id": str(run.id),
        "campaign": str(run.campaign_id),
        "state": run.state,
        "from_version": before.version,
        "to_version": after.version,
        "defects_before": [_named(before, concept) for concept in run.from_defects],
        "defects_after": [_named(after, concept) for concept in run.to_defects],
        "counts": _counts(counts, before) if counts else None,
        "open_questions": progress.open_questions,
        "arrived": progress.arrived,
        "gold_held_back": progress.gold_held_back,
        "operations": [operation_document(o) for step in steps_of(run.path) for o in step.migration.operations],
        "reason": run.reason,
        "job": str(run.job_id) if run.job_id else None,
        "job_state": run.job.state if run.job else None,
        "progress_done": run.job.progress_done if run.job else 0,
        "created_by": run.created_by.name if run.created_by else None,
        "created_at": run.created_at.isoformat(),
        "activated_at": run.activated_at.isoformat() if run.activated_at else None,
        "rolled_back_at": run.rolled_back_at.isoformat() if run.rolled_back_at else None,
    }


def _named(tree: TaxonomyTree, concept: str) -> dict[str, Any]:
    defect = tree.defect(concept)
    return {"id": defect.id, "code": defect.code, "name": defect.name}


def _counts(counts: dict[str, Any], before: TaxonomyTree) -> dict[str, Any]:
    concepts = {**counts["gold_concepts"], **counts["concepts"]}
    return {
        "answers": counts["answers"],
        "findings": counts["findings"],
        "outcomes": counts["outcomes"],
        "merged": counts["merged"],
        "review": counts["review"],
        "flags": counts["flags"],
        "verdicts_changed": counts["verdicts_changed"],
        "verdicts_open": counts["verdicts_open"],
        "absences_lost": sum(counts["absences_lost"].values()),
        "gold": {name: counts["gold"].get(name, 0) for name in OUTCOMES},
        "concepts": [
            {
                "concept": reference(before, concept),
                "outcomes": {name: counts["concepts"].get(concept, {}).get(name, 0) for name in OUTCOMES},
                "gold_held_back": counts["gold_concepts"].get(concept, {}).get("queued", 0),
                "absences_lost": counts["absences_lost"].get(concept, 0),
            }
            for concept in sorted(concepts)
        ],
    }


def moves_document(campaign: Campaign) -> dict[str, Any]:
    """The runs of a Campaign, newest first, and the versions it can be moved to."""
    return {
        "version": version_document(campaign.version),
        "targets": [version_document(one) for one in queries.later_versions(campaign)],
        "runs": [run_document(run) for run in queries.runs_of(campaign)],
    }


def changes_document(campaign: Campaign, since: UUID | None) -> dict[str, Any]:
    """What a Reviewer should know before going on: asked defects that say something else now, old beside new."""
    run = next((one for one in queries.runs_of(campaign) if one.id == campaign.layer_id), None)
    start = since or (run.from_version_id if run else campaign.version_id)
    before, after = tree_of(start), tree_of(campaign.version_id)
    asked = set(campaign.defects)
    return {
        "from_version": before.version,
        "to_version": after.version,
        "release_notes": campaign.version.release_notes,
        "gone": [_named(before, one.id) for one in before.active_defects if run and _gone(one, run, after)],
        "changed": [
            change for defect in after.active_defects if defect.id in asked and (change := _change(defect, before))
        ],
    }


def _gone(defect: Defect, run: MigrationRun, after: TaxonomyTree) -> bool:
    return defect.id in run.from_defects and not (after.has_defect(defect.id) and defect.id in run.to_defects)


def _change(defect: Defect, before: TaxonomyTree) -> dict[str, Any] | None:
    """None where nothing that a Reviewer goes by is different."""
    was = before.defect(defect.id) if before.has_defect(defect.id) else None
    fields = []
    for name in WORDED:
        old, new = (_text(was, name) if was else ""), _text(defect, name)
        if old != new:
            fields.append({"field": name, "before": old, "after": new})
    renamed = was is not None and (was.name, was.code) != (defect.name, defect.code)
    if not fields and not renamed:
        return None
    return {
        "id": defect.id,
        "code": defect.code,
        "name": defect.name,
        "is_new": was is None,
        "was_code": was.code if was else None,
        "was_name": was.name if was else None,
        "fields": fields,
    }


def _text(defect: Defect, name: str) -> str:
    if name == "definition":
        return defect.definition
    if name == "annotate_when":
        return "\n".join(defect.annotate_when)
    return "\n".join(one.text for one in defect.do_not_annotate_when)


def finding_document(run: MigrationRun, found: FindingOfRun) -> dict[str, Any]:
    """One Finding of a run: what it was, and what it is or may be."""
    row, before, after = found.row, tree_of(run.from_version_id), tree_of(run.to_version_id)
    states = [(row.concept, row.level)] if row.concept else [(concept, level) for concept, level in row.candidates]
    return {
        "id": str(row.finding_id),
        "item": str(row.item_id),
        "thumbnail_url": f"/api/v1/items/{row.item_id}/thumbnail",
        "outcome": row.outcome,
        "was": reference(before, found.was),
        "level": found.level,
        "region": row.region,
        "becomes": [after.defect(concept).code + (f" {level}" if level else "") for concept, level in states],
        "review": list(row.review),
        "merged": row.merged_into is not None,
        "reason": row.reason,
    }
