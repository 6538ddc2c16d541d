"""Cross-field rules about who points to whom, and about examples (README of the taxonomies, rule 4)."""

from collections.abc import Iterator, Mapping, Sequence

from taxonomy.rules_structure import Broken, placed_defects
from taxonomy.tree import Defect, Example, ExclusionGroup, TaxonomyTree

EXAMPLE_KINDS = ("positive", "negative", "borderline")
_POINTS = {"point": (1, 1), "box": (2, 2), "polygon": (3, None)}


def broken_references(tree: TaxonomyTree) -> Iterator[Broken]:
    """Every id that is named exists, and names something that may be named there."""
    qualities = {quality.id for quality in tree.quality_model}
    kpis = {kpi.id for kpi in tree.kpis}
    known = {defect.id for defect in tree.defects} | {retired.id for retired in tree.retired_concepts}
    for path, defect, _ in placed_defects(tree):
        yield from _broken_use(path, tree, defect)
        yield from _broken_relations(path, tree, defect)
        if defect.quality not in qualities:
            yield _unknown(f"{path}/quality", "quality", defect.quality)
        for position, kpi in enumerate(defect.kpis):
            if kpi not in kpis:
                yield _unknown(f"{path}/kpis/{position}", "KPI", kpi)
        yield from _broken_lists(path, defect, known)
    for number, group in enumerate(tree.exclusion_groups):
        yield from _broken_group(f"/exclusion_groups/{number}", tree, group)
    for number, retired in enumerate(tree.retired_concepts):
        lists = {"replaced_by": retired.replaced_by, "consider": retired.consider}
        for name, targets in lists.items():
            for position, target in enumerate(targets):
                if target not in known:
                    yield _unknown(f"/retired_concepts/{number}/{name}/{position}", "concept", target)


def _unknown(path: str, what: str, name: str) -> Broken:
    return Broken(path, "unknown-id", f"There is no {what} {name} in this file.")


def _broken_use(path: str, tree: TaxonomyTree, defect: Defect) -> Iterator[Broken]:
    for position, case in enumerate(defect.do_not_annotate_when):
        here = f"{path}/do_not_annotate_when/{position}/use"
        if case.use is None:
            continue
        if case.use == defect.id:
            message = f"`use` of {defect.id} points to the defect itself; name the sibling or leave it out."
            yield Broken(here, "use-self", message)
        elif not tree.has_defect(case.use):
            yield _unknown(here, "defect", case.use)
        elif defect.status != "deprecated" and tree.defect(case.use).status == "deprecated":
            message = f"`use` points to {case.use}, which is deprecated and takes no new findings."
            yield Broken(here, "use-deprecated", message)


def _broken_relations(path: str, tree: TaxonomyTree, defect: Defect) -> Iterator[Broken]:
    for position, relation in enumerate(defect.relations):
        here = f"{path}/relations/{position}/target"
        if relation.target == defect.id:
            yield Broken(here, "cycle", f"{defect.id} {relation.type} itself; name another defect.")
        elif not tree.has_defect(relation.target):
            yield _unknown(here, "defect", relation.target)
        elif relation.type != "related":
            shared = [g.id for g in tree.groups_of(defect.id) if relation.target in g.members]
            if shared:
                message = f"{defect.id} {relation.type} {relation.target}, but {shared[0]} excludes the two."
                yield Broken(here, "contradiction", message)


def _broken_lists(path: str, defect: Defect, known: set[str]) -> Iterator[Broken]:
    lists: dict[str, Sequence[str]] = {"derived_from": defect.derived_from}
    if defect.deprecation:
        lists["deprecation/replaced_by"] = defect.deprecation.replaced_by
        lists["deprecation/consider"] = defect.deprecation.consider
    for name, targets in lists.items():
        for position, target in enumerate(targets):
            here = f"{path}/{name}/{position}"
            if target == defect.id:
                yield Broken(here, "cycle", f"{name.rpartition('/')[2]} of {defect.id} names the defect itself.")
            elif target not in known:
                yield _unknown(here, "concept", target)


