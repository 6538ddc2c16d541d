"""The re-review queue: questions made from a run, leased to one person each, answered once, gold settled after them.

Lock order: the Campaign's pin (shared), the Item, the question, its lease.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from accounts import journal
from accounts.scope import Scope
from annotate.annotations import pin
from annotate.annotations.carried_rows import Settlement, settle_finding
from annotate.answer import region_document
from annotate.errors import AnswerInvalid, CampaignNotOpen, InputInvalid, LeaseLost, SubmissionReused, UnknownHere
from annotate.geometry import parse_region
from annotate.models import Campaign, Item, MigrationRun, Rereview, RereviewAnswer, RereviewLease
from annotate.projects.queries import reviewer_of
from annotate.rereview import places, queries
from annotate.rereview.gold_services import settle_gold, settle_held_back
from annotate.rereview.questions import Question, Reply, excluded_by, priority, reply_violations
from core import clock
from core.errors import Violation
from core.hashing import canonical_json, sha256_of_bytes
from taxonomy.queries import tree_of
from taxonomy.tree import TaxonomyTree

FILL = "rereview.fill"
LEASE_S = 900
MAX_LEASES = 10
SKIP_REASONS = ("cannot_load", "not_my_language", "unsure", "other")
State = Literal["ready", "busy", "waiting", "done"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Leases on questions (own live ones first), or why there are none."""

    leases: tuple[UUID, ...]
    state: State
    retry_after: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The proof that an answer is stored."""

    lease: UUID
    recorded_at: datetime


def fill_questions(run_id: UUID) -> dict[str, Any]:
    """Put the questions of an active run to people: one a queued Finding, and one a gold label that nobody's Finding
    can settle. Safe to run again, and for what arrives later."""
    run = MigrationRun.objects.unscoped().select_related("campaign").get(id=run_id)
    if run.state != MigrationRun.State.ACTIVE or run.campaign.layer_id != run.id:
        return {"questions": 0}
    tree, now = tree_of(run.to_version_id), clock.now()
    rows = []
    for one in queries.unasked(run):
        question = Question(candidates=one.candidates, kinds=one.kinds, has_region=one.has_region)
        age = (now - one.since).total_seconds() / 86_400
        rows.append(
            Rereview(
                project_id=run.project_id, run=run, campaign_id=run.campaign_id, item_id=one.item, image_id=one.image,
                finding_id=one.finding, gold_id=one.gold, finder_id=one.finder, concept=one.concept,
                kinds=list(one.kinds), candidates=[list(state) for state in one.candidates], desk=one.gold is not None,
                priority=priority(question, tree, is_gold=one.is_gold, age_days=age),
            )
        )  # fmt: skip
    with transaction.atomic():
        Rereview.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)
    return {"questions": len(rows)}


# ---- leases


def take_leases(scope: Scope, campaign: Campaign, count: int) -> Taken:
    """My live leases, renewed, then new ones up to `count` (1..10): my own findings first, then by priority.

    Promises: at most one live lease a question; nothing is offered again to somebody who skipped it. Locks the
    questions by SKIP LOCKED, in the order of the queue.
    """
    if campaign.state != Campaign.State.OPEN:
        said = "paused by the lead" if campaign.state == Campaign.State.PAUSED else "closed"
        return Taken(leases=(), state="waiting", retry_after=60, reason=f"The campaign is {said}.")
    reviewer = places.person_of(scope)
    with transaction.atomic():
        held = places.renew(campaign.id, reviewer, LEASE_S)
        missing = min(count, MAX_LEASES) - len(held)
        if missing > 0:
            desk = "adjudicator" in scope.roles
            labels = "reviewer" in scope.roles
            held += places.take(campaign, reviewer, missing, LEASE_S, desk=desk, labels=labels)
    if held:
        return Taken(leases=tuple(held[:MAX_LEASES]), state="ready")
    return _empty(campaign.id, reviewer)


def _empty(campaign: UUID, reviewer: UUID) -> Taken:
    look = places.outlook(campaign, reviewer)
    if look.open == 0:
        return Taken(leases=(), state="done", reason="Every question of this campaign is answered.")
    if look.held_by_others:
        reason = "Every question left is reserved for somebody else; some may come back."
        return Taken(leases=(), state="waiting", retry_after=30, reason=reason)
    reason = "You have answered all that you can here; the rest needs an adjudicator or others."
    return Taken(leases=(), state="done", reason=reason)


def skip_lease(scope: Scope, lease: UUID, *, reason: str, note: str) -> None:
    """Not answered, with a reason; never offered again to this person. Raises InputInvalid, LeaseLost."""
    if reason not in SKIP_REASONS:
        message = f"One of {', '.join(SKIP_REASONS)}."
        raise InputInvalid(violations=[Violation(pointer="/reason", code="reason", message=message)])
    with transaction.atomic():
        row = _own(scope, lease)
        if row.state == RereviewLease.State.SKIPPED:
            return
        if row.state not in (RereviewLease.State.LIVE, RereviewLease.State.RELEASED):
            raise LeaseLost(f"You have already ended it as {row.state}.")
        _end(row, RereviewLease.State.SKIPPED, reason=reason, note=note)
        _note(scope, "rereview.skipped", row.rereview, reason=reason)


def release_lease(scope: Scope, lease: UUID) -> None:
    """Give the question back. Doing it twice changes nothing."""
    with transaction.atomic():
        row = _own(scope, lease)
        if row.state == RereviewLease.State.LIVE:
            _end(row, RereviewLease.State.RELEASED)


def _own(scope: Scope, lease: UUID) -> RereviewLease:
    rows = RereviewLease.objects.scoped(scope).select_for_update(of=("self",)).select_related("rereview")
    row = rows.filter(id=lease, reviewer__user_id=scope.person).first()
    if row is None:
        raise UnknownHere
    return row


def _end(row: RereviewLease, state: RereviewLease.State, *, reason: str = "", note: str = "") -> None:
    row.state, row.reason, row.note, row.ended_at = state, reason, note, clock.now()
    row.save(update_fields=["state", "reason", "note", "ended_at"])


# ---- answers


def answer_question(scope: Scope, lease: UUID, submission: UUID, reply: Reply, active_ms: int) -> tuple[Receipt, bool]:
    """Store one answer and let it take effect; (Receipt, True when it was new), after the commit.

    The same submission again gets the same Receipt. An answer whose lease expired counts while nobody else answered.
    Raises UnknownHere, SubmissionReused, LeaseLost, CampaignNotOpen, AnswerInvalid with everything that is wrong.
    """
    body_hash = _hash(reply)
    try:
        with transaction.atomic():
            row = _question_of(scope, lease)
            known = RereviewAnswer.objects.scoped(scope).filter(submission_id=submission).first()
            if known is not None:
                if known.lease_id != lease or known.body_hash != body_hash:
                    raise SubmissionReused
                return Receipt(lease=lease, recorded_at=known.recorded_at), False
            return _store(scope, row, submission, reply, body_hash, active_ms), True
    except IntegrityError as error:
        if "submission_id" in str(error):
            raise SubmissionReused from error
        raise


def _hash(reply: Reply) -> str:
    content = {
        "decision": reply.decision, "concept": reply.concept, "level": reply.level,
        "region": region_document(reply.region), "note": reply.note,
    }  # fmt: skip
    return sha256_of_bytes(canonical_json(content))


def _question_of(scope: Scope, lease: UUID) -> RereviewLease:
    """The lease with its question, the pin held and Item and question locked."""
    rows = RereviewLease.objects.scoped(scope).filter(id=lease, reviewer__user_id=scope.person)
    found = rows.values_list("rereview__campaign_id", "rereview__item_id", "rereview_id").first()
    if found is None:
        raise UnknownHere
    pin.hold_shared(found[0])
    Item.objects.scoped(scope).select_for_update().get(id=found[1])
    Rereview.objects.scoped(scope).select_for_update().get(id=found[2])
    return rows.select_for_update(of=("self",)).select_related("rereview__run", "rereview__campaign").get()


def _store(
    scope: Scope, lease: RereviewLease, submission: UUID, reply: Reply, body_hash: str, active_ms: int
) -> Receipt:
    row = lease.rereview
    if row.state != Rereview.State.OPEN:
        raise LeaseLost("Somebody else answered it, or it is not asked any more.")
    if lease.state == RereviewLease.State.SKIPPED:
        raise LeaseLost("You have skipped it.")
    if row.campaign.state == Campaign.State.CLOSED:
        raise CampaignNotOpen("The campaign is closed.")
    tree = tree_of(row.run.to_version_id)
    _require_fit(row, reply, tree)
    now = clock.now()
    RereviewAnswer.objects.create(
        id=uuid4(), project_id=row.project_id, rereview=row, lease=lease, reviewer_id=lease.reviewer_id,
        submission_id=submission, body_hash=body_hash, decision=reply.decision,
        concept=reply.concept if reply.decision == "chosen" else "", level=reply.level,
        region=region_document(reply.region), note=reply.note, active_ms=active_ms, recorded_at=now,
    )  # fmt: skip
    row.state, row.closed_at = Rereview.State.ANSWERED, now
    row.save(update_fields=["state", "closed_at"])
    _end(lease, RereviewLease.State.ANSWERED)
    _take_effect(scope, row, lease.reviewer_id, reply, tree)
    _note(scope, "rereview.answered", row, decision=reply.decision, concept=reply.concept, body=body_hash)
    return Receipt(lease=lease.id, recorded_at=now)


def _require_fit(row: Rereview, reply: Reply, tree: TaxonomyTree) -> None:
    seen = queries.carried_of(row)
    question = Question(
        candidates=tuple((concept, level) for concept, level in row.candidates), kinds=tuple(row.kinds),
        has_region=seen.region is not None,
    )  # fmt: skip
    wrong = list(reply_violations(reply, question, tree, row.campaign.region_policy))  # type: ignore[arg-type]
    if not wrong and reply.decision == "chosen" and row.finding_id is not None:
        here = reply.region or (parse_region(seen.region)[0] if seen.region else None)
        rule = excluded_by(reply.concept, here, queries.standing_beside(row), tree)
        if rule:
            wrong.append(
                Violation(pointer="/concept", code="excluded", message=f"Another finding stands there: {rule}")
            )
    if wrong:
        raise AnswerInvalid(violations=wrong)


def _take_effect(scope: Scope, row: Rereview, reviewer: UUID, reply: Reply, tree: TaxonomyTree) -> None:
    chosen = reply.decision == "chosen"
    if row.finding_id is not None:
        settle_finding(
            Settlement(
                run=row.run_id, finding=row.finding_id, annotation=queries.annotation_of(row), reviewer=reviewer,
                concept=reply.concept if chosen else "", level=reply.level if chosen else None,
                region=region_document(reply.region) if chosen else None,
            ),
            tree,
        )  # fmt: skip
    else:
        settle_gold(scope, row, reply)
    settle_held_back(row)


def answer_in_bulk(scope: Scope, campaign: Campaign, questions: Sequence[UUID], level: str) -> int:
    """Give one level to questions that ask for nothing but a level, none of them of a veto; answers how many.

    All or none. Raises AnswerInvalid with those that cannot be answered so.
    """
    person, tree = reviewer_of(scope), tree_of(campaign.version_id)
    with transaction.atomic():
        pin.hold_shared(campaign.id)
        rows = list(queries.open_questions(scope, campaign, questions))
        wrong = []
        for row in rows:
            question = Question(
                candidates=[tuple(one) for one in row.candidates], kinds=tuple(row.kinds), has_region=True
            )
            if not question.may_be_answered_in_bulk(tree) or level not in question.levels(question.concepts[0]):
                wrong.append(row.id)
        missing = set(questions) - {row.id for row in rows}
        if wrong or missing:
            message = f"{len(wrong) + len(missing)} of {len(questions)} cannot be answered together with this level."
            raise AnswerInvalid(violations=[Violation(pointer="/questions", code="not-in-bulk", message=message)])
        for row in rows:
            places.lease_for(row, person.id, LEASE_S)
        for row in rows:
            lease = RereviewLease.objects.scoped(scope).get(rereview=row, reviewer=person)
            concept = row.candidates[0][0]
            reply = Reply(decision="chosen", concept=concept, level=level, note="answered together")
            Item.objects.scoped(scope).select_for_update().get(id=row.item_id)
            _store(scope, _question_of(scope, lease.id), uuid4(), reply, _hash(reply), 0)
    return len(rows)


def _note(scope: Scope, action: str, row: Rereview, **payload: Any) -> None:
    journal.record(
        journal.project_scope(row.project_id), action, actor=scope.actor, subject=row.id,
        payload={"run": str(row.run_id), "item": str(row.item_id), **payload},
    )  # fmt: skip
