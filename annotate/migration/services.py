"""Moving a Campaign to a later Version: prepared in rows that nobody sees, shown, made visible by one commit.

Annotations are never touched. Lock order: the pin of the Campaign (`annotations.pin`), then its row, then the run's;
both rows without their keys, because who takes a lease holds an Item and then refers to the Campaign.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from accounts import journal
from accounts.scope import Scope
from annotate.annotations import pin
from annotate.annotations.carried_rows import Layer, drop_layer, write_answers
from annotate.annotations.carry_over import Route, carry_answers
from annotate.annotations.route_queries import path_between, route_along, steps_of
from annotate.errors import InputInvalid, MoveNotPossible, MoveUnderWay, UnknownHere
from annotate.jobs import services as jobs
from annotate.migration import queries
from annotate.migration.asked import asked_after
from annotate.migration.gold_carrying import carry_gold
from annotate.migration.gold_rows import drop_gold, write_gold_rows
from annotate.migration.tally import Tally, added
from annotate.models import Campaign, Job, Lease, MigrationRun, Rereview
from core import clock
from core.errors import Violation
from taxonomy.models import Version
from taxonomy.queries import tree_of

PREPARE = "migration.prepare"
FILL = "rereview.fill"
OPEN = (MigrationRun.State.PREPARING, MigrationRun.State.READY)
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A run that begins, and the job that writes its rows."""

    run: MigrationRun
    job: Job


def prepare_move(scope: Scope, campaign: Campaign, version: UUID, defects: Sequence[str] | None = None) -> Prepared:
    """Begin to carry the labels of a Campaign to a later Version; nothing of it is seen before `activate_move`.

    `defects` are asked afterwards; None follows those asked before. Raises UnknownHere, NoMigration, MoveNotPossible,
    MoveUnderWay, InputInvalid.
    """
    target = Version.objects.filter(id=version, state=Version.State.PUBLISHED).first()
    if target is None or target.taxonomy_id != campaign.version.taxonomy_id:
        raise UnknownHere("Choose a published version of the same taxonomy.")
    if campaign.state == Campaign.State.CLOSED:
        raise MoveNotPossible("A closed campaign keeps its version: its gold stays as it was settled.")
    if target.sort_key <= campaign.version.sort_key:
        raise MoveNotPossible(f"The campaign has {campaign.version.number}; {target.number} is not later.")
    path = path_between(campaign.version_id, version)
    asked = _checked(defects, path, campaign)
    with transaction.atomic():
        pin.hold_alone(campaign.id)
        row = Campaign.objects.scoped(scope).select_for_update(no_key=True).get(id=campaign.id)
        if row.version_id != path[0] or row.migration_runs.filter(state__in=OPEN).exists():
            raise MoveUnderWay
        run = MigrationRun.objects.create(
            project_id=scope.project, campaign=row, previous_id=row.layer_id, from_version_id=path[0],
            to_version_id=version, path=list(path), from_defects=row.defects, to_defects=list(asked), dry_run={},
            fingerprint=queries.labels_fingerprint(row.id), created_by_id=scope.actor,
        )  # fmt: skip
        job = jobs.enqueue(PREPARE, {"run": str(run.id)}, project=scope.project, requested_by=scope.actor)
        run.job = job
        run.save(update_fields=["job"])
        _note(run, "campaign.move_prepared", scope)
    return Prepared(run=run, job=job)


def _checked(defects: Sequence[str] | None, path: Sequence[UUID], campaign: Campaign) -> tuple[str, ...]:
    steps = steps_of(path)
    if defects is None:
        return asked_after(campaign.defects, steps)
    active = [defect.id for defect in steps[-1].new.active_defects]
    wrong = [place for place, one in enumerate(defects) if one not in active]
    if wrong or not defects:
        found = [
            Violation(
                pointer=f"/defects/{place}", code="unknown-defect", message=f"{defects[place]} is not active there."
            )
            for place in wrong
        ]
        empty = [Violation(pointer="/defects", code="empty", message="Ask at least one defect.")] if not defects else []
        raise InputInvalid(violations=[*found, *empty])
    return tuple(one for one in active if one in set(defects))


