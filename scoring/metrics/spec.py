"""What a metric is and what a score is: frozen values, no arithmetic.

Technical quality, aesthetics and alignment with the prompt are different things: every metric carries one
tag and no report averages across tags.
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum

TOLERANCE = 1e-3  # what rounding may add beyond the end of a range


class Kind(StrEnum):
    """What a metric compares."""

    FULL_REFERENCE = "FR"  # an image with a reference of the same size
    NO_REFERENCE = "NR"  # an image alone
    SET = "SET"  # one set of images with another
    PROMPT = "PROMPT"  # an image with its prompt


class Tag(StrEnum):
    """What a metric speaks about."""

    TECHNICAL = "technical"
    AESTHETIC = "aesthetic"
    ALIGNMENT = "alignment"


class Status(StrEnum):
    """Why a score has a value (`ok`) or has none (everything else)."""

    OK = "ok"
    NO_REFERENCE = "no_reference"  # the metric compares with a reference and none was given
    SIZE_MISMATCH = "size_mismatch"  # image and reference differ in width or height
    MODE_MISMATCH = "mode_mismatch"  # one has colour channels, the other has not
    WRONG_PIXELS = "wrong_pixels"  # not 8-bit grey or RGB
    TOO_SMALL = "too_small"  # smaller than the metric can look at
    UNREADABLE = "unreadable"  # the file is no image that can be decoded
    IDENTICAL = "identical"  # no error at all, so the ratio to it is infinite
    UNDEFINED = "undefined"  # the formula has no value here
    NOT_INSTALLED = "not_installed"  # an optional extra is missing
    WEIGHTS_MISSING = "weights_missing"  # a file of weights is missing or is not the one expected
    NOT_PER_IMAGE = "not_per_image"  # a metric of sets or prompts was asked of one image
    UNKNOWN_METRIC = "unknown_metric"
    FAILED = "failed"  # the metric raised; the reason says what


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The values a metric can take, as numbers; None means unbounded on that side."""

    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What must be there: importable modules and, by metric name, files in the folder of weights."""

    modules: tuple[str, ...] = ()
    weights: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSpec:
    """One metric. `higher_is_better` is None where neither direction is better by itself (exposure, for
    one).

    `min_size` is the shortest side in pixels; `fingerprint` names implementation and version and goes with
    every score, so that scores of different implementations are never mixed; `source` says where the
    definition is from.
    """

    name: str
    kind: Kind
    tag: Tag
    higher_is_better: bool | None
    range: Range
    min_size: int
    licence: str
    fingerprint: str
    definition: str
    source: str
    needs: Needs = field(default_factory=Needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreResult:
    """One score of one image: a finite value with status `ok`, or None with the reason why there is none."""

    metric: str
    value: float | None
    status: Status
    reason: str
    version: str


class Undefined(Exception):
    """Raised by a metric that has no value for this input; becomes a status and a reason, never NaN."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def scored(spec: MetricSpec, value: float) -> ScoreResult:
    """`value` as a result; what is not finite or lies outside the metric's range becomes `undefined`."""
    if not math.isfinite(value):
        return unscored(spec, Status.UNDEFINED, f"{spec.name} has no finite value for this image.")
    low, high = spec.range.low, spec.range.high
    if (low is not None and value < low - TOLERANCE) or (high is not None and value > high + TOLERANCE):
        return unscored(spec, Status.UNDEFINED, f"{spec.name} gave {value:.6g}, outside its range {low} to {high}.")
    return ScoreResult(metric=spec.name, value=value, status=Status.OK, reason="", version=spec.fingerprint)


def unscored(spec: MetricSpec, status: Status, reason: str) -> ScoreResult:
    """No value, and why."""
    return ScoreResult(metric=spec.name, value=None, status=status, reason=reason, version=spec.fingerprint)
