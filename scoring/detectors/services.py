"""Training: from a finished export to detectors on disk and in rows, and which of them is in use."""

from dataclasses import asdict, replace
from pathlib import Path
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db import transaction

from accounts import journal
from accounts.scope import Scope
from annotate.errors import JobLost
from annotate.export.queries import folder_of
from annotate.models import Export
from core import clock
from core.errors import DomainError
from core.hashing import sha256_of_bytes
from scoring.detectors.comparison import Comparison, compared
from scoring.detectors.dataset import Dataset, ExportProblem, GoldRecord, joined, read_export
from scoring.detectors.queries import champions_of_taxonomy, finished_export
from scoring.detectors.storage import MODEL, StorageProblem, load_detector, save_detector
from scoring.detectors.training import Detector as TrainedDetector
from scoring.detectors.training import Training, train
from scoring.embeddings.handcrafted import FINGERPRINT, Vector
from scoring.embeddings.queries import vectors_of
from scoring.errors import DetectorUnusable, ExportUnusable
from scoring.metrics.progress import NobodyWatches, Watch
from scoring.models import Detector, TrainingRun

SEED = 0  # of folds and replicates: the same export gives the same detectors


def train_detectors(
    scope: Scope, export_id: UUID, *, requested_by: UUID | None = None, job: UUID | None = None,
    watch: Watch | None = None,
) -> TrainingRun:  # fmt: skip
    """One detector for each defect of a finished export, from stored embeddings; never from live tables.

    All rows appear in one transaction at the end, so that a run that was killed leaves none; a job that is repeated
    goes on with its own run. Raises UnknownHere, ExportNotReady, ExportUnusable (the run then says why it failed).
    """
    export = finished_export(scope, export_id)
    run = _run_of(scope, export, requested_by, job)
    if run.state == "done":
        return run
    watched = watch or NobodyWatches()
    try:
        dataset, concepts = _dataset(scope, export)
        TrainingRun.objects.scoped(scope).filter(id=run.id).update(
            state="running", reason="", manifest_hash=dataset.manifest_sha256, embedding=dataset.fingerprint
        )
        trainings = []
        for number, concept in enumerate(concepts):
            watched.progress(number, len(concepts) + 1, f"training {concept}")
            trainings.append(_trained(dataset, concept))
        _finish(scope, run, export, dataset, trainings, watched)
    except JobLost:
        raise
    except DomainError as error:
        fail_run(scope, run.id, error.detail)
        raise
    run.refresh_from_db()
    return run


def fail_run(scope: Scope, run: UUID, reason: str) -> None:
    """A run that ended without detectors says why."""
    unfinished = TrainingRun.objects.scoped(scope).filter(id=run).exclude(state="done")
    unfinished.update(state="failed", reason=reason, finished_at=clock.now())


def fail_run_of_job(scope: Scope, job: UUID, reason: str) -> None:
    """As `fail_run`, for the run of a job that was cancelled."""
    for run in TrainingRun.objects.scoped(scope).filter(job_id=job).values_list("id", flat=True):
        fail_run(scope, run, reason)


def _run_of(scope: Scope, export: Export, requested_by: UUID | None, job: UUID | None) -> TrainingRun:
    known = TrainingRun.objects.scoped(scope).filter(job_id=job, export=export).first() if job else None
    return known or TrainingRun.objects.create(
        project_id=scope.project, campaign_id=export.campaign_id, export=export, job_id=job, state="running",
        created_by_id=requested_by or scope.actor,
    )  # fmt: skip


def _dataset(scope: Scope, export: Export) -> tuple[Dataset, tuple[str, ...]]:
    try:
        gold = read_export(folder_of(export.id))
        vectors = vectors_of(scope, [_image_id(record) for record in gold.records])
        found: dict[str, Vector] = {str(image): vector for image, vector in vectors.items()}
        dataset = joined(gold, lambda record: found.get(str(_image_id(record))), fingerprint=FINGERPRINT)
    except ExportProblem as problem:
        raise ExportUnusable(str(problem)) from problem
    return dataset, gold.concepts


def _image_id(record: GoldRecord) -> UUID:
    try:
        return UUID(record.image)
    except ValueError as problem:
        raise ExportProblem(f"image {record.image[:80]!r}: expected the id of an Image.") from problem


def _trained(dataset: Dataset, concept: str) -> Training:
    """One defect that cannot be trained is stated and keeps no other from its detector."""
    labels = dataset.labels(concept)
    try:
        training = train(dataset, concept, seed=SEED)
        return replace(training, figures=training.figures | {"aside": _aside(dataset, concept)})
    except Exception as failure:
        return Training(
            concept=concept, state="failed", reason=f"{type(failure).__name__}: {failure}"[:300],
            positives=int((labels == 1).sum()), negatives=int((labels == 0).sum()), detector=None, figures={},
        )  # fmt: skip


