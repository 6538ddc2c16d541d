"""The engine of many defects against the statistics of one, the signs and their actions, severity and
overlap.
"""

import numpy as np
import pytest

from annotate.agreement.actions import Action, ActionCode, Signs, suggested_action, two_groups
from annotate.agreement.defects import DefectAgreement, defect_agreements
from annotate.agreement.intervals import Method
from annotate.agreement.overlap import co_occurrences, defect_confusions
from annotate.agreement.ratings import ratings_from_codes
from annotate.agreement.severity import severity_agreement
from annotate.agreement.statistics import agreement_statistics

NAMES = {
    "percent_agreement": "percent_agreement",
    "positive_agreement": "positive_agreement",
    "negative_agreement": "negative_agreement",
    "alpha": "alpha_nominal",
    "ac1": "gwet_ac1",
    "pabak": "pabak",
    "prevalence_index": "prevalence_index",
}


def sample(
    n: int, raters: int, defects: int, *, missing: float = 0.0, seed: int = 0, prevalence: float = 0.3
) -> np.ndarray:
    """(items, raters, defects) labels with -1 where not assessed."""
    rng = np.random.default_rng(seed)
    truth = rng.random((n, 1, defects)) < prevalence
    labels = (truth ^ (rng.random((n, raters, defects)) < 0.1)).astype(np.int8)
    labels[rng.random(labels.shape) < missing] = -1
    return labels


def reports(labels: np.ndarray, **options: object) -> list[DefectAgreement]:
    n, raters, defects = labels.shape
    item, rater = np.repeat(np.arange(n), raters), np.tile(np.arange(raters), n)
    return defect_agreements(item, rater, labels.reshape(n * raters, defects), **options)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("raters", "missing"), [(2, 0.0), (2, 0.3), (5, 0.0), (4, 0.4)])
def test_the_engine_equals_the_statistics_of_one_defect(raters: int, missing: float, weighted: bool) -> None:
    labels = sample(60, raters, 3, missing=missing)
    weights = np.random.default_rng(1).integers(1, 5, 60).astype(float) if weighted else None
    for d, found in enumerate(reports(labels, weights=weights, interval=Method.NONE)):
        ratings = ratings_from_codes(labels[:, :, d], [0, 1], weights=weights)
        one = agreement_statistics(ratings, interval=Method.NONE)
        for field, name in NAMES.items():
            assert getattr(found, field).value == pytest.approx(one[name].value, abs=1e-9)
        assert found.kappa.statistic == ("cohen_kappa" if raters == 2 else "fleiss_kappa")
        assert found.kappa.value == pytest.approx(one[found.kappa.statistic].value, abs=1e-9)
        if raters == 2:
            assert found.bias_index.value == pytest.approx(one["bias_index"].value, abs=1e-9)
        assert (found.items, found.items_pairable) == (ratings.items, ratings.items_pairable)
        assert found.ratings == ratings.ratings


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_pairs_and_leave_one_out_equal_a_direct_computation(missing: float) -> None:
    labels = sample(80, 4, 2, missing=missing, seed=3)
    for d, found in enumerate(reports(labels)):
        codes = labels[:, :, d]
        for pair in found.pairs:
            one = agreement_statistics(
                ratings_from_codes(codes[:, [pair.first, pair.second]], [0, 1]), interval=Method.NONE
            )["cohen_kappa"]
            assert pair.kappa == pytest.approx(one.value)
            assert pair.items == one.items
        for row in found.by_rater:
            left = ratings_from_codes(np.delete(codes, row.rater, axis=1), [0, 1])
            expected = agreement_statistics(left, interval=Method.NONE)["fleiss_kappa"].value
            assert row.kappa_without == pytest.approx(expected)
            own = codes[:, row.rater]
            assert row.rate == pytest.approx((own == 1).sum() / (own >= 0).sum())


