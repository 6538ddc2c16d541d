"""Taxonomies come in, are published, retired and owned. Every change is journalled in the taxonomy's own scope.

Lock order: the Taxonomy row first. Files are read, checked and written before a transaction begins.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import journal
from accounts.models import User
from core import clock
from taxonomy import queries, registry
from taxonomy.attachments import without_pictures
from taxonomy.codec import content_hash
from taxonomy.diff import diff
from taxonomy.document import to_document
from taxonomy.drafts import unwritten
from taxonomy.errors import (
    DraftExists,
    LastOwner,
    NotADraft,
    NotAnOwner,
    NotPublished,
    ReviewRefused,
    TreeInvalid,
    UnknownTaxonomy,
    UnknownVersion,
    VersionExists,
)
from taxonomy.illustration import Illustrated, illustrate
from taxonomy.models import Concept, ConceptCode, ExamplePicture, Taxonomy, TaxonomyOwner, Version
from taxonomy.ordering import in_order, read_document
from taxonomy.sources import Source, read_migration_for, read_source, refused
from taxonomy.tree import TaxonomyTree, semver
from taxonomy.validation import validate_tree
from taxonomy.violation import Violation

TITLE_LENGTH = 200
DIFFERENCES_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """`is_new` is False when exactly this content was there already; `unfinished` is what a draft still lacks."""

    version: Version
    is_new: bool
    unfinished: tuple[Violation, ...] = ()


def import_taxonomy(
    source: Source, *, by: User | None, publish: bool, assets: Path | None = None, migration: Source | None = None
) -> Version:
    """Take in a version; the one there already when the content is the same. Promises and errors: `take_in`."""
    return take_in(source, by=by, publish=publish, assets=assets, migration=migration).version


def take_in(
    source: Source,
    *,
    by: User | None,
    publish: bool,
    assets: Path | None = None,
    migration: Source | None = None,
    name: str = "",
) -> Imported:
    """Read, check and store one version of a taxonomy file, whole.

    `source` is a YAML, JSON, XLSX or CSV file called `name`, or a document; `by` None is the installation itself.
    `assets` is a folder with the pictures that examples name, or with an `examples.json`. `publish` asks for the
    structural rules only (no lint, no evidence), freezes the version at once and journals "imported as published";
    without it the version becomes the open draft. `migration` holds the declared operations since the previous version;
    they must explain the difference. Takes the Taxonomy row's lock; nothing is stored when anything is refused.

    Raises TreeInvalid (with path and line), VersionExists, DraftExists, NotAnOwner, StorageFull.
    """
    loaded = read_source(source, name)
    if wrong := loaded.violations if publish else loaded.blocking:
        raise refused(wrong)
    assert loaded.tree is not None
    require_import_right(by, loaded.tree.slug)
    state = Version.State.PUBLISHED if publish else Version.State.DRAFT
    asked = in_order(with_status(loaded.tree, state))
    illustrated = illustrate(asked, assets, queries.known_pictures)
    if wrong := validate_tree(illustrated.tree) if illustrated.pictures and publish else ():
        raise refused(wrong)
    illustrated.store()
    with transaction.atomic():
        done = _stored(asked, illustrated, by=by, state=state, migration=migration)
    return done if publish else replace(done, unfinished=loaded.unfinished or (*unwritten(asked), *loaded.violations))


def _stored(
    asked: TaxonomyTree, illustrated: Illustrated, *, by: User | None, state: Version.State, migration: Source | None
) -> Imported:
    tree = illustrated.tree
    taxonomy = _locked_taxonomy(tree, by)
    existing = taxonomy.versions.filter(number=tree.version).first()
    if existing is not None:
        return Imported(version=_same_content(existing, asked, tree, state), is_new=False)
    if state == Version.State.DRAFT and (open_draft := queries.open_draft_of(taxonomy.id)):
        raise DraftExists(f"Version {open_draft.number} is open; publish or discard it first.")
    refuse_unlawful(taxonomy, tree)
    parent = taxonomy.versions.filter(number=tree.meta.previous_version).first()
    _keep_pictures(illustrated)
    version = Version.objects.create(
        taxonomy=taxonomy,
        number=tree.version,
        sort_key=sort_key(tree.version),
        state=state,
        parent=parent,
        document=to_document(tree),
        migration=read_migration_for(migration, asked, read_document(parent.document) if parent else None),
        content_hash=content_hash(tree),
        release_notes=tree.meta.release_notes or "",
        imported_as_published=state == Version.State.PUBLISHED,
        updated_by=by,
        **_publication(by) if state == Version.State.PUBLISHED else {},
    )
    if state == Version.State.PUBLISHED:
        register(taxonomy, tree)
    _journal(
        taxonomy,
        "version.imported",
        by,
        version,
        note="imported as published" if version.imported_as_published else "imported as draft",
        pictures=len(illustrated.pictures),
    )
    return Imported(version=version, is_new=True)


def publish_draft(slug: str, *, by: User | None) -> Version:
    """Freeze the open draft: all structural rules, a number above every published one, ids and codes for good.

    Takes the Taxonomy row's lock. Raises UnknownTaxonomy, NotAnOwner, NotADraft, VersionExists, TreeInvalid.
    """
    with transaction.atomic():
        taxonomy = locked(slug)
        require_owner(by, taxonomy)
        version = taxonomy.versions.filter(state__in=queries.OPEN).select_for_update().first()
        if version is None:
            raise NotADraft("There is no open draft to publish.")
        tree = with_status(read_document(version.document), Version.State.PUBLISHED)
        if wrong := validate_tree(tree):
            raise refused(wrong)
        refuse_unlawful(taxonomy, tree)
        newest = queries.newest_published(taxonomy.id)
        if newest and semver(newest.number) >= semver(tree.version):
            raise VersionExists(f"The number {tree.version} is not above {newest.number}, the newest published one.")
        version.document, version.content_hash = to_document(tree), content_hash(tree)
        version.state = Version.State.PUBLISHED
        for name, value in _publication(by).items():
            setattr(version, name, value)
        version.save()
        register(taxonomy, tree)
        _journal(taxonomy, "version.published", by, version)
    return version


def retire_version(slug: str, number: str, *, by: User | None) -> Version:
    """A published version takes no new campaigns from now on; it stays readable. Raises NotPublished."""
    with transaction.atomic():
        taxonomy = locked(slug)
        require_owner(by, taxonomy)
        version = taxonomy.versions.filter(number=number).first()
        if version is None:
            raise UnknownVersion
        if version.state != Version.State.PUBLISHED:
            raise NotPublished(f"Version {number} is {version.get_state_display().lower()}.")
        version.state, version.retired_at = Version.State.RETIRED, clock.now()
        version.save(update_fields=["state", "retired_at"])
        _journal(taxonomy, "version.retired", by, version)
    return version


def add_owner(slug: str, user: UUID, *, by: User | None) -> None:
    """Give a person the right to edit and publish; twice changes nothing. Raises NotAnOwner, UnknownTaxonomy."""
    with transaction.atomic():
        taxonomy = locked(slug)
        require_owner(by, taxonomy)
        _, is_new = TaxonomyOwner.objects.get_or_create(taxonomy=taxonomy, user_id=user)
        if is_new:
            record(taxonomy, "owner.added", by, subject=user)


def remove_owner(slug: str, user: UUID, *, by: User | None) -> None:
    """Take the right back; one owner must stay. Raises NotAnOwner, LastOwner,
    ReviewRefused while fewer would be left than approvals are asked for."""
    with transaction.atomic():
        taxonomy = locked(slug)
        require_owner(by, taxonomy)
        owners = set(taxonomy.owners.values_list("user_id", flat=True))
        if user not in owners:
            return
        if owners == {user}:
            raise LastOwner("Add another owner first.")
        if taxonomy.approvals_required > len(owners) - 2:
            raise ReviewRefused(
                f"A release takes approvals of {taxonomy.approvals_required} other owners; ask for fewer first."
            )
        taxonomy.owners.filter(user_id=user).delete()
        record(taxonomy, "owner.removed", by, subject=user)


# ---- rights


def require_import_right(by: User | None, slug: str) -> None:
    """Owners import into their taxonomy; a new one needs the right to create. Raises NotAnOwner."""
    if by is None or by.is_admin:
        return
    taxonomy = Taxonomy.objects.filter(slug=slug).first()
    if taxonomy is not None:
        require_owner(by, taxonomy)
    elif not by.may_create_taxonomies:
        raise NotAnOwner("Your account may not create taxonomies. An administrator can change that.")


def require_any_import_right(by: User) -> None:
    """Before a body is read at all: who may neither create one nor owns one has nothing to import."""
    if not (by.is_admin or by.may_create_taxonomies or by.owned_taxonomies.exists()):
        raise NotAnOwner("Your account may not create taxonomies and owns none.")


def require_owner(by: User | None, taxonomy: Taxonomy) -> None:
    """Owners and administrators pass. Raises NotAnOwner."""
    if by is None or by.is_admin or taxonomy.owners.filter(user=by).exists():
        return
    raise NotAnOwner


def locked(slug: str) -> Taxonomy:
    """The row with its lock: who changes a taxonomy waits for whoever changes it now. Raises UnknownTaxonomy."""
    taxonomy = Taxonomy.objects.select_for_update().filter(slug=slug).first()
    if taxonomy is None:
        raise UnknownTaxonomy
    return taxonomy


# ---- parts


def sort_key(number: str) -> str:
    """`1.10.0` zero-padded, so that text order is version order."""
    return ".".join(f"{part:018d}" for part in semver(number))


def with_status(tree: TaxonomyTree, state: Version.State) -> TaxonomyTree:
    return replace(tree, meta=replace(tree.meta, status=state.value))


def _publication(by: User | None) -> dict[str, Any]:
    return {"published_at": clock.now(), "published_by": by}


def _locked_taxonomy(tree: TaxonomyTree, by: User | None) -> Taxonomy:
    taxonomy, is_new = Taxonomy.objects.get_or_create(
        slug=tree.slug,
        defaults={"title": tree.title[:TITLE_LENGTH], "id_prefix": tree.meta.id_prefix, "created_by": by},
    )
    taxonomy = locked(tree.slug)
    if is_new:
        if by is not None:
            TaxonomyOwner.objects.create(taxonomy=taxonomy, user=by)
        record(taxonomy, "taxonomy.created", by, subject=taxonomy.slug)
        return taxonomy
    require_owner(by, taxonomy)
    if taxonomy.id_prefix != tree.meta.id_prefix:
        violation = registry.prefix_changed(taxonomy.id_prefix, tree.meta.id_prefix)
        raise refused([violation])
    return taxonomy


def _same_content(existing: Version, asked: TaxonomyTree, tree: TaxonomyTree, state: Version.State) -> Version:
    """The version there is, when it says the same (pictures attached earlier aside). Raises VersionExists."""
    old = read_document(existing.document)
    hashes = {content_hash(asked), content_hash(tree)}
    if existing.state in queries.OPEN and state == Version.State.PUBLISHED:
        raise DraftExists(f"Version {existing.number} is an open draft; publish it instead of importing it again.")
    if existing.content_hash in hashes or content_hash(without_pictures(old, asked)) == content_hash(asked):
        return existing
    changes = diff(old, tree)
    said = [f"{one.concept} {one.field or one.kind}" for one in changes.changes] + [one.path for one in changes.notes]
    more = f" and {len(said) - 5} more" if len(said) > 5 else ""
    raise VersionExists(
        f"Version {existing.number} is there with other content: {', '.join(said[:5])}{more} differ. "
        "Give the changed file a new version number.",
        extensions={"differences": said[:DIFFERENCES_SHOWN], "differences_count": len(said)},
    )


def refuse_unlawful(taxonomy: Taxonomy, tree: TaxonomyTree) -> None:
    if wrong := registry.clashes(tree, *queries.registered(taxonomy.id), queries.published_trees(taxonomy.id)):
        raise TreeInvalid(violations=refused(wrong).violations)


def _keep_pictures(illustrated: Illustrated) -> None:
    ExamplePicture.objects.bulk_create(
        (
            ExamplePicture(
                sha256=one.sha256,
                media_type=one.media_type,
                width=one.width,
                height=one.height,
                bytes=len(one.data),
            )
            for one in illustrated.pictures
        ),
        ignore_conflicts=True,
    )


def register(taxonomy: Taxonomy, tree: TaxonomyTree) -> None:
    """Ids and codes of a published version become permanent. Expects the Taxonomy row's lock."""
    known = {concept.key: concept for concept in taxonomy.concepts.all()}
    named = list(registry.concepts_of(tree))
    fresh = [
        Concept(
            taxonomy=taxonomy,
            key=one.key,
            code=one.code,
            kind=one.kind or registry.kind_of_code(one.code),
            first_version=tree.version,
        )
        for one in named
        if one.key not in known
    ]
    known |= {concept.key: concept for concept in Concept.objects.bulk_create(fresh)}
    recoded = [known[one.key] for one in named if one.kind and known[one.key].code != one.code]
    for one in named:
        if one.kind:
            known[one.key].code = one.code
    Concept.objects.bulk_update(recoded, ["code"])
    held = set(taxonomy.codes.values_list("code", flat=True))
    ConceptCode.objects.bulk_create(
        ConceptCode(taxonomy=taxonomy, concept=known[one.key], code=one.code) for one in named if one.code not in held
    )


def _journal(taxonomy: Taxonomy, action: str, by: User | None, version: Version, **payload: object) -> None:
    record(taxonomy, action, by, subject=version.number, content_hash=version.content_hash, **payload)


def record(taxonomy: Taxonomy, action: str, by: User | None, *, subject: object, **payload: object) -> None:
    journal.record(
        journal.taxonomy_scope(taxonomy.slug),
        action,
        actor=by.id if by else None,
        subject=subject,
        payload=dict(payload),
    )
