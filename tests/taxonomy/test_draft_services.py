"""Drafts: begun, saved whole, explained, discarded, published; two owners never overwrite each other."""

import copy
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from builders import make_user
from django.db import connection
from taxonomy_documents import document as dated
from taxonomy_files import document, migration_text, version_path

from accounts.models import JournalEntry, User
from taxonomy import draft_services, queries, services
from taxonomy.codec import content_hash
from taxonomy.document import to_document
from taxonomy.draft_queries import Draft, draft, review_of, violations_of
from taxonomy.draft_services import Evidence, Release
from taxonomy.errors import (
    DiffUnexplained,
    DraftChanged,
    DraftExists,
    NotAnOwner,
    NothingToPublish,
    NumberTooSmall,
    TreeInvalid,
    UnknownDraft,
    WarningsUnanswered,
)
from taxonomy.models import TaxonomyOwner, Version
from taxonomy.ordering import read_document

SLUG = "ai-image-defects"
WORD = "Known; comes with the next round of pictures."
WORDS = {f"L{number:02d}": WORD for number in range(1, 23)}


def nothing_found(*_: object) -> Evidence:
    """No findings were ever made."""
    return Evidence()


@pytest.fixture
def omar(db: None) -> User:
    return make_user("omar", may_create_taxonomies=True)


@pytest.fixture
def begun(omar: User) -> Draft:
    services.import_taxonomy(version_path("1.0.0").read_bytes(), by=omar, publish=True)
    return draft_services.start_draft(SLUG, by=omar)


def edited(found: Draft, **values: object) -> dict:
    """The document with other values at its first defect."""
    changed = copy.deepcopy(found.document)
    changed["dimensions"][0]["defects"][0].update(values)
    return changed


def release(number: str = "1.0.1", operations: list | None = None, words: dict | None = None) -> Release:
    return Release(
        number=number, operations=operations, words=WORDS if words is None else words, release_notes="A typo."
    )


def test_a_draft_begins_as_the_newest_published_version(begun: Draft) -> None:
    published = queries.tree_of(begun.parent)
    assert (begun.number, begun.parent_number, begun.operations) == ("1.0.1", "1.0.0", [])
    assert begun.tree.dimensions == published.dimensions
    assert violations_of(begun) == ()
    reviewed = review_of(begun)
    assert reviewed is not None and reviewed.is_empty and not reviewed.explanation.diff.changes


def test_only_one_draft_is_open_and_only_owners_have_it(begun: Draft, omar: User) -> None:
    with pytest.raises(DraftExists):
        draft_services.start_draft(SLUG, by=omar)
    stranger = make_user("dan")
    for act in (
        lambda: draft_services.save_draft(SLUG, begun.document, by=stranger, etag=begun.etag),
        lambda: draft_services.discard_draft(SLUG, by=stranger, etag=begun.etag),
        lambda: draft_services.publish(SLUG, release(), nothing_found, by=stranger, etag=begun.etag),
    ):
        with pytest.raises(NotAnOwner):
            act()


def test_a_draft_may_be_unfinished_and_says_where(begun: Draft, omar: User) -> None:
    changed = edited(begun, examples=[])
    saved = draft_services.save_draft(SLUG, changed, by=omar, etag=begun.etag)
    assert saved.document == changed
    assert {one.path.rsplit("/", 1)[0] for one in violations_of(saved)} == {"/dimensions/0/defects/0"}
    with pytest.raises(TreeInvalid):
        draft_services.publish(SLUG, release(operations=[edit("examples")]), nothing_found, by=omar, etag=saved.etag)


def edit(*fields: str) -> dict:
    return {"op": "edit", "concept": "AID-0011", "fields": list(fields), "why": "Only the wording is better."}


def first_defect(found: Draft) -> str:
    return found.tree.defects[0].id


def test_what_a_draft_cannot_hold_is_refused_with_its_place_and_not_stored(begun: Draft, omar: User) -> None:
    for change, place in (
        ({"scale": "no-such-scale"}, "/dimensions/0/defects/0/scale"),
        ({"code": begun.tree.defects[1].code}, "/dimensions/0/defects/1/code"),
        ({"name": "Hand\u202ednaH"}, "/dimensions/0/defects/0/name"),
    ):
        with pytest.raises(TreeInvalid) as refused:
            draft_services.save_draft(SLUG, edited(begun, **change), by=omar, etag=begun.etag)
        assert place in [one.pointer for one in refused.value.violations]
    other = copy.deepcopy(begun.document)
    other["taxonomy"]["version"] = "3.0.0"
    with pytest.raises(TreeInvalid) as refused:
        draft_services.save_draft(SLUG, other, by=omar, etag=begun.etag)
    assert [one.pointer for one in refused.value.violations] == ["/taxonomy/version"]
    assert draft(SLUG).etag == begun.etag


