"""Computing the agreement report of a campaign and keeping it by its fingerprint."""

import time
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.scope import Scope
from annotate.agreement.marks import Marks
from annotate.agreement.queries import (
    campaigns_due,
    excluded_of,
    frame_of,
    marks_of_one_meaning,
    newest_report,
    report_fingerprint,
)
from annotate.agreement.report import AskedDefect, agreement_report
from annotate.errors import UnknownHere
from annotate.jobs.services import enqueue
from annotate.models import AgreementReport, Campaign, Job
from taxonomy.queries import tree_of
from taxonomy.tree import TaxonomyTree

REPORT = "agreement.report"
AT_ONCE = 20_000  # answers up to which a report is computed while somebody waits for it


def asked_defects(campaign: Campaign) -> tuple[AskedDefect, ...]:
    """The concepts of the campaign as reports name them, in its order."""
    tree = tree_of(campaign.version_id)
    return tuple(_asked(tree, concept) for concept in campaign.defects)


def _asked(tree: TaxonomyTree, concept: str) -> AskedDefect:
    defect = tree.defect(concept)
    scale, dimension = tree.scale_of(defect), tree.dimension_of(defect)
    return AskedDefect(
        id=defect.id, code=defect.code, name=defect.name, dimension=dimension.id, dimension_name=dimension.name,
        kind=scale.kind, veto=defect.veto,
        levels=tuple((level.key, level.name) for level in sorted(scale.levels, key=lambda level: level.rank)),
    )  # fmt: skip


def report_document(campaign: Campaign, marks: Marks) -> dict[str, Any]:
    """The report on these marks with its header; nothing is stored."""
    excluded = excluded_of(campaign.id)
    document = agreement_report(marks, frame_of(campaign.id), asked_defects(campaign))
    names = ("late", "after_reveal", "withdrawn", "test_items", "repeats")
    return document | {
        "period": {"first": excluded.first, "last": excluded.last},
        "excluded": {name: getattr(excluded, name) for name in names},
    }


def compute_report(campaign: Campaign) -> AgreementReport:
    """The report of the campaign as it stands now: the stored one if nothing changed, else a new one.

    The fingerprint is read before the data, so that what arrives meanwhile makes the next report. Safe to run twice.
    """
    fingerprint = report_fingerprint(campaign.id)
    stored = AgreementReport.objects.unscoped().filter(campaign=campaign, fingerprint=fingerprint).first()
    if stored is not None:
        return stored
    start = time.perf_counter()
    document = report_document(campaign, marks_of_one_meaning(campaign, fingerprint))
    with transaction.atomic():
        row, _ = AgreementReport.objects.unscoped().get_or_create(
            campaign=campaign,
            fingerprint=fingerprint,
            defaults={
                "project_id": campaign.project_id, "document": document, "seconds": time.perf_counter() - start,
            },
        )  # fmt: skip
        _thin_out(row)
    return row


def _thin_out(newest: AgreementReport) -> None:
    """Keep the last report of each day: a busy campaign makes one a minute."""
    same_day = AgreementReport.objects.unscoped().filter(
        campaign_id=newest.campaign_id, computed_at__date=newest.computed_at.date(), computed_at__lt=newest.computed_at
    )
    same_day.delete()


def report_at_hand(campaign: Campaign) -> tuple[AgreementReport | None, bool]:
    """(report, whether it is of now): computed here when it is quick, else the last one there is."""
    fingerprint = report_fingerprint(campaign.id)
    newest = newest_report(campaign.id)
    if newest is not None and newest.fingerprint == fingerprint:
        return newest, True
    if int(fingerprint.split("-")[0]) <= AT_ONCE:
        return compute_report(campaign), True
    return newest, False


def request_report(scope: Scope, campaign: Campaign) -> Job:
    """A job that computes the report now; an open one of the campaign is returned instead of a second."""
    with transaction.atomic():
        return enqueue(
            REPORT, {"campaign": str(campaign.id)}, project=scope.project, requested_by=scope.actor,
            unique_key=f"{REPORT}:{campaign.id}",
        )  # fmt: skip


def enqueue_due_reports() -> list[Job]:
    """One job for each campaign whose answers changed since its last report."""
    with transaction.atomic():
        return [
            enqueue(REPORT, {"campaign": str(campaign)}, project=project, unique_key=f"{REPORT}:{campaign}")
            for campaign, project in campaigns_due()
        ]


def run_report(campaign_id: UUID) -> dict[str, Any]:
    """The work of the job. Raises UnknownHere when the campaign is gone."""
    campaign = Campaign.objects.unscoped().filter(id=campaign_id).first()
    if campaign is None:
        raise UnknownHere
    row = compute_report(campaign)
    return {"fingerprint": row.fingerprint, "seconds": round(row.seconds, 3)}
