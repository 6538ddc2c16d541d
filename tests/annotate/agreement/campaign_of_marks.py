"""A campaign whose answers are given as a small table, for tests of the report and the results."""

from collections.abc import Mapping, Sequence

from annotate.annotations.services import submit_annotation
from annotate.answer import Answer
from annotate.models import Campaign, Item, Lease, Project, Reviewer
from annotate.queue.services import take_leases
from tests.labelling import a_campaign, a_reviewer, a_submission, found, some_images

ASKED = ["AID-0011", "AID-0020"]  # hand malformation; limb
FIRST, SECOND = ASKED


def answer_of(marks: Sequence[str]) -> Answer:
    """["AID-0011/major"] and the like; nothing is clean."""
    findings = tuple(found(*mark.split("/")) for mark in marks)
    return Answer(outcome="defects" if findings else "clean", findings=findings)


def labelled(
    project: Project, table: Mapping[str, Sequence[Sequence[str] | None]], *, defects: list[str] | None = None, **values
) -> Campaign:
    """table: reviewer name to one list of marks per image, None where the reviewer did not answer it."""
    size = len(next(iter(table.values())))
    images = some_images(project, size, **values.pop("images", {}))
    campaign = a_campaign(project, images, needed=len(table), defects=defects or ASKED, **values)
    for name, answers in table.items():
        give(campaign, a_reviewer(project, name), answers)
    return campaign


def give(campaign: Campaign, reviewer: Reviewer, answers: Sequence[Sequence[str] | None]) -> list[Lease]:
    """The reviewer takes every image and answers those that have an answer; the leases by position."""
    while (got := take_leases(campaign, reviewer.id, 10)).leases:
        for lease in Lease.objects.unscoped().filter(id__in=got.leases).select_related("item"):
            marks = answers[lease.item.position]
            if marks is None:
                Lease.objects.unscoped().filter(id=lease.id).update(state="skipped")
            else:
                submit_annotation(reviewer.user, lease.id, a_submission(answer_of(marks)))
    rows = Lease.objects.unscoped().filter(campaign=campaign, reviewer=reviewer)
    return list(rows.select_related("item").order_by("item__position"))


def items_of(campaign: Campaign) -> list[Item]:
    return list(Item.objects.unscoped().filter(campaign=campaign).order_by("position"))
