"""The life of a draft: begun, saved, explained, published or discarded. Two owners never overwrite each other.

Lock order: the Taxonomy row, then the draft's row. Every change names the state it stands on (`etag`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from accounts.models import User
from core import clock
from taxonomy import queries, services
from taxonomy.codec import content_hash
from taxonomy.diff import wording_shift
from taxonomy.discussion_services import carry_out
from taxonomy.document import Document, to_document
from taxonomy.draft_presentation import result_document
from taxonomy.draft_queries import Draft, draft, draft_of, review_of, violations_of
from taxonomy.drafts import FIXED, Operations, Review, begun, checked, next_number, numbered, unwritten, wordy_edits
from taxonomy.errors import (
    DiffUnexplained,
    DraftChanged,
    DraftExists,
    LintBlocks,
    NotAnOwner,
    NothingToPublish,
    NumberTooSmall,
    TreeInvalid,
    UnknownDraft,
    UnknownVersion,
    WarningsUnanswered,
)
from taxonomy.explanation import violations_of as broken_operations
from taxonomy.lint import NO_DATA, LintData, LintResult, blocks
from taxonomy.linting import lint
from taxonomy.models import Taxonomy, Version
from taxonomy.operations import BUMPS, Bump, bump_between, migration_document, operation_document
from taxonomy.ordering import in_order
from taxonomy.review_services import require_approvals
from taxonomy.sources import read_source, refused
from taxonomy.tree import TaxonomyTree, semver
from taxonomy.violation import Violation

LEAST_WORD = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """What an owner decides when publishing. `operations` None takes those declared on the draft;
    `words` are the written acknowledgements by rule."""

    number: str
    operations: Operations | None
    words: Mapping[str, str]
    release_notes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What findings say about a draft; stored beside the lint."""

    data: LintData = NO_DATA
    dry_run: Document | None = None


Weigh = Callable[[Draft, Review | None], Evidence]
"""Asks the findings about a draft whose difference is explained; given by the layer that knows them."""


def start_draft(slug: str, *, by: User, from_version: str = "", document: Document | None = None) -> Draft:
    """Open a draft on a published version (the newest unless named), with changed content where it is given.

    Takes the Taxonomy row's lock. Raises UnknownTaxonomy, NotAnOwner, DraftExists, UnknownVersion, TreeInvalid.
    """
    with transaction.atomic():
        taxonomy = services.locked(slug)
        services.require_owner(by, taxonomy)
        if there := queries.open_draft_of(taxonomy.id):
            writer = f" ({there.updated_by.name} wrote last)" if there.updated_by else ""
            raise DraftExists(f"Version {there.number} is open{writer}; publish or discard it first.")
        newest = queries.newest_published(taxonomy.id)
        found = taxonomy.versions.filter(state__in=queries.FROZEN, number=from_version).first()
        parent = found if from_version else newest
        if parent is None or newest is None:
            raise UnknownVersion(f"There is no published version {from_version[:40]} to begin from.")
        old = queries.tree_of(parent.id)
        tree = begun(old, next_number(parent.number, newest.number, "patch"))
        if document is not None:
            tree = _readable(document, tree, ("slug", "id_prefix"))
        row = Version.objects.create(
            taxonomy=taxonomy,
            number=tree.version,
            sort_key=services.sort_key(tree.version),
            parent=parent,
            document=to_document(tree),
            content_hash=content_hash(tree),
            updated_by=by,
        )
        _note(taxonomy, "draft.started", by, row, parent=parent.number)
    return draft_of(row)


def save_draft(slug: str, document: Document, *, by: User, etag: str, operations: Operations | None = None) -> Draft:
    """Replace the whole tree (and the declared operations where they are given) by what the owner has now.

    A draft may be unfinished (`validation.DRAFT_MAY`), but it must be readable. Raises UnknownTaxonomy, NotAnOwner,
    UnknownDraft, DraftChanged with the state that is there, TreeInvalid with path; nothing is stored then.
    """
    with transaction.atomic():
        taxonomy, row = _standing(slug, by, etag)
        row.document = to_document(_readable(document, draft_of(row).tree))
        if operations is not None:
            row.operations = _sound(operations, row)
        return _saved(taxonomy, row, by, "draft.saved")


def declare_operations(slug: str, operations: Operations, *, by: User, etag: str) -> Draft:
    """Replace the operations that shall explain the draft; whether they do, the review says. Raises as save_draft."""
    with transaction.atomic():
        taxonomy, row = _standing(slug, by, etag)
        row.operations = _sound(operations, row)
        return _saved(taxonomy, row, by, "draft.explained")


def discard_draft(slug: str, *, by: User, etag: str) -> None:
    """Throw the draft away; the journal keeps its hash. Raises as save_draft."""
    with transaction.atomic():
        taxonomy, row = _standing(slug, by, etag)
        _note(taxonomy, "draft.discarded", by, row)
        row.delete()


