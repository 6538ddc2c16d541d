"""Review of a draft: put up, sent back, approved by others. Every approval names the very state that was read.

Lock order: the Taxonomy row, then the draft's row.
"""

from django.db import transaction

from accounts.models import User
from core import clock
from core.hashing import canonical_json, sha256_of_bytes
from taxonomy import queries, services
from taxonomy.draft_presentation import result_document
from taxonomy.draft_queries import Draft, draft_of, violations_of
from taxonomy.drafts import Operations, unwritten
from taxonomy.errors import ApprovalRefused, DraftChanged, LintBlocks, NotInReview, ReviewRefused, UnknownDraft
from taxonomy.linting import lint
from taxonomy.models import Taxonomy, Version, VersionApproval
from taxonomy.sources import refused

MOST_APPROVALS = 2


def submit_for_review(slug: str, *, by: User, etag: str) -> Draft:
    """Draft to in review. Refused while the file breaks a rule, holds unwritten texts or has errors of the lint.

    Raises UnknownDraft, NotAnOwner, DraftChanged, ReviewRefused, TreeInvalid, LintBlocks.
    """
    with transaction.atomic():
        taxonomy, row = _standing(slug, by, etag)
        found = draft_of(row)
        if row.state == Version.State.IN_REVIEW:
            raise ReviewRefused("It is in review already.")
        if wrong := (*violations_of(found), *unwritten(found.tree)):
            raise refused(wrong)
        if errors := [result_document(one) for one in lint(found.tree) if one.level == "E"]:
            raise LintBlocks(f"{len(errors)} errors. First: {errors[0]['message']}", extensions={"results": errors})
        row.state, row.submitted_at, row.submitted_by = Version.State.IN_REVIEW, clock.now(), by
        row.row_version += 1
        row.save(update_fields=["state", "submitted_at", "submitted_by", "row_version"])
        services.record(taxonomy, "draft.submitted", by, subject=row.number, content_hash=row.content_hash)
    return draft_of(row)


def send_back(slug: str, *, by: User, etag: str, word: str) -> Draft:
    """In review to draft, with a word of what is missing. Raises as submit_for_review, and NotInReview."""
    with transaction.atomic():
        taxonomy, row = _standing(slug, by, etag)
        _require_review(row)
        row.state = Version.State.DRAFT
        row.row_version += 1
        row.save(update_fields=["state", "row_version"])
        services.record(taxonomy, "draft.sent_back", by, subject=row.number, word=word)
    return draft_of(row)


def approve(slug: str, *, by: User, etag: str, word: str) -> VersionApproval:
    """Agree with exactly this state. An edit afterwards makes the approval idle.

    Raises NotInReview, DraftChanged, ApprovalRefused for whoever wrote or submitted it.
    """
    with transaction.atomic():
        taxonomy, row = _standing(slug, by, etag)
        _require_review(row)
        if by.id in {row.updated_by_id, row.submitted_by_id}:
            raise ApprovalRefused("Whoever wrote the draft or put it up for review cannot approve it.")
        approval, is_new = VersionApproval.objects.get_or_create(
            version=row, content_hash=state_hash(row), by=by, defaults={"word": word}
        )
        if is_new:
            services.record(
                taxonomy, "draft.approved", by, subject=row.number, content_hash=approval.content_hash, word=word
            )
    return approval


def set_approvals(slug: str, number: int, *, by: User) -> Taxonomy:
    """How many people besides the author must approve before publishing: 0, 1 or 2, never more than there are.

    Raises NotAnOwner, ReviewRefused.
    """
    with transaction.atomic():
        taxonomy = services.locked(slug)
        services.require_owner(by, taxonomy)
        others = taxonomy.owners.count() - 1
        if not 0 <= number <= MOST_APPROVALS:
            raise ReviewRefused("Approvals are 0, 1 or 2.")
        if number > max(0, others):
            raise ReviewRefused(f"There are {max(0, others)} other owners; add one first.")
        before, taxonomy.approvals_required = taxonomy.approvals_required, number
        taxonomy.save(update_fields=["approvals_required"])
        services.record(taxonomy, "approvals.set", by, subject=slug, before=before, after=number)
    return taxonomy


def state_hash(row: Version, operations: Operations | None = None) -> str:
    """What an approval names: the content and the operations that explain it (the row's unless they are given).

    An edit of the texts that is called a redefinition afterwards, or the reverse, is another state.
    """
    explained = row.operations if operations is None else operations
    return sha256_of_bytes(canonical_json([row.content_hash, explained]))


def require_approvals(taxonomy: Taxonomy, row: Version, operations: Operations) -> int:
    """How many approvals the state to be published has; where any are asked for, the draft must be in review.

    Whoever wrote or submitted it does not count. Raises NotInReview, ApprovalRefused. Expects the draft's lock held.
    """
    named = row.approvals.filter(content_hash=state_hash(row, operations))
    given = named.exclude(by_id__in=[one for one in (row.updated_by_id, row.submitted_by_id) if one]).count()
    needed = taxonomy.approvals_required
    if given < needed:
        raise ApprovalRefused(
            f"{given} of {needed} approvals of this state are there.", extensions={"given": given, "needed": needed}
        )
    if needed:
        _require_review(row)
    return given


def approvals_of(found: Draft) -> list[tuple[str, str, str, bool]]:
    """(name, moment, word, whether it is of the present state) of every approval of an open draft."""
    rows = VersionApproval.objects.filter(version=found.id).select_related("by", "version").order_by("created_at")
    return [
        (row.by.name, row.created_at.isoformat(), row.word, row.content_hash == state_hash(row.version)) for row in rows
    ]


def _standing(slug: str, by: User, etag: str) -> tuple[Taxonomy, Version]:
    taxonomy = services.locked(slug)
    services.require_owner(by, taxonomy)
    rows = taxonomy.versions.filter(state__in=queries.OPEN).select_related("taxonomy", "parent", "updated_by")
    row = rows.select_for_update(of=("self",)).first()
    if row is None:
        raise UnknownDraft("There is no open draft.")
    found = draft_of(row)
    if found.etag != etag:
        raise DraftChanged(f"{found.updated_by or 'Somebody'} changed the draft after you read it.")
    return taxonomy, row


def _require_review(row: Version) -> None:
    if row.state != Version.State.IN_REVIEW:
        raise NotInReview("The draft is not in review.")