def run_prepare(run_id: UUID, progress: Progress, require_owned: Callable[[], None]) -> dict[str, Any]:
    """The work of the job: write the rows of everything that stands now, and count it. Begins anew after a kill.

    What `require_owned` and `progress` raise passes; the rows written so far are dropped by the next attempt.
    """
    run = MigrationRun.objects.unscoped().select_related("campaign").get(id=run_id)
    if run.state != MigrationRun.State.PREPARING:
        return {"run": str(run.id)}
    with transaction.atomic():
        require_owned()
        _drop(run.id)
    route = _route(run)
    tally = _carry_what_is_new(run, route, progress, require_owned, arrived=False)
    _carry_gold(run, route, tally, require_owned)
    with transaction.atomic():
        require_owned()
        ready = MigrationRun.objects.unscoped().filter(id=run.id, state=MigrationRun.State.PREPARING)
        ready.update(state=MigrationRun.State.READY, dry_run=tally.document())
    return {"run": str(run.id), "findings": tally.run.findings}


def _route(run: MigrationRun) -> Route:
    return route_along(run.path, run.campaign.region_policy, run.to_defects)


def _layer(run: MigrationRun) -> Layer:
    return Layer(project=run.project_id, run=run.id, campaign=run.campaign_id)


def _carry_what_is_new(
    run: MigrationRun, route: Route, progress: Progress, require_owned: Callable[[], None], *, arrived: bool
) -> Tally:
    """Block by block, each in a commit of its own where the caller holds no transaction."""
    tally, after = Tally(), (queries.NOBODY, queries.NOBODY)
    while (block := queries.block_of_answers(run, after)).answers:
        carried = carry_answers(block.answers, route)
        with transaction.atomic():
            require_owned()
            write_answers(_layer(run), carried, route, arrived=arrived)
        for one, verdict in zip(carried, block.verdicts, strict=True):
            tally.add_answer(one, verdict)
        after = block.last
        progress(tally.answers, None)
    return tally


def _carry_gold(
    run: MigrationRun, route: Route, tally: Tally, require_owned: Callable[[], None], *, since: Any = None
) -> None:
    after = queries.NOBODY
    while images := queries.images_with_gold(run, after, since=since):
        given = queries.gold_of_images(images, run.from_version_id)
        rows = {image: carry_gold(image, labels, route) for image, labels in given.items()}
        with transaction.atomic():
            require_owned()
            if since is not None:
                drop_gold(run.id, images)
            write_gold_rows(run, rows)
        for labels in rows.values():
            tally.add_gold(labels)
        after = images[-1]


def activate_move(scope: Scope, run_id: UUID) -> MigrationRun:
    """Make the prepared layer visible: one commit switches Version, layer and defects of the Campaign.

    What was submitted or settled since the preparation is carried in the same commit and counted apart (`arrived`).
    Waits for submissions that are under way. Raises UnknownHere, MoveNotPossible when the run is not ready.
    """
    with transaction.atomic():
        run = _standing(scope, run_id, {MigrationRun.State.READY}, "This move is not ready: it is {state}.")
        campaign, route = run.campaign, _route(run)
        late = _carry_what_is_new(run, route, _nothing, _nobody, arrived=True)
        _carry_gold(run, route, Tally(), _nobody, since=run.created_at)
        run.counts = added(run.dry_run, late.document() | {"gold": {}, "gold_concepts": {}})
        run.state, run.activated_at = MigrationRun.State.ACTIVE, clock.now()
        run.save(update_fields=["state", "activated_at", "counts"])
        campaign.version_id, campaign.layer_id, campaign.defects = run.to_version_id, run.id, run.to_defects
        campaign.save(update_fields=["version", "layer", "defects"])
        jobs.enqueue(FILL, {"run": str(run.id)}, project=scope.project, requested_by=scope.actor)
        _note(run, "campaign.moved", scope, outcomes=run.counts["outcomes"], arrived=late.answers)
    return run


