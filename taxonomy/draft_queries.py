"""The open draft of a taxonomy, for its owners."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from taxonomy import queries, registry
from taxonomy.document import Document, to_document
from taxonomy.drafts import Operations, Review, review
from taxonomy.errors import UnknownDraft
from taxonomy.models import Version
from taxonomy.ordering import read_document
from taxonomy.tree import TaxonomyTree
from taxonomy.validation import validate_tree
from taxonomy.violation import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The open draft as it stands. `etag` names this very state; `parent` is None for the first version of all."""

    id: UUID
    taxonomy: UUID
    slug: str
    number: str
    state: str
    etag: str
    row_version: int
    created_at: datetime
    updated_at: datetime
    updated_by: str | None
    parent: UUID | None
    parent_number: str | None
    operations: Operations
    tree: TaxonomyTree

    @property
    def document(self) -> Document:
        """The whole tree as it stands in a file."""
        return to_document(self.tree)


def draft(slug: str) -> Draft:
    """The open draft. Raises UnknownTaxonomy, UnknownDraft."""
    facts = queries.taxonomy(slug)
    found = Version.objects.filter(taxonomy=facts.id, state__in=queries.OPEN)
    row = found.select_related("taxonomy", "parent", "updated_by").defer("parent__document").first()
    if row is None:
        raise UnknownDraft("There is no open draft; start one from a published version.")
    return draft_of(row)


def draft_of(row: Version) -> Draft:
    """A row that somebody read or locked, as a value."""
    return Draft(
        id=row.id,
        taxonomy=row.taxonomy_id,
        slug=row.taxonomy.slug,
        number=row.number,
        state=row.state,
        etag=f'"{row.id.hex[:12]}-{row.row_version}"',
        row_version=row.row_version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        updated_by=row.updated_by.name if row.updated_by else None,
        parent=row.parent_id,
        parent_number=row.parent.number if row.parent else None,
        operations=declared(row),
        tree=read_document(row.document),
    )


def declared(row: Version) -> Operations:
    """The operations declared so far; those of the file where the draft was imported with a migration."""
    said = row.operations or (row.migration or {}).get("operations") or []
    return list(said)


def parent_tree(found: Draft) -> TaxonomyTree | None:
    """The version that the draft began from; None for the first of all."""
    return queries.tree_of(found.parent) if found.parent else None


def violations_of(found: Draft, tree: TaxonomyTree | None = None) -> tuple[Violation, ...]:
    """What keeps the draft from being published: rules of the file, then ids and codes that belong to others."""
    shown = tree or found.tree
    clashes = registry.clashes(shown, *queries.registered(found.taxonomy), queries.published_trees(found.taxonomy))
    return (*validate_tree(shown), *clashes)


def last_number(found: Draft) -> int:
    """The highest number that an id of this taxonomy has ever had; ids are issued once."""
    kinds, _ = queries.registered(found.taxonomy)
    ids = {*kinds, *(named.key for named in registry.concepts_of(found.tree))}
    return max((int(tail) for one in ids if (tail := one.rpartition("-")[2]).isdigit()), default=0)


def used_codes(found: Draft) -> dict[str, str]:
    """Every code that was ever published, with the id that it belongs to for good."""
    return queries.registered(found.taxonomy)[1]


def review_of(found: Draft, operations: Operations | None = None, number: str = "") -> Review | None:
    """The draft against its parent (`drafts.review`); None for the first version, which has none."""
    if found.parent is None:
        return None
    newest = queries.newest_published(found.taxonomy)
    old = queries.tree_of(found.parent)
    said = found.operations if operations is None else operations
    return review(old, found.tree, said, newest.number if newest else old.version, number)
