"""The shapes of rankings over HTTP."""

from rest_framework import serializers

from scoring.triage.ranking import STRATEGIES

STRATEGY_NAMES = sorted(STRATEGIES)
RANKING_STATES = ["queued", "running", "done", "failed"]


class RankingWishBody(serializers.Serializer):  # type: ignore[type-arg]
    strategy = serializers.ChoiceField(STRATEGY_NAMES, default="margin")
    random_share = serializers.FloatField(min_value=0, max_value=1, default=0.1)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, allow_null=True, default=None)


class RankingDocument(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    strategy = serializers.ChoiceField(STRATEGY_NAMES)
    random_share = serializers.FloatField()
    seed = serializers.IntegerField()
    state = serializers.ChoiceField(RANKING_STATES)
    reason = serializers.CharField(allow_blank=True)
    items = serializers.IntegerField(allow_null=True, help_text="Open Items of the priority stream that were ordered.")
    predicted = serializers.IntegerField(allow_null=True, help_text="Those with a prediction.")
    detectors = serializers.IntegerField(allow_null=True)
    outlying = serializers.IntegerField(allow_null=True, help_text="Those with an outlying metric.")
    written = serializers.IntegerField(allow_null=True, help_text="Priorities written on Items.")
    created_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class RankingListDocument(serializers.Serializer):  # type: ignore[type-arg]
    rankings = RankingDocument(many=True)


class RankedPlace(serializers.Serializer):  # type: ignore[type-arg]
    item = serializers.UUIDField()
    image = serializers.UUIDField()
    name = serializers.CharField()
    withdrawn = serializers.BooleanField()
    state = serializers.CharField()
    place = serializers.IntegerField()
    previous = serializers.IntegerField()
    priority = serializers.FloatField()
    inclusion_probability = serializers.FloatField(help_text="Of the random share: drawn / n.")
    reasons = serializers.ListField(child=serializers.CharField())


class LatestRankingDocument(serializers.Serializer):  # type: ignore[type-arg]
    ranking = RankingDocument(allow_null=True)
    after = RankedPlace(many=True, help_text="The first Items by this ranking.")
    before = RankedPlace(many=True, help_text="The Items that stood first before it.")
    open_priority = serializers.IntegerField()
    open_audit = serializers.IntegerField(help_text="Audit Items keep stream, order and inclusion probability.")
