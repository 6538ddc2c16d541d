"""Reading taxonomies. Published versions never change, so their trees are kept in memory."""

from uuid import UUID

from taxonomy.document import from_document
from taxonomy.errors import UnknownVersion
from taxonomy.models import Version
from taxonomy.tree import TaxonomyTree

KEPT = 64
FROZEN = (Version.State.PUBLISHED, Version.State.RETIRED)


_known: dict[UUID, TaxonomyTree] = {}


def tree_of(version: UUID) -> TaxonomyTree:
    """The tree of a version; one database read per process for a published one. Raises UnknownVersion."""
    found = _known.get(version)
    if found is not None:
        return found
    row = Version.objects.filter(id=version).only("state", "document").first()
    if row is None:
        raise UnknownVersion
    tree = from_document(row.document)
    if row.state in FROZEN:
        if len(_known) >= KEPT:
            _known.clear()
        _known[version] = tree
    return tree
