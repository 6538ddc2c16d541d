"""Reading taxonomies. Published versions never change, so their trees are kept in memory."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from taxonomy.errors import UnknownTaxonomy, UnknownVersion
from taxonomy.models import Concept, ConceptCode, ExamplePicture, Taxonomy, Version
from taxonomy.operations import Migration, migration_from_document
from taxonomy.ordering import read_document
from taxonomy.tree import TaxonomyTree

KEPT = 64
FROZEN = (Version.State.PUBLISHED, Version.State.RETIRED)
OPEN = (Version.State.DRAFT, Version.State.IN_REVIEW)


_known: dict[UUID, TaxonomyTree] = {}


def tree_of(version: UUID) -> TaxonomyTree:
    """The tree of a version; one database read per process for a published one. Raises UnknownVersion."""
    found = _known.get(version)
    if found is not None:
        return found
    row = Version.objects.filter(id=version).only("state", "document").first()
    if row is None:
        raise UnknownVersion
    tree = read_document(row.document)
    if row.state in FROZEN:
        if len(_known) >= KEPT:
            _known.clear()
        _known[version] = tree
    return tree


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """A version without its tree. `number` is unique in its taxonomy."""

    id: UUID
    slug: str
    number: str
    state: str
    content_hash: str
    row_version: int
    parent: str | None
    release_notes: str
    imported_as_published: bool
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    published_by: str | None
    retired_at: datetime | None
    has_migration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonomyFacts:
    """A taxonomy with its versions, newest first, and its owners by name."""

    id: UUID
    slug: str
    title: str
    id_prefix: str
    approvals_required: int
    owners: tuple[tuple[UUID, str], ...]
    versions: tuple[VersionFacts, ...]


_PLAIN = (
    "id", "number", "state", "content_hash", "row_version", "release_notes", "imported_as_published",
    "created_at", "updated_at", "published_at", "retired_at",
)  # fmt: skip


def taxonomies() -> tuple[TaxonomyFacts, ...]:
    """Every taxonomy by title."""
    rows = Taxonomy.objects.order_by("title", "slug").prefetch_related("owners__user")
    versions: dict[UUID, list[VersionFacts]] = {}
    for version in _versions():
        versions.setdefault(version.taxonomy_id, []).append(_facts(version))
    return tuple(_taxonomy(row, versions.get(row.id, [])) for row in rows)


def taxonomy(slug: str) -> TaxonomyFacts:
    """One taxonomy. Raises UnknownTaxonomy."""
    row = Taxonomy.objects.filter(slug=slug).prefetch_related("owners__user").first()
    if row is None:
        raise UnknownTaxonomy
    return _taxonomy(row, [_facts(version) for version in _versions().filter(taxonomy=row)])


def version_facts(slug: str, number: str) -> VersionFacts:
    """One version. Raises UnknownTaxonomy, UnknownVersion."""
    version = _versions().filter(taxonomy__slug=slug, number=number).first()
    if version is not None:
        return _facts(version)
    if not Taxonomy.objects.filter(slug=slug).exists():
        raise UnknownTaxonomy
    raise UnknownVersion


def migration_of(version: UUID) -> Migration | None:
    """The declared operations that led to this version, where the import had them."""
    document = Version.objects.filter(id=version).values_list("migration", flat=True).first()
    return migration_from_document(document) if document else None


def known_pictures(hashes: Iterable[str]) -> frozenset[str]:
    """Those of the hashes that are pictures of examples."""
    return frozenset(ExamplePicture.objects.filter(sha256__in=set(hashes)).values_list("sha256", flat=True))


def picture_type(sha256: str) -> str | None:
    """The media type of a picture; None when there is none of that hash."""
    return ExamplePicture.objects.filter(sha256=sha256).values_list("media_type", flat=True).first()


def pictures_in(tree: TaxonomyTree) -> frozenset[str]:
    """The hashes that the examples of a tree name and that are stored here."""
    named = {example.asset_sha256 for defect in tree.defects for example in defect.examples if example.asset_sha256}
    return known_pictures(named) if named else frozenset()


def registered(taxonomy: UUID) -> tuple[dict[str, str], dict[str, str]]:
    """Kind of each permanent id, and the id that holds each code that was ever used."""
    kinds = dict(Concept.objects.filter(taxonomy=taxonomy).values_list("key", "kind"))
    holders = dict(ConceptCode.objects.filter(taxonomy=taxonomy).values_list("code", "concept__key"))
    return kinds, holders


def published_trees(taxonomy: UUID) -> Iterator[TaxonomyTree]:
    """Every frozen version of a taxonomy, oldest first."""
    found = Version.objects.filter(taxonomy=taxonomy, state__in=FROZEN).order_by("sort_key")
    return (tree_of(version) for version in found.values_list("id", flat=True))


def newest_published(taxonomy: UUID) -> Version | None:
    """The frozen version with the highest number."""
    return Version.objects.filter(taxonomy=taxonomy, state__in=FROZEN).order_by("-sort_key").first()


def open_draft_of(taxonomy: UUID) -> Version | None:
    """The one draft that may be open."""
    return Version.objects.filter(taxonomy=taxonomy, state__in=OPEN).select_related("updated_by").first()


def may_edit(user: User, facts: TaxonomyFacts) -> bool:
    """Owners and administrators."""
    return user.is_admin or any(owner == user.id for owner, _ in facts.owners)


def _versions() -> QuerySet[Version]:
    found = Version.objects.select_related("taxonomy", "parent", "published_by")
    return found.defer("document", "parent__document").order_by("-sort_key")


def _facts(version: Version) -> VersionFacts:
    return VersionFacts(
        **{name: getattr(version, name) for name in _PLAIN},
        slug=version.taxonomy.slug,
        parent=version.parent.number if version.parent else None,
        published_by=version.published_by.name if version.published_by else None,
        has_migration=version.migration is not None,
    )


def _taxonomy(row: Taxonomy, versions: list[VersionFacts]) -> TaxonomyFacts:
    return TaxonomyFacts(
        id=row.id,
        slug=row.slug,
        title=row.title,
        id_prefix=row.id_prefix,
        approvals_required=row.approvals_required,
        owners=tuple(sorted(((one.user_id, one.user.name) for one in row.owners.all()), key=lambda pair: pair[1])),
        versions=tuple(versions),
    )