def publish(slug: str, release: Release, weigh: Weigh, *, by: User, etag: str) -> Version:
    """Freeze the draft under a number that says how much changed, with its operations, its lint and its evidence.

    The lint runs before the lock is taken and belongs to exactly the state that `etag` names. Touches no campaign.
    Raises as save_draft, and NothingToPublish, DiffUnexplained, NumberTooSmall, LintBlocks, WarningsUnanswered.
    """
    found = draft(slug)
    require_owner_of(slug, by=by)
    _same_state(found, etag)
    operations = found.operations if release.operations is None else numbered(release.operations)
    _require_number(found, release.number)
    if release.operations is not None and found.parent is not None:
        operations = _refuse_unsound(operations, queries.tree_of(found.parent), release.number)
    reviewed = review_of(found, operations, release.number)
    tree = _explained(reviewed) if reviewed else found.tree
    tree = _finished(tree, release)
    if wrong := (*violations_of(found, tree), *unwritten(tree)):
        raise refused(wrong)
    evidence = weigh(found, reviewed)
    major = reviewed is not None and reviewed.least == "major"
    results = lint(tree, replace(evidence.data, major_release=major))
    _require_words(results, release.words)
    with transaction.atomic():
        taxonomy, row = _standing(slug, by, etag)
        services.refuse_unlawful(taxonomy, tree)
        approvals = require_approvals(taxonomy, row, operations)
        row.number, row.sort_key = tree.version, services.sort_key(tree.version)
        row.document, row.content_hash = to_document(tree), content_hash(tree)
        row.migration = _migration(reviewed)
        row.operations = []
        row.release_notes = release.release_notes
        row.lint = _lint_document(row.content_hash, results, release.words, evidence)
        row.state, row.published_at, row.published_by = Version.State.PUBLISHED, clock.now(), by
        row.row_version += 1
        row.updated_at, row.updated_by = row.published_at, by
        row.save()
        services.register(taxonomy, tree)
        touched = {concept for one in (reviewed.migration.operations if reviewed else ()) for concept in one.sources}
        carry_out(taxonomy, row.number, frozenset(touched), by)
        _note(taxonomy, "version.published", by, row, **_said(reviewed, release, taxonomy, approvals))
    return row


def require_owner_of(slug: str, *, by: User) -> None:
    """Before a body is read or a draft is shown. Raises UnknownTaxonomy, NotAnOwner."""
    if not queries.may_edit(by, queries.taxonomy(slug)):
        raise NotAnOwner


# ---- the state a change stands on


def _standing(slug: str, by: User, etag: str) -> tuple[Taxonomy, Version]:
    """The draft's row, locked, if it is still what the owner saw."""
    taxonomy = services.locked(slug)
    services.require_owner(by, taxonomy)
    open_drafts = taxonomy.versions.filter(state__in=queries.OPEN).select_related("taxonomy", "parent", "updated_by")
    row = open_drafts.select_for_update(of=("self",)).first()
    if row is None:
        raise UnknownDraft("There is no open draft; somebody published or discarded it.")
    _same_state(draft_of(row), etag)
    return taxonomy, row


def _same_state(found: Draft, etag: str) -> None:
    if etag == found.etag:
        return
    raise DraftChanged(
        f"{found.updated_by or 'Somebody'} saved the draft after you read it.",
        extensions={
            "etag": found.etag,
            "row_version": found.row_version,
            "updated_at": found.updated_at.isoformat(),
            "updated_by": found.updated_by,
            "document": found.document,
            "operations": found.operations,
        },
    )


def _saved(taxonomy: Taxonomy, row: Version, by: User, action: str) -> Draft:
    row.content_hash = content_hash(draft_of(row).tree)
    row.row_version += 1
    row.state = Version.State.DRAFT  # an edit sends a draft in review back
    row.updated_at, row.updated_by = clock.now(), by
    row.save()
    _note(taxonomy, action, by, row, row_version=row.row_version)
    return draft_of(row)


def _note(taxonomy: Taxonomy, action: str, by: User, row: Version, **payload: object) -> None:
    services.record(taxonomy, action, by, subject=row.number, content_hash=row.content_hash, **payload)


# ---- what is given


def _readable(document: Document, stored: TaxonomyTree, fixed: tuple[str, ...] = FIXED) -> TaxonomyTree:
    """The tree of a document that a draft may hold, with the number and the state that the draft has."""
    loaded = read_source(document)
    if loaded.blocking or loaded.tree is None:
        raise refused(loaded.blocking)
    wrong = [
        Violation(
            path=f"/taxonomy/{name}",
            line=None,
            code="fixed-value",
            message=f"{name} of this draft is {getattr(stored.meta, name)!r} and stays so.",
        )
        for name in fixed
        if getattr(loaded.tree.meta, name) != getattr(stored.meta, name)
    ]
    if wrong:
        raise refused(wrong)
    own = {name: getattr(stored.meta, name) for name in FIXED}
    return in_order(replace(loaded.tree, meta=replace(loaded.tree.meta, **own, status="draft")))


