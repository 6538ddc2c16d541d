"""Reading what a run carries: Annotations and gold as they stand now, in blocks; and the runs of a Campaign."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import User
from accounts.scope import Scope
from annotate.annotations.carry_over import GivenAnswer, GivenFinding, begun, decided, resumed
from annotate.errors import UnknownHere
from annotate.migration.gold_carrying import GivenGold
from annotate.models import Campaign, MigrationRun
from annotate.projects.queries import enter
from taxonomy.carrying import begin
from taxonomy.models import Version

BLOCK = 2000
IMAGES = 500
NOBODY = UUID(int=0)
# Every Annotation that stands under the Campaign's Version and that the run has not carried yet.
ANSWERS = """
SELECT a.id, a.item_id, a.image_id, a.reviewer_id, a.outcome, a.asked, a.not_assessed, a.verdict, NOT EXISTS (
    SELECT 1 FROM annotate_annotation n WHERE n.lease_id = a.lease_id AND n.revision > a.revision)
FROM annotate_standing_annotation a
WHERE a.campaign_id = %(campaign)s AND (a.item_id, a.id) > (%(item)s, %(annotation)s) AND NOT EXISTS (
    SELECT 1 FROM annotate_carriedabsence l WHERE l.run_id = %(run)s AND l.annotation_id = a.id)
ORDER BY a.item_id, a.id LIMIT %(limit)s
"""
# Their Findings, with what the layer below made of those given under an earlier Version.
FINDINGS = """
SELECT f.id, f.annotation_id, f.defect, f.sub_defect, f.level, f.region, k.id IS NOT NULL, k.region, k.state,
    k.flags, k.merged_into, k.sub_defect, k.reason, k.answered_at IS NOT NULL, k.concept, k.level
FROM annotate_finding f
LEFT JOIN annotate_carriedfinding k ON k.finding_id = f.id AND k.run_id = %(below)s
WHERE f.annotation_id = ANY(%(annotations)s) ORDER BY f.annotation_id, f.position
"""
GOLD_IMAGES = """
SELECT DISTINCT i.image_id FROM annotate_item i
WHERE i.campaign_id = %(campaign)s AND i.round = 1 AND i.image_id > %(after)s
    AND EXISTS (SELECT 1 FROM annotate_standing_gold g WHERE g.image_id = i.image_id AND g.version_id = %(version)s
        AND (%(since)s::timestamptz IS NULL OR g.decided_at >= %(since)s))
ORDER BY i.image_id LIMIT %(limit)s
"""
GOLD = """
SELECT DISTINCT ON (g.image_id, g.concept) g.image_id, g.id, g.concept, g.value, g.level, g.region, g.regions,
    g.provenance, g.rule, g.annotations, g.reason_code, g.reason, g.decided_by_id, g.decided_at
FROM annotate_standing_gold g WHERE g.image_id = ANY(%(images)s) AND g.version_id = %(version)s
ORDER BY g.image_id, g.concept, g.revision DESC
"""
FINGERPRINT = """
SELECT count(*) || '-' || coalesce(max(a.sequence), 0) FROM annotate_annotation a WHERE a.campaign_id = %(campaign)s
"""
WAITING = """
SELECT count(*) FILTER (WHERE outcome = 'queued' AND answered_at IS NULL), count(*) FILTER (WHERE arrived)
FROM annotate_carriedfinding WHERE run_id = %(run)s
"""
HELD_GOLD = "SELECT count(*) FROM annotate_carriedgold WHERE run_id = %(run)s AND outcome = 'queued' AND NOT standing"
GIVEN_SINCE = "SELECT count(*) FROM annotate_annotation WHERE campaign_id = %(campaign)s AND version_id = %(version)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some Annotations in the order of their Items, with the verdict each has so far."""

    answers: tuple[GivenAnswer, ...]
    verdicts: tuple[str, ...]

    @property
    def last(self) -> tuple[UUID, UUID]:
        return self.answers[-1].item, self.answers[-1].annotation


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _json(value: Any) -> Any:
    """Raw cursors hand JSON out as text."""
    return json.loads(value) if isinstance(value, str) else value


def block_of_answers(run: MigrationRun, after: tuple[UUID, UUID] = (NOBODY, NOBODY), limit: int = BLOCK) -> Block:
    """The next Annotations that the run has not carried, behind (item, annotation)."""
    values = {"campaign": run.campaign_id, "run": run.id, "item": after[0], "annotation": after[1], "limit": limit}
    rows = _rows(ANSWERS, values)
    findings = findings_of([row[0] for row in rows], {row[0]: (row[1], row[3]) for row in rows}, run.previous_id)
    answers = tuple(
        GivenAnswer(
            annotation=row[0], item=row[1], image=row[2], reviewer=row[3], unusable=row[4] == "unusable",
            asked=tuple(row[5]), not_assessed=tuple(row[6]), findings=tuple(findings.get(row[0], ())),
            is_current=row[8],
        )
        for row in rows
    )  # fmt: skip
    return Block(answers=answers, verdicts=tuple(row[7] for row in rows))


