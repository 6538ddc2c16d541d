"""The shapes of scores and distributions over HTTP."""

from rest_framework import serializers

from scoring.metrics.spec import Kind, Status, Tag

STATUSES = [str(status) for status in Status]
KINDS = [str(kind) for kind in Kind]
TAGS = [str(tag) for tag in Tag]


class ImageScoreDocument(serializers.Serializer):  # type: ignore[type-arg]
    metric = serializers.CharField()
    tag = serializers.ChoiceField(TAGS, allow_null=True)
    kind = serializers.ChoiceField(KINDS, allow_null=True)
    higher_is_better = serializers.BooleanField(allow_null=True)
    value = serializers.FloatField(allow_null=True)
    status = serializers.ChoiceField(STATUSES)
    reason = serializers.CharField(allow_blank=True)
    fingerprint = serializers.CharField()
    computed_at = serializers.DateTimeField()


class ImageScoresDocument(serializers.Serializer):  # type: ignore[type-arg]
    image = serializers.UUIDField()
    scores = ImageScoreDocument(many=True)


class MetricDistribution(serializers.Serializer):  # type: ignore[type-arg]
    fingerprint = serializers.CharField()
    n = serializers.IntegerField(help_text="Images with a value.")
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    lower_quartile = serializers.FloatField(allow_null=True)
    median = serializers.FloatField(allow_null=True)
    upper_quartile = serializers.FloatField(allow_null=True)
    counts = serializers.ListField(
        child=serializers.IntegerField(), help_text="Images in equal bins from low to high; one bin for one value."
    )
    without = serializers.DictField(child=serializers.IntegerField(), help_text="Images without a value, by status.")


class MetricDocument(serializers.Serializer):  # type: ignore[type-arg]
    name = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    tag = serializers.ChoiceField(TAGS)
    higher_is_better = serializers.BooleanField(allow_null=True)
    low = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)
    definition = serializers.CharField()
    origin = serializers.CharField(help_text="Where the definition is from.")
    licence = serializers.CharField()
    status = serializers.ChoiceField(STATUSES, help_text="ok, or why it cannot run in this installation.")
    reason = serializers.CharField(allow_blank=True)
    is_usual = serializers.BooleanField(help_text="Computed for every image without being asked for.")
    distribution = MetricDistribution(allow_null=True)


class ProjectScoringDocument(serializers.Serializer):  # type: ignore[type-arg]
    images = serializers.IntegerField()
    scored = serializers.IntegerField()
    embedded = serializers.IntegerField()
    unreadable = serializers.IntegerField()
    lacking = serializers.IntegerField(help_text="Images that still lack a score or the embedding.")
    last_at = serializers.DateTimeField(allow_null=True)
    features = serializers.CharField()
    metrics = MetricDocument(many=True)
