"""Writing gold: a new revision where the settled answer is new or different, never an update."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from annotate.answer import region_document
from annotate.geometry import Region
from annotate.gold.queries import GoldRow, current_gold
from annotate.models import GoldLabel, Item
from core import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGold:
    """One concept's settled answer on its way into the table."""

    concept: str
    value: str
    level: str | None
    region: Region | None
    regions: tuple[Region, ...]
    annotations: tuple[UUID, ...]
    rule: str


def lock_gold(item: Item, version: UUID) -> None:
    """Wait for whoever writes gold of this Image under this Version, from another campaign too. Held to the commit.

    Expects an open transaction and the Item's lock held: always Item first, then gold.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"gold:{item.image_id}:{version}"])


def write_gold(
    item: Item,
    version: UUID,
    labels: Sequence[NewGold],
    *,
    provenance: str,
    decided_by: UUID | None = None,
    reason_code: str = "",
    reason: str = "",
) -> int:
    """Write revisions for what is new or differs from the current gold. Expects `lock_gold` held.

    Answers how many were written. A consensus that only confirms what is there writes nothing, and none ever writes
    over an adjudicator's word or takes an assessed label back to not assessed.
    """
    known = {row.concept: row for row in current_gold(item.project_id, [item.image_id], version)}
    rows = []
    for label in labels:
        now = known.get(label.concept)
        if provenance == GoldLabel.Provenance.CONSENSUS and now is not None and _stands(now, label):
            continue
        rows.append(
            GoldLabel(
                project_id=item.project_id, image_id=item.image_id, item=item, campaign_id=item.campaign_id,
                version_id=version, concept=label.concept, revision=now.revision + 1 if now else 1,
                value=label.value, level=label.level or "", region=region_document(label.region),
                regions=[region_document(region) for region in label.regions], provenance=provenance,
                rule=label.rule[:40], annotations=list(label.annotations), reason_code=reason_code, reason=reason,
                decided_by_id=decided_by, decided_at=clock.now(),
            )
        )  # fmt: skip
    GoldLabel.objects.bulk_create(rows)
    return len(rows)


def _stands(now: GoldRow, label: NewGold) -> bool:
    """Whether the gold that is there stays against a consensus."""
    if label.value == GoldLabel.Value.NOT_ASSESSED or (now.value, now.level) == (label.value, label.level or ""):
        return True
    return now.provenance != GoldLabel.Provenance.CONSENSUS and now.value != GoldLabel.Value.NOT_ASSESSED
