"""Distances of sets: known values, symmetry, intervals, and reasons where there is no value."""

import numpy as np
import pytest

from scoring.metrics.frechet import frechet_distance, kernel_distance, set_metric_names, set_scores
from scoring.metrics.spec import Status


def gauss(seed: int, n: int = 200, d: int = 6, shift: float = 0.0, scale: float = 1.0) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, scale, (n, d))


def test_the_distance_of_a_set_to_itself_is_zero() -> None:
    assert frechet_distance(gauss(0), gauss(0)) == pytest.approx(0, abs=1e-9)


def test_a_shift_gives_its_squared_length() -> None:
    a = gauss(0)
    assert frechet_distance(a, a + 3) == pytest.approx(9 * 6, rel=1e-9)


def test_one_dimension_gives_the_closed_form() -> None:
    a, b = gauss(0, d=1), gauss(1, d=1, shift=2, scale=3)
    expected = (a.mean() - b.mean()) ** 2 + (a.std(ddof=1) - b.std(ddof=1)) ** 2
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-9)


def test_the_trace_agrees_with_a_matrix_square_root() -> None:
    from scipy.linalg import sqrtm

    a, b = gauss(0), gauss(1) @ gauss(2, n=6)
    c, d = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    mean = a.mean(0) - b.mean(0)
    expected = mean @ mean + np.trace(c + d - 2 * np.real(sqrtm(c @ d)))
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-8)


def test_fewer_images_than_dimensions_still_give_a_finite_value() -> None:
    assert np.isfinite(frechet_distance(gauss(0, n=9, d=40), gauss(1, n=9, d=40)))


def test_the_kernel_distance_agrees_with_a_direct_double_loop() -> None:
    a, b = gauss(0, n=7, d=3), gauss(1, n=5, d=3, shift=0.5)

    def k(x: np.ndarray, y: np.ndarray) -> float:
        return float((x @ y / 3 + 1) ** 3)

    within = sum(k(x, y) for i, x in enumerate(a) for j, y in enumerate(a) if i != j) / (7 * 6)
    other = sum(k(x, y) for i, x in enumerate(b) for j, y in enumerate(b) if i != j) / (5 * 4)
    across = sum(k(x, y) for x in a for y in b) / 35
    assert kernel_distance(a, b) == pytest.approx(within + other - 2 * across)


def test_different_sets_are_farther_than_two_halves_of_one_and_the_intervals_say_so() -> None:
    a, b, c = (gauss(seed, shift=shift).astype(np.float32) for seed, shift in ((0, 0), (1, 0), (2, 1)))
    near, near_kernel = set_scores(a, b, features="handcrafted", standardise=True)
    far, far_kernel = set_scores(a, c, features="handcrafted", standardise=True)
    assert near.interval is not None and far.interval is not None
    assert near.interval[1] < far.interval[0]
    assert near_kernel.interval is not None and far_kernel.interval is not None
    assert near_kernel.interval[0] < 0.05 < far_kernel.interval[0]
    assert (far.n, far.n_reference) == (200, 200)


def test_standardised_distances_are_symmetric_and_free_of_units() -> None:
    a, b = gauss(0).astype(np.float32), gauss(1, shift=1).astype(np.float32)
    units = np.array([1, 10, 100, 0.1, 1, 1], np.float32)
    one = set_scores(a, b, features="x", standardise=True)[0].value
    assert set_scores(b, a, features="x", standardise=True)[0].value == pytest.approx(one, rel=1e-6)
    assert set_scores(a * units, b * units, features="x", standardise=True)[0].value == pytest.approx(one, rel=1e-4)


def test_names_carry_the_features_and_only_inception_is_called_fid() -> None:
    assert set_metric_names("inception") == ("fid-inception", "kid-inception")
    assert set_metric_names("handcrafted") == ("frechet-handcrafted", "kid-handcrafted")


@pytest.mark.parametrize(
    ("a", "b", "status"),
    [
        (gauss(0, n=7), gauss(1), Status.TOO_SMALL),
        (gauss(0, d=5), gauss(1), Status.SIZE_MISMATCH),
        (gauss(0) * np.nan, gauss(1), Status.UNDEFINED),
        (np.zeros((0, 6)), np.zeros((0, 6)), Status.TOO_SMALL),
    ],
)
def test_sets_that_cannot_be_compared_have_a_status(a: np.ndarray, b: np.ndarray, status: Status) -> None:
    for one in set_scores(a.astype(np.float32), b.astype(np.float32), features="x", standardise=True):
        assert (one.value, one.interval, one.status) == (None, None, status) and one.reason


def test_constant_sets_have_distance_zero() -> None:
    same = np.ones((10, 4), np.float32)
    assert set_scores(same, same, features="x", standardise=True)[0].value == pytest.approx(0, abs=1e-9)
