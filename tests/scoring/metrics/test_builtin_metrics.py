"""The built-in metrics: known values, edge cases, and never NaN."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from scoring.metrics.registry import all_metrics, builtin_metrics, compute
from scoring.metrics.spec import Kind, Status

BUILTIN = [one for one in all_metrics() if one.fingerprint.startswith("builtin-") and one.kind is not Kind.SET]
NR = [one.name for one in BUILTIN if one.kind is Kind.NO_REFERENCE]


def noisy(seed: int, size: int = 64, spread: int = 256) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, spread, (size, size, 3), dtype=np.uint8)


def ramp(size: int = 64) -> np.ndarray:
    return np.repeat(np.tile(np.arange(size, dtype=np.uint8) * 3, (size, 1))[:, :, None], 3, axis=2)


def value(metric: str, image: np.ndarray, reference: np.ndarray | None = None) -> float:
    result = compute(metric, image, reference)
    assert result.status is Status.OK, result
    assert result.value is not None
    return result.value


def test_there_are_twelve_builtin_metrics_each_with_definition_and_source() -> None:
    assert len(BUILTIN) == 12
    assert len(builtin_metrics(with_reference=True)) == 12
    assert len(builtin_metrics(with_reference=False)) == 10
    assert all(one.definition and one.source and one.licence and not one.needs.modules for one in BUILTIN)


def test_names_and_fingerprints_are_unique_and_modes_are_the_four_kinds() -> None:
    names = [one.name for one in all_metrics()]
    assert len(set(names)) == len(names)
    assert len({one.fingerprint for one in all_metrics()}) == len(names)


def test_psnr_of_a_constant_difference_is_the_textbook_value() -> None:
    a = np.full((8, 8, 3), 100, np.uint8)
    assert value("psnr", a, a + 10) == pytest.approx(20 * math.log10(25.5), abs=1e-9)


def test_psnr_of_identical_images_has_no_value_and_says_identical() -> None:
    result = compute("psnr", ramp(), ramp())
    assert (result.value, result.status) == (None, Status.IDENTICAL)
    assert "identical" in result.reason


def test_ssim_agrees_with_a_slow_direct_computation() -> None:
    from scipy.ndimage import correlate1d

    a = ramp()
    b = np.clip(a.astype(int) + np.random.default_rng(3).integers(-20, 20, a.shape), 0, 255).astype(np.uint8)
    x, y = (np.rint(one.astype(float) @ [0.299, 0.587, 0.114]) for one in (a, b))
    kernel = np.exp(-(np.arange(-5, 6) ** 2) / (2 * 1.5**2))
    kernel /= kernel.sum()

    def blur(plane: np.ndarray) -> np.ndarray:
        return correlate1d(correlate1d(plane, kernel, axis=0), kernel, axis=1)[5:-5, 5:-5]

    mx, my = blur(x), blur(y)
    vx, vy, cov = blur(x * x) - mx**2, blur(y * y) - my**2, blur(x * y) - mx * my
    c1, c2 = 2.55**2, 7.65**2
    both = (2 * mx * my + c1) / (mx**2 + my**2 + c1) * np.maximum((2 * cov + c2) / (vx + vy + c2), 0)
    assert value("ssim", a, b) == pytest.approx(both.mean(), abs=1e-5)


def test_ssim_of_identical_images_is_one() -> None:
    assert value("ssim", noisy(1), noisy(1)) == pytest.approx(1.0, abs=1e-6)


def test_noise_recovers_the_standard_deviation_that_was_added() -> None:
    rng = np.random.default_rng(0)
    grey = np.clip(np.rint(128 + rng.normal(0, 10, (256, 256))), 0, 255).astype(np.uint8)
    assert value("noise", grey) == pytest.approx(10, rel=0.05)


def test_blur_lowers_sharpness_and_noise_raises_it() -> None:
    import cv2

    image = noisy(2, 128)
    assert value("sharpness", cv2.GaussianBlur(image, (0, 0), 2)) < value("sharpness", image) / 10


def test_a_grid_of_eight_is_blocky_and_noise_is_not() -> None:
    blocks = np.kron(np.random.default_rng(1).integers(0, 256, (8, 8)), np.ones((8, 8))).astype(np.uint8)
    assert value("blockiness", blocks) == pytest.approx(1.0)
    assert abs(value("blockiness", noisy(5, 256))) < 0.02


def test_jpeg_raises_blockiness() -> None:
    import cv2

    image = cv2.GaussianBlur(noisy(5, 256), (0, 0), 3)
    _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 10])
    assert value("blockiness", cv2.imdecode(packed, 1)) > value("blockiness", image) + 0.1


def test_a_coarse_staircase_is_banding_and_a_fine_gradient_is_not() -> None:
    across = np.linspace(0, 255, 512)
    fine = np.tile(np.rint(across / 2), (64, 1)).astype(np.uint8)
    coarse = np.tile(np.rint(across / 12) * 12, (64, 1)).astype(np.uint8)
    assert value("banding", fine) == 0.0
    assert value("banding", coarse) == pytest.approx(21 * 64 / (511 * 64 + 63 * 512), rel=0.06)


def test_banding_is_found_across_and_down_alike() -> None:
    coarse = np.tile(np.rint(np.linspace(0, 255, 128) / 12) * 12, (128, 1)).astype(np.uint8)
    assert value("banding", coarse) == value("banding", np.ascontiguousarray(coarse.T))


def test_simple_statistics_have_their_textbook_values() -> None:
    half = np.zeros((4, 4, 3), np.uint8)
    half[:2] = 255
    assert value("exposure", half) == pytest.approx(0.5)
    assert value("clipping", half) == 1.0
    assert value("contrast", half) == pytest.approx(0.5)
    assert value("entropy", half) == pytest.approx(1.0)
    assert value("saturation", half) == 0.0
    assert value("colourfulness", half) == 0.0


def test_pure_red_is_saturated_but_not_clipped() -> None:
    red = np.zeros((4, 4, 3), np.uint8)
    red[..., 0] = 255
    assert value("saturation", red) == 1.0
    assert value("clipping", red) == 0.0
    assert value("colourfulness", red) == pytest.approx(0.3 * math.hypot(255, 127.5), rel=1e-6)


@pytest.mark.parametrize("metric", NR)
def test_a_single_pixel_gives_a_value_or_a_reason(metric: str) -> None:
    result = compute(metric, np.full((1, 1, 3), 7, np.uint8))
    assert (result.value is None) == (result.status is not Status.OK)
    assert result.status in (Status.OK, Status.TOO_SMALL)
    assert result.status is Status.OK or "1 x 1" in result.reason


def test_a_constant_image_has_no_blockiness() -> None:
    result = compute("blockiness", np.full((64, 64, 3), 7, np.uint8))
    assert (result.value, result.status) == (None, Status.UNDEFINED)


def test_sizes_that_differ_are_named() -> None:
    result = compute("psnr", noisy(1, 8), noisy(1, 9))
    assert result.status is Status.SIZE_MISMATCH
    assert "8 x 8" in result.reason and "9 x 9" in result.reason


def test_a_grey_image_against_a_coloured_reference_is_a_mode_mismatch() -> None:
    assert compute("ssim", noisy(1)[..., 0], noisy(1)).status is Status.MODE_MISMATCH


def test_a_missing_reference_is_said() -> None:
    assert compute("ssim", noisy(1)).status is Status.NO_REFERENCE


def test_an_unknown_metric_is_said() -> None:
    assert compute("nonsense", noisy(1)).status is Status.UNKNOWN_METRIC


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((4, 4), np.float32),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros(4, np.uint8),
    ],
)
def test_what_is_no_picture_is_refused_with_a_reason(pixels: np.ndarray) -> None:
    result = compute("exposure", pixels)
    assert result.status is Status.WRONG_PIXELS and result.reason


pictures = hnp.arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24), st.just(3)))


@settings(max_examples=60, deadline=None)
@given(pictures)
def test_every_value_is_finite_and_within_its_range(image: np.ndarray) -> None:
    for spec in BUILTIN:
        result = compute(spec.name, image, image[::-1].copy())
        if result.value is None:
            assert result.reason
            continue
        assert math.isfinite(result.value)
        assert spec.range.low is None or result.value >= spec.range.low - 1e-6
        assert spec.range.high is None or result.value <= spec.range.high + 1e-6


@settings(max_examples=40, deadline=None)
@given(pictures)
def test_full_reference_metrics_are_symmetric(image: np.ndarray) -> None:
    other = 255 - image
    for metric in ("psnr", "ssim"):
        first, second = compute(metric, image, other), compute(metric, other, image)
        assert first.status is second.status
        assert (first.value or 0.0) == pytest.approx(second.value or 0.0, rel=1e-6, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(pictures)
def test_mirroring_changes_no_statistic_of_the_histogram(image: np.ndarray) -> None:
    for metric in ("exposure", "clipping", "contrast", "colourfulness", "saturation", "entropy"):
        assert value(metric, image[:, ::-1].copy()) == pytest.approx(value(metric, image), rel=1e-5, abs=1e-6)
