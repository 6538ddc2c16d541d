"""A version as documents for reading: names beside ids, rules as they take effect, pictures or what they must show."""

from typing import Any

from taxonomy.diff import Change, Diff
from taxonomy.operations import Migration, operation_document
from taxonomy.tree import (
    Defect,
    Dimension,
    Example,
    ExclusionGroup,
    RetiredConcept,
    Scale,
    SubDefect,
    TaxonomyTree,
    Translation,
)

PICTURES = "/api/v1/taxonomy-pictures"
Stored = frozenset[str]


def counts(tree: TaxonomyTree, stored: Stored) -> dict[str, int]:
    """How large a version is; `pictures_missing` counts examples whose picture is not here."""
    examples = [example for defect in tree.defects for example in defect.examples]
    pictured = sum(example.asset_sha256 in stored for example in examples)
    return {
        "dimensions": len(tree.dimensions),
        "defects": len(tree.defects),
        "sub_defects": sum(len(defect.sub_defects) for defect in tree.defects),
        "examples": len(examples),
        "pictures_missing": len(examples) - pictured,
    }


def version_content(tree: TaxonomyTree, stored: Stored) -> dict[str, Any]:
    """Everything a version says. `stored` are the hashes of pictures that can be shown."""
    meta = tree.meta
    return {
        "title": meta.title,
        "summary": meta.summary,
        "previous_version": meta.previous_version,
        "default_language": meta.default_language,
        "languages": list(meta.languages),
        "license": meta.license,
        "media": list(meta.media),
        "id_prefix": meta.id_prefix,
        "release_notes": meta.release_notes,
        "sources": [{"title": one.title, "url": one.url, "used_for": one.used_for} for one in meta.sources],
        "scoring": {
            "base": meta.scoring.base,
            "floor": meta.scoring.floor,
            "per_defect": meta.scoring.per_defect,
            "dimension_cap": meta.scoring.dimension_cap,
        },
        "counts": counts(tree, stored),
        "scales": [scale_content(tree, scale) for scale in tree.scales],
        "quality_model": [
            {"id": one.id, "name": one.name, "iso25010_analogue": one.iso25010_analogue, "note": one.note}
            for one in tree.quality_model
        ],
        "kpis": [_kpi(tree, kpi.id) for kpi in tree.kpis],
        "exclusion_groups": [_group(tree, group) for group in tree.exclusion_groups],
        "dimensions": [
            {
                **_dimension(dimension),
                "definition": dimension.definition,
                "status": dimension.status or "active",
                "translations": _translations(dimension.translations),
                "defects": [defect_content(tree, defect, stored) for defect in dimension.defects],
            }
            for dimension in tree.dimensions
        ],
        "retired_concepts": [_retired(tree, retired) for retired in tree.retired_concepts],
    }


def defect_page(tree: TaxonomyTree, defect: Defect, stored: Stored) -> dict[str, Any]:
    """One defect with its dimension, its scale and its neighbours in the order of the file."""
    order = tree.defects
    place = order.index(defect)
    return {
        "dimension": _dimension(tree.dimension_of(defect)),
        "scale": scale_content(tree, tree.scale_of(defect)),
        "previous": reference(tree, order[place - 1].id) if place > 0 else None,
        "next": reference(tree, order[place + 1].id) if place + 1 < len(order) else None,
        "exclusion_groups": [_group(tree, group) for group in tree.groups_of(defect.id)],
        "defect": defect_content(tree, defect, stored),
    }


def reference(tree: TaxonomyTree, concept: str) -> dict[str, Any]:
    """A concept by name. `status` is retired for a tombstone and unknown for what this version does not know."""
    if tree.has_defect(concept):
        defect = tree.defect(concept)
        return {"id": concept, "code": defect.code, "name": defect.name, "status": defect.status}
    if tree.has_sub_defect(concept):
        sub = tree.sub_defect(concept)
        return {"id": concept, "code": sub.code, "name": sub.name, "status": sub.status}
    for dimension in tree.dimensions:
        if dimension.id == concept:
            status = dimension.status or "active"
            return {"id": concept, "code": dimension.code, "name": dimension.name, "status": status}
    for retired in tree.retired_concepts:
        if retired.id == concept:
            return {"id": concept, "code": retired.code, "name": retired.name, "status": "retired"}
    return {"id": concept, "code": "", "name": concept, "status": "unknown"}


