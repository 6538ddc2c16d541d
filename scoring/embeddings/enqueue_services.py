"""Asking for scores: a job row in the caller's project, nothing heavy imported."""

from uuid import UUID

from django.db import transaction

from accounts.scope import Scope
from annotate.jobs.services import enqueue
from annotate.models import Job
from scoring.embeddings.queries import projects_to_score
from scoring.metrics.choice import usual_metrics

IMAGES, QUEUE = "scoring.images", "scoring"


def enqueue_scores(scope: Scope, *, requested_by: UUID | None = None) -> Job:
    """A job that scores what the project's Images lack; an open one is returned instead of a second."""
    with transaction.atomic():
        return _enqueue(scope.project, requested_by or scope.actor)


def enqueue_due_scores() -> list[Job]:
    """One job for each project with Images that lack something."""
    with transaction.atomic():
        return [_enqueue(project, None) for project in projects_to_score(usual_metrics())]


def _enqueue(project: UUID, requested_by: UUID | None) -> Job:
    return enqueue(
        IMAGES, {}, project=project, requested_by=requested_by, unique_key=f"{IMAGES}:{project}", queue=QUEUE
    )
