"""Read-only links: one taxonomy, published content, nobody signed in; and no hint for whoever has a wrong one."""

import hashlib
import io
from datetime import timedelta

import pytest
from cast import Cast
from django.core.cache import cache
from django.test import Client
from PIL import Image
from taxonomy_files import document, version_path

from accounts.models import JournalEntry
from core import clock, storage
from taxonomy import services
from taxonomy.draft_services import start_draft
from taxonomy.models import ExamplePicture, GuidelineLink

SLUG = "ai-image-defects"
LINKS = f"/api/v1/taxonomies/{SLUG}/guideline-links"


@pytest.fixture
def here(cast: Cast) -> Cast:
    cache.clear()
    services.import_taxonomy(version_path("1.0.0").read_bytes(), by=cast.omar, publish=True)
    return cast


def made(client: Client, **body: object):  # type: ignore[no-untyped-def]
    return client.post(LINKS, {"label": "Shop team", **body}, content_type="application/json")


def api_address(link: str) -> str:
    return f"/api/v1/guidelines/{link.rpartition('/')[2]}"


def test_an_owner_makes_a_link_and_a_guest_reads_the_version(here: Cast) -> None:
    answer = made(here.client("omar"))
    assert answer.status_code == 201
    body = answer.json()
    assert (body["version"], body["state"], body["opened_at"]) == (None, "open", None)
    assert answer["Cache-Control"] == "no-store"
    token = body["link"].rpartition("/")[2]
    assert "/g/" in body["link"] and len(token) >= 43
    row = GuidelineLink.objects.get()
    assert token not in (row.token_hash, row.label)
    seen = Client().get(api_address(body["link"]))
    assert seen.status_code == 200
    assert (seen.json()["slug"], seen.json()["number"], seen.json()["published_by"]) == (SLUG, "1.0.0", None)
    assert (seen["Cache-Control"], seen["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert seen["X-Robots-Tag"] == "noindex, nofollow"
    listed = here.client("omar").get(LINKS).json()["links"]
    assert listed[0]["opened_at"] is not None
    assert "link" not in listed[0] and token not in str(listed)
    journal = JournalEntry.objects.filter(action="guideline-link.created").get()
    assert token not in str(journal.payload)


def test_the_newest_version_is_followed_and_a_fixed_one_is_not(here: Cast) -> None:
    newest = made(here.client("omar")).json()["link"]
    fixed = made(here.client("omar"), version="1.0.0").json()["link"]
    services.import_taxonomy(version_path("1.1.0").read_bytes(), by=here.omar, publish=True)
    start_draft(SLUG, by=here.omar)
    assert Client().get(api_address(newest)).json()["number"] == "1.1.0"
    assert Client().get(api_address(fixed)).json()["number"] == "1.0.0"


def test_wrong_expired_and_revoked_links_are_all_the_same(here: Cast) -> None:
    wrong = Client().get("/api/v1/guidelines/" + "x" * 43)
    assert wrong.status_code == 404
    expired = made(here.client("omar"), expires_in_days=1).json()
    GuidelineLink.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    revoked = made(here.client("omar"), expires_in_days=None).json()
    assert revoked["expires_at"] is None
    assert here.client("omar").delete(f"{LINKS}/{revoked['id']}").status_code == 204
    assert here.client("omar").delete(f"{LINKS}/{revoked['id']}").status_code == 204
    for link in (expired["link"], revoked["link"]):
        answer = Client().get(api_address(link))
        assert (answer.status_code, answer.json()) == (404, wrong.json())
    assert [one["state"] for one in here.client("omar").get(LINKS).json()["links"]] == ["revoked", "expired"]
    assert JournalEntry.objects.filter(action="guideline-link.revoked").count() == 1


def test_only_owners_and_administrators_make_list_and_revoke(here: Cast) -> None:
    link = made(here.client("omar")).json()
    for name in ("dan", "lee", "ada"):
        client = here.client(name)
        assert made(client).status_code == client.get(LINKS).status_code == 403
        assert client.delete(f"{LINKS}/{link['id']}").status_code == 403
    assert made(here.client("root")).status_code == 201
    assert here.client("omar").delete(f"{LINKS}/{'0' * 8}-0000-4000-8000-{'0' * 12}").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"version": "9.9.9"}, 404),
        ({"label": ""}, 422),
        ({"label": "x" * 121}, 422),
        ({"label": "a\x00b"}, 400),
        ({"expires_in_days": 0}, 422),
        ({"expires_in_days": "soon"}, 422),
    ],
)
def test_what_a_link_cannot_be_made_of_is_said_and_nothing_is_stored(here: Cast, body: dict, status: int) -> None:  # type: ignore[type-arg]
    answer = made(here.client("omar"), **body)
    assert answer.status_code == status, answer.json()
    assert not GuidelineLink.objects.exists()


def test_a_draft_is_never_shown(cast: Cast) -> None:
    cache.clear()
    services.import_taxonomy(document("1.0.0"), by=cast.omar, publish=False)
    for body in ({}, {"version": "1.0.0"}):
        answer = made(cast.client("omar"), **body)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems#not-published")


def a_picture(colour: str) -> str:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "PNG")
    sha256 = hashlib.sha256(out.getvalue()).hexdigest()
    storage.write("pictures", sha256, out.getvalue())
    ExamplePicture.objects.create(sha256=sha256, media_type="image/png", width=8, height=8, bytes=len(out.getvalue()))
    return sha256


def test_pictures_come_by_way_of_the_link_and_only_those_of_its_version(cast: Cast) -> None:
    cache.clear()
    mine, foreign = a_picture("red"), a_picture("blue")
    with_picture = document("1.0.0")
    example = with_picture["dimensions"][0]["defects"][0]["examples"][0]
    example |= {"asset": "hand.png", "asset_sha256": mine, "source_item": "campaign-7/item-3"}
    services.import_taxonomy(with_picture, by=cast.omar, publish=True)
    link = made(cast.client("omar")).json()["link"]
    shown = Client().get(api_address(link)).json()["dimensions"][0]["defects"][0]["examples"][0]
    assert shown["url"] == f"{api_address(link)}/pictures/{mine}"
    assert shown["asset"] is shown["source_item"] is None
    answer = Client().get(shown["url"])
    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/png", "no-store")
    assert Client().get(f"{api_address(link)}/pictures/{foreign}").status_code == 404
    assert Client().get(f"/api/v1/guidelines/{'x' * 43}/pictures/{mine}").status_code == 404
    assert Client().get(f"/api/v1/taxonomy-pictures/{mine}").status_code == 401


def test_who_opens_links_too_often_waits(here: Cast) -> None:
    address = "/api/v1/guidelines/" + "y" * 43
    answers = [Client().get(address).status_code for _ in range(61)]
    assert (answers[0], answers[-1]) == (404, 429)
    cache.clear()


def test_the_page_of_a_link_is_not_kept_indexed_or_passed_on(client: Client, db: None) -> None:
    page = client.get("/g/" + "z" * 43)
    if page.status_code == 503:
        pytest.skip("the front end is not built")
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert client.get("/taxonomies")["Cache-Control"] == "no-cache"
