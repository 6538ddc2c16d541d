"""Thumbnails fit, stand upright and carry nothing."""

import io
import time

import pytest
from PIL import Image
from test_formats import encoded

from annotate.corpus.refusal import Refusal
from annotate.corpus.thumbnails import LONGEST_SIDE, make_thumbnail


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1000, 500), (320, 160)),
        ((500, 1000), (160, 320)),
        ((10, 8), (10, 8)),
        ((1, 3000), (1, 320)),
        ((3000, 1), (320, 1)),
    ],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_longest_side_is_320_and_the_shortest_at_least_1(
    kind: str, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    thumbnail = make_thumbnail(encoded(kind, size=size))
    image = Image.open(io.BytesIO(thumbnail.data))
    assert image.format == "WEBP"
    assert image.size == (thumbnail.width, thumbnail.height) == expected
    assert max(expected) <= LONGEST_SIDE


def test_a_thumbnail_carries_no_metadata() -> None:
    exif = Image.Exif()
    exif[0x0131] = "SecretGenerator"
    assert b"SecretGenerator" not in make_thumbnail(encoded("JPEG", exif=exif, comment=b"SecretGenerator")).data


def test_large_jpegs_are_not_decoded_in_full() -> None:
    data = encoded("JPEG", size=(4000, 3000))
    start = time.process_time()
    make_thumbnail(data)
    assert time.process_time() - start < 1.5


def test_a_damaged_image_has_no_thumbnail() -> None:
    with pytest.raises(Refusal, match="truncated_image"):
        make_thumbnail(encoded("JPEG")[:-40])
