"""Shapes of the re-review queue."""

from typing import Any

from rest_framework import serializers

from annotate.annotations.api import RegionSerializer
from annotate.migration.serializers import ChangedField
from annotate.rereview.services import MAX_LEASES, SKIP_REASONS
from taxonomy.serializers import TaxonomyReference

Shape = serializers.Serializer[Any]
STATES = ("ready", "busy", "waiting", "done")


class RereviewLeaseRequest(Shape):
    count = serializers.IntegerField(min_value=1, max_value=MAX_LEASES, default=3)


class RereviewImage(Shape):
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.CharField()
    thumbnail_url = serializers.CharField()


class RereviewAsks(Shape):
    concept = serializers.BooleanField()
    level = serializers.BooleanField()
    region = serializers.BooleanField()
    none = serializers.BooleanField(help_text="That it is none of the candidates is an answer.")


class RereviewWas(Shape):
    concept = TaxonomyReference()
    level = serializers.CharField(allow_null=True)
    region = serializers.DictField(allow_null=True)
    note = serializers.CharField(allow_blank=True)


class RereviewChange(Shape):
    concept = serializers.CharField()
    compared_with = serializers.CharField(allow_null=True)
    fields = ChangedField(many=True)  # type: ignore[assignment]  # the word of the model


class RereviewCandidate(Shape):
    defect = serializers.JSONField(help_text="As in the workspace: rules, levels, pictures.")
    levels = serializers.ListField(child=serializers.CharField())


class RereviewQuestion(Shape):
    id = serializers.UUIDField(help_text="Of the lease.")
    question = serializers.UUIDField()
    expires_at = serializers.DateTimeField()
    image = RereviewImage()
    prompt = serializers.CharField(allow_null=True)
    brief = serializers.CharField(allow_null=True)
    about = serializers.ChoiceField(choices=["finding", "gold"])
    mine = serializers.BooleanField(help_text="The finding was my own.")
    kinds = serializers.ListField(child=serializers.CharField())
    asks = RereviewAsks()
    bulk = serializers.BooleanField()
    from_version = serializers.CharField()
    to_version = serializers.CharField()
    was = RereviewWas()
    changes = RereviewChange(many=True)
    candidates = RereviewCandidate(many=True)
    scales = serializers.JSONField()


class RereviewLeases(Shape):
    leases = RereviewQuestion(many=True)
    state = serializers.ChoiceField(choices=STATES)
    retry_after = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class RereviewReply(Shape):
    submission_id = serializers.UUIDField()
    decision = serializers.ChoiceField(choices=["chosen", "none"])
    concept = serializers.CharField(max_length=60, allow_blank=True, default="")
    level = serializers.CharField(max_length=40, allow_null=True, default=None)
    region = RegionSerializer(allow_null=True, default=None)
    note = serializers.CharField(max_length=2000, allow_blank=True, default="")
    active_ms = serializers.IntegerField(min_value=0, max_value=86_400_000, default=0)


class RereviewReceipt(Shape):
    lease = serializers.UUIDField()
    recorded_at = serializers.DateTimeField()


class RereviewSkip(Shape):
    reason = serializers.ChoiceField(choices=SKIP_REASONS)
    note = serializers.CharField(max_length=2000, allow_blank=True, default="")


class RereviewBulk(Shape):
    questions = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=200)
    level = serializers.CharField(max_length=40)


class RereviewBulkDone(Shape):
    answered = serializers.IntegerField()


class RereviewCounts(Shape):
    open = serializers.IntegerField()
    answered = serializers.IntegerField()
    desk = serializers.IntegerField(help_text="Open and only for an adjudicator.")
    mine = serializers.IntegerField(help_text="Open and about one's own findings.")


class RereviewChosen(Shape):
    concept = TaxonomyReference(allow_null=True)
    answers = serializers.IntegerField()


class RereviewConcept(Shape):
    concept = TaxonomyReference()
    open = serializers.IntegerField()
    answered = serializers.IntegerField()
    desk = serializers.IntegerField()
    kinds = serializers.ListField(child=serializers.CharField())
    chosen = RereviewChosen(many=True)


class RereviewOverview(Shape):
    from_version = serializers.CharField(allow_null=True)
    to_version = serializers.CharField()
    counts = RereviewCounts()
    concepts = RereviewConcept(many=True)