def test_a_code_that_was_ever_somebody_elses_is_told(begun: Draft, omar: User) -> None:
    draft_services.discard_draft(SLUG, by=omar, etag=begun.etag)
    services.import_taxonomy(version_path("1.1.0").read_bytes(), by=omar, publish=True)
    recode = next(one for one in migration_text("1.0.0", "1.1.0")["operations"] if one["op"] == "recode")
    now = draft_services.start_draft(SLUG, by=omar)
    changed = copy.deepcopy(now.document)
    dimension = next(one for one in changed["dimensions"] if one["code"] == recode["from_value"][0])
    other = next(one for one in dimension["defects"] if not one.get("sub_defects") and one["id"] != recode["concept"])
    other["code"] = recode["from_value"]
    saved = draft_services.save_draft(SLUG, changed, by=omar, etag=now.etag)
    assert "code-reused" in {one.code for one in violations_of(saved)}


def test_who_saves_on_an_old_state_gets_the_state_that_is_there(begun: Draft, omar: User) -> None:
    theirs = draft_services.save_draft(SLUG, edited(begun, name="Theirs"), by=omar, etag=begun.etag)
    with pytest.raises(DraftChanged) as stale:
        draft_services.save_draft(SLUG, edited(begun, name="Mine"), by=omar, etag=begun.etag)
    there = stale.value.extensions
    assert there["document"]["dimensions"][0]["defects"][0]["name"] == "Theirs"
    assert (there["etag"], there["updated_by"]) == (theirs.etag, "Omar")
    for act in (draft_services.discard_draft, draft_services.declare_operations):
        with pytest.raises(DraftChanged):
            act(SLUG, *([[]] if act is draft_services.declare_operations else []), by=omar, etag=begun.etag)
    mine = draft_services.save_draft(SLUG, edited(begun, name="Mine"), by=omar, etag=there["etag"])
    assert mine.tree.defects[0].name == "Mine"


def test_a_discarded_draft_is_gone_and_its_state_never_comes_back(begun: Draft, omar: User) -> None:
    draft_services.discard_draft(SLUG, by=omar, etag=begun.etag)
    with pytest.raises(UnknownDraft):
        draft(SLUG)
    assert draft_services.start_draft(SLUG, by=omar).etag != begun.etag
    said = list(JournalEntry.objects.filter(scope=f"taxonomy:{SLUG}").order_by("id").values_list("action", flat=True))
    assert said[-3:] == ["draft.started", "draft.discarded", "draft.started"]


@pytest.mark.django_db(transaction=True)
def test_of_two_owners_who_save_at_once_one_wins_and_the_other_is_told() -> None:
    omar, ines = (make_user(name, may_create_taxonomies=True) for name in ("omar", "ines"))
    version = services.import_taxonomy(version_path("1.0.0").read_bytes(), by=omar, publish=True)
    TaxonomyOwner.objects.create(taxonomy=version.taxonomy, user=ines)
    begun = draft_services.start_draft(SLUG, by=omar)
    start = Barrier(6)

    def save(number: int) -> str:
        try:
            changed = edited(begun, name=f"Name {number}")
            start.wait(20)
            by = (omar, ines)[number % 2]
            return draft_services.save_draft(SLUG, changed, by=by, etag=begun.etag).tree.defects[0].name
        except DraftChanged as stale:
            return "told: " + stale.extensions["document"]["dimensions"][0]["defects"][0]["name"]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(save, range(6)))
    winner = draft(SLUG)
    assert winner.row_version == 2
    assert sorted(said) == sorted([winner.tree.defects[0].name, *[f"told: {winner.tree.defects[0].name}"] * 5])


# ---- publishing


def test_a_typo_is_a_patch_release_in_two_calls(omar: User) -> None:
    services.import_taxonomy(version_path("1.0.0").read_bytes(), by=omar, publish=True)
    fixed = document("1.0.0")
    target = fixed["dimensions"][0]["defects"][0]
    target["definition"] = target["definition"].replace(" ", "  ", 1).replace("  ", " ") + " Always."
    begun = draft_services.start_draft(SLUG, by=omar, document=fixed)
    operation = {"op": "edit", "concept": target["id"], "fields": ["definition"], "why": "A word was missing."}
    done = draft_services.publish(SLUG, release(operations=[operation]), nothing_found, by=omar, etag=begun.etag)
    assert (done.number, done.state, done.parent.number) == ("1.0.1", "published", "1.0.0")
    assert [one["op"] for one in done.migration["operations"]] == ["edit"]
    assert done.lint["content_hash"] == done.content_hash == content_hash(queries.tree_of(done.id))
    assert done.lint["acknowledged"] and done.release_notes == "A typo."
    assert JournalEntry.objects.filter(action="version.published", subject="1.0.1").exists()


