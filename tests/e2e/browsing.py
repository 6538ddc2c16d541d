"""People in front of a real Chromium: each with a fresh profile, each watched for whatever must not happen."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import APIResponse, Browser, BrowserContext, Page, expect

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SCREEN = {"width": 1280, "height": 800}
PATIENCE_MS = 15_000
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP violation:", event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber));
"""
# A refusal is an answer like any other; what the page makes of it is tested where it matters.
A_REFUSAL = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@dataclass
class Watch:
    """Console errors, page errors, CSP violations and answers of 500 and above, of every browser of a test."""

    problems: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """What this test brings about on purpose."""
        self.expected.append(re.compile(pattern))

    def note(self, problem: str) -> None:
        self.problems.append(problem)

    def attach(self, context: BrowserContext) -> None:
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", lambda said: self._console(said.type, said.text, said.location.get("url", "")))
        context.on("weberror", lambda error: self.note(f"page error: {error.error}"))
        context.on("response", self._response)

    def _console(self, kind: str, text: str, url: str) -> None:
        if kind == "error" and not A_REFUSAL.search(text):
            self.note(f"console: {text} ({url})")

    def _response(self, response: Any) -> None:
        if response.status >= 500:
            self.note(f"{response.status} {response.request.method} {response.url}")

    def left_over(self) -> list[str]:
        return [one for one in self.problems if not any(pattern.search(one) for pattern in self.expected)]

    def forget(self) -> None:
        self.problems.clear()
        self.expected.clear()


class Person:
    """Somebody with a browser of their own. `page` is their first tab."""

    def __init__(self, context: BrowserContext, address: str, watch: Watch, *, email: str = "", password: str = ""):
        self.context, self.address, self.watch = context, address, watch
        self.email, self.password = email, password
        context.set_default_timeout(PATIENCE_MS)
        watch.attach(context)
        self.page = context.pages[0] if context.pages else context.new_page()
        self._csrf = ""

    def open(self, path: str) -> Page:
        """Go to an address of the app and wait until the page has its heading and nothing loads any more."""
        self.page.goto(path if path.startswith("http") else self.address + path)
        expect(self.page.locator("h1").first).to_be_attached()
        return self.page

    def sign_in(self) -> None:
        """Through the form, as everybody does."""
        page = self.open("/sign-in")
        page.get_by_label("Email").fill(self.email)
        page.get_by_label("Password").fill(self.password)
        page.get_by_role("button", name="Sign in").click()
        expect(page).not_to_have_url(re.compile("/sign-in"))

    def accept(self, link: str, *, name: str) -> None:
        """Make the account that a one-time link offers."""
        page = self.open(link)
        page.get_by_label("Your name").fill(name)
        if page.get_by_label("Email").is_editable():
            page.get_by_label("Email").fill(self.email)
        page.get_by_label("Password", exact=True).fill(self.password)
        page.get_by_label("Password again").fill(self.password)
        page.locator("button[type=submit]").click()
        expect(page).to_have_url(self.address + "/")

    def call(self, method: str, path: str, body: Any = None, *, data: bytes | None = None) -> APIResponse:
        """The API with the cookies of this browser."""
        if not self._csrf:
            session = self.context.request.get(f"{self.address}/api/v1/session")
            self._csrf = str(session.json().get("csrf_token", ""))
        content = data if data is not None else None if body is None else json.dumps(body)
        return self.context.request.fetch(
            f"{self.address}/api/v1{path}" if not path.startswith("/api/") else self.address + path,
            method=method,
            headers={"X-CSRFToken": self._csrf, "Content-Type": "application/json", "Referer": self.address + "/"},
            data=content,
        )

    def get(self, path: str) -> Any:
        """The document at a path of the API; fails on anything but 200."""
        answer = self.call("GET", path)
        assert answer.status == 200, f"{path}: {answer.status} {answer.text()[:400]}"
        return answer.json()

    def state(self) -> Any:
        return self.context.storage_state()


@dataclass
class Stage:
    """The browser, the installation's address and everybody who came in; closes what a test opened."""

    browser: Browser
    address: str
    watch: Watch
    people: list[Person] = field(default_factory=list)
    signed_in: dict[str, Any] = field(default_factory=dict)

    def person(self, email: str = "", password: str = "", **options: Any) -> Person:
        """A fresh profile at 1280 x 800."""
        context = self.browser.new_context(viewport=SCREEN, reduced_motion="reduce", **options)
        made = Person(context, self.address, self.watch, email=email, password=password)
        self.people.append(made)
        return made

    def known(self, email: str, password: str, **options: Any) -> Person:
        """The same, signed in: through the form the first time, with the cookies of then afterwards."""
        if email in self.signed_in:
            return self.person(email, password, storage_state=self.signed_in[email], **options)
        made = self.person(email, password, **options)
        made.sign_in()
        self.signed_in[email] = made.state()
        return made

    def settle(self) -> None:
        """Let the browsers say what they still have to say."""
        for person in self.people:
            for page in person.context.pages:
                if not page.is_closed():
                    page.wait_for_timeout(30)

    def leave(self, since: int) -> None:
        for person in self.people[since:]:
            person.context.close()
        del self.people[since:]


def axe_findings(page: Page, *, exclude: tuple[str, ...] = ()) -> list[str]:
    """Serious and critical findings of axe, whose script enters by the debugger: the page's CSP stays as it is."""
    session = page.context.new_cdp_session(page)
    answer = session.send("Runtime.evaluate", {"expression": f"if (!window.axe) {{ {AXE.read_text()} }}; undefined"})
    assert "exceptionDetails" not in answer, answer
    options = json.dumps({"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    context = json.dumps({"exclude": [[one] for one in exclude]}) if exclude else "document"
    ran = session.send(
        "Runtime.evaluate",
        {
            "expression": f"axe.run({context}, {options}).then((found) => JSON.stringify(found.violations))",
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    assert "exceptionDetails" not in ran, ran
    session.detach()
    return [
        f"{found['impact']} {found['id']}: {found['help']}: "
        + "; ".join(str(node["target"][0]) + " " + node["html"][:160] for node in found["nodes"][:4])
        for found in json.loads(ran["result"]["value"])
        if found["impact"] in {"serious", "critical"}
    ]


@contextmanager
def expecting(watch: Watch, *patterns: str) -> Iterator[None]:
    for pattern in patterns:
        watch.expect(pattern)
    yield


def until(look: Callable[[], Any], page: Page, patience_ms: int = 60_000, every_ms: int = 300) -> Any:
    """What `look` answers as soon as it is true; fails after the patience."""
    for _ in range(max(1, patience_ms // every_ms)):
        if found := look():
            return found
        page.wait_for_timeout(every_ms)
    raise AssertionError(f"not within {patience_ms // 1000} s")
