"""Paths that users wrote into archives and manifests: only those that stay inside their base pass."""

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote

from annotate.corpus.refusal import Refusal
from core.text import text_problem

MAX_PATH = 1000
_SCHEME = re.compile(r"(?i)^\s*([a-z][a-z0-9+.\-]+):")
_DRIVE = re.compile(r"(?i)^\s*[a-z]:")
_IGNORED_NAMES = {".ds_store", "thumbs.db", "desktop.ini", ".localized", ".directory"}


def relative_path(raw: str) -> str:
    """`raw` as a path below its base, with `.` and doubled slashes removed.

    Raises Refusal: `missing_file` (empty), `path_too_long`, `invalid_text`, `url_not_allowed` (any URL but
    `file:`), `path_not_allowed` (absolute, drive letter, backslash, `..`, also percent-encoded or in
    look-alike characters).
    """
    if not raw.strip():
        raise Refusal("missing_file", "No file is named.")
    if len(raw) > MAX_PATH:
        raise Refusal("path_too_long", f"A path may have {MAX_PATH} characters, this one has {len(raw)}.")
    problem = text_problem(raw)
    if problem:
        raise Refusal("invalid_text", f"The path cannot be used. {problem}")
    scheme = _SCHEME.match(raw)
    if scheme and scheme[1].lower() != "file":
        raise Refusal(
            "url_not_allowed",
            "Images are not fetched from addresses. Put the file beside the manifest and name its path.",
        )
    for spelling in _spellings(raw):
        _refuse_escape(spelling)
    parts = [part for part in raw.split("/") if part not in ("", ".")]
    if not parts or raw.endswith("/"):
        raise Refusal("path_not_allowed", "The path names a folder. Name a file.")
    return "/".join(parts)


def is_clutter(path: str) -> bool:
    """Whether `path` is one of the files that operating systems leave behind (`__MACOSX`, `.DS_Store`,
    `Thumbs.db`).
    """
    parts = path.replace("\\", "/").split("/")
    last = parts[-1].lower()
    return "__MACOSX" in parts or last in _IGNORED_NAMES or last.startswith("._")


def _spellings(raw: str) -> list[str]:
    """What `raw` could be taken for by software that decodes percent signs (even thrice) or folds
    look-alikes.
    """
    found = [raw]
    for _ in range(3):
        found.append(unquote(found[-1], errors="replace"))
    return [*found, *(unicodedata.normalize("NFKC", one) for one in found)]


def _refuse_escape(path: str) -> None:
    if _SCHEME.match(path) or _DRIVE.match(path):
        raise Refusal("path_not_allowed", "A path may name no drive and no scheme. Name it relative to its folder.")
    if path.lstrip().startswith(("/", "~")):
        raise Refusal("path_not_allowed", "Absolute paths are not allowed. Name the file relative to its folder.")
    if "\\" in path:
        raise Refusal("path_not_allowed", "Backslashes are not allowed in a path. Use / between folders.")
    if "\0" in path or any(part.strip() == ".." for part in path.split("/")):
        raise Refusal("path_not_allowed", "The path leaves its folder (`..`). Name a file inside it.")


def resolve_inside(base: Path, relative: str) -> Path:
    """The file `relative` below `base`, which must exist there without a link on the way.

    Raises Refusal: as `relative_path`, and `path_not_allowed` (a link, or outside), `file_not_found` (also
    for what is no ordinary file).
    """
    path = base
    for part in relative_path(relative).split("/"):
        path = path / part
        if path.is_symlink():
            raise Refusal("path_not_allowed", "Links are not followed. Put the file itself into the folder.")
    if not path.resolve().is_relative_to(base.resolve()):
        raise Refusal("path_not_allowed", "The path leaves its folder. Name a file inside it.")
    if not path.is_file():
        raise Refusal("file_not_found", "There is no such file. Check the name and its letter case.")
    return path


def folder_inside(roots: Iterable[Path], asked: str) -> Path:
    """The folder `asked` (absolute, or relative to a root) if it is one of `roots` or lies below one, without
    links.

    Raises Refusal `folder_not_allowed`; it says the same for folders that do not exist, so that nothing is
    revealed.
    """
    refusal = Refusal("folder_not_allowed", "This folder is not among those that the installation allows for imports.")
    if text_problem(asked) or not asked.strip() or len(asked) > MAX_PATH:
        raise refusal
    for root in roots:
        real_root = root.resolve()
        candidate = root / asked
        if ".." in candidate.parts or not candidate.is_relative_to(root):
            continue
        try:
            inside = candidate.resolve(strict=True) == real_root / candidate.relative_to(root)
        except (OSError, RuntimeError):
            continue
        if inside and candidate.is_dir():
            return real_root / candidate.relative_to(root)
    raise refusal


def files_below(folder: Path) -> Iterator[str]:
    """Relative paths of all ordinary files below `folder` in sorted order; links and clutter are left out."""
    for entry in sorted(os.scandir(folder), key=lambda one: one.name):
        if entry.is_dir(follow_symlinks=False):
            yield from (f"{entry.name}/{below}" for below in files_below(folder / entry.name))
        elif entry.is_file(follow_symlinks=False) and not is_clutter(entry.name):
            yield entry.name
