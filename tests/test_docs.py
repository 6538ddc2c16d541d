"""The documentation tells of what is there: links, commands, targets, variables, problems."""

import ast
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.core.management import get_commands, load_command_class

from config import postgres

ROOT = Path(__file__).resolve().parent.parent
OWN = {"accounts", "annotate", "config", "scoring", "taxonomy"}
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
LATER = {"docs/images/workspace.png", "docs/images/agreement.png"}  # pictures of a running demo
HOSTS = re.compile(r"(?i)\b(pypi\.org|pythonhosted|npmjs|registry\.|docker\.io|ghcr\.io|quay\.io)")
MACHINE = re.compile(r"(?<![\w.])/(work|tmp|root|home/[a-z]+)/")


def text(name: str) -> str:
    return (ROOT / name).read_text()


def own_commands() -> set[str]:
    return {name for name, app in get_commands().items() if app in OWN}


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]\w*):", text("Makefile"), re.MULTILINE))


def anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).strip().replace(" ", "-") for head in heads}


def environment_variables() -> set[str]:
    """Names that config/env.py reads: upper-case texts in it."""
    found = (node.value for node in ast.walk(ast.parse(text("config/env.py"))) if isinstance(node, ast.Constant))
    return {value for value in found if isinstance(value, str) and re.fullmatch(r"[A-Z][A-Z_]{2,}", value)}


def defined_slugs() -> set[str]:
    """Slugs that the code gives to problems: `slug = "…"` or `slug, title = "…", "…"`."""
    found: set[str] = set()
    for path in [path for app in (*OWN, "core") for path in (ROOT / app).rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                for line in node.body:
                    if isinstance(line, ast.Assign) and "slug" in ast.unparse(line.targets[0]):
                        texts = [one.value for one in ast.walk(line.value) if isinstance(one, ast.Constant)]
                        names = [
                            one for one in texts if isinstance(one, str) and re.fullmatch(r"[a-z]+(-[a-z]+)*", one)
                        ]
                        found |= set(names[:1])
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    page = ROOT / name
    broken = []
    for target in LINK.findall(re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = unquote(target).partition("#")
        goal = (page.parent / place).resolve() if place else page
        late = goal.is_relative_to(ROOT) and str(goal.relative_to(ROOT)) in LATER
        missing = not goal.exists() and not late
        if missing or (anchor and goal.suffix == ".md" and anchor not in anchors(goal)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("name", NAMES)
def test_commands_and_targets_that_are_named_exist(name: str) -> None:
    content = text(name)
    commands = set(re.findall(r"manage\.py ([a-z_]+)", content))
    assert commands <= set(get_commands()), name
    assert set(re.findall(r"(?<![\w-])make ([a-z]\w*)(?=[`\n ]|$)", code_of(content))) <= make_targets(), name


def code_of(content: str) -> str:
    """What stands in code: blocks and spans."""
    blocks = re.findall(r"```\w*\n(.*?)```", content, re.DOTALL)
    rest = re.sub(r"```.*?```", "", content, flags=re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", rest)])


@pytest.mark.parametrize("name", NAMES)
def test_no_registry_and_no_path_of_a_machine_is_named(name: str) -> None:
    assert HOSTS.search(text(name)) is None
    assert MACHINE.search(text(name)) is None


def test_every_command_is_in_the_reference_and_none_else() -> None:
    listed = set(re.findall(r"^\| `([a-z_]+)", text("docs/reference/commands.md"), re.MULTILINE)) - {"make"}
    assert listed == own_commands()


def test_every_option_of_the_reference_exists() -> None:
    for line in text("docs/reference/commands.md").splitlines():
        found = re.match(r"\| (`([a-z_]+)[^|]*)", line.replace("\\|", "/"))
        if found is None or found[2] in {"make", "taxonomy"}:
            continue
        command = load_command_class(get_commands()[found[2]], found[2])  # type: ignore[arg-type]
        options = {
            option
            for action in command.create_parser("manage.py", found[2])._actions
            for option in action.option_strings
        }
        assert set(re.findall(r"--[a-z][a-z-]*", found[1])) <= options, found[2]


def test_every_make_target_is_in_the_reference() -> None:
    assert make_targets() <= set(re.findall(r"make (\w+)", text("docs/reference/commands.md")))


def test_every_environment_variable_is_in_the_reference() -> None:
    listed = set(re.findall(r"^\| `([A-Z_]+)`", text("docs/reference/environment.md"), re.MULTILINE))
    assert environment_variables() <= listed
    assert listed <= environment_variables() | {"DJANGO_SETTINGS_MODULE", "TOUCHSTONE_DATABASE_ROLE"}


def test_every_problem_has_its_section() -> None:
    sections = set(re.findall(r"^## ([a-z-]+)$", text("docs/reference/problems.md"), re.MULTILINE))
    assert defined_slugs() - sections == set()


def test_every_dependency_stands_in_the_licences() -> None:
    licences = text("docs/licences.md")
    python = re.findall(r'^ {4}"([A-Za-z0-9_.-]+)', text("pyproject.toml").split("[tool.")[0], re.MULTILINE)
    node = re.findall(r'^ {4}"(@?[a-z][\w./-]*)": "\d', text("frontend/package.json"), re.MULTILINE)
    assert len(python) > 30
    assert len(node) > 20
    assert [
        name for name in (*python, *node) if not re.search(rf"(?<![\w/]){re.escape(name)}(?![\w/])", licences)
    ] == []


def test_the_sql_for_an_external_database_is_that_of_the_embedded_one() -> None:
    guide = text("docs/guides/administrator.md").split("```sql\n")[1].split("```")[0]
    even = " ".join(guide.split())
    for statement in filter(None, (" ".join(part.split()) for part in postgres.IN_EVERY_DATABASE.split(";"))):
        assert f"{statement};" in even


def test_every_key_of_the_workspace_is_in_the_reference() -> None:
    source = text("frontend/src/queue/commands.ts")
    chords = {chord for keys in re.findall(r"keys: \[([^\]]+)\]", source) for chord in re.findall(r'"([^"]+)"', keys)}
    listed = (
        text("docs/reference/keys.md")
        .replace("Page Up", "PageUp")
        .replace("Page Down", "PageDown")
        .replace("Esc`", "Escape`")
    )
    assert len(chords) > 30
    assert [chord for chord in chords if f"`{chord}`" not in listed and f"` {chord} `" not in listed] == []


def test_decisions_are_numbered_without_gaps_and_listed() -> None:
    pages = sorted(path.name for path in (ROOT / "docs" / "decisions").glob("0*.md"))
    assert [int(name[:4]) for name in pages] == list(range(1, len(pages) + 1))
    index = text("docs/decisions/README.md")
    for name in pages:
        content = text(f"docs/decisions/{name}")
        assert f"({name})" in index
        assert all(f"**{part}.**" in content for part in ("Context", "Options", "Choice", "Price")), name


def test_the_hooks_before_a_commit_name_tools_that_the_checks_name() -> None:
    hooks = text(".pre-commit-config.yaml")
    typed = "mypy accounts annotate config core fixtures scoring taxonomy manage.py"
    ours = ("ruff format --check", "ruff check", typed, "lint-imports")
    for tool in (*ours, "run --silent lint", "run --silent format:check", "run --silent types"):
        assert tool in hooks
        assert tool in text(".ci/run")


def test_the_files_for_docker_name_no_path_of_a_machine() -> None:
    tracked = subprocess.run(["git", "ls-files", "docker"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in tracked.split():
        assert not re.search(r"/(work|root)/", text(name)), name
