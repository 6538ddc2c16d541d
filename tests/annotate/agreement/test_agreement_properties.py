"""What must hold for any ratings, found by Hypothesis, and the undefined cases by hand."""

import json
import math

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from annotate.agreement.krippendorff_alpha import METRICS, alpha, package_alpha
from annotate.agreement.ratings import (
    Ratings,
    ratings_from_codes,
    ratings_from_counts,
    ratings_from_long,
    ratings_from_raw,
    ratings_from_table,
)
from annotate.agreement.registry import STATISTICS, light_kappa
from annotate.agreement.result import Status
from annotate.agreement.standard_errors import alpha_se, conger_kappa_se, fleiss_kappa_se, gwet_ac_se
from annotate.agreement.statistics import agreement_statistics, analytic_interval, weighted_kappa
from annotate.agreement.weights import custom_weights, quadratic_weights

MODEST = settings(max_examples=30, deadline=None)


@st.composite
def matrices(draw: st.DrawFn, raters: int | None = None, missing: bool = True) -> np.ndarray:
    g = raters or draw(st.integers(2, 5))
    n = draw(st.integers(2, 25))
    lowest = -1 if missing else 0
    row = st.lists(st.integers(lowest, 2), min_size=g, max_size=g)
    return np.array(draw(st.lists(row, min_size=n, max_size=n)))


def everything(codes: np.ndarray, **options: object) -> dict[str, float | None]:
    ratings = ratings_from_codes(codes, [1, 2, 3], **options)
    found = agreement_statistics(ratings, scale="ratio", interval="none")
    return {name: result.value for name, result in found.items()}


def close(first: dict[str, float | None], second: dict[str, float | None]) -> bool:
    return all(
        (a is None) == (second[name] is None) and (a is None or math.isclose(a, second[name], abs_tol=1e-9))
        for name, a in first.items()
    )


