"""Imports from start to end, and withdrawing images."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from accounts import journal
from accounts.models import User
from accounts.scope import Scope
from annotate.corpus import uploads
from annotate.corpus.errors import ImportEnded, ImportNotCollecting, SourceRefused, UploadRefused
from annotate.corpus.import_services import Watch, lock_images, run_import
from annotate.corpus.manifests import manifest_kind
from annotate.corpus.paths import folder_inside, resolve_inside
from annotate.corpus.refusal import Refusal
from annotate.corpus.sources import Opened, open_path, open_uploads
from annotate.errors import UnknownHere
from annotate.jobs import services as jobs
from annotate.models import Blob, Image, ImportRow, ImportRun, Job
from core import clock, storage

State = ImportRun.State
ENDED = (State.DONE, State.CANCELLED)
IMPORT_JOB, ERASE_JOB = "corpus.import", "corpus.erase"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """A row that was not taken in. `row` is its number in the report (0: the source as a whole)."""

    row: int
    file: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportResult:
    """What an import did. `images + duplicates + conflicts + len(errors)` is the number of rows."""

    run: UUID
    images: int
    duplicates: int
    conflicts: int
    errors: tuple[RowProblem, ...]
    warnings: tuple[str, ...]
    skipped: int


class _NobodyWatches:
    """An import in this very process: nothing to report, nobody who could take it over."""

    def progress(self, done: int, total: int | None) -> None:
        pass

    def require_owned(self) -> None:
        pass


def begin_upload(scope: Scope, *, name: str) -> ImportRun:
    """A run that waits for files. Nothing is imported before `start_import`."""
    return ImportRun.objects.create(
        project_id=scope.project, kind="upload", source=name or "Upload", created_by_id=scope.actor
    )


def begin_from_server(scope: Scope, *, source: str, manifest: str) -> ImportRun:
    """A run over a folder, ZIP or manifest below IMPORT_ROOTS, queued at once. Raises SourceRefused."""
    try:
        path, found = allowed_paths(source, manifest)
    except Refusal as refusal:
        record_refused_source(scope, source, refusal)
        raise SourceRefused(refusal.message) from refusal
    with transaction.atomic():
        run = ImportRun.objects.create(
            project_id=scope.project, kind=_kind_of(path), source=str(path)[:500], created_by_id=scope.actor,
            options={"manifest": manifest if found else ""},
        )  # fmt: skip
        _enqueue(scope, run)
    return run


def record_refused_source(scope: Scope, source: str, refusal: Refusal) -> None:
    """A folder that may not be read was asked for: that is worth a line."""
    with transaction.atomic():
        journal.record(
            journal.project_scope(scope.project), "import.refused", actor=scope.actor,
            payload={"source": source[:200].replace("\x00", ""), "code": refusal.code},
        )  # fmt: skip


def allowed_paths(source: str, manifest: str) -> tuple[Path, Path | None]:
    """The source and its manifest as paths below IMPORT_ROOTS, outside the data directory. Raises Refusal."""
    roots = settings.ENV.import_roots
    try:
        path = folder_inside(roots, source)
    except Refusal:
        parent, _, name = source.rstrip("/").rpartition("/")
        if not name:
            raise
        path = resolve_inside(folder_inside(roots, parent or ("/" if source.startswith("/") else ".")), name)
    data = Path(settings.DATA_DIR).resolve()
    if path.is_relative_to(data) or data.is_relative_to(path):
        raise Refusal("folder_not_allowed", "This folder holds the program's own data.")
    if not manifest:
        return path, None
    return path, resolve_inside(path if path.is_dir() else path.parent, manifest)


def _kind_of(path: Path) -> str:
    if path.is_dir():
        return "folder"
    return "manifest" if manifest_kind(path.name) else "archive"


def receive_file(
    scope: Scope, run_id: UUID, number: int, *, name: str, stated: int, read: Callable[[int], bytes]
) -> uploads.Upload:
    """Take one file of an upload. Sending a number again replaces it. Raises UploadRefused, ImportNotCollecting."""
    run = run_of(scope, run_id)
    if run.state != State.COLLECTING:
        raise ImportNotCollecting(f"This import is {run.state} and takes no more files.")
    if not 1 <= number <= uploads.MAX_FILES:
        raise UploadRefused(f"An upload has at most {uploads.MAX_FILES:,} files. Pack them as a ZIP.")
    storage.require_space(stated)
    try:
        return uploads.receive(_folder(run), number, name, read, stated=stated)
    except Refusal as refusal:
        raise UploadRefused(refusal.message, extensions={"code": refusal.code}) from refusal
    except OSError as error:
        raise storage.StorageFull(f"The file could not be written: {error.strerror}.") from error


def start_import(scope: Scope, run_id: UUID) -> Job:
    """Queue the work of a collected (or failed) run. Doing it twice answers the same job. Raises ImportEnded."""
    with transaction.atomic():
        run = run_of(scope, run_id, lock=True)
        if run.state in ENDED:
            raise ImportEnded(f"This import is {run.state}.")
        return _enqueue(scope, run)


def _enqueue(scope: Scope, run: ImportRun) -> Job:
    job = jobs.enqueue(
        IMPORT_JOB, {"run": str(run.id)}, project=scope.project, requested_by=scope.actor,
        unique_key=f"import:{run.id}",
    )  # fmt: skip
    if run.job_id != job.id:
        run.job, run.state, run.reason = job, State.QUEUED, ""
        run.save(update_fields=["job", "state", "reason"])
    return job


def cancel_import(scope: Scope, run_id: UUID, by: User) -> None:
    """Stop a run: what it has brought in stays, the rest is not looked at. Raises ImportEnded."""
    with transaction.atomic():
        run = run_of(scope, run_id, lock=True)
        if run.state in ENDED:
            raise ImportEnded(f"This import is already {run.state}.")
        job = run.job
        if job is not None and job.state in {Job.State.QUEUED, Job.State.RUNNING}:
            jobs.request_cancel(job, by)
            job.refresh_from_db()
        if job is None or job.state != Job.State.RUNNING:
            end_run(run, State.CANCELLED, f"Cancelled by {by.name}.")


def end_run(run: ImportRun, state: str, reason: str) -> None:
    """Write how a run ended, and remove its uploaded files unless it may be started again."""
    run.state, run.reason, run.finished_at = state, reason, clock.now()
    run.save(update_fields=["state", "reason", "finished_at"])
    if state in ENDED:
        uploads.discard(_folder(run))


def do_import(scope: Scope, run: ImportRun, watch: Watch) -> ImportResult:
    """Do (or go on with) the work of a run. Raises what `watch` raises and StorageFull; other faults end the run."""
    run.state = State.RUNNING
    run.save(update_fields=["state"])
    work = Path(settings.DATA_DIR) / "uploads" / f"{run.id}-work" / uuid4().hex  # one's own: the dead may live
    try:
        opened = _open(run, work)
        with opened.stack:
            run_import(scope, run, opened, watch)
    except Refusal as refusal:
        end_run(run, State.FAILED, refusal.message)
    finally:
        uploads.discard(work)
        with suppress(OSError):  # not there, or another worker's is in it
            work.parent.rmdir()
    if run.state == State.DONE:
        uploads.discard(_folder(run))
    return result_of(run)


def _open(run: ImportRun, work: Path) -> Opened:
    if run.kind == "upload":
        return open_uploads(_folder(run), work)
    named = run.options.get("manifest") or ""
    if run.options.get("anywhere"):
        return open_path(Path(run.source), Path(named) if named else None, work)
    path, manifest = allowed_paths(run.source, named)  # once more: the folder may have become a link meanwhile
    return open_path(path, manifest, work)


def import_now(
    scope: Scope, path: Path | str, manifest: Path | str | None = None, *, actor: UUID | None = None
) -> ImportResult:
    """Import a folder, ZIP or manifest of this machine in this process; for commands and the demo.

    A call that was killed goes on when it is made again with the same files.
    """
    source = str(Path(path).absolute())
    options = {"anywhere": True, "manifest": str(Path(manifest).absolute()) if manifest else ""}
    unfinished = ImportRun.objects.scoped(scope).filter(
        state=State.RUNNING, job=None, source=source, options__manifest=options["manifest"]
    )
    run = unfinished.first()
    if run is not None:
        result = do_import(scope, run, _NobodyWatches())
        if run.state != State.FAILED:
            return result
    run = ImportRun.objects.create(
        project_id=scope.project, kind=_kind_of(Path(path)), source=source, options=options,
        created_by_id=actor or scope.actor,
    )  # fmt: skip
    return do_import(scope, run, _NobodyWatches())


def result_of(run: ImportRun) -> ImportResult:
    """The counts and errors of a run as they are now."""
    rows = ImportRow.objects.filter(run=run)
    counts = Counter(rows.values_list("outcome", flat=True))
    errors = rows.filter(outcome=ImportRow.Outcome.ERROR).order_by("number")
    return ImportResult(
        run=run.id, images=counts["image"], duplicates=counts["duplicate"], conflicts=counts["conflict"],
        errors=tuple(
            RowProblem(row=row.number, file=row.file, code=row.code, message=row.message) for row in errors
        ),
        warnings=tuple(run.options.get("warnings", ())), skipped=run.options.get("skipped", 0),
    )  # fmt: skip


def _folder(run: ImportRun) -> Path:
    return uploads.folder_of(Path(settings.DATA_DIR), run.id)


def run_of(scope: Scope, run_id: UUID, *, lock: bool = False) -> ImportRun:
    """The run of this project. Raises UnknownHere."""
    rows = ImportRun.objects.scoped(scope)
    found = (rows.select_for_update() if lock else rows).filter(id=run_id).first()
    if found is None:
        raise UnknownHere
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What a withdrawal did: Images that are tombstones now, and blobs that no project needs any more."""

    images: tuple[UUID, ...]
    erased: tuple[str, ...]
    job: Job | None


