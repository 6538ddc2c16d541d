"""One version of a defect taxonomy: the whole tree with quick lookups.

The parts live in `taxonomy.concepts` and can be imported from here as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from taxonomy.concepts import (
    ACTION_RANK,
    ACTIONS,
    Action,
    Cause,
    ConceptKind,
    ConceptStatus,
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
    ScaleKind,
    Scope,
    Scoring,
    Source,
    SubDefect,
    Translation,
    semver,
)

__all__ = [
    "ACTIONS",
    "ACTION_RANK",
    "Action",
    "Cause",
    "ConceptKind",
    "ConceptStatus",
    "Defect",
    "Deprecation",
    "Dimension",
    "Example",
    "ExampleRegion",
    "Exclusion",
    "ExclusionGroup",
    "Kpi",
    "Level",
    "LevelRule",
    "Meta",
    "QualityCharacteristic",
    "Relation",
    "RetiredConcept",
    "Scale",
    "ScaleKind",
    "Scope",
    "Scoring",
    "Source",
    "SubDefect",
    "TaxonomyTree",
    "Translation",
    "semver",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Index:
    every: tuple[Defect, ...]
    scales: Mapping[str, Scale]
    defects: Mapping[str, Defect]
    dimensions: Mapping[str, Dimension]
    subs: Mapping[str, SubDefect]
    parents: Mapping[str, str]
    codes: Mapping[str, Defect]
    levels: Mapping[tuple[str, str], Level]
    rules: Mapping[tuple[str, str], LevelRule]


def _index(tree: "TaxonomyTree") -> _Index:
    every = tuple(defect for dimension in tree.dimensions for defect in dimension.defects)
    defects = {defect.id: defect for defect in every}
    scales = {scale.id: scale for scale in tree.scales}
    parents: dict[str, str] = {}
    for dimension in tree.dimensions:
        for defect in dimension.defects:
            parents[defect.id] = dimension.id
            parents.update((sub.id, defect.id) for sub in defect.sub_defects)
    levels = {
        (defect.id, level.key): level
        for defect in defects.values()
        if defect.scale in scales
        for level in scales[defect.scale].levels
    }
    rules = {(defect.id, rule.level): rule for defect in defects.values() for rule in defect.severity}
    return _Index(
        every=every,
        scales=scales,
        defects=defects,
        dimensions={dimension.id: dimension for dimension in tree.dimensions},
        subs={sub.id: sub for defect in every for sub in defect.sub_defects},
        parents=parents,
        codes={defect.code: defect for defect in reversed(every)},
        levels=levels,
        rules=rules,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonomyTree:
    """A whole taxonomy version. Equal content is equal and hashes alike; lookups are dictionary reads."""

    meta: Meta
    scales: tuple[Scale, ...]
    quality_model: tuple[QualityCharacteristic, ...]
    dimensions: tuple[Dimension, ...]
    kpis: tuple[Kpi, ...] = ()
    exclusion_groups: tuple[ExclusionGroup, ...] = ()
    retired_concepts: tuple[RetiredConcept, ...] = ()
    _found: _Index = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_found", _index(self))

    @property
    def slug(self) -> str:
        return self.meta.slug

    @property
    def version(self) -> str:
        return self.meta.version

    @property
    def title(self) -> str:
        return self.meta.title

    @property
    def scoring(self) -> Scoring:
        return self.meta.scoring

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Every defect of every dimension, in the order of the file."""
        return self._found.every

    @property
    def active_defects(self) -> tuple[Defect, ...]:
        """Those that may get new findings."""
        return tuple(defect for defect in self.defects if defect.status == "active")

    def has_defect(self, defect_id: str) -> bool:
        return defect_id in self._found.defects

    def defect(self, defect_id: str) -> Defect:
        """KeyError when this version has no such defect."""
        return self._found.defects[defect_id]

    def defect_by_code(self, code: str) -> Defect:
        """The defect typed with these two letters; KeyError when there is none."""
        return self._found.codes[code]

    def sub_defect(self, sub_id: str) -> SubDefect:
        return self._found.subs[sub_id]

    def has_sub_defect(self, sub_id: str) -> bool:
        return sub_id in self._found.subs

    def dimension(self, dimension_id: str) -> Dimension:
        return self._found.dimensions[dimension_id]

    def dimension_of(self, defect: Defect) -> Dimension:
        return self._found.dimensions[self._found.parents[defect.id]]

    def parent_id(self, concept_id: str) -> str | None:
        """Dimension of a defect, defect of a sub-defect, None for a dimension or an unknown id."""
        return self._found.parents.get(concept_id)

    def scale(self, scale_id: str) -> Scale:
        return self._found.scales[scale_id]

    def scale_of(self, defect: Defect) -> Scale:
        return self._found.scales[defect.scale]

    def has_level(self, defect_id: str, key: str) -> bool:
        return (defect_id, key) in self._found.levels

    def level(self, defect: Defect, key: str) -> Level:
        """The level of the defect's scale; KeyError when its scale has no such key."""
        return self._found.levels[defect.id, key]

    def level_rule(self, defect: Defect, key: str) -> LevelRule:
        """The defect's own anchor for a level; KeyError when it has none."""
        return self._found.rules[defect.id, key]

    def action_of(self, defect: Defect, key: str) -> Action:
        """The action as it takes effect: the defect's override, else the default of the scale."""
        rule = self._found.rules.get((defect.id, key))
        return rule.action if rule is not None and rule.action else self.level(defect, key).action

    def penalty_of(self, defect: Defect, key: str) -> float:
        """Positive points of the trend score that one finding on this level costs."""
        return self.level_rule(defect, key).penalty

    def groups_of(self, defect_id: str) -> tuple[ExclusionGroup, ...]:
        return tuple(group for group in self.exclusion_groups if defect_id in group.members)