@pytest.mark.parametrize("method", [Method.DIRICHLET, Method.BOOTSTRAP])
@pytest.mark.parametrize(("raters", "missing"), [(2, 0.0), (4, 0.3)])
def test_the_engines_intervals_are_those_of_one_defect(method: Method, raters: int, missing: float) -> None:
    labels = sample(300, raters, 2, missing=missing, seed=5)
    for d, found in enumerate(reports(labels, interval=method)):
        one = agreement_statistics(ratings_from_codes(labels[:, :, d], [0, 1]), interval=method)
        for mine, other in ((found.kappa, one[found.kappa.statistic]), (found.ac1, one["gwet_ac1"])):
            assert mine.interval.low == pytest.approx(other.interval.low, abs=0.02)
            assert mine.interval.high == pytest.approx(other.interval.high, abs=0.02)
        assert found.prevalence.interval.low < found.prevalence.value < found.prevalence.interval.high


def test_weighted_defects_are_bootstrapped_within_strata() -> None:
    labels = sample(200, 2, 1, seed=2)
    strata = (np.arange(200) < 50).astype(int)
    found = reports(labels, weights=np.where(strata, 1.0, 9.0), strata=strata)[0]
    assert "bootstrap, weighted" in found.ac1.interval.method
    assert "effective" in found.kappa.interval.method
    assert found.effective_items < 200
    assert found.pairs[0].items == 200
    assert found.pairs[0].interval is None


def test_the_latest_answer_counts_and_row_order_does_not_matter() -> None:
    item, rater = np.array([1, 0, 0, 1, 0]), np.array([0, 1, 0, 1, 1])
    found = defect_agreements(item, rater, np.array([1, 1, 0, 1, 0]))[0]
    assert found.ratings == 4
    assert found.percent_agreement.value == 1.0


def test_undefined_defects_say_why() -> None:
    def status(rows: list[list[int]]) -> tuple[str, str]:
        found = reports(np.array(rows, dtype=np.int8)[:, :, None])[0]
        return found.status, found.action.code

    assert status([[-1, -1], [-1, -1]]) == ("no_data", "collect_overlap")
    assert status([[1, -1], [0, -1]]) == ("insufficient_raters", "collect_overlap")
    assert status([[1, -1], [-1, 1]]) == ("no_overlap", "collect_overlap")
    assert status([[1, 0]]) == ("insufficient_items", "collect_overlap")
    assert status([[0, 0], [0, 0]]) == ("undefined_no_variation", "not_seen")
    assert status([[1, 1], [1, 1]]) == ("undefined_no_variation", "enrich_calibration_set")
    nothing = defect_agreements(np.array([]), np.array([]), np.zeros((0, 1)))[0]
    assert nothing.status == "no_data"
    flat = reports(np.zeros((4, 2, 1), dtype=np.int8))[0]
    assert flat.positive_agreement.status == "undefined_no_positive"
    assert flat.ac1.value == 1.0


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="one of each"):
        defect_agreements(np.array([0]), np.array([0, 1]), np.array([0]))
    with pytest.raises(ValueError, match="not assessed"):
        defect_agreements(np.array([0]), np.array([0]), np.array([2]))
    with pytest.raises(ValueError, match="weights must"):
        defect_agreements(np.array([0]), np.array([0]), np.array([1]), weights=np.array([0.0]))


def test_equal_limits_are_no_interval_and_missing_defects_do_not_stop_the_others() -> None:
    labels = np.zeros((20, 2, 2), dtype=np.int8)
    labels[:, :, 1] = -1
    strata = np.arange(20) // 10
    for options in ({}, {"strata": strata}):
        first, second = reports(labels, interval=Method.BOOTSTRAP, **options)
        assert first.percent_agreement.value == 1.0
        assert first.percent_agreement.interval is None
        assert second.status == "no_data"


def test_few_positives_are_flagged_and_the_advice_is_to_enrich() -> None:
    labels = np.zeros((200, 2, 1), dtype=np.int8)
    labels[:4, 0] = 1
    labels[3:6, 1] = 1
    found = reports(labels)[0]
    assert found.too_few_positives
    assert found.positives == 6
    assert found.action.code == ActionCode.ENRICH


def advice(**changes: object) -> Action:
    plain = {
        "items_pairable": 100,
        "kappa": 0.4,
        "kappa_low": 0.3,
        "ac1": 0.5,
        "prevalence_index": 0.1,
        "bias_index": 0.02,
        "too_few_positives": False,
        "positives": 40,
        "without": {},
        "own_bias": {},
        "pairs": {},
    }
    return suggested_action(Signs(**(plain | changes)))


