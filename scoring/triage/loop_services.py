"""The whole loop in one job: scores, export, training, predictions, ranking."""

import time
from typing import Any
from uuid import UUID

from accounts.scope import Scope
from annotate.jobs.services import run_job
from annotate.models import Export, Job
from scoring.detectors.prediction_services import predict_images
from scoring.detectors.services import train_detectors
from scoring.embeddings.services import score_project
from scoring.errors import ExportNotReady, NothingToPredict
from scoring.metrics.progress import StepWatch, Watch
from scoring.triage.enqueue_services import RankingWish
from scoring.triage.services import rank_campaign

STEPS = ("scores", "export", "training", "predictions", "ranking")
LOOK_EVERY_S = 0.5
ENDED_BADLY = (Job.State.FAILED, Job.State.CANCELLED)


def run_loop(
    scope: Scope, campaign_id: UUID, export_id: UUID, wish: RankingWish, *, requested_by: UUID | None, job: UUID,
    watch: Watch,
) -> dict[str, Any]:  # fmt: skip
    """All five steps; each is safe to repeat, so a loop that was killed goes on where it stopped.

    Without a single trainable defect it still ranks, by metrics. Raises what the steps raise.
    """
    steps = [StepWatch(watch, number, len(STEPS), name) for number, name in enumerate(STEPS, 1)]
    scored = score_project(scope, watch=steps[0])
    await_export(scope, export_id, steps[1])
    run = train_detectors(scope, export_id, requested_by=requested_by, job=job, watch=steps[2])
    try:
        predicted = predict_images(scope, campaign_id, watch=steps[3])
    except NothingToPredict:
        predicted = 0
    ranking = rank_campaign(
        scope, campaign_id, strategy=wish.strategy, seed=wish.seed, random_share=wish.random_share,
        requested_by=requested_by, job=job, watch=steps[4],
    )  # fmt: skip
    return {
        "scored": scored, "export": str(export_id), "run": str(run.id), "detectors": run.summary,
        "predictions": predicted, "ranking": str(ranking.id),
    }  # fmt: skip


def await_export(scope: Scope, export_id: UUID, watch: Watch) -> None:
    """Build the export here unless another worker has it, else wait for that one. Raises ExportNotReady."""
    while True:
        row = Export.objects.scoped(scope).select_related("job").get(id=export_id)
        if row.state == Export.State.DONE:
            return
        if row.state == Export.State.FAILED:
            raise ExportNotReady(f"The export failed: {row.reason}")
        watch.progress(0, None, "gold labels")
        if row.job is None or row.job.state in ENDED_BADLY:
            raise ExportNotReady(f"The export was not built: {row.job.reason if row.job else 'it has no job'}")
        if not run_job(row.job.id):
            time.sleep(LOOK_EVERY_S)
