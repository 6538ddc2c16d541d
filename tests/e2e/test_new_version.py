"""A new version under a campaign: the lead moves it, a reviewer answers by keys alone, wishes lie on the board."""

import json
from typing import Any

import pytest
from browsing import Person, axe_findings, until
from playwright.sync_api import expect

from tests.faults.installation import Installation


@pytest.fixture(scope="module")
def moved(world: dict[str, Any], installation: Installation) -> dict[str, str]:
    """A campaign under 1.1.0 with one finding of each kind that 2.0.0 touches."""
    return dict(json.loads(installation.run("-m", "tests.e2e.moved").splitlines()[-1]))


def test_a_lead_sees_the_dry_run_and_moves_the_campaign(moved: dict[str, str], lee: Person, screenshot: Any) -> None:
    page = lee.open(f"/projects/moved/campaigns/{moved['campaign']}/version")
    page.get_by_role("button", name="Dry run").press("Enter")
    confirm = page.get_by_role("button", name="Move the campaign…")
    expect(confirm).to_be_visible(timeout=30_000)
    run = lee.get(f"/campaigns/{moved['campaign']}/migrations")["runs"][0]
    assert run["counts"]["outcomes"] == {"carried": 1, "mapped": 1, "queued": 4, "archived": 0}
    assert lee.get(f"/campaigns/{moved['campaign']}")["version"]["version"] == "1.1.0"
    expect(page.get_by_label("Findings that are queued").get_by_role("listitem")).to_have_count(4)
    assert axe_findings(page) == []
    screenshot(page, "move-ready")
    confirm.press("Enter")
    page.get_by_role("alertdialog").get_by_role("button", name="Move to 2.0.0").press("Enter")
    expect(page.get_by_text("4 questions of this move open")).to_be_visible()
    assert lee.get(f"/campaigns/{moved['campaign']}")["version"]["version"] == "2.0.0"
    after = lee.get(f"/campaigns/{moved['campaign']}/migrations")["runs"][0]
    assert (after["state"], after["counts"]["outcomes"]) == ("active", run["counts"]["outcomes"])
    screenshot(page, "move-active")


def test_a_reviewer_answers_every_kind_of_question_by_keys_alone(
    moved: dict[str, str], as_person: Any, screenshot: Any
) -> None:
    ada = as_person("ada")
    page = ada.open(f"/projects/moved/campaigns/{moved['campaign']}/rereview")
    panel = page.get_by_label("The question")
    progress = lambda: ada.get(f"/campaigns/{moved['campaign']}/rereview")  # noqa: E731
    kinds = set()
    until(lambda: progress()["open"] == 4, page)
    page.reload()
    for number in range(4):
        expect(panel).to_be_visible(timeout=15_000)
        expect(page.get_by_label("The old answer")).to_contain_text("1.1.0")
        question = panel.get_by_role("heading", level=2).inner_text()
        kinds.add(question)
        if number == 0:
            assert axe_findings(page) == []
        screenshot(page, f"rereview-{number}")
        page.keyboard.press("1")
        if page.get_by_role("button", name="Save and next").is_disabled():
            page.keyboard.press("1")
        if "Where is it?" in question:
            page.keyboard.press("ArrowRight")
            page.keyboard.press("Shift+ArrowDown")
        expect(page.get_by_text("Ready to save.")).to_be_visible()
        page.keyboard.press("Enter")
        until(lambda done=number + 1: progress()["answered"] == done, page)
    expect(page.get_by_text("Nothing to look at again")).to_be_visible()
    assert len(kinds) >= 3
    assert (progress()["open"], progress()["answered"]) == (0, 4)


def test_a_wish_is_asked_for_and_accepted(moved: dict[str, str], as_person: Any, lee: Person, screenshot: Any) -> None:
    ada = as_person("ada")
    page = ada.open(f"/taxonomies/{moved['slug']}/board?concept=DRF-0011&new")
    form = page.get_by_role("dialog", name="Ask for a change")
    form.get_by_label("In a few words").fill("Gloves?")
    form.get_by_label("What you saw, and what would help").fill("Two of four mark gloves as hands.")
    assert axe_findings(page) == []
    form.get_by_role("button", name="Ask for it").press("Enter")
    card = page.get_by_role("article", name="Gloves?")
    expect(card).to_be_visible()
    card.get_by_role("button", name="For 0").press("Enter")
    expect(card.get_by_role("button", name="For 1")).to_be_visible()
    assert axe_findings(page) == []
    board = lee.open(f"/taxonomies/{moved['slug']}/board")
    board.get_by_role("article", name="Gloves?").get_by_role("button", name="Accept").press("Enter")
    accepted = board.get_by_role("region", name="Accepted")
    expect(accepted.get_by_role("article", name="Gloves?")).to_be_visible()
    screenshot(board, "board")
