"""Leases: taken, given back, skipped. The one place where people race; see `places` for the statements."""

from dataclasses import dataclass
from random import SystemRandom
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from accounts import journal
from accounts.scope import Scope
from annotate.answer import missing_context
from annotate.errors import InputInvalid, LeaseLost, UnknownHere
from annotate.models import Campaign, Item, Lease
from annotate.queue import places, policy
from core.errors import Violation
from taxonomy.queries import tree_of

MAX_LEASES = 10
TRIES = 4
State = Literal["ready", "busy", "waiting", "done"]
SKIP_REASONS = ("cannot_load", "not_my_language", "unsure", "offensive", "other")
_random = SystemRandom()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a Reviewer holds now (lease ids, own live ones first), or why it is nothing."""

    leases: tuple[UUID, ...]
    state: State
    retry_after: int | None = None
    reason: str | None = None


def take_leases(campaign: Campaign, reviewer: UUID, count: int) -> Taken:
    """My live leases, renewed, then new ones up to `count` (1..10), best priority first.

    Promises: never more answered and live leases on an Item than it needs, however many ask at once; nothing is
    offered again to somebody who answered, skipped or escalated it; "done" is only said when nothing is left for
    this Reviewer. Locks: Items (by the queue's order, SKIP LOCKED), then the Reviewer's own Leases.
    """
    if campaign.state != Campaign.State.OPEN:
        return _closed(campaign)
    held: list[UUID] = []
    for _ in range(TRIES):
        with transaction.atomic():
            held = _take_once(campaign, reviewer, count)
        if held:
            return Taken(leases=tuple(held[:MAX_LEASES]), state="ready")
    return _empty(campaign, reviewer)


def _take_once(campaign: Campaign, reviewer: UUID, count: int) -> list[UUID]:
    seconds = campaign.lease_seconds
    held = places.renew_live(campaign=campaign.id, reviewer=reviewer, seconds=seconds)
    missing = min(count, MAX_LEASES) - len(held)
    if missing <= 0:
        return held
    wished = policy.draw_streams(missing, audit_share=campaign.audit_share, test_share=0.0, random=_random)
    for stream, wanted in policy.fallback_order(wished):
        wanted = min(wanted, min(count, MAX_LEASES) - len(held))
        if wanted <= 0:
            continue
        locked = places.lock_candidates(campaign=campaign.id, reviewer=reviewer, stream=stream, limit=wanted)
        free = places.still_free(locked) if locked else []
        if free:
            new = places.insert_leases(items=free, reviewer=reviewer, version=campaign.version_id, seconds=seconds)
            _note_missing_context(campaign, new)
            held += new
    return held


def _note_missing_context(campaign: Campaign, leases: list[UUID]) -> None:
    """Store on each lease which asked defects cannot be judged here: an answer never covers what was not shown."""
    tree = tree_of(campaign.version_id)
    if not any(tree.defect(concept).context for concept in campaign.defects):
        return
    for lease, present in places.context_present(leases, campaign.context):
        gaps = [concept for concept, _ in missing_context(tree, campaign.defects, present)]
        places.store_not_assessed(lease, gaps)


def _closed(campaign: Campaign) -> Taken:
    said = "paused by the lead; your saved answers are safe" if campaign.state == Campaign.State.PAUSED else "closed"
    state: State = "waiting" if campaign.state == Campaign.State.PAUSED else "done"
    return Taken(
        leases=(), state=state, retry_after=60 if state == "waiting" else None, reason=f"The campaign is {said}."
    )


def _empty(campaign: Campaign, reviewer: UUID) -> Taken:
    look = places.outlook(campaign=campaign.id, reviewer=reviewer)
    if look.free_now:
        return Taken(leases=(), state="busy", retry_after=1, reason="Others are taking Items this very moment.")
    if look.waits_s is not None:
        reason = "Every Item left is reserved for another reviewer; some may come back when a reservation ends."
        return Taken(leases=(), state="waiting", retry_after=max(2, min(60, int(look.waits_s) + 1)), reason=reason)
    if look.open_items:
        reason = "You have answered all you can here; the rest needs other reviewers."
        return Taken(leases=(), state="done", reason=reason)
    return Taken(leases=(), state="done", reason="Every Item of this campaign has the answers it needs.")


def own_lease(scope: Scope, lease: UUID, *, lock: bool = False) -> Lease:
    """The person's own lease. Raises UnknownHere for any other. `lock`: Item first, then Lease."""
    rows = Lease.objects.scoped(scope).filter(reviewer__user_id=scope.person)
    found = rows.select_related("campaign").filter(id=lease).first()
    if found is None:
        raise UnknownHere
    if lock:
        Item.objects.scoped(scope).select_for_update().get(id=found.item_id)
        found = rows.select_for_update(of=("self",)).select_related("campaign").get(id=lease)
    return found


def release_lease(scope: Scope, lease: UUID) -> None:
    """Give an unanswered lease back: its place is free at once. Doing it twice changes nothing."""
    with transaction.atomic():
        row = own_lease(scope, lease, lock=True)
        if row.state == Lease.State.LIVE:
            _end(row, Lease.State.RELEASED)


def release_all(scope: Scope, reviewer: UUID) -> int:
    """Give back every live lease of a Reviewer (who left the project). Expects an open transaction."""
    rows = Lease.objects.scoped(scope).filter(reviewer_id=reviewer, state=Lease.State.LIVE)
    return rows.update(state=Lease.State.RELEASED, ended_at=Now())


def skip_lease(scope: Scope, lease: UUID, *, reason: str, note: str) -> None:
    """Not answered, with a reason; never offered again to this person. Raises LeaseLost when it has ended otherwise."""
    if reason not in SKIP_REASONS:
        message = f"One of {', '.join(SKIP_REASONS)}."
        raise InputInvalid(violations=[Violation(pointer="/reason", code="reason", message=message)])
    with transaction.atomic():
        row = own_lease(scope, lease, lock=True)
        if row.state == Lease.State.SKIPPED:
            return
        _must_be_unanswered(row)
        _end(row, Lease.State.SKIPPED, reason=reason, note=note)
        journal.record(
            journal.project_scope(scope.project),
            "lease.skipped",
            actor=scope.actor,
            subject=row.id,
            payload={"reason": reason},
        )


def escalate_lease(scope: Scope, lease: UUID, *, note: str) -> None:
    """To the adjudicator with a word of why. The Item keeps its open places; the desk pulls escalated leases."""
    if not note.strip():
        message = "Say in a few words what the expert should look at."
        raise InputInvalid(violations=[Violation(pointer="/note", code="note-needed", message=message)])
    with transaction.atomic():
        row = own_lease(scope, lease, lock=True)
        if row.state == Lease.State.ESCALATED:
            return
        _must_be_unanswered(row)
        _end(row, Lease.State.ESCALATED, note=note)
        journal.record(journal.project_scope(scope.project), "lease.escalated", actor=scope.actor, subject=row.id)


def _must_be_unanswered(row: Lease) -> None:
    if row.state not in {Lease.State.LIVE, Lease.State.RELEASED}:
        raise LeaseLost(f"You have already ended it as {row.state}.")


def _end(row: Lease, state: Lease.State, *, reason: str = "", note: str = "") -> None:
    row.state, row.reason, row.note, row.ended_at = state, reason, note, Now()
    row.save(update_fields=["state", "reason", "note", "ended_at"])