def test_the_shipped_versions_can_be_published_as_drafts_of_each_other(omar: User) -> None:
    """1.0.0 to 2.0.0 by the declared operations of the files, under numbers of their own."""
    services.import_taxonomy(version_path("1.0.0").read_bytes(), by=omar, publish=True)
    for old, new in (("1.0.0", "1.1.0"), ("1.1.0", "2.0.0")):
        begun = draft_services.start_draft(SLUG, by=omar, document=dated(new, f"{old[:-1]}1"))
        operations = migration_text(old, new)["operations"]
        saved = draft_services.declare_operations(SLUG, operations, by=omar, etag=begun.etag)
        reviewed = review_of(saved)
        assert reviewed is not None and reviewed.new.version == new
        assert reviewed.explanation.ok, reviewed.explanation.problems[:3]
        done = draft_services.publish(SLUG, release(new), nothing_found, by=omar, etag=saved.etag)
        assert queries.tree_of(done.id).dimensions == tree_dimensions(new)
    assert Version.objects.filter(state="published").count() == 3


def tree_dimensions(version: str) -> tuple:
    return read_document(document(version)).dimensions


def test_what_nothing_explains_and_what_explains_nothing_is_refused_by_name(begun: Draft, omar: User) -> None:
    concept = first_defect(begun)
    saved = draft_services.save_draft(SLUG, edited(begun, name="Another name"), by=omar, etag=begun.etag)
    with pytest.raises(DiffUnexplained) as refused:
        draft_services.publish(SLUG, release("1.1.0"), nothing_found, by=omar, etag=saved.etag)
    assert refused.value.extensions == {"unexplained": [f"{concept} name"], "idle": []}
    old = begun.tree.defects[0].name
    rename = {
        "op": "rename", "concept": concept, "from_value": old, "to_value": "Another name", "why": "Shorter to say.",
    }  # fmt: skip
    idle = {"op": "remove", "concept": begun.tree.defects[3].id, "why": "Never seen in a year."}
    with pytest.raises(DiffUnexplained) as refused:
        draft_services.publish(SLUG, release("2.0.0", [rename, idle]), nothing_found, by=omar, etag=saved.etag)
    assert refused.value.extensions["idle"] == ["op-02"]
    with pytest.raises(NumberTooSmall) as small:
        draft_services.publish(SLUG, release("1.0.1", [rename]), nothing_found, by=omar, etag=saved.etag)
    assert small.value.extensions == {"least": "minor", "number": "1.1.0"}
    with pytest.raises(WarningsUnanswered) as silent:
        draft_services.publish(
            SLUG, release("1.1.0", [rename], {"L08": "short"}), nothing_found, by=omar, etag=saved.etag
        )
    assert "L08" in silent.value.extensions["rules"]
    assert (
        draft_services.publish(SLUG, release("1.1.0", [rename]), nothing_found, by=omar, etag=saved.etag).number
        == "1.1.0"
    )


def test_a_draft_without_changes_and_a_number_that_was_taken_are_refused(begun: Draft, omar: User) -> None:
    with pytest.raises(NothingToPublish):
        draft_services.publish(SLUG, release(), nothing_found, by=omar, etag=begun.etag)
    with pytest.raises(NumberTooSmall) as small:
        draft_services.publish(SLUG, release("1.0.0"), nothing_found, by=omar, etag=begun.etag)
    assert small.value.extensions == {"number": "1.0.1"}


def test_a_redefined_defect_means_what_it_means_since_the_published_number(begun: Draft, omar: User) -> None:
    changed = edited(begun, definition="A hand with more or fewer fingers than the picture wants to show.")
    saved = draft_services.save_draft(SLUG, changed, by=omar, etag=begun.etag)
    redefine = {
        "op": "redefine", "concept": first_defect(begun), "direction": "narrower", "fields": ["definition"],
        "why": "Only counts now.",
    }  # fmt: skip
    done = draft_services.publish(SLUG, release("2.0.0", [redefine]), nothing_found, by=omar, etag=saved.etag)
    assert queries.tree_of(done.id).defects[0].meaning_since == "2.0.0"
    assert to_document(queries.tree_of(done.parent_id))["dimensions"][0] == document("1.0.0")["dimensions"][0]