def _references(tree: TaxonomyTree, concepts: tuple[str, ...]) -> list[dict[str, Any]]:
    return [reference(tree, concept) for concept in concepts]


def _dimension(dimension: Dimension) -> dict[str, Any]:
    return {"id": dimension.id, "code": dimension.code, "name": dimension.name, "colour": dimension.colour}


def _translations(translations: tuple[Translation, ...]) -> list[dict[str, Any]]:
    return [{"language": one.language, "name": one.name, "definition": one.definition} for one in translations]


def scale_content(tree: TaxonomyTree, scale: Scale) -> dict[str, Any]:
    """A scale with its decision rules and how many defects are judged on it."""
    return {
        "id": scale.id,
        "name": scale.name,
        "kind": scale.kind,
        "allow_not_applicable": scale.allow_not_applicable,
        "tie_break": scale.tie_break,
        "end_words": [{"hotkey": key, "word": word} for key, word in scale.end_words],
        "used_by": sum(defect.scale == scale.id for defect in tree.defects),
        "levels": [
            {
                "key": level.key,
                "rank": level.rank,
                "name": level.name,
                "hotkey": level.hotkey,
                "action": level.action,
                "general_rule": level.general_rule,
            }
            for level in scale.levels
        ],
    }


def _kpi(tree: TaxonomyTree, kpi_id: str) -> dict[str, Any]:
    for kpi in tree.kpis:
        if kpi.id == kpi_id:
            text = kpi.description
            return {"id": kpi.id, "name": kpi.name, "direction": kpi.direction, "unit": kpi.unit, "description": text}
    return {"id": kpi_id, "name": kpi_id, "direction": "", "unit": "", "description": None}


def _quality(tree: TaxonomyTree, quality_id: str) -> dict[str, Any]:
    for one in tree.quality_model:
        if one.id == quality_id:
            return {"id": one.id, "name": one.name, "iso25010_analogue": one.iso25010_analogue, "note": one.note}
    return {"id": quality_id, "name": quality_id, "iso25010_analogue": "", "note": None}


def _group(tree: TaxonomyTree, group: ExclusionGroup) -> dict[str, Any]:
    return {"id": group.id, "level": group.level, "rule": group.rule, "members": _references(tree, group.members)}


def _retired(tree: TaxonomyTree, retired: RetiredConcept) -> dict[str, Any]:
    return {
        "id": retired.id,
        "code": retired.code,
        "name": retired.name,
        "retired_in": retired.retired_in,
        "reason": retired.reason,
        "replaced_by": _references(tree, retired.replaced_by),
        "consider": _references(tree, retired.consider),
    }


def defect_content(tree: TaxonomyTree, defect: Defect, stored: Stored) -> dict[str, Any]:
    """Everything a defect says."""
    return {
        "id": defect.id,
        "code": defect.code,
        "name": defect.name,
        "status": defect.status,
        "since": defect.since,
        "meaning_since": defect.meaning_version,
        "deprecation": _deprecation(tree, defect),
        "derived_from": _references(tree, defect.derived_from),
        "aliases": list(defect.aliases),
        "translations": _translations(defect.translations),
        "definition": defect.definition,
        "annotate_when": list(defect.annotate_when),
        "do_not_annotate_when": [
            {"text": one.text, "use": reference(tree, one.use) if one.use else None}
            for one in defect.do_not_annotate_when
        ],
        "catch_all": defect.catch_all,
        "comment_required": defect.comment_required or defect.catch_all,
        "veto": defect.veto,
        "not_ratable": defect.not_ratable,
        "route": defect.route,
        "context": list(defect.context),
        "scope": {
            "level": defect.scope.level,
            "shapes": list(defect.scope.shapes),
            "required": bool(defect.scope.required),
        },
        "scale": defect.scale,
        "levels": _levels(tree, defect),
        "relations": [
            {"type": one.type, "target": reference(tree, one.target), "note": one.note} for one in defect.relations
        ],
        "quality": _quality(tree, defect.quality),
        "kpis": [_kpi(tree, kpi) for kpi in defect.kpis],
        "causes": [
            {"component": one.component, "confidence": one.confidence, "check": one.check} for one in defect.causes
        ],
        "sub_defects": [_sub_defect(sub) for sub in defect.sub_defects],
        "examples": [_example(example, place, stored) for place, example in enumerate(defect.examples)],
    }