@MODEST
@given(matrices(), st.randoms(use_true_random=False))
def test_the_order_of_items_and_raters_changes_nothing(codes: np.ndarray, random: object) -> None:
    rows, columns = list(range(len(codes))), list(range(codes.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    assert close(everything(codes), everything(codes[rows][:, columns]))


@MODEST
@given(matrices(), st.floats(0.1, 10))
def test_equal_weights_are_no_weights(codes: np.ndarray, weight: float) -> None:
    assert close(everything(codes), everything(codes, weights=np.full(len(codes), weight)))


@MODEST
@given(matrices(missing=False))
def test_a_whole_weight_is_the_item_repeated(codes: np.ndarray) -> None:
    names = (
        "percent_agreement",
        "cohen_kappa",
        "fleiss_kappa",
        "gwet_ac1",
        "conger_kappa",
        "brennan_prediger",
    )
    weights = 1 + np.arange(len(codes)) % 3
    weighted = everything(codes, weights=weights)
    repeated = everything(np.repeat(codes, weights, axis=0))
    assert close(
        {name: weighted[name] for name in names if name in weighted},
        {name: repeated[name] for name in names if name in repeated},
    )


@MODEST
@given(matrices())
def test_nothing_is_ever_nan_and_a_reason_stands_for_every_null(codes: np.ndarray) -> None:
    ratings = ratings_from_codes(codes, [1, 2, 3])
    found = agreement_statistics(ratings, scale="ratio", draws=50)
    text = json.dumps({name: result.as_json() for name, result in found.items()}, allow_nan=False)
    assert "NaN" not in text
    for result in found.values():
        assert (result.value is None) == (not result.status.defined)
        if result.interval is not None:
            assert result.interval.low <= result.interval.high


@MODEST
@given(matrices(), st.sampled_from(METRICS))
def test_the_own_alpha_is_the_package_alpha(codes: np.ndarray, metric: str) -> None:
    ratings = ratings_from_codes(codes, [1, 2, 3])
    if ratings.items:
        own, package = alpha(ratings, metric, np.ones((1, ratings.items)))[0], package_alpha(ratings, metric)
        assert math.isnan(own) == math.isnan(package)
        assert math.isnan(own) or math.isclose(own, package, abs_tol=1e-9)


@MODEST
@given(matrices(raters=2, missing=False))
def test_cohen_equals_scikit_learn(codes: np.ndarray) -> None:
    found = everything(codes)
    if found["cohen_kappa"] is not None:
        for suffix, weights in (("", None), ("_linear", "linear"), ("_quadratic", "quadratic")):
            other = cohen_kappa_score(codes[:, 0], codes[:, 1], labels=[0, 1, 2], weights=weights)
            assert math.isclose(found[f"cohen_kappa{suffix}"], other, abs_tol=1e-9)


@MODEST
@given(st.lists(st.integers(0, 40), min_size=4, max_size=4).filter(lambda cells: sum(cells) > 1))
def test_kappa_follows_from_pabak_prevalence_and_bias(cells: list[int]) -> None:
    found = agreement_statistics(ratings_from_table(np.reshape(cells, (2, 2)), ["yes", "no"]), interval="none")
    kappa, p, b, pabak = (found[name].value for name in ("cohen_kappa", "prevalence_index", "bias_index", "pabak"))
    if kappa is not None:
        assert math.isclose(kappa, (pabak - p**2 + b**2) / (1 - p**2 + b**2), abs_tol=1e-9)


@MODEST
@given(matrices(missing=False))
def test_duplicating_every_item_scales_the_variance_exactly(codes: np.ndarray) -> None:
    once, twice = (ratings_from_codes(c, [1, 2, 3]) for c in (codes, np.concatenate([codes, codes])))
    n = len(codes)
    for se in (fleiss_kappa_se, gwet_ac_se):
        first, second = se(once, np.eye(3)), se(twice, np.eye(3))
        if not math.isnan(first):
            assert math.isclose(second**2, first**2 * (n - 1) / (2 * n - 1), abs_tol=1e-12)


@settings(max_examples=15, deadline=None)
@given(matrices(missing=False))
def test_alpha_tends_to_fleiss_for_many_items(codes: np.ndarray) -> None:
    found = everything(np.tile(codes, (400, 1)))
    if found["alpha_nominal"] is not None:
        assert abs(found["alpha_nominal"] - found["fleiss_kappa"]) < 2 / (400 * len(codes))


def status(ratings: Ratings, name: str) -> Status:
    return agreement_statistics(ratings, interval="none", names=[name])[name].status


def test_without_ratings_there_is_no_data() -> None:
    assert status(ratings_from_raw([], [0, 1]), "fleiss_kappa") == "no_data"
    assert status(ratings_from_raw([[None, None]], [0, 1]), "percent_agreement") == "no_data"
    assert status(ratings_from_counts([], [0, 1]), "alpha_nominal") == "no_data"


def test_raters_without_a_common_item_have_no_overlap() -> None:
    ratings = ratings_from_raw([[0, None], [None, 1], [1, None]], [0, 1])
    for name in ("percent_agreement", "cohen_kappa", "fleiss_kappa", "alpha_nominal", "gwet_ac1", "pabak"):
        assert status(ratings, name) == "no_overlap"


def test_one_item_gives_a_flagged_share_and_no_coefficient() -> None:
    ratings = ratings_from_raw([[0, 1]], [0, 1])
    found = agreement_statistics(ratings)
    assert found["percent_agreement"].value == 0.0
    assert found["percent_agreement"].status == "ok_but_flag"
    assert found["percent_agreement"].interval is None
    for name in ("cohen_kappa", "fleiss_kappa", "alpha_nominal", "gwet_ac1"):
        assert found[name].value is None
        assert found[name].status == "insufficient_items"


def test_a_constant_rater_has_no_degenerate_analytic_interval() -> None:
    ratings = ratings_from_raw([[0, 0], [0, 1], [0, 0], [0, 1]], [0, 1])
    found = agreement_statistics(ratings)["cohen_kappa"]
    assert found.value == 0.0
    assert found.se == 0.0
    assert found.interval is not None
    assert found.interval.high - found.interval.low > 0.3


def test_everybody_positive_leaves_negative_agreement_undefined() -> None:
    found = agreement_statistics(ratings_from_raw([[1, 1], [1, 1]], [0, 1]), interval="none")
    assert found["positive_agreement"].value == 1.0
    assert found["negative_agreement"].status == "undefined_no_variation"
    assert found["gwet_ac1"].value == 1.0


def test_a_standard_error_needs_two_items_and_variation() -> None:
    one = ratings_from_raw([[0, 1, 1]], [0, 1])
    flat = ratings_from_raw([[0, 0], [0, 0]], [0, 1])
    alone = ratings_from_raw([[0], [1]], [0, 1])
    for se in (fleiss_kappa_se, gwet_ac_se, alpha_se, conger_kappa_se):
        assert math.isnan(se(one, np.eye(2)))
        assert math.isnan(se(alone, np.eye(2)))
    assert math.isnan(alpha_se(flat, np.eye(2)))
    assert math.isnan(light_kappa(alone, np.ones((1, 2)))[0])


def test_names_are_no_numbers_and_one_item_has_no_analytic_interval() -> None:
    words = ratings_from_raw([["a", "b"], ["a", "a"]], ["a", "b"])
    assert "alpha_interval" not in agreement_statistics(words, scale="ratio", interval="none")
    assert analytic_interval(STATISTICS["pabak"], ratings_from_raw([[0, 1]], [0, 1]), -1.0, 0.1) is None


def test_the_latest_of_repeated_ratings_counts() -> None:
    ratings = ratings_from_long(["a", "a", "b", "b", "a"], ["x", "y", "x", "y", "y"], [0, 1, 1, 1, 0], [0, 1])
    assert agreement_statistics(ratings, interval="none")["percent_agreement"].value == 1.0
    assert ratings.ratings == 4


def test_custom_weights_given_as_disagreement_equal_the_quadratic_ones() -> None:
    ratings = ratings_from_table([[5, 2, 1], [1, 6, 2], [0, 2, 7]], [1, 2, 3])
    w = custom_weights(3, disagreement=[[0, 1, 4], [1, 0, 1], [4, 1, 0]])
    assert np.allclose(w, quadratic_weights(3))
    found = agreement_statistics(ratings, scale="ordinal", interval="none")
    assert weighted_kappa(ratings, w, "cohen").value == pytest.approx(found["cohen_kappa_quadratic"].value)
    fleiss = weighted_kappa(ratings, w, "fleiss")
    assert fleiss.value == pytest.approx(found["fleiss_kappa_quadratic"].value)
    assert weighted_kappa(ratings, w, "gwet").se == pytest.approx(found["gwet_ac2_quadratic"].se)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"agreement": [[1, 0], [0, 1]], "disagreement": [[0, 1], [1, 0]]}, "not both"),
        ({"agreement": [[1, 0]]}, "2 x 2"),
        ({"agreement": [[1, np.nan], [0, 1]]}, "finite"),
        ({"disagreement": [[0, 0], [0, 0]]}, "above 0"),
        ({"agreement": [[0.5, 0], [0, 1]]}, "full agreement"),
    ],
)
def test_custom_weights_that_make_no_sense_are_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        custom_weights(2, **given)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: ratings_from_codes([[0, 5]], [0, 1]), "codes must lie"),
        (lambda: ratings_from_codes([[0, 1]], [0, 1], weights=[0]), "positive finite"),
        (lambda: ratings_from_table([[1, 2]], [0, 1]), "2 x 2"),
        (lambda: ratings_from_table([[1, -2], [0, 1]], [0, 1]), "not negative"),
        (lambda: ratings_from_counts([[1, 0.5]], [0, 1]), "whole"),
        (lambda: ratings_from_raw([[0, 7]], [0, 1]), "item 1, rater 2"),
        (lambda: ratings_from_long(["a"], ["x"], [7], [0, 1]), "not a declared"),
        (lambda: ratings_from_raw([[0, 1]], [0, 1], positive=5), "positive category"),
    ],
)
def test_ratings_that_do_not_fit_are_refused_with_what_is_wrong(make: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_the_ratio_metric_equals_the_package_with_a_zero_on_the_scale() -> None:
    rows = [[0, 1], [2, 2], [5, 4], [0, 0]]
    found = agreement_statistics(ratings_from_raw(rows, [0, 1, 2, 4, 5]), scale="ratio", interval="none")
    other = krippendorff.alpha(np.array(rows, dtype=float).T, level_of_measurement="ratio")
    assert found["alpha_ratio"].value == pytest.approx(other)


def test_every_promised_name_is_registered() -> None:
    promised = """percent_agreement cohen_kappa cohen_kappa_linear cohen_kappa_quadratic scott_pi brennan_prediger
    pabak prevalence_index bias_index positive_agreement negative_agreement kappa_max fleiss_kappa
    fleiss_kappa_linear fleiss_kappa_quadratic conger_kappa light_kappa randolph_free_marginal_kappa gwet_ac1
    gwet_ac2_linear gwet_ac2_quadratic alpha_nominal alpha_ordinal alpha_interval alpha_ratio"""
    assert set(promised.split()) == set(STATISTICS)
