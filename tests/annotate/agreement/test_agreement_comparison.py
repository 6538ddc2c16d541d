"""Before and after, aggregation of votes, matching of regions, intraclass correlation: what the known answers
miss.
"""

import numpy as np
import pytest

from annotate.agreement.comparison import benjamini_hochberg, compare_independent, compare_paired
from annotate.agreement.dawid_skene import dawid_skene, vote_shares
from annotate.agreement.icc import intraclass_correlations
from annotate.agreement.intervals import Method
from annotate.agreement.matching import match_regions, region_agreement
from annotate.agreement.ratings import ratings_from_counts, ratings_from_raw
from annotate.agreement.standard_errors import fleiss_kappa_null_se
from annotate.agreement.statistics import agreement_statistics
from annotate.geometry import Region, Shape


def rated(n: int, error: float, seed: int, raters: int = 2) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return ((np.arange(n) % 2)[:, None] ^ (rng.random((n, raters)) < error)).astype(int)


def test_a_clear_gain_on_the_same_items_is_found() -> None:
    found = compare_paired(rated(150, 0.3, 1), rated(150, 0.02, 2), [0, 1], permutations=500)
    assert found.difference > 0.5
    assert found.interval.low > 0
    assert found.p_value < 0.01
    assert "500 permutations" in found.method
    assert found.prevalence[0] == pytest.approx(0.5, abs=0.1)


def test_the_same_ratings_twice_are_no_change() -> None:
    same = rated(30, 0.2, 3, raters=3)
    found = compare_paired(same, same, [0, 1])
    assert found.statistic == "fleiss_kappa"
    assert (found.difference, found.p_value) == (0.0, 1.0)


