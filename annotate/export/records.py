"""One exported record per Image. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from taxonomy.concepts import ACTION_RANK, ACTIONS
from taxonomy.tree import TaxonomyTree

SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp", "image/gif": ".gif"}
DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRow:
    """An Image of the campaign with its generation record, and how its Item was drawn."""

    item: str
    image: str
    sha256: str
    width: int
    height: int
    media_type: str
    name: str
    external_id: str
    prompt: str
    negative_prompt: str
    generator: str
    model_version: str
    seed: str
    parameters: dict[str, Any]
    source_group: str
    stratum: str
    inclusion_probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelRow:
    """A current gold label."""

    concept: str
    value: str
    level: str
    region: dict[str, Any] | None
    regions: list[dict[str, Any]]
    provenance: str
    rule: str
    reason_code: str
    annotations: list[str]


@dataclass(slots=True, kw_only=True)
class AnswerRow:
    """The current Annotation of one Reviewer: what was asked, and the worst level of every concept found.

    `levels` None: present without a level of its own; `not_ratable`: rated as "not applicable".
    """

    pseudonym: str
    asked: frozenset[str]
    not_assessed: frozenset[str]
    levels: dict[str, str | None] = field(default_factory=dict)
    not_ratable: set[str] = field(default_factory=set)

    def presence(self, concept: str) -> str:
        """present, absent or not_assessed."""
        if concept in self.levels:
            return "present"
        assessed = concept in self.asked and concept not in self.not_assessed and concept not in self.not_ratable
        return "absent" if assessed else "not_assessed"


def record_of(
    image: ImageRow, labels: Sequence[LabelRow], answers: Sequence[AnswerRow], tree: TaxonomyTree
) -> dict[str, Any]:
    """The record as the detectors read it. `labels` by concept; `answers` stand beside the gold: variation informs."""
    return {
        "image": image.image,
        "sha256": image.sha256,
        "file": safe_name(image.name, image.sha256, image.media_type),
        "name": image.name,
        "width": image.width,
        "height": image.height,
        "external_id": image.external_id,
        "prompt": image.prompt,
        "negative_prompt": image.negative_prompt,
        "generator": image.generator,
        "model_version": image.model_version,
        "seed": image.seed,
        "parameters": image.parameters,
        "source_group": image.source_group,
        "sampling": {"stratum": image.stratum, "inclusion_probability": image.inclusion_probability},
        "gold": {label.concept: _gold(label, answers) for label in labels},
        "verdict": verdict_of(labels, tree),
        "score": score_of(labels, tree),
    }


def _gold(label: LabelRow, answers: Sequence[AnswerRow]) -> dict[str, Any]:
    concept = label.concept
    return {
        "value": label.value,
        "level": label.level or None,
        "region": label.region,
        "regions": label.regions,
        "provenance": label.provenance,
        "rule": label.rule,
        "reason_code": label.reason_code or None,
        "answers": {one.pseudonym: one.presence(concept) for one in answers},
        "answer_levels": {one.pseudonym: one.levels[concept] for one in answers if concept in one.levels},
        "annotations": label.annotations,
    }


def verdict_of(labels: Sequence[LabelRow], tree: TaxonomyTree) -> str | None:
    """The worst action of what is present; None where nothing was assessed."""
    assessed = [label for label in labels if label.value != "not_assessed"]
    if not assessed:
        return None
    ranks = [
        ACTION_RANK[tree.action_of(tree.defect(label.concept), label.level)]
        for label in assessed
        if label.value == "present" and label.level
    ]
    return ACTIONS[max(ranks, default=0)]


def score_of(labels: Sequence[LabelRow], tree: TaxonomyTree) -> float | None:
    """The trend score: base minus the penalties of what is present (one per defect, capped per dimension), not below
    the floor. None where nothing was assessed, where only ratings are asked, or the version has no scoring."""
    scoring = tree.scoring
    lost: dict[str, float] = {}
    counted = 0
    for label in labels:
        defect = tree.defect(label.concept)
        if label.value == "not_assessed" or tree.scale_of(defect).kind == "rating":
            continue
        counted += 1
        if label.value == "present" and label.level:
            dimension = tree.dimension_of(defect).id
            lost[dimension] = lost.get(dimension, 0.0) + tree.penalty_of(defect, label.level)
    if not counted:
        return None
    cap = scoring.dimension_cap
    total = sum(min(points, cap) if cap is not None else points for points in lost.values())
    return round(max(scoring.floor, scoring.base - total), 6)


def safe_name(name: str, sha256: str, media_type: str) -> str:
    """The file name as it came, where every system can hold it below any folder; else one made from the hash."""
    parts = name.split("/")
    odd = any(
        part in {"", ".", ".."} or len(part) > LONGEST_NAME or part != part.strip(" .") or DEVICES.match(part)
        or any(sign < " " or sign in '<>:"\\|?*\x7f' for sign in part)
        for part in parts
    )  # fmt: skip
    return f"{sha256}{SUFFIXES.get(media_type, '')}" if odd or len(name) > 2 * LONGEST_NAME else name
