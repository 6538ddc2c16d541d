"""Shapes of the results and of the gallery behind them."""

from rest_framework import serializers

from annotate.agreement.serializers import (
    SCALE_KINDS,
    Document,
    IntervalField,
    MarkedAnswer,
    ProductionSampling,
    ReportCampaign,
)
from taxonomy.concepts import ACTIONS

VERDICTS = (*ACTIONS, "open")


class ResultRate(Document):
    count = serializers.IntegerField()
    n = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    interval = IntervalField(allow_null=True)
    effective_n = serializers.FloatField()


class ResultRates(Document):
    queue = ResultRate()
    production = ResultRate(allow_null=True)


class ResultLevel(Document):
    key = serializers.CharField()
    name = serializers.CharField()
    action = serializers.CharField()
    count = serializers.IntegerField()
    rate = ResultRate()


class GeneratorRate(Document):
    generator = serializers.CharField()
    rate = ResultRate()


class DefectResult(ResultRates):
    concept = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    dimension = serializers.CharField()
    dimension_name = serializers.CharField()
    kind = serializers.ChoiceField(SCALE_KINDS)
    veto = serializers.BooleanField()
    levels = ResultLevel(many=True)
    by_generator = GeneratorRate(many=True)
    gold = serializers.IntegerField()
    majority = serializers.IntegerField()
    undecided = serializers.IntegerField()
    not_assessed = serializers.IntegerField()


class DimensionResult(ResultRates):
    id = serializers.CharField()
    name = serializers.CharField()


class VerdictResult(ResultRates):
    verdict = serializers.ChoiceField(ACTIONS)


class MeanResult(Document):
    n = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    sd = serializers.FloatField(allow_null=True)
    interval = IntervalField(allow_null=True)
    method = serializers.CharField(allow_blank=True)


class GeneratorMean(MeanResult):
    generator = serializers.CharField()


class ScoreResult(Document):
    base = serializers.FloatField()
    floor = serializers.FloatField()
    per_defect = serializers.CharField()
    dimension_cap = serializers.FloatField(allow_null=True)
    queue = MeanResult()
    production = MeanResult(allow_null=True)
    by_generator = GeneratorMean(many=True)


class GeneratorResult(Document):
    generator = serializers.CharField()
    images = serializers.IntegerField()
    failing = ResultRate()


class AssociationResult(Document):
    concept = serializers.CharField()
    generator = serializers.CharField()
    inside = ResultRate()
    outside = ResultRate()
    odds_ratio = serializers.FloatField(allow_null=True)
    p_value = serializers.FloatField()
    adjusted_p = serializers.FloatField()


class ResultBasis(Document):
    gold = serializers.IntegerField()
    partly_gold = serializers.IntegerField()
    majority = serializers.IntegerField()
    single_answer = serializers.IntegerField()
    undecided = serializers.IntegerField()
    unusable = serializers.IntegerField()


class MostCommonResult(Document):
    concept = serializers.CharField(allow_null=True)
    close = serializers.ListField(child=serializers.CharField())
    sentence = serializers.CharField()
    rate = ResultRate(allow_null=True)


class ResultsDocument(Document):
    campaign = ReportCampaign()
    fingerprint = serializers.CharField()
    images = serializers.IntegerField()
    images_of_campaign = serializers.IntegerField()
    basis = ResultBasis()
    production = ProductionSampling()
    sentence = serializers.CharField()
    most_common = MostCommonResult()
    defects = DefectResult(many=True)
    dimensions = DimensionResult(many=True)
    verdicts = VerdictResult(many=True)
    open_verdicts = serializers.IntegerField()
    verdicts_given = serializers.DictField(child=serializers.IntegerField())
    score = ScoreResult()
    generators = GeneratorResult(many=True)
    associations = AssociationResult(many=True)


class ResultItemsQuery(Document):
    """Which Images to show."""

    defect = serializers.CharField(max_length=60, required=False)
    value = serializers.ChoiceField(["present", "absent", "decided", "undecided"], required=False)
    level = serializers.CharField(max_length=40, required=False)
    dimension = serializers.CharField(max_length=60, required=False)
    generator = serializers.CharField(max_length=200, required=False)
    verdict = serializers.ChoiceField(VERDICTS, required=False)
    basis = serializers.ChoiceField(["gold", "majority"], required=False)
    failing = serializers.BooleanField(default=False)
    scored = serializers.BooleanField(default=False)
    production = serializers.BooleanField(default=False)
    cursor = serializers.CharField(max_length=200, default="", allow_blank=True)
    limit = serializers.CharField(max_length=8, default="", allow_blank=True)


class ResultFinding(Document):
    defect = serializers.CharField()
    level = serializers.CharField(allow_null=True)
    gold = serializers.BooleanField()


class ResultItem(Document):
    id = serializers.UUIDField()
    image = serializers.UUIDField()
    name = serializers.CharField()
    generator = serializers.CharField(allow_blank=True)
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    verdict = serializers.ChoiceField(VERDICTS)
    score = serializers.FloatField(allow_null=True)
    basis = serializers.ChoiceField(["gold", "partly_gold", "majority"])
    present = ResultFinding(many=True)
    undecided = serializers.ListField(child=serializers.CharField())
    answers = MarkedAnswer(many=True)


class ResultItemPage(Document):
    total = serializers.IntegerField()
    sentence = serializers.CharField()
    concept_names = serializers.DictField(child=serializers.CharField())
    level_names = serializers.DictField(child=serializers.CharField())
    rows = ResultItem(many=True)
    next = serializers.CharField(allow_null=True)
