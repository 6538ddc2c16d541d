"""Shapes of what the taxonomy routes answer. The documents are made by `taxonomy.presentation`."""

from typing import Any

from rest_framework import serializers

Shape = serializers.Serializer[Any]


class TaxonomyReference(Shape):
    id = serializers.CharField()
    code = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    status = serializers.CharField(help_text="draft, active, deprecated, retired, or unknown in this version.")


class TaxonomyTranslation(Shape):
    language = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField(allow_null=True)


class TaxonomyCounts(Shape):
    dimensions = serializers.IntegerField()
    defects = serializers.IntegerField()
    sub_defects = serializers.IntegerField()
    examples = serializers.IntegerField()
    pictures_missing = serializers.IntegerField()


class TaxonomyVersionFacts(Shape):
    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.CharField(help_text="draft, in_review, published, retired")
    content_hash = serializers.CharField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # the word of the model
    imported_as_published = serializers.BooleanField()
    has_migration = serializers.BooleanField(help_text="Declared operations came with this version.")
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    published_by = serializers.CharField(allow_null=True)
    retired_at = serializers.DateTimeField(allow_null=True)
    counts = TaxonomyCounts()


class TaxonomyOwnerDocument(Shape):
    id = serializers.UUIDField()
    name = serializers.CharField()


class TaxonomyDocument(Shape):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    id_prefix = serializers.CharField()
    owners = TaxonomyOwnerDocument(many=True)
    may_edit = serializers.BooleanField()
    versions = TaxonomyVersionFacts(many=True, help_text="Newest first.")


class TaxonomyList(Shape):
    taxonomies = TaxonomyDocument(many=True)
    may_import = serializers.BooleanField()


class TaxonomyPlace(Shape):
    pointer = serializers.CharField(help_text="JSON pointer, or the cell of a spreadsheet such as Defects!F12.")
    line = serializers.IntegerField(allow_null=True)
    code = serializers.CharField()
    message = serializers.CharField()


class TaxonomyImported(Shape):
    slug = serializers.CharField()
    number = serializers.CharField()
    state = serializers.CharField()
    content_hash = serializers.CharField()
    is_new = serializers.BooleanField(help_text="False when exactly this content was there already.")
    unfinished = TaxonomyPlace(many=True, help_text="What a draft still lacks before it can be published.")
    counts = TaxonomyCounts()


class TaxonomyLevel(Shape):
    key = serializers.CharField()
    rank = serializers.IntegerField(help_text="Order of harm; 1 is the mildest.")
    name = serializers.CharField()
    hotkey = serializers.CharField()
    action = serializers.CharField()
    general_rule = serializers.CharField()


class TaxonomyEndWord(Shape):
    hotkey = serializers.CharField()
    word = serializers.CharField()


class TaxonomyScale(Shape):
    id = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField(help_text="severity, rating, flag")
    allow_not_applicable = serializers.BooleanField()
    tie_break = serializers.CharField(allow_null=True)
    end_words = TaxonomyEndWord(many=True)
    used_by = serializers.IntegerField(help_text="Defects judged on this scale.")
    levels = TaxonomyLevel(many=True)


class TaxonomyQuality(Shape):
    id = serializers.CharField()
    name = serializers.CharField()
    iso25010_analogue = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_null=True)


class TaxonomyKpi(Shape):
    id = serializers.CharField()
    name = serializers.CharField()
    direction = serializers.CharField(allow_blank=True)
    unit = serializers.CharField(allow_blank=True)
    description = serializers.CharField(allow_null=True)


class TaxonomyGroup(Shape):
    id = serializers.CharField()
    level = serializers.CharField(help_text="per_region, per_image")
    rule = serializers.CharField()
    members = TaxonomyReference(many=True)


class TaxonomyDeprecation(Shape):
    since = serializers.CharField()
    reason = serializers.CharField()
    replaced_by = TaxonomyReference(many=True)
    consider = TaxonomyReference(many=True)


class TaxonomyExclusion(Shape):
    text = serializers.CharField()
    use = TaxonomyReference(allow_null=True)


class TaxonomyScope(Shape):
    level = serializers.CharField(help_text="image, region")
    shapes = serializers.ListField(child=serializers.CharField())
    required = serializers.BooleanField()  # type: ignore[assignment]  # the word of the file


class DefectLevel(Shape):
    key = serializers.CharField()
    name = serializers.CharField()
    rank = serializers.IntegerField()
    hotkey = serializers.CharField()
    rule = serializers.CharField(allow_null=True)
    general_rule = serializers.CharField()
    penalty = serializers.FloatField(allow_null=True, help_text="Positive points of the trend score.")
    action = serializers.CharField(help_text="As it takes effect.")
    is_own_action = serializers.BooleanField(help_text="It replaces the scale's default.")


class DefectRelation(Shape):
    type = serializers.CharField(help_text="requires, implies, related")
    target = TaxonomyReference()
    note = serializers.CharField(allow_null=True)


