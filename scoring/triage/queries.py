"""Reading what a ranking rests on, and rankings."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.scope import Scope
from annotate.errors import UnknownHere
from annotate.models import Campaign, Item
from scoring.models import Ranking

# Audit and test Items are left alone: they were drawn at opening and keep their stream, order and probability.
OPEN_ITEMS = """
SELECT i.id, i.image_id, i.position, i.priority FROM annotate_item i JOIN annotate_image p ON p.id = i.image_id
WHERE i.campaign_id = %(campaign)s AND i.project_id = %(project)s AND i.state = 'open' AND i.stream = 'priority'
    AND p.withdrawn_at IS NULL
ORDER BY i.priority DESC, i.position
"""
# Images are handed in as an array, which is hashed whatever the planner believes of tables that were just filled.
PREDICTIONS = """
SELECT p.image_id, d.defect, p.probability FROM scoring_prediction p JOIN scoring_detector d ON d.id = p.detector_id
WHERE p.detector_id = ANY(%(detectors)s) AND p.image_id = ANY(%(images)s)
"""
# Spread of all detectors of one defect that have looked at an Image; the largest of its defects.
DISAGREEMENT = """
SELECT image_id, max(spread) FROM (
    SELECT p.image_id, d.defect, max(p.probability) - min(p.probability) AS spread
    FROM scoring_prediction p JOIN scoring_detector d ON d.id = p.detector_id
    WHERE d.project_id = %(project)s AND d.defect = ANY(%(defects)s) AND p.image_id = ANY(%(images)s)
    GROUP BY 1, 2 HAVING count(*) > 1) AS spreads
WHERE spread > 0 GROUP BY 1
"""
# Robust distance from the median of the project, (value - median) / (1.4826 * MAD), where it exceeds 3.
# Materialised: an inlined median would be computed again for every row where the planner expects few of them.
OUTLIERS = """
WITH newest AS MATERIALIZED (
    SELECT DISTINCT ON (metric) metric, fingerprint FROM scoring_score WHERE project_id = %(project)s
    ORDER BY metric, computed_at DESC
), scores AS MATERIALIZED (
    SELECT s.image_id, s.metric, s.value FROM scoring_score s JOIN newest USING (metric, fingerprint)
    WHERE s.project_id = %(project)s AND s.value IS NOT NULL
), middle AS MATERIALIZED (
    SELECT metric, percentile_cont(0.5) WITHIN GROUP (ORDER BY value) AS median FROM scores GROUP BY metric
), width AS MATERIALIZED (
    SELECT metric, median, 1.4826 * percentile_cont(0.5) WITHIN GROUP (ORDER BY abs(value - median)) AS mad
    FROM scores JOIN middle USING (metric) GROUP BY metric, median
)
SELECT image_id, metric, (value - median) / mad FROM scores JOIN width USING (metric)
WHERE mad > 0 AND abs(value - median) > 3 * mad
    AND image_id = ANY(%(images)s)
"""
LABELLED = """
SELECT DISTINCT image_id FROM annotate_standing_gold WHERE project_id = %(project)s AND version_id = %(version)s
"""
# Both orders of the ranked Items: as it was written, and as the queue stood before.
PLACES = """
WITH places AS (
    SELECT e.id, e.item_id, i.image_id, i.state, e.priority, e.inclusion_probability, e.reasons,
        row_number() OVER (ORDER BY e.priority DESC, i.position) AS place,
        row_number() OVER (ORDER BY e.previous_priority DESC, i.position) AS previous
    FROM scoring_rankingentry e JOIN annotate_item i ON i.id = e.item_id WHERE e.ranking_id = %(ranking)s
)
SELECT places.item_id, places.image_id, image.name, image.withdrawn_at IS NOT NULL, places.state, place, previous,
    places.priority, places.inclusion_probability, places.reasons
