"""What becomes of "looked at, not there": present, absent or not_assessed per concept and version.

`absent` never appears unless the old version implies it: a split source that was absent has absent parts, a
concept carved from absent named concepts is absent, a merge target is absent when all its sources were.
Nothing follows from the absence of a catch-all, because reviewers under-use it.
"""

from collections.abc import Mapping
from typing import Literal

from taxonomy.mapping import Step
from taxonomy.operations import Operation

Assessment = Literal["present", "absent", "not_assessed"]


def carry_assessments(values: Mapping[str, Assessment], step: Step) -> dict[str, Assessment]:
    """The value of every defect of the new version for one image and reviewer; a missing value counts as
    not_assessed. A finding that must be reviewed for its concept leaves its concept not_assessed."""
    return {defect.id: _carried(defect.id, values, step) for defect in step.new.defects}


def _carried(concept: str, values: Mapping[str, Assessment], step: Step) -> Assessment:
    operations = step.migration.operations
    merges = [one for one in operations if one.op == "merge" and concept in one.into]
    if merges:
        sources = {source for one in merges for source in one.concepts}
        own = {concept} if step.old.has_defect(concept) else set()
        return _joined([values.get(source, "not_assessed") for source in sorted(sources | own)])
    origins = [one for one in operations if one.op == "split" and concept in one.into]
    origins += [one for one in operations if one.op == "add" and one.concept == concept]
    if step.old.has_defect(concept):
        return _kept(concept, values, origins, step)
    return "absent" if origins and _implied(origins, values, step) else "not_assessed"


def _joined(values: list[Assessment]) -> Assessment:
    if "present" in values:
        return "present"
    return "absent" if set(values) == {"absent"} else "not_assessed"


def _kept(concept: str, values: Mapping[str, Assessment], origins: list[Operation], step: Step) -> Assessment:
    value = values.get(concept, "not_assessed")
    for one in step.migration.operations:
        if one.op == "redefine" and one.concept == concept:
            lost: Assessment = "absent" if one.direction == "broader" else "present"
            if one.direction == "shifted" or value == lost:
                return "not_assessed"
    if value == "absent" and origins and not _implied(origins, values, step):
        return "not_assessed"
    return value


def _implied(origins: list[Operation], values: Mapping[str, Assessment], step: Step) -> bool:
    """All concepts it came from are named (no catch-all) and were absent."""
    sources = [source for one in origins for source in (*one.carved_from, *_split_source(one))]
    return bool(sources) and all(
        values.get(source) == "absent" and step.old.has_defect(source) and not step.old.defect(source).catch_all
        for source in sources
    )


def _split_source(operation: Operation) -> tuple[str, ...]:
    return operation.sources if operation.op == "split" else ()