def test_every_sign_has_its_action() -> None:
    groups = {(g, h): (0.9 if (g < 2) == (h < 2) else 0.1, 50) for g in range(4) for h in range(g + 1, 4)}
    assert advice().code == "clarify_definition"
    assert advice(kappa=0.9, kappa_low=0.85).code == "keep"
    assert advice(kappa=0.9, kappa_low=0.7).code == "use_with_caution"
    assert advice(kappa=0.9, kappa_low=0.5).code == "collect_more_items"
    assert advice(without={0: 0.41, 2: 0.8}) == Action(
        code=ActionCode.RETRAIN, text=advice(without={2: 0.8}).text, raters=(2,)
    )
    assert advice(bias_index=0.2).code == "align_threshold"
    assert advice(own_bias={1: -0.3, 0: 0.1}).raters == (1,)
    assert advice(pairs=groups).code == "two_readings"
    assert set(advice(pairs=groups).raters) in ({0, 1}, {2, 3})
    assert two_groups({pair: (kappa, 5) for pair, (kappa, _) in groups.items()}) == ()
    assert two_groups({(0, 1): (0.9, 50), (2, 3): (0.9, 50)}) == ()


def test_severity_is_conditional_on_both_having_seen_it() -> None:
    levels = np.random.default_rng(0).integers(0, 3, (80, 2))
    levels[:, 1] = np.clip(levels[:, 0] + (np.arange(80) % 4 == 0), 0, 2)
    levels[:5, 1] = -1
    item, rater = np.repeat(np.arange(80), 2), np.tile([0, 1], 80)
    found = severity_agreement(item, rater, levels.ravel(), ["minor", "major", "critical"])
    one = agreement_statistics(ratings_from_codes(levels, [0, 1, 2]), scale="ordinal", interval=Method.NONE)
    assert found.kappa.value == pytest.approx(one["cohen_kappa_quadratic"].value)
    assert found.alpha.value == pytest.approx(one["alpha_ordinal"].value)
    assert found.items_pairable == 75
    assert "bootstrap" in found.kappa.interval.method
    assert sum(map(sum, found.confusion)) == 75
    assert found.signed[0].mean == pytest.approx(-found.signed[1].mean)
    assert found.signed[1].mean > 0


def test_severity_of_a_few_items_has_no_interval_and_says_so() -> None:
    found = severity_agreement(
        np.array([0, 0, 0, 1, 1, 2]), np.array([0, 1, 2, 0, 1, 2]), np.array([0, 1, 1, 2, 2, 0]), ["a", "b", "c"]
    )
    assert found.kappa.statistic == "fleiss_kappa_quadratic"
    assert found.kappa.interval is None
    assert "no interval" in found.note
    assert sum(map(sum, found.confusion)) == 8
    empty = severity_agreement(np.array([]), np.array([]), np.array([]), ["a", "b"])
    assert empty.kappa.status == "no_data"
    assert empty.signed == ()


def test_swapped_defects_are_found_between_raters() -> None:
    item, rater = np.repeat(np.arange(10), 2), np.tile([0, 1], 10)
    labels = np.zeros((20, 3), dtype=np.int8)
    labels[0:12:2, 0] = 1
    labels[1:12:2, 1] = 1
    top = defect_confusions(item, rater, labels)[0]
    assert {top.chosen, top.instead} == {0, 1}
    assert (top.swaps, top.chances, top.share) == (6, 6, 1.0)
    labels[:, 1] = -1
    assert all(row.instead != 1 for row in defect_confusions(item, rater, labels))


def test_defects_that_come_together_have_a_lift() -> None:
    item, rater = np.arange(40), np.zeros(40, dtype=int)
    labels = np.zeros((40, 3), dtype=np.int8)
    labels[:10, :2] = 1
    top = co_occurrences(item, rater, labels)[0]
    assert (top.first, top.second, top.joint, top.lift) == (0, 1, 10, 4.0)
    assert top.phi == pytest.approx(1.0)
    assert top.p_value < 1e-6
    assert co_occurrences(item, rater, labels)[1].lift is None
    labels[:, 2] = -1
    assert len(co_occurrences(item, rater, labels, test=False)) == 1
