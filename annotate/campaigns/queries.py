"""Reading campaigns: lists, progress, who is at work, what the workspace shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import User
from accounts.scope import Scope
from annotate.campaigns.plan import Forecast, Warning, defect_warnings, forecast
from annotate.campaigns.proposal import CampaignPlan
from annotate.campaigns.workspace import version_document
from annotate.corpus.queries import context_counts
from annotate.models import Annotation, Campaign, Reviewer
from core import clock
from taxonomy.queries import tree_of

MEASURED_ANSWERS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Counts of one campaign, each a query over its rows: nothing here is stored."""

    items: int
    complete: int
    settled: int
    withdrawn: int
    answers: int
    answers_needed: int
    late: int
    skipped: int
    escalated: int
    disputes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """A reviewer of the campaign: what they hold and did, and how long an answer takes them (median, with n)."""

    pseudonym: str
    name: str
    answered: int
    skipped: int
    holding: int
    stale: int
    last_answer_at: datetime | None
    median_seconds: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCount:
    """Answers of one day, for the burn-up."""

    day: str
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MyCampaign:
    """A campaign as its reviewer's home shows it; the median stands on `timed_answers` first answers of their own."""

    id: UUID
    name: str
    kind: str
    state: str
    project_slug: str
    project_name: str
    taxonomy: str
    version: str
    rates: bool
    items: int
    answered: int
    left: int
    median_seconds: float | None
    timed_answers: int


PROGRESS = """
SELECT count(*), count(*) FILTER (WHERE i.state = 'complete'), count(*) FILTER (WHERE i.settled_at IS NOT NULL),
    count(*) FILTER (WHERE i.state = 'withdrawn'),
    coalesce(sum(i.needed) FILTER (WHERE i.state <> 'withdrawn' AND i.stream <> 'test'), 0)
FROM annotate_item i WHERE i.campaign_id = %(campaign)s
"""
LEASES = """
SELECT count(*) FILTER (WHERE state = 'answered'), count(*) FILTER (WHERE state = 'late'),
    count(*) FILTER (WHERE state = 'skipped'), count(*) FILTER (WHERE state = 'escalated'),
    (SELECT count(*) FROM annotate_dispute d WHERE d.campaign_id = %(campaign)s AND d.state = 'open')
FROM annotate_lease WHERE campaign_id = %(campaign)s
"""
AT_WORK = """
SELECT r.pseudonym, u.name, count(*) FILTER (WHERE l.state = 'answered'),
    count(*) FILTER (WHERE l.state = 'skipped'),
    count(*) FILTER (WHERE l.state = 'live' AND l.expires_at > now()),
    count(*) FILTER (WHERE l.state = 'live' AND l.expires_at <= now()),
    max(l.ended_at) FILTER (WHERE l.state = 'answered'),
    (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a.active_ms) / 1000.0 FROM annotate_annotation a
        WHERE a.campaign_id = %(campaign)s AND a.reviewer_id = r.id AND a.revision = 1)
FROM annotate_lease l JOIN annotate_reviewer r ON r.id = l.reviewer_id JOIN accounts_user u ON u.id = r.user_id
WHERE l.campaign_id = %(campaign)s GROUP BY r.id, u.name ORDER BY 3 DESC, r.pseudonym
"""
DAYS = """
SELECT to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), count(*) FROM annotate_lease
WHERE campaign_id = %(campaign)s AND state = 'answered' AND ended_at > %(since)s GROUP BY 1 ORDER BY 1
"""
MINE = """
SELECT c.id, count(*) FILTER (WHERE i.state <> 'withdrawn'), count(l.id) FILTER (WHERE l.state = 'answered'),
    count(*) FILTER (WHERE i.state = 'open' AND (l.id IS NULL OR l.state IN ('live', 'released')))
FROM annotate_campaign c JOIN annotate_item i ON i.campaign_id = c.id
LEFT JOIN annotate_lease l ON l.item_id = i.id AND l.reviewer_id = ANY(%(reviewers)s)
WHERE c.id = ANY(%(campaigns)s) GROUP BY c.id
"""
PACE = """
SELECT campaign_id, percentile_cont(0.5) WITHIN GROUP (ORDER BY active_ms) / 1000.0, count(*) FROM annotate_annotation
WHERE reviewer_id = ANY(%(reviewers)s) AND campaign_id = ANY(%(campaigns)s) AND revision = 1 GROUP BY campaign_id
"""


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def campaigns_of(scope: Scope) -> tuple[tuple[Campaign, Progress], ...]:
    """All campaigns of the project, newest first, with their counts."""
    rows = Campaign.objects.scoped(scope).select_related("version__taxonomy").order_by("-created_at")
    return tuple((row, progress_of(row.id)) for row in rows)


def campaign_now(scope: Scope, campaign: UUID) -> tuple[Campaign, Progress]:
    """One campaign as it is now, with its counts."""
    row = Campaign.objects.scoped(scope).select_related("version__taxonomy", "project").get(id=campaign)
    return row, progress_of(campaign)


def progress_of(campaign: UUID) -> Progress:
    """The counts of one campaign. The caller has entered its project."""
    items, complete, settled, withdrawn, needed = _rows(PROGRESS, {"campaign": campaign})[0]
    answers, late, skipped, escalated, disputes = _rows(LEASES, {"campaign": campaign})[0]
    return Progress(
        items=items, complete=complete, settled=settled, withdrawn=withdrawn, answers_needed=int(needed),
        answers=answers, late=late, skipped=skipped, escalated=escalated, disputes=disputes,
    )  # fmt: skip


