"""Ids and codes are for good: what a version may not do, given everything published before it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from taxonomy.tree import TaxonomyTree, semver
from taxonomy.violation import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A concept as a version names it. `kind` is None for a tombstone, whose file does not say it."""

    path: str
    key: str
    code: str
    kind: str | None


def concepts_of(tree: TaxonomyTree) -> Iterator[Named]:
    """Every dimension, defect, sub-defect and tombstone, with its JSON pointer."""
    for number, dimension in enumerate(tree.dimensions):
        path = f"/dimensions/{number}"
        yield Named(path=path, key=dimension.id, code=dimension.code, kind="dimension")
        for place, defect in enumerate(dimension.defects):
            inner = f"{path}/defects/{place}"
            yield Named(path=inner, key=defect.id, code=defect.code, kind="defect")
            for position, sub in enumerate(defect.sub_defects):
                here = f"{inner}/sub_defects/{position}"
                yield Named(path=here, key=sub.id, code=sub.code, kind="sub_defect")
    for place, retired in enumerate(tree.retired_concepts):
        yield Named(path=f"/retired_concepts/{place}", key=retired.id, code=retired.code, kind=None)


def kind_of_code(code: str) -> str:
    """What a code of that length names."""
    return {1: "dimension", 2: "defect"}.get(len(code), "sub_defect")


def clashes(
    tree: TaxonomyTree, kinds: Mapping[str, str], holders: Mapping[str, str], others: Iterable[TaxonomyTree]
) -> list[Violation]:
    """Codes of somebody else, ids of another kind, and tombstones that rise again.

    `kinds` is the kind of each permanent id, `holders` the id that each code belongs to, `others` the published
    versions of the same taxonomy.
    """
    found = list(_registered(tree, kinds, holders))
    for other in others:
        found.extend(_risen(tree, other))
    return found


def _registered(tree: TaxonomyTree, kinds: Mapping[str, str], holders: Mapping[str, str]) -> Iterator[Violation]:
    for named in concepts_of(tree):
        known = kinds.get(named.key)
        if known and named.kind and known != named.kind:
            yield _violation(
                f"{named.path}/id",
                "id-reused",
                f"The id {named.key} belongs to a {known.replace('_', '-')} for good; give the new concept a new id.",
            )
        holder = holders.get(named.code)
        if holder and holder != named.key:
            yield _violation(
                f"{named.path}/code",
                "code-reused",
                f"The code {named.code} belongs to {holder} for good; choose one that was never used.",
            )


def _risen(tree: TaxonomyTree, other: TaxonomyTree) -> Iterator[Violation]:
    later, earlier = (tree, other) if semver(tree.version) > semver(other.version) else (other, tree)
    dead = {retired.id for retired in earlier.retired_concepts}
    living = {named.key: named for named in concepts_of(later) if named.kind}
    for key in sorted(dead & living.keys()):
        path = f"{living[key].path}/id" if later is tree else "/retired_concepts"
        message = f"The id {key} is a tombstone in {earlier.version} and stands again in {later.version}; use a new id."
        yield _violation(path, "id-reused", message)


def _violation(path: str, code: str, message: str) -> Violation:
    return Violation(path=path, line=None, code=code, message=message)


def prefix_changed(was: str, now: str) -> Violation:
    """A taxonomy keeps the prefix of its ids."""
    return _violation("/taxonomy/id_prefix", "id-prefix", f"The ids of this taxonomy begin with {was}-, not {now}-.")
