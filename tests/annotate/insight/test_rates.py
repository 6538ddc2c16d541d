import numpy as np
import pytest

from annotate.insight.rates import (
    associations,
    mean_score,
    most_common_failure,
    rate,
    rates_by_group,
    weighted_rate,
)

SAMPLED = "random sample of 200 images"


def test_a_rate_has_its_n_and_interval() -> None:
    found = rate(10, 100)
    assert found.share == 0.1
    assert (found.interval.low, found.interval.high) == (
        pytest.approx(0.0552, abs=1e-4),
        pytest.approx(0.1744, abs=1e-4),
    )
    assert rate(0, 0).share is None
    assert rate(0, 0).interval is None
    with pytest.raises(ValueError, match="0 <= count <= n"):
        rate(3, 2)


def test_a_weighted_rate_uses_the_effective_number() -> None:
    found = weighted_rate([True, False, False], [1.0, 1.0, 2.0])
    assert found.share == 0.25
    assert found.effective_n == pytest.approx(16 / 6)
    assert weighted_rate([True, False], [1, 1]).interval == rate(1, 2).interval
    assert weighted_rate([], []).share is None
    with pytest.raises(ValueError, match="positive finite"):
        weighted_rate([True], [0])


def test_images_that_were_not_assessed_are_in_no_n() -> None:
    found = rates_by_group({"hands": [1, 0, -1, 1]}, ["a", "a", "b", "b"])
    assert [(row.group, row.rate.count, row.rate.n) for row in found] == [("a", 1, 2), ("b", 1, 1)]
    assert rates_by_group({"hands": [1, -1]})[0].rate.n == 1
    with pytest.raises(ValueError, match="2 labels for 1 images"):
        rates_by_group({"hands": [1, 0]}, ["a"])


def test_the_most_common_failure_is_said_with_n_interval_and_sampling() -> None:
    found = most_common_failure(
        {"h": rate(60, 200), "t": rate(5, 200), "x": rate(0, 0)}, names={"h": "Wrong hands"}, sampling=SAMPLED
    )
    assert found.what == "h"
    assert found.sentence == (
        "The most common failure is Wrong hands: 30.0% of 200 images (95% interval 24.1 to 36.7%; "
        "random sample of 200 images)."
    )


def test_a_close_race_is_said() -> None:
    found = most_common_failure({name: rate(60 - i, 200) for i, name in enumerate("abcde")}, sampling=SAMPLED)
    assert found.close == ("b", "c", "d", "e")
    assert found.sentence.endswith("Not clearly ahead of b, c, d and 1 more.")


def test_without_failures_or_answers_the_sentence_says_so() -> None:
    assert "No failure was found on 50" in most_common_failure({"a": rate(0, 50)}, sampling=SAMPLED).sentence
    assert "Nothing has been assessed" in most_common_failure({}, sampling=SAMPLED).sentence


def test_a_mean_has_t_limits_from_thirty_scores_on_and_a_bootstrap_below() -> None:
    scores = np.random.default_rng(0).uniform(0, 100, 40)
    big, small = mean_score(scores), mean_score(scores[:10])
    assert "t, 39" in big.interval.method
    assert "bootstrap" in small.interval.method
    for found in (big, small):
        assert found.interval.low < found.mean < found.interval.high
    assert mean_score([]).mean is None
    assert mean_score([5.0]).interval is None
    assert mean_score([5.0, 5.0]).interval is None
    with pytest.raises(ValueError, match="finite"):
        mean_score([float("nan")])


def test_a_defect_bound_to_a_generator_is_found_and_adjusted() -> None:
    groups = ["old"] * 50 + ["new"] * 50
    present = {
        "hands": [1] * 30 + [0] * 20 + [1] * 5 + [0] * 45,
        "text": [1, 0] * 50,
        "never": [0] * 100,
        "only_old": [0, 1] * 25 + [-1] * 50,
    }
    found = associations(present, groups)
    assert {row.what for row in found[:2]} == {"hands"}
    assert found[0].adjusted_p < 1e-4
    assert found[0].adjusted_p >= found[0].p_value
    top = next(row for row in found if row.what == "hands" and row.group == "old")
    assert top.odds_ratio == pytest.approx(30 * 45 / (20 * 5))
    assert all(row.p_value is None for row in found if row.what in ("never", "only_old"))
