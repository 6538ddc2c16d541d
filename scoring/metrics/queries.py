"""Reading scores: of one Image, and how each metric is distributed over a project."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.scope import Scope
from scoring.metrics.registry import metric_named
from scoring.metrics.spec import MetricSpec
from scoring.models import Score

BINS = 24

# Values of the newest fingerprint of a metric only: scores of two implementations are never mixed.
DISTRIBUTION = """
WITH newest AS (
    SELECT DISTINCT ON (metric) metric, fingerprint FROM scoring_score WHERE project_id = %(project)s
    ORDER BY metric, computed_at DESC
), scores AS (
    SELECT s.metric, s.fingerprint, s.value, s.status FROM scoring_score s
    JOIN newest n USING (metric, fingerprint)
    JOIN annotate_image i ON i.id = s.image_id AND i.withdrawn_at IS NULL
    WHERE s.project_id = %(project)s
)
SELECT metric, min(fingerprint), count(value), min(value), max(value),
    percentile_cont(0.25) WITHIN GROUP (ORDER BY value), percentile_cont(0.5) WITHIN GROUP (ORDER BY value),
    percentile_cont(0.75) WITHIN GROUP (ORDER BY value)
FROM scores GROUP BY metric
"""
HISTOGRAM = """
SELECT least(floor((s.value - %(low)s) / %(width)s)::int, %(bins)s - 1), count(*) FROM scoring_score s
JOIN annotate_image i ON i.id = s.image_id AND i.withdrawn_at IS NULL
WHERE s.project_id = %(project)s AND s.metric = %(metric)s AND s.fingerprint = %(fingerprint)s AND s.value IS NOT NULL
GROUP BY 1
"""
WITHOUT = """
SELECT s.metric, s.fingerprint, s.status, count(*) FROM scoring_score s
JOIN annotate_image i ON i.id = s.image_id AND i.withdrawn_at IS NULL
WHERE s.project_id = %(project)s AND s.status <> 'ok' GROUP BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreView:
    """One score of an Image with what its metric is; `spec` None for a metric this installation does not know."""

    metric: str
    value: float | None
    status: str
    reason: str
    fingerprint: str
    computed_at: datetime
    spec: MetricSpec | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """How a metric's values lie over the images of a project: n with a value, quartiles, counts of equal bins."""

    metric: str
    fingerprint: str
    n: int
    low: float | None
    high: float | None
    lower_quartile: float | None
    median: float | None
    upper_quartile: float | None
    counts: tuple[int, ...]
    without: Mapping[str, int]


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def image_scores(scope: Scope, image: UUID) -> tuple[ScoreView, ...]:
    """All scores of an Image by metric, the newest of a metric first."""
    rows = Score.objects.scoped(scope).filter(image_id=image).order_by("metric", "-computed_at")
    return tuple(
        ScoreView(
            metric=row.metric, value=row.value, status=row.status, reason=row.reason, fingerprint=row.fingerprint,
            computed_at=row.computed_at, spec=metric_named(row.metric),
        )
        for row in rows
    )  # fmt: skip


def metric_distributions(scope: Scope) -> tuple[Distribution, ...]:
    """One distribution for each metric that was computed, by name."""
    project = {"project": scope.project}
    without: dict[tuple[str, str], dict[str, int]] = {}
    for metric, fingerprint, status, count in _rows(WITHOUT, project):
        without.setdefault((metric, fingerprint), {})[status] = count
    return tuple(
        _distribution(scope, row, without.get((row[0], row[1]), {})) for row in sorted(_rows(DISTRIBUTION, project))
    )


def _distribution(scope: Scope, row: tuple[Any, ...], without: Mapping[str, int]) -> Distribution:
    metric, fingerprint, n, low, high, lower, median, upper = row
    counts: list[int] = []
    if n and high > low:
        width = (high - low) / BINS
        values = {
            "project": scope.project, "metric": metric, "fingerprint": fingerprint, "low": low, "width": width,
            "bins": BINS,
        }  # fmt: skip
        counts = [0] * BINS
        for place, count in _rows(HISTOGRAM, values):
            counts[place] = count
    elif n:
        counts = [n]  # one value only
    return Distribution(
        metric=metric, fingerprint=fingerprint, n=n, low=low, high=high, lower_quartile=lower, median=median,
        upper_quartile=upper, counts=tuple(counts), without=without,
    )  # fmt: skip
