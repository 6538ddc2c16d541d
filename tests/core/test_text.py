"""What text may be stored, and how names are shown."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text import normalised, safe_filename, shown_path, text_problem, value_violations


@pytest.mark.parametrize(
    "bad", ["\0", "a\0b", "\ud800", "x\udfff", "\ufdd0", "\uffff", "\U0010fffe", "\x80", "\x99"], ids=ascii
)
def test_text_that_cannot_be_stored_is_named(bad: str) -> None:
    problem = text_problem(bad)
    assert problem is not None
    assert "Character" in problem
    assert not any("\ud800" <= char <= "\udfff" or char == "\0" for char in problem)


@pytest.mark.parametrize(
    "good", ["", "café", "\u202egnp\u202c", "👩\u200d🚀", "Z\u0335\u0321", "=1+1", "\t\r\n", "\x1b[0m"]
)
def test_odd_but_storable_text_passes(good: str) -> None:
    assert text_problem(good) is None


@given(st.text())
def test_text_without_a_problem_survives_utf_8_and_holds_no_nul(value: str) -> None:
    if text_problem(value) is None:
        assert value.encode("utf-8").decode("utf-8") == value
        assert "\0" not in value


def test_every_string_is_looked_at_however_deep_also_keys() -> None:
    value = {"a": [{"b": "x\0"}, "fine"], "k\0": 1, "s/~": "\ud800"}
    found = {(one.pointer, one.code) for one in value_violations(value)}
    assert found == {("/a/0/b", "invalid_text"), ("", "invalid_text"), ("/s~1~0", "invalid_text")}


def test_numbers_beyond_storage_are_named() -> None:
    value = {
        "nan": float("nan"),
        "inf": [1e999],
        "big": 10**30,
        "small": -(10**30),
        "fine": [2**64 - 1, -(2**63), 1.5],
    }
    found = {one.pointer: one.code for one in value_violations(value)}
    assert found == {
        "/nan": "not_finite",
        "/inf/0": "not_finite",
        "/big": "out_of_range",
        "/small": "out_of_range",
    }


def test_depth_is_refused_without_recursion() -> None:
    value: object = 1
    for _ in range(100_000):
        value = [value]
    assert [one.code for one in value_violations(value)] == ["too_deep"]


def test_what_is_no_json_is_refused() -> None:
    assert [one.code for one in value_violations({1: object()})] == ["wrong_type", "wrong_type"]
    assert value_violations({"a": None, "b": True}) == ()


def test_composed_and_decomposed_names_become_one() -> None:
    assert normalised("cafe\u0301") == normalised("café")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("../../x.png", "x.png"),
        ("C:\\a\\b.png", "b.png"),
        ("", "unnamed"),
        ("..", "unnamed"),
        ("con", "_con"),
        ("LPT1.png", "_LPT1.png"),
        ("a\u202egnp.exe", "a_gnp.exe"),
        ("a\nb\0.png", "a_b_.png"),
        ('<img src="x">.png', "_img src=_x__.png"),
        ("👩\u200d🚀.png", "👩\u200d🚀.png"),
    ],
)
def test_file_names_are_shown_harmlessly(raw: str, shown: str) -> None:
    assert safe_filename(raw) == shown


def test_long_names_are_cut_and_keep_their_ending() -> None:
    assert len(safe_filename("n" * 300 + ".png")) == 120
    assert safe_filename("n" * 300 + ".png").endswith("….png")
    assert len(safe_filename("n" * 300)) == 120
    assert len(shown_path("d/" * 300)) <= 200
    assert shown_path("a/\u202eb") == "a/_b"


@given(st.text())
def test_a_shown_name_is_never_empty_long_or_a_path(name: str) -> None:
    shown = safe_filename(name)
    assert 0 < len(shown) <= 121
    assert not set(shown) & set("/\\\0\n\r\u202e")
    json.dumps(shown).encode("utf-8")
