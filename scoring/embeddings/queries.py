"""Reading embeddings, and which Images still lack scores or an embedding."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Max

from accounts.scope import Scope
from annotate.errors import UnknownHere
from annotate.models import Image
from scoring.embeddings.handcrafted import FINGERPRINT
from scoring.metrics.choice import MetricChoice
from scoring.models import Embedding, Score

Vector: TypeAlias = npt.NDArray[np.float32]

EMBEDDING = "handcrafted"  # the metric name under which a missing embedding says why it is missing

# An Image lacks something when a wanted (metric, fingerprint) has no row, or there is neither an embedding nor the
# row that says why there is none. Failed scores count as done: the same bytes and metric would fail again.
LACKING = """
FROM annotate_image i
WHERE i.withdrawn_at IS NULL AND NOT i.is_reference {project} AND (
    (SELECT count(*) FROM scoring_score s
        WHERE s.image_id = i.id AND s.metric || ' ' || s.fingerprint = ANY(
            CASE WHEN i.reference_id IS NULL THEN %(alone)s::text[] ELSE %(all)s::text[] END))
        < CASE WHEN i.reference_id IS NULL THEN cardinality(%(alone)s::text[]) ELSE cardinality(%(all)s::text[]) END
    OR (NOT EXISTS (SELECT 1 FROM scoring_embedding e WHERE e.image_id = i.id AND e.fingerprint = %(features)s)
        AND NOT EXISTS (SELECT 1 FROM scoring_score s WHERE s.image_id = i.id AND s.metric = %(embedding)s
            AND s.fingerprint = %(features)s)))
"""
OF_PROJECT = LACKING.format(project="AND i.project_id = %(project)s")
NEXT = f"""
SELECT i.id, i.blob_id, i.reference_id IS NOT NULL,
    (SELECT r.blob_id FROM annotate_image r WHERE r.id = i.reference_id AND r.withdrawn_at IS NULL)
{OF_PROJECT} AND i.id > %(after)s ORDER BY i.id LIMIT %(limit)s
"""
DUE = f"SELECT DISTINCT i.project_id {LACKING.format(project='')}"
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unscored:
    """An Image that lacks something: its bytes, and those of its reference (None where they are gone)."""

    image: UUID
    sha256: str
    has_reference: bool
    reference_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringCounts:
    """How far the scoring of a project's Images is; withdrawn ones and mere references are left out."""

    images: int
    scored: int
    embedded: int
    unreadable: int
    lacking: int
    last_at: datetime | None


def _rows(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _wanted(choice: MetricChoice) -> dict[str, Any]:
    alone = [f"{spec.name} {spec.fingerprint}" for spec in choice.alone]
    paired = [f"{spec.name} {spec.fingerprint}" for spec in choice.paired]
    return {"alone": alone, "all": alone + paired, "features": FINGERPRINT, "embedding": EMBEDDING}


def unscored_images(scope: Scope, choice: MetricChoice, *, after: UUID = FIRST, limit: int) -> tuple[Unscored, ...]:
    """The next Images by id that lack a score or the embedding."""
    values = _wanted(choice) | {"project": scope.project, "after": after, "limit": limit}
    return tuple(
        Unscored(image=image, sha256=blob, has_reference=paired, reference_sha256=reference)
        for image, blob, paired, reference in _rows(NEXT, values)
    )


def count_unscored(scope: Scope, choice: MetricChoice) -> int:
    """How many Images lack something."""
    count: int = _rows(f"SELECT count(*) {OF_PROJECT}", _wanted(choice) | {"project": scope.project})[0][0]
    return count


def projects_to_score(choice: MetricChoice) -> tuple[UUID, ...]:
    """All projects with an Image that lacks something: for the minute task."""
    return tuple(row[0] for row in _rows(DUE, _wanted(choice)))


def scoring_counts(scope: Scope, choice: MetricChoice) -> ScoringCounts:
    """The numbers of the project's page."""
    images = Image.objects.scoped(scope).filter(withdrawn_at=None, is_reference=False)
    live = Score.objects.scoped(scope).filter(image__withdrawn_at=None, image__is_reference=False)
    embedded = Embedding.objects.scoped(scope).filter(
        fingerprint=FINGERPRINT, image__withdrawn_at=None, image__is_reference=False
    )
    return ScoringCounts(
        images=images.count(),
        scored=live.filter(status="ok").values("image_id").distinct().count(),
        embedded=embedded.count(),
        unreadable=live.filter(status="unreadable").values("image_id").distinct().count(),
        lacking=count_unscored(scope, choice),
        last_at=live.aggregate(last=Max("computed_at"))["last"],
    )


def vectors_of(scope: Scope, images: Sequence[UUID], fingerprint: str = FINGERPRINT) -> dict[UUID, Vector]:
    """Embeddings float32 [d] by Image; Images without one are left out."""
    rows = Embedding.objects.scoped(scope).filter(fingerprint=fingerprint, image_id__in=images)
    pairs = rows.values_list("image_id", "vector").iterator(chunk_size=5_000)
    return {image: np.asarray(vector, dtype=np.float32) for image, vector in pairs}


def image_is_here(scope: Scope, image: UUID) -> None:
    """Raises UnknownHere."""
    if not Image.objects.scoped(scope).filter(id=image).exists():
        raise UnknownHere
