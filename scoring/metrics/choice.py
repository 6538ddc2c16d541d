"""Which metrics every image of a project gets: built in, and those of pyiqa that need no weights where it is there."""

from dataclasses import dataclass

from scoring.metrics.pixels import Picture, PixelProblem
from scoring.metrics.registry import all_metrics, compute, unavailable
from scoring.metrics.spec import Kind, MetricSpec, ScoreResult, Status, unscored

SLOW = frozenset({"mad"})  # 4 to 13 s an image: asked for by name only


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricChoice:
    """The metrics of single images that run here: for every image, and for those with a reference."""

    alone: tuple[MetricSpec, ...]
    paired: tuple[MetricSpec, ...]

    def of_image(self, *, has_reference: bool) -> tuple[MetricSpec, ...]:
        return (*self.alone, *self.paired) if has_reference else self.alone


def usual_metrics() -> MetricChoice:
    """What is computed without anybody asking: no weights, nothing slow, nothing that is not installed."""
    usable = [
        spec for spec in all_metrics() if not spec.needs.weights and spec.name not in SLOW and unavailable(spec) is None
    ]
    return MetricChoice(
        alone=tuple(spec for spec in usable if spec.kind is Kind.NO_REFERENCE),
        paired=tuple(spec for spec in usable if spec.kind is Kind.FULL_REFERENCE),
    )


def picture_scores(
    specs: tuple[MetricSpec, ...], image: Picture | PixelProblem, reference: Picture | PixelProblem | None
) -> tuple[ScoreResult, ...]:
    """One result a metric, each image decoded before and once. A picture that cannot be read has a reason in each."""
    return tuple(_result(spec, image, reference) for spec in specs)


def _result(spec: MetricSpec, image: Picture | PixelProblem, reference: Picture | PixelProblem | None) -> ScoreResult:
    if isinstance(image, PixelProblem):
        return unscored(spec, image.status, image.reason)
    if spec.kind is not Kind.FULL_REFERENCE:
        return compute(spec.name, image)
    if isinstance(reference, PixelProblem):
        return unscored(spec, Status.NO_REFERENCE, f"The reference cannot be read: {reference.reason}")
    return compute(spec.name, image, reference)
