"""Questions of a move: made, leased, answered. One commit holds an answer and all that follows from it.

Lock order: the Campaign's pin (shared), Item, question, lease, carried rows, gold.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts import journal
from accounts.models import User
from accounts.scope import Scope
from annotate.annotations import pin
from annotate.annotations.review_services import queued_finding, reject_carried, settle_carried
from annotate.answer import region_document
from annotate.consensus.services import settle_reviewed
from annotate.errors import AnswerInvalid, InputInvalid, LeaseLost, SubmissionReused, UnknownHere
from annotate.models import Campaign, Item, MigrationRun, Rereview, RereviewAnswer, RereviewLease
from annotate.rereview import places, queries
from annotate.rereview.priority import priority
from annotate.rereview.replies import Reply, reply_hash, reply_violations
from core import clock
from core.errors import Violation
from taxonomy.queries import tree_of

MAX_LEASES = 10
TRIES = 4
BLOCK = 1000
SKIP_REASONS = ("cannot_load", "not_my_language", "unsure", "offensive", "other")
State = Literal["ready", "busy", "waiting", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a Reviewer holds now (own live leases first), or why it is nothing."""

    leases: tuple[UUID, ...]
    state: State
    retry_after: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The proof that an answer is stored."""

    lease: UUID
    recorded_at: datetime


def fill_questions(run_id: UUID) -> int:
    """One question for every queued Finding of an active run that has none yet; safe to run twice and at once.

    Questions of runs below are withdrawn: the newer run asks anew what is still open.
    """
    made = 0
    with transaction.atomic():
        run = MigrationRun.objects.unscoped().select_for_update(of=("self",)).filter(id=run_id).first()
        if run is None or run.state != MigrationRun.State.ACTIVE:
            return 0
        tree, now = tree_of(run.to_version_id), clock.now()
        while rows := queries.unasked_findings(run.id, BLOCK):
            Rereview.objects.bulk_create(
                Rereview(
                    project_id=run.project_id, run=run, campaign_id=run.campaign_id, item_id=row.item,
                    image_id=row.image, finding_id=row.finding, finder_id=row.reviewer, concept=row.concept,
                    kinds=row.kinds, candidates=row.candidates,
                    priority=priority(
                        row.candidates, tree, has_gold=row.has_gold, answered_at=row.recorded_at, now=now
                    ),
                )
                for row in rows
            )  # fmt: skip
            made += len(rows)
        below = Rereview.objects.unscoped().filter(campaign_id=run.campaign_id, state=Rereview.State.OPEN)
        below.exclude(run=run).update(state=Rereview.State.WITHDRAWN, closed_at=Now())
        if made:
            journal.record(
                journal.project_scope(run.project_id), "rereview.asked", actor=None, subject=run.campaign_id,
                payload={"run": str(run.id), "questions": made},
            )  # fmt: skip
    return made


def take_leases(scope: Scope, campaign: Campaign, reviewer: UUID, count: int) -> Taken:
    """My live leases, renewed, then new ones up to `count` (1..10): my own Findings first, then by priority.

    Promises: never two live leases on a question, however many ask at once; nothing is offered again to somebody who
    skipped it; "done" is only said when nothing is left for this Reviewer.
    """
    if campaign.layer_id is None:
        return Taken(leases=(), state="done", reason="This campaign was not moved to another version.")
    if campaign.state == Campaign.State.PAUSED:
        return Taken(leases=(), state="waiting", retry_after=60, reason="The campaign is paused by the lead.")
    values: dict[str, Any] = {
        "campaign": campaign.id, "run": campaign.layer_id, "reviewer": reviewer, "seconds": campaign.lease_seconds,
        "desk": "adjudicator" in scope.roles,
    }  # fmt: skip
    for _ in range(TRIES):
        with transaction.atomic():
            held = _take_once(values, min(count, MAX_LEASES))
        if held:
            return Taken(leases=tuple(held[:MAX_LEASES]), state="ready")
    return _empty(values)


def _take_once(values: dict[str, Any], count: int) -> list[UUID]:
    held = places.renew_live(values)
    for mine in (True, False):
        missing = count - len(held)
        if missing <= 0:
            break
        locked = places.lock_questions(values, mine=mine, limit=missing)
        free = places.still_free(locked, values["reviewer"]) if locked else []
        held += places.insert_leases(free, values["reviewer"], values["seconds"]) if free else []
    return held


def _empty(values: dict[str, Any]) -> Taken:
    count, free, desk, waits = places.outlook(values)
    if free:
        return Taken(leases=(), state="busy", retry_after=1, reason="Others are taking questions this very moment.")
    if waits is not None:
        reason = "Every question left is reserved for another reviewer; some may come back."
        return Taken(leases=(), state="waiting", retry_after=max(2, min(60, int(waits) + 1)), reason=reason)
    if count and desk:
        return Taken(leases=(), state="done", reason="The questions left are for an adjudicator.")
    if count:
        return Taken(leases=(), state="done", reason="You have seen all questions here; the rest needs others.")
    return Taken(leases=(), state="done", reason="Every question of this campaign is answered.")


def answer_question(user: User, lease_id: UUID, reply: Reply) -> tuple[Receipt, bool]:
    """Store an answer and what follows from it; (Receipt, True when it was new).

    Promises: the same submission again gets the same Receipt and changes nothing; a question is answered once; an
    answer that comes after its lease expired counts while nobody else answered. Raises UnknownHere,
    SubmissionReused, LeaseLost, AnswerInvalid (all violations at once).
    """
    scope = queries.scope_of_lease(user, lease_id)
    body_hash = reply_hash(lease_id, reply)
    try:
        with transaction.atomic():
            return _answer(scope, lease_id, reply, body_hash)
    except IntegrityError as error:
        if "submission_id" in str(error):  # the same id arrived for two questions at the same moment
            raise SubmissionReused from error
        raise


def _answer(scope: Scope, lease_id: UUID, reply: Reply, body_hash: str) -> tuple[Receipt, bool]:
    lease = _locked(scope, lease_id)
    known = RereviewAnswer.objects.scoped(scope).filter(submission_id=reply.submission_id).first()
    if known is not None:
        if known.lease_id != lease.id or known.body_hash != body_hash:
            raise SubmissionReused
        return Receipt(lease=lease.id, recorded_at=known.recorded_at), False
    question = lease.rereview
    if question.state != Rereview.State.OPEN:
        raise LeaseLost("Somebody else answered it, or it is not asked any more.")
    if lease.state == RereviewLease.State.SKIPPED:
        raise LeaseLost("You have skipped this question.")
    row = queued_finding(question.run_id, question.finding_id) if question.finding_id else None
    if row is None:
        raise LeaseLost("It is not asked any more.")
    candidates = [(concept, level) for concept, level in question.candidates]
    violations = reply_violations(reply, question.kinds, candidates, tree_of(row.run.to_version_id))
    if violations:
        raise AnswerInvalid(violations=violations)
    region = region_document(reply.region)
    if reply.concept is None:
        reject_carried(row, reviewer=lease.reviewer_id)
    else:
        settle_carried(row, concept=reply.concept, level=reply.level, region=region, reviewer=lease.reviewer_id)
    chosen = reply.concept is not None
    stored = RereviewAnswer.objects.create(
        project_id=scope.project, rereview=question, lease=lease, reviewer_id=lease.reviewer_id,
        submission_id=reply.submission_id, body_hash=body_hash, concept=reply.concept or "", level=reply.level,
        decision=RereviewAnswer.Decision.CHOSEN if chosen else RereviewAnswer.Decision.NONE,
        region=region, note=reply.note, active_ms=reply.active_ms,
    )  # fmt: skip
    _close(question, lease)
    journal.record(
        journal.project_scope(scope.project), "rereview.answered", actor=scope.actor, subject=question.id,
        payload={"item": str(question.item_id), "concept": reply.concept, "body": body_hash},
    )  # fmt: skip
    if not Rereview.objects.scoped(scope).filter(item=question.item_id, state=Rereview.State.OPEN).exists():
        settle_reviewed(question.item_id, question.run_id)
    return Receipt(lease=lease.id, recorded_at=stored.recorded_at), True


def _close(question: Rereview, lease: RereviewLease) -> None:
    live = RereviewLease.objects.unscoped().filter(rereview=question, state=RereviewLease.State.LIVE)
    live.exclude(id=lease.id).update(state=RereviewLease.State.RELEASED, ended_at=Now())
    lease.state, lease.ended_at = RereviewLease.State.ANSWERED, Now()
    lease.save(update_fields=["state", "ended_at"])
    question.state, question.closed_at = Rereview.State.ANSWERED, Now()
    question.save(update_fields=["state", "closed_at"])


def _locked(scope: Scope, lease_id: UUID) -> RereviewLease:
    """The person's own lease with pin, Item, question and lease locked, in this order. Raises UnknownHere."""
    rows = RereviewLease.objects.scoped(scope).filter(id=lease_id, reviewer__user_id=scope.person)
    found = rows.select_related("rereview").first()
    if found is None:
        raise UnknownHere
    pin.hold_shared(found.rereview.campaign_id)
    Item.objects.scoped(scope).select_for_update().get(id=found.rereview.item_id)
    question = Rereview.objects.scoped(scope).select_for_update().get(id=found.rereview_id)
    lease = rows.select_for_update(of=("self",)).get()
    lease.rereview = question
    return lease


