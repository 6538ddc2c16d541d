"""Sizes and names: a file at most 400 lines (tests 600), a function 60, no name that fits everything."""

import ast
import re
import subprocess

from source import ROOT, Source, sources

FILE, TEST_FILE, FUNCTION = 400, 600, 60
BANNED = re.compile(r"^(utils?|helpers?|commons?|base|managers?|misc|shared|lib|stuff)$")
ALLOWED = {"config/settings/base.py"}  # the settings that dev, test and prod share; architecture names it
FULL_INIT = {"annotate/models/__init__.py", "taxonomy/models/__init__.py"}  # the public face of the tables


def functions(source: Source) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def long_functions(found: tuple[Source, ...]) -> list[str]:
    return [
        f"{source.path}:{one.lineno} {one.name} has {length} lines"
        for source in found
        for one in functions(source)
        if (length := (one.end_lineno or one.lineno) - one.lineno + 1) > FUNCTION
    ]


def test_no_file_is_longer_than_400_lines():
    assert [f"{one.path} has {one.lines} lines" for one in sources() if one.lines > FILE] == []


def test_no_test_file_is_longer_than_600_lines():
    found = sources("tests", "benchmarks", "fixtures")
    assert [f"{one.path} has {one.lines} lines" for one in found if one.lines > TEST_FILE] == []


def test_no_function_is_longer_than_60_lines():
    assert long_functions(sources()) == []


def test_no_file_of_the_front_end_is_longer_than_400_lines():
    files = [p for ending in ("ts", "tsx") for p in (ROOT / "frontend" / "src").rglob(f"*.{ending}")]
    too_long = [
        f"{path.relative_to(ROOT)} has {lines} lines"
        for path in files
        if path.name != "schema.d.ts"
        and (lines := path.read_text().count("\n")) > (TEST_FILE if ".test." in path.name else FILE)
    ]
    assert too_long == []


def test_no_module_has_a_name_that_fits_everything():
    names = [one.path for one in sources() if BANNED.match(one.name) and one.path not in ALLOWED]
    folders = [
        path.relative_to(ROOT).as_posix()
        for app in ("accounts", "annotate", "core", "scoring", "taxonomy", "frontend/src")
        for path in (ROOT / app).rglob("*")
        if path.is_dir() and BANNED.match(path.name) and "__pycache__" not in path.parts
    ]
    assert names + folders == []


def test_every_init_is_empty():
    full = [one.path for one in sources() if one.name == "__init__" and one.text.strip() and one.path not in FULL_INIT]
    assert full == []


def test_every_module_says_what_it_is_for():
    silent = [one.path for one in sources() if one.text.strip() and ast.get_docstring(one.tree) is None]
    assert silent == []


def test_core_stays_small():
    assert sum(one.lines for one in sources("core")) <= 1000


def test_the_lock_file_names_no_host():
    lock = ROOT / "frontend" / "package-lock.json"
    assert '"resolved"' not in lock.read_text()
    tracked = subprocess.run(["git", "ls-files", "frontend"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "frontend/package-lock.json" in tracked.stdout.split()


def test_nothing_tracked_names_a_path_of_one_machine():
    pattern = r"(/work/|/root/|/home/[a-z]+/)"
    command = ["git", "grep", "-nIE", pattern, "--", ":!tests/architecture", ":!frontend/package-lock.json"]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()
    assert [line for line in found if "/app/" not in line] == []
