"""The manifest beside the data: what it is, what it rests on, what is missing from it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from annotate.export.writers import WrittenFile
from core.hashing import sha256_of_json

FORMAT = "touchstone-gold/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """What a move to another version left for people to answer, by the concept it was made with."""

    findings: dict[str, int]
    gold: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the snapshot says besides the records."""

    campaign: dict[str, Any]
    taxonomy: dict[str, Any]
    items: int
    settled: int
    open_disputes: int
    withdrawn: tuple[dict[str, Any], ...]
    agreement: dict[str, Any] | None
    journal: dict[str, Any]
    held_back: HeldBack | None = None  # None where the campaign stands on no layer


@dataclass(slots=True, kw_only=True)
class Counts:
    """Labels per concept and value, counted while they pass."""

    images: int = 0
    labels: int = 0
    by_concept: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, gold: Mapping[str, Mapping[str, Any]]) -> None:
        self.images += 1
        for concept, label in gold.items():
            found = self.by_concept.get(concept)
            if found is None:
                found = self.by_concept[concept] = {"present": 0, "absent": 0, "not_assessed": 0}
            found[label["value"]] += 1
        self.labels += len(gold)


def manifest_of(
    facts: Facts, counts: Counts, files: Sequence[WrittenFile], *, layout: str, app_version: str, made: dict[str, Any]
) -> dict[str, Any]:
    """The manifest. `content_hash` covers all of it but `made`: the same data has the same content hash always."""
    unsettled = facts.items - facts.settled
    content = {
        "format": FORMAT,
        "layout": layout,
        "app_version": app_version,
        "taxonomy": facts.taxonomy,
        "campaign": facts.campaign,
        "filter": {"items": "settled", "round": 1, "streams": ["priority", "audit"]},
        "counts": {
            "images": counts.images,
            "labels": counts.labels,
            "by_concept": {concept: counts.by_concept[concept] for concept in sorted(counts.by_concept)},
        },
        "partial": unsettled > 0 or bool(facts.held_back and (facts.held_back.findings or facts.held_back.gold)),
        "missing": {
            "items": facts.items,
            "unsettled": unsettled,
            "open_disputes": facts.open_disputes,
            "waiting": unsettled - facts.open_disputes,
        }
        | _held_back(facts.held_back),
        "withdrawn": {"count": len(facts.withdrawn), "images": list(facts.withdrawn)},
        "agreement": facts.agreement,
        "notes": NOTES[layout],
        "files": [asdict(file) for file in files],
    }
    return content | {"content_hash": sha256_of_json(content), "made": made | {"journal": facts.journal}}


def _held_back(open_still: HeldBack | None) -> dict[str, Any]:
    """Only of a campaign that was moved: the manifest of any other stays what it was, to the byte."""
    if open_still is None:
        return {}
    return {
        "open_rereviews": {"count": sum(open_still.findings.values()), "by_concept": open_still.findings},
        "gold_held_back": {"count": sum(open_still.gold.values()), "by_concept": open_still.gold},
    }


NOTES: Mapping[str, tuple[str, ...]] = {
    "jsonl": ("One record per image. A region has points from 0 to 1 in the upright image.",),
    "csv": (
        "One row per image and concept. A text that begins with = + - @, a tab, a line break or an apostrophe has an "
        "apostrophe before it, so that no spreadsheet runs it; remove one leading apostrophe to get the original.",
    ),
    "coco": (
        "Only what is present and has a region is an annotation; its pixels are those of the upright image. "
        "Absent, not assessed and present without a region stand under images[].touchstone.",
    ),
}
