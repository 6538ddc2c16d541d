"""What the consensus rule left open and an adjudicator has to settle."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotate.models.scoping import ProjectRow, ScopedManager
from core import clock


class Dispute(ProjectRow):
    """One Item at the adjudicator's desk: its disputed concepts, or an escalation with a Reviewer's words."""

    class Kind(models.TextChoices):
        DISAGREEMENT = "disagreement"
        ESCALATION = "escalation"
        CONTRADICTION = "contradiction"  # two campaigns settled it differently

    class State(models.TextChoices):
        OPEN = "open"
        SETTLED = "settled"

    item = models.ForeignKey("annotate.Item", on_delete=models.PROTECT, related_name="disputes")
    campaign = models.ForeignKey("annotate.Campaign", on_delete=models.PROTECT, related_name="disputes")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    concepts = ArrayField(models.CharField(max_length=60))
    weight = models.FloatField()  # the size of the disagreement: the desk takes the biggest first
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item"], condition=models.Q(state="open"), name="one_open_dispute_per_item")
        ]
        indexes = [
            models.Index(
                models.F("campaign"), models.F("weight").desc(), condition=models.Q(state="open"), name="dispute_desk"
            )
        ]
