"""The contracts of import-linter in pyproject.toml, and proof that they have teeth."""

import subprocess
import sys
import tomllib
from pathlib import Path

from source import ROOT

SLICES = (ROOT / "annotate", ROOT / "scoring")


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_contract_is_kept():
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout[-3000:]


def test_every_slice_stands_in_the_contract_of_its_inside():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    inside = next(one for one in contracts if one["name"].startswith("Inside a slice"))
    slices = {
        f"{app.name}.{path.name}"
        for app in SLICES
        for path in app.iterdir()
        if (path / "__init__.py").exists() and path.name not in {"migrations", "management", "models"}
    }
    assert slices - set(inside["containers"]) == set()


def planted(tmp_path: Path, place: str, line: str) -> subprocess.CompletedProcess[str]:
    """The tree with one more import, as links to the real files but for the changed one."""
    for app in ("config", "core", "accounts", "taxonomy", "annotate", "scoring"):
        for path in (ROOT / app).rglob("*.py"):
            copy = tmp_path / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(path.read_text())
    (tmp_path / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    target = tmp_path / place
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text((target.read_text() if target.exists() else "") + f"\n{line}\n")
    return lint(tmp_path)


def test_an_arrow_upwards_is_caught(tmp_path):
    done = planted(tmp_path, "annotate/jobs/wake.py", "import annotate.queue.services")
    assert "annotate.jobs is not allowed to import annotate.queue" in done.stdout


def test_an_app_that_looks_up_is_caught(tmp_path):
    done = planted(tmp_path, "annotate/geometry.py", "import scoring.models")
    assert "annotate is not allowed to import scoring" in done.stdout


def test_a_slice_without_a_place_is_caught(tmp_path):
    done = planted(tmp_path, "annotate/novelty/__init__.py", "")
    assert "novelty" in done.stdout
    assert done.returncode != 0
