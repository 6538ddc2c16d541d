"""Files that a browser sends one by one: kept under numbers in a folder of their run until the import is over."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from uuid import UUID

from annotate.corpus.manifests import manifest_kind
from annotate.corpus.paths import relative_path
from annotate.corpus.refusal import Refusal
from core.text import safe_filename

MAX_FILES = 100_000
MAX_IMAGE = 64 << 20
MAX_MANIFEST = 10 << 20
MAX_ARCHIVE = 16 << 30
PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One file that arrived whole. `path` is what it is called, for finding and showing; never a path here."""

    number: int
    path: str
    size: int
    file: Path


def folder_of(data_dir: Path, run: UUID) -> Path:
    return data_dir / "uploads" / str(run)


def limit_for(name: str) -> int:
    """How many bytes a file of this name may have."""
    if name.lower().endswith(".zip"):
        return MAX_ARCHIVE
    return MAX_MANIFEST if manifest_kind(name) else MAX_IMAGE


def upload_path(name: str) -> str:
    """The name as a safe relative path; a hostile one is reduced to a harmless last part."""
    try:
        return relative_path(name.strip().lstrip("/"))
    except Refusal:
        return safe_filename(name)


def receive(folder: Path, number: int, name: str, read: Callable[[int], bytes], *, stated: int) -> Upload:
    """Take a stream into the folder of the run: temporary file, then its number. The same number again replaces it.

    Raises Refusal: `file_too_large`, `upload_incomplete` (fewer bytes came than were stated).
    """
    limit = limit_for(name)
    if stated > limit:
        raise Refusal("file_too_large", f"A file of this kind may have {limit:,} bytes; this one has {stated:,}.")
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = mkstemp(dir=folder, prefix=".part-")
    size = 0
    try:
        with open(descriptor, "wb") as target:
            while size < stated and (piece := read(min(PIECE, stated - size))):
                target.write(piece)
                size += len(piece)
        if size != stated:
            raise Refusal("upload_incomplete", f"{size:,} of {stated:,} bytes arrived. Send the file again.")
        path = upload_path(name)
        (folder / f"{number}.json").write_text(json.dumps({"path": path, "size": size}), encoding="utf-8")
        os.replace(temporary, folder / str(number))
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return Upload(number=number, path=path, size=size, file=folder / str(number))


def received(folder: Path) -> tuple[Upload, ...]:
    """Everything that arrived, by number."""
    return tuple(sorted(_received(folder), key=lambda upload: upload.number))


def _received(folder: Path) -> Iterator[Upload]:
    if not folder.is_dir():
        return
    for entry in os.scandir(folder):
        if not entry.name.isdigit():
            continue
        described = json.loads((folder / f"{entry.name}.json").read_text(encoding="utf-8"))
        file = folder / entry.name
        yield Upload(number=int(entry.name), path=described["path"], size=file.stat().st_size, file=file)


def received_numbers(folder: Path) -> list[int]:
    """The numbers that need not be sent again."""
    if not folder.is_dir():
        return []
    return sorted(int(entry.name) for entry in os.scandir(folder) if entry.name.isdigit())


def discard(folder: Path) -> None:
    """Remove the folder of a run with everything in it; doing it twice changes nothing."""
    shutil.rmtree(folder, ignore_errors=True)