def release_lease(user: User, lease_id: UUID) -> None:
    """Give an unanswered question back. Doing it twice changes nothing."""
    scope = queries.scope_of_lease(user, lease_id)
    with transaction.atomic():
        lease = _locked(scope, lease_id)
        if lease.state == RereviewLease.State.LIVE:
            lease.state, lease.ended_at = RereviewLease.State.RELEASED, Now()
            lease.save(update_fields=["state", "ended_at"])


def skip_lease(user: User, lease_id: UUID, *, reason: str, note: str) -> None:
    """Not answered, with a reason; never offered again to this person. Raises LeaseLost once it is answered."""
    if reason not in SKIP_REASONS:
        message = f"One of {', '.join(SKIP_REASONS)}."
        raise InputInvalid(violations=[Violation(pointer="/reason", code="reason", message=message)])
    scope = queries.scope_of_lease(user, lease_id)
    with transaction.atomic():
        lease = _locked(scope, lease_id)
        if lease.state == RereviewLease.State.SKIPPED:
            return
        if lease.state == RereviewLease.State.ANSWERED:
            raise LeaseLost("You have answered it already.")
        lease.state, lease.ended_at = RereviewLease.State.SKIPPED, Now()
        lease.reason, lease.note = reason, note
        lease.save(update_fields=["state", "ended_at", "reason", "note"])
        journal.record(
            journal.project_scope(scope.project), "rereview.skipped", actor=scope.actor, subject=lease.rereview_id,
            payload={"reason": reason},
        )  # fmt: skip
