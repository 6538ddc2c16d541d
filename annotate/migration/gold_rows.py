"""The one writer of carried gold."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from annotate.migration.gold_carrying import CarriedGoldLabel
from annotate.models import MigrationRun

COLUMNS = (
    "id", "project_id", "run_id", "image_id", "item_id", "campaign_id", "version_id", "origins", "outcome",
    "standing", "concept", "value", "level", "region", "regions", "candidates", "review", "flags", "provenance",
    "rule", "annotations", "reason_code", "reason", "decided_by_id", "decided_at",
)  # fmt: skip
ITEMS = "SELECT image_id, id FROM annotate_item WHERE campaign_id = %s AND round = 1 AND image_id = ANY(%s)"


def write_gold_rows(run: MigrationRun, labels: Mapping[UUID, Sequence[CarriedGoldLabel]]) -> None:
    """Rows of some Images, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(ITEMS, [run.campaign_id, list(labels)])
        items = dict(cursor.fetchall())
        with cursor.copy(f"COPY annotate_carriedgold ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for image, rows in labels.items():
                for one in rows:
                    copy.write_row(_row(run, image, items.get(image), one))


def _row(run: MigrationRun, image: UUID, item: UUID | None, one: CarriedGoldLabel) -> tuple[Any, ...]:
    base, present = one.base, one.value == "present"
    return (
        uuid4(), run.project_id, run.id, image, item, run.campaign_id, run.to_version_id, list(one.origins),
        one.outcome, one.standing, one.concept, one.value, one.level,
        json.dumps(base.region) if present and base.region else None,
        json.dumps(base.regions if present else []), json.dumps(one.candidates), list(one.review), list(one.flags),
        base.provenance, base.rule, base.annotations, base.reason_code, base.reason, base.decided_by, base.decided_at,
    )  # fmt: skip


def drop_gold(run: UUID, images: Sequence[UUID] | None = None) -> None:
    """Delete what a run carried of gold, of all Images or of some. Expects the caller's transaction."""
    with connection.cursor() as cursor:
        if images is None:
            cursor.execute("DELETE FROM annotate_carriedgold WHERE run_id = %s", [run])
        else:
            cursor.execute(
                "DELETE FROM annotate_carriedgold WHERE run_id = %s AND image_id = ANY(%s)", [run, list(images)]
            )
