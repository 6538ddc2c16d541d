"""A folder of pictures and the tree they belong to: read, checked, cleaned, then stored by hash."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import storage
from taxonomy.attachments import LIST_NAME, Entry, is_inside, read_list, wanted_files, with_pictures
from taxonomy.pictures import Picture, PictureRefused, clean_picture, read_picture
from taxonomy.sources import refused
from taxonomy.tree import TaxonomyTree
from taxonomy.violation import Violation

MAX_LIST_BYTES = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Illustrated:
    """The tree with the hashes of its pictures, and the pictures that are not stored yet."""

    tree: TaxonomyTree
    pictures: tuple[Picture, ...] = ()

    def store(self) -> None:
        """Write the files; they are complete or absent, and a file nobody names does no harm."""
        for picture in self.pictures:
            storage.write("pictures", picture.sha256, picture.data)


def illustrate(
    tree: TaxonomyTree, folder: Path | None, known_pictures: Callable[[Iterable[str]], frozenset[str]]
) -> Illustrated:
    """Attach what lies in `folder`. Raises TreeInvalid naming each file that is missing or no picture."""
    if folder is None:
        return Illustrated(tree=tree)
    entries = _entries(folder, tree)
    hashes: dict[str, str] = {}
    pictures: dict[str, Picture] = {}
    violations: list[Violation] = []
    for path, name in wanted_files(tree, entries):
        if name in hashes:
            continue
        try:
            hashes[name], picture = _picture(folder, name, known_pictures)
        except PictureRefused as reason:
            violations.append(Violation(path=path, line=None, code="picture-refused", message=f"{name}: {reason}"))
            continue
        if picture is not None:
            pictures[picture.sha256] = picture
    if violations:
        raise refused(violations)
    return Illustrated(tree=with_pictures(tree, entries, hashes), pictures=tuple(pictures.values()))


def _picture(
    folder: Path, name: str, known_pictures: Callable[[Iterable[str]], frozenset[str]]
) -> tuple[str, Picture | None]:
    """Hash of the stored picture; None where it is stored already under the hash of the very file."""
    if not is_inside(name) or not (folder / name).resolve().is_relative_to(folder.resolve()):
        raise PictureRefused("The name leads out of the folder of pictures.")
    given, data = read_picture(folder / name)
    if given in known_pictures([given]) and storage.has("pictures", given):
        return given, None
    picture = clean_picture(data)
    return picture.sha256, picture


def _entries(folder: Path, tree: TaxonomyTree) -> Sequence[Entry]:
    if not folder.is_dir():
        message = f"{folder.name} is no folder that can be read."
        raise refused([Violation(path="", line=None, code="unreadable", message=message)])
    value = _list(folder / LIST_NAME)
    if value is None:
        return ()
    entries, violations = read_list(value, tree)
    if violations:
        raise refused(violations)
    return entries


def _list(path: Path) -> Any:
    if not path.is_file():
        return None
    try:
        if path.stat().st_size > MAX_LIST_BYTES:
            raise ValueError("the list is larger than 4 MB")
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        message = f"{LIST_NAME} cannot be read: {str(error)[:200]}."
        raise refused([Violation(path="", line=None, code="syntax", message=message)]) from None
