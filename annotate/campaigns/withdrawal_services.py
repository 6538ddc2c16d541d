"""Taking Images out of a project: their Items leave the queues, live leases end, bytes are erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from accounts.scope import Scope
from annotate.corpus import services as corpus
from annotate.corpus.errors import WithdrawalChanged
from annotate.corpus.queries import images_of_run
from annotate.errors import InputInvalid
from annotate.models import Image, Item, Job, Lease
from core.errors import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What was taken out. `job` erases the bytes should this process not live to do it."""

    images: int
    items: int
    leases_released: int
    files_erased: int
    job: Job | None


def withdraw(
    scope: Scope, *, images: Sequence[UUID], import_run: UUID | None, reason: str, confirmed: int
) -> Withdrawal:
    """Withdraw these Images, or all that an import brought in. `confirmed`: how many the person saw and meant.

    All Items of the Images become withdrawn, so their answers leave agreement and exports. Raises InputInvalid,
    WithdrawalChanged when another number of Images would be withdrawn. Locks: Items, Leases, then corpus' locks.
    """
    if not reason.strip():
        message = "Say why, for those who wonder later."
        raise InputInvalid(violations=[Violation(pointer="/reason", code="empty", message=message)])
    with transaction.atomic():
        chosen = images_of_run(scope, import_run) if import_run is not None else list(images)
        live = Image.objects.scoped(scope).filter(id__in=chosen, withdrawn_at=None)
        found = list(live.order_by("id").values_list("id", flat=True))
        if len(found) != confirmed:
            raise WithdrawalChanged(f"{len(found)} images would be withdrawn, not {confirmed}. Look again and confirm.")
        items, leases = _take_out_of_queues(scope, found)
        done = corpus.withdraw_images(scope, found, reason=reason.strip())
    erased = corpus.erase_blobs(done.erased)
    return Withdrawal(images=len(done.images), items=items, leases_released=leases, files_erased=erased, job=done.job)


def _take_out_of_queues(scope: Scope, images: Sequence[UUID]) -> tuple[int, int]:
    items = Item.objects.scoped(scope).filter(image_id__in=images).exclude(state=Item.State.WITHDRAWN)
    ids = [row.id for row in items.select_for_update().order_by("id").only("id")]
    live = Lease.objects.scoped(scope).filter(item_id__in=ids, state=Lease.State.LIVE)
    released = live.update(state=Lease.State.RELEASED, ended_at=Now())
    Item.objects.scoped(scope).filter(id__in=ids).update(state=Item.State.WITHDRAWN)
    return len(ids), released
