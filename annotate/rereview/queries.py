"""Reading questions: what is not asked yet, what a person sees of one, how much is open."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from accounts.models import User
from accounts.scope import Scope
from annotate.errors import UnknownHere
from annotate.models import Blob, Campaign, CarriedGold, Rereview, RereviewLease
from annotate.projects.queries import enter
from core.storage import Kind
from taxonomy.concepts import Defect
from taxonomy.queries import tree_of
from taxonomy.tree import TaxonomyTree

UNASKED = """
SELECT k.finding_id, k.item_id, k.image_id, k.reviewer_id, f.defect, k.review, k.candidates, a.recorded_at,
    EXISTS (SELECT 1 FROM annotate_goldlabel g WHERE g.image_id = k.image_id AND g.concept = f.defect
        AND g.value = 'present')
FROM annotate_carriedfinding k
JOIN annotate_finding f ON f.id = k.finding_id
JOIN annotate_annotation a ON a.id = k.annotation_id
JOIN annotate_item i ON i.id = k.item_id
WHERE k.run_id = %(run)s AND k.outcome = 'queued' AND k.answered_at IS NULL AND i.state <> 'withdrawn'
    AND NOT EXISTS (SELECT 1 FROM annotate_annotation n WHERE n.lease_id = a.lease_id AND n.revision > a.revision)
    AND NOT EXISTS (SELECT 1 FROM annotate_rereview q WHERE q.run_id = k.run_id AND q.finding_id = k.finding_id)
LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    """A queued Finding without a question. `concept` is what it was found as."""

    finding: UUID
    item: UUID
    image: UUID
    reviewer: UUID
    concept: str
    kinds: list[str]
    candidates: list[tuple[str, str | None]]
    recorded_at: datetime
    has_gold: bool


def unasked_findings(run: UUID, limit: int) -> list[Unasked]:
    """Queued Findings of a run that nobody was asked about, of the newest revision of each answer."""
    with connection.cursor() as cursor:
        cursor.execute(UNASKED, {"run": run, "limit": limit})
        rows = cursor.fetchall()
    return [
        Unasked(
            finding=row[0], item=row[1], image=row[2], reviewer=row[3], concept=row[4], kinds=list(row[5]),
            candidates=[(one[0], one[1]) for one in _json(row[6])], recorded_at=row[7], has_gold=row[8],
        )
        for row in rows
    ]  # fmt: skip


def _json(value: Any) -> Any:
    """Raw cursors hand JSON out as text."""
    return json.loads(value) if isinstance(value, str) else value


def scope_of_lease(user: User, lease: UUID) -> Scope:
    """The scope of a person's own lease. Raises UnknownHere for any other, RoleMissing for who is no reviewer now."""
    rows = RereviewLease.objects.unscoped().filter(id=lease, reviewer__user=user)
    project = rows.values_list("project_id", flat=True).first()
    if project is None:
        raise UnknownHere
    return enter(user, project, frozenset({"reviewer"}))


def leases_in_order(campaign: Campaign, leases: Sequence[UUID]) -> list[RereviewLease]:
    """Leases that are the person's own already, with what their documents need."""
    rows = RereviewLease.objects.unscoped().filter(id__in=leases, rereview__campaign=campaign)
    named = rows.select_related(
        "rereview__image__blob", "rereview__finding__annotation", "rereview__run", "rereview__item"
    )
    by_id = {row.id: row for row in named}
    return [by_id[one] for one in leases if one in by_id]


def question_document(lease: RereviewLease) -> dict[str, Any]:
    """One question as its Reviewer sees it: this Finding, the old text, the candidates. Nobody else's answer."""
    question = lease.rereview
    finding, image = question.finding, question.image
    assert finding is not None
    old, new = tree_of(finding.annotation.version_id), tree_of(question.run.to_version_id)
    base = f"/api/v1/rereview-leases/{lease.id}"
    levels: dict[str, list[str | None]] = {}
    for concept, level in question.candidates:
        levels.setdefault(concept, []).append(level)
    return {
        "id": str(lease.id),
        "expires_at": lease.expires_at.isoformat(),
        "own": question.finder_id == lease.reviewer_id,
        "kinds": question.kinds,
        "image": {
            "id": str(image.id), "width": image.blob.width, "height": image.blob.height, "url": f"{base}/image",
            "thumbnail_url": f"{base}/thumbnail",
        },
        "prompt": image.prompt or None,
        "versions": {"old": old.version, "new": new.version},
        "old": {**defect_document(old, old.defect(finding.defect)), "level": finding.level, "region": finding.region},
        "candidates": [
            {**defect_document(new, new.defect(concept)), "choices": choices} for concept, choices in levels.items()
        ],
    }  # fmt: skip


def defect_document(tree: TaxonomyTree, defect: Defect) -> dict[str, Any]:
    """The rule of a defect as a person reads it."""
    scale = tree.scale_of(defect)
    rules = {rule.level: rule.rule for rule in defect.severity}
    return {
        "concept": defect.id,
        "code": defect.code,
        "name": defect.name,
        "definition": defect.definition,
        "annotate_when": list(defect.annotate_when),
        "do_not_annotate_when": [one.text for one in defect.do_not_annotate_when],
        "levels": [{"key": one.key, "name": one.name, "rule": rules.get(one.key, "")} for one in scale.levels],
        "shapes": list(defect.scope.shapes),
        "examples": [
            {"kind": one.kind, "caption": one.caption, "picture": f"/api/v1/taxonomy-pictures/{one.asset_sha256}"}
            for one in defect.examples if one.asset_sha256
        ][:4],
    }  # fmt: skip


def picture_of(lease: UUID, scope: Scope) -> tuple[Kind, str, str]:
    """(kind, hash, media type) of the leased question's picture. Raises UnknownHere, also for withdrawn ones."""
    rows = RereviewLease.objects.scoped(scope).filter(id=lease, reviewer__user_id=scope.person)
    sha256 = rows.values_list("rereview__image__blob", flat=True).first()
    blob = Blob.objects.filter(sha256=sha256, erased_at=None).first() if sha256 else None
    if blob is None:
        raise UnknownHere
    return "clean", blob.sha256, blob.media_type


def progress_document(scope: Scope, campaign: Campaign) -> dict[str, Any]:
    """How much is open, by what it was found as; and how much gold is held back until then."""
    rows = Rereview.objects.scoped(scope).filter(campaign=campaign, run_id=campaign.layer_id)
    groups = rows.values("concept").annotate(
        open=Count("id", filter=Q(state="open")), answered=Count("id", filter=Q(state="answered"))
    )
    held = CarriedGold.objects.scoped(scope).filter(run_id=campaign.layer_id, outcome="queued", standing=False)
    per_concept = [{"concept": one["concept"], "open": one["open"], "answered": one["answered"]} for one in groups]
    mine = rows.filter(state="open", finder__user_id=scope.person) if scope.actor else rows.none()
    return {
        "open": sum(one["open"] for one in per_concept),
        "answered": sum(one["answered"] for one in per_concept),
        "mine_open": mine.count(),
        "gold_held_back": held.values("image").distinct().count(),
        "concepts": sorted(per_concept, key=lambda one: (-one["open"], one["concept"])),
    }
