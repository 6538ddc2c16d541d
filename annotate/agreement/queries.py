"""Reading a campaign's answers into arrays, the stored report, and what everybody marked on some Items."""

import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from accounts.scope import Scope
from annotate.agreement.marks import Frame, Marks, without_answers
from annotate.agreement.result import IntArray
from annotate.annotations.services import fingerprint_of
from annotate.models import AgreementReport, Campaign, Reviewer
from taxonomy.concepts import ACTION_RANK, Action
from taxonomy.queries import tree_of
from taxonomy.tree import TaxonomyTree, semver

FORMAT = 1  # of the report document: part of the fingerprint, so that a new form recomputes
KEPT = 4  # campaigns whose arrays are kept in memory, by fingerprint
NOT_APPLICABLE = -2  # a score that says so
MOST_KEPT = 100_000  # answers; more are read anew each time

# Blind and counted: the newest revision made before anything was revealed, in time, on Items of the first round
# that are neither withdrawn nor test items (those were chosen for what they show).
BLIND = "NOT a.late AND NOT a.after_reveal"
COUNTED = "i.state <> 'withdrawn' AND g.withdrawn_at IS NULL AND i.stream <> 'test' AND i.round = 1"
ITEMS = "annotate_item i JOIN annotate_image g ON g.id = i.image_id"
ANSWERS = f"""
SELECT * FROM (
    SELECT DISTINCT ON (a.lease_id) a.sequence, a.item_id, a.reviewer_id, r.pseudonym, array_to_string(a.asked, ' '),
        array_to_string(a.not_assessed, ' '), a.outcome, a.verdict, i.image_id, i.position, i.stream,
        i.inclusion_probability
    FROM annotate_standing_annotation a JOIN {ITEMS} ON i.id = a.item_id
    JOIN annotate_reviewer r ON r.id = a.reviewer_id
    WHERE a.campaign_id = %(campaign)s AND {BLIND} AND {COUNTED}
    ORDER BY a.lease_id, a.revision DESC
) AS current ORDER BY sequence
"""
FINDINGS = f"""
SELECT a.sequence, f.defect, f.level, f.kind FROM annotate_standing_finding f
JOIN annotate_annotation a ON a.id = f.annotation_id
WHERE f.campaign_id = %(campaign)s AND a.campaign_id = %(campaign)s AND {BLIND} ORDER BY a.sequence, f.position
"""
FRAME = f"""
SELECT count(*), count(*) FILTER (WHERE i.stream = 'audit'),
    coalesce(max(i.priority) FILTER (WHERE i.stream <> 'audit') > min(i.priority) FILTER (WHERE i.stream <> 'audit'),
        false)
FROM {ITEMS} WHERE i.campaign_id = %(campaign)s AND {COUNTED}
"""
EXCLUDED = f"""
SELECT count(*) FILTER (WHERE a.late), count(*) FILTER (WHERE a.after_reveal AND NOT a.late),
    count(*) FILTER (WHERE {BLIND} AND (i.state = 'withdrawn' OR g.withdrawn_at IS NOT NULL)),
    count(*) FILTER (WHERE {BLIND} AND i.stream = 'test'), count(*) FILTER (WHERE {BLIND} AND i.round > 1),
    min(a.recorded_at) FILTER (WHERE {BLIND}), max(a.recorded_at) FILTER (WHERE {BLIND})
FROM annotate_standing_annotation a JOIN {ITEMS} ON i.id = a.item_id WHERE a.campaign_id = %(campaign)s
"""
GIVEN_UNDER = """
SELECT a.sequence, v.number FROM annotate_standing_annotation a JOIN taxonomy_version v ON v.id = a.given_version_id
WHERE a.campaign_id = %(campaign)s AND a.given_version_id <> a.version_id
"""
LAYER = """
SELECT c.layer_id, (SELECT count(*) FROM annotate_rereviewanswer a JOIN annotate_rereview r ON r.id = a.rereview_id
    WHERE r.run_id = c.layer_id)
FROM annotate_campaign c WHERE c.id = %(campaign)s AND c.layer_id IS NOT NULL
"""
WITHDRAWN = f"""
SELECT count(*) FROM {ITEMS}
WHERE i.campaign_id = %(campaign)s AND (i.state = 'withdrawn' OR g.withdrawn_at IS NOT NULL)
"""
GIVEN = f"""
SELECT current.item_id, current.reviewer_id, r.pseudonym, current.outcome, current.note, current.not_assessed,
    current.asked, f.defect, f.level, f.region, f.confidence, f.note, f.derived
FROM (
    SELECT DISTINCT ON (a.lease_id) a.* FROM annotate_standing_annotation a
    WHERE a.campaign_id = %(campaign)s AND a.item_id = ANY(%(items)s) AND {BLIND}
    ORDER BY a.lease_id, a.revision DESC
) AS current
JOIN annotate_reviewer r ON r.id = current.reviewer_id
LEFT JOIN annotate_standing_finding f ON f.annotation_id = current.id AND f.campaign_id = %(campaign)s
ORDER BY r.pseudonym, current.sequence, f.position
"""
PICTURES = """
SELECT i.id, g.id, g.name, g.generator, b.width, b.height FROM annotate_item i
JOIN annotate_image g ON g.id = i.image_id JOIN annotate_blob b ON b.sha256 = g.blob_id
WHERE i.id = ANY(%(items)s) AND i.campaign_id = %(campaign)s
"""
_kept: OrderedDict[tuple[UUID, str], Marks] = OrderedDict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """Annotations that do not count, each once by the first reason, and the time that the others span."""

    late: int
    after_reveal: int
    withdrawn: int
    test_items: int
    repeats: int
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFinding:
    """One Finding as the drill-down draws it."""

    defect: str
    level: str | None
    region: dict[str, Any] | None
    confidence: str
    note: str
    derived: bool


