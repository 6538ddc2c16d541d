"""What the jobs of scoring do. scikit-learn and its kin are imported when a job runs, never by a web process."""

from typing import Any
from uuid import UUID

from accounts.scope import Scope
from annotate.errors import JobLost
from annotate.jobs.context import JobCancelled, JobContext
from annotate.projects.queries import system_scope
from core.errors import DomainError
from scoring.triage.enqueue_services import RankingWish

CANCELLED = "Cancelled on request."


def score_images(context: JobContext) -> dict[str, Any]:
    """Scores and embeddings that the project's Images lack."""
    from scoring.embeddings.services import score_project

    return {"images": score_project(_scope(context), watch=context)}


def train(context: JobContext) -> dict[str, Any]:
    """Detectors on one export."""
    from scoring.detectors.services import fail_run_of_job, train_detectors

    scope = _scope(context)
    try:
        run = train_detectors(
            scope, UUID(context.arguments["export"]), requested_by=context.requested_by, job=context.job_id,
            watch=context,
        )  # fmt: skip
    except JobLost:
        raise
    except (JobCancelled, DomainError) as ended:
        fail_run_of_job(scope, context.job_id, _reason(ended))
        raise
    return {"run": str(run.id), "detectors": run.summary}


def predict(context: JobContext) -> dict[str, Any]:
    """Predictions that a campaign's Images lack."""
    from scoring.detectors.prediction_services import predict_images

    return {"predictions": predict_images(_scope(context), UUID(context.arguments["campaign"]), watch=context)}


def rank(context: JobContext) -> dict[str, Any]:
    """One ranking of a campaign."""
    from scoring.triage.services import fail_ranking_of_job, rank_campaign

    scope, wish = _scope(context), _wish(context)
    try:
        ranking = rank_campaign(
            scope, UUID(context.arguments["campaign"]), strategy=wish.strategy, seed=wish.seed,
            random_share=wish.random_share, requested_by=context.requested_by, job=context.job_id, watch=context,
        )  # fmt: skip
    except JobLost:
        raise
    except (JobCancelled, DomainError) as ended:
        fail_ranking_of_job(scope, context.job_id, _reason(ended))
        raise
    return {"ranking": str(ranking.id), **(ranking.summary or {})}


def loop(context: JobContext) -> dict[str, Any]:
    """Export, train, predict, rank."""
    from scoring.detectors.services import fail_run_of_job
    from scoring.triage.loop_services import run_loop
    from scoring.triage.services import fail_ranking_of_job

    scope, arguments = _scope(context), context.arguments
    try:
        return run_loop(
            scope, UUID(arguments["campaign"]), UUID(arguments["export"]), _wish(context),
            requested_by=context.requested_by, job=context.job_id, watch=context,
        )  # fmt: skip
    except JobLost:
        raise
    except (JobCancelled, DomainError) as ended:
        fail_run_of_job(scope, context.job_id, _reason(ended))
        fail_ranking_of_job(scope, context.job_id, _reason(ended))
        raise


def _scope(context: JobContext) -> Scope:
    if context.project is None:
        raise ValueError("jobs of scoring belong to a project")
    return system_scope(context.project)


def _wish(context: JobContext) -> RankingWish:
    known = context.arguments
    return RankingWish(strategy=known["strategy"], random_share=known["random_share"], seed=known["seed"])


def _reason(ended: Exception) -> str:
    return ended.detail if isinstance(ended, DomainError) else CANCELLED
