"""One installation of its own and one Chromium for all browser tests. REQUIRE_E2E=1 turns every skip into a failure."""

import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import AXE, FLAGS, ROOT, Person, Stage, Watch
from playwright.sync_api import sync_playwright

from tests.faults.installation import Installation, an_installation

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PASSWORD = "nine quiet horses under a bridge"


def _miss(reason: str) -> None:
    if os.environ.get("REQUIRE_E2E"):
        pytest.fail(f"REQUIRE_E2E is set, but {reason}", pytrace=False)
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Debian's Chromium lies; the front end is built and axe is there."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        _miss("no Chromium was found: apt-get install chromium")
    if shutil.which("node") is None or not AXE.exists():
        _miss("Node or the front-end packages are missing: make ui")
    if not (ROOT / "frontend" / "dist" / ".vite" / "manifest.json").exists():
        _miss("the front end is not built: make ui")
    return str(found)


@pytest.fixture(scope="session")
def installation(chromium: str) -> Iterator[Installation]:
    """Web, workers, schedule and a database cluster on a data directory of their own."""
    folder = Path(tempfile.mkdtemp(prefix="touchstone-e2e-"))
    try:
        with an_installation(folder, int(os.environ.get("E2E_PORT") or _free_port())) as running:
            yield running
    finally:
        if not os.environ.get("E2E_KEEP"):
            shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as asking:
        asking.bind(("127.0.0.1", 0))
        return int(asking.getsockname()[1])


@pytest.fixture(scope="session")
def watch() -> Watch:
    return Watch()


@pytest.fixture(scope="session")
def stage(chromium: str, installation: Installation, watch: Watch) -> Iterator[Stage]:
    """The one browser process. Everybody has a context, which is a fresh profile, in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=list(FLAGS))
        on_stage = Stage(browser, f"http://127.0.0.1:{installation.env.port}", watch)
        on_stage.playwright = playwright  # type: ignore[attr-defined]
        yield on_stage
        on_stage.leave(0)
        browser.close()


@pytest.fixture(autouse=True)
def _nothing_goes_wrong(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test: no console error, no page error, no CSP violation, no answer of 500 or above."""
    yield
    if "stage" not in request.fixturenames:
        return
    stage: Stage = request.getfixturevalue("stage")
    stage.settle()
    found = stage.watch.left_over()
    stage.watch.forget()
    assert not found, "\n".join(found)


@pytest.fixture(scope="session")
def lee(stage: Stage, installation: Installation) -> Person:
    """The first account of the installation, made in the browser by its one-time link."""
    link = json.loads(installation.manage("first_account", "--json"))["link"]
    lee = stage.person("lee@example.org", PASSWORD)
    lee.accept(link, name="Lee")
    stage.signed_in[lee.email] = lee.state()
    return lee


@pytest.fixture(scope="session")
def world(stage: Stage, installation: Installation, lee: Person) -> dict[str, Any]:
    """Projects in different states with everybody in them (seeding.py), besides what lee makes by hand."""
    said = installation.run("-m", "tests.e2e.seeding", PASSWORD)
    return json.loads(said.splitlines()[-1])


@pytest.fixture
def as_person(stage: Stage, world: dict[str, Any]) -> Iterator[Any]:
    """`as_person("ada")`: a browser in which ada is signed in; closed after the test."""
    since = len(stage.people)
    yield lambda name, **options: stage.known(f"{name}@example.org", PASSWORD, **options)
    stage.settle()
    stage.leave(since)


@pytest.fixture
def screenshot(installation: Installation) -> Any:
    """With SCREENSHOTS=1 pictures of the pages are kept below DATA_DIR/screenshots (SCREENSHOTS=/folder: there)."""
    wanted = os.environ.get("SCREENSHOTS", "")
    folder = installation.env.data_dir / "screenshots" if wanted == "1" else Path(wanted)

    def take(page: Any, name: str) -> None:
        if wanted:
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=str(folder / f"{name}.png"), full_page=True)

    return take