def _broken_group(path: str, tree: TaxonomyTree, group: ExclusionGroup) -> Iterator[Broken]:
    for position, member in enumerate(group.members):
        if not tree.has_defect(member):
            yield _unknown(f"{path}/members/{position}", "defect", member)


def broken_cycles(tree: TaxonomyTree) -> Iterator[Broken]:
    """No way of `requires`, `implies`, `derived_from` or `replaced_by` leads back to where it began."""
    links: dict[str, dict[str, tuple[str, ...]]] = {
        "requires": {defect.id: defect.targets("requires") for defect in tree.defects},
        "implies": {defect.id: defect.targets("implies") for defect in tree.defects},
        "derived_from": {defect.id: defect.derived_from for defect in tree.defects},
        "replaced_by": {d.id: d.deprecation.replaced_by if d.deprecation else () for d in tree.defects},
    }
    places = {defect.id: path for path, defect, _ in placed_defects(tree)}
    for name, edges in links.items():
        cycle = find_cycle(edges)
        if cycle is not None and len(cycle) > 2:
            way = " → ".join(cycle)
            yield Broken(places[cycle[0]], "cycle", f"`{name}` runs in a circle: {way}. Break it at one place.")


def find_cycle(edges: Mapping[str, Sequence[str]]) -> list[str] | None:
    """One circle of the graph as a walk whose last id is its first, or None. Needs no recursion."""
    done: set[str] = set()
    for start in edges:
        walk, ways = [start], [iter(edges[start])]
        on_walk = {start}
        while ways and start not in done:
            step = next((target for target in ways[-1] if target not in done), None)
            if step is None:
                finished = walk.pop()
                on_walk.discard(finished)
                done.add(finished)
                ways.pop()
            elif step in on_walk:
                return [*walk[walk.index(step) :], step]
            elif step not in edges:
                done.add(step)
            else:
                walk.append(step)
                on_walk.add(step)
                ways.append(iter(edges[step]))
    return None


def broken_examples(tree: TaxonomyTree) -> Iterator[Broken]:
    """Levels and counterparts exist, regions have their points, each named defect has all three kinds."""
    for path, defect, _ in placed_defects(tree):
        levels = {rule.level for rule in defect.severity}
        positives = {example.id for example in defect.examples if example.kind == "positive" and example.id}
        ids = [example.id for example in defect.examples if example.id]
        if len(ids) != len(set(ids)):
            yield Broken(f"{path}/examples", "id-twice", f"Two examples of {defect.id} have the same id.")
        for position, example in enumerate(defect.examples):
            yield from _broken_example(f"{path}/examples/{position}", defect, example, levels, positives)
        if defect.catch_all or defect.status != "active":
            continue
        kinds = {example.kind for example in defect.examples}
        if missing := [kind for kind in EXAMPLE_KINDS if kind not in kinds]:
            message = f"{defect.id} has no {' and no '.join(missing)} example."
            yield Broken(f"{path}/examples", "examples-missing", message)


def _broken_example(
    path: str, defect: Defect, example: Example, levels: set[str], positives: set[str]
) -> Iterator[Broken]:
    if example.severity is not None and example.severity not in levels:
        message = f"The level {example.severity!r} is not on the scale {defect.scale} of {defect.id}."
        yield Broken(f"{path}/severity", "unknown-level", message)
    if example.kind == "positive" and example.severity is None:
        yield Broken(path, "example-level", "A positive example names the level that it shows (severity).")
    if example.kind == "borderline" and example.verdict is None and example.severity is None:
        yield Broken(path, "example-verdict", "A borderline example says what to do (verdict or severity).")
    counterpart = example.clean_counterpart_of
    if counterpart is not None and counterpart not in positives:
        message = f"{counterpart!r} is not the id of a positive example of {defect.id}."
        yield Broken(f"{path}/clean_counterpart_of", "unknown-id", message)
    if example.region is not None:
        least, most = _POINTS[example.region.shape]
        count = len(example.region.points)
        if count < least or (most is not None and count > most):
            wanted = str(least) if most else f"at least {least}"
            message = f"A {example.region.shape} has {wanted} points, found {count}."
            yield Broken(f"{path}/region/points", "region-points", message)
