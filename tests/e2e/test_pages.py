"""Every page for every role: it opens, has its heading, passes axe, breaks no CSP and fits a narrow screen."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from browsing import ROOT, SCREEN, Person, axe_findings, until
from conftest import PASSWORD
from playwright.sync_api import Page, expect

ROUTES = ROOT / "frontend" / "src" / "app" / "routes.tsx"
NARROW = {"width": 320, "height": 800}
ALL = frozenset({"lee", "cleo", "ada", "dan"})
LEAD = frozenset({"lee"})
SEES = frozenset({"lee", "cleo"})
MEMBERS = frozenset({"lee", "cleo", "ada"})
FORBIDDEN = "You may not see this page"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Who may see a route, and whether it is for labelling and so needs width. `address` fills the parameters."""

    who: frozenset[str]
    wide: bool = False
    query: str = ""


PLACES: dict[str, Place] = {
    "/sign-in": Place(who=frozenset()),
    "/welcome/:token": Place(who=frozenset()),
    "/g/:token": Place(who=frozenset()),
    "/": Place(who=ALL),
    "/account": Place(who=ALL),
    "/accounts": Place(who=LEAD),  # lee is the administrator too
    "/keys": Place(who=ALL),
    "/projects": Place(who=ALL),
    "/projects/new": Place(who=ALL),
    "/taxonomies": Place(who=ALL),
    "/taxonomies/:slug": Place(who=ALL),
    "/taxonomies/:slug/:number": Place(who=ALL),
    "/taxonomies/:slug/:number/defects/:concept": Place(who=ALL),
    "/taxonomies/:slug/:number/guideline": Place(who=ALL),
    "/taxonomies/:slug/board": Place(who=ALL),
    "/taxonomies/:slug/draft": Place(who=ALL),
    "/taxonomies/:slug/publish": Place(who=ALL),
    "/taxonomies/:slug/diff": Place(who=ALL, query="?from=2.0.0&to=2.0.0"),
    "/annotate/:campaign": Place(who=frozenset({"ada"}), wide=True),
    "/rate/:campaign": Place(who=frozenset({"ada"}), wide=True),
    "/projects/:project/people": Place(who=LEAD),
    "/projects/:project/journal": Place(who=LEAD),
    "/projects/:project/jobs": Place(who=MEMBERS),
    "/projects/:project/images": Place(who=SEES),
    "/projects/:project/imports": Place(who=LEAD),
    "/projects/:project/imports/new": Place(who=LEAD),
    "/projects/:project/imports/:run": Place(who=LEAD),
    "/projects/:project/campaigns": Place(who=SEES),
    "/projects/:project/campaigns/new": Place(who=LEAD),
    "/projects/:project/campaigns/:campaign/dashboard": Place(who=SEES),
    "/projects/:project/campaigns/:campaign/agreement": Place(who=LEAD),
    "/projects/:project/campaigns/:campaign/agreement/items": Place(who=LEAD, query="?defect=AID-0030"),
    "/projects/:project/campaigns/:campaign/results": Place(who=LEAD),
    "/projects/:project/campaigns/:campaign/results/items": Place(who=LEAD, query="?defect=AID-0030"),
    "/projects/:project/campaigns/:campaign/adjudicate": Place(who=SEES, wide=True),
    "/projects/:project/campaigns/:campaign/gold": Place(who=SEES),
    "/projects/:project/campaigns/:campaign/version": Place(who=SEES),
    "/projects/:project/campaigns/:campaign/rereview": Place(who=MEMBERS, wide=True),
    "/projects/:project/campaigns/:campaign/scoring": Place(who=LEAD),
    "/projects/:project/exports": Place(who=LEAD),
    "/projects/:project/scoring": Place(who=LEAD),
}  # fmt: skip
SIGNED_IN = sorted(path for path, place in PLACES.items() if place.who)
PROJECT_PAGES = sorted(path for path in PLACES if path.startswith("/projects/:project") and ":run" not in path)


