"""The public face of the tables: `from annotate.models import Annotation`."""

from annotate.models.agreement import AgreementReport
from annotate.models.annotations import Annotation, Finding
from annotate.models.campaigns import Campaign, Item
from annotate.models.consensus import Dispute
from annotate.models.corpus import Blob, Image, ImportRow, ImportRun
from annotate.models.export import Export
from annotate.models.gold import GoldLabel, TestResult
from annotate.models.jobs import Job
from annotate.models.migration import CarriedAbsence, CarriedFinding, CarriedGold, MigrationRun
from annotate.models.projects import Membership, Project, Reviewer
from annotate.models.queue import Lease
from annotate.models.rereview import BridgeSet, Rereview, RereviewAnswer, RereviewLease

__all__ = [
    "AgreementReport",
    "Annotation",
    "Blob",
    "BridgeSet",
    "Campaign",
    "CarriedAbsence",
    "CarriedFinding",
    "CarriedGold",
    "Dispute",
    "Export",
    "Finding",
    "GoldLabel",
    "Image",
    "ImportRow",
    "ImportRun",
    "Item",
    "Job",
    "Lease",
    "Membership",
    "MigrationRun",
    "Project",
    "Rereview",
    "RereviewAnswer",
    "RereviewLease",
    "Reviewer",
    "TestResult",
]
