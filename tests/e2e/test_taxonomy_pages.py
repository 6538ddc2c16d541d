"""Taxonomies in a real browser: brought in, searched, read and compared; by keys, without serious axe findings."""

from pathlib import Path

import pytest
from browsing import ROOT, Person, axe_findings
from playwright.sync_api import Page, expect

from taxonomy.codec import dump_yaml, parse

FOLDER = ROOT / "fixtures" / "taxonomies"


def choose(page: Page, name: str, content: bytes) -> None:
    page.get_by_test_id("file-input").set_input_files({"name": name, "mimeType": "application/yaml", "buffer": content})


@pytest.fixture(scope="module")
def brought_in(lee: Person) -> Person:
    """Both versions of the general taxonomy; the second one through the page."""
    for version in ("1.0.0", "1.1.0"):
        file = FOLDER / f"ai-image-defects-{version}.yaml"
        answer = lee.call("POST", "/taxonomies/import?publish=true", data=file.read_bytes())
        assert answer.status in (200, 201), answer.text()
    return lee


def test_a_broken_file_is_listed_by_line_and_a_sound_one_opens(lee: Person) -> None:
    page = lee.open("/taxonomies")
    text = (FOLDER / "portrait-basics-1.0.0.yaml").read_text()
    choose(page, "portrait.yaml", text.replace("penalty: 3", "penalty: minus", 1).encode())
    wrong = page.get_by_role("table", name="What is wrong in portrait.yaml")
    expect(wrong).to_contain_text("/penalty")
    line = int(wrong.locator("tbody td").first.inner_text())
    assert "penalty: 3" in text.splitlines()[line - 1]
    assert axe_findings(page) == []
    choose(page, "portrait.yaml", text.encode())
    expect(page.get_by_role("heading", level=1)).to_contain_text("Portrait basics 1.0.0")


def test_defects_are_found_and_opened_by_keys_alone(brought_in: Person) -> None:
    page = brought_in.open("/taxonomies/ai-image-defects/1.1.0")
    expect(page.get_by_role("article").first).to_be_visible()
    assert axe_findings(page) == []
    page.keyboard.press("/")
    page.keyboard.type("ah")
    expect(page.get_by_role("article").first).to_contain_text("AH")
    page.keyboard.press("Enter")
    expect(page).to_have_url(brought_in.address + "/taxonomies/ai-image-defects/1.1.0/defects/AID-0011")
    expect(page.get_by_text("Annotate when", exact=True)).to_be_visible()
    expect(page.get_by_text("pictures missing")).to_be_visible()
    assert axe_findings(page) == []
    before = page.url
    page.keyboard.press("]")
    expect(page.get_by_role("heading", level=1)).to_contain_text("AF")
    assert page.url != before
    page.keyboard.press("[")
    expect(page).to_have_url(before)


def test_a_search_and_a_dimension_are_a_link(brought_in: Person) -> None:
    page = brought_in.open("/taxonomies/ai-image-defects/1.1.0?q=shadow")
    found = page.get_by_role("article").count()
    assert 0 < found < 20
    page.get_by_role("button", name="Text and symbols").click()
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.get_by_text("No defect says this")).to_be_visible()


@pytest.mark.parametrize("part", ["scales", "about", "retired"])
def test_the_other_parts_are_readable(brought_in: Person, part: str) -> None:
    page = brought_in.open(f"/taxonomies/ai-image-defects/1.1.0?part={part}")
    expect(page.get_by_role("tabpanel")).to_be_visible()
    assert axe_findings(page) == []


def test_the_changes_between_versions_are_marked_word_by_word(brought_in: Person) -> None:
    page = brought_in.open("/taxonomies/ai-image-defects/diff?from=1.0.0&to=1.1.0")
    expect(page.get_by_text("15 changes")).to_be_visible()
    expect(page.locator("ins").first).to_be_visible()
    assert axe_findings(page) == []


def test_hostile_texts_are_shown_as_what_they_are(lee: Person, tmp_path: Path) -> None:
    """Whatever a draft is called: nothing runs, nothing hides (the watch fails on any CSP violation)."""
    hostile = parse((FOLDER / "ecommerce-lifestyle-1.0.0.yaml").read_bytes()).value
    hostile["taxonomy"] |= {"slug": "hostile-names", "title": "Names **bold** & 'quoted' \u05d0\u05d1"}
    defect = hostile["dimensions"][0]["defects"][0]
    defect["name"] = "1 < 2 & **not bold** `code` \u05d9\u05d3"
    answer = lee.call("POST", "/taxonomies/import", data=dump_yaml(hostile).encode())
    assert answer.status == 201, answer.text()
    page = lee.open("/taxonomies/hostile-names/1.0.0")
    expect(page.get_by_role("link", name=defect["name"])).to_be_visible()
    assert page.locator("main strong, main code, main script").count() == 0
