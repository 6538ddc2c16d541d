"""Every refusal is a problem document, and pages cannot be tampered with."""

import importlib
import re
from pathlib import Path

import pytest
from django.test import Client

from core.api.pagination import decode_cursor, encode_cursor, page_limit
from core.api.problems import FRAMEWORK
from core.api.refusals import ParameterInvalid, Refusal
from core.errors import DomainError

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = ROOT / "docs" / "reference" / "problems.md"
DJANGO = {"unexpected", "error"}  # config/failures.py and what has no name


def descendants(kind: type) -> set[type]:
    direct = set(kind.__subclasses__())
    return direct.union(*(descendants(one) for one in direct))


def slugs() -> set[str]:
    for path in ROOT.glob("*/errors.py"):
        importlib.import_module(f"{path.parent.name}.errors")
    raised = {one.slug for kind in (DomainError, Refusal) for one in descendants(kind)}
    return raised | {slug for _, slug, _ in FRAMEWORK} | DJANGO


def test_every_problem_is_documented_and_nothing_else_is():
    documented = re.findall(r"^## (.+)$", DOCUMENT.read_text(), flags=re.M)
    assert documented == sorted(documented), "keep the sections sorted"
    assert set(documented) == slugs()


def test_every_section_says_what_happened_and_what_to_do():
    for section in DOCUMENT.read_text().split("\n## ")[1:]:
        slug, _, text = section.partition("\n")
        assert len(text.strip()) > 50, slug


def test_every_error_has_a_slug_and_a_sentence():
    for kind in descendants(DomainError) | descendants(Refusal):
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.slug), kind
        assert kind.title.endswith("."), kind


@pytest.mark.parametrize("cursor", ["!", "AAAA", encode_cursor(1, 2), "W" * 5000, "bnVsbA", "é"])
def test_a_cursor_of_something_else_is_400(cursor):
    with pytest.raises(ParameterInvalid):
        decode_cursor(cursor, 1)


def test_a_cursor_comes_back_as_it_went():
    assert decode_cursor(encode_cursor("2026-01-01", 7), 2) == ["2026-01-01", 7]
    assert decode_cursor("", 2) is None


@pytest.mark.parametrize("limit", ["-1", "0", "201", "100000000", "NaN", "1.5", "１", "9" * 5000, "+5", " 5"])
def test_a_page_size_out_of_range_is_400(limit):
    with pytest.raises(ParameterInvalid):
        page_limit(limit)


def test_the_page_size_has_a_default():
    assert (page_limit(None), page_limit(""), page_limit("7")) == (50, 50, 7)


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/api/v1/nothing-here", 404, "not-found"),
        ("PUT", "/api/v1/session", 405, "method-not-allowed"),
        ("GET", "/api/v1/projects", 401, "sign-in-needed"),
    ],
)
def test_djangos_and_drfs_own_failures_are_problems_too(db, method, path, status, slug):
    answer = Client().generic(method, path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["type"] == f"/problems#{slug}"
