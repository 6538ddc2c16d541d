"""Submit → next image painted, in a real Chromium on the built front end, with prefetch.

    python -m benchmarks.browser [--answers 60] [--pause 700]

The page measures itself: from the key event to the frame in which the decoded next image was drawn.
"""

import argparse
import json
import shutil
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.machine import machine, table
from tests.faults.installation import an_installation

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
MEASURE = "ts-submit-to-paint"


def label(page: Page, base: str, plan: dict[str, Any], answers: int, pause_ms: int) -> list[float]:
    page.goto(f"{base}/sign-in")
    page.get_by_label("Email").fill(plan["email"])
    page.get_by_label("Password").fill(plan["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/")
    page.goto(f"{base}/annotate/{plan['campaign']}")
    page.wait_for_timeout(3000)
    for _ in range(answers):
        page.keyboard.press("Space")
        page.wait_for_timeout(pause_ms)
    return list(page.evaluate(f"performance.getEntriesByName('{MEASURE}').map(e => e.duration)"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=60)
    parser.add_argument("--pause", type=int, default=700)
    parser.add_argument("--port", type=int, default=8172)
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("Chromium is not installed.")
    rows = []
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with an_installation(folder, options.port) as installation:
            said = installation.run("-m", "benchmarks.browser_seed", str(folder / "corpus"), str(options.answers + 20))
            plan = json.loads(said.splitlines()[-1])
            with sync_playwright() as driver:
                browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                base = f"http://127.0.0.1:{options.port}"
                times = sorted(label(page, base, plan, options.answers, options.pause))
                browser.close()
            rows.append(
                {
                    "answers": len(times),
                    "p50_ms": round(statistics.median(times), 1),
                    "p95_ms": round(times[int(len(times) * 0.95)], 1),
                    "worst_ms": round(times[-1], 1),
                    "target_p50_ms": 16,
                    "target_p95_ms": 50,
                }
            )
    print(json.dumps({"benchmark": "browser", "machine": machine(), "rows": rows}, indent=1))
    print(table(rows))


if __name__ == "__main__":
    main()