@dataclass(slots=True, kw_only=True)
class GivenAnswer:
    """One Reviewer's current answer to one Item, under the pseudonym."""

    reviewer: UUID
    pseudonym: str
    outcome: str
    note: str
    not_assessed: tuple[str, ...]
    asked: tuple[str, ...]
    findings: list[GivenFinding]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """The Image of an Item, for a gallery. Width and height in pixels as shown."""

    item: UUID
    image: UUID
    name: str
    generator: str
    width: int
    height: int


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def report_fingerprint(campaign: UUID) -> str:
    """Whether anything is new: annotations (count and highest sequence), withdrawn Items, form of the report; of a
    campaign that was moved its layer, and how many questions of it people have answered."""
    withdrawn = _rows(WITHDRAWN, {"campaign": campaign})[0][0]
    layer = "".join(f"-l{one.hex[:8]}.{answered}" for one, answered in _rows(LAYER, {"campaign": campaign}))
    return f"{fingerprint_of(campaign)}-w{withdrawn}-f{FORMAT}{layer}"


def marks_of(campaign: Campaign, fingerprint: str | None = None) -> Marks:
    """All current blind answers as arrays; the fingerprint is read before the data. The caller entered the project."""
    key = (campaign.id, fingerprint or report_fingerprint(campaign.id))
    found = _kept.get(key)
    if found is not None:
        _kept.move_to_end(key)
        return found
    marks = _read_marks(campaign)
    if marks.answers <= MOST_KEPT:
        for stale in [one for one in _kept if one[0] == campaign.id]:
            _kept.pop(stale, None)
        _kept[key] = marks
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return marks