@pytest.fixture(scope="module")
def visitors(stage, world, lee):
    """One browser for each role that stays for all pages."""
    since = len(stage.people)
    found = {name: stage.known(f"{name}@example.org", PASSWORD) for name in ("cleo", "ada", "dan")}
    found["lee"] = stage.person(lee.email, lee.password, storage_state=lee.state())
    yield found
    stage.leave(since)


@pytest.fixture(scope="module")
def values(world: dict[str, Any], lee: Person) -> dict[str, str]:
    runs = lee.get("/projects/faces/imports")
    rows = runs["items"] if "items" in runs else next(value for value in runs.values() if isinstance(value, list))
    return {
        "slug": "ai-image-defects", "number": "2.0.0", "concept": "AID-0030", "project": "faces",
        "campaign": world["pilot"], "run": rows[0]["id"],
    }  # fmt: skip


def address(path: str, values: dict[str, str]) -> str:
    filled = re.sub(r":(\w+)", lambda found: values[found[1]], path)
    return filled + PLACES[path].query


def settled(page: Page) -> None:
    """Nothing loads any more."""
    expect(page.locator(".skeleton")).to_have_count(0)
    page.wait_for_timeout(60)


def too_wide(page: Page) -> str:
    """Which elements make the page scroll sideways; empty when it does not."""
    return str(
        page.evaluate(
            """() => {
                const width = document.documentElement.clientWidth;
                if (document.documentElement.scrollWidth <= width) return "";
                const wide = [...document.querySelectorAll("body *")].filter((one) => {
                    const box = one.getBoundingClientRect();
                    if (box.width === 0 || box.right <= width + 1) return false;
                    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
                        if (getComputedStyle(up).overflowX !== "visible") return false;
                    return true;
                });
                return `${document.documentElement.scrollWidth} > ${width}: ` + wide.slice(0, 5).map((one) =>
                    `${one.tagName}.${one.className} ${Math.round(one.getBoundingClientRect().right)}`).join(", ");
            }"""
        )
    )


def complaints(page: Page, *, wide: bool) -> list[str]:
    found = axe_findings(page)
    if not wide:
        page.set_viewport_size(NARROW)  # type: ignore[arg-type]
        page.wait_for_timeout(120)
        if overflow := too_wide(page):
            found.append(f"scrolls sideways at 320 px: {overflow}")
        page.set_viewport_size(SCREEN)  # type: ignore[arg-type]
    return found


def test_every_route_of_the_front_end_has_its_line_here() -> None:
    assert set(re.findall(r'path: "([^"]+)"', ROUTES.read_text())) == set(PLACES)


@pytest.mark.parametrize("path", SIGNED_IN)
def test_a_page_opens_for_those_who_may_and_says_no_to_others(path, visitors, world, values, screenshot) -> None:
    place = PLACES[path]
    here = values | ({"campaign": world["rated"]} if path.startswith("/rate") else {})
    found: list[str] = []
    first = True
    allowed = [name for name in ("lee", "cleo", "ada", "dan") if name in place.who]
    refused = [name for name in ("cleo", "ada", "dan") if name not in place.who]
    for name in [allowed[0], *allowed[-1:], *refused[:1], *(refused[-1:] if path.startswith("/annotate") else [])]:
        page = visitors[name].open(address(path, here))
        settled(page)
        if name in place.who:
            expect(page.get_by_role("heading", level=1, name=FORBIDDEN)).to_have_count(0)
            if first:
                page.wait_for_timeout(250)
                label = path.strip("/").replace("/", "-").replace(":", "") or "home"
                screenshot(page, f"page-{label}-{name}")
                found += complaints(page, wide=place.wide)
                first = False
        else:
            said = page.get_by_role("heading", level=1, name=FORBIDDEN).or_(page.get_by_role("alert"))
            expect(said.first).to_be_visible()
    assert not found, "\n".join(found)


