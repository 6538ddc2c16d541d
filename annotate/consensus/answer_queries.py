"""The current Annotations of Items as answers per concept: what consensus and the desk look at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotate.consensus.rules import Given, Presence
from annotate.geometry import Region, parse_region
from annotate.models import Annotation
from taxonomy.tree import TaxonomyTree


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnnotation:
    """One current Annotation with its Findings as rows."""

    row: Annotation
    pseudonym: str
    findings: tuple[Any, ...]


def current_annotations(items: Sequence[UUID]) -> dict[UUID, list[GivenAnnotation]]:
    """Per Item the newest revision of every Reviewer made before anything was revealed; late ones do not count."""
    rows = (
        Annotation.objects.unscoped()
        .filter(item_id__in=items, late=False, after_reveal=False)
        .select_related("reviewer")
        .prefetch_related("findings")
        .order_by("item_id", "reviewer_id", "-revision")
        .distinct("item_id", "reviewer_id")
    )
    found: dict[UUID, list[GivenAnnotation]] = {item: [] for item in items}
    for row in sorted(rows, key=lambda one: one.recorded_at):
        findings = tuple(sorted(row.findings.all(), key=lambda finding: finding.position))
        given = GivenAnnotation(row=row, pseudonym=row.reviewer.pseudonym, findings=findings)
        found[row.item_id].append(given)
    return found


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
