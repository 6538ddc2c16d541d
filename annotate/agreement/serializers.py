"""Shapes of the agreement report and its drill-down."""

from typing import Any

from rest_framework import serializers

from annotate.agreement.marks import PATTERNS

Document = serializers.Serializer[Any]
SCALE_KINDS = ("severity", "rating", "flag")
STATES = ("current", "outdated", "none")


class IntervalField(serializers.ListField):
    """[low, high] of a 95 % interval, or null."""

    def __init__(self, **values: Any) -> None:
        super().__init__(child=serializers.FloatField(), min_length=2, max_length=2, **values)


class AgreementStatistic(Document):
    value = serializers.FloatField(allow_null=True)
    status = serializers.CharField(help_text="ok, ok_but_flag, or why there is no value.")
    se = serializers.FloatField(allow_null=True)
    interval = IntervalField(allow_null=True)
    method = serializers.CharField()
    items = serializers.IntegerField()
    raters = serializers.IntegerField()


class AgreementStatistics(Document):
    prevalence = AgreementStatistic()
    percent_agreement = AgreementStatistic()
    positive_agreement = AgreementStatistic()
    negative_agreement = AgreementStatistic()
    kappa = AgreementStatistic()
    alpha = AgreementStatistic()
    ac1 = AgreementStatistic()
    pabak = AgreementStatistic()
    prevalence_index = AgreementStatistic()
    bias_index = AgreementStatistic()


class ProductionStatistics(Document):
    prevalence = AgreementStatistic()
    percent_agreement = AgreementStatistic()
    positive_agreement = AgreementStatistic()
    kappa = AgreementStatistic()
    alpha = AgreementStatistic()
    ac1 = AgreementStatistic()


class AgreementProduction(Document):
    items = serializers.IntegerField()
    items_pairable = serializers.IntegerField()
    effective_items = serializers.FloatField()
    positives = serializers.IntegerField()
    too_few_positives = serializers.BooleanField()
    statistics = ProductionStatistics()


class PatternCounts(Document):
    rated = serializers.IntegerField()
    pairable = serializers.IntegerField()
    marked = serializers.IntegerField()
    disagreement = serializers.IntegerField()
    all_present = serializers.IntegerField()
    all_absent = serializers.IntegerField()


class AgreementAction(Document):
    code = serializers.CharField()
    text = serializers.CharField()
    raters = serializers.ListField(child=serializers.UUIDField())


class AgreementGate(Document):
    state = serializers.ChoiceField(["go", "provisional", "fail"])
    text = serializers.CharField()
    more_images = serializers.IntegerField(allow_null=True)
    at = serializers.FloatField()


class AgreementPair(Document):
    first = serializers.UUIDField()
    second = serializers.UUIDField()
    items = serializers.IntegerField()
    kappa = serializers.FloatField(allow_null=True)
    status = serializers.CharField()
    interval = IntervalField(allow_null=True)
    few = serializers.BooleanField()


class AgreementRaterShare(Document):
    rater = serializers.UUIDField()
    ratings = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)
    rate_of_others = serializers.FloatField(allow_null=True)
    kappa_without = serializers.FloatField(allow_null=True)


class SeverityLevel(Document):
    key = serializers.CharField()
    name = serializers.CharField()


class SignedDifferenceDocument(Document):
    rater = serializers.UUIDField()
    ratings = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)


class SeverityDocument(Document):
    levels = SeverityLevel(many=True)
    items = serializers.IntegerField()
    items_pairable = serializers.IntegerField()
    raters = serializers.IntegerField()
    kappa = AgreementStatistic()
    alpha = AgreementStatistic()
    ordered = serializers.ListField(
        child=serializers.UUIDField(), allow_null=True, help_text="With two raters: rows are the first one's levels."
    )
    confusion = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    confusion_items = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    signed = SignedDifferenceDocument(many=True)
    note = serializers.CharField()


class NamedDefect(Document):
    concept = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    dimension = serializers.CharField()
    dimension_name = serializers.CharField()
    kind = serializers.ChoiceField(SCALE_KINDS)
    veto = serializers.BooleanField()
    counts = PatternCounts()
    gate = AgreementGate()


class DefectAgreementDocument(NamedDefect):
    items = serializers.IntegerField()
    items_pairable = serializers.IntegerField()
    raters = serializers.IntegerField()
    ratings = serializers.IntegerField()
    positives = serializers.IntegerField()
    expected_positives = serializers.FloatField()
    too_few_positives = serializers.BooleanField()
    status = serializers.CharField()
    statistics = AgreementStatistics()
    action = AgreementAction()
    pairs = AgreementPair(many=True)
    by_rater = AgreementRaterShare(many=True)
    severity = SeverityDocument(allow_null=True)
    production = AgreementProduction(allow_null=True)


class RatingAgreementDocument(NamedDefect):
    scores = serializers.ListField(child=serializers.IntegerField(), help_text="Answers per level, the best first.")
    severity = SeverityDocument()


