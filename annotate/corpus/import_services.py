"""Doing an import: candidates in, images and one row of the report each out, chunk by chunk.

A chunk is one transaction: its Images and its ImportRows are there together or not at all, so a run that was killed
goes on after the last chunk, and its counts always add up.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.db import connection, transaction

from accounts import journal
from accounts.scope import Scope
from annotate.corpus.decoder import Decoder
from annotate.corpus.refusal import Refusal
from annotate.corpus.row_services import Prepared, RowWriter, withdrawn_refusal
from annotate.corpus.sources import Candidate, Opened, Source
from annotate.corpus.storing import Taken, hash_of, is_stored, store
from annotate.corpus.trees import FileTree
from annotate.models import Blob, Image, ImportRow, ImportRun
from core import clock

CHUNK_ROWS = 100
CHUNK_BYTES = 256 << 20
SECURITY_CODES = (
    "path_not_allowed", "url_not_allowed", "link_not_allowed", "special_file", "folder_not_allowed", "ratio_too_high",
    "archive_too_large", "overlapping_entries", "too_many_pixels", "decoder_stopped", "too_slow",
)  # fmt: skip


class Watch(Protocol):
    """Who wants to know how far it is, and may stop it by raising."""

    def progress(self, done: int, total: int | None) -> None: ...

    def require_owned(self) -> None:
        """Inside a chunk's transaction: raises when another worker has taken the run over."""


@dataclass(slots=True, kw_only=True)
class _Pass:
    """State of one call of `run_import`."""

    scope: Scope
    run: ImportRun
    decoder: Decoder
    watch: Watch
    done: set[int]
    finished: int = 0
    deferred: list[tuple[Source, Candidate]] = field(default_factory=list)


def run_import(scope: Scope, run: ImportRun, opened: Opened, watch: Watch) -> None:
    """Do what is left of a run and end it. Raises what `watch` raises, StorageFull, and Refusal `source_changed`."""
    _check_unchanged(run, opened)
    done = set(ImportRow.objects.filter(run=run).values_list("number", flat=True))
    if run.total_rows is None:
        run.total_rows = sum(1 for _ in _candidates(opened))
        run.save(update_fields=["total_rows"])
    with Decoder() as decoder:
        work = _Pass(scope=scope, run=run, decoder=decoder, watch=watch, done=done, finished=len(done))
        watch.progress(work.finished, run.total_rows)
        fresh = ((source, one) for source, one in _candidates(opened) if one.number not in done)
        for part in _in_parts(fresh):
            _do_part(work, part, final=False)
        for part in _in_parts(iter(work.deferred)):
            _do_part(work, part, final=True)
    _finish(scope, run, opened, watch)


def _check_unchanged(run: ImportRun, opened: Opened) -> None:
    found = opened.fingerprint()
    known = run.options.setdefault("fingerprint", found)
    if known != found:
        raise Refusal(
            "source_changed", "The files changed since this import began, so it cannot go on. Start a new import."
        )
    run.save(update_fields=["options"])


def _candidates(opened: Opened) -> Iterator[tuple[Source, Candidate]]:
    base = 0
    for source in opened.sources:
        last = base
        for candidate in source.candidates(base):
            last = max(last, candidate.number)
            yield source, candidate
        base = last + 1


def _in_parts(rows: Iterable[tuple[Source, Candidate]]) -> Iterator[list[tuple[Source, Candidate]]]:
    part: list[tuple[Source, Candidate]] = []
    for row in rows:
        part.append(row)
        if len(part) == CHUNK_ROWS:
            yield part
            part = []
    if part:
        yield part


def _do_part(work: _Pass, part: list[tuple[Source, Candidate]], *, final: bool) -> None:
    """Fetch and hash until the chunk is full of rows or bytes, then decode what is new, then commit."""
    held: list[tuple[FileTree, Path]] = []
    rows: list[Prepared] = []
    size = 0
    try:
        for source, candidate in part:
            row = _fetched(source, candidate, held)
            size += sum(one.file.stat().st_size for one in (row.taken, row.reference) if one is not None)
            rows.append(row)
            if size > CHUNK_BYTES:
                _finish_chunk(work, rows, part, held, final=final)
                rows, size = [], 0
        if rows:
            _finish_chunk(work, rows, part, held, final=final)
    finally:
        _release(held)


def _release(held: list[tuple[FileTree, Path]]) -> None:
    while held:
        tree, file = held.pop()
        tree.release(file)


def _finish_chunk(
    work: _Pass, rows: list[Prepared], part: list[tuple[Source, Candidate]],
    held: list[tuple[FileTree, Path]], *, final: bool,
) -> None:  # fmt: skip
    _decode_new(work, rows)
    waiting = _commit(work, rows, final=final)
    _release(held)
    by_number = {candidate.number: (source, candidate) for source, candidate in part}
    work.deferred += [by_number[number] for number in waiting]
    work.finished += len(rows) - len(waiting)
    work.watch.progress(work.finished, work.run.total_rows)


