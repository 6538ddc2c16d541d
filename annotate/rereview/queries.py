"""Reading questions: those a run leaves open, one with everything it is asked beside, and how far a Campaign is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from accounts.scope import Scope
from annotate.errors import UnknownHere
from annotate.geometry import Region, parse_region
from annotate.models import Campaign, CarriedFinding, CarriedGold, MigrationRun, Rereview, RereviewLease, Reviewer
from annotate.projects.queries import enter

# Queued Findings of the newest revision of an answer, on Images that are still there.
FINDINGS = """
SELECT k.item_id, k.image_id, k.finding_id, NULL::uuid, k.reviewer_id, f.defect, k.review, k.candidates,
    k.region IS NOT NULL, a.recorded_at, EXISTS (
        SELECT 1 FROM annotate_standing_gold g WHERE g.image_id = k.image_id AND g.version_id = %(from_version)s
        AND g.concept = f.defect AND g.value = 'present')
FROM annotate_carriedfinding k
JOIN annotate_finding f ON f.id = k.finding_id
JOIN annotate_annotation a ON a.id = k.annotation_id
JOIN annotate_item i ON i.id = k.item_id AND i.state <> 'withdrawn'
WHERE k.run_id = %(run)s AND k.outcome = 'queued' AND k.answered_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM annotate_annotation n WHERE n.lease_id = a.lease_id AND n.revision > a.revision)
    AND NOT EXISTS (SELECT 1 FROM annotate_rereview q WHERE q.run_id = k.run_id AND q.finding_id = k.finding_id)
"""
# Gold that waits, and that no answer about a Finding can settle.
GOLD = """
SELECT k.item_id, k.image_id, NULL::uuid, l.id, NULL::uuid, k.concept, k.review, k.candidates, k.region IS NOT NULL,
    k.decided_at, true
FROM annotate_carriedgold k
JOIN annotate_goldlabel l ON l.id = ANY(k.origins)
JOIN annotate_item i ON i.id = k.item_id AND i.state <> 'withdrawn'
WHERE k.run_id = %(run)s AND k.outcome = 'queued' AND NOT k.standing
    AND (k.provenance <> 'consensus' OR NOT EXISTS (
        SELECT 1 FROM annotate_carriedfinding c JOIN annotate_finding f ON f.id = c.finding_id
        WHERE c.run_id = k.run_id AND c.item_id = k.item_id AND c.outcome = 'queued' AND f.defect = k.concept))
    AND NOT EXISTS (SELECT 1 FROM annotate_rereview q WHERE q.run_id = k.run_id AND q.gold_id = l.id)
"""
OVERVIEW = """
SELECT q.concept, count(*) FILTER (WHERE q.state = 'open'), count(*) FILTER (WHERE q.state = 'answered'),
    count(*) FILTER (WHERE q.state = 'open' AND q.desk), array_agg(DISTINCT kind)
FROM annotate_rereview q, unnest(q.kinds) AS kind WHERE q.run_id = %(run)s GROUP BY q.concept ORDER BY q.concept
"""
COUNTS = """
SELECT count(*) FILTER (WHERE state = 'open'), count(*) FILTER (WHERE state = 'answered'),
    count(*) FILTER (WHERE state = 'open' AND desk), count(*) FILTER (WHERE state = 'open' AND finder_id = %(reviewer)s)
