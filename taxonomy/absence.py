"""What becomes of "looked at, not there": present, absent or not_assessed per concept and version.

`absent` never appears unless the old version implies it: a split source that was absent has absent parts, a
concept carved from absent named concepts is absent, a merge target is absent when all its sources were.
Nothing follows from the absence of a catch-all, because reviewers under-use it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from taxonomy.mapping import Step
from taxonomy.operations import Operation

Assessment = Literal["present", "absent", "not_assessed"]
KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What decides the value of one concept that a step touches."""

    merged: tuple[str, ...] = ()
    origins: tuple[Operation, ...] = ()
    lost: frozenset[Assessment] = frozenset()  # values that a change of meaning takes away
    is_old: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    step: Step
    kept: tuple[str, ...]  # concepts whose value stays what it was
    ruled: tuple[tuple[str, _Rule], ...]


_known: dict[int, _Rules] = {}


def carry_assessments(values: Mapping[str, Assessment], step: Step) -> dict[str, Assessment]:
    """The value of every defect of the new version for one image and reviewer; a missing value counts as
    not_assessed. A finding that must be reviewed for its concept leaves its concept not_assessed."""
    rules = _rules(step)
    carried: dict[str, Assessment] = {concept: values.get(concept, "not_assessed") for concept in rules.kept}
    for concept, rule in rules.ruled:
        carried[concept] = _carried(concept, values, rule, step)
    return carried


def _rules(step: Step) -> _Rules:
    """Sorted out once for a step, which is kept beside them so that no other can have its identity."""
    found = _known.get(id(step))
    if found is None:
        ruled = {defect.id: _rule(defect.id, step) for defect in step.new.defects}
        plain = _Rule(is_old=True)
        found = _Rules(
            step=step,
            kept=tuple(concept for concept, rule in ruled.items() if rule == plain),
            ruled=tuple((concept, rule) for concept, rule in ruled.items() if rule != plain),
        )
        if len(_known) >= KEPT:
            _known.clear()
        _known[id(step)] = found
    return found


def _rule(concept: str, step: Step) -> _Rule:
    operations, is_old = step.migration.operations, step.old.has_defect(concept)
    merges = [one for one in operations if one.op == "merge" and concept in one.into]
    own = {concept} if is_old else set()
    origins = [one for one in operations if one.op == "split" and concept in one.into]
    origins += [one for one in operations if one.op == "add" and one.concept == concept]
    lost = frozenset(
        value
        for one in operations
        if one.op == "redefine" and one.concept == concept
        for value in _LOST.get(one.direction or "", ("present",))
    )
    return _Rule(
        merged=tuple(sorted({source for one in merges for source in one.concepts} | own)) if merges else (),
        origins=tuple(origins),
        lost=lost,
        is_old=is_old,
    )


_LOST: Mapping[str, tuple[Assessment, ...]] = {"broader": ("absent",), "shifted": ("present", "absent")}


def _carried(concept: str, values: Mapping[str, Assessment], rule: _Rule, step: Step) -> Assessment:
    if rule.merged:
        return _joined([values.get(source, "not_assessed") for source in rule.merged])
    if not rule.is_old:
        return "absent" if rule.origins and _implied(rule.origins, values, step) else "not_assessed"
    value = values.get(concept, "not_assessed")
    if value in rule.lost:
        return "not_assessed"
    if value == "absent" and rule.origins and not _implied(rule.origins, values, step):
        return "not_assessed"
    return value


def _joined(values: list[Assessment]) -> Assessment:
    if "present" in values:
        return "present"
    return "absent" if set(values) == {"absent"} else "not_assessed"


def _implied(origins: Sequence[Operation], values: Mapping[str, Assessment], step: Step) -> bool:
    """All concepts it came from are named (no catch-all) and were absent."""
    sources = [source for one in origins for source in (*one.carved_from, *_split_source(one))]
    return bool(sources) and all(
        values.get(source) == "absent" and step.old.has_defect(source) and not step.old.defect(source).catch_all
        for source in sources
    )


def _split_source(operation: Operation) -> tuple[str, ...]:
    return operation.sources if operation.op == "split" else ()
