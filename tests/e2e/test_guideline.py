"""The guideline in print, the read-only link, and a taxonomy begun in a spreadsheet."""

import re
import sys
from pathlib import Path

import pytest
from browsing import ROOT, Person, axe_findings
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from taxonomy.codec import dump_yaml, parse

sys.path.append(str(ROOT / "tests" / "taxonomy"))
from workbooks import minimal

FOLDER = ROOT / "fixtures" / "taxonomies"
GUIDE = "/taxonomies/printed-faults/1.0.0/guideline"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def drawn(colour: str) -> Image.Image:
    picture = Image.new("RGB", (320, 400), colour)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((80, 60, 240, 260), fill="#d9b99b")
    pen.ellipse((120, 130, 145, 150), fill="#222")
    pen.ellipse((180, 140, 205, 160), fill="#222")
    return picture


@pytest.fixture(scope="module")
def printed(installation, lee: Person, tmp_path_factory: pytest.TempPathFactory) -> Person:
    """A published taxonomy whose first defect has a fault, its clean counterpart and a borderline picture."""
    folder: Path = tmp_path_factory.mktemp("pictures")
    document = parse((FOLDER / "ai-image-defects-1.1.0.yaml").read_bytes()).value
    document["taxonomy"] |= {"slug": "printed-faults", "title": "Printed faults", "version": "1.0.0"}
    document["taxonomy"]["previous_version"] = None
    text = dump_yaml(document).replace("since: 1.1.0", "since: 1.0.0").replace("in: 1.1.0", "in: 1.0.0")
    document = parse(text).value
    defect = document["dimensions"][0]["defects"][0]
    positive, negative, borderline = (
        next(one for one in defect["examples"] if one["kind"] == kind)
        for kind in ("positive", "negative", "borderline")
    )
    positive |= {"id": "one", "asset": "fault.png"}
    positive["region"] = {"shape": "box", "points": [[0.3, 0.25], [0.72, 0.45]]}
    negative |= {"asset": "clean.png", "clean_counterpart_of": "one"}
    borderline |= {"asset": "border.png", "region": {"shape": "point", "points": [[0.45, 0.37]]}}
    for name, colour in (("fault", "#5a7d9a"), ("clean", "#8aa37b"), ("border", "#a3917b")):
        drawn(colour).save(folder / f"{name}.png")
    file = folder / "printed.yaml"
    file.write_text(dump_yaml(document))
    installation.manage("taxonomy", "import", str(file), "--publish", "--assets", str(folder))
    return lee


def sheets_of(page: Page) -> int:
    """What begins a printed page; the PDF must have exactly as many pages."""
    return page.locator(".guide-page").count()


