"""Exports of gold: asked for, built in one snapshot, complete or absent."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import journal
from accounts.scope import Scope
from annotate.errors import InputInvalid, UnknownHere
from annotate.export.manifest import Counts, manifest_of
from annotate.export.queries import MANIFEST, app_version, folder_of
from annotate.export.records import record_of
from annotate.export.snapshot_queries import snapshot
from annotate.export.writers import WRITERS, json_bytes
from annotate.jobs import services as jobs
from annotate.models import Campaign, Export, Job
from core import clock
from core.errors import Violation
from core.storage import require_space
from taxonomy.queries import tree_of

BUILD = "export.build"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """A new export and the job that builds it."""

    export: Export
    job: Job


def request_export(scope: Scope, campaign: Campaign, layout: str) -> Requested:
    """Note the wish and enqueue the building; nothing is read yet. Raises InputInvalid for an unknown format."""
    if layout not in WRITERS:
        message = f"One of {', '.join(WRITERS)}."
        raise InputInvalid(violations=[Violation(pointer="/format", code="format", message=message)])
    with transaction.atomic():
        row = Export.objects.create(
            project_id=scope.project, campaign=campaign, format=layout, created_by_id=scope.actor
        )
        job = jobs.enqueue(BUILD, {"export": str(row.id)}, project=scope.project, requested_by=scope.actor)
        row.job = job
        row.save(update_fields=["job"])
        journal.record(
            journal.project_scope(scope.project), "export.requested", actor=scope.actor, subject=row.id,
            payload={"campaign": str(campaign.id), "format": layout},
        )  # fmt: skip
    return Requested(export=row, job=job)


def build_export(scope: Scope, export: UUID, progress: Progress, require_owned: Callable[[], None]) -> dict[str, Any]:
    """Build the files of an export beside their place, then show them all at once. Safe to run again after a kill.

    Raises UnknownHere, StorageFull; what `progress` and `require_owned` raise passes, and nothing is left behind.
    """
    rows = Export.objects.scoped(scope).select_related("campaign__version__taxonomy", "campaign__project")
    row = rows.filter(id=export).first()
    if row is None:
        raise UnknownHere
    if row.state == Export.State.DONE:
        return {"export": str(row.id)}
    Export.objects.scoped(scope).filter(id=row.id).update(state=Export.State.RUNNING)
    part = folder_of(row.id).with_name(f".part-{row.id}")
    shutil.rmtree(part, ignore_errors=True)
    try:
        manifest = write_files(row.campaign, row.format, part, progress, made={"export": str(row.id)})
        require_owned()
        shutil.rmtree(folder_of(row.id), ignore_errors=True)  # of an attempt killed after its renaming
        os.rename(part, folder_of(row.id))
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    _finish(scope, row, manifest)
    return {"export": str(row.id), "content_hash": manifest["content_hash"], "images": manifest["counts"]["images"]}


def _finish(scope: Scope, row: Export, manifest: dict[str, Any]) -> None:
    with transaction.atomic():
        Export.objects.scoped(scope).filter(id=row.id).update(
            state=Export.State.DONE, manifest=manifest, finished_at=clock.now(), reason=""
        )
        journal.record(
            journal.project_scope(scope.project), "export.built", actor=row.created_by_id, subject=row.id,
            payload={"campaign": str(row.campaign_id), "content_hash": manifest["content_hash"]},
        )  # fmt: skip


def fail_export(scope: Scope, export: UUID, reason: str) -> None:
    """Say why an export will not come."""
    rows = Export.objects.scoped(scope).filter(id=export).exclude(state=Export.State.DONE)
    rows.update(state=Export.State.FAILED, reason=reason, finished_at=clock.now())


def write_files(
    campaign: Campaign, layout: str, folder: Path, progress: Progress, *, made: dict[str, Any]
) -> dict[str, Any]:
    """Data files and manifest.json into a new folder, from one snapshot; answers the manifest.

    The same data gives the same bytes; only `made` of the manifest differs. Raises StorageFull.
    """
    tree, counts = tree_of(campaign.version_id), Counts()
    folder.mkdir(parents=True)
    writer = WRITERS[layout](folder, tree)
    with snapshot(campaign, tree) as now:
        facts = now.facts()
        for block in now.blocks():
            require_space(0)
            for image, labels, answers in block:
                record = record_of(image, labels, answers, tree)
                writer.write(record)
                counts.add(record["gold"])
            progress(counts.images, facts.settled)
    made = {"at": clock.now().isoformat(), **made}
    manifest = manifest_of(facts, counts, writer.finish(), layout=layout, app_version=app_version(), made=made)
    path = folder / MANIFEST
    with path.open("xb") as file:
        file.write(json_bytes(manifest) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return manifest


def known_campaign(campaign: UUID) -> Campaign:
    """For the command. Raises UnknownHere."""
    rows = Campaign.objects.unscoped().select_related("version__taxonomy", "project").filter(id=campaign)
    row = rows.first()
    if row is None:
        raise UnknownHere(f"There is no campaign {campaign}.")
    return row


def export_into(campaign: Campaign, layout: str, folder: Path) -> dict[str, Any]:
    """Write an export into a new folder of this machine and note it in the journal; answers the manifest."""
    manifest = write_files(campaign, layout, folder, lambda done, total: None, made={"export": None})
    with transaction.atomic():
        journal.record(
            journal.project_scope(campaign.project_id), "export.written", actor=None, subject=campaign.id,
            payload={"format": layout, "content_hash": manifest["content_hash"]},
        )  # fmt: skip
    return manifest
