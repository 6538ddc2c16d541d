"""Dawid-Skene 1979: true classes and raters' error rates together, by EM; gold enters as fixed posteriors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from annotate.agreement.result import FloatArray, IntArray

TINY = 1e-300


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregation:
    """posterior (items, classes); class_shares (classes,); confusion (raters, true class, answer), rows sum
    to 1 (0 for a class that a rater never met without smoothing); log_likelihood of the ratings (gold
    excluded from none).
    """

    posterior: FloatArray
    class_shares: FloatArray
    confusion: FloatArray
    log_likelihood: float
    iterations: int
    converged: bool


def vote_shares(item: IntArray, label: IntArray, items: int, classes: int) -> FloatArray:
    """(items, classes) shares of the votes; equal shares where an item has none. Ties stay ties."""
    votes = np.bincount(item * classes + label, minlength=items * classes).reshape(items, classes)
    total = votes.sum(axis=1, keepdims=True)
    return np.asarray(np.where(total > 0, votes / np.maximum(total, 1), 1.0 / classes))


def dawid_skene(
    item: ArrayLike,
    rater: ArrayLike,
    label: ArrayLike,
    *,
    classes: int,
    smoothing: float = 1.0,
    gold: dict[int, int] | None = None,
    items: int | None = None,
    most_iterations: int = 500,
    tolerance: float = 1e-9,
) -> Aggregation:
    """EM over one row a rating (all (N,) codes from 0; a rater may have rated an item several times).

    smoothing: added to every cell of a rater's confusion counts (0 = maximum likelihood). gold: item ->
    class, kept fixed. It starts from vote shares and stops when no posterior moves by more than `tolerance`.
    Raises ValueError for empty ratings or codes out of range.
    """
    rows, raters, labels = (np.asarray(given, dtype=np.int64) for given in (item, rater, label))
    if len(rows) == 0:
        raise ValueError("there are no ratings to aggregate")
    number = int(rows.max()) + 1 if items is None else items
    if labels.min() < 0 or labels.max() >= classes or rows.max() >= number or rows.min() < 0:
        raise ValueError(f"labels must be 0..{classes - 1} and items 0..{number - 1}")
    fixed = np.array(sorted(gold or {}), dtype=np.int64)
    known = np.eye(classes)[[(gold or {})[int(i)] for i in fixed]] if len(fixed) else np.zeros((0, classes))
    posterior = vote_shares(rows, labels, number, classes)
    posterior[fixed] = known
    panel = int(raters.max()) + 1
    converged, iterations = False, 0
    shares, confusion = _maximise(posterior, rows, raters, labels, panel, smoothing)
    joint = _joint(shares, confusion, rows, raters, labels, number)
    while iterations < most_iterations and not converged:
        iterations += 1
        updated = _normalised(joint)
        updated[fixed] = known
        converged = float(np.abs(updated - posterior).max()) < tolerance
        posterior = updated
        shares, confusion = _maximise(posterior, rows, raters, labels, panel, smoothing)
        joint = _joint(shares, confusion, rows, raters, labels, number)
    return Aggregation(
        posterior=posterior,
        class_shares=shares,
        confusion=confusion,
        log_likelihood=float(np.logaddexp.reduce(joint, axis=1).sum()),
        iterations=iterations,
        converged=converged,
    )


def _maximise(
    posterior: FloatArray, rows: IntArray, raters: IntArray, labels: IntArray, panel: int, smoothing: float
) -> tuple[FloatArray, FloatArray]:
    classes = posterior.shape[1]
    cell = raters * classes + labels
    counts: FloatArray = np.stack(
        [
            np.bincount(cell, weights=posterior[rows, k], minlength=panel * classes).reshape(panel, classes)
            for k in range(classes)
        ],
        axis=1,
    )
    counts = np.asarray(counts + smoothing, dtype=np.float64)
    total = counts.sum(axis=2, keepdims=True)
    confusion = np.where(total > 0, counts / np.where(total > 0, total, 1.0), 0.0)
    return posterior.mean(axis=0), confusion


def _joint(
    shares: FloatArray, confusion: FloatArray, rows: IntArray, raters: IntArray, labels: IntArray, items: int
) -> FloatArray:
    """(items, classes) log of share * product of answer probabilities."""
    log_confusion = np.log(np.maximum(confusion, TINY))
    classes = len(shares)
    evidence = np.stack(
        [np.bincount(rows, weights=log_confusion[raters, k, labels], minlength=items) for k in range(classes)],
        axis=1,
    )
    return np.asarray(evidence + np.log(np.maximum(shares, TINY)))


def _normalised(joint: FloatArray) -> FloatArray:
    scaled = np.exp(joint - joint.max(axis=1, keepdims=True))
    return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))
