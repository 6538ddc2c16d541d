"""What a Reviewer sees of the queue: an Item's picture and context, never priority, score, gold or other answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import User
from annotate.answer import missing_context
from annotate.errors import UnknownHere
from annotate.models import Annotation, Campaign, Lease
from taxonomy.queries import tree_of


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseView:
    """One lease as its Reviewer sees it. `revision` 0: not answered yet."""

    id: UUID
    item: UUID
    image: UUID
    width: int
    height: int
    media_type: str
    frames: int
    prompt: str
    negative_prompt: str
    brief: str
    has_reference: bool
    position: int
    expires_at: datetime
    askable: tuple[str, ...]
    not_assessed: tuple[tuple[str, str], ...]
    revision: int
    answer: dict[str, Any] | None


VIEWS = """
SELECT l.id, l.item_id, image.id, blob.width, blob.height, blob.media_type, blob.frames, image.prompt,
    image.negative_prompt, image.brief, image.reference_id IS NOT NULL, item.position, l.expires_at, l.not_assessed,
    coalesce((SELECT max(a.revision) FROM annotate_annotation a WHERE a.lease_id = l.id), 0)
FROM annotate_lease l
JOIN annotate_item item ON item.id = l.item_id
JOIN annotate_image image ON image.id = item.image_id
JOIN annotate_blob blob ON blob.sha256 = image.blob_id
"""
IN_ORDER = VIEWS + "WHERE l.id = ANY(%(leases)s) ORDER BY array_position(%(leases)s::uuid[], l.id)"
RECENT = VIEWS + (
    "WHERE l.reviewer_id = %(reviewer)s AND l.campaign_id = %(campaign)s AND l.state IN ('answered', 'late') "
    "AND item.state <> 'withdrawn' ORDER BY l.ended_at DESC, l.id LIMIT %(limit)s"
)


def project_of_lease(user: User, lease: UUID) -> UUID:
    """The project of a person's own lease. Raises UnknownHere for any other."""
    rows = Lease.objects.unscoped().filter(id=lease, reviewer__user=user)
    project = rows.values_list("project_id", flat=True).first()
    if project is None:
        raise UnknownHere
    return project


def lease_views(campaign: Campaign, leases: tuple[UUID, ...]) -> tuple[LeaseView, ...]:
    """The given leases (already proven to be the person's own), in the given order."""
    return _views(campaign, IN_ORDER, {"leases": list(leases)}, with_answers=False) if leases else ()


def recent_answers(campaign: Campaign, reviewer: UUID, limit: int) -> tuple[LeaseView, ...]:
    """A Reviewer's own last answers in a campaign, newest first, with what was answered."""
    values = {"reviewer": reviewer, "campaign": campaign.id, "limit": limit}
    return _views(campaign, RECENT, values, with_answers=True)


def _views(campaign: Campaign, sql: str, values: dict[str, Any], *, with_answers: bool) -> tuple[LeaseView, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    answers = _answers([row[0] for row in rows]) if with_answers else {}
    brief = campaign.context.get("brief", "")
    found = []
    for row in rows:
        hidden = set(row[13])
        found.append(
            LeaseView(
                id=row[0], item=row[1], image=row[2], width=row[3], height=row[4], media_type=row[5], frames=row[6],
                prompt=row[7], negative_prompt=row[8], brief=row[9] or brief, has_reference=row[10], position=row[11],
                expires_at=row[12], askable=tuple(c for c in campaign.defects if c not in hidden),
                not_assessed=_why(campaign, row[13]), revision=row[14], answer=answers.get(row[0]),
            )
        )  # fmt: skip
    return tuple(found)


def _why(campaign: Campaign, hidden: list[str]) -> tuple[tuple[str, str], ...]:
    """(concept, the context kind that it lacks) for what is not asked here."""
    return missing_context(tree_of(campaign.version_id), hidden, {}) if hidden else ()


def _answers(leases: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """The current Answer of each lease as its document."""
    rows = (
        Annotation.objects.unscoped()
        .filter(lease_id__in=leases)
        .order_by("lease_id", "-revision")
        .distinct("lease_id")
        .prefetch_related("findings")
    )
    return {row.lease_id: answer_of(row) for row in rows}


def answer_of(row: Annotation) -> dict[str, Any]:
    """The Answer document of a stored Annotation (derived findings left out: they follow from the others)."""
    findings = sorted(row.findings.all(), key=lambda finding: finding.position)
    return {
        "outcome": row.outcome,
        "findings": [
            {
                "defect": f.defect, "sub_defect": f.sub_defect or None, "severity": f.level, "region": f.region,
                "confidence": f.confidence, "note": f.note,
            }
            for f in findings if f.kind != "rating" and not f.derived
        ],
        "ratings": [{"defect": f.defect, "level": f.level} for f in findings if f.kind == "rating"],
        "not_assessed": [concept for concept in row.not_assessed if concept in row.asked],
        "absence": row.absence,
        "verdict": row.verdict_given or None,
        "note": row.note,
    }  # fmt: skip
