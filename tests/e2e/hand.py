"""What a reviewer does in the workspace with the real keyboard and the real mouse."""

import re
from typing import Any

from browsing import Person, until
from playwright.sync_api import Locator, Page, expect

EIGHT = ("AID-0011", "AID-0016", "AID-0018", "AID-0019", "AID-0029", "AID-0030", "AID-0039", "AID-0040")


def open_small_campaign(lee: Person, world: dict[str, Any], name: str, **plan: Any) -> str:
    """A campaign in the project `faces` over eight of its images, opened through the API; answers its id."""
    body = {
        "name": name, "kind": "production", "version": world["versions"]["ai-image-defects"], "defects": list(EIGHT),
        "sample": 8, "seed": 5, "annotations_per_item": 1, "region_policy": "optional",
        "consensus_rule": "single",
    } | plan  # fmt: skip
    answer = lee.call("POST", "/projects/faces/campaigns", body)
    assert answer.status == 201, answer.text()
    return str(answer.json()["id"])


class Hand:
    """One reviewer at one campaign."""

    def __init__(self, person: Person, campaign: str, *, route: str = "annotate", open_now: bool = True) -> None:
        self.person, self.campaign, self.route = person, campaign, route
        self.page: Page = person.page
        if open_now:
            self.open()

    def open(self) -> None:
        self.person.open(f"/{self.route}/{self.campaign}")
        self.wait_for_image()

    @property
    def canvas(self) -> Locator:
        return self.page.locator(".ts-stage canvas[role=img]").first

    @property
    def said(self) -> Locator:
        """The one live region."""
        return self.page.locator(".ts-notice")

    @property
    def saved(self) -> Locator:
        return self.page.locator(".ts-saved")

    @property
    def place(self) -> str:
        return self.page.locator(".ts-place").inner_text()

    def wait_for_image(self) -> None:
        """Until a decoded image stands there and the quarter of a second is over in which keys are for the last."""
        expect(self.canvas).to_be_visible()
        expect(self.page.locator(".ts-stage.dimmed, .ts-thumbnail")).to_have_count(0)
        self.page.wait_for_timeout(320)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def clean(self) -> None:
        self._then(lambda: self.press("Space"))

    def submit(self) -> None:
        self._then(lambda: self.press("Enter"))

    def _then(self, act: Any) -> None:
        before = self.place
        act()
        until(lambda: self.page.locator(".ts-nothing").count() or self.place != before, self.page, 10_000, every_ms=40)
        if not self.page.locator(".ts-nothing").count():
            self.wait_for_image()

    def draw_box(self, x: float = 0.3, y: float = 0.3, to_x: float = 0.6, to_y: float = 0.6) -> None:
        """Drag over the picture, in shares of it as it lies fitted on the stage."""
        area = self.canvas.bounding_box()
        assert area is not None
        width, height = area["width"], area["height"]
        side = min(width, height) * 0.8
        left, top = area["x"] + (width - side) / 2, area["y"] + (height - side) / 2
        self.page.mouse.move(left + side * x, top + side * y)
        self.page.mouse.down()
        self.page.mouse.move(left + side * (x + to_x) / 2, top + side * (y + to_y) / 2)
        self.page.mouse.move(left + side * to_x, top + side * to_y)
        self.page.mouse.up()

    def all_saved(self, patience_ms: int = 30_000) -> None:
        expect(self.saved).to_have_text(re.compile(r"^\s*✓ saved\s*$"), timeout=patience_ms)

    def unsent(self) -> int:
        """Answers in the outbox of this profile, whoever's they are."""
        return int(
            self.page.evaluate(
                """() => new Promise((done, fail) => {
                    const opening = indexedDB.open("touchstone-outbox");
                    opening.onerror = () => fail(opening.error);
                    opening.onsuccess = () => {
                        const counting = opening.result.transaction("entries").objectStore("entries").count();
                        counting.onsuccess = () => { opening.result.close(); done(counting.result); };
                        counting.onerror = () => fail(counting.error);
                    };
                })"""
            )
        )


def answered(lee: Person, campaign: str) -> int:
    """How many answers the server has, as the lead's progress page is told."""
    return int(lee.get(f"/campaigns/{campaign}/progress")["counts"]["answers"])
