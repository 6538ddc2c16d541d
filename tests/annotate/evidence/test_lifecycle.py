"""Review with approvals, comments, change requests, release notes and the typo patch, over HTTP."""

import json
from uuid import uuid4

import pytest
from cast import Cast
from taxonomy_documents import version_bytes

from taxonomy import services
from taxonomy.models import Taxonomy, TaxonomyOwner, Version, VersionApproval
from taxonomy.release_notes import release_notes
from tests.taxonomy.taxonomy_files import migrations, trees

SLUG = "ai-image-defects"
HERE = f"/api/v1/taxonomies/{SLUG}"
WORDS = [{"rule": f"L{number:02d}", "word": "Known; comes with the next pictures."} for number in range(1, 23)]
HAND = "AID-0011"


@pytest.fixture
def owned(cast: Cast) -> Cast:
    """1.0.0, owned by omar and ines."""
    services.import_taxonomy(version_bytes("1.0.0"), by=cast.omar, publish=True)
    services.add_owner(SLUG, cast.ines.id, by=cast.omar)
    return cast


def send(client, method: str, address: str, body: object = None, etag: str = ""):  # type: ignore[no-untyped-def]
    headers = {"If-Match": etag} if etag else {}
    return client.generic(method, HERE + address, json.dumps(body), "application/json", headers=headers)


def edited(cast: Cast, name: str = "omar") -> str:
    """A draft in which one sentence is clearer, explained; answers its ETag."""
    client = cast.client(name)
    draft = send(client, "POST", "/draft", {}).json()
    document = draft["document"]
    defect = next(d for one in document["dimensions"] for d in one["defects"] if d["id"] == HAND)
    defect["definition"] += " Gloves count too."
    edit = {"op": "edit", "concept": HAND, "fields": ["definition"], "why": "Asked twice."}
    saved = send(client, "PUT", "/draft", {"document": document, "operations": [edit]}, draft["etag"])
    assert saved.status_code == 200, saved.json()
    return str(saved.json()["etag"])


def step(cast: Cast, name: str, what: str, etag: str, word: str = ""):  # type: ignore[no-untyped-def]
    return send(cast.client(name), "POST", "/draft/review", {"step": what, "word": word}, etag)


def test_publishing_waits_for_the_approvals_that_are_set(owned: Cast) -> None:
    assert send(owned.client("omar"), "PUT", "/approvals", {"approvals_required": 2}).status_code == 409
    assert send(owned.client("omar"), "PUT", "/approvals", {"approvals_required": 1}).status_code == 200
    etag = edited(owned)
    release = {"number": "1.0.1", "acknowledged_warnings": WORDS}
    refused = send(owned.client("omar"), "POST", "/versions", release, etag)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems#approval-refused")
    assert (refused.json()["given"], refused.json()["needed"]) == (0, 1)
    assert step(owned, "ines", "approve", etag).json()["type"] == "/problems#not-in-review"
    etag = step(owned, "omar", "submit", etag).json()["etag"]
    own = step(owned, "omar", "approve", etag)
    assert (own.status_code, own.json()["type"]) == (409, "/problems#approval-refused")
    agreed = step(owned, "ines", "approve", etag, "Reads well.")
    assert agreed.status_code == 200 and [one["is_current"] for one in agreed.json()["approvals"]] == [True]
    done = send(owned.client("omar"), "POST", "/versions", release, agreed.json()["etag"])
    assert done.status_code == 201, done.json()


def test_an_edit_sends_the_draft_back_and_makes_the_approval_idle(owned: Cast) -> None:
    send(owned.client("omar"), "PUT", "/approvals", {"approvals_required": 1})
    etag = step(owned, "omar", "submit", edited(owned)).json()["etag"]
    etag = step(owned, "ines", "approve", etag).json()["etag"]
    draft = send(owned.client("omar"), "GET", "/draft").json()
    draft["document"]["dimensions"][0]["defects"][0]["aliases"] = ["paw"]
    saved = send(owned.client("omar"), "PUT", "/draft", {"document": draft["document"]}, draft["etag"]).json()
    assert saved["state"] == "draft"
    review = send(owned.client("omar"), "GET", "/draft/review").json()
    assert (review["state"], [one["is_current"] for one in review["approvals"]]) == ("draft", [False])
    release = {"number": "1.0.1", "acknowledged_warnings": WORDS}
    refused = send(owned.client("omar"), "POST", "/versions", release, saved["etag"])
    assert refused.json()["type"] in {"/problems#approval-refused", "/problems#diff-unexplained"}
    assert Version.objects.filter(state="published").count() == 1
    assert VersionApproval.objects.count() == 1


def test_a_broken_draft_is_not_put_up_for_review(owned: Cast) -> None:
    client = owned.client("omar")
    draft = send(client, "POST", "/draft", {}).json()
    first = draft["document"]["dimensions"][0]["defects"][0]
    first["definition"] = "To be written: what is seen."
    saved = send(client, "PUT", "/draft", {"document": draft["document"]}, draft["etag"])
    assert saved.status_code == 200, saved.json()
    refused = step(owned, "omar", "submit", saved.json()["etag"])
    assert refused.status_code == 422 and refused.json()["violations"]
    assert send(client, "GET", "/draft").json()["state"] == "draft"


