"""What hangs on a version: findings, Items and gold labels of every campaign that pins it, whosever project it is.

Counts only leave this slice: an owner of a taxonomy need not be a member of the projects that use it.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from django.db import connection

from annotate.evidence.impact import ConceptTouched, DryRun, dry_run
from annotate.models import Campaign
from taxonomy.carrying import Box, Label, RegionPolicy
from taxonomy.draft_queries import Draft, review_of
from taxonomy.drafts import Review, assumed
from taxonomy.lint import NO_DATA, Comment, ConceptCount, LintData, ReviewerCount
from taxonomy.mapping import compile_step
from taxonomy.tree import TaxonomyTree

FETCHED = 5000
MOST_COMMENTS = 5000
CURRENT = """
SELECT DISTINCT ON (a.lease_id) a.* FROM annotate_standing_annotation a
WHERE a.version_id = %(version)s ORDER BY a.lease_id, a.revision DESC
"""
FINDINGS = f"""
SELECT f.id, current.item_id, current.reviewer_id, f.defect, f.sub_defect, f.level, f.region
FROM ({CURRENT}) AS current JOIN annotate_standing_finding f ON f.annotation_id = current.id
WHERE current.campaign_id = %(campaign)s ORDER BY current.item_id, current.reviewer_id, f.id
"""
TOUCHED = f"""
SELECT f.defect, count(*), count(DISTINCT current.item_id)
FROM ({CURRENT}) AS current JOIN annotate_standing_finding f ON f.annotation_id = current.id GROUP BY f.defect
"""
SUBS = f"""
UNION ALL SELECT f.sub_defect, count(*), count(DISTINCT current.item_id)
FROM ({CURRENT}) AS current JOIN annotate_standing_finding f ON f.annotation_id = current.id
WHERE f.sub_defect <> '' GROUP BY f.sub_defect
"""
GOLD = """
SELECT concept, count(*) FROM (
    SELECT DISTINCT ON (l.image_id, l.concept) l.concept, l.value FROM annotate_standing_gold l
    WHERE l.version_id = %(version)s ORDER BY l.image_id, l.concept, l.revision DESC
) AS current WHERE value <> 'not_assessed' GROUP BY concept
"""
ASSESSED = f"""
SELECT concept, current.reviewer_id::text, count(*) FROM ({CURRENT}) AS current, unnest(current.asked) AS concept
WHERE current.outcome <> 'unusable' AND NOT concept = ANY(current.not_assessed) GROUP BY 1, 2
"""
FOUND = f"""
SELECT f.defect, current.reviewer_id::text, count(DISTINCT current.id), count(*)
FROM ({CURRENT}) AS current JOIN annotate_standing_finding f ON f.annotation_id = current.id
WHERE f.kind <> 'rating' GROUP BY 1, 2
"""
COMMENTS = f"""
SELECT f.defect, current.reviewer_id::text, f.note, current.image_id::text
FROM ({CURRENT}) AS current JOIN annotate_standing_finding f ON f.annotation_id = current.id
WHERE f.note <> '' AND f.defect = ANY(%(catch_alls)s) ORDER BY f.id LIMIT {MOST_COMMENTS}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a draft touches. `assumed` operations are proposals that nobody has declared yet."""

    number: str
    campaigns: int
    assumed: int
    touched: tuple[ConceptTouched, ...]
    run: DryRun


def impact_of(draft: Draft, review: Review | None = None) -> Impact | None:
    """The dry run of a draft on the real findings, streamed. None for the first version of a taxonomy.

    Late answers and corrections count as they stand: all of them would be carried.
    """
    reviewed = review or review_of(draft)
    if reviewed is None or draft.parent is None:
        return None
    migration, extra = assumed(reviewed)
    step = compile_step(reviewed.old, reviewed.new, migration)
    found = list(Campaign.objects.unscoped().filter(version=draft.parent).order_by("id"))
    run = dry_run(step, ((policy_of(one), findings(draft.parent, one.id)) for one in found))
    touched = concepts_touched(draft.parent)
    return Impact(number=reviewed.new.version, campaigns=len(found), assumed=extra, touched=touched, run=run)


def lint_of(draft: Draft, review: Review | None) -> LintData:
    """What the findings under the parent say to the lint of a draft; nothing for the first version."""
    if draft.parent is None:
        return NO_DATA
    tree = review.new if review else draft.tree
    data = lint_data(draft.parent, tree)
    return replace(data, major_release=review is not None and review.least == "major")


def policy_of(campaign: Campaign) -> RegionPolicy:
    """Where a finding needs a region."""
    return cast(RegionPolicy, campaign.region_policy)


def findings(version: UUID, campaign: UUID) -> Iterator[Label]:
    """Every finding of the current Annotations of a campaign, by Item and Reviewer; streamed from the server."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(FINDINGS, {"version": version, "campaign": campaign})
        while rows := cursor.fetchmany(FETCHED):
            yield from (_label(*row) for row in rows)


def _label(
    finding: UUID, item: UUID, reviewer: UUID, defect: str, sub_defect: str, level: str | None, region: str | None
) -> Label:
    return Label(
        id=str(finding),
        item=str(item),
        reviewer=str(reviewer),
        concept=defect,
        severity=level,
        region=region,
        box=_box(region) if region else None,
        sub=sub_defect or None,
    )


def _box(region: str) -> Box:
    points = json.loads(region)["points"]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def concepts_touched(version: UUID) -> tuple[ConceptTouched, ...]:
    """Findings, Items and gold labels by concept (sub-defects too), all campaigns together; those with any."""
    counted = {concept: (findings, items) for concept, findings, items in _rows(TOUCHED + SUBS, version)}
    gold = dict(_rows(GOLD, version))
    return tuple(
        ConceptTouched(
            concept=concept,
            findings=counted.get(concept, (0, 0))[0],
            items=counted.get(concept, (0, 0))[1],
            gold=gold.get(concept, 0),
        )
        for concept in sorted(counted.keys() | gold.keys())
    )


def lint_data(version: UUID, tree: TaxonomyTree) -> LintData:
    """Findings, answers and comments of the parent's campaigns for the rules L05, L06, L14, L18 and L22.

    Concepts that `tree` does not have any more are left out. Agreement and overlap are not judged here.
    """
    assessed, found, findings_of = Counter[str](), dict[tuple[str, str], int](), Counter[str]()
    reviewers = []
    for concept, reviewer, images, findings_made in _rows(FOUND, version):
        found[concept, reviewer] = images
        findings_of[concept] += findings_made
    for concept, reviewer, images in _rows(ASSESSED, version):
        if tree.has_defect(concept):
            assessed[concept] += images
            one = ReviewerCount(
                concept=concept, reviewer=reviewer, found=found.get((concept, reviewer), 0), assessed=images
            )
            reviewers.append(one)
    catch_alls = [defect.id for defect in tree.defects if defect.catch_all]
    said = _rows(COMMENTS, version, catch_alls=catch_alls)
    return LintData(
        counts=tuple(
            ConceptCount(concept=concept, findings=findings_of[concept], assessed=images)
            for concept, images in sorted(assessed.items())
        ),
        comments=tuple(Comment(concept=one[0], reviewer=one[1], text=one[2], image=one[3]) for one in said),
        reviewers=tuple(sorted(reviewers, key=lambda one: (one.concept, one.reviewer))),
    )


def _rows(statement: str, version: UUID, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"version": version, **values})
        return list(cursor.fetchall())
