"""From scores to probabilities that mean what they say, and how well they do.

A sigmoid (Platt 1999) below 1,000 rows or 100 of the rarer class, isotonic regression (Zadrozny & Elkan
2002) from there on. Kept as plain numbers, so that it can be stored as JSON.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

Floats: TypeAlias = npt.NDArray[np.float64]
Labels: TypeAlias = npt.NDArray[np.int8]

ISOTONIC_ROWS, ISOTONIC_CLASS = 1000, 100
EDGE = 1e-6
BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """`sigmoid`: 1 / (1 + exp(-(slope * logit(score) + intercept))); `isotonic`: linear between knots (x,
    y).
    """

    method: str
    rows: int
    slope: float = 1.0
    intercept: float = 0.0
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()

    def probabilities(self, scores: Floats) -> Floats:
        """Calibrated probabilities [n] of scores [n] in 0..1."""
        if self.method == "isotonic":
            return np.clip(np.interp(scores, self.x, self.y), EDGE, 1 - EDGE)
        return 1 / (1 + np.exp(-np.clip(self.slope * logit(scores) + self.intercept, -30, 30)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityBin:
    """Rows whose predictions lie together: mean prediction, observed share of positives, number of rows."""

    predicted: float
    observed: float
    n: int


def logit(scores: Floats) -> Floats:
    """log(p / (1 - p)), with p kept a millionth away from 0 and 1."""
    inside = np.clip(np.asarray(scores, dtype=np.float64), EDGE, 1 - EDGE)
    return np.log(inside / (1 - inside))


def fitted_calibration(scores: Floats, labels: Labels) -> Calibration:
    """The map fitted on scores [n] in 0..1 and labels [n] of 0 and 1, both present."""
    rarer = int(min(labels.sum(), len(labels) - labels.sum()))
    if len(labels) >= ISOTONIC_ROWS and rarer >= ISOTONIC_CLASS:
        isotonic = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(scores, labels)
        return Calibration(
            method="isotonic",
            rows=len(labels),
            x=tuple(isotonic.X_thresholds_.tolist()),
            y=tuple(isotonic.y_thresholds_.tolist()),
        )
    model = LogisticRegression(C=1.0).fit(logit(scores)[:, None], labels)
    slope = max(float(model.coef_[0, 0]), 0.0)  # a score that ranks backwards must not be turned round silently
    intercept = float(model.intercept_[0])
    if slope == 0.0:
        prevalence = float(np.clip(labels.mean(), EDGE, 1 - EDGE))
        intercept = float(np.log(prevalence / (1 - prevalence)))
    return Calibration(method="sigmoid", rows=len(labels), slope=slope, intercept=intercept)


def reliability_curve(probabilities: Floats, labels: Labels, bins: int = BINS) -> tuple[ReliabilityBin, ...]:
    """Up to `bins` bins of equal numbers of rows, in the order of the prediction."""
    order = np.argsort(probabilities, kind="stable")
    parts = np.array_split(order, min(bins, len(order)))
    return tuple(
        ReliabilityBin(predicted=float(probabilities[part].mean()), observed=float(labels[part].mean()), n=len(part))
        for part in parts
        if len(part)
    )


def expected_calibration_error(curve: tuple[ReliabilityBin, ...]) -> float | None:
    """Mean distance of prediction and observation over the bins, weighted by their rows; None without rows."""
    total = sum(one.n for one in curve)
    return sum(one.n * abs(one.predicted - one.observed) for one in curve) / total if total else None
