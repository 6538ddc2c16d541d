"""Does a migration explain the difference of two versions, wholly and with nothing idle?

`explain` compares in both directions: each computed change must be claimed by an operation, each operation
must claim a change. Beside that it checks that what an operation says is what happened.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from taxonomy.diff import Change, Diff, diff
from taxonomy.operation_checks import wrong_operation
from taxonomy.operations import BUMPS, Migration, Operation, bump_between, least_bump
from taxonomy.rules_structure import Broken
from taxonomy.schema import line_of
from taxonomy.succession import broken_succession
from taxonomy.tree import TaxonomyTree
from taxonomy.violation import Violation

WORDING = frozenset(
    {
        *("aliases", "translations", "definition", "annotate_when", "do_not_annotate_when", "examples"),
        *("severity.rules", "scale.rules", "causes", "kpis", "quality", "relations", "route", "since"),
        *("derived_from", "colour", "comment_required"),
    }
)
"""Fields that an `edit` may change: no finding, absence or score depends on them."""
MEANING = WORDING | {"name", "context", "not_ratable", "catch_all", "meaning_since"}
"""Fields that a `redefine` may change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """`problems` are violations of the migration itself; `ok` means it may be published and run."""

    diff: Diff
    explained: tuple[tuple[Change, tuple[str, ...]], ...]
    unexplained: tuple[Change, ...]
    idle: tuple[Operation, ...]
    problems: tuple[Violation, ...]

    @property
    def ok(self) -> bool:
        return not (self.unexplained or self.idle or self.problems)


def explain(
    old: TaxonomyTree, new: TaxonomyTree, migration: Migration, lines: Mapping[str, int] | None = None
) -> Explanation:
    """Match the changes between two versions with the declared operations, both ways."""
    difference = diff(old, new)
    claims = {operation.id: claimed(operation, old, new) for operation in migration.operations}
    explained, unexplained = [], []
    for change in difference.changes:
        by = tuple(op for op, keys in claims.items() if change.key in keys)
        if by:
            explained.append((change, by))
        else:
            unexplained.append(change)
    keys = {change.key for change in difference.changes}
    idle = tuple(one for one in migration.operations if not claims[one.id] & keys)
    broken = list(_problems(old, new, migration, keys))
    lines = lines or {}
    problems = tuple(
        Violation(path=one.path, line=line_of(lines, one.path), code=one.code, message=one.message) for one in broken
    )
    return Explanation(
        diff=difference,
        explained=tuple(explained),
        unexplained=tuple(unexplained),
        idle=idle,
        problems=problems,
    )


def violations_of(
    explanation: Explanation, migration: Migration, lines: Mapping[str, int] | None = None
) -> list[Violation]:
    """Everything that speaks against the migration as violations with path and line."""
    places = {operation.id: f"/operations/{n}" for n, operation in enumerate(migration.operations)}
    lines = lines or {}
    found = list(explanation.problems)
    for operation in explanation.idle:
        path = places[operation.id]
        message = f"{operation.id} ({operation.op}) explains no difference of the two versions; remove it."
        found.append(Violation(path=path, line=line_of(lines, path), code="idle-operation", message=message))
    for change in explanation.unexplained:
        what = change.kind if change.field is None else f"{change.field} changed"
        message = f"{change.concept}: {what}, and no operation says so; declare one."
        found.append(
            Violation(
                path="/operations",
                line=line_of(lines, "/operations"),
                code="unexplained-change",
                message=message,
            )
        )
    return found


# ---- what an operation claims


