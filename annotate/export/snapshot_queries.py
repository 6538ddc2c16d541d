"""Everything of one export read in one REPEATABLE READ transaction on a connection of its own.

Of its own, because meanwhile the job beats its heart and asks whether it was cancelled, which must be neither frozen
nor part of the snapshot. Rows come through a server-side cursor in blocks: memory does not grow with the export.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import connection as main_connection
from django.db.backends.base.base import BaseDatabaseWrapper

from annotate.export.manifest import Facts, HeldBack
from annotate.export.records import AnswerRow, ImageRow, LabelRow
from annotate.models import Campaign
from taxonomy.tree import TaxonomyTree

BLOCK = 1000

IMAGES = """
SELECT i.id, i.image_id, image.blob_id, blob.width, blob.height, blob.media_type, image.name, image.external_id,
    image.prompt, image.negative_prompt, image.generator, image.model_version, image.seed, image.parameters,
    image.source_group, CASE WHEN i.stream = 'audit' THEN 'audit' ELSE i.sampling_stratum END, i.inclusion_probability
FROM annotate_item i
JOIN annotate_image image ON image.id = i.image_id
JOIN annotate_blob blob ON blob.sha256 = image.blob_id
WHERE i.campaign_id = %(campaign)s AND i.round = 1 AND i.stream <> 'test' AND i.state <> 'withdrawn'
    AND i.settled_at IS NOT NULL AND image.withdrawn_at IS NULL
ORDER BY i.image_id
"""
LABELS = """
SELECT DISTINCT ON (image_id, concept) image_id, concept, value, level, region, regions, provenance, rule, reason_code,
    annotations
FROM annotate_standing_gold
WHERE image_id = ANY(%(images)s) AND version_id = %(version)s
ORDER BY image_id, concept, revision DESC
"""
ANSWERS = """
SELECT DISTINCT ON (a.item_id, a.reviewer_id) a.item_id, a.id, r.pseudonym, a.asked, a.not_assessed
FROM annotate_standing_annotation a JOIN annotate_reviewer r ON r.id = a.reviewer_id
WHERE a.item_id = ANY(%(items)s) AND NOT a.late AND NOT a.after_reveal
ORDER BY a.item_id, a.reviewer_id, a.revision DESC
"""
FINDINGS = """
SELECT annotation_id, defect, kind, level FROM annotate_standing_finding
WHERE campaign_id = %(campaign)s AND annotation_id = ANY(%(annotations)s)
ORDER BY annotation_id, position
"""
PROGRESS = """
SELECT count(*), count(*) FILTER (WHERE i.settled_at IS NOT NULL), count(*) FILTER (WHERE i.settled_at IS NULL
    AND EXISTS (SELECT 1 FROM annotate_dispute d WHERE d.item_id = i.id AND d.state = 'open'))
FROM annotate_item i JOIN annotate_image image ON image.id = i.image_id
WHERE i.campaign_id = %(campaign)s AND i.round = 1 AND i.stream <> 'test' AND i.state <> 'withdrawn'
    AND image.withdrawn_at IS NULL
"""
WITHDRAWN = """
SELECT image.id, image.blob_id, image.withdrawn_reason
FROM annotate_item i JOIN annotate_image image ON image.id = i.image_id
WHERE i.campaign_id = %(campaign)s AND i.round = 1 AND (i.state = 'withdrawn' OR image.withdrawn_at IS NOT NULL)
ORDER BY image.id
"""
REPORT = """
SELECT r.fingerprint, r.document, starts_with(r.fingerprint, (
    SELECT count(*) || '-' || coalesce(max(a.sequence), 0) || '-w' FROM annotate_annotation a
    WHERE a.campaign_id = %(campaign)s))