def findings_of(
    annotations: Sequence[UUID], whose: dict[UUID, tuple[UUID, UUID]], below: UUID | None
) -> dict[UUID, list[GivenFinding]]:
    """Findings of some Annotations as they stand on the layer `below`. `whose`: annotation → (item, reviewer)."""
    found: dict[UUID, list[GivenFinding]] = {}
    for row in _rows(FINDINGS, {"annotations": list(annotations), "below": below}):
        item, reviewer = whose[row[1]]
        found.setdefault(row[1], []).append(_given(row, item, reviewer))
    return found


def _given(row: tuple[Any, ...], item: UUID, reviewer: UUID) -> GivenFinding:
    region = _json(row[5])
    label = begun(row[0], item=item, reviewer=reviewer, defect=row[2], level=row[4], region=region, sub=row[3])
    if not row[6]:
        return GivenFinding(finding=row[0], label=begin(label), region=region)
    region = _json(row[7])
    label = begun(row[0], item=item, reviewer=reviewer, defect=row[2], level=row[4], region=region, sub=row[3])
    merged = str(row[10]) if row[10] else None
    now = resumed(label, _json(row[8]), flags=row[9], merged_into=merged, sub=row[11], reason=row[12])
    if row[13]:
        now = decided(now, row[14], row[15])
    return GivenFinding(finding=row[0], label=now, region=region, answered=row[13])


def images_with_gold(run: MigrationRun, after: UUID = NOBODY, *, since: Any = None, limit: int = IMAGES) -> list[UUID]:
    """Images of the Campaign that have gold under its Version, behind one; `since`: only with newer gold."""
    values = {"campaign": run.campaign_id, "version": run.from_version_id, "after": after, "limit": limit}
    return [row[0] for row in _rows(GOLD_IMAGES, values | {"since": since})]


def gold_of_images(images: Sequence[UUID], version: UUID) -> dict[UUID, list[GivenGold]]:
    """The current gold of some Images under a Version, carried gold included."""
    found: dict[UUID, list[GivenGold]] = {}
    for row in _rows(GOLD, {"images": list(images), "version": version}):
        found.setdefault(row[0], []).append(
            GivenGold(
                id=row[1], concept=row[2], value=row[3], level=row[4], region=_json(row[5]), regions=_json(row[6]),
                provenance=row[7], rule=row[8], annotations=list(row[9]), reason_code=row[10], reason=row[11],
                decided_by=row[12], decided_at=row[13],
            )
        )  # fmt: skip
    return found


def labels_fingerprint(campaign: UUID) -> str:
    """Count and highest sequence of the Annotations that there are."""
    return str(_rows(FINGERPRINT, {"campaign": campaign})[0][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProgress:
    """What is still open of a run: questions to people, and gold that waits for their answers."""

    open_questions: int
    arrived: int
    gold_held_back: int


def progress_of_run(run: UUID) -> RunProgress:
    ((waiting, arrived),) = _rows(WAITING, {"run": run})
    ((held,),) = _rows(HELD_GOLD, {"run": run})
    return RunProgress(open_questions=waiting, arrived=arrived, gold_held_back=held)


def answers_given_under(campaign: UUID, version: UUID) -> int:
    """Annotations of a Campaign that people gave under one Version, revisions counted."""
    return int(_rows(GIVEN_SINCE, {"campaign": campaign, "version": version})[0][0])


def runs_of(campaign: Campaign) -> list[MigrationRun]:
    """The runs of a Campaign that was entered, newest first."""
    rows = MigrationRun.objects.unscoped().filter(campaign=campaign)
    named = rows.select_related("from_version", "to_version", "created_by", "job")
    heavy = [f"{side}__{name}" for side in ("from_version", "to_version") for name in HEAVY]
    return list(named.defer(*heavy).order_by("-created_at"))


HEAVY = ("document", "migration", "operations", "lint")


def enter_run(user: User, run: UUID, allowed: frozenset[str]) -> tuple[Scope, MigrationRun]:
    """A run and the person's scope in its project. Raises UnknownHere and RoleMissing."""
    row = MigrationRun.objects.unscoped().select_related("campaign").filter(id=run).first()
    if row is None:
        raise UnknownHere
    return enter(user, row.project_id, allowed), row


def later_versions(campaign: Campaign) -> list[Version]:
    """Published versions of the same taxonomy above the Campaign's own, newest first."""
    rows = Version.objects.filter(taxonomy_id=campaign.version.taxonomy_id, state=Version.State.PUBLISHED)
    found = [row for row in rows.defer(*HEAVY) if row.sort_key > campaign.version.sort_key]
    return sorted(found, key=lambda row: row.sort_key, reverse=True)
