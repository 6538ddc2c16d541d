"""The source files as the architecture tests see them."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "core", "accounts", "taxonomy", "annotate", "scoring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One Python file: its path below the repository and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1].removesuffix(".py")

    @property
    def lines(self) -> int:
        return self.text.count("\n")


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """Every Python file of the folders (all apps where none is named), migrations left out."""
    found = []
    for folder in folders or APPS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            place = path.relative_to(ROOT).as_posix()
            if "/migrations/" not in place and "/node_modules/" not in place:
                text = path.read_text(encoding="utf-8")
                found.append(Source(path=place, text=text, tree=ast.parse(text, place)))
    return tuple(found)


def imports(source: Source) -> list[tuple[int, str]]:
    """(line, module) of every absolute import, inside functions too."""
    found = []
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append((node.lineno, node.module))
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


def type_checking_lines(source: Source) -> set[int]:
    """Lines under `if TYPE_CHECKING:`, which never run."""
    return {
        line
        for node in ast.walk(source.tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
