"""The agreement report of a campaign, recomputed whole when its fingerprint changes."""

from django.db import models

from annotate.models.scoping import ProjectRow, ScopedManager
from core import clock


class AgreementReport(ProjectRow):
    """One computed report; the newest of a campaign is shown. A cache: nothing rests on it but what names it."""

    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="reports")
    fingerprint = models.CharField(max_length=120)  # count and highest sequence of the annotations, read first
    document = models.JSONField()
    computed_at = models.DateTimeField(default=clock.now)
    seconds = models.FloatField()

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "fingerprint"], name="report_once_per_fingerprint")]
