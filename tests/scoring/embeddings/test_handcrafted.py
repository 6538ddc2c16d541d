"""The handcrafted vector: finite and of one length for every picture, the same every time, moved by what it
is for.
"""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from scoring.embeddings.handcrafted import DIMENSIONS, FEATURES, handcrafted
from scoring.metrics.pixels import picture_of


def scene(seed: int = 0, size: int = 128) -> np.ndarray:
    rng = np.random.default_rng(seed)
    image = cv2.GaussianBlur(rng.integers(0, 256, (size, size, 3)).astype(np.float32), (0, 0), 6)
    image = (image - image.min()) / (image.max() - image.min()) * 200 + 25
    return np.clip(image + rng.normal(0, 2, image.shape), 0, 255).astype(np.uint8)


def named(image: np.ndarray) -> dict[str, float]:
    return dict(zip(FEATURES, handcrafted(picture_of(image)).tolist(), strict=True))


def test_the_layout_has_126_unique_names() -> None:
    assert DIMENSIONS == 126 and len(set(FEATURES)) == 126


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert handcrafted(picture_of(scene())).tobytes() == handcrafted(picture_of(scene())).tobytes()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (500, 1, 3), (7, 5, 3), (33, 31, 3), (3, 3)])
@pytest.mark.parametrize("level", [0, 7, 255])
def test_constant_and_tiny_pictures_give_finite_vectors(shape: tuple[int, ...], level: int) -> None:
    vector = handcrafted(picture_of(np.full(shape, level, np.uint8)))
    assert vector.shape == (126,) and vector.dtype == np.float32 and np.isfinite(vector).all()


def test_a_huge_picture_is_looked_at_in_its_centre() -> None:
    image = np.zeros((40, 5000, 3), np.uint8)
    image[:, 1476:3524] = scene(1, 2048)[:40]
    assert np.array_equal(handcrafted(picture_of(image)), handcrafted(picture_of(image[:, 1476:3524].copy())))


@settings(max_examples=40, deadline=None)
@given(hnp.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))))
def test_every_picture_gives_a_finite_vector(image: np.ndarray) -> None:
    assert np.isfinite(handcrafted(picture_of(image))).all()


def test_jpeg_moves_the_grid_and_its_phase_is_found_after_a_crop() -> None:
    _, packed = cv2.imencode(".jpg", scene(2), [cv2.IMWRITE_JPEG_QUALITY, 8])
    jpeg = cv2.imdecode(packed, 1)
    assert named(jpeg)["grid_across"] > named(scene(2))["grid_across"] + 0.2
    assert named(jpeg[:, 3:].copy())["grid_across_any_phase"] > named(scene(2))["grid_across_any_phase"] + 0.2


def test_blur_empties_the_outer_rings() -> None:
    image = np.random.default_rng(0).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    assert named(cv2.GaussianBlur(image, (0, 0), 2))["spectrum_ring_15"] < named(image)["spectrum_ring_15"] - 2


def test_a_seam_raises_the_seam_of_its_direction_only() -> None:
    torn = scene(3)
    torn[:, 64:] = scene(4)[:, 64:]
    before, after = named(scene(3)), named(torn)
    assert after["seam_across"] > before["seam_across"] + 0.5
    assert abs(after["seam_down"] - before["seam_down"]) < 0.3


def test_posterised_pictures_use_fewer_levels() -> None:
    fine = scene(5)[..., 0].copy()
    coarse = (fine // 24) * 24
    assert named(coarse)["flat_levels"] < named(fine)["flat_levels"] / 2


def test_oversaturation_raises_chroma_and_saturation() -> None:
    hsv = cv2.cvtColor(scene(6), cv2.COLOR_RGB2HSV)
    hsv[..., 1] = np.clip(hsv[..., 1].astype(int) * 3, 0, 255)
    loud = cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB)
    assert named(loud)["colour_chroma_mean"] > named(scene(6))["colour_chroma_mean"]
    assert named(loud)["colour_saturation_mean"] > named(scene(6))["colour_saturation_mean"]


def test_grey_pictures_have_no_chroma() -> None:
    values = named(scene(7)[..., 0].copy())
    assert values["colour_chroma_mean"] == pytest.approx(0, abs=0.2)  # OpenCV's Lab tables are coarse
    assert values["colour_saturation_mean"] == 0
