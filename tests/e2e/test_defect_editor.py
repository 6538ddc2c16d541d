"""Every field of a defect, its example pictures and their regions, in a real browser."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from browsing import Person, axe_findings
from PIL import Image as Pixels
from playwright.sync_api import Page, expect

SLUG = "ai-image-defects"
HANDS = "AID-0011"


@pytest.fixture(scope="module")
def owner(lee: Person, world: dict[str, Any]) -> Person:
    """lee leads in the project and, as administrator, may change every taxonomy."""
    started = lee.call("POST", f"/taxonomies/{SLUG}/draft", {})
    assert started.status in (201, 409), started.text()
    return lee


def saved(page: Page) -> None:
    expect(page.get_by_role("status").filter(has_text="All saved")).to_be_visible()


def draft_of(owner: Person) -> Any:
    return owner.get(f"/taxonomies/{SLUG}/draft")["document"]


def defect_of(document: Any, concept: str = HANDS) -> Any:
    return next(d for one in document["dimensions"] for d in one["defects"] if d["id"] == concept)


def opened(owner: Person) -> Page:
    """The draft with the defect of hands open."""
    page = owner.open(f"/taxonomies/{SLUG}/draft")
    name = defect_of(draft_of(owner))["name"]
    page.get_by_role("row", name=name).first.click()
    expect(page.get_by_label("Name", exact=True)).to_have_value(name)
    return page


def test_each_field_is_edited_by_keys_and_nothing_else_changes(owner: Person, screenshot: Any) -> None:
    page = opened(owner)
    before = draft_of(owner)
    page.get_by_role("button", name="Add a cause").press("Enter")
    count = len(defect_of(before).get("causes", []))
    cause = page.get_by_role("group", name=f"cause {count + 1}", exact=True)
    cause.get_by_label("Component").select_option("upscaler")
    cause.get_by_label("Confidence").select_option("high")
    cause.get_by_label("How to check").fill("Compare with the picture before upscaling.")
    page.get_by_label("Also sent to").select_option("brand")
    page.get_by_label("A finding needs a note").press("Space")
    page.get_by_role("button", name="Add a relation").press("Enter")
    saved(page)
    now = draft_of(owner)
    changed = defect_of(now)
    assert changed["causes"][-1] == {
        "component": "upscaler", "confidence": "high", "check": "Compare with the picture before upscaling.",
    }  # fmt: skip
    assert (changed["route"], changed["comment_required"]) == ("brand", True)
    assert len(changed["relations"]) == len(defect_of(before).get("relations", [])) + 1
    for name in ("causes", "route", "comment_required", "relations"):
        defect_of(before).pop(name, None)
        changed.pop(name)
    assert now == before
    assert axe_findings(page) == []
    screenshot(page, "defect-form")


def test_points_that_fall_with_the_level_are_named_as_one_types(owner: Person) -> None:
    page = opened(owner)
    points = page.get_by_label(re.compile("^Points of")).last
    was = points.input_value()
    points.fill("0")
    expect(page.get_by_text(re.compile("^Below .*, the points of"))).to_be_visible()
    points.fill(was)
    expect(page.get_by_text(re.compile("^Below .*, the points of"))).to_have_count(0)
    saved(page)


def test_scales_groups_and_scoring_are_edited(owner: Person, screenshot: Any) -> None:
    page = opened(owner)
    before = draft_of(owner)
    page.get_by_role("button", name="Scales, groups and scoring").press("Enter")
    page.get_by_label("All languages").fill("en, de, fr")
    page.get_by_label("Points of a picture without findings").fill("90")
    page.get_by_role("button", name="Add a group").press("Enter")
    saved(page)
    assert axe_findings(page) == []
    screenshot(page, "scales-and-scoring")
    now = draft_of(owner)
    assert (now["taxonomy"]["languages"], now["taxonomy"]["scoring"]["base"]) == (["en", "de", "fr"], 90)
    assert len(now["exclusion_groups"]) == len(before.get("exclusion_groups", [])) + 1
    assert now["dimensions"] == before["dimensions"]
    page.get_by_role("row", name=defect_of(now)["name"]).first.click()
    page.get_by_role("button", name="Add a translation").press("Enter")
    translation = page.get_by_role("group", name=re.compile("^translation")).last
    expect(translation.get_by_label("Language")).to_have_value("fr")
    translation.get_by_label("Name").fill("Main aux doigts faux")
    saved(page)
    assert defect_of(draft_of(owner))["translations"]["fr"] == {"name": "Main aux doigts faux"}


def a_picture(folder: Path) -> Path:
    Pixels.linear_gradient("L").resize((320, 240)).convert("RGB").save(folder / "clean.png")
    return folder / "clean.png"


def number_of(page: Page) -> int:
    """The number of the example that was added last."""
    return page.get_by_role("article", name=re.compile("^Example ")).count()


def test_an_uploaded_picture_gets_a_region_by_keys_and_by_the_pointer(
    owner: Person, tmp_path: Path, screenshot: Any
) -> None:
    page = opened(owner)
    page.get_by_role("button", name="Add positive").press("Enter")
    number = number_of(page)
    page.get_by_label(f"positive example {number}").fill("Six fingers on the left hand.")
    page.get_by_role("button", name=f"Choose picture of example {number}").press("Enter")
    picker = page.get_by_role("dialog", name="Picture of the positive example")
    assert axe_findings(page) == []
    bad = tmp_path / "broken.png"
    bad.write_bytes(b"no picture at all")
    picker.get_by_test_id("file-input").set_input_files(bad)
    expect(picker.get_by_role("alert").first).to_be_visible()
    picker.get_by_test_id("file-input").set_input_files(a_picture(tmp_path))
    expect(picker).to_have_count(0)
    expect(page.get_by_role("img", name="Six fingers on the left hand.")).to_be_visible()
    page.get_by_role("button", name=f"Draw region of example {number}").press("Enter")
    dialog = page.get_by_role("dialog", name="Region of the example")
    dialog.get_by_role("button", name="Place a box").press("Enter")
    across = dialog.get_by_role("spinbutton", name="Across, top left")
    across.press("ArrowUp")
    across.press("Tab")
    assert axe_findings(page) == []
    screenshot(page, "example-region")
    dialog.get_by_role("button", name="Use this region").press("Enter")
    saved(page)
    example = defect_of(draft_of(owner))["examples"][number - 1]
    assert example["region"] == {"shape": "box", "points": [[0.26, 0.25], [0.75, 0.75]]}
    page.get_by_role("button", name=f"Draw region of example {number}").press("Enter")
    dialog.get_by_role("button", name="Draw a box").click()
    expect(dialog.get_by_test_id("region-stage").locator("canvas").first).to_be_visible()
    box = dialog.get_by_test_id("region-stage").bounding_box()
    assert box is not None
    centre = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(centre[0] - 60, centre[1] - 40)
    page.mouse.down()
    page.mouse.move(centre[0] + 50, centre[1] + 60, steps=5)
    page.mouse.up()
    dialog.get_by_role("button", name="Use this region").click()
    saved(page)
    drawn = defect_of(draft_of(owner))["examples"][number - 1]["region"]
    assert drawn["shape"] == "box" and drawn != example["region"]
    assert all(0 <= value <= 1 for point in drawn["points"] for value in point)


def test_a_clean_counterpart_comes_from_the_corpus_only_after_confirmation(owner: Person, screenshot: Any) -> None:
    page = opened(owner)
    number = len(defect_of(draft_of(owner))["examples"])
    page.get_by_role("button", name=f"Add clean counterpart of example {number}").press("Enter")
    page.get_by_role("button", name=f"Choose picture of example {number + 1}").press("Enter")
    picker = page.get_by_role("dialog", name="Picture of the negative example")
    picker.get_by_role("tab", name="Corpus").click()
    picker.get_by_label("Project", exact=True).select_option("faces")
    tiles = picker.get_by_role("list", name="Images of the project").get_by_role("button")
    expect(tiles).to_have_count(24)
    tile = tiles.first
    page.wait_for_load_state("networkidle")
    screenshot(page, "picker-corpus")
    tile.press("Enter")
    asked = page.get_by_role("alertdialog", name="Copy this picture out of its project")
    expect(asked).to_contain_text("leaves the project Faces")
    assert axe_findings(page) == []
    screenshot(page, "picker-confirm")
    asked.get_by_role("button", name="Cancel").press("Enter")
    tile.press("Enter")
    asked.get_by_role("button", name="Copy the picture").press("Enter")
    expect(picker).to_have_count(0)
    page.get_by_label(f"negative example {number + 1}").fill("The same hand with five fingers.")
    saved(page)
    positive, clean = defect_of(draft_of(owner))["examples"][number - 1 : number + 1]
    assert clean["clean_counterpart_of"] == positive["id"] and clean["source_item"]
    page.get_by_role("article", name=f"Example {number}", exact=True).scroll_into_view_if_needed()
    assert axe_findings(page) == []
    screenshot(page, "examples")


def test_gold_brings_level_region_and_caption(owner: Person, screenshot: Any) -> None:
    page = opened(owner)
    page.get_by_role("button", name="Add positive").press("Enter")
    number = number_of(page)
    page.get_by_role("button", name=f"Choose picture of example {number}").press("Enter")
    picker = page.get_by_role("dialog", name="Picture of the positive example")
    picker.get_by_role("tab", name="Gold").click()
    picker.get_by_label("Project", exact=True).select_option("faces")
    picker.get_by_label("Gold level").select_option("")
    tile = picker.get_by_role("list", name="Images with gold").get_by_role("button").first
    expect(tile).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert axe_findings(page) == []
    screenshot(page, "picker-gold")
    tile.press("Enter")
    page.get_by_role("button", name="Copy the picture").press("Enter")
    expect(picker).to_have_count(0)
    saved(page)
    example = defect_of(draft_of(owner))["examples"][number - 1]
    assert example["asset_sha256"] and example["source_item"] and example["severity"]
    assert len(example["caption"]) >= 8


def test_a_dropped_file_lands_on_its_example(owner: Person) -> None:
    page = opened(owner)
    page.get_by_role("button", name="Add borderline").press("Enter")
    number = number_of(page)
    out = io.BytesIO()
    Pixels.new("RGB", (30, 20), "teal").save(out, "PNG")
    transfer = page.evaluate_handle(
        """(bytes) => { const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], "teal.png", {type: "image/png"})); return data; }""",
        list(out.getvalue()),
    )
    card = page.get_by_role("article", name=f"Example {number}", exact=True)
    card.locator(".example-drop").dispatch_event("drop", {"dataTransfer": transfer})
    expect(card.get_by_role("img")).to_be_visible()
    page.get_by_label(f"borderline example {number}").fill("Fingers hidden behind the cup.")
    card.get_by_label("What to do").select_option("annotate")
    saved(page)
    example = defect_of(draft_of(owner))["examples"][number - 1]
    assert example["verdict"] == "annotate" and example["asset_sha256"]
