"""Campaigns: opened from a plan, paused, extended, closed; priorities written by a ranking."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.db.models.functions import Now

from accounts import journal
from accounts.scope import Scope
from annotate.campaigns.plan import choose_sample, draw_audit, one_stroke_problem
from annotate.campaigns.proposal import CampaignPlan
from annotate.corpus.image_filter import ImageFilter
from annotate.corpus.queries import matching_images
from annotate.errors import CampaignNotOpen, InputInvalid, NameTaken, UnknownHere
from annotate.models import Campaign, Item, Lease
from core import clock
from core.errors import Violation
from taxonomy.models import Version
from taxonomy.queries import tree_of

BATCH = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPriority:
    """One line of a ranking. `inclusion_probability` None leaves it as it was."""

    item: UUID
    priority: float
    inclusion_probability: float | None = None


def plan_violations(plan: CampaignPlan) -> list[Violation]:
    """What keeps the plan from being opened. Raises UnknownHere for a version that is not published."""
    version = Version.objects.filter(id=plan.version, state=Version.State.PUBLISHED).first()
    if version is None:
        raise UnknownHere("Choose a published version.")
    tree, found = tree_of(plan.version), list[Violation]()
    active = {defect.id for defect in tree.active_defects}
    for index, concept in enumerate(plan.defects):
        if concept not in active:
            message = f"{concept} is not an active defect of this version."
            found.append(Violation(pointer=f"/defects/{index}", code="unknown-defect", message=message))
    if not plan.defects:
        found.append(Violation(pointer="/defects", code="empty", message="Ask at least one defect."))
    if len(set(plan.defects)) != len(plan.defects):
        found.append(Violation(pointer="/defects", code="twice", message="A defect is named twice."))
    if plan.consensus_rule == "majority_of_3" and plan.annotations_per_item < 3:
        message = "A majority of three needs at least 3 annotations per Item."
        found.append(Violation(pointer="/consensus_rule", code="too-few", message=message))
    if plan.consensus_rule == "agreement_of_2" and plan.annotations_per_item < 2:
        message = "An agreement of two needs at least 2 annotations per Item."
        found.append(Violation(pointer="/consensus_rule", code="too-few", message=message))
    codes = [defect.code for defect in tree.active_defects if defect.id in set(plan.defects)]
    problem = one_stroke_problem(codes) if plan.one_stroke_keys else None
    if problem is not None:
        found.append(Violation(pointer="/one_stroke_keys", code="keys-shared", message=problem))
    return found


def open_campaign(scope: Scope, plan: CampaignPlan) -> Campaign:
    """Make the campaign with all its Items in one transaction. Raises InputInvalid, NameTaken, UnknownHere."""
    violations = plan_violations(plan)
    chosen = list(matching_images(scope, plan.images))
    matching = len(chosen)
    if plan.sample is not None:
        chosen = choose_sample(chosen, plan.sample, plan.seed)
    if not chosen:
        violations.append(Violation(pointer="/images", code="no-images", message="No Image fits this choice."))
    if violations:
        raise InputInvalid(violations=violations)
    try:
        with transaction.atomic():
            return _open(scope, plan, chosen, matching)
    except IntegrityError as error:
        if "campaign_name_once_per_project" in str(error):
            raise NameTaken(f"A campaign named {plan.name!r} exists already.") from error
        raise


def _open(scope: Scope, plan: CampaignPlan, chosen: list[UUID], matching: int) -> Campaign:
    order = [defect.id for defect in tree_of(plan.version).active_defects if defect.id in set(plan.defects)]
    campaign = Campaign.objects.create(
        project_id=scope.project, name=plan.name, kind=plan.kind, version_id=plan.version, defects=order,
        annotations_per_item=plan.annotations_per_item, audit_share=plan.audit_share, seed=plan.seed,
        region_policy=plan.region_policy, asks_verdict=plan.asks_verdict, one_stroke_keys=plan.one_stroke_keys,
        lease_seconds=plan.lease_seconds, consensus_rule=plan.consensus_rule, instructions=plan.instructions,
        context=plan.context, created_by_id=scope.actor,
        image_choice={
            "filter": plan.images.document(), "sample": plan.sample, "seed": plan.seed, "matching": matching,
            "chosen": len(chosen),
        },
    )  # fmt: skip
    _add_items(campaign, chosen, first_position=0, sampled=len(chosen) / matching)
    journal.record(
        journal.project_scope(scope.project), "campaign.opened", actor=scope.actor, subject=campaign.id,
        payload={"version": plan.version, "items": len(chosen), "annotations_per_item": plan.annotations_per_item},
    )  # fmt: skip
    return campaign


def _add_items(campaign: Campaign, images: Sequence[UUID], *, first_position: int, sampled: float) -> None:
    """Expects an open transaction. The audit sample is drawn here, its probability stored with each Item."""
    audit = draw_audit(len(images), campaign.audit_share, campaign.seed + first_position)
    share = len(audit) / len(images) if images else 0.0
    for start in range(0, len(images), BATCH):
        part = range(start, min(start + BATCH, len(images)))
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO annotate_item (id, project_id, campaign_id, image_id, position, state, stream, round, "
                "needed, priority, inclusion_probability, sampling_stratum) "
                "SELECT gen_random_uuid(), %s, %s, new.image, new.place, 'open', new.stream, 1, %s, 0, "
                "new.probability, CASE WHEN new.stream = 'audit' THEN 'audit' ELSE 'queue' END "
                "FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::float[]) "
                "AS new(image, place, stream, probability) ON CONFLICT (campaign_id, image_id, round) DO NOTHING",
                [
                    campaign.project_id,
                    campaign.id,
                    campaign.annotations_per_item,
                    [images[i] for i in part],
                    [first_position + i for i in part],
                    ["audit" if i in audit else "priority" for i in part],
                    [sampled * share if i in audit else sampled for i in part],
                ],
            )


def extend_campaign(
    scope: Scope, campaign: UUID, images: ImageFilter | None, *, annotations_per_item: int | None
) -> int:
    """Add the Images of a filter that are not in the campaign yet, and raise (never lower) the annotations needed.

    Answers the number of Items added. Raises CampaignNotOpen for a closed campaign, InputInvalid on a lower number.
    """
    with transaction.atomic():
        row = _locked(scope, campaign)
        if row.state == Campaign.State.CLOSED:
            raise CampaignNotOpen("A closed campaign cannot be extended.")
        if annotations_per_item is not None and annotations_per_item < row.annotations_per_item:
            message = f"Not below {row.annotations_per_item}: answers would be over."
            raise InputInvalid(violations=[Violation(pointer="/annotations_per_item", code="lower", message=message)])
        items = Item.objects.scoped(scope).filter(campaign=row)
        known = set(items.values_list("image_id", flat=True))
        wanted = matching_images(scope, images) if images is not None else iter(())
        added = [image for image in wanted if image not in known]
        last = items.aggregate(last=Max("position"))["last"]
        if annotations_per_item and annotations_per_item > row.annotations_per_item:
            row.annotations_per_item = annotations_per_item
            row.save(update_fields=["annotations_per_item"])
            unsettled = items.filter(settled_at=None).exclude(state=Item.State.WITHDRAWN)
            unsettled.update(needed=annotations_per_item, state=Item.State.OPEN, completed_at=None)
        _add_items(row, added, first_position=(last if last is not None else -1) + 1, sampled=1.0)
        journal.record(
            journal.project_scope(scope.project), "campaign.extended", actor=scope.actor, subject=campaign,
            payload={"added": len(added), "annotations_per_item": row.annotations_per_item},
        )  # fmt: skip
        return len(added)


def _locked(scope: Scope, campaign: UUID) -> Campaign:
    row = Campaign.objects.scoped(scope).select_for_update().filter(id=campaign).first()
    if row is None:
        raise UnknownHere
    return row


def change_campaign(scope: Scope, campaign: UUID, values: dict[str, Any]) -> Campaign:
    """Change name, instructions or reservation time. Raises NameTaken."""
    allowed: dict[str, Any] = {
        name: values[name] for name in ("name", "instructions", "lease_seconds") if name in values
    }
    try:
        with transaction.atomic():
            row = _locked(scope, campaign)
            for name, value in allowed.items():
                setattr(row, name, value)
            row.save(update_fields=[*allowed])
            journal.record(
                journal.project_scope(scope.project), "campaign.changed", actor=scope.actor, subject=campaign,
                payload=allowed,
            )  # fmt: skip
            return row
    except IntegrityError as error:
        raise NameTaken(f"A campaign named {allowed.get('name')!r} exists already.") from error


def pause_campaign(scope: Scope, campaign: UUID) -> None:
    """Hand out nothing new; what is under way may still be answered."""
    _move(scope, campaign, {Campaign.State.OPEN}, Campaign.State.PAUSED)


def resume_campaign(scope: Scope, campaign: UUID) -> None:
    """Hand out again."""
    _move(scope, campaign, {Campaign.State.PAUSED}, Campaign.State.OPEN)


def close_campaign(scope: Scope, campaign: UUID) -> None:
    """End it: live leases are returned, nothing is handed out or corrected any more. Late answers are still kept."""
    with transaction.atomic():
        _move(scope, campaign, {Campaign.State.OPEN, Campaign.State.PAUSED}, Campaign.State.CLOSED)
        live = Lease.objects.scoped(scope).filter(campaign_id=campaign, state=Lease.State.LIVE)
        live.update(state=Lease.State.RELEASED, ended_at=Now())


def _move(scope: Scope, campaign: UUID, before: set[str], after: str) -> None:
    with transaction.atomic():
        row = _locked(scope, campaign)
        if row.state == after:
            return
        if row.state not in before:
            raise CampaignNotOpen(f"The campaign is {row.state}.")
        row.state = after
        changed: list[Any] = ["state"]
        if after == Campaign.State.CLOSED:
            row.closed_at = Now()
            changed.append("closed_at")
        row.save(update_fields=changed)
        journal.record(journal.project_scope(scope.project), f"campaign.{after}", actor=scope.actor, subject=campaign)


def mark_settled(item: Item) -> None:
    """Gold rests on the Item now: it is complete, takes no corrections and is handed out no more.

    Expects the Item's lock held.
    """
    item.settled_at = clock.now()
    if item.state == Item.State.OPEN and item.stream != Item.Stream.TEST:
        item.state, item.completed_at = Item.State.COMPLETE, item.settled_at
    item.save(update_fields=["settled_at", "state", "completed_at"])


def write_priorities(scope: Scope, campaign: UUID, rows: Sequence[NewPriority]) -> int:
    """Write a ranking's priorities on open Items, 500 a batch in the order of their ids. Answers how many were written.

    Expects no lock; takes the Items' locks batch by batch, so that labelling goes on meanwhile.
    """
    written = 0
    ordered = sorted(rows, key=lambda row: row.item)
    for start in range(0, len(ordered), 500):
        part = ordered[start : start + 500]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT id FROM annotate_item WHERE id = ANY(%s) AND project_id = %s ORDER BY id FOR UPDATE",
                [[row.item for row in part], scope.project],
            )
            cursor.execute(
                "UPDATE annotate_item SET priority = new.priority, "
                "inclusion_probability = coalesce(new.probability, inclusion_probability) "
                "FROM unnest(%s::uuid[], %s::float[], %s::float[]) AS new(item, priority, probability) "
                "WHERE annotate_item.id = new.item AND campaign_id = %s AND project_id = %s AND state = 'open'",
                [
                    [r.item for r in part],
                    [r.priority for r in part],
                    [r.inclusion_probability for r in part],
                    campaign,
                    scope.project,
                ],
            )
            written += cursor.rowcount
    return written
