"""Reading what is known of a campaign's Images: answers, gold, generators; and which Images are behind a result."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from annotate.agreement.marks import BoolArray, Sample, sample_for_all
from annotate.agreement.queries import COUNTED, ITEMS, frame_of, marks_of, report_fingerprint
from annotate.agreement.result import IntArray
from annotate.insight.distribution import NOT_RECORDED, dimension_value
from annotate.insight.settled import OPEN, PRESENT, UNDECIDED, GoldFact, ImageFacts, Settled, settled_images
from annotate.models import Campaign
from taxonomy.concepts import ACTION_RANK
from taxonomy.queries import tree_of

KEPT = 4

FACTS = f"""
SELECT i.id, g.id, g.name, g.generator, i.stream = 'audit', i.inclusion_probability FROM {ITEMS}
WHERE i.campaign_id = %(campaign)s AND {COUNTED} AND (
    EXISTS (SELECT 1 FROM annotate_annotation a WHERE a.item_id = i.id AND a.campaign_id = %(campaign)s)
    OR EXISTS (SELECT 1 FROM annotate_standing_gold l WHERE l.image_id = g.id AND l.version_id = %(version)s))
ORDER BY i.position
"""
GOLD = f"""
SELECT DISTINCT ON (l.image_id, l.concept) l.image_id, l.concept, l.value, l.level
FROM annotate_standing_gold l JOIN {ITEMS} ON i.image_id = l.image_id
WHERE i.campaign_id = %(campaign)s AND {COUNTED} AND l.project_id = %(project)s AND l.version_id = %(version)s
ORDER BY l.image_id, l.concept, l.revision DESC
"""
GOLD_MARK = f"""
SELECT count(*), coalesce(extract(epoch FROM max(l.decided_at)), 0)::bigint
FROM annotate_standing_gold l JOIN {ITEMS} ON i.image_id = l.image_id
WHERE i.campaign_id = %(campaign)s AND {COUNTED} AND l.project_id = %(project)s AND l.version_id = %(version)s
"""
VERDICTS = f"""
SELECT verdict_given, count(*) FROM (
    SELECT DISTINCT ON (a.lease_id) a.verdict_given FROM annotate_standing_annotation a JOIN {ITEMS} ON i.id = a.item_id
    WHERE a.campaign_id = %(campaign)s AND NOT a.late AND NOT a.after_reveal AND {COUNTED}
    ORDER BY a.lease_id, a.revision DESC
) AS current WHERE verdict_given <> '' GROUP BY verdict_given
"""
_kept: OrderedDict[tuple[UUID, str], Settled] = OrderedDict()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultChoice:
    """Which Images are behind a number of the results. Everything that is set must hold.

    `value`: present, absent, decided (either), undecided. `basis`: gold or majority, of the concept where one is
    named, else of the Image. `level` is a rank from 0. `failing`: the verdict is worse than accept.
    """

    concept: str | None = None
    value: str | None = None
    level: int | None = None
    dimension: str | None = None
    generator: str | None = None
    verdict: str | None = None
    basis: str | None = None
    failing: bool = False
    scored: bool = False
    production: bool = False


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _values(campaign: Campaign) -> dict[str, Any]:
    return {"campaign": campaign.id, "project": campaign.project_id, "version": campaign.version_id}


def results_fingerprint(campaign: Campaign) -> str:
    """Whether anything is new: the answers, and the gold of the campaign's Images (count and last moment)."""
    number, last = _rows(GOLD_MARK, _values(campaign))[0]
    return f"{report_fingerprint(campaign.id)}-g{number}.{last}"


def settled_of(campaign: Campaign, fingerprint: str | None = None) -> Settled:
    """What is known of every Image with an answer or gold. The caller has entered the project."""
    key = (campaign.id, fingerprint or results_fingerprint(campaign))
    if key in _kept:
        _kept.move_to_end(key)
        return _kept[key]
    values = _values(campaign)
    gold = [GoldFact(image=row[0], concept=row[1], value=row[2], level=row[3]) for row in _rows(GOLD, values)]
    items = [
        ImageFacts(item=row[0], image=row[1], name=row[2], generator=row[3], audit=row[4], probability=row[5])
        for row in _rows(FACTS, values)
    ]
    found = settled_images(items, marks_of(campaign), gold, tree_of(campaign.version_id))
    for stale in [one for one in _kept if one[0] == campaign.id]:
        _kept.pop(stale, None)
    _kept[key] = found
    while len(_kept) > KEPT:
        _kept.popitem(last=False)
    return found


def sample_of(campaign: Campaign, settled: Settled) -> tuple[Sample, int]:
    """Which Images stand for all of the campaign, and how many those are."""
    frame = frame_of(campaign.id)
    audit = np.array([one.audit for one in settled.items], dtype=bool)
    probability = np.array([one.probability for one in settled.items], dtype=np.float64)
    return sample_for_all(settled.known, audit, probability, frame), frame.items


def verdicts_given(campaign: Campaign) -> dict[str, int]:
    """Verdicts that reviewers gave by hand, per current answer; empty where the campaign does not ask for one."""
    return {str(row[0]): int(row[1]) for row in _rows(VERDICTS, {"campaign": campaign.id})}


def chosen_images(campaign: Campaign, settled: Settled, choice: ResultChoice) -> IntArray:
    """Places in settled.items of a choice: the most harmful verdict first, then the lowest score, then as they came."""
    mask = settled.known.copy()
    if choice.concept is not None:
        mask = _of_concept(settled, choice)
    elif choice.dimension is not None:
        mask &= _of_dimension(campaign, settled, choice)
    if choice.concept is None and choice.basis is not None:
        has_gold = settled.gold.any(axis=1)
        mask &= has_gold if choice.basis == "gold" else ~has_gold
    if choice.generator is not None:
        mask &= np.array([(one.generator or NOT_RECORDED) == choice.generator for one in settled.items], dtype=bool)
    if choice.verdict is not None:
        mask &= settled.verdict == ACTION_RANK.get(choice.verdict, OPEN)
    if choice.failing:
        mask &= settled.verdict > 0
    if choice.scored:
        mask &= np.isfinite(settled.score)
    if choice.production:
        sample, _ = sample_of(campaign, settled)
        mask &= np.zeros_like(mask) if sample.keep is None else sample.keep
    found = np.flatnonzero(mask)
    score = np.where(np.isfinite(settled.score[found]), settled.score[found], np.inf)
    order = np.lexsort((found, score, -settled.verdict[found]))
    return found[order]


def _of_concept(settled: Settled, choice: ResultChoice) -> BoolArray:
    column = settled.concepts.index(choice.concept or "")
    value = settled.value[:, column]
    states = {"absent": value == 0, "decided": value >= 0, "undecided": value == UNDECIDED}
    mask = states.get(choice.value or "present", value == PRESENT)
    if choice.level is not None:
        mask = (value >= 0) & (settled.rank[:, column] == choice.level)
    if choice.basis is not None:
        gold = settled.gold[:, column]
        mask = mask & (gold if choice.basis == "gold" else ~gold)
    return np.asarray(mask)


def _of_dimension(campaign: Campaign, settled: Settled, choice: ResultChoice) -> BoolArray:
    tree = tree_of(campaign.version_id)
    columns = [c for c, one in enumerate(settled.concepts) if tree.parent_id(one) == choice.dimension]
    value = dimension_value(settled, columns)
    states = {"absent": value == 0, "decided": value >= 0}
    return np.asarray(states.get(choice.value or "present", value == PRESENT))
