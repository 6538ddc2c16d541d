"""The algebra of migration: what becomes of a finding's (concept, level) from one version to the next.

A step is a relation: each state of the old version leads to states of the new one, with a mode in
carried < mapped < queued. No target at all means archived. Relations compose like matrices over the
semiring (max, max): `(W1 * W2)[x][z] = max over y of max(W1[x][y], W2[y][z])`, an absent entry annihilates
the product and is neutral in the sum. So composition is associative and the identity is its unit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as kept
from enum import IntEnum
from typing import Literal

from taxonomy.operations import Migration, Operation
from taxonomy.tree import TaxonomyTree

State = tuple[str, str | None]
"""Concept id and level key; None is a finding whose level was never asked."""
Doubt = Literal["concept", "severity"]
OutcomeName = Literal["carried", "mapped", "queued", "archived"]


class Mode(IntEnum):
    CARRIED = 1
    MAPPED = 2
    QUEUED = 3


Row = Mapping[State, Mode]
Relation = Mapping[State, Row]
OUTCOMES: tuple[OutcomeName, ...] = ("carried", "mapped", "queued", "archived")
_NAMES: Mapping[Mode, OutcomeName] = {
    Mode.CARRIED: "carried",
    Mode.MAPPED: "mapped",
    Mode.QUEUED: "queued",
}
_FLAG_OF: Mapping[str, str] = {
    "rename": "display_changed",
    "recode": "display_changed",
    "move": "dimension_changed",
    "deprecate": "concept_deprecated",
}


def outcome_of(row: Row) -> OutcomeName:
    """Archived when the row is empty, queued when there is a choice, else the mode of the one entry."""
    if not row:
        return "archived"
    if len(row) > 1:
        return "queued"
    return _NAMES[next(iter(row.values()))]


def follow(row: Row, relation: Mapping[State, Row]) -> dict[State, Mode]:
    """One row times a relation: where the targets of `row` lead, with the worse mode of both."""
    led: dict[State, Mode] = {}
    for middle, first in row.items():
        for target, second in relation.get(middle, {}).items():
            led[target] = max(led.get(target, Mode.CARRIED), first, second)
    return led


def compose(first: Relation, second: Relation) -> dict[State, dict[State, Mode]]:
    """The relation of two steps one after the other."""
    return {state: follow(row, second) for state, row in first.items()}


def states_of(tree: TaxonomyTree) -> tuple[State, ...]:
    """Every state a finding can have under this version."""
    levels = ((defect, (*tree.scale_of(defect).keys, None)) for defect in tree.defects)
    return tuple((defect.id, key) for defect, keys in levels for key in keys)


def identity(tree: TaxonomyTree) -> dict[State, dict[State, Mode]]:
    """The relation of no change: everything is carried."""
    return {state: {state: Mode.CARRIED} for state in states_of(tree)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a step does to one concept: how it ends, how its meaning and scale change, its flags."""

    ending: Operation | None = None
    doubtful: bool = False
    carved: tuple[str, ...] = ()
    rescale: Operation | None = None
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One migration made ready to run. `relation` has a row for every state of the old version."""

    old: TaxonomyTree
    new: TaxonomyTree
    migration: Migration
    effects: Mapping[str, Effect]
    relation: Relation = kept(default_factory=dict)
    doubts: Mapping[State, frozenset[Doubt]] = kept(default_factory=dict)

    def effect(self, concept: str) -> Effect:
        return self.effects.get(concept, _NO_EFFECT)

    def flags(self, concepts: Iterable[str]) -> frozenset[str]:
        """Flags that this step gives to a finding of these concepts."""
        return frozenset().union(*(self.effect(concept).flags for concept in concepts))


_NO_EFFECT = Effect()


def compile_step(old: TaxonomyTree, new: TaxonomyTree, migration: Migration) -> Step:
    """The relation of one migration. Operations are simultaneous, so their order does not matter.

    The migration should be explained (`taxonomy.explanation.explain`); a target that does not exist in the
    new version is left out in any case, so no candidate can be invalid.
    """
    effects = _effects(old, migration)
    step = Step(old=old, new=new, migration=migration, effects=effects)
    relation: dict[State, Row] = {}
    doubts: dict[State, frozenset[Doubt]] = {}
    for state in states_of(old):
        relation[state], doubts[state] = _row(step, state)
    return Step(old=old, new=new, migration=migration, effects=effects, relation=relation, doubts=doubts)


def _effects(old: TaxonomyTree, migration: Migration) -> dict[str, Effect]:
    operations = sorted(migration.operations, key=lambda one: one.id)
    touched = {concept for one in operations for concept in (*one.sources, *one.carved_from)}
    return {concept: _effect(old, concept, operations) for concept in touched}


def _effect(old: TaxonomyTree, concept: str, operations: list[Operation]) -> Effect:
    named = [one for one in operations if concept in one.sources]
    carved = [one.concept for one in operations if one.op == "add" and concept in one.carved_from]
    return Effect(
        ending=next((one for one in named if one.op in ("split", "merge", "remove")), None),
        doubtful=any(one.direction in ("narrower", "shifted") for one in named if one.op == "redefine"),
        carved=tuple(new for new in carved if new is not None),
        rescale=next((one for one in named if one.op == "rescale"), None),
        flags=_flags(old, concept, named, bool(carved)),
    )


def _flags(old: TaxonomyTree, concept: str, named: list[Operation], carved: bool) -> frozenset[str]:
    flags = {_FLAG_OF[one.op] for one in named if one.op in _FLAG_OF}
    for one in named:
        if one.op == "redefine" and one.direction == "broader":
            flags.add("meaning_broadened")
        if one.op == "rescale" or (one.op == "reweigh" and one.from_value is not None):
            flags.add("score_series_break")
        if one.op == "rescale" or (one.op == "reweigh" and one.from_actions is not None):
            flags.add("verdict_series_break")
    if carved and old.has_defect(concept) and old.defect(concept).catch_all:
        flags.add("catch_all_narrowed")
    return frozenset(flags)


def _row(step: Step, state: State) -> tuple[Row, frozenset[Doubt]]:
    concept, level = state
    effect = step.effect(concept)
    ending = effect.ending
    if ending is not None and (ending.op != "merge" or concept not in ending.into):
        if ending.op == "remove":
            return {}, frozenset()
        mode = Mode.MAPPED if ending.op == "merge" else Mode.QUEUED
        return _targets(step, level, dict.fromkeys(ending.into, mode), None)
    mode = Mode.CARRIED if ending is None else Mode.MAPPED
    concepts = {concept: mode}
    if effect.doubtful:
        concepts = dict.fromkeys((concept, *effect.carved), Mode.QUEUED)
    return _targets(step, level, concepts, effect.rescale)


def _targets(
    step: Step, level: str | None, concepts: Mapping[str, Mode], rescale: Operation | None
) -> tuple[Row, frozenset[Doubt]]:
    """The row for these target concepts: the level that is kept, mapped, or all that come into question."""
    row: dict[State, Mode] = {}
    doubts: set[Doubt] = {"concept"} if Mode.QUEUED in concepts.values() else set()
    for concept, mode in concepts.items():
        if not step.new.has_defect(concept):
            continue
        keys, mapped = _levels(step.new, concept, level, rescale)
        if len(keys) > 1:
            doubts.add("severity")
        least = Mode.QUEUED if len(keys) > 1 else Mode.MAPPED if mapped else Mode.CARRIED
        for key in keys:
            row[concept, key] = max(mode, least)
    return row, frozenset(doubts)


def _levels(
    new: TaxonomyTree, concept: str, level: str | None, rescale: Operation | None
) -> tuple[tuple[str | None, ...], bool]:
    """Levels of `concept` in the new version that an old level may become, and whether they were mapped."""
    if level is None:
        return (None,), rescale is not None
    scale = new.scale_of(new.defect(concept))
    if rescale is not None and scale.id == rescale.to_scale:
        said = tuple(key for key in rescale.level_map.get(level, ()) if key in scale.keys)
        return said or scale.keys, True
    return ((level,), False) if level in scale.keys else (scale.keys, True)
