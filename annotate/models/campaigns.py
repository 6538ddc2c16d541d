"""Campaigns and their Items."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from annotate.models.scoping import ProjectRow, ScopedManager
from core import clock


class Campaign(ProjectRow):
    """One round of labelling: these Images, this Version, this policy."""

    class Kind(models.TextChoices):
        CALIBRATION = "calibration"
        PILOT = "pilot"
        PRODUCTION = "production"
        AUDIT = "audit"
        BRIDGE = "bridge"

    class State(models.TextChoices):
        OPEN = "open"
        PAUSED = "paused"
        CLOSED = "closed"

    class RegionPolicy(models.TextChoices):
        TAXONOMY = "taxonomy"
        OFF = "off"
        OPTIONAL = "optional"
        REQUIRED = "required"

    class ConsensusRule(models.TextChoices):
        MAJORITY_OF_3 = "majority_of_3"
        AGREEMENT_OF_2 = "agreement_of_2"
        ADJUDICATION = "adjudication"  # every Item goes to the expert
        SINGLE = "single"  # one Annotation settles (stated in every export)

    name = models.CharField(max_length=120)
    instructions = models.TextField(blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    version = models.ForeignKey("taxonomy.Version", on_delete=models.PROTECT, related_name="+")
    defects = ArrayField(models.CharField(max_length=60))  # concept ids asked, in the order of the Version
    annotations_per_item = models.PositiveSmallIntegerField()
    audit_share = models.FloatField(default=0.0)
    seed = models.BigIntegerField(default=0)  # of the audit draw and of random orders
    region_policy = models.CharField(max_length=10, choices=RegionPolicy.choices, default=RegionPolicy.TAXONOMY)
    asks_verdict = models.BooleanField(default=False)
    one_stroke_keys = models.BooleanField(default=False)
    lease_seconds = models.PositiveIntegerField(default=900)
    consensus_rule = models.CharField(max_length=16, choices=ConsensusRule.choices)
    context = models.JSONField(default=dict)  # attached to the whole campaign: {"brief": "...", "brand_guide": "..."}
    layer = models.ForeignKey(
        "annotate.MigrationRun", null=True, on_delete=models.PROTECT, related_name="+"
    )  # the run whose carried rows stand in for Annotations made under earlier Versions
    only_reviewers = ArrayField(models.UUIDField(), default=list)  # Reviewers it is handed to; empty: everybody
    not_before = models.DateTimeField(null=True)  # nothing is handed out earlier (a bridge set waits)
    image_choice = models.JSONField(default=dict)  # how the Images were chosen: all, filter, or sample with its seed
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField(null=True)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "name"], name="campaign_name_once_per_project"),
            models.CheckConstraint(
                condition=models.Q(audit_share__gte=0, audit_share__lte=1), name="campaign_audit_share_is_a_share"
            ),
            models.CheckConstraint(
                condition=models.Q(annotations_per_item__gte=1, annotations_per_item__lte=20),
                name="campaign_annotations_per_item_1_to_20",
            ),
        ]


class Item(ProjectRow):
    """One Image in one Campaign. Its places are counted from its leases, never stored."""

    class State(models.TextChoices):
        OPEN = "open"
        COMPLETE = "complete"
        WITHDRAWN = "withdrawn"

    class Stream(models.TextChoices):
        PRIORITY = "priority"
        AUDIT = "audit"
        TEST = "test"

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="items")
    image = models.ForeignKey("annotate.Image", on_delete=models.PROTECT, related_name="items")
    position = models.BigIntegerField()  # order of arrival, the tie-break of the queue
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    stream = models.CharField(max_length=8, choices=Stream.choices, default=Stream.PRIORITY)
    round = models.PositiveSmallIntegerField(default=1)  # a self-repeat is a new Item of round 2
    needed = models.PositiveSmallIntegerField()  # Annotations needed
    priority = models.FloatField(default=0.0)
    inclusion_probability = models.FloatField(default=1.0)
    sampling_stratum = models.CharField(max_length=40, default="all")
    completed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)  # gold is there, or a dispute is settled

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "image", "round"], name="item_once_per_campaign_and_round"),
            models.CheckConstraint(
                condition=models.Q(inclusion_probability__gt=0, inclusion_probability__lte=1),
                name="item_inclusion_probability_is_one",
            ),
        ]
        indexes = [
            models.Index(
                models.F("campaign"), models.F("stream"), models.F("priority").desc(), models.F("position"),
                condition=models.Q(state="open"), name="item_queue",
            ),
            models.Index(fields=["campaign", "state"], name="item_by_state"),
        ]  # fmt: skip