def _sound(operations: Operations, row: Version) -> Operations:
    """The operations in their stored form, with ids. Raises TreeInvalid."""
    if row.parent is None:
        raise TreeInvalid("The first version of a taxonomy has nothing to explain.")
    named = numbered(operations)
    return _refuse_unsound(named, queries.tree_of(row.parent.id), row.number)


def _refuse_unsound(operations: Operations, old: TaxonomyTree, number: str) -> Operations:
    loaded = checked(operations, old, number)
    if loaded.migration is None:
        raise refused(loaded.violations)
    return [operation_document(one) for one in loaded.migration.operations]


# ---- what publishing asks for


def _require_number(found: Draft, number: str) -> None:
    newest = queries.newest_published(found.taxonomy)
    if newest is not None and semver(number) <= semver(newest.number):
        proposed = next_number(newest.number, newest.number, "patch")
        raise NumberTooSmall(
            f"{number} is not above {newest.number}, the newest published version.", extensions={"number": proposed}
        )


def _explained(found: Review) -> TaxonomyTree:
    """The tree to publish, once its difference is explained wholly and its number says how much changed."""
    if found.is_empty:
        raise NothingToPublish(f"The draft says the same as {found.old.version}.")
    explanation, number = found.explanation, found.new.version
    open_changes = [f"{one.concept} {one.field or one.kind}" for one in explanation.unexplained]
    idle = [one.id for one in explanation.idle]
    wrong = [one for one in explanation.problems if one.code != "bump-too-small"]
    if open_changes or idle or wrong:
        said = [f"unexplained: {', '.join(open_changes)}"] if open_changes else []
        said += [f"idle: {', '.join(idle)}"] if idle else []
        said += [wrong[0].sentence()] if wrong else []
        raise DiffUnexplained(
            "; ".join(said),
            violations=refused(broken_operations(explanation, found.migration)).violations,
            extensions={"unexplained": open_changes, "idle": idle},
        )
    step = bump_between(found.old.version, number)
    if step is None or BUMPS.index(step) < BUMPS.index(found.least):
        proposed = next_number(found.old.version, found.old.version, found.least)
        raise NumberTooSmall(
            f"{found.old.version} to {number} is a {step} step; the operations need {found.least}.",
            extensions={"least": found.least, "number": proposed},
        )
    return found.new


def _finished(tree: TaxonomyTree, release: Release) -> TaxonomyTree:
    notes = release.release_notes or None
    meta = replace(tree.meta, version=release.number, status="published", release_notes=notes)
    return replace(tree, meta=meta)


def _require_words(results: tuple[LintResult, ...], words: Mapping[str, str]) -> None:
    if blocks(results):
        errors = [result_document(one) for one in results if one.level == "E"]
        raise LintBlocks(f"{len(errors)} errors. First: {errors[0]['message']}", extensions={"results": errors})
    warned = {one.rule for one in results if one.level == "W"}
    silent = sorted(rule for rule in warned if len(words.get(rule, "").strip()) < LEAST_WORD)
    if silent:
        raise WarningsUnanswered(f"Say why these may stay: {', '.join(silent)}.", extensions={"rules": silent})


def _lint_document(of: str, results: tuple[LintResult, ...], words: Mapping[str, str], evidence: Evidence) -> Document:
    warned = {one.rule for one in results if one.level == "W"}
    return {
        "content_hash": of,
        "results": [result_document(one) for one in results],
        "acknowledged": {rule: words[rule].strip() for rule in sorted(warned)},
        "dry_run": evidence.dry_run,
    }


def _migration(found: Review | None) -> Document | None:
    if found is None or not found.migration.operations:
        return None
    step: Bump = bump_between(found.old.version, found.new.version) or found.least
    return migration_document(replace(found.migration, bump=step))


def _shifts(found: Review) -> dict[str, float]:
    """How much of each defect's wording differs from the version before."""
    old = found.old
    return {one.id: wording_shift(old.defect(one.id), one) for one in found.new.defects if old.has_defect(one.id)}


def _said(found: Review | None, release: Release, taxonomy: Taxonomy, approvals: int) -> dict[str, Any]:
    """What the journal keeps of a publication; an edit that rewrote much and nobody else confirmed is waived there."""
    if found is None:
        return {"acknowledged": sorted(release.words), "approvals": approvals}
    unconfirmed = () if approvals else wordy_edits(found, _shifts(found))
    return {
        "approvals": approvals,
        "parent": found.old.version,
        "operations": len(found.migration.operations),
        "acknowledged": sorted(release.words),
        "approvals_required": taxonomy.approvals_required,
        "edits_confirmed_by_nobody_else": list(unconfirmed),
    }
