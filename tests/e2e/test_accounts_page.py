"""An administrator grants a right, deactivates a person and activates them again, in the browser."""

from browsing import axe_findings, expecting
from conftest import PASSWORD
from playwright.sync_api import expect


def test_rights_are_granted_and_people_deactivated_on_the_page_accounts(stage, world, lee, watch, screenshot) -> None:
    since = len(stage.people)
    dan = stage.known("dan@example.org", PASSWORD)
    chief = stage.person(lee.email, lee.password, storage_state=lee.state())
    page = chief.open("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Accounts").click()
    expect(page.get_by_role("heading", level=1, name="Accounts")).to_be_visible()
    page.get_by_label("Search by name or email").fill("dan")
    row = page.get_by_role("row").filter(has_text="dan@example.org")
    expect(page.get_by_role("row")).to_have_count(2)
    screenshot(page, "accounts")

    def choose(entry: str, confirm: str) -> None:
        row.get_by_role("button", name="Actions for Dan").click()
        page.get_by_role("menuitem", name=entry).click()
        screenshot(page, f"accounts-{confirm.replace(' ', '-')}")
        page.get_by_role("alertdialog").get_by_role("button", name=confirm).click()
        expect(page.get_by_role("alertdialog")).to_have_count(0)

    choose("Let them create projects", "Let them create projects")
    expect(row.get_by_text("creates projects")).to_be_visible()
    assert dan.get("/session")["user"]["may_create_projects"] is True
    assert not axe_findings(page)
    with expecting(watch, "401"):
        choose("Deactivate", "Deactivate")
        expect(row.get_by_text("deactivated")).to_be_visible()
        assert dan.call("GET", "/projects").status == 401
    choose("Activate", "Activate")
    choose("No longer create projects", "No longer create projects")
    expect(row.get_by_text("none")).to_be_visible()
    stage.leave(since)
