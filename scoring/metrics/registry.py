"""All metrics by name, and one function that scores an image: it validates, computes, and never raises for
bad input.
"""

import numpy as np
import numpy.typing as npt

from scoring.metrics import pyiqa_adapter
from scoring.metrics.builtin import BUILTIN
from scoring.metrics.frechet import SET_SPECS
from scoring.metrics.pixels import Picture, PixelProblem, picture_of
from scoring.metrics.spec import Kind, MetricSpec, ScoreResult, Status, Undefined, scored, unscored
from scoring.metrics.weights import WeightStore

_BUILTIN = {one.spec.name: one for one in BUILTIN}
_PYIQA = {one.name: one for one in pyiqa_adapter.SPECS}
_SETS = {one.name: one for one in SET_SPECS}
MAX_REASON = 300


def all_metrics() -> tuple[MetricSpec, ...]:
    """Every metric this installation knows, whether or not what it needs is there: built in first, then
    pyiqa's.
    """
    return (*(one.spec for one in BUILTIN), *SET_SPECS, *pyiqa_adapter.SPECS)


def builtin_metrics(*, with_reference: bool) -> tuple[str, ...]:
    """The names that always work: the default set."""
    kinds = {Kind.NO_REFERENCE, Kind.FULL_REFERENCE} if with_reference else {Kind.NO_REFERENCE}
    return tuple(one.spec.name for one in BUILTIN if one.spec.kind in kinds)


def metric_named(name: str) -> MetricSpec | None:
    """The spec of `name`, or None for a name nobody knows."""
    if name in _BUILTIN:
        return _BUILTIN[name].spec
    return _SETS.get(name) or _PYIQA.get(name)


def unavailable(spec: MetricSpec, weights: WeightStore | None = None) -> tuple[Status, str] | None:
    """Why this metric cannot run here (an extra or weights missing), or None when it can."""
    return pyiqa_adapter.unavailable(spec, weights) if spec.name in _PYIQA else None


def compute(
    metric: str,
    image: Picture | npt.NDArray[np.uint8],
    reference: Picture | npt.NDArray[np.uint8] | None = None,
    *,
    weights: WeightStore | None = None,
) -> ScoreResult:
    """The score of one image under one metric.

    `image` and `reference` are Pictures or uint8 arrays [height, width] or [height, width, 3]. Bad input, a
    missing extra, an undefined value or a metric that fails gives a result without value whose status and
    reason say why.
    """
    spec = metric_named(metric)
    if spec is None:
        return ScoreResult(
            metric=metric, value=None, status=Status.UNKNOWN_METRIC, version="",
            reason=f"There is no metric called {metric!r}. `manage.py score --list` prints those there are.",
        )  # fmt: skip
    try:
        first = image if isinstance(image, Picture) else picture_of(image)
        second = reference if reference is None or isinstance(reference, Picture) else picture_of(reference)
        return _checked(spec, first, second, weights)
    except PixelProblem as problem:
        return unscored(spec, problem.status, problem.reason)


def _checked(spec: MetricSpec, image: Picture, reference: Picture | None, weights: WeightStore | None) -> ScoreResult:
    refusal = _refusal(spec, image, reference) or unavailable(spec, weights)
    if refusal:
        return unscored(spec, *refusal)
    paired = reference if spec.kind is Kind.FULL_REFERENCE else None
    try:
        value = _value(spec, image, paired, weights)
    except Undefined as undefined:
        return unscored(spec, undefined.status, undefined.reason)
    except Exception as failure:  # one failing metric marks one score, never the job
        return unscored(spec, Status.FAILED, f"{type(failure).__name__}: {failure}"[:MAX_REASON])
    return scored(spec, value)


def _refusal(spec: MetricSpec, image: Picture, reference: Picture | None) -> tuple[Status, str] | None:
    if spec.kind in (Kind.SET, Kind.PROMPT):
        return Status.NOT_PER_IMAGE, f"{spec.name} is no metric of a single image."
    if spec.kind is Kind.FULL_REFERENCE:
        if reference is None:
            return Status.NO_REFERENCE, f"{spec.name} compares with a reference image and none was given."
        if image.grey != reference.grey:
            return (
                Status.MODE_MISMATCH,
                "One of image and reference is grey and the other has colour channels.",
            )
        if image.rgb.shape != reference.rgb.shape:
            return Status.SIZE_MISMATCH, (
                f"The image has {image.width} x {image.height} pixels and the reference "
                f"{reference.width} x {reference.height}; they must be equal."
            )
    if min(image.width, image.height) < spec.min_size:
        return Status.TOO_SMALL, (
            f"{image.width} x {image.height} pixels; {spec.name} needs at least {spec.min_size} on each side."
        )
    return None


def _value(spec: MetricSpec, image: Picture, reference: Picture | None, weights: WeightStore | None) -> float:
    builtin = _BUILTIN.get(spec.name)
    if builtin is None:
        return pyiqa_adapter.score(spec, image, reference, weights)
    if builtin.pair is not None and reference is not None:
        return builtin.pair(image, reference)
    if builtin.single is None:
        raise Undefined(Status.NO_REFERENCE, f"{spec.name} compares with a reference image and none was given.")
    return builtin.single(image)
