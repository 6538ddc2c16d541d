"""The way of labels from one Version to a later one, compiled; and the layers that a Campaign stands on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast
from uuid import UUID

from annotate.annotations.carry_over import Route
from annotate.errors import NoMigration
from annotate.models import MigrationRun
from taxonomy.carrying import RegionPolicy
from taxonomy.mapping import Step, compile_step
from taxonomy.models import Version
from taxonomy.operations import Migration
from taxonomy.queries import FROZEN, migration_of, tree_of
from taxonomy.tree import TaxonomyTree

KEPT = 32
_steps: dict[tuple[UUID, UUID], Step] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One active run on the way of an answer that was given under `start`."""

    run: UUID
    route: Route


def path_between(start: UUID, end: UUID) -> tuple[UUID, ...]:
    """Versions from one to a later one over their parents, both included. Raises NoMigration when none leads there."""
    rows = {row.id: row for row in Version.objects.filter(state__in=FROZEN).only("id", "number", "parent_id")}
    path = [end]
    while path[-1] != start:
        parent = rows[path[-1]].parent_id if path[-1] in rows else None
        if parent is None or parent not in rows:
            number = rows[end].number if end in rows else "That version"
            raise NoMigration(f"{number} does not come from the version that the campaign has.")
        path.append(parent)
    return tuple(reversed(path))


def steps_of(path: Sequence[UUID]) -> tuple[Step, ...]:
    """The migrations along a path, compiled; a version without operations changes no label. Raises NoMigration."""
    return tuple(_step(old, new) for old, new in pairwise(path))


def _step(old: UUID, new: UUID) -> Step:
    """Published versions never change, so a compiled step is kept."""
    found = _steps.get((old, new))
    if found is None:
        before, after = tree_of(old), tree_of(new)
        found = compile_step(before, after, migration_of(new) or _none(before, after))
        if len(_steps) >= KEPT:
            _steps.clear()
        _steps[old, new] = found
    return found


def _none(before: TaxonomyTree, after: TaxonomyTree) -> Migration:
    """A version that was published without operations must say the same of every defect."""
    if {one.id for one in before.defects} != {one.id for one in after.defects}:
        raise NoMigration(f"No migration is stored from {before.version} to {after.version}.")
    return Migration(
        taxonomy=before.slug, from_version=before.version, to_version=after.version, bump="patch", operations=()
    )


def route_along(path: Sequence[UUID], policy: str, asked_after: Sequence[str]) -> Route:
    """The route of a run."""
    tree = tree_of(path[-1])
    return Route(
        steps=steps_of(path),
        policy=cast(RegionPolicy, policy),
        asked_after=tuple(asked_after),
        kinds={defect.id: tree.scale_of(defect).kind for defect in tree.defects},
    )


def stages_from(layer: UUID | None, start: UUID, policy: str) -> tuple[Stage, ...]:
    """The active runs that carry an answer given under `start` up to the Campaign's layer, lowest first."""
    found: list[Stage] = []
    while layer is not None:
        run = MigrationRun.objects.unscoped().get(id=layer)
        found.append(Stage(run=run.id, route=route_along(run.path, policy, run.to_defects)))
        if run.from_version_id == start:
            return tuple(reversed(found))
        layer = run.previous_id
    return ()
