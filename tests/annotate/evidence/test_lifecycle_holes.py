"""Approvals name what was read; the board and the typo answer where people go wrong."""

import json

import pytest
from cast import Cast
from taxonomy_documents import version_bytes

from accounts.models import JournalEntry
from taxonomy import services
from taxonomy.errors import ReviewRefused
from taxonomy.models import Version
from tests.annotate.evidence.test_lifecycle import HAND, HERE, SLUG, WORDS, edited, send, step

RELEASE = {"number": "1.0.1", "acknowledged_warnings": WORDS}


@pytest.fixture
def owned(cast: Cast) -> Cast:
    """1.0.0, owned by omar and ines, who want one approval."""
    services.import_taxonomy(version_bytes("1.0.0"), by=cast.omar, publish=True)
    services.add_owner(SLUG, cast.ines.id, by=cast.omar)
    send(cast.client("omar"), "PUT", "/approvals", {"approvals_required": 1})
    return cast


def approved(cast: Cast) -> str:
    etag = step(cast, "omar", "submit", edited(cast)).json()["etag"]
    return str(step(cast, "ines", "approve", etag).json()["etag"])


def publish(cast: Cast, etag: str, **more: object):  # type: ignore[no-untyped-def]
    return send(cast.client("omar"), "POST", "/versions", RELEASE | more, etag)


def test_a_draft_that_was_sent_back_is_not_published_on_its_old_approval(owned: Cast) -> None:
    back = step(owned, "ines", "send_back", approved(owned), "Gloves are a defect of their own.").json()
    assert back["state"] == "draft"
    refused = publish(owned, back["etag"])
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems#not-in-review"), refused.json()
    assert Version.objects.filter(state="published").count() == 1


def test_other_operations_than_those_approved_are_not_published_on_the_approval(owned: Cast) -> None:
    etag = approved(owned)
    other = [
        {"op": "redefine", "concept": HAND, "direction": "shifted", "fields": ["definition"], "why": "It was meant so."}
    ]
    refused = publish(owned, etag, operations=other, number="2.0.0")
    assert refused.status_code == 409, refused.json()
    declared = send(owned.client("omar"), "PUT", "/draft/operations", {"operations": other}, etag)
    assert declared.status_code == 200, declared.json()
    etag = step(owned, "omar", "submit", declared.json()["etag"]).json()["etag"]
    review = send(owned.client("omar"), "GET", "/draft/review").json()
    assert [one["is_current"] for one in review["approvals"]] == [False]
    assert publish(owned, etag, number="2.0.0").status_code == 409


def test_a_concept_with_a_nul_is_no_server_error(owned: Cast) -> None:
    assert owned.client("ada").get(f"{HERE}/board?concept=%00").status_code in (400, 422)


@pytest.mark.parametrize("text", ["\u200b\u200b", "\u2060\ufeff", "\u202e"])
def test_a_comment_of_invisible_characters_says_nothing(owned: Cast, text: str) -> None:
    refused = send(owned.client("ada"), "POST", "/comments", {"text": text, "concept": HAND})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems#discussion-refused")


def typo(cast: Cast, field: str, text: str, place: int = 0):  # type: ignore[no-untyped-def]
    body = {"concept": HAND, "field": field, "place": place, "text": text}
    return send(cast.client("omar"), "POST", "/typo", body)


def hand(number: str = "1.0.0") -> dict:  # type: ignore[type-arg]
    document = Version.objects.get(number=number).document
    return next(d for one in document["dimensions"] for d in one["defects"] if d["id"] == HAND)


def no_approvals(cast: Cast) -> None:
    assert send(cast.client("omar"), "PUT", "/approvals", {"approvals_required": 0}).status_code == 200


def test_a_typo_under_an_open_draft_says_whose_it_is(owned: Cast) -> None:
    no_approvals(owned)
    edited(owned, "ines")
    refused = typo(owned, "definition", hand()["definition"] + " Gloves.")
    assert refused.status_code == 409 and owned.ines.name in refused.json()["detail"], refused.json()


