"""One spelling, one hash."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.hashing import (
    CHUNK,
    canonical_json,
    sha256_of_bytes,
    sha256_of_file,
    sha256_of_json,
    sha256_of_stream,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_the_hash_is_that_of_fips_180() -> None:
    assert sha256_of_bytes(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_files_and_streams_hash_as_their_bytes(tmp_path: Path) -> None:
    data = bytes(range(256)) * (CHUNK // 100)
    path = tmp_path / "a"
    path.write_bytes(data)
    assert sha256_of_file(path) == sha256_of_stream(io.BytesIO(data)) == sha256_of_bytes(data)


def test_key_order_does_not_matter_and_list_order_does() -> None:
    assert sha256_of_json({"a": 1, "b": [1, 2]}) == sha256_of_json({"b": [1, 2], "a": 1})
    assert sha256_of_json([1, 2]) != sha256_of_json([2, 1])
    assert canonical_json({"é": "ü", "a": None}) == '{"a":null,"é":"ü"}'.encode()


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), "\ud800", {1: "a"}, [{"a": {None: 1}}]], ids=ascii)
def test_what_has_no_single_spelling_is_refused(bad: object) -> None:
    with pytest.raises(ValueError):
        canonical_json(bad)


@given(JSON)
def test_canonical_json_reads_back_and_is_stable(value: object) -> None:
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text