def marks_of_one_meaning(campaign: Campaign, fingerprint: str | None = None) -> Marks:
    """The marks that agreement may pool: of each concept those given under Versions in which it meant the same.

    What was given earlier and carried here counts in results, but speaks of another definition.
    """
    marks = marks_of(campaign, fingerprint)
    if campaign.layer_id is None:
        return marks
    tree = tree_of(campaign.version_id)
    since = [semver(one.meaning_since or one.since) for one in map(tree.defect, marks.concepts)]
    given = {sequence: semver(number) for sequence, number in _rows(GIVEN_UNDER, {"campaign": campaign.id})}
    newest = semver(tree.version)
    numbers = [given.get(int(sequence), newest) for sequence in marks.sequence]
    earlier = np.array([[number < one for one in since] for number in numbers], dtype=bool)
    return without_answers(marks, earlier.reshape(marks.presence.shape))


def _read_marks(campaign: Campaign) -> Marks:
    tree = tree_of(campaign.version_id)
    concepts = tuple(campaign.defects)
    values = {"campaign": campaign.id}
    answers, findings = _rows(ANSWERS, values), _rows(FINDINGS, values)
    items = sorted({(row[9], row[1], row[8], row[10] == "audit", row[11]) for row in answers}, key=lambda row: row[:2])
    people = sorted({(row[3], row[2]) for row in answers})
    item_code = {row[1]: code for code, row in enumerate(items)}
    rater_code = {row[1]: code for code, row in enumerate(people)}
    sequence = np.array([row[0] for row in answers], dtype=np.int64)
    presence = _assessed([(row[4], row[5]) for row in answers], concepts)
    rank = np.full(presence.shape, -1, dtype=np.int64)
    row_of, column_of, rank_of = _finding_arrays(findings, sequence, concepts, tree)
    score_missing = rank_of == NOT_APPLICABLE
    presence[row_of[score_missing], column_of[score_missing]] = -1
    row_of, column_of, rank_of = row_of[~score_missing], column_of[~score_missing], rank_of[~score_missing]
    presence[row_of, column_of] = 1
    np.maximum.at(rank, (row_of, column_of), rank_of)
    return Marks(
        concepts=concepts,
        items=tuple(row[1] for row in items),
        images=tuple(row[2] for row in items),
        audit=np.array([row[3] for row in items], dtype=bool),
        probability=np.array([row[4] for row in items], dtype=np.float64),
        raters=tuple(row[1] for row in people),
        pseudonyms=tuple(row[0] for row in people),
        item=np.array([item_code[row[1]] for row in answers], dtype=np.int64),
        rater=np.array([rater_code[row[2]] for row in answers], dtype=np.int64),
        sequence=sequence,
        presence=presence,
        rank=rank,
        finding_row=row_of,
        finding_concept=column_of,
        finding_rank=rank_of,
        verdict=np.array([ACTION_RANK[_action(row[7])] for row in answers], dtype=np.int64),
        unusable=np.array([row[6] == "unusable" for row in answers], dtype=bool),
    )


def _action(name: str) -> Action:
    found: Action = name if name in ACTION_RANK else "accept"  # type: ignore[assignment]
    return found


def _assessed(rows: Sequence[tuple[str, str]], concepts: Sequence[str]) -> IntArray:
    """(N, concepts) 0 where asked and assessed, else -1; the few different lists are worked out once each."""
    distinct = {row: place for place, row in enumerate(dict.fromkeys(rows))}
    table = np.full((max(len(distinct), 1), len(concepts)), -1, dtype=np.int64)
    for (asked, without), place in distinct.items():
        left = set(asked.split()) - set(without.split())
        table[place, [column for column, concept in enumerate(concepts) if concept in left]] = 0
    return table[np.array([distinct[row] for row in rows], dtype=np.int64)]


