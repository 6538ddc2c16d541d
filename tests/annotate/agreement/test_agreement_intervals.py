import numpy as np
import pytest

from annotate.agreement.defect_intervals import pattern_limits
from annotate.agreement.intervals import (
    Layout,
    Method,
    bootstrap_draws,
    dirichlet_draws,
    drawn_interval,
    percentile_interval,
    wald_interval,
    wilson_interval,
)
from annotate.agreement.patterns import panel_of, pattern_tables
from annotate.agreement.ratings import ratings_from_codes
from annotate.agreement.statistics import agreement_statistics


def simulated(n: int, raters: int, prevalence: float, seed: int, missing: float = 0.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < prevalence
    codes = (truth[:, None] ^ (rng.random((n, raters)) < 0.1)).astype(int)
    codes[rng.random(codes.shape) < missing] = -1
    return codes


@pytest.mark.parametrize("method", [Method.DIRICHLET, Method.BOOTSTRAP])
def test_the_interval_holds_the_value_and_the_same_seed_repeats_it(method: Method) -> None:
    ratings = ratings_from_codes(simulated(200, 4, 0.4, 1, missing=0.2), [0, 1])
    first, again = (agreement_statistics(ratings, interval=method, seed=7) for _ in range(2))
    other = agreement_statistics(ratings, interval=method, seed=8)
    for name, result in first.items():
        assert result.interval == again[name].interval
        assert result.interval is not None
        assert result.interval.low <= result.value <= result.interval.high
    assert first["fleiss_kappa"].interval != other["fleiss_kappa"].interval


@pytest.mark.parametrize(("prevalence", "kappa"), [(0.05, 0.4), (0.05, 0.8), (0.5, 0.6)])
def test_the_dirichlet_interval_covers_what_it_promises(prevalence: float, kappa: float) -> None:
    rng = np.random.default_rng(5)
    n, raters, samples = 50, 3, 500
    shared = rng.random((n, 1, samples)) < prevalence
    follows = rng.random((n, raters, samples)) < np.sqrt(kappa)
    labels = np.where(follows, shared, rng.random((n, raters, samples)) < prevalence)
    panel = panel_of(
        np.repeat(np.arange(n), raters),
        np.tile(np.arange(raters), n),
        labels.reshape(n * raters, samples).astype(np.int8),
    )
    limits = pattern_limits(panel, pattern_tables(panel), Method.DIRICHLET, 600, 0).by_name["fleiss_kappa"]
    assert 0.9 <= ((limits[0] <= kappa) & (kappa <= limits[1])).mean() <= 0.985


def test_all_methods_agree_for_many_items() -> None:
    ratings = ratings_from_codes(simulated(2000, 2, 0.5, 3), [0, 1])
    limits = [agreement_statistics(ratings, interval=m)["cohen_kappa"].interval for m in ("dirichlet", "bootstrap")]
    assert limits[0].low == pytest.approx(limits[1].low, abs=0.01)
    se = agreement_statistics(ratings, interval="none")["cohen_kappa"].se
    assert (limits[0].high - limits[0].low) / (2 * 1.96) == pytest.approx(se, rel=0.1)


def test_too_many_patterns_fall_back_to_the_bootstrap_and_say_so() -> None:
    codes = np.random.default_rng(0).integers(0, 6, (40, 9))
    ratings = ratings_from_codes(codes, range(6))
    rng = np.random.default_rng(0)
    assert dirichlet_draws(ratings, Layout.COUNTS, 10, rng) is None
    assert dirichlet_draws(ratings, Layout.RATERS, 10, rng) is None
    found = agreement_statistics(ratings, draws=100)["fleiss_kappa"]
    assert "bootstrap" in found.interval.method


def test_weighted_items_are_bootstrapped() -> None:
    codes = simulated(100, 2, 0.3, 4)
    ratings = ratings_from_codes(codes, [0, 1], weights=np.where(codes[:, 0] == 1, 1.0, 8.0))
    found = agreement_statistics(ratings)["cohen_kappa"]
    assert "weighted" in found.interval.method
    assert found.se is None
    assert ratings.effective_items < 100


def test_draws_without_a_value_are_counted_and_too_many_give_no_interval() -> None:
    half = np.array([0.1, 0.2, np.nan, 0.3])
    assert "1 draws undefined" in percentile_interval(half, "x").method
    assert percentile_interval(np.array([np.nan, np.nan, 0.2]), "x") is None
    assert drawn_interval(lambda r, d: d[:, 0], None) is None


def test_the_wald_interval_needs_a_spread() -> None:
    assert wald_interval(0.5, 0.0, quantile=2, method="") is None
    assert wald_interval(0.5, None, quantile=2, method="") is None
    assert wald_interval(0.9, 0.2, quantile=2, method="").high == 1.0


def test_wilson_gives_the_known_limits() -> None:
    found = wilson_interval(10, 100)
    assert (found.low, found.high) == (pytest.approx(0.05523, abs=1e-5), pytest.approx(0.17437, abs=1e-5))
    assert wilson_interval(0, 10).low == 0.0
    assert wilson_interval(0, 0) is None


def test_a_bootstrap_of_one_pattern_never_varies() -> None:
    ratings = ratings_from_codes([[0, 0]] * 5, [0, 1])
    draws = bootstrap_draws(ratings, Layout.COUNTS, 10, np.random.default_rng(0))
    assert (draws.weights == 5).all()
    assert drawn_interval(lambda r, d: d[:, 0], draws) is None
