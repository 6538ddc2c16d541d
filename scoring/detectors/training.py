"""One detector per defect: chosen by cross-validation over groups, calibrated, with everything said about
it.

Logistic regression below 20 positives; from there on boosted trees where they rank better. Below 8 of
either class nothing is trained and the reason says how many there are. Audit images, and whatever shares a
prompt with them, are never trained on.
"""

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from scoring.detectors.baselines import generator_baseline, human_ceiling
from scoring.detectors.calibration import Calibration, Floats, Labels, fitted_calibration
from scoring.detectors.dataset import Dataset
from scoring.detectors.figures import Evaluation, auroc, best_threshold, evaluation
from scoring.detectors.folds import Rows, grouped_folds

Features: TypeAlias = npt.NDArray[np.float32]

MIN_CLASS = 8
MIN_POSITIVES_FOR_TREES = 20
WORTH_IT = 0.01  # AUROC by which trees must rank better than the simpler model


class Classifier(Protocol):
    """What is needed of a scikit-learn model with two classes."""

    def fit(self, features: Features, labels: Labels) -> object: ...
    def predict_proba(self, features: Features) -> Floats: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """A trained detector: `probabilities` is the only way to ask it."""

    concept: str
    method: str
    model: Classifier
    calibration: Calibration
    threshold: float
    fingerprint: str
    dimensions: int
    manifest_sha256: str

    def probabilities(self, features: Features) -> Floats:
        """Calibrated probabilities [n] for features [n, dimensions]; ValueError for another width."""
        if features.ndim != 2 or features.shape[1] != self.dimensions:
            raise ValueError(f"Expected [n, {self.dimensions}] features of {self.fingerprint}, got {features.shape}.")
        if not len(features):
            return np.zeros(0)
        return self.calibration.probabilities(_positive(self.model, features))


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """What came of one concept. `state`: trained, or too_few with a reason. `figures` is ready for JSON."""

    concept: str
    state: str
    reason: str
    positives: int
    negatives: int
    detector: Detector | None
    figures: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class _HeldOut:
    """Predictions of models that had not seen the row's group."""

    method: str
    scores: Floats
    auroc: float


def train(dataset: Dataset, concept: str, *, seed: int = 0) -> Training:
    """The detector of `concept`, with held-out figures, or the statement why there is none. Same input and
    seed, same result.
    """
    with threadpool_limits(limits=1):  # threads that spin on a busy machine cost many times more than they give
        return _trained(dataset, concept, seed)


def _trained(dataset: Dataset, concept: str, seed: int) -> Training:
    rows, audit = dataset.split(concept)
    labels = dataset.labels(concept)[rows]
    positives, negatives = int(labels.sum()), int(len(labels) - labels.sum())
    folds = grouped_folds(labels, dataset.groups[rows], seed=seed)
    reason = _too_few(positives, negatives, len(folds))
    if reason:
        figures: dict[str, object] = {"rows": len(rows), "audit_rows": len(audit)}
        return Training(
            concept=concept, state="too_few", reason=reason, positives=positives, negatives=negatives,
            detector=None, figures=figures,
        )  # fmt: skip
    features = dataset.features[rows]
    candidates = [_held_out(name, features, labels, folds, seed) for name in _methods(positives)]
    chosen = _chosen(candidates)
    calibration = fitted_calibration(chosen.scores, labels)
    model = _MAKERS[chosen.method](len(labels), seed)
    model.fit(features, labels)
    detector = Detector(
        concept=concept, method=chosen.method, model=model, calibration=calibration,
        threshold=best_threshold(calibration.probabilities(chosen.scores), labels),
        fingerprint=dataset.fingerprint, dimensions=features.shape[1],
        manifest_sha256=dataset.manifest_sha256,
    )  # fmt: skip
    figures = _figures(dataset, detector, rows, folds, audit, chosen, candidates, seed)
    return Training(
        concept=concept, state="trained", reason="", positives=positives,
        negatives=negatives, detector=detector, figures=figures,
    )  # fmt: skip


