"""Shapes of moving a campaign to another version."""

from typing import Any

from rest_framework import serializers

from taxonomy.serializers import TaxonomyReference

Shape = serializers.Serializer[Any]
RUN_STATES = ("preparing", "ready", "active", "rolled_back", "failed")


class MoveVersion(Shape):
    id = serializers.UUIDField()
    number = serializers.CharField()
    published_at = serializers.DateTimeField(allow_null=True)
    release_notes = serializers.CharField(allow_blank=True)


class MoveOutcomes(Shape):
    carried = serializers.IntegerField()
    mapped = serializers.IntegerField()
    queued = serializers.IntegerField()
    archived = serializers.IntegerField()


class MovedConcept(Shape):
    concept = TaxonomyReference()
    outcomes = MoveOutcomes()
    gold_held_back = serializers.IntegerField()
    absences_lost = serializers.IntegerField()


class MoveCounts(Shape):
    answers = serializers.IntegerField(help_text="Newest revisions; what each of them says is carried.")
    findings = serializers.IntegerField()
    outcomes = MoveOutcomes()
    merged = serializers.IntegerField(help_text="Findings that point to another on the same region.")
    review = serializers.DictField(child=serializers.IntegerField(), help_text="What people are asked, by kind.")
    flags = serializers.DictField(child=serializers.IntegerField())
    verdicts_changed = serializers.IntegerField()
    verdicts_open = serializers.IntegerField(help_text='Verdicts that are "at least" until questions are answered.')
    absences_lost = serializers.IntegerField(help_text="Stated absences that are not assessed any more.")
    gold = MoveOutcomes()
    concepts = MovedConcept(many=True)


class MovedDefect(Shape):
    id = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()


class MoveRun(Shape):
    id = serializers.UUIDField()
    campaign = serializers.UUIDField()
    state = serializers.ChoiceField(choices=RUN_STATES)
    from_version = serializers.CharField()
    to_version = serializers.CharField()
    defects_before = MovedDefect(many=True)
    defects_after = MovedDefect(many=True)
    counts = MoveCounts(allow_null=True, help_text="Null until everything was counted.")
    open_questions = serializers.IntegerField()
    arrived = serializers.IntegerField(help_text="Findings submitted under the version before, after the preparation.")
    gold_held_back = serializers.IntegerField()
    operations = serializers.ListField(child=serializers.DictField())
    reason = serializers.CharField(allow_blank=True)
    job = serializers.UUIDField(allow_null=True)
    job_state = serializers.CharField(allow_null=True)
    progress_done = serializers.IntegerField()
    created_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    activated_at = serializers.DateTimeField(allow_null=True)
    rolled_back_at = serializers.DateTimeField(allow_null=True)


class CampaignMoves(Shape):
    version = MoveVersion()
    targets = MoveVersion(many=True, help_text="Later published versions of the same taxonomy, newest first.")
    runs = MoveRun(many=True, help_text="Newest first.")


class MoveRequest(Shape):
    version = serializers.UUIDField()
    defects = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, allow_null=True, default=None, max_length=1000,
        help_text="Asked afterwards; unless given, what became of those asked before.",
    )  # fmt: skip


class MoveRollback(Shape):
    reason = serializers.CharField(max_length=2000)


class MovedFinding(Shape):
    id = serializers.UUIDField()
    item = serializers.UUIDField()
    thumbnail_url = serializers.CharField()
    outcome = serializers.CharField()
    was = TaxonomyReference()
    level = serializers.CharField(allow_null=True)
    region = serializers.DictField(allow_null=True)
    becomes = serializers.ListField(child=serializers.CharField(), help_text="Code, or code and level.")
    review = serializers.ListField(child=serializers.CharField())
    merged = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)


class MovedFindings(Shape):
    findings = MovedFinding(many=True)
    next = serializers.CharField(allow_null=True)


class ChangedField(Shape):
    field = serializers.CharField()
    before = serializers.CharField(allow_blank=True)
    after = serializers.CharField(allow_blank=True)


class ChangedDefect(Shape):
    id = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    is_new = serializers.BooleanField()
    was_code = serializers.CharField(allow_null=True)
    was_name = serializers.CharField(allow_null=True)
    fields = ChangedField(many=True)  # type: ignore[assignment]  # the word of the model


class CampaignChanges(Shape):
    from_version = serializers.CharField()
    to_version = serializers.CharField()
    release_notes = serializers.CharField(allow_blank=True)
    gone = MovedDefect(many=True)
    changed = ChangedDefect(many=True)
