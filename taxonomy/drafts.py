"""A draft against its parent: what it begins with, which number it takes, what changed and what explains it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from core.text import escape_pointer
from taxonomy.diff import Change
from taxonomy.document import Document, to_document
from taxonomy.explanation import Explanation, explain
from taxonomy.operations import (
    BUMP_OF,
    BUMPS,
    MIGRATION_FORMAT,
    Bump,
    LoadedMigration,
    Migration,
    check_migration_document,
    least_bump,
    migration_from_document,
    raised,
)
from taxonomy.proposals import SECOND_APPROVER, Proposal, propose
from taxonomy.tree import Defect, RetiredConcept, SubDefect, TaxonomyTree, semver
from taxonomy.violation import Violation

Operations = list[Document]
FIXED = ("slug", "id_prefix", "version", "previous_version")
"""What a draft says about itself is the server's: the number is chosen when it is published."""

UNWRITTEN = "To be written"  # how the editor begins the texts of a new defect


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A draft as it would be published under `number`, compared with its parent.

    `proposals` answer the unexplained changes; `least` is the smallest bump of the declared and proposed operations.
    """

    old: TaxonomyTree
    new: TaxonomyTree
    migration: Migration
    explanation: Explanation
    proposals: tuple[Proposal, ...]
    least: Bump

    @property
    def is_empty(self) -> bool:
        """Nothing but the version's own number and state differs."""
        own = {f"/taxonomy/{name}" for name in ("version", "previous_version", "status", "release_notes")}
        difference = self.explanation.diff
        return not difference.changes and all(note.path in own for note in difference.notes)

    @property
    def explained_by(self) -> Mapping[Change, tuple[str, ...]]:
        """The operations that claim each explained change."""
        return dict(self.explanation.explained)


def begun(parent: TaxonomyTree, number: str) -> TaxonomyTree:
    """The first state of a draft: its parent's content under a number of its own."""
    meta = replace(parent.meta, version=number, previous_version=parent.version, status="draft", release_notes=None)
    return replace(parent, meta=meta)


def unwritten(tree: TaxonomyTree) -> tuple[Violation, ...]:
    """Texts that still hold what the editor puts in to begin with: nothing a reviewer could follow."""
    return tuple(_unwritten(to_document(tree), ""))


def _unwritten(value: object, path: str) -> Iterator[Violation]:
    if isinstance(value, str) and value.startswith(UNWRITTEN):
        message = "This text is still the one the editor began with: write it before you publish."
        yield Violation(path=path, line=None, code="unwritten", message=message)
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _unwritten(part, f"{path}/{escape_pointer(str(name))}")
    elif isinstance(value, list | tuple):
        for place, part in enumerate(value):
            yield from _unwritten(part, f"{path}/{place}")


def next_number(parent: str, newest: str, bump: Bump) -> str:
    """The number that a change of this size takes: above the parent's and above every published one."""
    return raised(max(parent, newest, key=semver), bump)


def renumbered(tree: TaxonomyTree, number: str) -> TaxonomyTree:
    """The draft under another number; whatever was dated by the draft's own number moves with it."""

    def dated(said: str) -> str:
        return number if said == tree.version else said

    def sub_defect(sub: SubDefect) -> SubDefect:
        return replace(sub, since=dated(sub.since))

    def defect(one: Defect) -> Defect:
        return replace(
            one,
            since=dated(one.since),
            meaning_since=dated(one.meaning_since) if one.meaning_since else None,
            deprecation=replace(one.deprecation, since=dated(one.deprecation.since)) if one.deprecation else None,
            sub_defects=tuple(sub_defect(sub) for sub in one.sub_defects),
        )

    def retired(one: RetiredConcept) -> RetiredConcept:
        return replace(one, retired_in=dated(one.retired_in))

    return replace(
        tree,
        meta=replace(tree.meta, version=number),
        dimensions=tuple(
            replace(dimension, defects=tuple(defect(one) for one in dimension.defects)) for dimension in tree.dimensions
        ),
        retired_concepts=tuple(retired(one) for one in tree.retired_concepts),
    )


