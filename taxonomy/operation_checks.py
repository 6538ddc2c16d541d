"""Is what one operation of a migration says what happened between the two versions?"""

from collections.abc import Callable, Iterable, Iterator

from taxonomy.document import to_document
from taxonomy.operations import Operation
from taxonomy.rules_structure import Broken
from taxonomy.tree import Defect, TaxonomyTree

Check = Callable[[Operation, TaxonomyTree, TaxonomyTree], Iterator[Broken]]


def wrong_operation(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    """What is wrong with one operation; paths are relative to the operation."""
    unknown = list(_unknown_ids(operation, old, new))
    yield from unknown
    if not unknown and operation.op in _CHECKS:
        yield from _CHECKS[operation.op](operation, old, new)


def _exists(tree: TaxonomyTree, concept: str) -> bool:
    ids = {dimension.id for dimension in tree.dimensions}
    return tree.has_defect(concept) or tree.has_sub_defect(concept) or concept in ids


def _unknown_ids(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    before: list[tuple[str, Iterable[str | None]]] = [("carved_from", operation.carved_from)]
    after: list[tuple[str, Iterable[str | None]]] = [
        ("into", operation.into),
        ("parent", [operation.parent]),
        ("to_parent", [operation.to_parent]),
    ]
    before.append(("from_parent", [operation.from_parent]))
    here = after if operation.op == "add" else before
    here.append(("concept", [operation.concept]))
    (after if operation.op == "constrain" else before).append(("concepts", operation.concepts))
    if operation.op not in ("add", "split", "merge", "remove", "constrain"):
        after.append(("concept", [operation.concept]))
    for tree, named in ((old, before), (new, after)):
        for name, ids in named:
            for concept in ids:
                if concept is not None and not _exists(tree, concept):
                    message = f"There is no {concept} in version {tree.version}."
                    yield Broken(name, "unknown-id", message)


def _differs(name: str, said: object, true: object, which: str) -> Iterator[Broken]:
    if said != true:
        yield Broken(name, "wrong-value", f"{name} says {said}, but the {which} version has {true}.")


def _both(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> tuple[Defect, Defect] | None:
    concept = operation.concept or ""
    if old.has_defect(concept) and new.has_defect(concept):
        return old.defect(concept), new.defect(concept)
    return None


def _check_add(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    concept = operation.concept or ""
    if _exists(old, concept):
        yield Broken("concept", "not-new", f"{concept} exists already in version {old.version}.")
    yield from _differs("parent", operation.parent, new.parent_id(concept), "new")


def _check_rename(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    yield from _differs("from_value", operation.from_value, _display(old, operation, "name"), "old")
    yield from _differs("to_value", operation.to_value, _display(new, operation, "name"), "new")


def _check_recode(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    yield from _differs("from_value", operation.from_value, _display(old, operation, "code"), "old")
    yield from _differs("to_value", operation.to_value, _display(new, operation, "code"), "new")


def _display(tree: TaxonomyTree, operation: Operation, name: str) -> object:
    concept = operation.concept or ""
    if tree.has_defect(concept):
        return getattr(tree.defect(concept), name)
    if tree.has_sub_defect(concept):
        return getattr(tree.sub_defect(concept), name)
    return getattr(tree.dimension(concept), name)


def _check_move(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    concept = operation.concept or ""
    yield from _differs("from_parent", operation.from_parent, old.parent_id(concept), "old")
    yield from _differs("to_parent", operation.to_parent, new.parent_id(concept), "new")


def _check_deprecate(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    defect = new.defect(operation.concept or "") if new.has_defect(operation.concept or "") else None
    if defect is None or defect.deprecation is None:
        yield Broken("concept", "wrong-value", f"{operation.concept} is not deprecated in the new version.")
        return
    for name in ("replaced_by", "consider"):
        said, true = getattr(operation, name), getattr(defect.deprecation, name)
        yield from _differs(name, sorted(said), sorted(true), "new")


def _check_redefine(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    defects = _both(operation, old, new)
    if defects and defects[1].meaning_version != new.version:
        message = f"{operation.concept} is redefined, so its meaning_since must be {new.version}."
        yield Broken("concept", "meaning-since", message)


def _check_reweigh(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    defects = _both(operation, old, new)
    if defects is None:
        yield Broken("concept", "wrong-kind", f"{operation.concept} is not a defect and has no points.")
        return
    for tree, defect, points, actions, side in (
        (old, defects[0], operation.from_value, operation.from_actions, "from"),
        (new, defects[1], operation.to_value, operation.to_actions, "to"),
    ):
        which = "old" if side == "from" else "new"
        if points is not None:
            true = {rule.level: rule.penalty for rule in defect.severity}
            yield from _differs(f"{side}_value", points, true, which)
        if actions is not None:
            levels = [level for level in actions if tree.has_level(defect.id, level)]
            effective = {level: tree.action_of(defect, level) for level in levels}
            yield from _differs(f"{side}_actions", dict(actions), effective, which)


def _check_rescale(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    defects = _both(operation, old, new)
    if defects is None:
        yield Broken("concept", "wrong-kind", f"{operation.concept} is not a defect and has no scale.")
        return
    before, after = defects
    yield from _differs("from_scale", operation.from_scale, before.scale, "old")
    yield from _differs("to_scale", operation.to_scale, after.scale, "new")
    levels = set(old.scale_of(before).keys)
    if set(operation.level_map) != levels:
        message = f"level_map must name every level of the old scale: {', '.join(sorted(levels))}."
        yield Broken("level_map", "level-map", message)
    for level, targets in operation.level_map.items():
        for target in targets:
            if not new.has_level(after.id, target):
                message = f"The scale {after.scale} has no level {target!r}."
                yield Broken(f"level_map/{level}", "unknown-level", message)


def _check_rescope(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    for tree, said, side in ((old, operation.from_value, "from"), (new, operation.to_value, "to")):
        which = "old" if side == "from" else "new"
        yield from _differs(f"{side}_value", said, _scope(tree, operation.concept or ""), which)


def _scope(tree: TaxonomyTree, concept: str) -> object:
    for dimension in to_document(tree)["dimensions"]:
        for defect in dimension["defects"]:
            if defect["id"] == concept:
                return defect["scope"]
    return None


def _check_merge(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    target = operation.into[0]
    for source in operation.concepts:
        if source != target and _exists(new, source):
            message = f"{source} is merged into {target}, but it still stands in version {new.version}."
            yield Broken("concepts", "not-gone", message)
    if len({*operation.concepts, target}) < 2:
        yield Broken("concepts", "merge-itself", f"{target} cannot be merged into itself.")


def _check_end(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    concept = operation.concept or ""
    if _exists(new, concept):
        message = f"{operation.op} ends {concept}, but it still stands in version {new.version}."
        yield Broken("concept", "not-gone", message)
    subs = {sub.id for sub in old.defect(concept).sub_defects} if old.has_defect(concept) else set()
    for sub, targets in operation.sub_map.items():
        if sub not in subs or not set(targets) <= set(operation.into):
            message = f"sub_map leads sub-defects of {concept} to parts of `into`; {sub} does not fit."
            yield Broken("sub_map", "sub-map", message)


def _check_constrain(operation: Operation, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Broken]:
    if operation.group is None:
        return
    groups = {group.id: group for group in (*old.exclusion_groups, *new.exclusion_groups)}
    if operation.group not in groups:
        yield Broken("group", "unknown-id", f"There is no exclusion group {operation.group}.")
        return
    members = groups[operation.group].members
    if strangers := sorted(set(operation.concepts) - set(members)):
        message = f"{', '.join(strangers)} is not a member of {operation.group}."
        yield Broken("concepts", "unknown-id", message)


_CHECKS: dict[str, Check] = {
    "add": _check_add,
    "rename": _check_rename,
    "recode": _check_recode,
    "move": _check_move,
    "deprecate": _check_deprecate,
    "redefine": _check_redefine,
    "reweigh": _check_reweigh,
    "rescale": _check_rescale,
    "rescope": _check_rescope,
    "merge": _check_merge,
    "split": _check_end,
    "remove": _check_end,
    "constrain": _check_constrain,
}
