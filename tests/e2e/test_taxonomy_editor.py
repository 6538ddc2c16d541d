"""The draft editor and the publish wizard in a real browser, by keys alone where keys are what is asked."""

from typing import Any

import pytest
from browsing import ROOT, Person, axe_findings
from playwright.sync_api import Page, expect

FOLDER = ROOT / "fixtures" / "taxonomies"
SLUG = "ecommerce-lifestyle"


@pytest.fixture(scope="module")
def owner(lee: Person) -> Person:
    answer = lee.call("POST", "/taxonomies/import?publish=true", data=(FOLDER / f"{SLUG}-1.0.0.yaml").read_bytes())
    assert answer.status in (200, 201), answer.text()
    return lee


def saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()


def test_an_owner_edits_moves_and_undoes_in_a_draft(owner: Person) -> None:
    page = owner.open(f"/taxonomies/{SLUG}")
    page.get_by_role("link", name="Edit in a draft").click()
    page.get_by_role("button", name="Start a draft").click()
    tree = page.get_by_role("treegrid", name="Dimensions and defects")
    expect(tree).to_be_visible()
    first = owner.get(f"/taxonomies/{SLUG}/draft")["document"]["dimensions"][0]["defects"][0]
    expect(page.get_by_label("Name", exact=True)).to_have_value(first["name"])
    page.get_by_label("Name", exact=True).fill("A sharper name")
    saved(page)
    draft = owner.get(f"/taxonomies/{SLUG}/draft")
    assert draft["document"]["dimensions"][0]["defects"][0]["name"] == "A sharper name"
    page.get_by_label("Code", exact=True).fill(draft["document"]["dimensions"][0]["defects"][1]["code"])
    expect(page.get_by_text("is " + draft["document"]["dimensions"][0]["defects"][1]["name"])).to_be_visible()
    page.get_by_label("Code", exact=True).fill(first["code"])
    saved(page)
    assert axe_findings(page) == []


def test_a_new_defect_gets_its_frame_and_its_examples_by_keys_alone(owner: Person, screenshot: Any) -> None:
    page = owner.open(f"/taxonomies/{SLUG}/draft")
    page.get_by_role("button", name="Add a defect").press("Enter")
    form = page.get_by_role("dialog", name="Add a defect")
    assert axe_findings(page) == []
    form.get_by_label("Name").fill("Tag left on")
    form.get_by_label("Why").fill("Seen in every second pilot image.")
    form.get_by_role("button", name="Add a defect").press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Tag left on")
    for kind in ("positive", "negative", "borderline"):
        page.get_by_role("button", name=f"Add {kind}").press("Enter")
        page.get_by_label(f"{kind} example").fill(f"A tag on the product, the {kind} case.")
    saved(page)
    draft = owner.get(f"/taxonomies/{SLUG}/draft")
    added = next(d for one in draft["document"]["dimensions"] for d in one["defects"] if d["name"] == "Tag left on")
    assert [one["kind"] for one in added["examples"]] == ["positive", "negative", "borderline"]
    assert draft["violations"] == [] and [one["op"] for one in draft["operations"]] == ["add"]
    screenshot(page, "draft-editor")
    for _ in range(20):
        if page.get_by_role("button", name="Undo").is_disabled():
            break
        page.get_by_role("button", name="Undo").press("Enter")
    saved(page)
    assert owner.get(f"/taxonomies/{SLUG}/draft")["operations"] == []


def test_a_defect_is_moved_by_keys_alone(owner: Person) -> None:
    page = owner.open(f"/taxonomies/{SLUG}/draft")
    names = [one["name"] for one in owner.get(f"/taxonomies/{SLUG}/draft")["document"]["dimensions"][0]["defects"]]
    row = page.get_by_role("row", name=names[1])
    row.click()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name=f"Move {names[1]}")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    saved(page)
    after = [one["name"] for one in owner.get(f"/taxonomies/{SLUG}/draft")["document"]["dimensions"][0]["defects"]]
    assert after != names and sorted(after) == sorted(names)
    page.get_by_role("button", name="Undo").press("Enter")
    page.wait_for_timeout(300)
    saved(page)
    now = [one["name"] for one in owner.get(f"/taxonomies/{SLUG}/draft")["document"]["dimensions"][0]["defects"]]
    assert now == names


def test_what_another_tab_saved_is_shown_and_not_overwritten(owner: Person) -> None:
    page = owner.open(f"/taxonomies/{SLUG}/draft")
    name = page.get_by_label("Name", exact=True)
    expect(name).to_be_visible()
    other = owner.context.new_page()
    other.goto(page.url)
    other.get_by_label("Name", exact=True).fill("Theirs")
    saved(other)
    other.close()
    name.fill("Mine")
    dialog = page.get_by_role("dialog", name="Somebody saved the draft before you")
    expect(dialog).to_contain_text("name")
    assert axe_findings(page) == []
    dialog.get_by_role("button", name="Take mine").press("Enter")
    saved(page)
    now = owner.get(f"/taxonomies/{SLUG}/draft")["document"]["dimensions"][0]["defects"][0]["name"]
    assert now == "Mine"


def test_the_wizard_explains_the_changes_and_publishes(owner: Person) -> None:
    page = owner.open(f"/taxonomies/{SLUG}/draft")
    page.get_by_label("Definition", exact=True).fill(
        "The product differs from the reference in a way that can be pointed at."
    )
    page.get_by_role("button", name="Publish…").press("Enter")
    expect(page.get_by_role("heading", level=1, name="Publish the draft")).to_be_visible()
    publish = page.get_by_role("button", name="Publish 2.0.0")
    assert axe_findings(page) == []
    page.get_by_label("narrower").press("Space")
    page.get_by_role("button", name="Declare 2 operations").press("Enter")
    expect(page.get_by_text("nothing yet")).to_have_count(0)
    expect(publish).to_be_disabled()
    for field in page.get_by_label("Why the warnings of").all():
        field.fill("The pictures come with the next round.")
    publish.press("Enter")
    expect(page).to_have_url(f"{owner.address}/taxonomies/{SLUG}/2.0.0")
    version = owner.get(f"/taxonomies/{SLUG}/versions/2.0.0")
    assert (version["state"], version["has_migration"]) == ("published", True)
