"""Migration files: the operations that an author declares between two adjacent versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as kept
from types import MappingProxyType
from typing import Any, Literal

from taxonomy.document import Document
from taxonomy.reading import Format, format_of, parse
from taxonomy.rules_structure import Broken
from taxonomy.rules_text import broken_texts
from taxonomy.schema import line_of, schema_violations
from taxonomy.tree import semver
from taxonomy.violation import FileRefused, Violation

MIGRATION_FORMAT = "defect-taxonomy-migration/1"
Bump = Literal["patch", "minor", "major"]
OpName = Literal[
    "edit", "add", "rename", "recode", "redefine", "move", "merge", "split", "deprecate", "remove", "reweigh",
    "rescale", "rescope", "constrain",
]  # fmt: skip
BUMPS: tuple[Bump, ...] = ("patch", "minor", "major")
BUMP_OF: Mapping[str, Bump] = MappingProxyType(
    {
        "edit": "patch",
        **dict.fromkeys(("rename", "recode", "add", "deprecate", "reweigh", "move"), "minor"),
        **dict.fromkeys(("redefine", "merge", "split", "remove", "rescale", "rescope", "constrain"), "major"),
    }
)
_TUPLES = ("concepts", "carved_from", "fields", "replaced_by", "consider")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One declared change. Which fields are set depends on `op`, see the README beside the files."""

    id: str
    op: OpName
    why: str
    concept: str | None = None
    concepts: tuple[str, ...] = ()
    into: tuple[str, ...] = ()
    carved_from: tuple[str, ...] = ()
    parent: str | None = None
    from_parent: str | None = None
    to_parent: str | None = None
    direction: Literal["narrower", "broader", "shifted"] | None = None
    fields: tuple[str, ...] = ()
    from_value: Any = kept(default=None, hash=False)
    to_value: Any = kept(default=None, hash=False)
    from_actions: Mapping[str, str] | None = kept(default=None, hash=False)
    to_actions: Mapping[str, str] | None = kept(default=None, hash=False)
    from_scale: str | None = None
    to_scale: str | None = None
    level_map: Mapping[str, tuple[str, ...]] = kept(default_factory=dict, hash=False)
    group: str | None = None
    replaced_by: tuple[str, ...] = ()
    consider: tuple[str, ...] = ()
    sub_map: Mapping[str, tuple[str, ...]] = kept(default_factory=dict, hash=False)

    @property
    def sources(self) -> tuple[str, ...]:
        """Concepts of the old version whose findings the operation speaks of."""
        return self.concepts if self.op in ("merge", "constrain") and self.concepts else _one(self.concept)

    @property
    def bump(self) -> Bump:
        return BUMP_OF[self.op]


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    taxonomy: str
    from_version: str
    to_version: str
    bump: Bump
    operations: tuple[Operation, ...]
    summary: str | None = None


def _one(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value,)


def _operation(document: Document) -> Operation:
    into = document.get("into", ())
    lists: dict[str, Any] = {key: tuple(document.get(key, ())) for key in _TUPLES}
    maps: dict[str, Any] = {
        key: {name: tuple(targets) for name, targets in document.get(key, {}).items()}
        for key in ("level_map", "sub_map")
    }
    lists["into"] = (into,) if isinstance(into, str) else tuple(into)
    return Operation(**{**document, **lists, **maps})


def migration_from_document(document: Document) -> Migration:
    """The migration of a document that fits `schemas/migration.schema.json`."""
    return Migration(
        taxonomy=document["taxonomy"],
        from_version=document["from"],
        to_version=document["to"],
        bump=document["bump"],
        summary=document.get("summary"),
        operations=tuple(_operation(one) for one in document["operations"]),
    )


def operation_document(operation: Operation) -> Document:
    """One operation as it stands in a file, without the keys that say nothing."""
    document: Document = {"id": operation.id, "op": operation.op}
    for name in Operation.__slots__:
        value = getattr(operation, name)
        if name in ("id", "op", "why") or value in (None, (), {}):
            continue
        if name == "into" and operation.op == "merge":
            value = value[0]
        elif name in ("level_map", "sub_map"):
            value = {key: list(targets) for key, targets in value.items()}
        document[name] = list(value) if isinstance(value, tuple) else value
    return {**document, "why": operation.why}


def migration_document(migration: Migration) -> Document:
    """The migration as it stands in a file."""
    document: Document = {
        "format": MIGRATION_FORMAT,
        "taxonomy": migration.taxonomy,
        "from": migration.from_version,
        "to": migration.to_version,
        "bump": migration.bump,
    }
    if migration.summary is not None:
        document["summary"] = migration.summary
    return {**document, "operations": [operation_document(one) for one in migration.operations]}


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedMigration:
    """`migration` is None when there are violations."""

    migration: Migration | None
    violations: tuple[Violation, ...]
    lines: Mapping[str, int] = kept(default_factory=dict)


def read_migration(data: bytes | str, form: Format = "yaml") -> LoadedMigration:
    """A file's text. Never raises for bad input."""
    parsed = parse(data, form)
    if parsed.violations:
        return LoadedMigration(migration=None, violations=parsed.violations, lines=parsed.lines)
    return check_migration_document(parsed.value, parsed.lines)


def check_migration_document(document: Any, lines: Mapping[str, int] | None = None) -> LoadedMigration:
    """A parsed migration: schema, texts, operation ids. Whether it fits two versions, `explain` says."""
    lines = lines or {}
    violations = schema_violations(document, "migration", lines)
    broken = list(broken_texts(document))
    if not violations:
        broken += _twice(document["operations"])
    violations += tuple(
        Violation(path=one.path, line=line_of(lines, one.path), code=one.code, message=one.message) for one in broken
    )
    migration = None if violations else migration_from_document(document)
    return LoadedMigration(migration=migration, violations=violations, lines=lines)


def _twice(operations: list[Document]) -> list[Broken]:
    seen: set[str] = set()
    broken = []
    for position, one in enumerate(operations):
        if one["id"] in seen:
            message = f"The operation id {one['id']} is used twice."
            broken.append(Broken(f"/operations/{position}/id", "id-twice", message))
        seen.add(one["id"])
    return broken


def load_migration(data: bytes | str, name: str = "") -> Migration:
    """The migration of a sound file, else FileRefused with every violation."""
    loaded = read_migration(data, format_of(name))
    if loaded.migration is None:
        raise FileRefused(loaded.violations)
    return loaded.migration


def least_bump(migration: Migration) -> Bump:
    """The largest bump of the operations; patch when there are none."""
    return max((operation.bump for operation in migration.operations), key=BUMPS.index, default="patch")


def bump_between(old: str, new: str) -> Bump | None:
    """Which number was raised from one version to the next; None when the new one is not larger."""
    before, after = semver(old), semver(new)
    if after <= before:
        return None
    return BUMPS[2 - next(n for n in range(3) if before[n] != after[n])]


def raised(version: str, bump: Bump) -> str:
    """The next version: `raised("1.4.2", "minor") == "1.5.0"`."""
    major, minor, patch = semver(version)
    return {
        "major": f"{major + 1}.0.0",
        "minor": f"{major}.{minor + 1}.0",
        "patch": f"{major}.{minor}.{patch + 1}",
    }[bump]
