"""Training: who is trained, on what, how it is reported, and that it does not fool itself."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score
from synthetic import dataset_of, rows

from scoring.detectors.baselines import human_ceiling
from scoring.detectors.calibration import expected_calibration_error, fitted_calibration, reliability_curve
from scoring.detectors.comparison import compared
from scoring.detectors.figures import auroc, average_precision, best_threshold, f1, figure
from scoring.detectors.folds import grouped_folds
from scoring.detectors.training import train


def test_a_real_signal_is_learnt_and_reported_with_intervals_and_n(tmp_path: Path) -> None:
    training = train(dataset_of(tmp_path, rows(300)), "blur")
    assert training.state == "trained" and training.detector is not None
    held_out = training.figures["cross_validated"]
    for name in ("auroc", "average_precision", "f1"):
        one = held_out[name]  # type: ignore[index]
        assert one["interval"][0] < one["value"] < one["interval"][1]
        assert one["n"] == training.figures["rows"] and one["positives"] == training.positives
    assert held_out["auroc"]["value"] > 0.9  # type: ignore[index]
    assert training.figures["audit"]["auroc"]["value"] > 0.85  # type: ignore[index]
    json.dumps(training.figures, allow_nan=False)


def test_noise_is_not_mistaken_for_a_signal(tmp_path: Path) -> None:
    training = train(dataset_of(tmp_path, rows(300), signal=0.0), "blur")
    low, high = training.figures["cross_validated"]["auroc"]["interval"]  # type: ignore[index]
    assert low < 0.5 < high


@pytest.mark.parametrize(("positives", "state"), [(7, "too_few"), (8, "trained")])
def test_below_eight_positives_nothing_is_trained_and_the_count_is_said(
    tmp_path: Path, positives: int, state: str
) -> None:
    records = rows(80, audit=0.0, per_prompt=1)
    for number, record in enumerate(records):
        record["gold"]["blur"]["value"] = "present" if number < positives else "absent"  # type: ignore[index]
    training = train(dataset_of(tmp_path, records), "blur")
    assert (training.state, training.positives) == (state, positives)
    if state == "too_few":
        assert training.detector is None and "too few positives: 7" in training.reason


def test_below_twenty_positives_only_logistic_regression_is_tried(tmp_path: Path) -> None:
    records = rows(100, audit=0.0, per_prompt=1)
    for number, record in enumerate(records):
        record["gold"]["blur"]["value"] = "present" if number < 19 else "absent"  # type: ignore[index]
    assert list(train(dataset_of(tmp_path, records), "blur").figures["candidates"]) == ["logistic"]  # type: ignore


def test_few_negatives_are_said_too(tmp_path: Path) -> None:
    training = train(dataset_of(tmp_path, rows(60, share=0.99, audit=0.0)), "blur")
    assert training.state == "too_few" and "negatives" in training.reason


def test_one_prompt_for_all_positives_cannot_be_held_out(tmp_path: Path) -> None:
    records = rows(60, audit=0.0, per_prompt=1)
    for number, record in enumerate(records):
        record["gold"]["blur"]["value"] = "present" if number < 20 else "absent"  # type: ignore[index]
        record["prompt"] = "the same" if number < 20 else f"another {number}"
    training = train(dataset_of(tmp_path, records), "blur")
    assert training.state == "too_few" and "prompt" in training.reason


def test_a_leak_through_prompts_does_not_raise_the_figures(tmp_path: Path) -> None:
    """Features that identify the prompt and labels that are constant in a prompt: useless on new prompts."""
    records = rows(200, audit=0.0, per_prompt=10)
    rng = np.random.default_rng(0)
    for number, record in enumerate(records):
        record["gold"]["blur"]["value"] = "present" if (number // 10) % 2 else "absent"  # type: ignore[index]
    dataset = dataset_of(tmp_path, records)
    centres = rng.normal(size=(len(set(dataset.groups.tolist())), 12)) * 10
    leaky = replace(dataset, features=centres[dataset.groups].astype(np.float32))
    low, high = train(leaky, "blur").figures["cross_validated"]["auroc"]["interval"]  # type: ignore[index]
    assert low < 0.5 + 0.2 and high < 0.95


def test_the_same_data_and_seed_give_the_same_detector(tmp_path: Path) -> None:
    dataset = dataset_of(tmp_path, rows(200))
    first, second = train(dataset, "blur", seed=3), train(dataset, "blur", seed=3)
    assert first.figures == second.figures
    assert first.detector is not None and second.detector is not None
    probabilities = first.detector.probabilities(dataset.features)
    assert np.array_equal(probabilities, second.detector.probabilities(dataset.features))
    assert ((probabilities > 0) & (probabilities < 1)).all()


def test_features_of_another_width_are_refused(tmp_path: Path) -> None:
    detector = train(dataset_of(tmp_path, rows(200)), "blur").detector
    assert detector is not None
    with pytest.raises(ValueError, match="12"):
        detector.probabilities(np.zeros((2, 5), np.float32))
    assert detector.probabilities(np.zeros((0, 12), np.float32)).shape == (0,)


def test_the_generator_baseline_sees_a_generator_that_always_fails(tmp_path: Path) -> None:
    records = rows(200, audit=0.0)
    for number, record in enumerate(records):
        record["gold"]["blur"]["value"] = "present" if number % 3 == 0 else "absent"  # type: ignore[index]
    figures = train(dataset_of(tmp_path, records), "blur").figures
    assert figures["generator_baseline"]["value"] == pytest.approx(1.0, abs=0.02)  # type: ignore[index]


def test_the_human_ceiling_is_that_of_reviewers_against_the_others(tmp_path: Path) -> None:
    perfect = human_ceiling(dataset_of(tmp_path / "a", rows(100, skill=1.1)), "blur", seed=0)
    assert perfect is not None and perfect.f1.value == 1.0 and perfect.judgements == 300
    sloppy = human_ceiling(dataset_of(tmp_path / "b", rows(400, skill=0.8)), "blur", seed=0)
    assert sloppy is not None and sloppy.balanced_accuracy.value is not None
    assert 0.65 < sloppy.balanced_accuracy.value < 0.85
    alone = rows(20)
    for record in alone:
        record["gold"]["blur"]["answers"] = {"p1": "present"}  # type: ignore[index]
    assert human_ceiling(dataset_of(tmp_path / "c", alone), "blur", seed=0) is None


labels_and_scores = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.5001, 0.9, 1.0])), min_size=2, max_size=40
).filter(lambda pairs: 0 < sum(label for label, _ in pairs) < len(pairs))


@settings(max_examples=80, deadline=None)
@given(labels_and_scores)
def test_figures_agree_with_scikit_learn(pairs: list[tuple[int, float]]) -> None:
    labels = np.array([label for label, _ in pairs], np.int8)
    scores = np.array([score for _, score in pairs])
    ones = np.ones((1, len(pairs)))
    assert auroc(scores, labels, ones)[0] == pytest.approx(roc_auc_score(labels, scores))
    assert average_precision(scores, labels, ones)[0] == pytest.approx(average_precision_score(labels, scores))
    decisions = (scores >= 0.5).astype(float)
    assert f1(decisions, labels, ones)[0] == pytest.approx(f1_score(labels, decisions, zero_division=0.0))
    best = best_threshold(scores, labels)
    achieved = f1_score(labels, scores >= best)
    assert achieved == pytest.approx(max(f1_score(labels, scores >= one) for one in scores))


@settings(max_examples=40, deadline=None)
@given(labels_and_scores, st.integers(0, 5))
def test_weights_mean_the_same_as_repeated_rows(pairs: list[tuple[int, float]], seed: int) -> None:
    labels = np.array([label for label, _ in pairs], np.int8)
    scores = np.array([score for _, score in pairs])
    counts = np.random.default_rng(seed).integers(0, 3, len(pairs))
    many, repeated = np.repeat(labels, counts), np.repeat(scores, counts)
    if 0 < many.sum() < len(many):
        weights = counts[None, :].astype(float)
        assert auroc(scores, labels, weights)[0] == pytest.approx(roc_auc_score(many, repeated))
        assert average_precision(scores, labels, weights)[0] == pytest.approx(average_precision_score(many, repeated))


def test_one_class_has_no_figure_and_says_so() -> None:
    one = figure(auroc, np.array([0.1, 0.2]), np.array([1, 1], np.int8), np.array([0, 1]), seed=0)
    assert (one.value, one.interval, one.status, one.n) == (None, None, "one_class", 2)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 12)), min_size=2, max_size=60), st.integers(0, 3))
def test_folds_share_no_group_and_cover_all_rows_once(pairs: list[tuple[int, int]], seed: int) -> None:
    labels = np.array([label for label, _ in pairs], np.int8)
    groups = np.array([group for _, group in pairs])
    folds = grouped_folds(labels, groups, seed=seed)
    if not folds:
        positive, negative = groups[labels == 1], groups[labels == 0]
        assert len(set(positive.tolist())) < 2 or len(set(negative.tolist())) < 2
        return
    assert sorted(np.concatenate(folds).tolist()) == list(range(len(pairs)))
    for fold in folds:
        rest = np.setdiff1d(np.arange(len(pairs)), fold)
        assert not set(groups[fold].tolist()) & set(groups[rest].tolist())


def test_calibration_is_monotone_and_right_on_average() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(4000)
    labels = (rng.random(4000) < truth).astype(np.int8)
    overconfident = truth**3 / (truth**3 + (1 - truth) ** 3)
    for n, method in ((400, "sigmoid"), (4000, "isotonic")):
        calibration = fitted_calibration(overconfident[:n], labels[:n])
        assert calibration.method == method
        fixed = calibration.probabilities(overconfident)
        assert (np.diff(fixed[np.argsort(overconfident)]) >= 0).all()
        before = expected_calibration_error(reliability_curve(overconfident, labels))
        after = expected_calibration_error(reliability_curve(fixed, labels))
        assert before is not None and after is not None and after < before / 2 and after < 0.05


def test_a_score_that_ranks_backwards_is_not_turned_round() -> None:
    labels = np.array([1] * 20 + [0] * 20, np.int8)
    calibration = fitted_calibration(np.linspace(0, 1, 40), labels)
    assert calibration.probabilities(np.array([0.0, 1.0])) == pytest.approx([0.5, 0.5])


def test_a_better_challenger_is_promoted_and_a_worse_one_is_not() -> None:
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 400).astype(np.int8)
    good, poor = labels + rng.normal(0, 0.5, 400), labels + rng.normal(0, 2, 400)
    groups = np.arange(400)
    better, worse = compared(poor, good, labels, groups), compared(good, poor, labels, groups)
    assert better.promoted and better.interval is not None and better.interval[0] > 0
    assert not worse.promoted and "does not exclude" in worse.reason
    assert worse.difference == pytest.approx(-(better.difference or 0))


def test_an_equal_challenger_is_promoted_within_the_tolerance() -> None:
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, 200).astype(np.int8)
    scores = labels + rng.normal(0, 1, 200)
    assert compared(scores, scores, labels, np.arange(200)).promoted


def test_an_audit_set_of_one_kind_promotes_nothing() -> None:
    comparison = compared(np.zeros(5), np.ones(5), np.ones(5, np.int8), np.arange(5))
    assert not comparison.promoted and comparison.difference is None and "champion stays" in comparison.reason