def test_the_pages_before_signing_in_are_accessible(stage, lee, screenshot) -> None:
    since = len(stage.people)
    visitor = stage.person()
    found = []
    for path in ("/sign-in", "/welcome/nothing-like-a-token", "/"):
        page = visitor.open(path)
        settled(page)
        found += complaints(page, wide=False)
        screenshot(page, f"visitor-{path.strip('/').split('/')[0] or 'root'}")
    page = visitor.open("/projects/faces/people")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=%2Fprojects%2Ffaces%2Fpeople"))
    page.get_by_label("Email").fill("lee@example.org")
    page.get_by_label("Password").fill("wrong wrong wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    found += complaints(page, wide=False)
    screenshot(page, "visitor-refused")
    stage.leave(since)
    assert not found, "\n".join(found)


def test_a_page_that_does_not_exist_says_so(visitors) -> None:
    page = visitors["ada"].open("/nothing/lies/here")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not here")
    assert not complaints(page, wide=False)


@pytest.mark.parametrize("part", ["images", "imports", "campaigns", "exports", "scoring", "jobs", "journal", "people"])
def test_an_empty_project_says_what_to_do(visitors, part, screenshot) -> None:
    page = visitors["lee"].open(f"/projects/empty/{part}")
    settled(page)
    screenshot(page, f"empty-{part}")
    expect(page.get_by_role("alert")).to_have_count(0)
    if part not in {"jobs", "journal"}:
        expect(page.locator(".empty").first).to_be_visible()
        assert len(page.locator(".empty").first.inner_text()) > 20
    assert not complaints(page, wide=False)


def test_a_campaign_without_answers_says_so(visitors, lee, world, screenshot) -> None:
    campaign = world["wild"][0]
    found = []
    for part in ("dashboard", "agreement", "results", "gold", "scoring"):
        page = visitors["lee"].open(f"/projects/hostile/campaigns/{campaign}/{part}")
        settled(page)
        screenshot(page, f"no-answers-{part}")
        found += [f"{part}: {one}" for one in complaints(page, wide=False)]
    assert not found, "\n".join(found)


def test_hostile_names_are_only_text(visitors, world, screenshot) -> None:
    found = []
    for name, paths in (
        ("lee", ["/", "/projects", "/projects/hostile/images", "/projects/hostile/imports",
                 "/projects/hostile/campaigns", "/projects/hostile/campaigns/new", "/projects/hostile/jobs",
                 "/projects/hostile/exports", "/projects/hostile/scoring", "/projects/hostile/people"]
            + [f"/projects/hostile/campaigns/{campaign}/dashboard" for campaign in world["wild"]]),
        ("ada", ["/", *(f"/annotate/{campaign}" for campaign in world["wild"])]),
        ("cleo", ["/", f"/projects/hostile/campaigns/{world['wild'][2]}/gold"]),
    ):  # fmt: skip
        for path in paths:
            page = visitors[name].open(path)
            settled(page)
            page.wait_for_timeout(150)
            assert page.evaluate("window.__pwned") is None
            assert page.locator("img[src='x']").count() == 0
            if overflow := too_wide(page):
                found.append(f"{name} {path}: {overflow}")
            screenshot(page, f"hostile-{name}-{path.strip('/').replace('/', '-') or 'home'}"[:90])
    assert not found, "\n".join(found)


def test_a_hostile_prompt_stands_beside_its_image_as_text(visitors, world, screenshot) -> None:
    page = visitors["ada"].open(f"/annotate/{world['wild'][0]}")
    seen: list[str] = []
    canvas = page.locator(".ts-stage canvas[role=img]")
    for _ in range(3):
        expect(canvas).to_be_visible()
        page.wait_for_timeout(350)
        seen.append(canvas.get_attribute("aria-label") or "")
        screenshot(page, f"hostile-prompt-{len(seen)}")
        assert page.evaluate("window.__pwned") is None
        page.keyboard.press("Space")
        until(
            lambda: (
                page.locator(".ts-nothing").count()
                or (canvas.count() and canvas.first.get_attribute("aria-label") not in seen)
            ),
            page,
            10_000,
            every_ms=50,
        )
    assert any(one.startswith("<img") for one in seen)
    assert any(len(one) > 290 for one in seen)