def pdf_pages(data: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page[^s]", data))


def test_each_defect_is_one_printed_page(printed: Person, screenshot) -> None:
    page = printed.open(GUIDE)
    expect(page.get_by_role("article", name="Guideline")).to_be_visible()
    first = page.locator(".guide-defect").first
    expect(first.get_by_role("img")).to_have_count(3)
    assert first.locator("img").evaluate_all("all => all.every((one) => one.complete && one.naturalWidth > 0)")
    assert axe_findings(page) == []
    screenshot(page, "guideline-screen")
    data = page.pdf(prefer_css_page_size=True)
    assert pdf_pages(data) == sheets_of(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print or save as PDF")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    screenshot(page, "guideline-print")
    page.emulate_media(media="null")


def test_what_is_printed_can_be_chosen(printed: Person) -> None:
    page = printed.open(GUIDE)
    expect(page.locator("#AID-0011")).to_be_visible()
    before = page.locator(".guide-defect").count()
    panel = page.get_by_role("region", name="What is printed")
    dimension = panel.get_by_role("checkbox").first
    dimension.uncheck()
    expect(page.locator(".guide-defect").first).not_to_have_id("AID-0011")
    left = page.locator(".guide-defect").count()
    assert 0 < left < before
    expect(panel.get_by_role("status")).to_contain_text(f"{left} of")
    panel.get_by_text("Choose defects").first.click()
    panel.get_by_role("checkbox", name=re.compile("^AH ")).check()
    expect(page.locator(".guide-defect").first).to_have_id("AID-0011")
    panel.get_by_label("Language of names and definitions").select_option("de")
    expect(page.locator("#AID-0011 h3")).to_have_text("Hand- oder Fußfehlbildung")
    expect(page.locator("#AID-0011 h3")).to_have_attribute("lang", "de")
    assert pdf_pages(page.pdf(prefer_css_page_size=True)) == sheets_of(page)
    assert axe_findings(page) == []


def test_a_guest_reads_by_a_link_until_it_is_revoked(printed: Person, stage, screenshot) -> None:
    page = printed.open(GUIDE)
    page.get_by_role("button", name="Make a link").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("For whom").fill("Shop team")
    dialog.get_by_role("button", name="Make the link").click()
    link = dialog.get_by_label("Link").input_value()
    assert axe_findings(page) == []
    dialog.get_by_role("button", name="Done").click()
    row = page.get_by_role("row", name=re.compile("Shop team"))
    expect(row).to_contain_text("never")
    guest = stage.person()
    seen = guest.open(guest.address + "/g/" + link.rpartition("/")[2])
    expect(seen.get_by_role("heading", level=1)).to_have_text("Printed faults")
    expect(seen.locator(".guide-defect").first.get_by_role("img")).to_have_count(3)
    assert seen.locator(".guide-defect img").evaluate_all("all => all.every((one) => one.naturalWidth > 0)")
    assert seen.get_by_role("link", name="Taxonomies").count() == 0
    assert axe_findings(seen) == []
    screenshot(seen, "guideline-guest")
    assert guest.context.request.get(guest.address + "/api/v1/taxonomies").status == 401
    printed.open(GUIDE)
    row = page.get_by_role("row", name=re.compile("Shop team"))
    expect(row).not_to_contain_text("never")
    screenshot(page, "guideline-links")
    row.get_by_role("button", name=re.compile("Revoke")).click()
    page.get_by_role("alertdialog").get_by_role("button", name="Revoke link").click()
    expect(row).to_contain_text("revoked")
    guest.open(guest.address + "/g/" + link.rpartition("/")[2])
    expect(seen.get_by_role("heading", level=1)).to_have_text("This link does not work")
    assert axe_findings(seen) == []
    screenshot(seen, "guideline-refused")
    wrong = guest.open(guest.address + "/g/" + "x" * 43)
    expect(wrong.get_by_role("heading", level=1)).to_have_text("This link does not work")


def test_a_spreadsheet_becomes_a_draft_and_says_what_is_missing(lee: Person, screenshot) -> None:
    page = lee.open("/taxonomies")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download a template").click()
    assert download.value.suggested_filename == "taxonomy-template.xlsx"

    def choose(content: bytes) -> None:
        page.get_by_test_id("file-input").set_input_files(
            {"name": "Hair faults.xlsx", "mimeType": XLSX, "buffer": content}
        )

    page.get_by_label("the open draft").check()
    choose(minimal(("Hair", "=1+1", "Hair that no head could have grown.")))
    wrong = page.get_by_role("table", name="What is wrong in Hair faults.xlsx")
    expect(wrong).to_contain_text("Defects!B2")
    screenshot(page, "spreadsheet-refused")
    choose(minimal(("Hair", "Hair out of skin", "Hair grows out of a place that has none.")))
    expect(page.get_by_text("The draft hair-faults 1.0.0 is in")).to_be_visible()
    missing = page.get_by_role("table", name="What is still missing")
    expect(missing).to_contain_text("Annotate when is still to be written.")
    assert axe_findings(page) == []
    screenshot(page, "spreadsheet-draft")
    page.get_by_role("link", name="Open the draft").click()
    expect(page.get_by_text("Hair out of skin").first).to_be_visible()