def test_a_comparison_with_missing_ratings_or_without_a_kappa_is_honest() -> None:
    before = [[0, 1], [1, 1], [None, 0], [0, 0]]
    after = [[0, 0], [1, 1], [1, None], [0, 0]]
    assert compare_paired(before, after, [0, 1], draws=200).difference is not None
    flat = compare_paired([[0, 0], [0, 0]], [[0, 1], [1, 1]], [0, 1])
    assert (flat.difference, flat.interval, flat.p_value) == (None, None, None)
    nobody = compare_paired([[None, None]], [[None, None]], [0, 1])
    assert nobody.prevalence == (None, None)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ([[0, 1]], [[0, 1], [1, 1]], "the same items"),
        ([0, 1], [0, 1], "one row an item"),
        ([[0, 7]], [[0, 1]], "not a declared category"),
    ],
)
def test_periods_that_do_not_fit_are_refused(before: object, after: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compare_paired(before, after, [0, 1])


def test_different_items_are_compared_by_their_standard_errors() -> None:
    first, second = (
        agreement_statistics(ratings_from_raw(rated(n, e, n).tolist(), [0, 1]), interval=Method.NONE)["cohen_kappa"]
        for n, e in ((200, 0.25), (180, 0.02))
    )
    found = compare_independent(first, second)
    assert found.difference == pytest.approx(second.value - first.value)
    assert found.p_value < 1e-4
    perfect = agreement_statistics(ratings_from_raw([[0, 0], [1, 1]], [0, 1]))["cohen_kappa"]
    assert compare_independent(first, perfect).interval is None
    nothing = agreement_statistics(ratings_from_raw([[0, 0], [0, 0]], [0, 1]))["cohen_kappa"]
    assert compare_independent(first, nothing).difference is None


def test_benjamini_hochberg_adjusts_in_the_given_order_and_skips_missing() -> None:
    assert benjamini_hochberg([0.04, None, 0.01, 0.03]) == [0.04, None, pytest.approx(0.03), 0.04]
    assert benjamini_hochberg([]) == []


def test_dawid_skene_weighs_a_good_rater_more_than_two_bad_ones() -> None:
    rng = np.random.default_rng(0)
    truth = (rng.random(500) < 0.4).astype(int)
    labels = np.stack([truth ^ (rng.random(500) < error) for error in (0.02, 0.45, 0.45)], axis=1).astype(int)
    item, rater = np.repeat(np.arange(500), 3), np.tile(np.arange(3), 500)
    votes = vote_shares(item, labels.ravel(), 500, 2).argmax(axis=1)
    gold = {i: int(truth[i]) for i in range(60)}
    found = dawid_skene(item, rater, labels.ravel(), classes=2, gold=gold)
    assert found.converged
    assert (found.posterior.argmax(axis=1) == truth).mean() > (votes == truth).mean() + 0.1
    assert (found.posterior[:60].argmax(axis=1) == truth[:60]).all()
    assert found.posterior[:60].max(axis=1).min() == 1.0
    assert np.allclose(found.confusion.sum(axis=2), 1)


def test_ties_stay_ties_and_bad_codes_are_refused() -> None:
    assert vote_shares(np.array([0, 0]), np.array([0, 1]), 2, 2).tolist() == [[0.5, 0.5], [0.5, 0.5]]
    with pytest.raises(ValueError, match="no ratings"):
        dawid_skene([], [], [], classes=2)
    with pytest.raises(ValueError, match="labels must be"):
        dawid_skene([0], [0], [2], classes=2)
    assert not dawid_skene([0, 0, 1], [0, 1, 0], [0, 1, 1], classes=2, most_iterations=1).converged


def box(left: float, top: float, right: float, bottom: float) -> Region:
    return Region(shape=Shape.BOX, points=((left, top), (right, bottom)))


def test_regions_are_matched_one_to_one_for_the_largest_overlap() -> None:
    first = [box(0, 0, 0.4, 0.4), box(0.6, 0.6, 0.9, 0.9), box(0.1, 0.8, 0.2, 0.9)]
    second = [box(0.6, 0.6, 0.9, 0.85), box(0, 0, 0.4, 0.35), box(0, 0, 0.4, 0.4)]
    found = match_regions(first, second)
    assert {(match.first, match.second) for match in found.matches} == {(0, 2), (1, 0)}
    assert found.only_first == (2,)
    assert found.only_second == (1,)
    assert found.f1 == pytest.approx(4 / 6)
    assert match_regions([], []).f1 is None
    with pytest.raises(ValueError, match="least IoU"):
        match_regions([], [], least=0)


def test_regions_of_several_raters_are_compared_pair_by_pair() -> None:
    one = [box(0, 0, 0.5, 0.5)]
    found = region_agreement({"a": one, "b": one, "c": []})
    assert (found.pairs, found.matched, found.mean_iou) == (3, 1, 1.0)
    assert found.mean_f1 == pytest.approx(1 / 3)
    assert region_agreement({"a": one}).mean_iou is None


def test_intraclass_correlations_need_two_raters_two_items_and_numbers() -> None:
    def status(rows: list[list[int | None]]) -> str:
        return intraclass_correlations(ratings_from_raw(rows, [1, 2, 3]))["ICC2"].status

    assert status([[1], [2]]) == "insufficient_raters"
    assert status([[1, 2], [None, 3]]) == "insufficient_items"
    assert status([[2, 2], [2, 2]]) == "undefined_no_variation"
    with pytest.raises(ValueError, match="numbers"):
        intraclass_correlations(ratings_from_raw([["a", "b"]], ["a", "b"]))
    counted = ratings_from_counts([[2, 0]], [1, 2])
    assert intraclass_correlations(counted)["ICC1"].value is None


def test_the_null_error_of_fleiss_needs_equal_numbers_of_ratings_and_variation() -> None:
    assert np.isnan(fleiss_kappa_null_se(ratings_from_counts([[2, 0], [1, 2]], [0, 1])))
    assert np.isnan(fleiss_kappa_null_se(ratings_from_counts([[2, 0], [2, 0]], [0, 1])))
