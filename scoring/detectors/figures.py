"""How good scores are, each number with its n and a bootstrap interval, or with the reason why there is
none.

Intervals resample whole groups (rows that share a prompt), because rows of one prompt are not independent.
All replicates are computed at once from weights, so that 400 of them cost about as much as ten sorts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.detectors.calibration import (
    Floats,
    Labels,
    ReliabilityBin,
    expected_calibration_error,
    reliability_curve,
)

Groups: TypeAlias = npt.NDArray[np.intp]
Statistic: TypeAlias = Callable[[Floats, Labels, Floats], Floats]

REPLICATES = 400
LEVEL = 0.95
ENOUGH = 0.9  # share of replicates that must have a value


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with interval, rows and positives; `value` is None when status is not `ok`."""

    value: float | None
    interval: tuple[float, float] | None
    n: int
    positives: int
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """All figures of probabilities on labelled rows."""

    auroc: Figure
    average_precision: Figure
    f1: Figure
    calibration_error: float | None
    reliability: tuple[ReliabilityBin, ...]


def auroc(scores: Floats, labels: Labels, weights: Floats) -> Floats:
    """Area under the ROC curve, ties counting half (Mann-Whitney), for each row of `weights` [b, n]: [b].

    NaN where a class has no weight; callers turn that into a status.
    """
    order, starts = _tie_blocks(scores)
    positive, negative = _block_weights(labels[order], weights[:, order], starts)
    below = np.cumsum(negative, axis=1) - negative
    area = np.sum(positive * (below + negative / 2), axis=1)
    return _ratio(area, positive.sum(axis=1) * negative.sum(axis=1))


def average_precision(scores: Floats, labels: Labels, weights: Floats) -> Floats:
    """Sum over thresholds of precision times the gain in recall, tied scores as one threshold: [b]."""
    order, starts = _tie_blocks(-scores)
    positive, negative = _block_weights(labels[order], weights[:, order], starts)
    hits = np.cumsum(positive, axis=1)
    precision = _ratio(hits, hits + np.cumsum(negative, axis=1), empty=0.0)
    return _ratio(np.sum(positive * precision, axis=1), positive.sum(axis=1))


def f1(decisions: Floats, labels: Labels, weights: Floats) -> Floats:
    """2 TP / (2 TP + FP + FN) of decisions 0 or 1, for each row of `weights`: [b]. NaN without any
    positive.
    """
    hits = weights @ (decisions * labels)
    flagged, present = weights @ decisions, weights @ labels.astype(np.float64)
    value = _ratio(2 * hits, flagged + present)
    return np.where(present > 0, value, np.nan)


def _ratio(top: Floats, bottom: Floats, empty: float = np.nan) -> Floats:
    value: Floats = np.divide(top, bottom, out=np.full(np.shape(top), empty), where=bottom > 0)
    return value


def _tie_blocks(scores: Floats) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    return order, np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])


def _block_weights(labels: Labels, weights: Floats, starts: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
    positive = np.add.reduceat(weights * labels, starts, axis=1)
    return positive, np.add.reduceat(weights, starts, axis=1) - positive


def bootstrap_weights(groups: Groups, seed: int, replicates: int = REPLICATES) -> Floats:
    """How often each row counts in each replicate: float64 [replicates, n], whole groups drawn with
    replacement.
    """
    _, index = np.unique(groups, return_inverse=True)
    if not len(index):
        return np.zeros((replicates, 0))
    count = int(index.max()) + 1
    draws = np.random.default_rng(seed).multinomial(count, np.full(count, 1 / count), size=replicates)
    return draws[:, index].astype(np.float64)


def figure(
    statistic: Statistic,
    scores: Floats,
    labels: Labels,
    groups: Groups,
    *,
    seed: int,
    weights: Floats | None = None,
) -> Figure:
    """`statistic` with its percentile interval over bootstrapped groups; `weights` are theirs, if drawn already."""
    n, positives = len(labels), int(labels.sum())
    if not 0 < positives < n:
        status = "no_rows" if n == 0 else "one_class"
        return Figure(value=None, interval=None, n=n, positives=positives, status=status)
    value = float(statistic(scores, labels, np.ones((1, n)))[0])
    drawn = bootstrap_weights(groups, seed) if weights is None else weights
    replicates = statistic(scores, labels, drawn)
    return Figure(value=value, interval=percentile_interval(replicates), n=n, positives=positives, status="ok")


def percentile_interval(replicates: Floats) -> tuple[float, float] | None:
    """The central 95 % of the finite replicates; None when more than a tenth of them had no value."""
    finite = replicates[np.isfinite(replicates)]
    if len(finite) < ENOUGH * len(replicates):
        return None
    low, high = np.quantile(finite, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def evaluation(probabilities: Floats, decisions: Floats, labels: Labels, groups: Groups, *, seed: int) -> Evaluation:
    """AUROC and average precision of the probabilities, F1 of the decisions, calibration; n in each."""
    curve = reliability_curve(probabilities, labels)
    weights = bootstrap_weights(groups, seed)
    return Evaluation(
        auroc=figure(auroc, probabilities, labels, groups, seed=seed, weights=weights),
        average_precision=figure(average_precision, probabilities, labels, groups, seed=seed, weights=weights),
        f1=figure(f1, decisions, labels, groups, seed=seed, weights=weights),
        calibration_error=expected_calibration_error(curve),
        reliability=curve,
    )


def best_threshold(probabilities: Floats, labels: Labels) -> float:
    """The probability from which on flagging gives the highest F1 on these rows; of equals the highest."""
    order = np.argsort(-probabilities, kind="stable")
    hits = np.cumsum(labels[order])
    flagged = np.arange(1, len(order) + 1)
    value = 2 * hits / (flagged + max(int(labels.sum()), 1))
    last_of_tie = np.r_[probabilities[order][1:] != probabilities[order][:-1], True]
    return float(probabilities[order][int(np.argmax(np.where(last_of_tie, value, -1.0)))])