def claimed(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> set[tuple[str, str]]:
    """Keys (concept, field or kind) of the changes that this operation can explain."""
    return set(_claims(operation, old, new))


def _claims(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[tuple[str, str]]:
    concept, op = operation.concept or "", operation.op
    if op in ("edit", "redefine"):
        allowed = WORDING if op == "edit" else MEANING
        names = [name for name in operation.fields if name in allowed]
        yield from ((concept, name) for name in names if not _binds(operation, name, old, new))
        if op == "redefine":
            yield concept, "meaning_since"
    elif op == "add":
        yield from _with_subs(concept, "added", new)
    elif op in ("merge", "split", "remove"):
        for source in operation.sources:
            yield from _with_subs(source, "gone", old)
        for target in operation.into:
            yield from _with_subs(target, "added", new)
        yield from _orphaned_groups(operation, old)
    elif op == "recode":
        yield concept, "code"
        yield from ((sub, "code") for sub in _subs(concept, new))
    elif op == "constrain":
        group = operation.group
        yield from ((group, name) for name in ("added", "gone", "group") if group)
        yield from ((source, "relations") for source in operation.sources if not group)
    else:
        yield from ((concept, name) for name in _FIELDS[op](operation))


def _binds(operation: Operation, name: str, old: TaxonomyTree, new: TaxonomyTree) -> bool:
    """A new `requires` can make findings invalid, so it takes a `constrain`, not an `edit`."""
    concept = operation.concept or ""
    if name != "relations" or not (old.has_defect(concept) and new.has_defect(concept)):
        return False
    return bool(set(new.defect(concept).targets("requires")) - set(old.defect(concept).targets("requires")))


_FIELDS: Mapping[str, Callable[[Operation], tuple[str, ...]]] = {
    "rename": lambda one: ("name", "translations"),
    "deprecate": lambda one: ("status", "deprecation"),
    "move": lambda one: ("parent",),
    "rescope": lambda one: ("scope",),
    "reweigh": lambda one: (
        *(("severity.penalties",) if one.from_value is not None else ()),
        *(("severity.actions", "veto") if one.from_actions is not None else ()),
    ),
    "rescale": lambda one: (
        "scale", "scale.rules", "severity.rules", "severity.penalties", "severity.actions", "examples",
    ),
}  # fmt: skip


def _subs(concept: str, tree: TaxonomyTree) -> tuple[str, ...]:
    return tuple(sub.id for sub in tree.defect(concept).sub_defects) if tree.has_defect(concept) else ()


def _with_subs(concept: str, kind: str, tree: TaxonomyTree) -> Iterator[tuple[str, str]]:
    yield concept, kind
    yield from ((sub, kind) for sub in _subs(concept, tree))


def _orphaned_groups(operation: Operation, old: TaxonomyTree) -> Iterator[tuple[str, str]]:
    """A group that loses a member with the operation goes or shrinks with it."""
    for source in operation.sources:
        for group in old.groups_of(source):
            yield group.id, "gone"
            yield group.id, "group"


# ---- is what an operation says true?


def _problems(
    old: TaxonomyTree, new: TaxonomyTree, migration: Migration, keys: set[tuple[str, str]]
) -> Iterator[Broken]:
    yield from _broken_header(old, new, migration)
    ends: dict[str, str] = {}
    for position, operation in enumerate(migration.operations):
        path = f"/operations/{position}"
        for broken in wrong_operation(operation, old, new):
            yield Broken(f"{path}/{broken.path}".rstrip("/"), broken.code, broken.message)
        yield from _broken_fields(path, operation, keys)
        if operation.op in ("split", "merge", "remove"):
            for source in operation.sources:
                if source in ends:
                    message = f"{source} already ends by {ends[source]}; a concept ends only once."
                    yield Broken(path, "ends-twice", message)
                ends.setdefault(source, operation.id)
    yield from broken_succession(old, new)


def _broken_header(old: TaxonomyTree, new: TaxonomyTree, migration: Migration) -> Iterator[Broken]:
    said = {
        "taxonomy": (migration.taxonomy, old.slug),
        "from": (migration.from_version, old.version),
        "to": (migration.to_version, new.version),
    }
    for name, (value, wanted) in said.items():
        if value != wanted:
            yield Broken(f"/{name}", "wrong-version", f"The migration says {value!r}, the file {wanted!r}.")
    least = least_bump(migration)
    if BUMPS.index(migration.bump) < BUMPS.index(least):
        message = f"The operations need at least {least}, the migration says {migration.bump}."
        yield Broken("/bump", "bump-too-small", message)
    raised = bump_between(old.version, new.version)
    if raised is None:
        yield Broken("/to", "version-order", f"Version {new.version} is not after {old.version}.")
    elif BUMPS.index(raised) < BUMPS.index(max(least, migration.bump, key=BUMPS.index)):
        message = f"{old.version} to {new.version} is a {raised} step; the operations need {least}."
        yield Broken("/to", "bump-too-small", message)


def _broken_fields(path: str, operation: Operation, keys: set[tuple[str, str]]) -> Iterator[Broken]:
    if operation.op not in ("edit", "redefine"):
        return
    allowed = WORDING if operation.op == "edit" else MEANING
    for position, name in enumerate(operation.fields):
        here = f"{path}/fields/{position}"
        if name not in allowed:
            message = f"{operation.op} cannot change {name!r}; it may name {', '.join(sorted(allowed))}."
            yield Broken(here, "field", message)
        elif (operation.concept, name) not in keys:
            message = f"{name} of {operation.concept} did not change; remove it from fields."
            yield Broken(here, "idle-field", message)
