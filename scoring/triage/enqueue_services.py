"""Asking for a ranking, or for the whole loop: job rows, nothing heavy imported."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import transaction

from accounts.scope import Scope
from annotate.export.services import request_export
from annotate.jobs.services import enqueue
from annotate.models import Job
from scoring.triage.queries import campaign_of

RANK, LOOP, QUEUE = "scoring.rank", "scoring.loop", "scoring"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingWish:
    """How to rank. Without a seed one is drawn and stored."""

    strategy: str = "margin"
    random_share: float = 0.1
    seed: int | None = None


def enqueue_ranking(scope: Scope, campaign_id: UUID, wish: RankingWish, *, requested_by: UUID | None = None) -> Job:
    """A job that ranks the campaign; an open one of it is returned instead of a second."""
    with transaction.atomic():
        return enqueue(
            RANK, {"campaign": str(campaign_id), **asdict(wish)}, project=scope.project,
            requested_by=requested_by or scope.actor, unique_key=f"{RANK}:{campaign_id}", queue=QUEUE,
        )  # fmt: skip


def enqueue_loop(scope: Scope, campaign_id: UUID, wish: RankingWish, *, requested_by: UUID | None = None) -> Job:
    """A job that exports the gold, trains, predicts and ranks; an open one is returned instead of a second.

    The export is asked for here, so that a loop that is repeated trains on the same one.
    """
    campaign = campaign_of(scope, campaign_id)
    key = f"{LOOP}:{campaign_id}"
    with transaction.atomic():
        known = Job.objects.filter(unique_key=key, state__in=[Job.State.QUEUED, Job.State.RUNNING]).first()
        if known is not None:
            return known
        export = request_export(scope, campaign, "jsonl").export
        arguments = {"campaign": str(campaign_id), "export": str(export.id), **asdict(wish)}
        return enqueue(
            LOOP, arguments, project=scope.project, requested_by=requested_by or scope.actor, unique_key=key,
            queue=QUEUE,
        )  # fmt: skip