class DefectConfusion(Document):
    chosen = serializers.CharField()
    instead = serializers.CharField()
    swaps = serializers.IntegerField()
    chances = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)
    items = serializers.IntegerField()


class DefectCoOccurrence(Document):
    first = serializers.CharField()
    second = serializers.CharField()
    answers = serializers.IntegerField()
    joint = serializers.IntegerField()
    lift = serializers.FloatField(allow_null=True)
    phi = serializers.FloatField(allow_null=True)
    adjusted_p = serializers.FloatField(allow_null=True)
    items = serializers.IntegerField()


class QueueSampling(Document):
    items = serializers.IntegerField()
    of = serializers.IntegerField()
    words = serializers.CharField()


class ProductionSampling(QueueSampling):
    available = serializers.BooleanField()
    weighted = serializers.BooleanField()


class AgreementSampling(Document):
    queue = QueueSampling()
    production = ProductionSampling()


class AgreementRater(Document):
    id = serializers.UUIDField()
    pseudonym = serializers.CharField()
    answers = serializers.IntegerField()


class ReportPeriod(Document):
    first = serializers.DateTimeField(allow_null=True)
    last = serializers.DateTimeField(allow_null=True)


class ReportExcluded(Document):
    late = serializers.IntegerField()
    after_reveal = serializers.IntegerField()
    withdrawn = serializers.IntegerField()
    test_items = serializers.IntegerField()
    repeats = serializers.IntegerField()


class AgreementReportBody(Document):
    sampling = AgreementSampling()
    items = serializers.IntegerField()
    items_pairable = serializers.IntegerField()
    answers = serializers.IntegerField()
    raters = AgreementRater(many=True)
    sentence = serializers.CharField()
    period = ReportPeriod()
    excluded = ReportExcluded()
    defects = DefectAgreementDocument(many=True)
    ratings = RatingAgreementDocument(many=True)
    confusions = DefectConfusion(many=True)
    co_occurrences = DefectCoOccurrence(many=True)


class ReportVersion(Document):
    taxonomy = serializers.CharField()
    title = serializers.CharField()
    version = serializers.CharField()


class ReportCampaign(Document):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    version = ReportVersion()


class AgreementDocument(Document):
    campaign = ReportCampaign()
    state = serializers.ChoiceField(STATES, help_text="outdated: newer answers are not in it; ask for a new one.")
    fingerprint = serializers.CharField()
    computed_at = serializers.DateTimeField(allow_null=True)
    seconds = serializers.FloatField(allow_null=True)
    levels = serializers.IntegerField(help_text="The most levels of a scale here: what `least_rank` may be.")
    report = AgreementReportBody(allow_null=True)


class ReportFilters(Document):
    """Which answers count."""

    least_rank = serializers.IntegerField(
        min_value=1, max_value=20, default=1, help_text="Findings of a milder level count as absent."
    )
    reviewers = serializers.CharField(
        max_length=2000, default="", allow_blank=True, help_text="Reviewer ids with commas: only their answers."
    )


class MarkedItemsQuery(ReportFilters):
    """Which Items to show."""

    defect = serializers.CharField(max_length=60)
    pattern = serializers.ChoiceField(PATTERNS, default="rated")
    rater_a = serializers.UUIDField(required=False)
    rater_b = serializers.UUIDField(required=False)
    level = serializers.CharField(max_length=40, required=False)
    level_b = serializers.CharField(max_length=40, required=False)
    instead = serializers.CharField(max_length=60, required=False)
    together = serializers.CharField(max_length=60, required=False)
    production = serializers.BooleanField(default=False)
    cursor = serializers.CharField(max_length=200, default="", allow_blank=True)
    limit = serializers.CharField(max_length=8, default="", allow_blank=True)


class MarkedFinding(Document):
    defect = serializers.CharField()
    level = serializers.CharField(allow_null=True)
    region = serializers.DictField(allow_null=True)
    confidence = serializers.CharField()
    note = serializers.CharField()
    derived = serializers.BooleanField()


class MarkedAnswer(Document):
    reviewer = serializers.UUIDField()
    pseudonym = serializers.CharField()
    presence = serializers.ChoiceField(["present", "absent", "not_assessed"])
    outcome = serializers.CharField()
    note = serializers.CharField()
    findings = MarkedFinding(many=True)


class MarkedItem(Document):
    id = serializers.UUIDField()
    image = serializers.UUIDField()
    name = serializers.CharField()
    generator = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    assessed = serializers.IntegerField()
    marked = serializers.IntegerField()
    split = serializers.FloatField(help_text="4 p (1 - p): 1 for an even split.")
    answers = MarkedAnswer(many=True)


class MarkedItemPage(Document):
    total = serializers.IntegerField()
    sentence = serializers.CharField()
    concept_names = serializers.DictField(child=serializers.CharField())
    level_names = serializers.DictField(child=serializers.CharField(), help_text="concept/level: name")
    rows = MarkedItem(many=True)
    next = serializers.CharField(allow_null=True)
