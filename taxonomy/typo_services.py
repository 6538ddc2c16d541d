"""A typo is a patch release: one text of a published version corrected, with its operation, in one go."""

import copy
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.models import User
from taxonomy import draft_services, queries
from taxonomy.diff import similarity
from taxonomy.document import Document, to_document
from taxonomy.draft_queries import review_of
from taxonomy.draft_services import Evidence, Release, Weigh
from taxonomy.drafts import next_number
from taxonomy.errors import ReviewRefused, UnknownConcept, UnknownVersion
from taxonomy.linting import lint
from taxonomy.models import Version
from taxonomy.proposals import SECOND_APPROVER
from taxonomy.tree import TaxonomyTree

FIELDS = ("definition", "annotate_when", "do_not_annotate_when", "severity.rules", "examples")
_TEXTS: Mapping[str, tuple[str, str]] = {
    "annotate_when": ("annotate_when", "text"),
    "do_not_annotate_when": ("do_not_annotate_when", "text"),
    "severity.rules": ("severity", "rule"),
    "examples": ("examples", "caption"),
}
"""Where the texts of a field that has several stand: the list, and the name in an entry that is not a plain text."""


def correct_typo(slug: str, concept: str, field: str, place: int, text: str, *, by: User, weigh: Weigh) -> Version:
    """Publish the newest version anew with one text corrected; the number rises by a patch.

    `place` counts the texts of a field from 0, rules by rank of their level. More than a fifth of the words is no typo
    and is refused. What was written about a warning of the lint holds on where the warning is the same; a new warning
    takes a draft. Raises
    NotAnOwner, DraftExists, UnknownConcept, ReviewRefused, TreeInvalid, LintBlocks, WarningsUnanswered.
    """
    draft_services.require_owner_of(slug, by=by)
    facts = queries.taxonomy(slug)
    newest = queries.newest_published(facts.id)
    if newest is None:
        raise UnknownVersion
    if facts.approvals_required:
        raise ReviewRefused("Releases of this taxonomy take approvals. Correct the text in a draft.")
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
    operation = {"op": "edit", "concept": concept, "fields": [field], "why": "A typo in the text."}
    with transaction.atomic():
        draft = draft_services.start_draft(slug, by=by, from_version=newest.number)
        draft = draft_services.save_draft(
            slug, _under(changed, draft.document), by=by, etag=draft.etag, operations=[operation]
        )
        notes = f"A typo in {old.defect(concept).code} {old.defect(concept).name}."
        evidence = weigh(draft, review_of(draft, number=number))
        words = _words_kept(newest, old, draft.tree, evidence)
        release = Release(number=number, operations=None, words=words, release_notes=notes)
        return draft_services.publish(slug, release, lambda *_: evidence, by=by, etag=draft.etag)


def _words_kept(parent: Version, old: TaxonomyTree, new: TaxonomyTree, evidence: Evidence) -> dict[str, str]:
    """The written word of every rule that warns of nothing that the version before does not warn of as well."""
    before = {(one.rule, one.concepts) for one in lint(old, evidence.data) if one.level == "W"}
    now = {(one.rule, one.concepts) for one in lint(new, evidence.data) if one.level == "W"}
    fresh = {rule for rule, _ in now - before}
    said = (parent.lint or {}).get("acknowledged", {})
    as_before = f"As in {parent.number}, of which one text was corrected."
    return {rule: said.get(rule, as_before) for rule, _ in now if rule not in fresh}


def _corrected(document: Document, concept: str, field: str, place: int, text: str) -> tuple[Document, str]:
    """The document with the text put in, and what stood there."""
    found = copy.deepcopy(document)
    defect = next(d for dimension in found["dimensions"] for d in dimension["defects"] if d["id"] == concept)
    if field == "definition":
        before, defect[field] = defect[field], text
        return found, before
    if field not in _TEXTS:
        raise ReviewRefused(f"A typo is corrected in {', '.join(FIELDS)}; everything else takes a draft.")
    name, part = _TEXTS[field]
    entries: Any = list(defect[name].values()) if isinstance(defect[name], dict) else defect[name]
    if not 0 <= place < len(entries):
        raise ReviewRefused(f"{field} has {len(entries)} texts; there is none at {place}.")
    if isinstance(entries[place], str):
        before, entries[place] = entries[place], text
    else:
        before, entries[place][part] = entries[place].get(part, ""), text
    return found, before


def _under(document: Document, draft: Document) -> Document:
    """The corrected content under the draft's own head."""
    return document | {"taxonomy": draft["taxonomy"]}