FROM places JOIN annotate_image image ON image.id = places.image_id
"""
AFTER = f"{PLACES} ORDER BY place LIMIT %(limit)s"
BEFORE = f"{PLACES} ORDER BY previous LIMIT %(limit)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """An Item of the priority stream, in the order in which the queue has it now."""

    item: UUID
    image: UUID
    position: int
    priority: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An Item's place (from 1) in a ranking and before it, with the stored reasons."""

    item: UUID
    image: UUID
    name: str
    withdrawn: bool
    state: str
    place: int
    previous: int
    priority: float
    inclusion_probability: float
    reasons: list[dict[str, Any]]


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def campaign_of(scope: Scope, campaign: UUID) -> Campaign:
    """The campaign with its version. Raises UnknownHere."""
    row = Campaign.objects.scoped(scope).select_related("version").filter(id=campaign).first()
    if row is None:
        raise UnknownHere
    return row


def open_items(scope: Scope, campaign: UUID) -> tuple[OpenItem, ...]:
    """What a ranking orders."""
    rows = _rows(OPEN_ITEMS, {"campaign": campaign, "project": scope.project})
    return tuple(OpenItem(item=item, image=image, position=at, priority=now) for item, image, at, now in rows)


def count_items(scope: Scope, campaign: UUID) -> dict[str, int]:
    """Open Items by stream."""
    rows = Item.objects.scoped(scope).filter(campaign_id=campaign, state=Item.State.OPEN)
    counts = dict.fromkeys(Item.Stream.values, 0)
    for stream in rows.values_list("stream", flat=True):
        counts[stream] += 1
    return counts


def probabilities_of(images: list[UUID], detectors: list[UUID]) -> dict[UUID, dict[str, float]]:
    """Probability by defect, by Image. The caller has entered the project."""
    found: dict[UUID, dict[str, float]] = {}
    for image, defect, probability in _rows(PREDICTIONS, {"images": images, "detectors": detectors}):
        found.setdefault(image, {})[defect] = probability
    return found


def outliers_of(scope: Scope, images: list[UUID]) -> dict[UUID, dict[str, float]]:
    """Robust distances from the project's median beyond 3 by metric, by Image."""
    found: dict[UUID, dict[str, float]] = {}
    for image, metric, distance in _rows(OUTLIERS, {"images": images, "project": scope.project}):
        found.setdefault(image, {})[metric] = distance
    return found


def disagreement_of(scope: Scope, campaign: Campaign, images: list[UUID]) -> dict[UUID, float]:
    """The largest spread of several detectors' probabilities for one defect, by Image."""
    values = {"project": scope.project, "images": images, "defects": list(campaign.defects)}
    return dict(_rows(DISAGREEMENT, values))


def labelled_images(scope: Scope, version: UUID) -> list[UUID]:
    """Images with gold under a Version."""
    return [row[0] for row in _rows(LABELLED, {"project": scope.project, "version": version})]


def rankings_of(scope: Scope, campaign: UUID, limit: int = 20) -> tuple[Ranking, ...]:
    """The newest rankings of a campaign."""
    rows = Ranking.objects.scoped(scope).filter(campaign_id=campaign).select_related("created_by")
    return tuple(rows.order_by("-created_at")[:limit])


def latest_ranking(scope: Scope, campaign: UUID) -> Ranking | None:
    """The last ranking that was written down."""
    rows = Ranking.objects.scoped(scope).filter(campaign_id=campaign, state="done").select_related("created_by")
    return rows.order_by("-created_at").first()


def first_places(ranking: UUID, limit: int) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """(the first by the ranking, the first as the queue stood before). The caller has entered its project."""
    values = {"ranking": ranking, "limit": limit}
    return _places(_rows(AFTER, values)), _places(_rows(BEFORE, values))


def _places(rows: list[tuple[Any, ...]]) -> tuple[Place, ...]:
    """Raw cursors hand JSON out as text."""
    return tuple(Place(**dict(zip(Place.__slots__, (*row[:-1], json.loads(row[-1])), strict=True))) for row in rows)