FROM annotate_rereview WHERE run_id = %(run)s
"""
DECISIONS = """
SELECT q.concept, a.decision, a.concept, count(*) FROM annotate_rereviewanswer a
JOIN annotate_rereview q ON q.id = a.rereview_id WHERE q.run_id = %(run)s GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unasked:
    """Something a run left open that nobody has been asked about. Either `finding` or `gold`."""

    item: UUID
    image: UUID
    finding: UUID | None
    gold: UUID | None
    finder: UUID | None
    concept: str
    kinds: tuple[str, ...]
    candidates: tuple[tuple[str, str | None], ...]
    has_region: bool
    since: datetime
    is_gold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The carried row behind a question: where it is drawn, and the level it had."""

    region: dict[str, Any] | None
    level: str | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptProgress:
    """Questions about what was found as one concept; `chosen`: (what it is now, how often), "" is none of them."""

    concept: str
    open: int
    answered: int
    desk: int
    kinds: tuple[str, ...]
    chosen: tuple[tuple[str, int], ...]


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _json(value: Any) -> Any:
    """Raw cursors hand JSON out as text."""
    return json.loads(value) if isinstance(value, str) else value


def unasked(run: MigrationRun) -> list[Unasked]:
    """Everything the run left open without a question so far."""
    values = {"run": run.id, "from_version": run.from_version_id}
    names = tuple(Unasked.__slots__)
    found = []
    for row in [*_rows(FINDINGS, values), *_rows(GOLD, values)]:
        given = dict(zip(names, row, strict=True))
        given["kinds"] = tuple(given["kinds"])
        given["candidates"] = tuple((concept, level) for concept, level in _json(given["candidates"]))
        found.append(Unasked(**given))
    return found


def carried_of(row: Rereview) -> Seen:
    """What the question is about, as the run carried it."""
    if row.finding_id is not None:
        carried = (
            CarriedFinding.objects.unscoped().select_related("finding").get(run=row.run_id, finding=row.finding_id)
        )
        return Seen(region=carried.region, level=carried.finding.level, note=carried.finding.note)
    gold = CarriedGold.objects.unscoped().filter(run=row.run_id, origins__contains=[row.gold_id]).first()
    return Seen(region=gold.region if gold else None, level=gold.level or None if gold else None, note="")


def annotation_of(row: Rereview) -> UUID:
    """The Annotation of the Finding that is asked about. ValueError for a question about gold."""
    if row.finding is None:
        raise ValueError("this question is about gold")
    return row.finding.annotation_id


def standing_beside(row: Rereview) -> dict[str, list[Region | None]]:
    """What stands in the same Annotation besides the Finding of the question: regions by concept."""
    annotation = annotation_of(row)
    rows = CarriedFinding.objects.unscoped().filter(run=row.run_id, annotation=annotation, standing=True)
    found: dict[str, list[Region | None]] = {}
    for one in rows.exclude(finding=row.finding_id):
        found.setdefault(one.concept, []).append(parse_region(one.region)[0] if one.region else None)
    return found


def open_questions(scope: Scope, campaign: Campaign, questions: Sequence[UUID]) -> QuerySet[Rereview]:
    """Those of the questions that are open in the Campaign and held by nobody else, locked. Expects a transaction."""
    rows = Rereview.objects.scoped(scope).filter(campaign=campaign, id__in=questions, state=Rereview.State.OPEN)
    return rows.filter(desk=False).order_by("id").select_for_update()


def enter_lease(user: User, lease: UUID, allowed: frozenset[str]) -> tuple[Scope, RereviewLease]:
    """A person's own lease and scope. Raises UnknownHere for anybody else's."""
    rows = RereviewLease.objects.unscoped().filter(id=lease, reviewer__user=user)
    row = rows.select_related("rereview__image__blob").first()
    if row is None:
        raise UnknownHere
    return enter(user, row.project_id, allowed), row


def leases_with_questions(leases: Sequence[UUID]) -> list[RereviewLease]:
    """Leases (already proven to be the person's own) in the given order, with all that is shown."""
    rows = (
        RereviewLease.objects.unscoped()
        .filter(id__in=leases)
        .select_related(
            "rereview__run", "rereview__campaign", "rereview__image__blob", "rereview__finding", "rereview__gold"
        )
    )
    by_id = {row.id: row for row in rows}
    return [by_id[one] for one in leases if one in by_id]


def progress_of(run: UUID, reviewer: UUID | None) -> dict[str, int]:
    """How many questions of a run are open, answered, for the desk, and about the person's own findings."""
    names = ("open", "answered", "desk", "mine")
    return dict(zip(names, _rows(COUNTS, {"run": run, "reviewer": reviewer})[0], strict=True))


def concepts_of(run: UUID) -> list[ConceptProgress]:
    """Progress by what was found, with what people chose."""
    chosen: dict[str, list[tuple[str, int]]] = {}
    for concept, decision, became, number in _rows(DECISIONS, {"run": run}):
        chosen.setdefault(concept, []).append((became if decision == "chosen" else "", number))
    return [
        ConceptProgress(
            concept=row[0], open=row[1], answered=row[2], desk=row[3], kinds=tuple(row[4]),
            chosen=tuple(chosen.get(row[0], ())),
        )
        for row in _rows(OVERVIEW, {"run": run})
    ]  # fmt: skip


def layer_of(campaign: Campaign) -> MigrationRun | None:
    """The run that the Campaign stands on."""
    return MigrationRun.objects.unscoped().filter(id=campaign.layer_id).first() if campaign.layer_id else None


def reviewer_id(scope: Scope) -> UUID | None:
    """The Reviewer that the scope's person is, if any."""
    rows = Reviewer.objects.filter(project_id=scope.project, user_id=scope.person)
    return rows.values_list("id", flat=True).first()
