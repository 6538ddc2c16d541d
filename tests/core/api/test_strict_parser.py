"""JSON as strict as the database."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ParseError

from core.api.parsers import MAX_DEPTH, parse_strict

FORBIDDEN = [
    (b"\xff", "not UTF-8"),
    (b"", "not JSON"),
    (b"{", "not JSON"),
    (b'{"a": 1, "a": 2}', "stands there twice"),
    (b'{"a": NaN}', "NaN"),
    (b"[Infinity]", "Infinity"),
    (b"[-Infinity]", "Infinity"),
    (b"[1e999]", "larger than a double"),
    (b"[-1e999]", "larger than a double"),
    (b"[1e-400]", "cannot be told from 0"),
    (b"[-0]", "-0"),
    (b"[-0.0]", "write 0"),
    (b"[" + b"9" * 41 + b"]", "40 digits"),
    (b'"\\u0000"', "NUL"),
    (b'{"\\u0000": 1}', "NUL"),
    (b'{"a": {"b": ["\\ud800"]}}', "surrogate"),
    (b"[" * 4000 + b"]" * 4000, "nested deeper"),
    (b'{"a":' * 4000 + b"1" + b"}" * 4000, "nested deeper"),
]


@pytest.mark.parametrize(("body", "words"), FORBIDDEN)
def test_what_the_database_or_a_reader_could_not_take_is_refused(body, words):
    with pytest.raises(ParseError, match=words):
        parse_strict(body)


def test_brackets_inside_a_text_are_no_depth():
    text = "[" * 500 + '"\\'
    assert parse_strict(json.dumps({"t": text}).encode()) == {"t": text}


def test_the_deepest_allowed_nesting_is_read():
    assert parse_strict(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    with pytest.raises(ParseError):
        parse_strict(b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1))


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"))
NUMBER = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False, min_value=1e-300)
VALUE = st.recursive(
    st.none() | st.booleans() | NUMBER | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@given(VALUE)
def test_every_other_value_is_read_as_it_was_written(value):
    assert parse_strict(json.dumps(value).encode()) == value


@given(st.binary(max_size=200))
def test_no_bytes_do_anything_but_parse_or_be_refused(data):
    with contextlib.suppress(ParseError):
        parse_strict(data)
