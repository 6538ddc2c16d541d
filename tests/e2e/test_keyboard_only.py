"""Nobody needs a mouse: one script for a reviewer, one for a lead."""

import re

from hand import Hand, answered, open_small_campaign
from playwright.sync_api import Page, expect


def focused(page: Page) -> str:
    """Text and name of the control that has the focus; nothing while none has."""
    return str(
        page.evaluate(
            """() => {
                const one = document.activeElement;
                if (!one || ["BODY", "MAIN"].includes(one.tagName)) return "";
                return (one.textContent.trim() + " " + (one.getAttribute("aria-label") ?? "")).trim();
            }"""
        )
    )


def tab_to(page: Page, pattern: str, most: int = 150) -> None:
    """Press Tab until the focus stands on what the pattern names."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if re.search(pattern, focused(page)):
            return
    raise AssertionError(f"Tab never reached {pattern!r}")


def test_a_reviewer_labels_ten_images_from_sign_in_without_the_mouse(stage, lee, world, as_person) -> None:
    campaign = open_small_campaign(lee, world, "Ten by keys", sample=10)
    known = as_person("dora")
    since = len(stage.people)
    dora = stage.person(known.email, known.password)
    page = dora.open("/sign-in")
    page.keyboard.type(dora.email) if page.evaluate("document.activeElement?.type === 'email'") else tab_into(page)
    if page.get_by_label("Email").input_value() == "":
        page.keyboard.type(dora.email)
    page.keyboard.press("Tab")
    page.keyboard.type(dora.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="To label")).to_be_visible()
    expect(page.get_by_text("Ten by keys").first).to_be_visible()
    if "Ten by keys" not in focused(page):
        tab_to(page, r"Ten by keys$")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/annotate/{campaign}"))
    hand = Hand(dora, campaign, open_now=False)
    hand.wait_for_image()
    for number in range(10):
        if number % 3 == 1:
            hand.press("p", "m", "2")
            hand.submit()
        elif number == 3:
            hand.press("/")
            page.get_by_role("dialog").wait_for()
            page.keyboard.type("animal")
            page.keyboard.press("Enter")
            hand.press("1")
            hand.submit()
        else:
            hand.clean()
    expect(page.get_by_role("heading", name="All done here")).to_be_visible()
    hand.all_saved() if hand.saved.count() else None
    assert answered(lee, campaign) == 10
    stage.leave(since)


def tab_into(page: Page) -> None:
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement?.type === 'email'"):
            return
    raise AssertionError("Tab never reached the email field")


def test_a_lead_opens_the_images_of_the_weakest_defect_without_the_mouse(lee, world) -> None:
    page = lee.open("/projects/faces/campaigns")
    expect(page.get_by_role("link", name="Pilot").first).to_be_visible()
    tab_to(page, r"^Pilot")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(world["pilot"]))
    expect(page.get_by_role("link", name="Agreement").first).to_be_visible()
    tab_to(page, r"^Agreement")
    page.keyboard.press("Enter")
    forest = page.locator("table.forest").first
    expect(forest).to_be_visible()
    weakest = forest.get_by_role("row").nth(1).get_by_role("rowheader").inner_text()
    tab_to(page, f"^{re.escape(weakest)}")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/agreement/items"))
    expect(page.locator("main img").first).to_be_visible()
    tab_to(page, "marked it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