def _too_few(positives: int, negatives: int, folds: int) -> str:
    if positives < MIN_CLASS:
        return f"too few positives: {positives}, at least {MIN_CLASS} are needed"
    if negatives < MIN_CLASS:
        return f"too few negatives: {negatives}, at least {MIN_CLASS} are needed"
    if folds < 2:
        return "too few prompts: all positives or all negatives share one prompt, so none can be held out"
    return ""


def _methods(positives: int) -> tuple[str, ...]:
    return ("logistic",) if positives < MIN_POSITIVES_FOR_TREES else ("logistic", "boosting")


def _logistic(_rows: int, _seed: int) -> Classifier:
    model: Classifier = make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500))
    return model


def _boosting(rows: int, seed: int) -> Classifier:
    model: Classifier = HistGradientBoostingClassifier(
        max_iter=40, learning_rate=0.15, max_leaf_nodes=15, max_bins=31, l2_regularization=1.0,
        min_samples_leaf=max(5, min(20, rows // 25)), early_stopping=False, random_state=seed,
    )  # fmt: skip
    return model


_MAKERS: dict[str, Callable[[int, int], Classifier]] = {"logistic": _logistic, "boosting": _boosting}


def _positive(model: Classifier, features: Features) -> Floats:
    return np.asarray(model.predict_proba(features)[:, 1], dtype=np.float64)


def _held_out(method: str, features: Features, labels: Labels, folds: tuple[Rows, ...], seed: int) -> _HeldOut:
    scores: Floats = np.zeros(len(labels))
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(labels)), fold)
        model = _MAKERS[method](len(rest), seed)
        model.fit(features[rest], labels[rest])
        scores[fold] = _positive(model, features[fold])
    return _HeldOut(method=method, scores=scores, auroc=float(auroc(scores, labels, np.ones((1, len(labels))))[0]))


def _chosen(candidates: list[_HeldOut]) -> _HeldOut:
    simple, best = candidates[0], max(candidates, key=lambda one: one.auroc)
    return best if best.auroc >= simple.auroc + WORTH_IT else simple


def _figures(
    dataset: Dataset, detector: Detector, rows: Rows, folds: tuple[Rows, ...], audit: Rows,
    chosen: _HeldOut, candidates: list[_HeldOut], seed: int,
) -> dict[str, object]:  # fmt: skip
    labels = dataset.labels(detector.concept)
    held_out = _nested(chosen.scores, labels[rows], dataset.groups[rows], folds, seed)
    on_audit = None
    if len(audit):
        probabilities = detector.probabilities(dataset.features[audit])
        decisions = (probabilities >= detector.threshold).astype(np.float64)
        on_audit = asdict(evaluation(probabilities, decisions, labels[audit], dataset.groups[audit], seed=seed))
    ceiling = human_ceiling(dataset, detector.concept, seed=seed)
    return {
        "method": detector.method,
        "candidates": {one.method: round(one.auroc, 6) for one in candidates if math.isfinite(one.auroc)},
        "rows": len(rows),
        "groups": len(np.unique(dataset.groups[rows])),
        "folds": len(folds),
        "audit_rows": len(audit),
        "threshold": detector.threshold,
        "calibration": {"method": detector.calibration.method, "rows": detector.calibration.rows},
        "cross_validated": asdict(held_out),
        "audit": on_audit,
        "human_ceiling": asdict(ceiling) if ceiling else None,
        "generator_baseline": asdict(generator_baseline(dataset, rows, labels[rows], seed=seed)),
        "features": detector.fingerprint,
        "manifest_sha256": detector.manifest_sha256,
    }


def _nested(
    scores: Floats, labels: Labels, groups: npt.NDArray[np.intp], folds: tuple[Rows, ...], seed: int
) -> Evaluation:
    """Held-out figures in which calibration and threshold, too, come from the other folds."""
    probabilities, decisions = np.zeros(len(labels)), np.zeros(len(labels))
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(labels)), fold)
        calibration = fitted_calibration(scores[rest], labels[rest])
        probabilities[fold] = calibration.probabilities(scores[fold])
        decisions[fold] = probabilities[fold] >= best_threshold(calibration.probabilities(scores[rest]), labels[rest])
    return evaluation(probabilities, decisions, labels, groups, seed=seed)
