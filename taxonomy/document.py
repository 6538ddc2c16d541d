"""A taxonomy as a plain document (dicts, lists, strings, numbers) and back.

`to_document(from_document(d))` has every word of `d` in one fixed order of keys, without optional keys
that say nothing (`false`, `null`, an empty list). A document must fit `schemas/taxonomy.schema.json`
before it is given to `from_document`; otherwise KeyError or TypeError may be raised.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from taxonomy.tree import (
    Cause,
    Defect,
    Deprecation,
    Dimension,
    Example,
    ExampleRegion,
    Exclusion,
    ExclusionGroup,
    Kpi,
    Level,
    LevelRule,
    Meta,
    QualityCharacteristic,
    Relation,
    RetiredConcept,
    Scale,
    Scope,
    Scoring,
    Source,
    SubDefect,
    TaxonomyTree,
    Translation,
)

FORMAT = "defect-taxonomy/1"
Document = dict[str, Any]
T = TypeVar("T")


def _number(value: float) -> float:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _each(read: Callable[[Document], T], values: Iterable[Document] | None) -> tuple[T, ...]:
    return tuple(read(value) for value in values or ())


def _names(document: Document, key: str) -> tuple[str, ...]:
    return tuple(document.get(key) or ())


def _said(**values: Any) -> Document:
    """Only the keys that say something; a trailing `_` keeps a name apart from a Python word."""
    return {key.rstrip("_"): value for key, value in values.items() if value not in (None, False, [], {})}


# ---- reading


def _translations(document: Document) -> tuple[Translation, ...]:
    return tuple(
        Translation(language=language, name=text["name"], definition=text.get("definition"))
        for language, text in (document.get("translations") or {}).items()
    )


def _scoring(document: Document) -> Scoring:
    cap = document.get("dimension_cap")
    return Scoring(
        base=_number(document["base"]),
        floor=_number(document["floor"]),
        per_defect=document["per_defect"],
        dimension_cap=None if cap is None else _number(cap),
    )


def _meta(document: Document) -> Meta:
    plain = ("slug", "version", "title", "summary", "status", "default_language", "id_prefix")
    return Meta(
        **{key: document[key] for key in plain},
        previous_version=document.get("previous_version"),
        license=document.get("license"),
        release_notes=document.get("release_notes"),
        languages=_names(document, "languages"),
        media=_names(document, "media"),
        sources=_each(lambda source: Source(**source), document.get("sources")),
        scoring=_scoring(document["scoring"]),
    )


def _scale(document: Document) -> Scale:
    return Scale(
        id=document["id"],
        name=document["name"],
        kind=document["kind"],
        levels=_each(lambda level: Level(**level), document["levels"]),
        allow_not_applicable=document.get("allow_not_applicable", False),
        tie_break=document.get("tie_break"),
        end_words=tuple((document.get("end_words") or {}).items()),
    )


def _rules(document: Mapping[str, Document]) -> tuple[LevelRule, ...]:
    return tuple(
        LevelRule(level=level, rule=said["rule"], penalty=_number(said["penalty"]), action=said.get("action"))
        for level, said in document.items()
    )


def _scope(document: Document) -> Scope:
    return Scope(level=document["level"], shapes=_names(document, "shapes"), required=document.get("required"))


def _region(document: Document | None) -> ExampleRegion | None:
    if document is None:
        return None
    points = tuple((_number(x), _number(y)) for x, y in document["points"])
    return ExampleRegion(shape=document["shape"], points=points)


def _example(document: Document) -> Example:
    return Example(**{**document, "region": _region(document.get("region"))})


def _deprecation(document: Document | None) -> Deprecation | None:
    if document is None:
        return None
    return Deprecation(
        since=document["in"],
        reason=document["reason"],
        replaced_by=_names(document, "replaced_by"),
        consider=_names(document, "consider"),
    )


def _sub_defect(document: Document) -> SubDefect:
    return SubDefect(**{**document, "translations": _translations(document)})


def _defect(document: Document) -> Defect:
    plain = ("id", "code", "name", "status", "since", "definition", "scale", "quality")
    flags = ("catch_all", "comment_required", "veto", "not_ratable")
    return Defect(
        **{key: document[key] for key in plain},
        **{key: document.get(key, False) for key in flags},
        meaning_since=document.get("meaning_since"),
        route=document.get("route"),
        annotate_when=_names(document, "annotate_when"),
        do_not_annotate_when=_each(lambda case: Exclusion(**case), document["do_not_annotate_when"]),
        severity=_rules(document["severity"]),
        scope=_scope(document["scope"]),
        examples=_each(_example, document["examples"]),
        deprecation=_deprecation(document.get("deprecation")),
        derived_from=_names(document, "derived_from"),
        aliases=_names(document, "aliases"),
        translations=_translations(document),
        context=_names(document, "context"),
        relations=_each(lambda relation: Relation(**relation), document.get("relations")),
        kpis=_names(document, "kpis"),
        causes=_each(lambda cause: Cause(**cause), document.get("causes")),
        sub_defects=_each(_sub_defect, document.get("sub_defects")),
    )


def _dimension(document: Document) -> Dimension:
    return Dimension(
        id=document["id"],
        code=document["code"],
        name=document["name"],
        definition=document["definition"],
        defects=_each(_defect, document["defects"]),
        status=document.get("status"),
        colour=document.get("colour"),
        translations=_translations(document),
    )


def _group(document: Document) -> ExclusionGroup:
    return ExclusionGroup(**{**document, "members": tuple(document["members"])})


def _retired(document: Document) -> RetiredConcept:
    lists = {key: _names(document, key) for key in ("replaced_by", "consider")}
    return RetiredConcept(**{**document, **lists})


def from_document(document: Document) -> TaxonomyTree:
    """The tree of a document that fits the schema; cross-field rules are not asked here."""
    return TaxonomyTree(
        meta=_meta(document["taxonomy"]),
        scales=_each(_scale, document["severity_scales"]),
        quality_model=_each(lambda entry: QualityCharacteristic(**entry), document["quality_model"]),
        kpis=_each(lambda entry: Kpi(**entry), document.get("kpis")),
        exclusion_groups=_each(_group, document.get("exclusion_groups")),
        dimensions=_each(_dimension, document["dimensions"]),
        retired_concepts=_each(_retired, document.get("retired_concepts")),
    )


# ---- writing


def _translations_document(translations: tuple[Translation, ...]) -> Document:
    return {t.language: _said(name=t.name, definition=t.definition) for t in translations}


def _meta_document(meta: Meta) -> Document:
    scoring = meta.scoring
    return {
        "slug": meta.slug,
        "version": meta.version,
        "previous_version": meta.previous_version,
        "title": meta.title,
        "summary": meta.summary,
        "status": meta.status,
        "default_language": meta.default_language,
        **_said(languages=list(meta.languages)),
        "id_prefix": meta.id_prefix,
        **_said(license=meta.license, media=list(meta.media)),
        "scoring": {
            "base": scoring.base,
            "floor": scoring.floor,
            "per_defect": scoring.per_defect,
            "dimension_cap": scoring.dimension_cap,
        },
        **_said(
            sources=[_said(title=s.title, url=s.url, used_for=s.used_for) for s in meta.sources],
            release_notes=meta.release_notes,
        ),
    }


def _scale_document(scale: Scale) -> Document:
    levels = [
        {
            "key": level.key,
            "rank": level.rank,
            "name": level.name,
            "hotkey": level.hotkey,
            "action": level.action,
            "general_rule": level.general_rule,
        }
        for level in scale.levels
    ]
    optional = _said(
        allow_not_applicable=scale.allow_not_applicable,
        tie_break=scale.tie_break,
        end_words=dict(scale.end_words),
    )
    return {"id": scale.id, "name": scale.name, "kind": scale.kind, **optional, "levels": levels}


def _scope_document(scope: Scope) -> Document:
    document: Document = {"level": scope.level, **_said(shapes=list(scope.shapes))}
    return document if scope.required is None else {**document, "required": scope.required}


def _example_document(example: Example) -> Document:
    region = example.region
    points = [list(point) for point in region.points] if region else []
    return {
        **_said(id=example.id),
        "kind": example.kind,
        **_said(severity=example.severity, verdict=example.verdict),
        "caption": example.caption,
        **_said(
            asset=example.asset,
            asset_sha256=example.asset_sha256,
            source_item=example.source_item,
            clean_counterpart_of=example.clean_counterpart_of,
            region={"shape": region.shape, "points": points} if region else None,
        ),
    }


def _deprecation_document(deprecation: Deprecation | None) -> Document | None:
    if deprecation is None:
        return None
    lists = _said(replaced_by=list(deprecation.replaced_by), consider=list(deprecation.consider))
    return {"in": deprecation.since, "reason": deprecation.reason, **lists}


def _sub_defect_document(sub: SubDefect) -> Document:
    return {
        "id": sub.id,
        "code": sub.code,
        "name": sub.name,
        "status": sub.status,
        "since": sub.since,
        "definition": sub.definition,
        **_said(translations=_translations_document(sub.translations)),
    }


def severity_document(rules: tuple[LevelRule, ...]) -> Document:
    return {rule.level: {"rule": rule.rule, "penalty": rule.penalty, **_said(action=rule.action)} for rule in rules}


def defect_document(defect: Defect) -> Document:
    """One defect as it stands in a file."""
    return {
        "id": defect.id,
        "code": defect.code,
        "name": defect.name,
        "status": defect.status,
        "since": defect.since,
        **_said(
            meaning_since=defect.meaning_since,
            deprecation=_deprecation_document(defect.deprecation),
            derived_from=list(defect.derived_from),
            aliases=list(defect.aliases),
            translations=_translations_document(defect.translations),
        ),
        "definition": defect.definition,
        "annotate_when": list(defect.annotate_when),
        "do_not_annotate_when": [_said(text=e.text, use=e.use) for e in defect.do_not_annotate_when],
        **_said(
            catch_all=defect.catch_all,
            comment_required=defect.comment_required,
            veto=defect.veto,
            route=defect.route,
            not_ratable=defect.not_ratable,
            context=list(defect.context),
        ),
        "scale": defect.scale,
        "severity": severity_document(defect.severity),
        "scope": _scope_document(defect.scope),
        **_said(relations=[_said(type=r.type, target=r.target, note=r.note) for r in defect.relations]),
        "quality": defect.quality,
        **_said(
            kpis=list(defect.kpis),
            causes=[_said(component=c.component, confidence=c.confidence, check=c.check) for c in defect.causes],
        ),
        "examples": [_example_document(example) for example in defect.examples],
        **_said(sub_defects=[_sub_defect_document(sub) for sub in defect.sub_defects]),
    }


def _dimension_document(dimension: Dimension) -> Document:
    return {
        "id": dimension.id,
        "code": dimension.code,
        "name": dimension.name,
        **_said(status=dimension.status, colour=dimension.colour),
        "definition": dimension.definition,
        **_said(translations=_translations_document(dimension.translations)),
        "defects": [defect_document(defect) for defect in dimension.defects],
    }


def _retired_document(retired: RetiredConcept) -> Document:
    return {
        "id": retired.id,
        "code": retired.code,
        "name": retired.name,
        "retired_in": retired.retired_in,
        "reason": retired.reason,
        **_said(replaced_by=list(retired.replaced_by), consider=list(retired.consider)),
    }


def to_document(tree: TaxonomyTree) -> Document:
    """The document of a tree, keys in the order of the shipped files; fresh dicts and lists each time."""
    return {
        "format": FORMAT,
        "taxonomy": _meta_document(tree.meta),
        "severity_scales": [_scale_document(scale) for scale in tree.scales],
        "quality_model": [
            _said(id=q.id, name=q.name, iso25010_analogue=q.iso25010_analogue, note=q.note) for q in tree.quality_model
        ],
        **_said(
            kpis=[
                _said(id=k.id, name=k.name, direction=k.direction, unit=k.unit, description=k.description)
                for k in tree.kpis
            ],
            exclusion_groups=[
                {"id": g.id, "level": g.level, "members": list(g.members), "rule": g.rule}
                for g in tree.exclusion_groups
            ],
        ),
        "dimensions": [_dimension_document(dimension) for dimension in tree.dimensions],
        **_said(retired_concepts=[_retired_document(retired) for retired in tree.retired_concepts]),
    }
