"""Scores and distributions as the API shows them."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from accounts.scope import Scope
from scoring.embeddings.handcrafted import FINGERPRINT
from scoring.embeddings.queries import image_is_here, scoring_counts
from scoring.metrics.choice import MetricChoice, usual_metrics
from scoring.metrics.queries import Distribution, image_scores, metric_distributions
from scoring.metrics.registry import all_metrics, unavailable
from scoring.metrics.spec import Kind, MetricSpec, Status


def image_document(scope: Scope, image: UUID) -> dict[str, Any]:
    """All scores of an Image. Raises UnknownHere."""
    image_is_here(scope, image)
    return {
        "image": image,
        "scores": [
            {
                "metric": one.metric, "value": one.value, "status": one.status, "reason": one.reason,
                "fingerprint": one.fingerprint, "computed_at": one.computed_at,
                "tag": one.spec.tag if one.spec else None, "kind": one.spec.kind if one.spec else None,
                "higher_is_better": one.spec.higher_is_better if one.spec else None,
            }
            for one in image_scores(scope, image)
        ],
    }  # fmt: skip


def project_document(scope: Scope) -> dict[str, Any]:
    """Counts, and every metric of single images with how its values lie."""
    choice = usual_metrics()
    known = {one.metric: one for one in metric_distributions(scope)}
    specs = [spec for spec in all_metrics() if spec.kind is not Kind.SET]
    return {
        **asdict(scoring_counts(scope, choice)),
        "features": FINGERPRINT,
        "metrics": [_metric(spec, choice, known.get(spec.name)) for spec in specs],
    }


def _metric(spec: MetricSpec, choice: MetricChoice, distribution: Distribution | None) -> dict[str, Any]:
    refusal = unavailable(spec)
    return {
        "name": spec.name, "kind": spec.kind, "tag": spec.tag, "higher_is_better": spec.higher_is_better,
        "low": spec.range.low, "high": spec.range.high, "definition": spec.definition, "origin": spec.source,
        "licence": spec.licence, "status": refusal[0] if refusal else Status.OK,
        "reason": refusal[1] if refusal else "", "is_usual": spec in (*choice.alone, *choice.paired),
        "distribution": asdict(distribution) if distribution else None,
    }  # fmt: skip
