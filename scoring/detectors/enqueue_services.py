"""Asking for training and predictions: job rows, nothing heavy imported."""

from uuid import UUID

from django.db import transaction

from accounts.scope import Scope
from annotate.jobs.services import enqueue
from annotate.models import Job
from scoring.detectors.queries import finished_export

TRAIN, PREDICT, QUEUE = "scoring.train", "scoring.predict", "scoring"


def enqueue_training(scope: Scope, export_id: UUID, *, requested_by: UUID | None = None) -> Job:
    """A job that trains on a finished export. Raises UnknownHere, ExportNotReady at once."""
    export = finished_export(scope, export_id)
    with transaction.atomic():
        return enqueue(
            TRAIN, {"export": str(export.id), "campaign": str(export.campaign_id)}, project=scope.project,
            requested_by=requested_by or scope.actor, unique_key=f"{TRAIN}:{export.id}", queue=QUEUE,
        )  # fmt: skip


def enqueue_predictions(scope: Scope, campaign_id: UUID, *, requested_by: UUID | None = None) -> Job:
    """A job that makes the predictions which the campaign's Images lack."""
    with transaction.atomic():
        return enqueue(
            PREDICT, {"campaign": str(campaign_id)}, project=scope.project,
            requested_by=requested_by or scope.actor, unique_key=f"{PREDICT}:{campaign_id}", queue=QUEUE,
        )  # fmt: skip
