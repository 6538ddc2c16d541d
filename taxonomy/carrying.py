"""Carries findings from version to version: the relation, then the passes that look at whole sets.

After each step, in this order: (a) a region that became required and is missing, (b) a new exclusion or
requirement that is violated, (c) findings that a merge put on top of one another. Several steps are the
fold of single ones. Nothing is rewritten: each result points to the finding it came from.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from taxonomy.document import Document
from taxonomy.mapping import (
    OUTCOMES,
    Doubt,
    Mode,
    OutcomeName,
    Row,
    State,
    Step,
    compile_step,
    follow,
    outcome_of,
)
from taxonomy.operations import Migration
from taxonomy.tree import TaxonomyTree

RegionPolicy = Literal["taxonomy", "off", "optional", "required"]
Box = tuple[float, float, float, float]
SAME_REGION = 0.5
"""Two boxes are one region from this intersection over union on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One finding as it was made. `region` is any name of the region; `box` (left, top, right, bottom,
    relative to the picture) lets regions of different names be recognised as one."""

    id: str
    item: str
    reviewer: str
    concept: str
    severity: str | None
    region: str | None = None
    box: Box | None = None
    sub: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedLabel:
    """What became of one finding under a version. `row` holds the candidates with their modes."""

    origin: Label
    row: Row
    flags: frozenset[str] = frozenset()
    doubts: frozenset[Doubt] = frozenset()
    asked: frozenset[str] = frozenset()
    merged_into: str | None = None
    sub: str | None = None
    reason: str | None = None

    @property
    def outcome(self) -> OutcomeName:
        return outcome_of(self.row)

    @property
    def candidates(self) -> tuple[State, ...]:
        """Every (concept, level) that comes into question, sorted; one when resolved, none when archived."""
        return tuple(sorted(self.row, key=lambda state: (state[0], state[1] or "")))

    @property
    def resolved(self) -> State | None:
        """The one state of a carried or mapped finding, else None."""
        return next(iter(self.row)) if self.outcome in ("carried", "mapped") else None

    @property
    def review(self) -> tuple[str, ...]:
        """What a person must answer: concept, presence, severity, region, exclusion:GROUP, requires:ID."""
        if self.outcome != "queued":
            return ()
        concepts = Counter(concept for concept, _ in self.row)
        kinds = set(self.asked)
        if "concept" in self.doubts or len(concepts) > 1:
            kinds.add("concept" if len(concepts) > 1 else "presence")
        if "severity" in self.doubts or max(concepts.values()) > 1:
            kinds.add("severity")
        return tuple(sorted(kinds))


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    from_version: str
    to_version: str
    labels: tuple[CarriedLabel, ...]

    @property
    def counts(self) -> Mapping[OutcomeName, int]:
        """How many findings had each outcome; only outcomes that occur."""
        counted = Counter(label.outcome for label in self.labels)
        return {name: counted[name] for name in OUTCOMES if counted[name]}


def begin(label: Label) -> CarriedLabel:
    """A finding under its own version: carried, itself the only candidate."""
    return CarriedLabel(origin=label, row={(label.concept, label.severity): Mode.CARRIED}, sub=label.sub)


def migrate(
    labels: Mapping[str, Iterable[Label]],
    trees: Sequence[TaxonomyTree],
    migrations: Sequence[Migration],
    region_policy: RegionPolicy = "taxonomy",
) -> tuple[StepResult, ...]:
    """Carry findings along a path of versions; `labels` by the version they were made under.

    Findings made under a later version join at their step. Those of the last version need no step.
    ValueError when the migrations do not lead from tree to tree.
    """
    if len(migrations) != len(trees) - 1:
        wanted = len(trees) - 1
        raise ValueError(f"{len(trees)} versions need {wanted} migrations, given are {len(migrations)}")
    carried: list[CarriedLabel] = []
    results = []
    for old, new, migration in zip(trees, trees[1:], migrations, strict=False):
        if (migration.from_version, migration.to_version) != (old.version, new.version):
            said = f"{migration.from_version} to {migration.to_version}"
            raise ValueError(f"the migration from {said} does not lead from {old.version} to {new.version}")
        carried += [begin(label) for label in labels.get(old.version, ())]
        carried = carry(carried, compile_step(old, new, migration), region_policy)
        results.append(StepResult(from_version=old.version, to_version=new.version, labels=tuple(carried)))
    return tuple(results)


def carry(labels: Sequence[CarriedLabel], step: Step, region_policy: RegionPolicy = "taxonomy") -> list[CarriedLabel]:
    """One step for a whole set of findings (all findings of an item and reviewer must be in the set)."""
    known: dict[object, CarriedLabel] = {}
    moved = [_carry_alike(label, step, region_policy, known) for label in labels]
    moved = _ask_exclusions(moved, step)
    moved = _ask_requirements(moved, step)
    return _collapse(labels, moved, step)


# ---- one finding


def _carry_alike(
    label: CarriedLabel, step: Step, policy: RegionPolicy, known: dict[object, CarriedLabel]
) -> CarriedLabel:
    """Findings that differ in nothing that `_carry_one` looks at are carried once."""
    has_region = label.origin.region is not None or label.origin.box is not None
    alike = (frozenset(label.row.items()), label.flags, label.doubts, label.asked, label.sub, label.reason, has_region)
    found = known.get(alike)
    if found is None:
        found = known[alike] = _carry_one(label, step, policy)
    return CarriedLabel(
        origin=label.origin, row=found.row, flags=found.flags, doubts=found.doubts, asked=found.asked,
        merged_into=label.merged_into, sub=found.sub, reason=found.reason,
    )  # fmt: skip


def _carry_one(label: CarriedLabel, step: Step, policy: RegionPolicy) -> CarriedLabel:
    before = {concept for concept, _ in label.row}
    row = _by_sub_defect(label, follow(label.row, step.relation), step)
    doubts = label.doubts.union(*(step.doubts.get(state, frozenset()) for state in label.row))
    after = {concept for concept, _ in row}
    named = before if label.sub is None else before | {label.sub}
    moved = replace(
        label,
        row=row,
        doubts=doubts,
        flags=label.flags | step.flags(named),
        reason=label.reason if row or label.reason else _reason(before, step),
    )
    if label.sub is not None and not (step.new.has_sub_defect(label.sub) and step.new.parent_id(label.sub) in after):
        moved = replace(moved, sub=None, flags=moved.flags | {"sub_defect_dropped"})
    if label.origin.region is None and label.origin.box is None:
        needed = any(_needs_region(step.old, concept, policy) for concept in before)
        if not needed and any(_needs_region(step.new, concept, policy) for concept in after):
            return _queued(moved, "region")
    return moved


def _by_sub_defect(label: CarriedLabel, row: dict[State, Mode], step: Step) -> dict[State, Mode]:
    """A split may say which part a sub-defect belongs to; the other parts are then no candidates."""
    for concept, _ in label.row:
        ending = step.effect(concept).ending
        if ending is not None and label.sub is not None and label.sub in ending.sub_map:
            others = set(ending.into) - set(ending.sub_map[label.sub])
            row = {state: mode for state, mode in row.items() if state[0] not in others}
    return row


def _reason(concepts: Iterable[str], step: Step) -> str | None:
    """Why nothing is left: the operation that ended the concept."""
    for concept in sorted(concepts):
        ending = step.effect(concept).ending
        if ending is not None:
            return f"{ending.op} {concept} in {step.new.version}: {ending.why}"
    return f"gone in {step.new.version}" if concepts else None


def _needs_region(tree: TaxonomyTree, concept: str, policy: RegionPolicy) -> bool:
    if policy in ("off", "optional"):
        return False
    scope = tree.defect(concept).scope
    return scope.level == "region" and (policy == "required" or bool(scope.required))


def _queued(label: CarriedLabel, kind: str) -> CarriedLabel:
    return replace(label, row=dict.fromkeys(label.row, Mode.QUEUED), asked=label.asked | {kind})


# ---- whole sets


def _standing(labels: Sequence[CarriedLabel]) -> dict[tuple[str, str], list[int]]:
    """Positions of resolved, uncollapsed findings by item and reviewer."""
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, label in enumerate(labels):
        if label.merged_into is None and label.resolved is not None:
            groups[label.origin.item, label.origin.reviewer].append(position)
    return groups


def _concept(label: CarriedLabel) -> str:
    return label.resolved[0] if label.resolved else ""


def regions(labels: Sequence[Label]) -> list[list[int]]:
    """Positions of findings that lie on one region: same name, or boxes with IoU >= 0.5 (transitively).

    "No region" is one region of its own."""
    clusters: list[list[int]] = []
    for position, label in enumerate(labels):
        touching = [one for one in clusters if any(_same_region(labels[n], label) for n in one)]
        clusters = [one for one in clusters if one not in touching]
        clusters.append(sorted([position, *(n for one in touching for n in one)]))
    return sorted(clusters)


def _same_region(one: Label, other: Label) -> bool:
    if one.box is not None and other.box is not None:
        return one.region == other.region is not None or _iou(one.box, other.box) >= SAME_REGION
    return one.region == other.region and (one.box is None) == (other.box is None)


def _iou(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return width * height / (areas - width * height)


def _ask_exclusions(labels: list[CarriedLabel], step: Step) -> list[CarriedLabel]:
    """Findings of two members of a new or changed group on one region or image go to a person."""
    named = {one.group for one in step.migration.operations if one.op == "constrain" and one.group}
    asked: dict[int, set[str]] = defaultdict(set)
    groups = [group for group in step.new.exclusion_groups if group.id in named]
    standing = _standing(labels) if groups else {}
    for group in groups:
        for positions in standing.values():
            members = [n for n in positions if _concept(labels[n]) in group.members]
            places = [list(range(len(members)))]
            if group.level == "per_region":
                places = regions([labels[n].origin for n in members])
            for place in places:
                if len({_concept(labels[members[n]]) for n in place}) > 1:
                    for n in place:
                        asked[members[n]].add(f"exclusion:{group.id}")
    return _asked(labels, asked)


def _asked(labels: list[CarriedLabel], asked: Mapping[int, set[str]]) -> list[CarriedLabel]:
    labels = list(labels)
    for position, kinds in asked.items():
        for kind in sorted(kinds):
            labels[position] = _queued(labels[position], kind)
    return labels


def _ask_requirements(labels: list[CarriedLabel], step: Step) -> list[CarriedLabel]:
    """Findings whose newly required companion is not set on the image by the same reviewer."""
    wanted: dict[str, set[str]] = {}
    for one in step.migration.operations:
        if one.op == "constrain" and one.group is None:
            for concept in one.sources:
                if step.new.has_defect(concept) and step.old.has_defect(concept):
                    before = step.old.defect(concept).targets("requires")
                    wanted[concept] = set(step.new.defect(concept).targets("requires")) - set(before)
    asked: dict[int, set[str]] = defaultdict(set)
    for positions in _standing(labels).values() if wanted else ():
        there = {_concept(labels[n]) for n in positions}
        for n in positions:
            missing = wanted.get(_concept(labels[n]), set()) - there
            asked[n] |= {f"requires:{target}" for target in missing}
    return _asked(labels, asked)


def _collapse(before: Sequence[CarriedLabel], labels: list[CarriedLabel], step: Step) -> list[CarriedLabel]:
    """Findings of one reviewer that a merge puts on one region and concept: the highest level survives."""
    merged = {one.into[0]: one for one in step.migration.operations if one.op == "merge"}
    into: dict[str, str] = {}
    for positions in _standing(labels).values() if merged else ():
        for target, operation in merged.items():
            here = [n for n in positions if _concept(labels[n]) == target]
            for place in regions([labels[n].origin for n in here]):
                group = [here[n] for n in place]
                sources = {concept for n in group for concept, _ in before[n].row}
                if len(group) > 1 and sources & set(operation.concepts):
                    survivor = _survivor([labels[n] for n in group], step.new)
                    into |= {labels[n].origin.id: survivor for n in group if labels[n].origin.id != survivor}
    return [_pointed(label, into) for label in labels]


def _survivor(labels: list[CarriedLabel], tree: TaxonomyTree) -> str:
    def harm(label: CarriedLabel) -> tuple[int, str]:
        concept, level = label.candidates[0]
        rank = 0 if level is None else tree.level(tree.defect(concept), level).rank
        return -rank, label.origin.id

    return min(labels, key=harm).origin.id


def _pointed(label: CarriedLabel, into: Mapping[str, str]) -> CarriedLabel:
    """The finding with its pointer; one that pointed to a finding merged now points to the new survivor."""
    target = into.get(label.merged_into or label.origin.id)
    return label if target is None else replace(label, merged_into=target)


# ---- as a document


def result_document(result: StepResult, tree: TaxonomyTree) -> Document:
    """One step in the form of the fixture: counts and labels; `tree` is the version arrived at."""
    return {
        "from": result.from_version,
        "to": result.to_version,
        "counts": dict(result.counts),
        "labels": [_label_document(label, tree) for label in result.labels],
    }


def _label_document(label: CarriedLabel, tree: TaxonomyTree) -> Document:
    document: Document = {"id": label.origin.id, "outcome": label.outcome}
    if label.resolved is not None:
        concept, level = label.resolved
        document |= {"concept": concept, "code": tree.defect(concept).code, "severity": level}
    elif label.row:
        document["candidates"] = [
            concept if level is None else f"{concept}:{level}" for concept, level in label.candidates
        ]
    said = {
        "sub": label.sub,
        "merged_into": label.merged_into,
        "flags": sorted(label.flags),
        "review": list(label.review),
    }
    return document | {key: value for key, value in said.items() if value}
