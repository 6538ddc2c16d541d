"""Health, readiness, and the headers that every answer carries."""

import re

import pytest
from django.db.utils import OperationalError
from django.test import Client

from config import spa

POLICY = {
    "default-src": "'none'", "script-src": "'self'", "img-src": "'self' blob:", "connect-src": "'self'",
    "font-src": "'self'", "worker-src": "'self'", "manifest-src": "'self'", "base-uri": "'none'",
    "form-action": "'self'", "frame-ancestors": "'none'", "require-trusted-types-for": "'script'",
}  # fmt: skip


def policy_of(answer) -> dict[str, str]:
    directives = [part.strip() for part in answer["Content-Security-Policy"].split(";") if part.strip()]
    return {name: values for name, _, values in (directive.partition(" ") for directive in directives)}


@pytest.fixture
def built(tmp_path, settings):
    """A front end as Vite leaves it."""
    settings.BASE_DIR = tmp_path
    manifest = tmp_path / "frontend" / "dist" / ".vite" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text('{"src/main.tsx": {"file": "assets/main-1.js", "css": ["assets/main-1.css"]}}')


def test_the_page_carries_a_fresh_nonce_that_its_policy_names(built):
    answers = [Client().get("/projects/faces") for _ in range(2)]
    nonces = []
    for answer in answers:
        assert answer.status_code == 200
        nonce = re.search(r'<meta property="csp-nonce" nonce="([^"]{16,})">', answer.content.decode())
        assert nonce is not None
        nonces.append(nonce.group(1))
        policy = policy_of(answer)
        assert f"'nonce-{nonces[-1]}'" in policy.pop("style-src")
        assert policy == POLICY
        assert answer["Cache-Control"] == "no-cache"
    assert nonces[0] != nonces[1]


def test_the_page_holds_no_inline_script(built):
    page = Client().get("/").content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert re.findall(r"\son\w+=|<style|javascript:", page) == []


def test_a_page_that_is_not_built_says_what_to_do(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    answer = Client().get("/")
    assert (answer.status_code, answer.content.decode()) == (503, spa.NOT_BUILT)


@pytest.mark.parametrize("path", ["/api/v1/session", "/healthz", "/", "/api/v1/nowhere"])
def test_every_answer_is_hardened(db, path):
    answer = Client().get(path)
    assert policy_of(answer)["default-src"] == "'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_the_process_is_healthy_without_a_database(monkeypatch):
    assert Client().get("/healthz").json() == {"status": "ok"}


def test_readiness_tells_of_database_migrations_and_waiting_jobs(db):
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert {"database", "migrations", "oldest_waiting_job_s"} <= set(answer.json())


def test_a_lost_database_is_503_without_a_stack_trace(db, monkeypatch):
    class Broken:
        def __init__(self, _: object) -> None:
            raise OperationalError("password=secret host=db")

    monkeypatch.setattr(spa, "MigrationExecutor", Broken)
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "unreachable")
    assert "secret" not in answer.content.decode()


def test_the_problem_reference_has_an_anchor_for_each_problem(db):
    page = Client().get("/problems").content.decode()
    assert 'id="sign-in-needed"' in page
    assert "<script" not in page
