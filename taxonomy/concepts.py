"""The parts of a defect taxonomy as frozen values: scales, dimensions, defects, examples and so on.

Everything a taxonomy file says is here; nothing is dropped. The classes check nothing: a draft
may be wrong and must still be shown. `taxonomy.validation` says what is wrong with it.

Absent and empty are the same thing here (`None`, `()` or `False`); `scope.required` alone keeps
the difference, because a migration names the scope literally.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Action = Literal["accept", "retouch", "regenerate", "reject"]
ScaleKind = Literal["severity", "rating", "flag"]
ConceptStatus = Literal["draft", "active", "deprecated"]
ConceptKind = Literal["dimension", "defect", "sub_defect"]

ACTIONS: tuple[Action, ...] = ("accept", "retouch", "regenerate", "reject")
ACTION_RANK: Mapping[str, int] = MappingProxyType({name: rank for rank, name in enumerate(ACTIONS)})
"""What becomes of the picture, mildest first: accept 0 ... reject 3."""


def semver(version: str) -> tuple[int, int, int]:
    """`"1.10.2"` as `(1, 10, 2)`, so that versions compare by number. ValueError for anything else."""
    parts = version.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError(f"{version!r} is not a version of the form major.minor.patch")
    major, minor, patch = (int(part) for part in parts)
    return major, minor, patch


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    language: str
    name: str
    definition: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    title: str
    url: str
    used_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """How the trend score is made; it never decides the verdict of an image."""

    base: float
    floor: float
    per_defect: str
    dimension_cap: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One step of a scale. `rank` 1 is the mildest on every scale, `hotkey` the digit that is typed."""

    key: str
    rank: int
    name: str
    hotkey: str
    action: Action
    general_rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    id: str
    name: str
    kind: ScaleKind
    levels: tuple[Level, ...]
    allow_not_applicable: bool = False
    tie_break: str | None = None
    end_words: tuple[tuple[str, str], ...] = ()

    def level(self, key: str) -> Level:
        """The level with this key; KeyError when the scale has none."""
        for level in self.levels:
            if level.key == key:
                return level
        raise KeyError(f"scale {self.id} has no level {key!r}")

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(level.key for level in self.levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityCharacteristic:
    id: str
    name: str
    iso25010_analogue: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    id: str
    name: str
    direction: str
    unit: str
    description: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExclusionGroup:
    """At most one of `members` on one region (`per_region`) or one image (`per_image`)."""

    id: str
    level: Literal["per_region", "per_image"]
    members: tuple[str, ...]
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """A case that is not annotated here; `use` names the sibling that takes it."""

    text: str
    use: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRule:
    """What one level means for one defect. `action` None means the scale's own action."""

    level: str
    rule: str
    penalty: float
    action: Action | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    level: Literal["image", "region"]
    shapes: tuple[str, ...] = ()
    required: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    type: Literal["requires", "implies", "related"]
    target: str
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    component: str
    confidence: str
    check: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleRegion:
    """Points are relative to the picture, each coordinate in 0..1."""

    shape: Literal["box", "polygon", "point"]
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    kind: Literal["positive", "negative", "borderline"]
    caption: str
    id: str | None = None
    severity: str | None = None
    verdict: Literal["annotate", "do_not_annotate"] | None = None
    asset: str | None = None
    asset_sha256: str | None = None
    source_item: str | None = None
    clean_counterpart_of: str | None = None
    region: ExampleRegion | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    since: str
    reason: str
    replaced_by: tuple[str, ...] = ()
    consider: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubDefect:
    id: str
    code: str
    name: str
    status: ConceptStatus
    since: str
    definition: str
    translations: tuple[Translation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    id: str
    code: str
    name: str
    status: ConceptStatus
    since: str
    definition: str
    annotate_when: tuple[str, ...]
    do_not_annotate_when: tuple[Exclusion, ...]
    scale: str
    severity: tuple[LevelRule, ...]
    scope: Scope
    quality: str
    examples: tuple[Example, ...] = ()
    meaning_since: str | None = None
    deprecation: Deprecation | None = None
    derived_from: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    translations: tuple[Translation, ...] = ()
    catch_all: bool = False
    comment_required: bool = False
    veto: bool = False
    route: str | None = None
    not_ratable: bool = False
    context: tuple[str, ...] = ()
    relations: tuple[Relation, ...] = ()
    kpis: tuple[str, ...] = ()
    causes: tuple[Cause, ...] = ()
    sub_defects: tuple[SubDefect, ...] = ()

    @property
    def meaning_version(self) -> str:
        """Agreement is pooled only over versions from this one on."""
        return self.meaning_since or self.since

    def rule(self, level: str) -> LevelRule:
        """The anchor for this level; KeyError when the defect has none."""
        for rule in self.severity:
            if rule.level == level:
                return rule
        raise KeyError(f"defect {self.id} has no rule for level {level!r}")

    def targets(self, kind: str) -> tuple[str, ...]:
        """Ids that this defect `requires`, `implies` or is `related` to."""
        return tuple(relation.target for relation in self.relations if relation.type == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    id: str
    code: str
    name: str
    definition: str
    defects: tuple[Defect, ...]
    status: ConceptStatus | None = None
    colour: str | None = None
    translations: tuple[Translation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredConcept:
    """A tombstone: this id existed and is never given again."""

    id: str
    code: str
    name: str
    retired_in: str
    reason: Literal["split", "merged", "removed"]
    replaced_by: tuple[str, ...] = ()
    consider: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    slug: str
    version: str
    title: str
    summary: str
    status: str
    default_language: str
    id_prefix: str
    scoring: Scoring
    previous_version: str | None = None
    languages: tuple[str, ...] = ()
    license: str | None = None
    media: tuple[str, ...] = ()
    release_notes: str | None = None
    sources: tuple[Source, ...] = ()
