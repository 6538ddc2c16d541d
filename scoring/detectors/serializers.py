"""The shapes of detectors and their figures over HTTP."""

from rest_framework import serializers

STATES = ["trained", "too_few", "failed"]
RUN_STATES = ["queued", "running", "done", "failed"]


class FigureDocument(serializers.Serializer):  # type: ignore[type-arg]
    value = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="95 %, groups of one prompt resampled."
    )
    n = serializers.IntegerField()
    positives = serializers.IntegerField()
    status = serializers.CharField(help_text="ok, no_rows, one_class")


class ReliabilityBinDocument(serializers.Serializer):  # type: ignore[type-arg]
    predicted = serializers.FloatField()
    observed = serializers.FloatField()
    n = serializers.IntegerField()


class EvaluationDocument(serializers.Serializer):  # type: ignore[type-arg]
    auroc = FigureDocument()
    average_precision = FigureDocument()
    f1 = FigureDocument()
    calibration_error = serializers.FloatField(allow_null=True)
    reliability = ReliabilityBinDocument(many=True)


class HumanCeilingDocument(serializers.Serializer):  # type: ignore[type-arg]
    f1 = FigureDocument()
    balanced_accuracy = FigureDocument()
    judgements = serializers.IntegerField()


class DetectorComparisonDocument(serializers.Serializer):  # type: ignore[type-arg]
    against = serializers.UUIDField(allow_null=True)
    difference = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    n = serializers.IntegerField()
    reason = serializers.CharField()


class StandingAside(serializers.Serializer):  # type: ignore[type-arg]
    positives = serializers.IntegerField()
    negatives = serializers.IntegerField()


class DetectorDocument(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    run = serializers.UUIDField()
    state = serializers.ChoiceField(STATES)
    reason = serializers.CharField(allow_blank=True)
    positives = serializers.IntegerField()
    negatives = serializers.IntegerField()
    champion = serializers.BooleanField(help_text="In use for predictions.")
    created_at = serializers.DateTimeField()
    method = serializers.CharField(allow_null=True)
    threshold = serializers.FloatField(allow_null=True)
    cross_validated = EvaluationDocument(allow_null=True)
    audit = EvaluationDocument(
        allow_null=True, help_text="On the frozen audit set; null without labelled audit images."
    )
    human_ceiling = HumanCeilingDocument(allow_null=True)
    generator_baseline = FigureDocument(allow_null=True)
    comparison = DetectorComparisonDocument(allow_null=True)
    aside = StandingAside(allow_null=True, help_text="Not trained on: they share a prompt or source group with audit.")


class AskedDefectDetectors(serializers.Serializer):  # type: ignore[type-arg]
    defect = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    gold_present = serializers.IntegerField()
    gold_absent = serializers.IntegerField()
    gold_not_assessed = serializers.IntegerField()
    positives_needed = serializers.IntegerField()
    champion = DetectorDocument(allow_null=True)
    newest = DetectorDocument(allow_null=True, help_text="What came of the last training, also where there is none.")


class GoldStep(serializers.Serializer):  # type: ignore[type-arg]
    items = serializers.IntegerField()
    settled = serializers.IntegerField()
    at_the_desk = serializers.IntegerField()
    waiting = serializers.IntegerField()


class TrainingExport(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    state = serializers.ChoiceField(RUN_STATES)
    reason = serializers.CharField(allow_blank=True)
    images = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()


class TrainingRunDocument(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    export = serializers.UUIDField()
    state = serializers.ChoiceField(RUN_STATES)
    reason = serializers.CharField(allow_blank=True)
    records = serializers.IntegerField(allow_null=True)
    without_embedding = serializers.IntegerField(allow_null=True)
    trained = serializers.IntegerField(allow_null=True)
    too_few = serializers.IntegerField(allow_null=True)
    failed = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class PredictionStep(serializers.Serializer):  # type: ignore[type-arg]
    images = serializers.IntegerField()
    predicted = serializers.IntegerField(help_text="Images that every detector in use has looked at.")
    detectors = serializers.IntegerField()
    last_at = serializers.DateTimeField(allow_null=True)


class ScoringJobDocument(serializers.Serializer):  # type: ignore[type-arg]
    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()
    progress_done = serializers.IntegerField()
    progress_total = serializers.IntegerField(allow_null=True)
    progress_note = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class CampaignDetectorsDocument(serializers.Serializer):  # type: ignore[type-arg]
    campaign = serializers.UUIDField()
    name = serializers.CharField()
    gold = GoldStep()
    exports = TrainingExport(many=True)
    run = TrainingRunDocument(allow_null=True)
    detectors = AskedDefectDetectors(many=True)
    predictions = PredictionStep()
    jobs = ScoringJobDocument(many=True)


class TrainingWish(serializers.Serializer):  # type: ignore[type-arg]
    export = serializers.UUIDField()
