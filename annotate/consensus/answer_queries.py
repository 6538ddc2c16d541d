"""The current Annotations of Items as answers per concept: what consensus and the desk look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotate.consensus.rules import Given, Presence
from annotate.geometry import Region, parse_region
from annotate.models import Annotation, Campaign, CarriedAbsence, CarriedFinding
from taxonomy.tree import TaxonomyTree


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnnotation:
    """One current Annotation with its Findings as rows."""

    row: Annotation
    pseudonym: str
    findings: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingFinding:
    """A carried Finding, with the fields of one that was given under the Campaign's Version."""

    position: int
    defect: str
    sub_defect: str
    kind: str
    level: str | None
    region: dict[str, Any] | None
    confidence: str
    note: str
    derived: bool


def current_annotations(items: Sequence[UUID]) -> dict[UUID, list[GivenAnnotation]]:
    """Per Item the newest revision of every Reviewer made before anything was revealed; late ones do not count.

    Those given under an earlier Version are as the Campaign's layer carries them.
    """
    rows = (
        Annotation.objects.unscoped()
        .filter(item_id__in=items, late=False, after_reveal=False)
        .select_related("reviewer")
        .prefetch_related("findings")
        .order_by("item_id", "reviewer_id", "-revision")
        .distinct("item_id", "reviewer_id")
    )
    found: dict[UUID, list[GivenAnnotation]] = {item: [] for item in items}
    pinned = {row.id: row for row in Campaign.objects.unscoped().filter(id__in={row.campaign_id for row in rows})}
    earlier = [row for row in rows if row.version_id != pinned[row.campaign_id].version_id]
    carried = _carried(earlier, pinned) if earlier else {}
    for row in sorted(rows, key=lambda one: one.recorded_at):
        if row.version_id == pinned[row.campaign_id].version_id:
            findings: tuple[Any, ...] = tuple(sorted(row.findings.all(), key=lambda finding: finding.position))
        elif row.id in carried:
            absence, findings = carried[row.id]
            row.asked, row.not_assessed = absence.asked, absence.not_assessed  # as it stands; never saved
        else:
            continue
        found[row.item_id].append(GivenAnnotation(row=row, pseudonym=row.reviewer.pseudonym, findings=findings))
    return found


def _carried(
    rows: Sequence[Annotation], pinned: Mapping[UUID, Campaign]
) -> dict[UUID, tuple[CarriedAbsence, tuple[StandingFinding, ...]]]:
    """What the layers of their Campaigns say of Annotations given under earlier Versions."""
    layers = [one.layer_id for one in pinned.values() if one.layer_id]
    ids = [row.id for row in rows]
    absences = CarriedAbsence.objects.unscoped().filter(run_id__in=layers, annotation_id__in=ids)
    standing = CarriedFinding.objects.unscoped().filter(run_id__in=layers, annotation_id__in=ids, standing=True)
    findings: dict[UUID, list[StandingFinding]] = {}
    for one in standing.select_related("finding").order_by("finding__position"):
        findings.setdefault(one.annotation_id, []).append(
            StandingFinding(
                position=one.finding.position, defect=one.concept, sub_defect=one.sub_defect, kind=one.kind,
                level=one.level, region=one.region, confidence=one.finding.confidence, note=one.finding.note,
                derived=one.finding.derived,
            )
        )  # fmt: skip
    return {one.annotation_id: (one, tuple(findings.get(one.annotation_id, ()))) for one in absences}


def given_of(annotation: GivenAnnotation, concept: str, tree: TaxonomyTree) -> Given:
    """What one Annotation says of one concept."""
    row = annotation.row
    matching = [finding for finding in annotation.findings if finding.defect == concept]
    scores = [finding for finding in matching if finding.kind != "rating" or finding.level is not None]
    if scores:
        scale = tree.scale_of(tree.defect(concept))
        levels = sorted((f.level for f in scores if f.level), key=lambda key: scale.level(key).rank)
        regions = [region for finding in scores if (region := _region(finding.region)) is not None]
        return Given(
            annotation=row.id, presence="present", level=levels[-1] if levels else None, regions=tuple(regions)
        )
    assessed = concept in row.asked and concept not in row.not_assessed and not matching
    presence: Presence = "absent" if assessed else "not_assessed"
    return Given(annotation=row.id, presence=presence)


def _region(document: Any) -> Region | None:
    return parse_region(document)[0] if document else None


def answers_per_concept(
    annotations: Sequence[GivenAnnotation], concepts: Sequence[str], tree: TaxonomyTree
) -> dict[str, list[Given]]:
    """Every concept with what each Annotation says of it."""
    return {concept: [given_of(one, concept, tree) for one in annotations] for concept in concepts}