def withdraw_images(scope: Scope, images: Sequence[UUID], *, reason: str) -> Withdrawn:
    """Make Images tombstones, and mark for erasure every blob that no live Image of any project uses.

    Expects an open transaction; call `erase_blobs` after its commit (a job does it if nobody does). Images that are
    withdrawn already are left as they are. Locks: the project's images, then blobs by hash.
    """
    lock_images(scope.project)
    rows = Image.objects.scoped(scope).filter(id__in=images, withdrawn_at=None).order_by("id")
    found = list(rows.values_list("id", "blob_id"))
    ids, hashes = tuple(one for one, _ in found), sorted({sha for _, sha in found})
    blobs = Blob.objects.select_for_update().filter(sha256__in=hashes, erased_at=None).order_by("sha256")
    locked = [blob.sha256 for blob in blobs]
    values: dict[str, Any] = {"withdrawn_at": clock.now(), "withdrawn_reason": reason, "withdrawn_by": scope.actor}
    Image.objects.scoped(scope).filter(id__in=ids).update(**values)
    needed = Image.objects.unscoped().filter(blob_id__in=locked, withdrawn_at=None).values_list("blob_id", flat=True)
    free = tuple(sorted(set(locked) - set(needed)))
    Blob.objects.filter(sha256__in=free).update(erased_at=clock.now())
    job = jobs.enqueue(ERASE_JOB, {"blobs": list(free)}, project=scope.project) if free else None
    if ids:
        journal.record(
            journal.project_scope(scope.project), "images.withdrawn", actor=scope.actor,
            payload={"reason": reason, "images": [str(one) for one in ids[:1000]], "count": len(ids)},
        )  # fmt: skip
    return Withdrawn(images=ids, erased=free, job=job)


def erase_blobs(hashes: Sequence[str]) -> int:
    """Remove the files of blobs that are still marked as erased; an import may have brought one back meanwhile."""
    erased = 0
    for sha in hashes:
        with transaction.atomic():
            if Blob.objects.select_for_update().filter(sha256=sha).exclude(erased_at=None).exists():
                storage.erase(sha)
                erased += 1
    return erased