def test_a_typo_does_not_go_round_the_approvals(owned: Cast) -> None:
    refused = typo(owned, "definition", hand()["definition"] + " Gloves.")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems#review-refused"), refused.json()
    assert Version.objects.count() == 1


@pytest.mark.parametrize("field", ["annotate_when", "do_not_annotate_when", "severity.rules", "examples"])
def test_a_typo_is_corrected_wherever_a_text_stands(owned: Cast, field: str) -> None:
    no_approvals(owned)
    before = texts_of(field, "1.0.0")
    gone = typo(owned, field, "x", place=900)
    assert (gone.status_code, gone.json()["type"]) == (409, "/problems#review-refused")
    done = typo(owned, field, before[0].rstrip(".") + " now.")
    assert done.status_code == 201, done.json()
    assert texts_of(field, "1.0.1") == [before[0].rstrip(".") + " now.", *before[1:]]


def texts_of(field: str, number: str) -> list[str]:
    """The texts of a field in order, rules from the mildest level on."""
    if field == "severity.rules":
        return [hand(number)["severity"][level]["rule"] for level in ("minor", "major", "critical")]
    entries = hand(number)[field]
    return [one if isinstance(one, str) else one.get("text", one.get("caption")) for one in entries]


def test_a_word_about_a_warning_holds_on_in_a_typo_and_a_new_warning_stops_it(owned: Cast) -> None:
    no_approvals(owned)
    first = typo(owned, "definition", hand()["definition"] + " Gloves.")
    assert first.status_code == 201, first.json()
    version = Version.objects.get(number="1.0.1")
    assert version.lint["acknowledged"] and set(version.lint["acknowledged"].values()) == {
        "As in 1.0.0, of which one text was corrected."
    }
    assert typo(owned, "definition", hand("1.0.1")["definition"] + " Mittens.").status_code == 201
    assert Version.objects.get(number="1.0.2").lint["acknowledged"] == version.lint["acknowledged"]
    hedged = hand("1.0.2")["definition"] + " Usually, rather clearly."
    refused = typo(owned, "definition", hedged)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems#warnings-unanswered"), refused.json()
    assert not Version.objects.filter(number="1.0.3").exists() and not Version.objects.filter(state="draft").exists()


def test_a_request_that_a_release_carried_out_is_journalled(owned: Cast) -> None:
    ask = {"concept": HAND, "kind": "wording", "title": "Gloves?", "text": "Two of four mark gloves."}
    (request,) = send(owned.client("ada"), "POST", "/change-requests", ask).json()["requests"]
    send(owned.client("omar"), "PATCH", f"/change-requests/{request['id']}", {"state": "accepted"})
    assert publish(owned, approved(owned)).status_code == 201
    (line,) = JournalEntry.objects.filter(action="change.done")
    assert json.dumps(line.payload).count("1.0.1") == 1


def test_no_owner_goes_whose_approval_is_asked_for(owned: Cast) -> None:
    with pytest.raises(ReviewRefused):
        services.remove_owner(SLUG, owned.ines.id, by=owned.omar)
    no_approvals(owned)
    services.remove_owner(SLUG, owned.ines.id, by=owned.omar)


def test_a_draft_with_errors_of_the_lint_is_not_put_up_for_review(owned: Cast) -> None:
    client = owned.client("omar")
    draft = send(client, "POST", "/draft", {}).json()
    one, other = draft["document"]["dimensions"][0]["defects"][:2]
    for field in ("definition", "annotate_when"):
        other[field] = one[field]
    other["do_not_annotate_when"] = one["do_not_annotate_when"] = [{"text": "The same case, seen from the side."}]
    saved = send(client, "PUT", "/draft", {"document": draft["document"]}, draft["etag"])
    assert saved.status_code == 200, saved.json()
    refused = step(owned, "omar", "submit", saved.json()["etag"])
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems#lint-blocks"), refused.json()
    assert send(client, "GET", "/draft").json()["state"] == "draft"
