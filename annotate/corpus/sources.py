"""What an import takes in, row by row: every file or manifest row becomes exactly one Candidate with a fixed number.

The numbers are those of the rows of the report: the line of a manifest, the entry of an archive, the place in a
folder. Where a run has several sources, each begins after the last number of the one before; the first number of a
source stands for the source as a whole (0 for the only one).
"""

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from annotate.corpus.manifests import ManifestKind, ManifestLimits, RowError, manifest_kind, read_manifest
from annotate.corpus.records import GenerationRecord, record_of
from annotate.corpus.refusal import Refusal
from annotate.corpus.trees import MANIFEST_BYTES, ArchiveTree, BelowTree, FileTree, FolderTree, UploadTree
from annotate.corpus.uploads import received
from core.text import shown_path

LIMITS = ManifestLimits(max_name=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One row of the report to be. `record` None: nothing is said about the image. `refusal`: it goes no further."""

    number: int
    file: str  # for display
    path: str = ""  # in the tree of its source
    record: GenerationRecord | None = None
    reference: str = ""
    refusal: Refusal | None = None


@dataclass(slots=True, kw_only=True)
class Source:
    """One tree of files with or without a manifest. `fault`: why nothing of it can be read."""

    name: str
    tree: FileTree | None = None
    manifest: Path | None = None
    kind: ManifestKind | None = None
    fault: Refusal | None = None

    def candidates(self, base: int) -> Iterator[Candidate]:
        """Its rows in order. What makes the whole source unreadable comes as the row `base`."""
        try:
            if self.fault is not None:
                raise self.fault
            yield from self._of_manifest(base) if self.manifest else self._of_tree(base)
        except Refusal as refusal:
            yield Candidate(number=base, file=shown_path(self.name), refusal=refusal)

    def _of_tree(self, base: int) -> Iterator[Candidate]:
        for entry in self.tree.entries() if self.tree else ():
            yield Candidate(
                number=base + entry.number, file=shown_path(entry.path), path=entry.path, refusal=entry.refusal
            )

    def _of_manifest(self, base: int) -> Iterator[Candidate]:
        if self.manifest is None or self.kind is None:
            return
        for row in read_manifest(self.manifest, self.kind, LIMITS):
            if isinstance(row, RowError):
                yield Candidate(number=base + row.row, file=row.file, refusal=Refusal(row.code, row.message))
                continue
            shown = shown_path(row.file)
            try:
                record = record_of(row)
            except Refusal as refusal:
                yield Candidate(number=base + row.row, file=shown, refusal=refusal)
                continue
            yield Candidate(number=base + row.row, file=shown, path=row.file, record=record, reference=row.reference)


@dataclass(slots=True, kw_only=True)
class Opened:
    """All sources of a run, and what must be closed after it."""

    sources: tuple[Source, ...]
    stack: ExitStack

    def fingerprint(self) -> str:
        """Of everything that decides which number means which file."""
        digest = hashlib.sha256()
        for source in self.sources:
            digest.update(source.name.encode("utf-8", "surrogateescape"))
            if source.manifest is not None:
                digest.update(hashlib.sha256(source.manifest.read_bytes()).digest())
            elif source.tree is not None:
                digest.update(source.tree.fingerprint().encode())
        return digest.hexdigest()

    def skipped(self) -> int:
        return sum(source.tree.skipped() for source in self.sources if source.tree is not None)


def open_path(path: Path, manifest: Path | None, work: Path) -> Opened:
    """A folder, a ZIP, or a manifest with its files beside it. Faults of the whole come as a source with `fault`."""
    stack = ExitStack()
    try:
        source = _source_of(path, manifest, work, stack)
    except Refusal as refusal:
        source = Source(name=path.name, fault=refusal)
    return Opened(sources=(source,), stack=stack)


def _source_of(path: Path, manifest: Path | None, work: Path, stack: ExitStack) -> Source:
    kind = manifest_kind(path.name)
    if kind is not None and path.is_file():
        return Source(name=path.name, tree=FolderTree(path.parent), manifest=path, kind=kind)
    if path.is_dir():
        tree: FileTree = FolderTree(path)
        found = manifest or _manifest_in(tree)
        if isinstance(found, str):
            found = path / found
            tree = FolderTree(found.parent)
    elif path.is_file():
        tree = ArchiveTree(path, work)
        stack.callback(tree.close)
        found = manifest or _manifest_in(tree)
        if isinstance(found, str):
            return _archive_with_manifest(path.name, tree, found, stack)
    else:
        raise Refusal("file_not_found", "There is no such file or folder.")
    if found is None:
        return Source(name=path.name, tree=tree)
    kind = manifest_kind(found.name)
    if kind is None:
        raise Refusal("unsupported_manifest", "A manifest is a file .csv, .tsv, .jsonl or .ndjson.")
    return Source(name=found.name, tree=tree, manifest=found, kind=kind)


def _archive_with_manifest(name: str, tree: FileTree, inside: str, stack: ExitStack) -> Source:
    file = tree.fetch(inside, MANIFEST_BYTES)
    stack.callback(tree.release, file)
    folder = inside.rpartition("/")[0]
    below = BelowTree(tree, folder) if folder else tree
    return Source(name=f"{name}/{inside}", tree=below, manifest=file, kind=manifest_kind(inside))


def _manifest_in(tree: FileTree) -> str | None:
    """The manifest at the root of a tree (or of its only folder).

    Raises Refusal `several_manifests` where none of several is called manifest.
    """
    paths = [entry.path for entry in tree.entries() if entry.refusal is None]
    tops = {path.partition("/")[0] for path in paths if "/" in path}
    prefix = f"{next(iter(tops))}/" if len(tops) == 1 and all("/" in path for path in paths) else ""
    found = [path for path in paths if manifest_kind(path) and "/" not in path.removeprefix(prefix)]
    named = [path for path in found if path.removeprefix(prefix).lower().startswith("manifest.")]
    if len(named) == 1:
        return named[0]
    if len(found) > 1:
        raise Refusal(
            "several_manifests", "Several files could be the manifest. Call the one that is `manifest.csv` or `.jsonl`."
        )
    return found[0] if found else None


def open_uploads(folder: Path, work: Path) -> Opened:
    """Uploaded files: manifests and ZIPs among them are recognised; a manifest may name what lies in a ZIP."""
    stack = ExitStack()
    uploads = received(folder)
    manifests = [one for one in uploads if manifest_kind(one.path)]
    zips = [one for one in uploads if one.path.lower().endswith(".zip")]
    images = tuple(one for one in uploads if one not in manifests and one not in zips)
    sources: list[Source] = []
    if manifests:
        archives: list[ArchiveTree] = []
        for one in zips:
            try:
                archives.append(ArchiveTree(one.file, work))
            except Refusal as refusal:
                sources.append(Source(name=one.path, fault=refusal))
        tree = UploadTree(images, tuple(archives))
        stack.callback(tree.close)
        for one in manifests:
            folder_of = one.path.rpartition("/")[0]
            below: FileTree = BelowTree(tree, folder_of) if folder_of else tree
            sources.insert(0, Source(name=one.path, tree=below, manifest=one.file, kind=manifest_kind(one.path)))
        return Opened(sources=tuple(sources), stack=stack)
    if images:
        sources.append(Source(name="uploaded files", tree=UploadTree(images)))
    for one in zips:
        try:
            found = _source_of(one.file, None, work, stack)
            found.name = one.path
            sources.append(found)
        except Refusal as refusal:
            sources.append(Source(name=one.path, fault=refusal))
    return Opened(sources=tuple(sources), stack=stack)