class DefectCause(Shape):
    component = serializers.CharField()
    confidence = serializers.CharField()
    check = serializers.CharField(allow_null=True)


class DefectPart(Shape):
    id = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    status = serializers.CharField()
    since = serializers.CharField()
    definition = serializers.CharField()
    translations = TaxonomyTranslation(many=True)


class ExamplePlace(Shape):
    shape = serializers.CharField(help_text="box, point, polygon")
    points = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))


class DefectExample(Shape):
    place = serializers.IntegerField()
    id = serializers.CharField(allow_null=True)
    kind = serializers.CharField(help_text="positive, negative, borderline")
    severity = serializers.CharField(allow_null=True)
    verdict = serializers.CharField(allow_null=True)
    caption = serializers.CharField()
    url = serializers.CharField(allow_null=True, help_text="Null while the picture is missing.")
    asset = serializers.CharField(allow_null=True)
    source_item = serializers.CharField(allow_null=True)
    region = ExamplePlace(allow_null=True)
    clean_counterpart_of = serializers.CharField(allow_null=True)


class DefectDocument(Shape):
    id = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    status = serializers.CharField()
    since = serializers.CharField()
    meaning_since = serializers.CharField()
    deprecation = TaxonomyDeprecation(allow_null=True)
    derived_from = TaxonomyReference(many=True)
    aliases = serializers.ListField(child=serializers.CharField())
    translations = TaxonomyTranslation(many=True)
    definition = serializers.CharField()
    annotate_when = serializers.ListField(child=serializers.CharField())
    do_not_annotate_when = TaxonomyExclusion(many=True)
    catch_all = serializers.BooleanField()
    comment_required = serializers.BooleanField()
    veto = serializers.BooleanField()
    not_ratable = serializers.BooleanField()
    route = serializers.CharField(allow_null=True)
    context = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # the word of the file
    scope = TaxonomyScope()
    scale = serializers.CharField()
    levels = DefectLevel(many=True)
    relations = DefectRelation(many=True)
    quality = TaxonomyQuality()
    kpis = TaxonomyKpi(many=True)
    causes = DefectCause(many=True)
    sub_defects = DefectPart(many=True)
    examples = DefectExample(many=True)


class DimensionName(Shape):
    id = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    colour = serializers.CharField(allow_null=True)


class DimensionDocument(DimensionName):
    definition = serializers.CharField()
    status = serializers.CharField()
    translations = TaxonomyTranslation(many=True)
    defects = DefectDocument(many=True)


class RetiredConceptDocument(Shape):
    id = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    retired_in = serializers.CharField()
    reason = serializers.CharField()
    replaced_by = TaxonomyReference(many=True)
    consider = TaxonomyReference(many=True)


class TaxonomySource(Shape):
    title = serializers.CharField()
    url = serializers.CharField()
    used_for = serializers.CharField(allow_null=True)


class TaxonomyScoring(Shape):
    base = serializers.FloatField()
    floor = serializers.FloatField()
    per_defect = serializers.CharField()
    dimension_cap = serializers.FloatField(allow_null=True)


class VersionDocument(TaxonomyVersionFacts):
    slug = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    previous_version = serializers.CharField(allow_null=True)
    default_language = serializers.CharField()
    languages = serializers.ListField(child=serializers.CharField())
    license = serializers.CharField(allow_null=True)
    media = serializers.ListField(child=serializers.CharField())
    id_prefix = serializers.CharField()
    release_notes = serializers.CharField(allow_null=True)
    sources = TaxonomySource(many=True)
    scoring = TaxonomyScoring()
    scales = TaxonomyScale(many=True)
    quality_model = TaxonomyQuality(many=True)
    kpis = TaxonomyKpi(many=True)
    exclusion_groups = TaxonomyGroup(many=True)
    dimensions = DimensionDocument(many=True)
    retired_concepts = RetiredConceptDocument(many=True)


class DefectPage(Shape):
    slug = serializers.CharField()
    number = serializers.CharField()
    state = serializers.CharField()
    title = serializers.CharField()
    dimension = DimensionName()
    scale = TaxonomyScale()
    previous = TaxonomyReference(allow_null=True)
    next = TaxonomyReference(allow_null=True)
    exclusion_groups = TaxonomyGroup(many=True)
    defect = DefectDocument()


class TaxonomyChange(Shape):
    subject = serializers.CharField(help_text="dimension, defect, sub_defect, exclusion_group")
    concept = TaxonomyReference()
    parent = TaxonomyReference(allow_null=True)
    kind = serializers.CharField(help_text="added, gone, changed")
    field = serializers.CharField(allow_null=True)
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class TaxonomyNote(Shape):
    path = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class TaxonomyDiff(Shape):
    slug = serializers.CharField()
    from_version = serializers.CharField()
    to_version = serializers.CharField()
    changes = TaxonomyChange(many=True)
    notes = TaxonomyNote(many=True)
    operations = serializers.ListField(
        child=serializers.JSONField(), help_text="Declared for this step, where `from` is the parent of `to`."
    )
