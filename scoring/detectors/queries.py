"""Reading training runs, detectors, predictions, and the exports they stand on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max

from accounts.scope import Scope
from annotate.errors import UnknownHere
from annotate.jobs.queries import JobView, job_view
from annotate.models import Campaign, Export, Item, Job
from scoring.errors import DetectorUnusable, ExportNotReady
from scoring.models import Detector, Prediction, TrainingRun

TRAINABLE = "jsonl"  # gold.jsonl is what detectors read


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionCounts:
    """How many of a campaign's Images the detectors in use have looked at."""

    images: int
    predicted: int
    detectors: int
    last_at: datetime | None


def finished_export(scope: Scope, export: UUID) -> Export:
    """The export, ready to be read. Raises UnknownHere, ExportNotReady."""
    row = Export.objects.scoped(scope).select_related("campaign__version").filter(id=export).first()
    if row is None:
        raise UnknownHere("There is no such export in this project.")
    if row.state != Export.State.DONE:
        raise ExportNotReady(f"The export is {row.state}; detectors are trained on finished exports.")
    if row.format != TRAINABLE:
        raise ExportNotReady(f"Detectors are trained on a {TRAINABLE} export, this one is {row.format}.")
    return row


def exports_of(scope: Scope, campaign: UUID, limit: int = 10) -> tuple[Export, ...]:
    """The newest exports that detectors could be trained on, unfinished and failed ones included."""
    rows = Export.objects.scoped(scope).filter(campaign_id=campaign, format=TRAINABLE)
    return tuple(rows.order_by("-created_at")[:limit])


def runs_of(scope: Scope, campaign: UUID, limit: int = 10) -> tuple[TrainingRun, ...]:
    """The newest training runs of a campaign."""
    return tuple(TrainingRun.objects.scoped(scope).filter(campaign_id=campaign).order_by("-created_at")[:limit])


def champions_for(scope: Scope, campaign: Campaign) -> dict[str, Detector]:
    """The detectors in use for the defects that the campaign asks, by defect."""
    rows = Detector.objects.scoped(scope).filter(
        champion=True, defect__in=campaign.defects, version__taxonomy_id=campaign.version.taxonomy_id
    )
    return {row.defect: row for row in rows}


def champions_of_taxonomy(scope: Scope, taxonomy: UUID, *, lock: bool = False) -> dict[str, Detector]:
    """The detectors in use for a taxonomy, by defect; `lock` inside a transaction holds their rows."""
    rows = Detector.objects.scoped(scope).filter(champion=True, version__taxonomy_id=taxonomy).order_by("id")
    return {row.defect: row for row in (rows.select_for_update(of=("self",)) if lock else rows)}


def newest_detectors(scope: Scope, campaign: UUID) -> dict[str, Detector]:
    """What came of the last finished run of a campaign, by defect, with "too few positives" where it says so."""
    run = TrainingRun.objects.scoped(scope).filter(campaign_id=campaign, state="done").order_by("-created_at").first()
    return {row.defect: row for row in run.detectors.all()} if run else {}


def trained_detector(scope: Scope, detector: UUID) -> Detector:
    """Raises UnknownHere, and DetectorUnusable for one that was never trained."""
    row = Detector.objects.scoped(scope).select_related("version").filter(id=detector).first()
    if row is None:
        raise UnknownHere
    if row.state != Detector.State.TRAINED:
        raise DetectorUnusable(f"It was not trained: {row.reason}.")
    return row


def project_of_detector(detector: UUID) -> UUID:
    """For the view that then asks who may see it. Raises UnknownHere."""
    project = Detector.objects.unscoped().filter(id=detector).values_list("project_id", flat=True).first()
    if project is None:
        raise UnknownHere
    return project


def images_to_predict(scope: Scope, campaign: UUID) -> list[UUID]:
    """The Images of a campaign that are still there, by id."""
    items = Item.objects.scoped(scope).filter(campaign_id=campaign, image__withdrawn_at=None)
    images = items.exclude(state=Item.State.WITHDRAWN).order_by("image_id").values_list("image_id", flat=True)
    return list(images.distinct())


def predicted_images(scope: Scope, detector: UUID, images: Sequence[UUID]) -> set[UUID]:
    """Those of the Images that the detector has looked at."""
    rows = Prediction.objects.scoped(scope).filter(detector_id=detector, image_id__in=images)
    return set(rows.values_list("image_id", flat=True))


def prediction_counts(scope: Scope, campaign: Campaign) -> PredictionCounts:
    """Images of the campaign, how many of them every detector in use has looked at, and when last."""
    champions = [row.id for row in champions_for(scope, campaign).values()]
    images = images_to_predict(scope, campaign.id)
    rows = Prediction.objects.scoped(scope).filter(detector_id__in=champions, image_id__in=images)
    full = rows.values("image_id").annotate(seen=Count("id")).filter(seen=len(champions))
    return PredictionCounts(
        images=len(images), predicted=full.count() if champions else 0, detectors=len(champions),
        last_at=rows.aggregate(last=Max("computed_at"))["last"],
    )  # fmt: skip


def scoring_jobs(scope: Scope, campaign: UUID | None, limit: int = 10) -> tuple[JobView, ...]:
    """The newest jobs of scoring for a campaign, and those that score the project's Images."""
    rows = Job.objects.filter(project_id=scope.project, kind__startswith="scoring.").select_related("requested_by")
    mine = rows.filter(arguments__campaign=str(campaign)) if campaign else rows
    views = (*mine.order_by("-created_at")[:limit], *rows.filter(kind="scoring.images").order_by("-created_at")[:1])
    return tuple({row.id: job_view(row) for row in views}.values())
