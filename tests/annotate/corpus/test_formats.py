"""What is an image, and what is refused with which code."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from bad_inputs import BadInput, cases
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from annotate.corpus.containers import media_type_of
from annotate.corpus.formats import FIRST_FRAME_USED, ImageLimits, display_image, inspect_image
from annotate.corpus.metadata import strip_metadata
from annotate.corpus.refusal import Refusal
from annotate.corpus.thumbnails import make_thumbnail
from core.hashing import sha256_of_bytes

CODES = {
    "empty_file",
    "file_too_large",
    "unreadable_file",
    "unsupported_type",
    "too_many_pixels",
    "invalid_dimensions",
    "too_many_frames",
    "truncated_image",
    "corrupt_image",
    "out_of_memory",
}
EXPECTED_CODE = {
    "IMG-001": "too_many_pixels",
    "IMG-003": "too_many_pixels",
    "IMG-010": "truncated_image",
    "IMG-011": "empty_file",
    "IMG-014": "invalid_dimensions",
    "IMG-040": "unsupported_type",
}


def encoded(kind: str, mode: str = "RGB", size: tuple[int, int] = (31, 17), **options: object) -> bytes:
    """A picture with some structure, so that truncation and damage show."""
    ramp = np.arange(size[0] * size[1] * 3, dtype=np.uint32).reshape(size[1], size[0], 3)
    image = Image.fromarray((ramp * 7 % 256).astype(np.uint8)).convert(mode)
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def refusal_of(data: bytes | Path, limits: ImageLimits | None = None) -> str:
    with pytest.raises(Refusal) as caught:
        inspect_image(data, limits)
    assert caught.value.code in CODES
    assert "/" not in caught.value.message.replace("PNG/", "")
    return caught.value.code


@pytest.mark.parametrize("case", cases("image"))
def test_the_catalogue_of_bad_images_is_met(case: BadInput) -> None:
    if case.expected == "reject_item":
        assert refusal_of(case.input) == EXPECTED_CODE.get(case.id, "corrupt_image")
        with pytest.raises(Refusal):
            make_thumbnail(case.input)
        return
    facts = inspect_image(case.input)
    shown = display_image(case.input)
    assert shown.mode == "RGB"
    assert shown.size == (facts.width, facts.height)
    thumbnail = make_thumbnail(case.input)
    assert min(thumbnail.width, thumbnail.height) >= 1
    assert b"<script>" not in strip_metadata(case.input) and b"onerror" not in strip_metadata(case.input)


def test_16_bit_white_stays_white_and_the_middle_the_middle() -> None:
    for value, shown in ((65535, 255), (32768, 128), (255, 0), (0, 0)):
        target = io.BytesIO()
        Image.new("I;16", (4, 4), value).save(target, "PNG")
        assert display_image(target.getvalue()).getpixel((0, 0)) == (shown,) * 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_orientation_gives_one_frame_for_size_and_pixels(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(kind, exif=exif)
    facts = inspect_image(data)
    assert facts.orientation == orientation
    assert (facts.width, facts.height) == ((31, 17) if orientation < 5 else (17, 31))
    assert display_image(data).size == (facts.width, facts.height)
    thumbnail = make_thumbnail(data)
    assert (thumbnail.width, thumbnail.height) == (facts.width, facts.height)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_moving_pictures_the_first_frame_is_used_and_said_so(kind: str) -> None:
    frames = [Image.new("RGB", (8, 6), colour) for colour in ("red", "lime", "blue")]
    target = io.BytesIO()
    options = {"lossless": True} if kind == "WEBP" else {}
    frames[0].save(target, kind, save_all=True, append_images=frames[1:], **options)
    facts = inspect_image(target.getvalue())
    assert facts.animated and facts.frames == 3
    assert facts.notes == (FIRST_FRAME_USED,)
    assert display_image(target.getvalue()).getpixel((3, 3)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("kind", "mode"),
    [("PNG", m) for m in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
    + [("JPEG", m) for m in ("L", "RGB", "CMYK")]
    + [("WEBP", "RGB"), ("WEBP", "RGBA"), ("GIF", "P"), ("GIF", "L")],
)
def test_every_usual_mode_is_shown_as_rgb(kind: str, mode: str) -> None:
    data = encoded(kind, "L" if mode == "I;16" else mode)
    facts = inspect_image(data)
    assert (facts.width, facts.height, facts.bytes) == (31, 17, len(data))
    assert facts.sha256 == sha256_of_bytes(data)
    assert display_image(data).mode == "RGB"
    assert media_type_of(strip_metadata(data)) == facts.media_type


def test_what_is_transparent_lies_on_white() -> None:
    target = io.BytesIO()
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(target, "PNG")
    assert display_image(target.getvalue()).getpixel((0, 0)) == (255, 255, 255)


def test_limits_are_those_that_are_given() -> None:
    data = encoded("PNG", size=(100, 50))
    assert refusal_of(data, ImageLimits(max_pixels=4999)) == "too_many_pixels"
    assert inspect_image(data, ImageLimits(max_pixels=5000)).width == 100
    assert refusal_of(data, ImageLimits(max_side=99)) == "too_many_pixels"
    assert refusal_of(data, ImageLimits(max_bytes=len(data) - 1)) == "file_too_large"


def test_between_one_and_two_times_the_limit_of_the_library_nothing_passes() -> None:
    side = 11_000  # 121 million pixels: Pillow alone would only warn
    packed = zlib.compress(b"\0" * (side // 8 + 1))
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0))
    assert refusal_of(data + chunk(b"IDAT", packed) + chunk(b"IEND", b"")) == "too_many_pixels"


def test_a_gif_that_counts_endlessly_is_refused() -> None:
    small = encoded("GIF", "P", size=(2, 2))
    frame = small[small.index(b"\x2c") : -1]
    assert refusal_of(small[:-1] + frame * 20_000 + b";") == "too_many_frames"


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM", "EPS", "PDF", "JPEG2000", "TGA", "PCX"])
def test_formats_outside_the_list_are_refused_whatever_pillow_can(kind: str) -> None:
    assert refusal_of(encoded(kind, size=(32, 32))) == "unsupported_type"


@pytest.mark.parametrize(
    "data", [b"x", b"\0" * 100, b"<html>", b"PK\3\4", b"%!PS", b"\x89PNG", b"RIFF1234WAVE", b"GIF9"]
)
def test_what_is_no_image_is_refused_by_content(data: bytes) -> None:
    assert refusal_of(data) == "unsupported_type"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_no_shortened_image_passes(kind: str) -> None:
    data = encoded(kind, size=(24, 24))
    assert inspect_image(data)
    for length in range(len(data) - 1 if kind == "WEBP" else len(data)):
        assert refusal_of(data[:length]) in {
            "empty_file",
            "truncated_image",
            "corrupt_image",
            "unsupported_type",
        }


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_progressive_and_lossless_cuts_are_refused_too(kind: str) -> None:
    data = encoded(kind, size=(200, 150), **({"progressive": True} if kind == "JPEG" else {"lossless": True}))
    for share in (0.2, 0.5, 0.8, 0.95):
        assert refusal_of(data[: int(len(data) * share)]) == "truncated_image"


def test_a_wrong_checksum_in_any_png_chunk_is_refused() -> None:
    data = bytearray(encoded("PNG"))
    at = data.index(b"IDAT") + 20
    data[at] ^= 1
    assert refusal_of(bytes(data)) == "corrupt_image"


def test_a_png_with_too_few_rows_is_refused() -> None:
    packed = zlib.compress(b"\0" * 3)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 40, 8, 0, 0, 0, 0))
    assert refusal_of(data + chunk(b"IDAT", packed) + chunk(b"IEND", b"")) == "truncated_image"


def test_text_that_unpacks_to_gigabytes_is_never_unpacked() -> None:
    plain = encoded("PNG")
    bomb = chunk(b"zTXt", b"a\0\0" + zlib.compress(b"\0" * (8 << 20)))
    data = plain[:33] + bomb * 3 + plain[33:]
    assert inspect_image(data).width == 31
    assert strip_metadata(data) == strip_metadata(plain)


def test_a_file_is_read_by_path_and_a_missing_one_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(encoded("PNG"))
    assert inspect_image(tmp_path / "a.txt").media_type == "image/png"
    assert refusal_of(tmp_path / "b.png") == "unreadable_file"
    assert refusal_of(tmp_path) == "unreadable_file"


SAMPLES = [encoded(kind, size=(16, 12)) for kind in ("PNG", "JPEG", "WEBP", "GIF")]


def code_of(act: Callable[[bytes], object], data: bytes) -> str:
    try:
        act(data)
    except Refusal as refusal:
        return refusal.code
    return ""


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=6))
def test_no_damage_leads_to_anything_but_a_refusal(sample: bytes, changes: list[tuple[int, int]]) -> None:
    data = bytearray(sample)
    for at, value in changes:
        data[at % len(data)] = value
    code = code_of(inspect_image, bytes(data))
    assert code in CODES | {""}
    if not code:
        for act in (display_image, make_thumbnail, strip_metadata):
            assert code_of(act, bytes(data)) in CODES | {""}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([b"", *(sample[:20] for sample in SAMPLES)]))
def test_random_bytes_lead_to_nothing_but_refusals(data: bytes, start: bytes) -> None:
    assert code_of(inspect_image, start + data) in CODES


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 2**32 - 1),
    st.integers(0, 17),
    st.integers(0, 7),
    st.binary(max_size=64),
)
def test_png_headers_that_lie_are_refused(width: int, height: int, bits: int, colours: int, extra: bytes) -> None:
    header = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"tRNS", extra) + chunk(b"IDAT", extra)
    assert refusal_of(data + chunk(b"IEND", b"")) in CODES