def stamped(tree: TaxonomyTree, operations: Iterable[Document]) -> TaxonomyTree:
    """Defects that an operation redefines mean what they mean since this version."""
    redefined = {one.get("concept") for one in operations if one.get("op") == "redefine"}
    if not redefined:
        return tree
    return replace(
        tree,
        dimensions=tuple(
            replace(
                dimension,
                defects=tuple(
                    replace(one, meaning_since=tree.version)
                    if one.id in redefined and one.since != tree.version
                    else one
                    for one in dimension.defects
                ),
            )
            for dimension in tree.dimensions
        ),
    )


def numbered(operations: Operations) -> Operations:
    """Every operation with an id: its own, or the next free one in the order given."""
    taken = {one.get("id") for one in operations}
    free = (f"op-{number:02d}" for number in range(1, 10_000) if f"op-{number:02d}" not in taken)
    return [one if "id" in one else {"id": next(free), **one} for one in operations]


def checked(operations: Operations, old: TaxonomyTree, number: str) -> LoadedMigration:
    """The declared operations against the migration schema, whatever they explain; none at all is sound."""
    header = {"format": MIGRATION_FORMAT, "taxonomy": old.slug, "from": old.version, "to": number, "bump": "major"}
    if not operations:
        return LoadedMigration(migration=_migration(operations, old, number), violations=())
    return check_migration_document({**header, "operations": operations})


def review(old: TaxonomyTree, draft: TaxonomyTree, operations: Operations, newest: str, number: str = "") -> Review:
    """Compare a draft with its parent. `operations` fit the schema (`checked`); `newest` is the newest published
    number; without `number` the smallest one that the operations allow is taken."""
    first = _reviewed(old, draft, operations, number or draft.version)
    wanted = number or next_number(old.version, newest, first.least)
    return first if wanted == first.new.version else _reviewed(old, draft, operations, wanted)


def _reviewed(old: TaxonomyTree, draft: TaxonomyTree, operations: Operations, number: str) -> Review:
    new = stamped(renumbered(draft, number), operations)
    migration = _migration(operations, old, number)
    explanation = explain(old, new, migration)
    proposals = propose(old, new, explanation.unexplained) if explanation.unexplained else ()
    bumps = [least_bump(migration), *(BUMP_OF[one.operation["op"]] for one in proposals)]
    return Review(
        old=old,
        new=new,
        migration=migration,
        explanation=explanation,
        proposals=proposals,
        least=max(bumps, key=BUMPS.index),
    )


def _migration(operations: Operations, old: TaxonomyTree, number: str) -> Migration:
    document = {"taxonomy": old.slug, "from": old.version, "to": number, "bump": "patch", "operations": operations}
    made = migration_from_document(document)
    return replace(made, bump=least_bump(made))


def assumed(found: Review) -> tuple[Migration, int]:
    """The declared operations, and for what they leave open the proposals as they stand; how many those are."""
    declared = found.migration.operations
    taken = [{"id": operation.id} for operation in declared]
    proposed = numbered([*taken, *(dict(one.operation) for one in found.proposals)])[len(taken) :]
    extra = migration_from_document(
        {
            "taxonomy": found.old.slug,
            "from": found.old.version,
            "to": found.new.version,
            "bump": found.least,
            "operations": proposed,
        }
    ).operations
    return replace(found.migration, bump=found.least, operations=(*declared, *extra)), len(extra)


def wordy_edits(found: Review, shifts: Mapping[str, float]) -> tuple[str, ...]:
    """Defects whose `edit` rewrote more of the criteria than one person should confirm alone."""
    edited = {one.concept for one in found.migration.operations if one.op == "edit" and one.concept}
    return tuple(sorted(concept for concept in edited if shifts.get(concept, 0.0) > SECOND_APPROVER))
