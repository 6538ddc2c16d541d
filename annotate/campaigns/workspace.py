"""What the workspace needs to know of a campaign and its version, as one document. Pure but for the tree it reads."""

from typing import Any

from taxonomy.concepts import Defect, Dimension, Example, Scale
from taxonomy.tree import TaxonomyTree

PICTURES = "/api/v1/taxonomy-pictures"


def version_document(tree: TaxonomyTree, asked: frozenset[str]) -> dict[str, Any]:
    """Scales, dimensions with the asked defects, and exclusion groups: everything a Reviewer may look up."""
    dimensions = [_dimension(tree, dimension, asked) for dimension in tree.dimensions]
    used = {defect.scale for defect in tree.active_defects if defect.id in asked}
    return {
        "scales": [scale_document(scale) for scale in tree.scales if scale.id in used],
        "dimensions": [dimension for dimension in dimensions if dimension["defects"]],
        "exclusion_groups": [
            {"id": group.id, "name": group.rule, "level": group.level, "members": list(group.members)}
            for group in tree.exclusion_groups
            if len(asked & set(group.members)) > 1
        ],
    }


def scale_document(scale: Scale) -> dict[str, Any]:
    """One scale with its levels."""
    return {
        "key": scale.id,
        "name": scale.name,
        "kind": scale.kind,
        "allow_not_applicable": scale.allow_not_applicable,
        "tie_break": scale.tie_break,
        "end_words": [list(pair) for pair in scale.end_words] or None,
        "levels": [
            {
                "key": level.key,
                "rank": level.rank,
                "hotkey": level.hotkey,
                "name": level.name,
                "general_rule": level.general_rule,
                "action": level.action,
            }
            for level in scale.levels
        ],
    }


def _dimension(tree: TaxonomyTree, dimension: Dimension, asked: frozenset[str]) -> dict[str, Any]:
    defects = [defect for defect in dimension.defects if defect.id in asked]
    return {
        "id": dimension.id,
        "letter": dimension.code,
        "name": dimension.name,
        "definition": dimension.definition,
        "defects": [defect_document(tree, defect) for defect in defects],
    }


def defect_document(tree: TaxonomyTree, defect: Defect) -> dict[str, Any]:
    """One defect with its rules and pictures."""
    return {
        "id": defect.id,
        "code": defect.code,
        "name": defect.name,
        "aliases": list(defect.aliases),
        "translations": {translation.language: translation.name for translation in defect.translations},
        "status": defect.status,
        "definition": defect.definition,
        "annotate_when": [{"text": text} for text in defect.annotate_when],
        "do_not_annotate_when": [{"text": rule.text, "use": rule.use} for rule in defect.do_not_annotate_when],
        "catch_all": defect.catch_all,
        "comment_required": defect.comment_required or defect.catch_all,
        "veto": defect.veto,
        "not_ratable": defect.not_ratable,
        "context": list(defect.context),
        "scale": defect.scale,
        "severity": {
            rule.level: {"rule": rule.rule, "penalty": rule.penalty, "action": tree.action_of(defect, rule.level)}
            for rule in defect.severity
        },
        "scope": {
            "kind": defect.scope.level,
            "shapes": list(defect.scope.shapes),
            "required": bool(defect.scope.required),
        },
        "requires": list(defect.targets("requires")),
        "implies": list(defect.targets("implies")),
        "related": list(defect.targets("related")),
        "sub_defects": [
            {"id": sub.id, "code": sub.code, "name": sub.name, "definition": sub.definition}
            for sub in defect.sub_defects
            if sub.status == "active"
        ],
        "examples": [
            example_document(example, place)  # those with a picture first: it teaches more than a caption
            for place, example in sorted(enumerate(defect.examples), key=lambda pair: pair[1].asset_sha256 is None)
        ],
    }


def example_document(example: Example, place: int) -> dict[str, Any]:
    """One example; `url` null while its picture is missing."""
    region = example.region
    return {
        "id": example.id or str(place),
        "kind": example.kind,
        "severity": example.severity,
        "verdict": example.verdict,
        "caption": example.caption,
        "url": f"{PICTURES}/{example.asset_sha256}" if example.asset_sha256 else None,
        "region": {"shape": region.shape, "points": [list(point) for point in region.points]} if region else None,
        "clean_counterpart_of": example.clean_counterpart_of,
    }