def _deprecation(tree: TaxonomyTree, defect: Defect) -> dict[str, Any] | None:
    said = defect.deprecation
    if said is None:
        return None
    return {
        "since": said.since,
        "reason": said.reason,
        "replaced_by": _references(tree, said.replaced_by),
        "consider": _references(tree, said.consider),
    }


def _levels(tree: TaxonomyTree, defect: Defect) -> list[dict[str, Any]]:
    """The levels of the scale, mildest first, with the defect's own anchor, points and the action in effect."""
    anchors = {rule.level: rule for rule in defect.severity}
    found: list[dict[str, Any]] = []
    for level in sorted(tree.scale_of(defect).levels, key=lambda one: one.rank):
        rule = anchors.get(level.key)
        found.append(
            {
                "key": level.key,
                "name": level.name,
                "rank": level.rank,
                "hotkey": level.hotkey,
                "rule": rule.rule if rule else None,
                "general_rule": level.general_rule,
                "penalty": rule.penalty if rule else None,
                "action": tree.action_of(defect, level.key),
                "is_own_action": bool(rule and rule.action),
            }
        )
    return found


def _sub_defect(sub: SubDefect) -> dict[str, Any]:
    return {
        "id": sub.id,
        "code": sub.code,
        "name": sub.name,
        "status": sub.status,
        "since": sub.since,
        "definition": sub.definition,
        "translations": _translations(sub.translations),
    }


def _example(example: Example, place: int, stored: Stored) -> dict[str, Any]:
    region = example.region
    return {
        "place": place,
        "id": example.id,
        "kind": example.kind,
        "severity": example.severity,
        "verdict": example.verdict,
        "caption": example.caption,
        "url": f"{PICTURES}/{example.asset_sha256}" if example.asset_sha256 in stored else None,
        "asset": example.asset,
        "source_item": example.source_item,
        "region": {"shape": region.shape, "points": [list(point) for point in region.points]} if region else None,
        "clean_counterpart_of": example.clean_counterpart_of,
    }


def diff_content(found: Diff, old: TaxonomyTree, new: TaxonomyTree, migration: Migration | None) -> dict[str, Any]:
    """Typed changes with the names that people know, and the operations declared for them where there are any."""
    operations = migration.operations if migration else ()
    return {
        "from_version": found.from_version,
        "to_version": found.to_version,
        "changes": [_change(change, old, new) for change in found.changes],
        "notes": [{"path": note.path, "before": note.before, "after": note.after} for note in found.notes],
        "operations": [operation_document(operation) for operation in operations],
    }


def _change(change: Change, old: TaxonomyTree, new: TaxonomyTree) -> dict[str, Any]:
    tree = old if change.kind == "gone" else new
    parent = tree.parent_id(change.concept)
    if change.subject == "exclusion_group":
        named = {"id": change.concept, "code": "", "name": change.concept, "status": "active"}
    else:
        named = reference(tree, change.concept)
    return {
        "subject": change.subject,
        "concept": named,
        "parent": reference(tree, parent) if parent else None,
        "kind": change.kind,
        "field": change.field,
        "before": change.before,
        "after": change.after,
    }