def _aside(dataset: Dataset, concept: str) -> dict[str, int]:
    """Labelled images that are no audit images and yet not trained on: they share a prompt or source group with one."""
    labels = dataset.labels(concept)
    used = np.zeros(len(labels), dtype=np.bool_)
    for rows in dataset.split(concept):
        used[rows] = True
    return {"positives": int(np.sum((labels == 1) & ~used)), "negatives": int(np.sum((labels == 0) & ~used))}


def _finish(
    scope: Scope, run: TrainingRun, export: Export, dataset: Dataset, trainings: list[Training], watch: Watch
) -> None:
    """Artefacts first, then every row, promotion and journal line in one commit."""
    stored = {one.concept: _save(run, one) for one in trainings if one.detector is not None}
    rows = []
    with transaction.atomic():
        watch.require_owned()
        champions = champions_of_taxonomy(scope, export.campaign.version.taxonomy_id, lock=True)
        for training in trainings:
            row = _row(run, export, training, stored.get(training.concept))
            if training.detector is not None:
                _settle(row, training.detector, champions.get(row.defect), dataset)
            rows.append(row)
        retired = [champions[row.defect].id for row in rows if row.champion and row.defect in champions]
        Detector.objects.scoped(scope).filter(id__in=retired).update(champion=False)
        Detector.objects.bulk_create(rows)
        counts = {state: sum(row.state == state for row in rows) for state in Detector.State.values}
        run.summary = {"records": len(dataset.records), "without_embedding": dataset.missing, **counts}
        run.state, run.finished_at, run.reason = "done", clock.now(), ""
        run.save(update_fields=["summary", "state", "finished_at", "reason"])
        project = journal.project_scope(scope.project)
        journal.record(
            project, "detectors.trained", actor=run.created_by_id, subject=run.id,
            payload={"export": export.id, "manifest": dataset.manifest_sha256, **counts},
        )  # fmt: skip
        for row in (one for one in rows if one.champion):
            before = champions.get(row.defect)
            journal.record(
                project, "detector.promoted", actor=run.created_by_id, subject=row.id,
                payload={"defect": row.defect, "instead_of": before.id if before else None},
            )  # fmt: skip


def _save(run: TrainingRun, training: Training) -> tuple[str, str]:
    """(folder relative to the data directory, hash of the model)."""
    assert training.detector is not None  # only trained ones are saved
    place = f"detectors/{run.id}/{folder_name(training.concept)}"
    saved = save_detector(training.detector, Path(settings.DATA_DIR) / place, figures=training.figures)
    return place, saved.model_sha256


def folder_name(concept: str) -> str:
    """The concept's id where it is a plain name, else its plain signs with the start of its hash."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "_" for sign in concept)
    return plain if plain == concept and plain else f"{plain[:40]}-{sha256_of_bytes(concept.encode())[:8]}"


def _row(run: TrainingRun, export: Export, training: Training, stored: tuple[str, str] | None) -> Detector:
    place, sha256 = stored or ("", "")
    return Detector(
        project_id=run.project_id, run=run, version_id=export.campaign.version_id, defect=training.concept,
        state=training.state, reason=training.reason, positives=training.positives, negatives=training.negatives,
        figures=dict(training.figures), artefact=f"{place}/{MODEL}" if place else "", artefact_sha256=sha256,
    )  # fmt: skip


def _settle(row: Detector, challenger: TrainedDetector, champion: Detector | None, dataset: Dataset) -> None:
    """Decide whether the new detector is put to use, and keep the reasoning with its figures."""
    promoted, comparison = _verdict(challenger, champion, dataset)
    row.champion = promoted
    row.figures = {**row.figures, "comparison": comparison | {"against": str(champion.id) if champion else None}}


def _verdict(
    challenger: TrainedDetector, champion: Detector | None, dataset: Dataset
) -> tuple[bool, dict[str, object]]:
    if champion is None:
        return True, _without_comparison("It is the first detector of this defect.")
    try:
        known = loaded(champion)
        if known.fingerprint != dataset.fingerprint:
            raise DetectorUnusable(f"it reads the features {known.fingerprint}")
    except DetectorUnusable as problem:
        return True, _without_comparison(f"The detector used so far cannot be compared: {problem.detail}")
    audit = dataset.split(challenger.concept)[1]
    features = dataset.features[audit]
    result: Comparison = compared(
        known.probabilities(features) if len(audit) else np.zeros(0),
        challenger.probabilities(features) if len(audit) else np.zeros(0),
        dataset.labels(challenger.concept)[audit], dataset.groups[audit], seed=SEED,
    )  # fmt: skip
    return result.promoted, asdict(result)


def _without_comparison(reason: str) -> dict[str, object]:
    return {"champion": None, "challenger": None, "difference": None, "interval": None, "n": 0, "reason": reason}


def loaded(row: Detector) -> TrainedDetector:
    """The detector of a row from its file. Raises DetectorUnusable when the file is not the one that was stored."""
    try:
        return load_detector((Path(settings.DATA_DIR) / row.artefact).parent, model_sha256=row.artefact_sha256)
    except StorageProblem as problem:
        raise DetectorUnusable(f"The stored detector of {row.defect} cannot be read: {problem}") from problem