def at_work(campaign: UUID) -> tuple[AtWork, ...]:
    """Who labelled or holds Items, most answers first; `stale`: reservations that ran out unanswered."""
    names = ("pseudonym", "name", "answered", "skipped", "holding", "stale", "last_answer_at", "median_seconds")
    return tuple(AtWork(**dict(zip(names, row, strict=True))) for row in _rows(AT_WORK, {"campaign": campaign}))


def answers_by_day(campaign: UUID, days: int = 30) -> tuple[DayCount, ...]:
    """Answers per day (UTC) of the last `days` days; days without answers are left out."""
    rows = _rows(DAYS, {"campaign": campaign, "since": clock.now() - timedelta(days=days)})
    return tuple(DayCount(day=day, answers=count) for day, count in rows)


def forecast_of(scope: Scope, plan: CampaignPlan) -> Forecast:
    """What the plan will cost, from measured answers of this project where there are enough.

    Expects a published version; defects that it does not know are left out (`plan_violations` names them).
    """
    counts = context_counts(scope, plan.images)
    images = min(counts.images, plan.sample) if plan.sample is not None else counts.images
    measured = (
        Annotation.objects.scoped(scope).filter(revision=1).order_by("-recorded_at").values_list("active_ms", flat=True)
    )
    warnings: tuple[Warning, ...] = ()
    tree = tree_of(plan.version)
    known = [concept for concept in plan.defects if tree.has_defect(concept)]
    if known:
        share = images / counts.images if counts.images else 0
        context = {kind: round(getattr(counts, kind) * share) for kind in ("prompt", "reference_image", "brief")}
        context |= {kind: images for kind, text in plan.context.items() if text}
        warnings = defect_warnings(tree, known, context, images)
    return forecast(
        images=images,
        annotations_per_item=plan.annotations_per_item,
        audit_share=plan.audit_share,
        defects=len(plan.defects),
        measured_ms=list(measured[:MEASURED_ANSWERS]),
        reviewers=Reviewer.objects.filter(
            project_id=scope.project, user__memberships__project_id=scope.project,
            user__memberships__role="reviewer", user__memberships__ended_at=None,
        ).distinct().count(),
        warnings=warnings,
    )  # fmt: skip


def my_campaigns(user: User) -> tuple[MyCampaign, ...]:
    """Every campaign that a person labels in, open ones first, with what is left for them."""
    reviewers = list(
        Reviewer.objects.filter(
            user=user, project__memberships__user=user, project__memberships__role="reviewer",
            project__memberships__ended_at=None,
        ).values_list("id", "project_id")
    )  # fmt: skip
    rows = (
        Campaign.objects.unscoped()
        .filter(project_id__in=[project for _, project in reviewers])
        .exclude(state=Campaign.State.CLOSED)
        .select_related("version__taxonomy", "project")
        .order_by("state", "-created_at")
    )
    values = {"reviewers": [reviewer for reviewer, _ in reviewers], "campaigns": [row.id for row in rows]}
    counts = {row[0]: row[1:] for row in _rows(MINE, values)} if rows else {}
    pace = {row[0]: row[1:] for row in _rows(PACE, values)} if rows else {}
    return tuple(_mine(row, counts.get(row.id, (0, 0, 0)), pace.get(row.id, (None, 0))) for row in rows)


def _mine(row: Campaign, counts: tuple[Any, ...], pace: tuple[Any, ...]) -> MyCampaign:
    return MyCampaign(
        id=row.id, name=row.name, kind=row.kind, state=row.state, project_slug=row.project.slug,
        project_name=row.project.name, taxonomy=row.version.taxonomy.title, version=row.version.number,
        rates=rates(row), items=counts[0], answered=counts[1], left=counts[2], median_seconds=pace[0],
        timed_answers=pace[1],
    )  # fmt: skip


def rates(campaign: Campaign) -> bool:
    """Whether the campaign is answered in the rating form: it asks at least one defect with a rating scale."""
    tree = tree_of(campaign.version_id)
    return any(tree.scale_of(tree.defect(concept)).kind == "rating" for concept in campaign.defects)


@lru_cache(maxsize=128)
def _version_part(version: UUID, asked: frozenset[str]) -> dict[str, Any]:
    return version_document(tree_of(version), asked)  # a published version never changes


def workspace_document(campaign: Campaign, reviewer: UUID) -> dict[str, Any]:
    """Everything the workspace needs besides the leases."""
    items, answered, _ = (_rows(MINE, {"reviewers": [reviewer], "campaigns": [campaign.id]}) or [(0, 0, 0, 0)])[0][1:]
    progress = progress_of(campaign.id)
    version = campaign.version
    return {
        "campaign": {
            "id": str(campaign.id),
            "name": campaign.name,
            "instructions": campaign.instructions,
            "kind": campaign.kind,
            "state": campaign.state,
            "region_policy": campaign.region_policy,
            "asks_verdict": campaign.asks_verdict,
            "annotations_per_item": campaign.annotations_per_item,
            "lease_seconds": campaign.lease_seconds,
            "one_stroke_keys": campaign.one_stroke_keys,
            "rates": rates(campaign),
            "project": {"id": str(campaign.project_id), "slug": campaign.project.slug, "name": campaign.project.name},
        },
        "version": {
            "taxonomy": version.taxonomy.slug,
            "title": version.taxonomy.title,
            "version": version.number,
            "content_hash": version.content_hash,
        },
        **_version_part(version.id, frozenset(campaign.defects)),
        "progress": {"mine_answered": answered, "items": items, "complete": progress.complete},
    }
