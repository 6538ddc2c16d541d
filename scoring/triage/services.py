"""Ranking: signals of a campaign's open Items into an order, with reasons, written down as priorities."""

import json
import secrets
from dataclasses import dataclass
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from accounts import journal
from accounts.scope import Scope
from annotate.campaigns.services import NewPriority, write_priorities
from annotate.models import Campaign
from core import clock
from scoring.detectors.queries import champions_for
from scoring.embeddings.queries import vectors_of
from scoring.errors import NothingToRank
from scoring.metrics.progress import NobodyWatches, Watch
from scoring.models import Detector, Ranking, RankingEntry
from scoring.triage.queries import (
    OpenItem,
    campaign_of,
    disagreement_of,
    labelled_images,
    open_items,
    outliers_of,
    probabilities_of,
)
from scoring.triage.ranking import Plan, Ranked, Signals, ranked
from scoring.triage.sentences import stored_reason

BATCH = 10_000
SEEDS = 2**31  # a browser shows every one of them exactly
STEPS = 4
INSERT = """
INSERT INTO scoring_rankingentry (id, ranking_id, item_id, priority, previous_priority, inclusion_probability, reasons)
SELECT gen_random_uuid(), %s, new.* FROM unnest(%s::uuid[], %s::float[], %s::float[], %s::float[], %s::jsonb[])
    AS new(item, priority, previous, probability, reasons)
ON CONFLICT (ranking_id, item_id) DO NOTHING
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signalled:
    """Everything the strategies read, and how much of it there was."""

    signals: tuple[Signals, ...]
    plan: Plan
    detectors: list[Detector]
    summary: dict[str, int]


def rank_campaign(
    scope: Scope, campaign_id: UUID, *, strategy: str = "margin", seed: int | None = None, random_share: float = 0.1,
    requested_by: UUID | None = None, job: UUID | None = None, watch: Watch | None = None,
) -> Ranking:  # fmt: skip
    """Order the open Items of the priority stream and write the order down; the next lease follows it.

    Audit Items keep stream, order and inclusion probability: they were drawn when the campaign opened. An entry's
    inclusion probability is that of the random share, drawn / n, the same for every ranked Item. Entries are stored
    before priorities are written; a job that is repeated writes the very same ones. Raises UnknownHere, NothingToRank.
    """
    campaign = campaign_of(scope, campaign_id)
    watched = watch or NobodyWatches()
    ranking = _ranking_of(scope, campaign, strategy, seed, random_share, requested_by, job)
    if ranking.state == "done":
        return ranking
    try:
        if not RankingEntry.objects.filter(ranking=ranking).exists():
            _compute(scope, campaign, ranking, watched)
    except NothingToRank as error:
        fail_ranking(scope, ranking.id, error.detail)
        raise
    watched.progress(3, STEPS, "writing priorities")
    entries = RankingEntry.objects.filter(ranking=ranking).values_list("item_id", "priority")
    written = write_priorities(
        scope, campaign.id, [NewPriority(item=item, priority=priority) for item, priority in entries]
    )
    with transaction.atomic():
        watched.require_owned()
        ranking.refresh_from_db()
        ranking.state, ranking.finished_at = "done", clock.now()
        ranking.summary = (ranking.summary or {}) | {"written": written}
        ranking.save(update_fields=["state", "finished_at", "summary"])
        journal.record(
            journal.project_scope(scope.project), "campaign.ranked", actor=ranking.created_by_id, subject=campaign.id,
            payload={"ranking": ranking.id, "strategy": strategy, "seed": ranking.seed, "items": written},
        )  # fmt: skip
    return ranking


def fail_ranking(scope: Scope, ranking: UUID, reason: str) -> None:
    """A ranking that wrote nothing says why."""
    unfinished = Ranking.objects.scoped(scope).filter(id=ranking).exclude(state="done")
    unfinished.update(state="failed", reason=reason, finished_at=clock.now())


def fail_ranking_of_job(scope: Scope, job: UUID, reason: str) -> None:
    """As `fail_ranking`, for the ranking of a job that was cancelled."""
    for ranking in Ranking.objects.scoped(scope).filter(job_id=job).values_list("id", flat=True):
        fail_ranking(scope, ranking, reason)


def _ranking_of(
    scope: Scope, campaign: Campaign, strategy: str, seed: int | None, random_share: float,
    requested_by: UUID | None, job: UUID | None,
) -> Ranking:  # fmt: skip
    known = Ranking.objects.scoped(scope).filter(job_id=job).first() if job else None
    return known or Ranking.objects.create(
        project_id=scope.project, campaign=campaign, strategy=strategy, parameters={"random_share": random_share},
        seed=secrets.randbelow(SEEDS) if seed is None else seed, job_id=job, state="running",
        created_by_id=requested_by or scope.actor,
    )  # fmt: skip


def _compute(scope: Scope, campaign: Campaign, ranking: Ranking, watch: Watch) -> None:
    """Signals, order and reasons into entries, in one commit."""
    items = open_items(scope, campaign.id)
    if not items:
        raise NothingToRank
    watch.progress(0, STEPS, "reading signals")
    known = _signalled(scope, campaign, items, ranking)
    watch.progress(1, STEPS, "ordering Items")
    order = ranked(known.signals, known.plan, seed=ranking.seed)
    watch.progress(2, STEPS, "storing reasons")
    with transaction.atomic():
        watch.require_owned()
        _store_entries(ranking, items, order, known)
        ranking.summary = known.summary
        ranking.parameters = {
            **ranking.parameters, "detectors": [str(row.id) for row in known.detectors],
            "thresholds": dict(known.plan.thresholds),
        }  # fmt: skip
        ranking.save(update_fields=["summary", "parameters"])


def _signalled(scope: Scope, campaign: Campaign, items: tuple[OpenItem, ...], ranking: Ranking) -> _Signalled:
    champions = list(champions_for(scope, campaign).values())
    images = [one.image for one in items]
    probabilities = probabilities_of(images, [row.id for row in champions])
    outliers = outliers_of(scope, images)
    disagreement = disagreement_of(scope, campaign, images)
    vectors: dict[UUID, npt.NDArray[np.float32]] = {}
    labelled: npt.NDArray[np.float32] | None = None
    if ranking.strategy == "diversity":  # the only one that looks at embeddings
        vectors = vectors_of(scope, images)
        known = list(vectors_of(scope, labelled_images(scope, campaign.version_id)).values())
        labelled = np.stack(known) if known else None
    signals = tuple(
        Signals(
            image=str(one.item), order=one.position, probabilities=probabilities.get(one.image, {}),
            outliers=outliers.get(one.image, {}), disagreement=disagreement.get(one.image, 0.0),
            embedding=vectors.get(one.image),
        )
        for one in items
    )  # fmt: skip
    plan = Plan(
        strategy=ranking.strategy, audit_share=0.0, random_share=float(ranking.parameters["random_share"]),
        thresholds={row.defect: float(row.figures["threshold"]) for row in champions}, labelled=labelled,
    )  # fmt: skip
    summary = {
        "items": len(items), "predicted": len(probabilities), "detectors": len(champions), "outlying": len(outliers),
        "embedded": len(vectors), "labelled": 0 if labelled is None else len(labelled),
    }  # fmt: skip
    return _Signalled(signals=signals, plan=plan, detectors=champions, summary=summary)


def _random_probability(strategy: str, share: float, count: int) -> float:
    """With which every ranked Item was drawn at random: drawn / n."""
    if strategy == "random":
        return 1.0
    return 0.0 if strategy == "fifo" else round(share * count) / count


def _store_entries(ranking: Ranking, items: tuple[OpenItem, ...], order: tuple[Ranked, ...], known: _Signalled) -> None:
    """Expects an open transaction."""
    before = {str(one.item): one.priority for one in items}
    signals = {one.image: one for one in known.signals}
    probability = _random_probability(ranking.strategy, known.plan.random_share, len(order))
    with connection.cursor() as cursor:
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            reasons = [
                json.dumps([stored_reason(one, signals[row.image], known.plan) for one in row.reasons]) for row in part
            ]
            cursor.execute(
                INSERT,
                [
                    ranking.id,
                    [row.image for row in part],
                    [row.priority for row in part],
                    [before[row.image] for row in part],
                    [probability] * len(part),
                    reasons,
                ],
            )
