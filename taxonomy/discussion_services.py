"""Comments, and change requests with their evidence: what people who use a taxonomy say of it."""

import unicodedata
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from core import clock
from core.text import text_problem
from taxonomy import queries, services
from taxonomy.errors import DiscussionRefused, UnknownDiscussion
from taxonomy.models import ChangeRequest, ChangeVote, Comment, Taxonomy

MOST_TEXT = 10_000
OPEN_STATES = (ChangeRequest.State.OPEN, ChangeRequest.State.ACCEPTED)
MOVES: Mapping[str, frozenset[str]] = {
    "open": frozenset({"accepted", "declined"}),
    "accepted": frozenset({"done", "declined", "open"}),
    "declined": frozenset({"open"}),
    "done": frozenset(),
}


def open_request(
    slug: str, *, by: User, concept: str, kind: str, title: str, text: str, evidence: Mapping[str, Any]
) -> ChangeRequest:
    """Ask for a change of a concept of the newest version; empty `concept` is the taxonomy as a whole.

    `evidence` is kept as it was. Raises UnknownTaxonomy, UnknownDiscussion for a concept that is not there.
    """
    taxonomy = _taxonomy(slug)
    newest = queries.newest_published(taxonomy.id)
    number = newest.number if newest else ""
    if concept and (newest is None or not _knows(newest.id, concept)):
        raise UnknownDiscussion(f"The newest version has no concept {concept[:60]}.")
    with transaction.atomic():
        row = ChangeRequest.objects.create(
            taxonomy=taxonomy, concept=concept, kind=kind, title=_text(title, 160), text=_text(text, MOST_TEXT),
            version=number, evidence=dict(evidence), opened_by=by,
        )  # fmt: skip
        services.record(taxonomy, "change.requested", by, subject=row.id, concept=concept, kind=kind)
    return row


def decide_request(slug: str, request: UUID, *, by: User, state: str, word: str, done_in: str = "") -> ChangeRequest:
    """Accept, decline, carry out or open again; owners only. Raises NotAnOwner, DiscussionRefused."""
    with transaction.atomic():
        taxonomy = services.locked(slug)
        services.require_owner(by, taxonomy)
        row = ChangeRequest.objects.select_for_update().filter(taxonomy=taxonomy, id=request).first()
        if row is None:
            raise UnknownDiscussion
        if state not in MOVES[row.state]:
            raise DiscussionRefused(f"A request that is {row.state} cannot become {state}.")
        if state == "declined" and not _is_visible(word):
            raise DiscussionRefused("Say in a word why it is declined.")
        row.state, row.closing_word, row.done_in = state, word, done_in
        is_over = state in ("done", "declined")
        row.closed_by, row.closed_at = (by, clock.now()) if is_over else (None, None)
        row.save()
        services.record(taxonomy, f"change.{state}", by, subject=row.id, word=word)
    return row


def carry_out(taxonomy: Taxonomy, number: str, concepts: frozenset[str], by: User) -> int:
    """A published version carried out what was accepted of the concepts it changes. Expects the Taxonomy's lock."""
    rows = ChangeRequest.objects.filter(taxonomy=taxonomy, state=ChangeRequest.State.ACCEPTED, concept__in=concepts)
    found = list(rows.select_for_update().values_list("id", flat=True))
    rows.filter(id__in=found).update(
        state=ChangeRequest.State.DONE, done_in=number, closed_by=by, closed_at=clock.now()
    )
    for one in found:
        services.record(taxonomy, "change.done", by, subject=one, done_in=number)
    return len(found)


def vote(slug: str, request: UUID, *, by: User, value: int) -> None:
    """For (1), against (-1), or no stand any more (0). Only while the request is open or accepted."""
    row = _request(slug, request)
    if row.state not in OPEN_STATES:
        raise DiscussionRefused("It is decided.")
    if value == 0:
        ChangeVote.objects.filter(request=row, by=by).delete()
    else:
        ChangeVote.objects.update_or_create(request=row, by=by, defaults={"value": value})


def comment(slug: str, *, by: User, text: str, concept: str = "", request: UUID | None = None) -> Comment:
    """A remark on a concept, or under a change request. Raises UnknownDiscussion."""
    taxonomy = _taxonomy(slug)
    under = _request(slug, request) if request else None
    newest = queries.newest_published(taxonomy.id)
    about = under.concept if under else concept
    if about and under is None and (newest is None or not _knows(newest.id, about)):
        raise UnknownDiscussion(f"The newest version has no concept {about[:60]}.")
    return Comment.objects.create(
        taxonomy=taxonomy, concept=about, version=newest.number if newest else "", request=under, by=by,
        text=_text(text, MOST_TEXT),
    )  # fmt: skip


def withdraw_comment(slug: str, found: UUID, *, by: User) -> None:
    """Take one's own remark back; its place stays."""
    rows = Comment.objects.filter(taxonomy=_taxonomy(slug), id=found, by=by, withdrawn_at=None)
    if not rows.update(withdrawn_at=clock.now()):
        raise UnknownDiscussion


def _taxonomy(slug: str) -> Taxonomy:
    return Taxonomy.objects.get(id=queries.taxonomy(slug).id)


def _request(slug: str, request: UUID) -> ChangeRequest:
    row = ChangeRequest.objects.filter(taxonomy__slug=slug, id=request).first()
    if row is None:
        raise UnknownDiscussion
    return row


def _knows(version: UUID, concept: str) -> bool:
    tree = queries.tree_of(version)
    return tree.has_defect(concept) or tree.has_sub_defect(concept) or any(d.id == concept for d in tree.dimensions)


def _is_visible(text: str) -> bool:
    """Whether anything in it can be seen: neither spaces nor controls, joiners and direction marks alone."""
    return any(unicodedata.category(one)[0] not in "ZC" for one in text)


def _text(text: str, most: int) -> str:
    """Raises DiscussionRefused for what nobody could read."""
    said = text.strip()
    if not _is_visible(said):
        raise DiscussionRefused("It says nothing.")
    if len(said) > most:
        raise DiscussionRefused(f"At most {most} characters.")
    if problem := text_problem(said):
        raise DiscussionRefused(problem)
    return said
