"""Where the files of an import lie: a folder, an archive, uploaded files. Each gives a file as a path to read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp
from typing import Protocol

from annotate.corpus.archives import Archive, Fate
from annotate.corpus.paths import files_below, is_clutter, resolve_inside
from annotate.corpus.refusal import Refusal
from annotate.corpus.uploads import Upload

MANIFEST_BYTES = 4 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of a tree: its number there (from 1), its path, or why it cannot be taken."""

    number: int
    path: str
    refusal: Refusal | None = None


class FileTree(Protocol):
    """Files by relative path."""

    def entries(self) -> Iterator[Entry]:
        """Every file in a fixed order; clutter and folders are left out."""

    def fetch(self, path: str, max_bytes: int | None = None) -> Path:
        """The file to read. Raises Refusal (`file_not_found`, `path_not_allowed`, those of archives)."""

    def release(self, file: Path) -> None:
        """The fetched file is no longer needed."""

    def skipped(self) -> int:
        """How many entries were left out as clutter or folders."""

    def fingerprint(self) -> str:
        """Changes when the files do: a resumed import must see the same numbers."""

    def close(self) -> None: ...


class FolderTree:
    """An ordinary folder. Links are never followed."""

    def __init__(self, base: Path) -> None:
        self._base = base

    def entries(self) -> Iterator[Entry]:
        for number, path in enumerate(files_below(self._base), start=1):
            yield Entry(number=number, path=path)

    def fetch(self, path: str, max_bytes: int | None = None) -> Path:
        return resolve_inside(self._base, path)

    def release(self, file: Path) -> None:
        pass

    def skipped(self) -> int:
        return 0

    def fingerprint(self) -> str:
        names = "\n".join(files_below(self._base))
        return sha256(names.encode("utf-8", "surrogateescape")).hexdigest()

    def close(self) -> None:
        pass


class ArchiveTree:
    """A ZIP. Members are unpacked one at a time into `work`, under names made here."""

    def __init__(self, path: Path, work: Path) -> None:
        self._path, self._work = path, work
        self._archive = Archive(path)
        self._index = {m.path: m.index for m in self._archive.members if m.fate is Fate.READABLE}

    def entries(self) -> Iterator[Entry]:
        for member in self._archive.members:
            if member.fate is Fate.SKIPPED:
                continue
            refusal = Refusal(member.code, member.message) if member.fate is Fate.REFUSED else None
            yield Entry(number=member.index + 1, path=member.path or member.name, refusal=refusal)

    def fetch(self, path: str, max_bytes: int | None = None) -> Path:
        index = self._index.get(path)
        if index is None:
            self._refuse_member(path)
            raise Refusal("file_not_found", "The archive holds no such file. Check the name and its letter case.")
        self._work.mkdir(parents=True, exist_ok=True)
        descriptor, name = mkstemp(dir=self._work)
        try:
            with open(descriptor, "wb") as file:
                for piece in self._archive.stream(index, max_bytes):
                    file.write(piece)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)

    def _refuse_member(self, path: str) -> None:
        for member in self._archive.members:
            if member.fate is Fate.REFUSED and member.name == path:
                raise Refusal(member.code, member.message)

    def release(self, file: Path) -> None:
        file.unlink(missing_ok=True)

    def skipped(self) -> int:
        return sum(member.fate is Fate.SKIPPED for member in self._archive.members)

    def fingerprint(self) -> str:
        state = self._path.stat()
        return f"{state.st_size}-{state.st_mtime_ns}"

    def close(self) -> None:
        self._archive.__exit__()


class UploadTree:
    """What a browser sent file by file; `members` are archives among it, searched for what is not there itself."""

    def __init__(self, uploads: tuple[Upload, ...], members: tuple[ArchiveTree, ...] = ()) -> None:
        self._uploads, self._members = uploads, members
        self._by_path = {upload.path: upload.file for upload in reversed(uploads)}  # of one name twice, the first
        self._made: dict[Path, ArchiveTree] = {}

    def entries(self) -> Iterator[Entry]:
        for upload in self._uploads:
            if not is_clutter(upload.path):
                yield Entry(number=upload.number, path=upload.path)

    def fetch(self, path: str, max_bytes: int | None = None) -> Path:
        if path in self._by_path:
            return self._by_path[path]
        for archive in self._members:
            try:
                file = archive.fetch(path, max_bytes)
            except Refusal as refusal:
                if refusal.code != "file_not_found":
                    raise
                continue
            self._made[file] = archive
            return file
        raise Refusal("file_not_found", "It was not among the uploaded files. Check the name and its letter case.")

    def release(self, file: Path) -> None:
        archive = self._made.pop(file, None)
        if archive is not None:
            archive.release(file)

    def skipped(self) -> int:
        return sum(is_clutter(upload.path) for upload in self._uploads)

    def fingerprint(self) -> str:
        listing = [[upload.number, upload.path, upload.size] for upload in self._uploads]
        return sha256(json.dumps(listing).encode()).hexdigest()

    def close(self) -> None:
        for archive in self._members:
            archive.close()


class BelowTree:
    """A folder within another tree, for a manifest that lies deeper than the root."""

    def __init__(self, tree: FileTree, folder: str) -> None:
        self._tree, self._folder = tree, folder

    def entries(self) -> Iterator[Entry]:
        return self._tree.entries()

    def fetch(self, path: str, max_bytes: int | None = None) -> Path:
        return self._tree.fetch(f"{self._folder}/{path}", max_bytes)

    def release(self, file: Path) -> None:
        self._tree.release(file)

    def skipped(self) -> int:
        return self._tree.skipped()

    def fingerprint(self) -> str:
        return self._tree.fingerprint()

    def close(self) -> None:
        self._tree.close()