def test_anybody_asks_for_a_change_and_only_owners_decide(owned: Cast) -> None:
    ask = {"concept": HAND, "kind": "wording", "title": "Gloves?", "text": "Two of four mark gloves."}
    made = send(owned.client("ada"), "POST", "/change-requests", ask)
    assert made.status_code == 201, made.json()
    (request,) = made.json()["requests"]
    assert (request["state"], request["version"], made.json()["may_decide"]) == ("open", "1.0.0", False)
    here = f"/change-requests/{request['id']}"
    assert send(owned.client("ada"), "PATCH", here, {"state": "accepted"}).status_code == 403
    for name, value in (("ben", 1), ("dora", 1), ("eli", -1), ("eli", -1)):
        assert send(owned.client(name), "PUT", f"{here}/vote", {"value": value}).status_code == 200
    board = send(owned.client("ben"), "GET", "/board").json()["requests"][0]
    assert (board["votes_for"], board["votes_against"], board["mine"]) == (2, 1, 1)
    said = send(owned.client("ben"), "POST", "/comments", {"text": "Yes, please.", "request": request["id"]})
    assert said.status_code == 201
    no_word = send(owned.client("omar"), "PATCH", here, {"state": "declined"})
    assert (no_word.status_code, no_word.json()["type"]) == (409, "/problems#discussion-refused")
    assert send(owned.client("omar"), "PATCH", here, {"state": "accepted"}).status_code == 200
    etag = edited(owned)
    release = {"number": "1.0.1", "acknowledged_warnings": WORDS}
    assert send(owned.client("omar"), "POST", "/versions", release, etag).status_code == 201
    done = send(owned.client("ada"), "GET", f"/board?concept={HAND}").json()["requests"][0]
    assert (done["state"], done["done_in"]) == ("done", "1.0.1")


@pytest.mark.parametrize("text", ["", "   ", "x\u0000y", "z" * 10_001])
def test_a_comment_that_nobody_could_read_is_refused(owned: Cast, text: str) -> None:
    refused = send(owned.client("ada"), "POST", "/comments", {"text": text, "concept": HAND})
    assert refused.status_code in (400, 409, 422), refused.json()
    assert send(owned.client("ada"), "GET", f"/board?concept={HAND}").json()["comments"] == []


def test_a_comment_is_withdrawn_by_its_writer_only(owned: Cast) -> None:
    made = send(owned.client("ada"), "POST", "/comments", {"text": "Unclear.", "concept": HAND}).json()["comments"]
    assert send(owned.client("ben"), "DELETE", f"/comments/{made[0]['id']}").status_code == 404
    assert send(owned.client("ada"), "DELETE", f"/comments/{made[0]['id']}").status_code == 204
    (left,) = send(owned.client("ben"), "GET", f"/board?concept={HAND}").json()["comments"]
    assert (left["withdrawn"], left["text"]) == (True, "")
    assert send(owned.client("ben"), "DELETE", f"/comments/{uuid4()}").status_code == 404


def test_a_typo_is_a_patch_release_and_more_than_a_typo_is_not(owned: Cast) -> None:
    before = Version.objects.get(number="1.0.0").document
    defect = next(d for one in before["dimensions"] for d in one["defects"] if d["id"] == HAND)
    body = {"concept": HAND, "field": "definition", "text": defect["definition"].replace(" the ", " teh ", 1)}
    if body["text"] == defect["definition"]:
        body["text"] = defect["definition"] + " "
        body["text"] = defect["definition"].rstrip(".") + "!"
    same = send(owned.client("omar"), "POST", "/typo", body | {"text": defect["definition"]})
    assert (same.status_code, same.json()["type"]) == (409, "/problems#review-refused")
    other = send(owned.client("omar"), "POST", "/typo", body | {"text": "Something else entirely, in other words."})
    assert (other.status_code, other.json()["type"]) == (409, "/problems#review-refused")
    assert not Version.objects.filter(state="draft").exists()
    done = send(owned.client("omar"), "POST", "/typo", body)
    assert (done.status_code, done.json().get("number")) == (201, "1.0.1"), done.json()
    version = Version.objects.get(number="1.0.1")
    assert [one["op"] for one in version.migration["operations"]] == ["edit"] and version.lint["acknowledged"]


def test_a_version_is_retired_once(owned: Cast) -> None:
    assert send(owned.client("omar"), "POST", "/versions/1.0.0/retire").json()["state"] == "retired"
    again = send(owned.client("omar"), "POST", "/versions/1.0.0/retire")
    assert (again.status_code, again.json()["type"]) == (409, "/problems#not-published")


def test_release_notes_say_what_becomes_of_labels() -> None:
    text = release_notes(migrations()[1], trees()[1], trees()[2])
    assert text.startswith("### Findings that people look at again")
    assert "AL Limb or body part extra or missing is split" in text or "is split into" in text
    assert "### Findings that no longer count" in text and "### Wording" in text
    assert text.count("\n- ") + text.startswith("- ") == len(migrations()[1].operations)


def test_waiving_approvals_is_journalled(owned: Cast) -> None:
    from accounts.models import JournalEntry

    etag = edited(owned)
    release = {"number": "1.0.1", "acknowledged_warnings": WORDS}
    assert send(owned.client("omar"), "POST", "/versions", release, etag).status_code == 201
    scope = f"taxonomy:{Taxonomy.objects.get().id}"
    lines = JournalEntry.objects.filter(action="version.published").order_by("-position")
    assert lines.first().payload["approvals_required"] == 0, scope
    assert TaxonomyOwner.objects.count() == 2
