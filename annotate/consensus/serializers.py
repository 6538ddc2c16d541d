"""The shapes of the desk's requests and answers."""

from collections.abc import Sequence
from typing import Any

from rest_framework import serializers

from annotate.consensus.decisions import REASON_CODES, Decision
from annotate.errors import AnswerInvalid
from annotate.geometry import Region, parse_region
from core.errors import Violation

VALUES = ("present", "absent", "not_assessed")
MAX_DECISIONS = 500


class DeskConceptNameSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()


class DeskRowSerializer(serializers.Serializer[Any]):
    item = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=["disagreement", "escalation", "contradiction"])
    concepts = DeskConceptNameSerializer(many=True)
    weight = serializers.FloatField()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    thumbnail_url = serializers.CharField()


class DeskSerializer(serializers.Serializer[Any]):
    rows = DeskRowSerializer(many=True)
    next = serializers.CharField(allow_null=True)
    open = serializers.IntegerField()
    settled = serializers.IntegerField()


class DeskCampaignSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    consensus_rule = serializers.CharField()
    region_policy = serializers.CharField()


class DeskImageSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    animated = serializers.BooleanField()
    url = serializers.CharField()
    thumbnail_url = serializers.CharField()
    reference_url = serializers.CharField(allow_null=True)


class DeskDisputeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=["disagreement", "escalation", "contradiction"])
    state = serializers.ChoiceField(choices=["open", "settled"])
    weight = serializers.FloatField()
    note = serializers.CharField()
    created_at = serializers.DateTimeField()
    reason_needed = serializers.BooleanField()


class EscalationWordsSerializer(serializers.Serializer[Any]):
    pseudonym = serializers.CharField()
    note = serializers.CharField()


class LayerFindingSerializer(serializers.Serializer[Any]):
    defect = serializers.CharField()
    level = serializers.CharField(allow_null=True)
    region = serializers.JSONField(allow_null=True)
    confidence = serializers.ChoiceField(choices=["sure", "unsure"])
    note = serializers.CharField()
    derived = serializers.BooleanField()


class LayerSerializer(serializers.Serializer[Any]):
    letter = serializers.CharField()
    pseudonym = serializers.CharField()
    annotation = serializers.UUIDField()
    outcome = serializers.CharField()
    verdict = serializers.CharField()
    note = serializers.CharField()
    findings = LayerFindingSerializer(many=True)


class GivenSerializer(serializers.Serializer[Any]):
    letter = serializers.CharField()
    presence = serializers.ChoiceField(choices=VALUES)
    level = serializers.CharField(allow_null=True)


class RuledSerializer(serializers.Serializer[Any]):
    value = serializers.ChoiceField(choices=VALUES)
    level = serializers.CharField(allow_null=True)
    region = serializers.JSONField(allow_null=True)
    rule = serializers.CharField()


class CurrentGoldSerializer(serializers.Serializer[Any]):
    value = serializers.ChoiceField(choices=VALUES)
    level = serializers.CharField(allow_null=True)
    region = serializers.JSONField(allow_null=True)
    provenance = serializers.CharField()
    rule = serializers.CharField()
    reason_code = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    decided_at = serializers.DateTimeField()
    revision = serializers.IntegerField()
    annotations = serializers.IntegerField()


class DeskConceptSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    to_decide = serializers.BooleanField()
    defect = serializers.JSONField()
    given = GivenSerializer(many=True)
    ruled = RuledSerializer(allow_null=True)
    gold = CurrentGoldSerializer(allow_null=True)


class DeskItemSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=["open", "settled", "unsettled"])
    campaign = DeskCampaignSerializer()
    image = DeskImageSerializer()
    prompt = serializers.CharField(allow_null=True)
    negative_prompt = serializers.CharField(allow_null=True)
    brief = serializers.CharField(allow_null=True)
    answered_by_me = serializers.BooleanField()
    dispute = DeskDisputeSerializer(allow_null=True)
    escalations = EscalationWordsSerializer(many=True)
    reason_codes = serializers.ListField(child=serializers.CharField())
    scales = serializers.JSONField()
    layers = LayerSerializer(many=True)
    concepts = DeskConceptSerializer(many=True)


class DecisionRegionSerializer(serializers.Serializer[Any]):
    shape = serializers.ChoiceField(choices=["box", "point", "polygon"])
    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2), max_length=201
    )


class DecisionSerializer(serializers.Serializer[Any]):
    concept = serializers.CharField(max_length=60)
    value = serializers.ChoiceField(choices=VALUES)
    level = serializers.CharField(max_length=40, allow_null=True, default=None)
    region = DecisionRegionSerializer(allow_null=True, default=None)


class AdjudicationSerializer(serializers.Serializer[Any]):
    decisions = serializers.ListField(child=DecisionSerializer(), max_length=MAX_DECISIONS)
    rest = serializers.ChoiceField(choices=["absent"], allow_null=True, default=None)
    reason_code = serializers.ChoiceField(choices=REASON_CODES, allow_null=True, default=None)
    reason = serializers.CharField(max_length=2000, allow_blank=True, default="")


def read_decisions(rows: Sequence[dict[str, Any]]) -> list[Decision]:
    """The validated body as values. Raises AnswerInvalid with all that is wrong with regions."""
    decisions: list[Decision] = []
    violations: list[Violation] = []
    for index, row in enumerate(rows):
        region: Region | None = None
        if row["region"] is not None:
            region, found = parse_region(row["region"], f"/decisions/{index}/region")
            violations += found
        decisions.append(Decision(concept=row["concept"], value=row["value"], level=row["level"], region=region))
    if violations:
        raise AnswerInvalid(violations=violations)
    return decisions