def roll_back_move(scope: Scope, run_id: UUID, reason: str) -> MigrationRun:
    """Drop a layer: prepared ones at once, an active one as long as nobody has answered under its Version.

    Annotations stay as they are. Raises UnknownHere, MoveNotPossible with the number of answers.
    """
    states: set[str] = {*OPEN, MigrationRun.State.FAILED, MigrationRun.State.ACTIVE}
    with transaction.atomic():
        run = _standing(scope, run_id, states, "This move is {state}.")
        if run.state == MigrationRun.State.ACTIVE:
            _step_back(scope, run)
        elif run.job is not None and run.job.state in {Job.State.QUEUED, Job.State.RUNNING}:
            Job.objects.filter(id=run.job.id).update(cancel_requested_at=clock.now())
        _drop(run.id)
        run.state, run.rolled_back_at, run.reason = MigrationRun.State.ROLLED_BACK, clock.now(), reason
        run.save(update_fields=["state", "rolled_back_at", "reason"])
        _note(run, "campaign.move_rolled_back", scope, reason=reason)
    return run


def _step_back(scope: Scope, run: MigrationRun) -> None:
    campaign = run.campaign
    if campaign.layer_id != run.id:
        raise MoveNotPossible("The campaign was moved again since; roll that move back first.")
    given = queries.answers_given_under(campaign.id, run.to_version_id)
    if given:
        number = tree_of(run.to_version_id).version
        raise MoveNotPossible(
            f"{given} answers were given under {number} since; rolling back would put them aside.",
            extensions={"answers": given},
        )
    campaign.version_id, campaign.layer_id, campaign.defects = run.from_version_id, run.previous_id, run.from_defects
    campaign.save(update_fields=["version", "layer", "defects"])
    leases = Lease.objects.scoped(scope).filter(campaign=campaign, version_id=run.to_version_id)
    leases.update(version_id=run.from_version_id)
    open_questions = Rereview.objects.scoped(scope).filter(run=run, state=Rereview.State.OPEN)
    open_questions.update(state=Rereview.State.WITHDRAWN, closed_at=Now())


def fail_move(run_id: UUID, reason: str) -> None:
    """Say why a move will not come; its rows are dropped."""
    with transaction.atomic():
        rows = MigrationRun.objects.unscoped().filter(id=run_id, state=MigrationRun.State.PREPARING)
        if rows.update(state=MigrationRun.State.FAILED, reason=reason):
            _drop(run_id)


def _drop(run: UUID) -> None:
    drop_layer(run)
    drop_gold(run)


def _standing(scope: Scope, run_id: UUID, states: set[str], otherwise: str) -> MigrationRun:
    """The run, with the Campaign's pin and both rows locked, if it is in one of the states."""
    rows = MigrationRun.objects.scoped(scope)
    campaign = rows.filter(id=run_id).values_list("campaign_id", flat=True).first()
    if campaign is None:
        raise UnknownHere
    pin.hold_alone(campaign)
    locked = Campaign.objects.scoped(scope).select_for_update(no_key=True).get(id=campaign)
    run = rows.select_for_update(of=("self",), no_key=True).select_related("job").get(id=run_id)
    run.campaign = locked
    if run.state not in states:
        raise MoveNotPossible(otherwise.format(state=run.get_state_display().lower()))
    return run


def _note(run: MigrationRun, action: str, scope: Scope, **payload: Any) -> None:
    journal.record(
        journal.project_scope(run.project_id), action, actor=scope.actor, subject=run.campaign_id,
        payload={"run": str(run.id), "from": str(run.from_version_id), "to": str(run.to_version_id), **payload},
    )  # fmt: skip


def _nothing(done: int, total: int | None) -> None:
    """Nobody watches."""


def _nobody() -> None:
    """The caller's own transaction is the only writer."""
