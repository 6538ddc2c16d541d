"""From files to pixels: every mode becomes RGB, and what is no picture says so."""

import io

import numpy as np
import pytest
from PIL import Image

from scoring.metrics.pixels import PixelProblem, picture_of, read_picture
from scoring.metrics.registry import builtin_metrics, compute
from scoring.metrics.spec import Status


def saved(image: Image.Image, form: str = "PNG", **options: object) -> io.BytesIO:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    stream.seek(0)
    return stream


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_becomes_rgb_and_can_be_scored(mode: str) -> None:
    picture = read_picture(saved(Image.new(mode, (20, 12), 1)))
    assert picture.rgb.shape == (12, 20, 3) and picture.rgb.dtype == np.uint8
    for metric in builtin_metrics(with_reference=False):
        result = compute(metric, picture)
        assert (result.value is None) == bool(result.reason)


def test_cmyk_jpegs_are_read() -> None:
    assert read_picture(saved(Image.new("CMYK", (9, 7)), "JPEG")).rgb.shape == (7, 9, 3)


def test_transparent_pixels_lie_over_white() -> None:
    assert read_picture(saved(Image.new("RGBA", (2, 2), (255, 0, 0, 0)))).rgb.min() == 255


def test_a_transparent_palette_colour_lies_over_white() -> None:
    image = Image.new("P", (2, 2), 0)
    image.putpalette([10, 20, 30] * 256)
    assert read_picture(saved(image, transparency=0)).rgb.min() == 255


def test_sixteen_bit_grey_is_scaled_and_not_clipped() -> None:
    image = Image.fromarray(np.array([[0, 32896, 65535]], dtype=np.uint16))
    assert read_picture(saved(image)).rgb[0, :, 0].tolist() == [0, 128, 255]


def test_exif_orientation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read_picture(saved(Image.new("RGB", (30, 20)), "JPEG", exif=exif)).width == 20


def test_of_an_animation_the_first_frame_counts() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    picture = read_picture(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert picture.rgb[0, 0].tolist() == [254, 0, 0] or picture.rgb[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("data", [b"", b"not an image", b"\x89PNG\r\n\x1a\n", b"<svg/>", b"GIF89a"])
def test_what_is_no_image_is_unreadable(data: bytes) -> None:
    with pytest.raises(PixelProblem) as caught:
        read_picture(io.BytesIO(data))
    assert caught.value.status is Status.UNREADABLE


def test_a_truncated_jpeg_is_unreadable() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8))
    whole = saved(noise, "JPEG").getvalue()
    with pytest.raises(PixelProblem):
        read_picture(io.BytesIO(whole[: len(whole) // 2]))


def test_more_pixels_than_the_limit_are_refused_before_decoding() -> None:
    with pytest.raises(PixelProblem, match="more than the limit"):
        read_picture(saved(Image.new("L", (100, 100))), max_pixels=9_999)


def test_a_decompression_bomb_is_refused() -> None:
    with pytest.raises(PixelProblem):
        read_picture(saved(Image.new("1", (20_000, 20_000))))


def test_formats_that_are_not_accepted_are_refused() -> None:
    with pytest.raises(PixelProblem):
        read_picture(saved(Image.new("RGB", (4, 4)), "BMP"))


def test_luma_is_that_of_bt_601() -> None:
    assert picture_of(np.array([[[10, 20, 30]]], np.uint8)).luma[0, 0] == pytest.approx(18.15, abs=1e-4)
