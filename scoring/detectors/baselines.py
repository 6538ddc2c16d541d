"""What a detector has to be compared with: people, and the mere name of the generator."""

from dataclasses import dataclass

import numpy as np

from scoring.detectors.calibration import Floats, Labels
from scoring.detectors.dataset import Dataset, GoldRecord
from scoring.detectors.figures import Figure, auroc, f1, figure
from scoring.detectors.folds import Rows, grouped_folds

SMOOTHING = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HumanCeiling:
    """One reviewer against the majority of the others: F1, and balanced accuracy (the AUROC of a yes or
    no).
    """

    f1: Figure
    balanced_accuracy: Figure
    judgements: int


def human_ceiling(dataset: Dataset, concept: str, *, seed: int) -> HumanCeiling | None:
    """The ceiling over all records with two or more single answers; None where the export gives none.

    Every answer of present or absent is held against the majority of the other answers to the same image;
    ties say nothing and are left out. Intervals resample groups of images.
    """
    decisions: list[int] = []
    majorities: list[int] = []
    groups: list[int] = []
    for record, group in zip(dataset.records, dataset.groups.tolist(), strict=True):
        for decision, majority in _against_others(record, concept):
            decisions.append(decision)
            majorities.append(majority)
            groups.append(group)
    if not decisions:
        return None
    scores, labels = np.array(decisions, dtype=np.float64), np.array(majorities, dtype=np.int8)
    rows = np.array(groups, dtype=np.intp)
    return HumanCeiling(
        f1=figure(f1, scores, labels, rows, seed=seed),
        balanced_accuracy=figure(auroc, scores, labels, rows, seed=seed),
        judgements=len(decisions),
    )


def _against_others(record: GoldRecord, concept: str) -> list[tuple[int, int]]:
    gold = record.gold.get(concept)
    answers = [one for one in gold.answers.values() if one >= 0] if gold else []
    present, total = sum(answers), len(answers)
    compared = []
    for answer in answers:
        others, yes = total - 1, present - answer
        if others and 2 * yes != others:
            compared.append((answer, int(2 * yes > others)))
    return compared


def generator_baseline(dataset: Dataset, rows: Rows, labels: Labels, *, seed: int) -> Figure:
    """AUROC of knowing only which generator made the image: its share of positives in the other folds."""
    names = np.array([dataset.records[row].generator for row in rows])
    groups = dataset.groups[rows]
    scores: Floats = np.full(len(rows), float(labels.mean()) if len(labels) else 0.0)
    for fold in grouped_folds(labels, groups, seed=seed):
        rest = np.setdiff1d(np.arange(len(rows)), fold)
        overall = (labels[rest].sum() + SMOOTHING) / (len(rest) + 2 * SMOOTHING)
        for name in np.unique(names[fold]):
            same = rest[names[rest] == name]
            scores[fold[names[fold] == name]] = (labels[same].sum() + overall) / (len(same) + 1)
    return figure(auroc, scores, labels, groups, seed=seed)
