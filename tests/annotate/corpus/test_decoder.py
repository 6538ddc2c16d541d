"""Decoding beside the process that asks."""

import os
import signal
from pathlib import Path

import pytest
from bad_inputs import BadInput, cases
from PIL import Image
from test_formats import encoded

from annotate.corpus.decoder import Decoder, DecoderLimits
from annotate.corpus.formats import inspect_image
from annotate.corpus.refusal import Refusal
from annotate.corpus.thumbnails import make_thumbnail


def test_the_child_says_what_the_function_says(tmp_path: Path) -> None:
    with Decoder() as decoder:
        for kind in ("PNG", "WEBP", "GIF"):
            path = tmp_path / kind
            path.write_bytes(encoded(kind, size=(700, 300)))
            assert decoder.inspect(path) == (inspect_image(path), make_thumbnail(path))
        (tmp_path / "bad").write_bytes(b"x")
        with pytest.raises(Refusal, match="unsupported_type"):
            decoder.inspect(tmp_path / "bad")


def test_a_dead_or_silent_child_costs_one_file_and_no_more(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded("PNG"))
    with Decoder(decoder_limits=DecoderLimits(seconds=8)) as decoder:
        decoder.inspect(path)
        assert decoder._child is not None
        os.kill(decoder._child.pid, signal.SIGKILL)
        decoder._child.wait()
        assert decoder.inspect(path)[0].width == 31
        decoder._bounds = DecoderLimits(seconds=0.2)
        os.kill(decoder._child.pid, signal.SIGSTOP)
        with pytest.raises(Refusal, match="too_slow"):
            decoder.inspect(path)
        decoder._bounds = DecoderLimits(seconds=8)
        assert decoder.inspect(path)[0].width == 31


def test_memory_beyond_the_limit_refuses_the_file_only(tmp_path: Path) -> None:
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    Image.new("L", (7500, 7500)).save(large)
    small.write_bytes(encoded("PNG"))
    with Decoder(decoder_limits=DecoderLimits(memory_bytes=300 << 20, seconds=20)) as decoder:
        with pytest.raises(Refusal, match=r"out_of_memory|decoder_stopped"):
            decoder.inspect(large)
        assert decoder.inspect(small)[0].width == 31


@pytest.mark.parametrize("case", cases("image"))
def test_the_catalogue_of_bad_images_ends_no_child(case: BadInput, tmp_path: Path) -> None:
    path = tmp_path / "image"
    path.write_bytes(case.input)
    with Decoder() as decoder:
        if case.expected == "reject_item":
            with pytest.raises(Refusal) as caught:
                decoder.inspect(path)
            assert caught.value.code not in ("decoder_stopped", "too_slow")
        else:
            assert decoder.inspect(path)[0].bytes == len(case.input)