def _fetched(source: Source, candidate: Candidate, held: list[tuple[FileTree, Path]]) -> Prepared:
    """The candidate with its bytes hashed; a refusal instead of an exception."""
    row = Prepared(candidate=candidate)
    if candidate.refusal is not None or source.tree is None:
        row.refusal = candidate.refusal
        return row
    try:
        row.taken = _take(source.tree, candidate.path, held)
        if candidate.reference:
            row.reference = _take_reference(source.tree, candidate.reference, held)
    except Refusal as refusal:
        row.refusal = refusal
    return row


def _take(tree: FileTree, path: str, held: list[tuple[FileTree, Path]]) -> Taken:
    file = tree.fetch(path)
    held.append((tree, file))
    return Taken(sha256=hash_of(file), file=file)


def _take_reference(tree: FileTree, path: str, held: list[tuple[FileTree, Path]]) -> Taken | None:
    """None where no file has that name: then it may be an external id."""
    try:
        return _take(tree, path, held)
    except Refusal as refusal:
        if refusal.code == "file_not_found":
            return None
        raise Refusal(refusal.code, f"The reference image: {refusal.message}") from refusal


def _decode_new(work: _Pass, rows: list[Prepared]) -> None:
    """Verify and store every file whose bytes this project does not have."""
    wanted = {one.sha256 for row in rows for one in (row.taken, row.reference) if one is not None}
    have = Image.objects.scoped(work.scope).filter(blob_id__in=wanted)
    known: dict[str, Taken | Refusal | None] = {
        sha: None if withdrawn is None else withdrawn_refusal(reason)
        for sha, withdrawn, reason in have.values_list("blob_id", "withdrawn_at", "withdrawn_reason")
    }
    for row in rows:
        for one in (row.taken, row.reference):
            if one is None or row.refusal is not None:
                continue
            if one.sha256 not in known:
                known[one.sha256] = _stored(work, one)
            found = known[one.sha256]
            if isinstance(found, Refusal):
                said = found.message if one is row.taken else f"The reference image: {found.message}"
                row.refusal = Refusal(found.code, said)
            elif found is not None:
                one.facts, one.hints = found.facts, found.hints
        work.watch.progress(work.finished, work.run.total_rows)


def _stored(work: _Pass, taken: Taken) -> Taken | Refusal:
    try:
        store(work.decoder, taken)
    except Refusal as refusal:
        return refusal
    return taken


def _commit(work: _Pass, rows: list[Prepared], *, final: bool) -> list[int]:
    """Write the chunk. Answers the numbers that wait for an image that comes later."""
    with transaction.atomic():
        lock_images(work.scope.project)
        work.watch.require_owned()
        _ensure_blobs(work, rows)
        writer = RowWriter(scope=work.scope, run=work.run, final=final)
        return writer.write(rows)


def lock_images(project: UUID) -> None:
    """Who adds or withdraws Images of a project waits for whoever does so now. Expects an open transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"images:{project}"])


def _ensure_blobs(work: _Pass, rows: list[Prepared]) -> None:
    """A Blob row for every decoded file; one that was erased meanwhile is stored again, under its lock."""
    found: dict[str, Taken] = {}
    for row in rows:
        for one in (row.taken, row.reference):
            if one is not None and one.facts is not None and row.refusal is None:
                found.setdefault(one.sha256, one)
    Blob.objects.bulk_create(
        [
            Blob(
                sha256=sha, media_type=one.facts.media_type, bytes=one.facts.bytes, width=one.facts.width,
                height=one.facts.height, orientation=one.facts.orientation, frames=one.facts.frames,
            )
            for sha, one in sorted(found.items()) if one.facts is not None
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    locked = Blob.objects.select_for_update().filter(sha256__in=found).order_by("sha256")
    erased = [blob.sha256 for blob in locked if blob.erased_at is not None]
    Blob.objects.filter(sha256__in=erased).update(erased_at=None)
    for sha, one in found.items():
        if not is_stored(sha):
            store(work.decoder, one)


def _finish(scope: Scope, run: ImportRun, opened: Opened, watch: Watch) -> None:
    counts = Counter(ImportRow.objects.filter(run=run).values_list("outcome", flat=True))
    refused = Counter(ImportRow.objects.filter(run=run, code__in=SECURITY_CODES).values_list("code", flat=True))
    faults = [source for source in opened.sources if source.fault is not None]
    whole = ImportRow.objects.filter(run=run, number=0).first()
    run.options["skipped"] = opened.skipped()
    run.options["warnings"] = warnings = []
    if not counts:
        warnings.append("There was nothing to import: no image file and no manifest row was found.")
    run.total_rows = sum(counts.values())
    run.state = ImportRun.State.DONE
    if run.total_rows == 1 and (faults or whole is not None):
        run.state, run.reason = ImportRun.State.FAILED, whole.message if whole else ""
    run.finished_at = clock.now()
    with transaction.atomic():
        watch.require_owned()
        run.save(update_fields=["options", "total_rows", "state", "reason", "finished_at"])
        journal.record(
            journal.project_scope(scope.project), "images.imported", actor=scope.actor or run.created_by_id,
            subject=run.id, payload={"source": run.source, "rows": dict(counts), "refused": dict(refused)},
        )  # fmt: skip
