"""A typo is a patch release: one text of a published version corrected, with its operation, in one go."""

import copy
from typing import Any

from django.db import transaction

from accounts.models import User
from taxonomy import draft_services, queries
from taxonomy.diff import similarity
from taxonomy.document import Document, to_document
from taxonomy.draft_services import Release, Weigh
from taxonomy.drafts import next_number
from taxonomy.errors import ReviewRefused, UnknownConcept, UnknownVersion
from taxonomy.linting import lint
from taxonomy.models import Version
from taxonomy.proposals import SECOND_APPROVER

FIELDS = ("definition", "annotate_when", "do_not_annotate_when")


def correct_typo(slug: str, concept: str, field: str, place: int, text: str, *, by: User, weigh: Weigh) -> Version:
    """Publish the newest version anew with one text corrected; the number rises by a patch.

    `place` counts the entries of a list field from 0. More than a fifth of the words is no typo and is refused.
    Raises NotAnOwner, DraftExists, UnknownConcept, ReviewRefused, TreeInvalid, LintBlocks, WarningsUnanswered.
    """
    draft_services.require_owner_of(slug, by=by)
    facts = queries.taxonomy(slug)
    newest = queries.newest_published(facts.id)
    if newest is None:
        raise UnknownVersion
    old = queries.tree_of(newest.id)
    if not old.has_defect(concept):
        raise UnknownConcept
    changed, before = _corrected(to_document(old), concept, field, place, text)
    if before == text:
        raise ReviewRefused("The text says the same as before.")
    shift = 1.0 - similarity(before, text)
    if shift > SECOND_APPROVER:
        raise ReviewRefused(f"{shift:.0%} of the words differ: that is more than a typo. Use a draft.")
    number = next_number(newest.number, newest.number, "patch")
    known = {one.rule for one in lint(old) if one.level == "W"}
    words = dict.fromkeys(known, f"As in {newest.number}, of which one text was corrected.")
    operation = {"op": "edit", "concept": concept, "fields": [field], "why": "A typo in the text."}
    with transaction.atomic():
        draft = draft_services.start_draft(slug, by=by, from_version=newest.number)
        draft = draft_services.save_draft(
            slug, _under(changed, draft.document), by=by, etag=draft.etag, operations=[operation]
        )
        notes = f"A typo in {old.defect(concept).code} {old.defect(concept).name}."
        release = Release(number=number, operations=None, words=words, release_notes=notes)
        return draft_services.publish(slug, release, weigh, by=by, etag=draft.etag)


def _corrected(document: Document, concept: str, field: str, place: int, text: str) -> tuple[Document, str]:
    """The document with the text put in, and what stood there."""
    found = copy.deepcopy(document)
    defect = next(d for dimension in found["dimensions"] for d in dimension["defects"] if d["id"] == concept)
    if field == "definition":
        before, defect[field] = defect[field], text
    elif field in FIELDS and 0 <= place < len(defect[field]):
        entry: Any = defect[field][place]
        before = entry if isinstance(entry, str) else entry["text"]
        defect[field][place] = text if isinstance(entry, str) else entry | {"text": text}
    else:
        raise ReviewRefused(f"A typo is corrected in {', '.join(FIELDS)}; everything else takes a draft.")
    return found, before


def _under(document: Document, draft: Document) -> Document:
    """The corrected content under the draft's own head."""
    return document | {"taxonomy": draft["taxonomy"]}