def _finding_arrays(
    findings: Sequence[tuple[Any, ...]], sequence: IntArray, concepts: Sequence[str], tree: TaxonomyTree
) -> tuple[IntArray, IntArray, IntArray]:
    """Row, column and rank of every Finding that belongs to a current answer; a score "not applicable" has -2."""
    column = {concept: place for place, concept in enumerate(concepts)}
    ranks = {
        (concept, level.key): level.rank - 1
        for concept in concepts
        for level in tree.scale_of(tree.defect(concept)).levels
    }
    ranks |= {(concept, None): NOT_APPLICABLE for concept in concepts}  # type: ignore[misc]
    known = [(row[0], column[row[1]], ranks[row[1], row[2]]) for row in findings if (row[1], row[2]) in ranks]
    table = np.array(known, dtype=np.int64).reshape(-1, 3)
    place = np.searchsorted(sequence, table[:, 0])
    held = place < len(sequence)
    held[held] = sequence[place[held]] == table[held, 0]
    return place[held], table[held, 1], table[held, 2]


def _document(region: Any) -> dict[str, Any] | None:
    """jsonb arrives as text through a raw cursor."""
    found: dict[str, Any] | None = json.loads(region) if isinstance(region, str) else region
    return found


def frame_of(campaign: UUID) -> Frame:
    """How many Items the campaign has, how many of them are its audit, and whether scores ordered the others."""
    items, audit, ranked = _rows(FRAME, {"campaign": campaign})[0]
    return Frame(items=items, audit=audit, ranked=ranked)


def excluded_of(campaign: UUID) -> Excluded:
    """What the report leaves out."""
    late, reveal, withdrawn, test, repeats, first, last = _rows(EXCLUDED, {"campaign": campaign})[0]
    return Excluded(
        late=late, after_reveal=reveal, withdrawn=withdrawn, test_items=test, repeats=repeats,
        first=first.isoformat() if first else None, last=last.isoformat() if last else None,
    )  # fmt: skip


def newest_report(campaign: UUID) -> AgreementReport | None:
    """The last computed report. The caller has entered the campaign's project."""
    rows = AgreementReport.objects.unscoped().filter(campaign_id=campaign)
    return rows.order_by("-computed_at", "-id").first()


def campaigns_due() -> list[tuple[UUID, UUID]]:
    """(campaign, project) of open or paused campaigns with answers whose newest report is of another fingerprint."""
    rows = Campaign.objects.unscoped().exclude(state=Campaign.State.CLOSED).values_list("id", "project_id")
    found = []
    for campaign, project in rows:
        report = newest_report(campaign)
        mark = report_fingerprint(campaign)
        if not mark.startswith("0-") and (report is None or report.fingerprint != mark):
            found.append((campaign, project))
    return found


def given_answers(campaign: UUID, items: Sequence[UUID]) -> dict[UUID, list[GivenAnswer]]:
    """What everybody currently says of some Items, with regions, by pseudonym."""
    found: dict[UUID, dict[UUID, GivenAnswer]] = {item: {} for item in items}
    for row in _rows(GIVEN, {"campaign": campaign, "items": list(items)}):
        item, reviewer, pseudonym, outcome, note, without, asked, *finding = row
        defect, level, region, confidence, words, derived = finding
        answer = found[item].setdefault(
            reviewer,
            GivenAnswer(
                reviewer=reviewer, pseudonym=pseudonym, outcome=outcome, note=note, not_assessed=tuple(without),
                asked=tuple(asked), findings=[],
            ),
        )  # fmt: skip
        if defect is not None:
            answer.findings.append(
                GivenFinding(
                    defect=defect, level=level, region=_document(region), confidence=confidence, note=words,
                    derived=derived,
                )
            )  # fmt: skip
    return {item: list(answers.values()) for item, answers in found.items()}


def pictures_of(campaign: UUID, items: Sequence[UUID]) -> dict[UUID, Picture]:
    """The Images of some Items."""
    return {
        row[0]: Picture(item=row[0], image=row[1], name=row[2], generator=row[3], width=row[4], height=row[5])
        for row in _rows(PICTURES, {"campaign": campaign, "items": list(items)})
    }


def reviewers_named(scope: Scope, ids: Sequence[UUID]) -> frozenset[UUID]:
    """Those of the ids that are Reviewers of the project."""
    return frozenset(Reviewer.objects.filter(project_id=scope.project, id__in=ids).values_list("id", flat=True))
