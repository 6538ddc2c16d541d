"""Shapes of the campaign API."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from annotate.campaigns.proposal import CampaignPlan
from annotate.corpus.image_filter import ImageFilter
from annotate.models import Campaign

Texts = serializers.ListField


class ImageFilterSerializer(serializers.Serializer[Any]):
    generator = Texts(child=serializers.CharField(max_length=200, allow_blank=True), max_length=100, default=list)
    model_version = Texts(child=serializers.CharField(max_length=200, allow_blank=True), max_length=100, default=list)
    source_group = Texts(child=serializers.CharField(max_length=200, allow_blank=True), max_length=100, default=list)
    import_run = serializers.UUIDField(allow_null=True, default=None)
    text = serializers.CharField(max_length=200, allow_blank=True, default="")
    has_prompt = serializers.BooleanField(allow_null=True, default=None)
    has_reference = serializers.BooleanField(allow_null=True, default=None)
    created_after = serializers.DateTimeField(allow_null=True, default=None)
    created_before = serializers.DateTimeField(allow_null=True, default=None)


class CampaignContextSerializer(serializers.Serializer[Any]):
    brief = serializers.CharField(max_length=10_000, allow_blank=True, default="")
    brand_guide = serializers.CharField(max_length=10_000, allow_blank=True, default="")


class CampaignPlanSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    instructions = serializers.CharField(max_length=10_000, allow_blank=True, default="")
    kind = serializers.ChoiceField(choices=Campaign.Kind.choices, default="production")
    version = serializers.UUIDField()
    defects = Texts(child=serializers.CharField(max_length=60), max_length=500)
    images = ImageFilterSerializer(default=dict)
    sample = serializers.IntegerField(min_value=1, max_value=10_000_000, allow_null=True, default=None)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=0)
    annotations_per_item = serializers.IntegerField(min_value=1, max_value=20, default=2)
    audit_share = serializers.FloatField(min_value=0, max_value=1, default=0.0)
    region_policy = serializers.ChoiceField(choices=Campaign.RegionPolicy.choices, default="taxonomy")
    asks_verdict = serializers.BooleanField(default=False)
    one_stroke_keys = serializers.BooleanField(default=False)
    lease_seconds = serializers.IntegerField(min_value=30, max_value=86_400, default=900)
    consensus_rule = serializers.ChoiceField(choices=Campaign.ConsensusRule.choices, default="agreement_of_2")
    context = CampaignContextSerializer(default=dict)  # type: ignore[assignment]  # a field named context


class CampaignChangeSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120, required=False)
    instructions = serializers.CharField(max_length=10_000, allow_blank=True, required=False)
    lease_seconds = serializers.IntegerField(min_value=30, max_value=86_400, required=False)


class CampaignExtensionSerializer(serializers.Serializer[Any]):
    images = ImageFilterSerializer(allow_null=True, default=None)
    annotations_per_item = serializers.IntegerField(min_value=1, max_value=20, allow_null=True, default=None)


class ExtendedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField()


class CountsSerializer(serializers.Serializer[Any]):
    items = serializers.IntegerField()
    complete = serializers.IntegerField()
    settled = serializers.IntegerField()
    withdrawn = serializers.IntegerField()
    answers = serializers.IntegerField()
    answers_needed = serializers.IntegerField()
    late = serializers.IntegerField()
    skipped = serializers.IntegerField()
    escalated = serializers.IntegerField()
    disputes = serializers.IntegerField(help_text="Open ones, at the adjudicator's desk.")


class VersionNameSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    taxonomy = serializers.CharField()
    title = serializers.CharField()
    version = serializers.CharField()


class AskedDefectSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()


class CampaignSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    instructions = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.ChoiceField(choices=["open", "paused", "closed"])
    version = VersionNameSerializer()
    defects = AskedDefectSerializer(many=True)
    annotations_per_item = serializers.IntegerField()
    audit_share = serializers.FloatField()
    seed = serializers.IntegerField()
    region_policy = serializers.CharField()
    asks_verdict = serializers.BooleanField()
    one_stroke_keys = serializers.BooleanField()
    rates = serializers.BooleanField()
    lease_seconds = serializers.IntegerField()
    consensus_rule = serializers.CharField()
    context = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]  # a field named context
    image_choice = serializers.JSONField()
    created_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    progress = CountsSerializer()


class CampaignListSerializer(serializers.Serializer[Any]):
    campaigns = CampaignSerializer(many=True)


class PlanNoteSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.CharField()
    pointer = serializers.CharField(allow_null=True)


class ForecastSerializer(serializers.Serializer[Any]):
    images = serializers.IntegerField()
    answers = serializers.IntegerField()
    audit_images = serializers.IntegerField()
    seconds_per_answer = serializers.FloatField()
    seconds_from = serializers.ChoiceField(choices=["measured", "assumed"])
    measured_answers = serializers.IntegerField()
    hours = serializers.FloatField()
    person_days = serializers.FloatField()
    people_needed = serializers.IntegerField()
    reviewers = serializers.IntegerField(help_text="Of the project.")
    warnings = PlanNoteSerializer(many=True)
    problems = PlanNoteSerializer(many=True)


class AtWorkSerializer(serializers.Serializer[Any]):
    pseudonym = serializers.CharField()
    name = serializers.CharField()
    answered = serializers.IntegerField()
    skipped = serializers.IntegerField()
    holding = serializers.IntegerField()
    stale = serializers.IntegerField()
    last_answer_at = serializers.DateTimeField(allow_null=True)
    median_seconds = serializers.FloatField(allow_null=True)


class DayCountSerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    answers = serializers.IntegerField()


class ProgressSerializer(serializers.Serializer[Any]):
    counts = CountsSerializer()
    reviewers = AtWorkSerializer(many=True)
    days = DayCountSerializer(many=True)
    hours_left = serializers.FloatField(allow_null=True)
    hours_left_from = serializers.CharField()


class WorkspaceSerializer(serializers.Serializer[Any]):
    campaign = serializers.JSONField()
    version = serializers.JSONField()
    scales = serializers.JSONField()
    dimensions = serializers.JSONField()
    exclusion_groups = serializers.JSONField()
    progress = serializers.JSONField()


class MyCampaignSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    project_slug = serializers.CharField()
    project_name = serializers.CharField()
    taxonomy = serializers.CharField()
    version = serializers.CharField()
    rates = serializers.BooleanField()
    items = serializers.IntegerField()
    answered = serializers.IntegerField()
    left = serializers.IntegerField()
    median_seconds = serializers.FloatField(allow_null=True)
    timed_answers = serializers.IntegerField(help_text="How many answers the median stands on.")


class MyCampaignsSerializer(serializers.Serializer[Any]):
    campaigns = MyCampaignSerializer(many=True)


def read_filter(data: dict[str, Any]) -> ImageFilter:
    """The validated filter as a value."""
    run: UUID | None = data.get("import_run")
    return ImageFilter(
        generator=tuple(data.get("generator") or ()),
        model_version=tuple(data.get("model_version") or ()),
        source_group=tuple(data.get("source_group") or ()),
        import_run=run,
        text=data.get("text", ""),
        has_prompt=data.get("has_prompt"),
        has_reference=data.get("has_reference"),
        created_after=data.get("created_after"),
        created_before=data.get("created_before"),
    )


def read_plan(data: dict[str, Any]) -> CampaignPlan:
    """The validated plan as a value."""
    plain = {name: value for name, value in data.items() if name not in {"images", "defects", "context"}}
    context = {kind: text for kind, text in data["context"].items() if text}
    return CampaignPlan(**plain, images=read_filter(data["images"]), defects=tuple(data["defects"]), context=context)