FROM annotate_agreementreport r WHERE r.campaign_id = %(campaign)s ORDER BY r.computed_at DESC LIMIT 1
"""
# Findings that wait for an answer, and gold that is held back until then, by the concept they were made with.
HELD_BACK = """
SELECT is_gold, concept, count(*) FROM (
    SELECT false AS is_gold, f.defect AS concept FROM annotate_carriedfinding k
    JOIN annotate_finding f ON f.id = k.finding_id
    JOIN annotate_annotation a ON a.id = k.annotation_id
    JOIN annotate_item i ON i.id = k.item_id
    JOIN annotate_image image ON image.id = i.image_id
    WHERE k.run_id = %(layer)s AND k.outcome = 'queued' AND k.answered_at IS NULL AND i.state <> 'withdrawn'
        AND image.withdrawn_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM annotate_annotation n WHERE n.lease_id = a.lease_id AND n.revision > a.revision)
    UNION ALL
    SELECT true, k.concept FROM annotate_carriedgold k
    JOIN annotate_image image ON image.id = k.image_id AND image.withdrawn_at IS NULL
    WHERE k.run_id = %(layer)s AND k.outcome = 'queued' AND NOT k.standing AND NOT EXISTS (
        SELECT 1 FROM annotate_goldlabel g WHERE g.image_id = k.image_id AND g.version_id = k.version_id
        AND g.concept IN (SELECT c->>0 FROM jsonb_array_elements(k.candidates) AS c))
) AS waiting GROUP BY is_gold, concept ORDER BY concept
"""
JOURNAL = """
SELECT position, hash FROM accounts_journalentry WHERE scope = %(scope)s ORDER BY position DESC LIMIT 1
"""


class Snapshot:
    """An open snapshot of one campaign."""

    def __init__(self, opened: BaseDatabaseWrapper, campaign: Campaign, tree: TaxonomyTree) -> None:
        self._opened, self._campaign, self._tree = opened, campaign, tree

    def _rows(self, sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        with self._opened.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def blocks(self) -> Iterator[list[tuple[ImageRow, list[LabelRow], list[AnswerRow]]]]:
        """The settled Images of the campaign in the order of their ids, with gold (by concept) and answers."""
        with self._opened.cursor() as cursor:
            cursor.execute(f"DECLARE export_images NO SCROLL CURSOR FOR {IMAGES}", {"campaign": self._campaign.id})
        while found := self._rows(f"FETCH {BLOCK} FROM export_images", {}):
            labels = self._labels([row[1] for row in found])
            answers = self._answers([row[0] for row in found])
            yield [(_image(row), labels.get(row[1], []), answers.get(row[0], [])) for row in found]

    def _labels(self, images: Sequence[UUID]) -> dict[UUID, list[LabelRow]]:
        rows = self._rows(LABELS, {"images": list(images), "version": self._campaign.version_id})
        asked = frozenset(self._campaign.defects)
        found: dict[UUID, list[LabelRow]] = {}
        for row in rows:
            if row[1] in asked:
                found.setdefault(row[0], []).append(_label(row))
        return found

    def _answers(self, items: Sequence[UUID]) -> dict[UUID, list[AnswerRow]]:
        rows = self._rows(ANSWERS, {"items": list(items)})
        by_id = {
            row[1]: AnswerRow(pseudonym=row[2], asked=frozenset(row[3]), not_assessed=frozenset(row[4])) for row in rows
        }
        for annotation, defect, kind, level in self._rows(
            FINDINGS, {"annotations": list(by_id), "campaign": self._campaign.id}
        ):
            self._take_in(by_id[annotation], defect, kind, level)
        found: dict[UUID, list[AnswerRow]] = {}
        for row in rows:
            found.setdefault(row[0], []).append(by_id[row[1]])
        for answers in found.values():
            answers.sort(key=lambda one: one.pseudonym)
        return found

    def _take_in(self, answer: AnswerRow, concept: str, kind: str, level: str | None) -> None:
        """Several findings of one defect: the worst level."""
        if kind == "rating" and level is None:
            answer.not_ratable.add(concept)
            return
        known = answer.levels.get(concept)
        if known and level and self._tree.has_defect(concept):
            defect = self._tree.defect(concept)
            level = max(known, level, key=lambda key: self._tree.level(defect, key).rank)
        answer.levels[concept] = level or known

    def facts(self) -> Facts:
        """What the manifest says besides the records."""
        campaign, version = self._campaign, self._campaign.version
        asked = {"campaign": campaign.id}
        items, settled, disputed = self._rows(PROGRESS, asked)[0]
        head = self._rows(JOURNAL, {"scope": f"project:{campaign.project_id}"})
        return Facts(
            campaign={
                "id": str(campaign.id), "name": campaign.name, "kind": campaign.kind,
                "consensus_rule": campaign.consensus_rule, "annotations_per_item": campaign.annotations_per_item,
                "defects": list(campaign.defects), "image_choice": campaign.image_choice,
                "audit_share": campaign.audit_share, "seed": campaign.seed,
                "project": campaign.project.slug,
            },
            taxonomy={
                "slug": version.taxonomy.slug, "version": version.number, "content_hash": version.content_hash,
            },
            items=items,
            settled=settled,
            open_disputes=disputed,
            withdrawn=tuple(
                {"image": str(row[0]), "sha256": row[1], "reason": row[2]} for row in self._rows(WITHDRAWN, asked)
            ),
            agreement=self._agreement(),
            held_back=self._held_back(),
            journal={"position": head[0][0], "hash": head[0][1]} if head else {"position": 0, "hash": None},
        )  # fmt: skip

    def _held_back(self) -> HeldBack | None:
        """None where the campaign stands on no layer."""
        if self._campaign.layer_id is None:
            return None
        rows = self._rows(HELD_BACK, {"layer": self._campaign.layer_id})
        return HeldBack(
            findings={concept: count for is_gold, concept, count in rows if not is_gold},
            gold={concept: count for is_gold, concept, count in rows if is_gold},
        )

    def _agreement(self) -> dict[str, Any] | None:
        """The newest report, as far as there is one: per defect what it says, and whether answers came since."""
        found = self._rows(REPORT, {"campaign": self._campaign.id})
        if not found:
            return None
        fingerprint, document, is_current = found[0]
        report = _json(document)
        return {
            "fingerprint": fingerprint,
            "is_current": bool(is_current),
            "items": report.get("items"),
            "answers": report.get("answers"),
            "defects": report.get("defects", []),
            "ratings": report.get("ratings", []),
        }


@contextmanager
def snapshot(campaign: Campaign, tree: TaxonomyTree) -> Iterator[Snapshot]:
    """One moment of the database, for as long as the block runs; later submissions are not in it."""
    opened = main_connection.copy()
    try:
        with opened.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield Snapshot(opened, campaign, tree)
    finally:
        opened.close()


def _image(row: tuple[Any, ...]) -> ImageRow:
    return ImageRow(
        item=str(row[0]), image=str(row[1]), sha256=row[2], width=row[3], height=row[4], media_type=row[5],
        name=row[6], external_id=row[7], prompt=row[8], negative_prompt=row[9], generator=row[10],
        model_version=row[11], seed=row[12], parameters=_json(row[13]), source_group=row[14], stratum=row[15],
        inclusion_probability=row[16],
    )  # fmt: skip


def _label(row: tuple[Any, ...]) -> LabelRow:
    return LabelRow(
        concept=row[1], value=row[2], level=row[3], region=_json(row[4]), regions=_json(row[5]), provenance=row[6],
        rule=row[7], reason_code=row[8], annotations=[str(one) for one in row[9]],
    )  # fmt: skip


def _json(value: Any) -> Any:
    """Raw cursors hand JSON out as text."""
    return json.loads(value) if isinstance(value, str) else value
