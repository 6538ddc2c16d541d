"""The areas `api` and `auth` of the catalogue of bad inputs: a clear 4xx, nothing changed, never a 5xx."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from allauth.socialaccount.models import SocialAccount
from bad_inputs import CATALOGUE, cases
from django.contrib.sessions.backends.db import SessionStore
from django.core.signing import dumps
from django.test import Client
from identifiers import make_world
from test_permission_table import documented, own_address

from accounts.models import ApiToken, JournalEntry, User
from annotate.models import Annotation, Membership, Project
from config.env import read_environment

ROOT = Path(__file__).resolve().parents[2]

# Every case of the two areas and the test that runs it.
COVERED = {
    "API-001": "test_rights_are_not_assigned_by_sending_them",
    "API-002": "test_what_the_server_sets_is_not_taken_from_a_submission",
    "API-010": "test_permission_table.py",
    "API-012": "test_an_id_of_another_project_in_a_body_reads_as_an_unknown_one",
    "API-013": "test_a_reviewer_reads_nobody_elses_answers",
    "API-015": "test_pictures_end_with_the_membership_and_lie_in_no_public_folder",
    "API-016": "test_permission_table.py",
    "API-020": "test_an_unknown_filter_or_order_is_refused",
    "API-021": "test_an_unknown_filter_or_order_is_refused",
    "API-030": "test_unreadable_bodies_are_refused",
    "API-031": "test_a_body_that_is_too_large_is_413_as_a_problem",
    "API-033": "test_another_content_type_is_415",
    "API-034": "test_unreadable_bodies_are_refused",
    "API-040": "test_odd_pages_are_refused_everywhere",
    "API-050": "test_a_state_change_needs_the_csrf_token_and_json",
    "API-051": "test_no_origin_is_let_in",
    "API-052": "test_a_foreign_host_is_refused_and_links_use_the_configured_address",
    "API-053": "test_the_server_redirects_nowhere",
    "API-055": "tests/taxonomy: the one Markdown renderer",
    "API-060": "test_no_path_leaves_the_static_folder",
    "API-070": "test_job_starts_are_limited",
    "AUT-001": "test_session.py",
    "AUT-002": "test_session.py",
    "AUT-005": "test_cookies_over_https_are_host_bound",
    "AUT-006": "test_each_install_makes_its_own_secret_key",
    "AUT-007": "test_session.py",
    "AUT-008": "test_session.py",
    "AUT-009": "test_there_is_no_single_sign_on_until_it_is_set_up",
    "AUT-010": "test_tokens_and_password.py",
    "AUT-011": "test_odd_names_and_passwords_sign_nobody_in",
}


def test_every_case_of_the_catalogue_is_run_somewhere():
    if not CATALOGUE.exists():
        pytest.skip("bad_inputs.json is not beside this repository")
    raw = json.loads(CATALOGUE.read_text())["cases"]
    assert {case["id"] for case in raw if case["area"] in {"api", "auth"}} == set(COVERED)
    assert all(name in globals() for name in COVERED.values() if name.startswith("test_") and "." not in name)


def post(client: Client, path: str, body: object, **headers: str):
    text = body if isinstance(body, str) else json.dumps(body)
    return client.generic("POST", f"/api/v1/{path}", text, "application/json", headers=headers)


def refused(answer, *statuses: int) -> str:
    assert answer.status_code in statuses, (answer.status_code, answer.content[:300])
    assert answer["Content-Type"] == "application/problem+json"
    return str(answer.json()["detail"])


RIGHTS = {"is_staff": True, "is_superuser": True, "role": "admin", "groups": [1], "is_active": True, "is_admin": True}


def test_rights_are_not_assigned_by_sending_them(cast):
    body = RIGHTS | {"may_create_projects": True, "memberships": [{"project": str(cast.project.id), "role": "lead"}]}
    cast.client("ada").patch("/api/v1/session", body, "application/json")
    post(cast.client("ada"), "tokens", {"name": "x", "user": str(cast.root.id)} | body)
    cast.client("lee").patch("/api/v1/projects/faces", {"created_by": str(cast.ada.id)} | body, "application/json")
    ada = User.objects.get(id=cast.ada.id)
    assert (ada.is_admin, ada.may_create_projects) == (False, False)
    assert set(ApiToken.objects.values_list("user_id", flat=True)) == {ada.id}
    assert list(Membership.objects.filter(user=ada).values_list("role", flat=True)) == ["reviewer"]
    assert Project.objects.get(slug="faces").created_by_id == cast.lee.id


def test_what_the_server_sets_is_not_taken_from_a_submission(db):
    world = make_world()
    body = {
        "submission_id": "6f1b62c5-0b52-4d4e-8d0e-2a8e4f6f2b11", "base_revision": 0, "active_ms": 900,
        "answer": {"outcome": "clean"}, "annotator": 1, "reviewer": str(world.cast.ben.id), "late": True,
        "created_at": "1999-01-01", "recorded_at": "1999-01-01", "project": str(world.cast.other_project.id),
        "is_gold": True, "status": "accepted", "id": 1, "revision": 7, "item": 1,
    }  # fmt: skip
    answer = world.cast.client("ada").put(f"/api/v1/leases/{world.lease.id}/annotation", body, "application/json")
    if answer.status_code == 422:
        return
    assert answer.status_code == 201
    row = Annotation.objects.unscoped().get()
    assert (row.project_id, row.reviewer_id, row.revision) == (world.cast.project.id, world.lease.reviewer_id, 1)
    assert row.recorded_at.year > 2020
    assert not row.late


def test_an_id_of_another_project_in_a_body_reads_as_an_unknown_one(cast):
    unknown = "6f1b62c5-0b52-4d4e-8d0e-2a8e4f6f2b11"
    answers = [
        cast.client("fay").delete(f"/api/v1/projects/shoes/people/{user}/roles/reviewer").json()
        for user in (unknown, cast.ada.id)
    ]
    assert answers[0] == answers[1]


def test_a_reviewer_reads_nobody_elses_answers(db):
    world = make_world()
    ben, routes = world.cast.client("ben"), sorted(documented())
    for route in routes:
        method, path = route.split(" ")
        if method == "GET" and ("/leases/" in path or path.endswith(("/agreement", "/results", "/gold", "/exports"))):
            answer = ben.get(own_address(path, world, "ben"))
            assert answer.status_code in {403, 404}, route


def test_pictures_end_with_the_membership_and_lie_in_no_public_folder(db):
    world = make_world()
    ada = world.cast.client("ada")
    world.cast.client("lee").delete(f"/api/v1/projects/faces/people/{world.cast.ada.id}/roles/reviewer")
    for path in (f"leases/{world.lease.id}/image", f"leases/{world.lease.id}/thumbnail", f"images/{world.image.id}"):
        assert ada.get(f"/api/v1/{path}").status_code in {403, 404}
    for path in ("/media/", f"/media/{world.image.blob_id}", "/files/", "/static/files/"):
        assert Client().get(path).status_code in {404, 200, 503}
        assert "image/" not in Client().get(path)["Content-Type"]


FILTERS = [
    "ordering=password", "ordering=-annotator__password", "ordering=project__secret", "ordering=?,; DROP",
    "annotator__password__startswith=a", "user__auth_token__key__regex=.", "project__members__email__contains=a",
    "password=a", "__proto__=1", "state\x00=1",
]  # fmt: skip


@pytest.mark.parametrize("query", FILTERS)
def test_an_unknown_filter_or_order_is_refused(cast, query):
    name, _, value = query.partition("=")
    for path in ("projects", "projects/faces/jobs", "projects/faces/journal", "projects/faces/people", "session"):
        detail = refused(cast.client("lee").get(f"/api/v1/{path}", {name: value}), 400)
        assert "parameter" in detail


def test_every_list_of_the_schema_refuses_an_unknown_filter(db):
    world = make_world()
    for route in sorted(documented()):
        method, path = route.split(" ")
        if method == "GET":
            answer = world.cast.client("lee").get(
                own_address(path, world, "lee") + "?annotator__password__startswith=a"
            )
            assert answer.status_code in {400, 403, 404}, route


@pytest.mark.parametrize("case", [p for p in cases("api") if p.id in {"API-030", "API-034"} or "absent" in str(p.id)])
def test_unreadable_bodies_are_refused(cast, case):
    for path in ("session", "tokens", "projects", "projects/faces/invitations"):
        refused(post(cast.client("lee"), path, case.input), 400, 413, 422)


@pytest.mark.parametrize(
    "body", ['{"a":' * 4000, "[" * 100_000, '{"name": "\\u0000"}', '{"name": "\\ud800"}', "null", "[]", '"a"', "1"]
)
def test_bodies_of_another_shape_are_refused(cast, body):
    for path in ("tokens", "projects", "projects/faces/invitations"):
        refused(post(cast.client("lee"), path, body), 400, 422)


def test_a_body_that_is_too_large_is_413_as_a_problem(cast):
    body = json.dumps({"t": "A" * (12 << 20)})
    assert "larger than" in refused(post(cast.client("lee"), "tokens", body), 413)
    assert "larger than" in refused(post(Client(), "session", body), 413)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "text/html"])
def test_another_content_type_is_415(cast, kind):
    body = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'
    for path in ("session", "tokens", "projects/faces/invitations"):
        refused(cast.client("lee").generic("POST", f"/api/v1/{path}", body, kind), 400, 415)
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("query", ["limit=-5", "limit=0", "limit=100000000", "limit=NaN", "cursor=tampered", "page=-1"])
def test_odd_pages_are_refused_everywhere(db, query):
    world = make_world()
    for route in sorted(documented()):
        method, path = route.split(" ")
        if method == "GET":
            answer = world.cast.client("lee").get(f"{own_address(path, world, 'lee')}?{query}")
            assert answer.status_code in {400, 403, 404}, route


def test_a_state_change_needs_the_csrf_token_and_json(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lee)
    for path in ("projects/faces/invitations", "tokens", "password"):
        assert refused(post(client, path, {"name": "x"}), 403)
    form = client.post("/api/v1/tokens", {"name": "x"}, headers={"Origin": "https://evil.example"})
    assert form.status_code in {403, 415}
    plain = client.generic("POST", "/api/v1/tokens", '{"name": "x"}', "text/plain")
    assert plain.status_code in {403, 415}
    assert client.delete("/api/v1/session").status_code == 403
    token = client.get("/api/v1/session").json()["csrf_token"]
    evil = post(client, "tokens", {"name": "x"}, **{"X-CSRFToken": token, "Origin": "https://evil.example"})
    assert evil.status_code == 403
    assert not ApiToken.objects.exists()
    assert client.get("/api/v1/session").status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_no_origin_is_let_in(cast, origin):
    for path in ("/api/v1/session", "/", "/healthz"):
        for method in ("GET", "OPTIONS"):
            answer = cast.client("lee").generic(method, path, headers={"Origin": origin})
            assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


@pytest.mark.parametrize("host", ["evil.example", "testserver,evil.example", "testserver evil", "[::1]evil", ""])
def test_a_foreign_host_is_refused_and_links_use_the_configured_address(cast, settings, host):
    assert cast.client("lee").get("/api/v1/session", SERVER_NAME="x", HTTP_HOST=host or "..").status_code == 400
    body = {"email": "gil@example.org", "role": "reviewer"}
    forwarded = {"X-Forwarded-Host": "evil.example"}
    made = post(cast.client("lee"), "projects/faces/invitations", body, **forwarded).json()
    assert made["link"].startswith(f"{settings.ENV.public_url}/welcome/")


@pytest.mark.parametrize(
    "target", ["//evil.example", "https:evil", "/\\evil", "javascript:alert(1)", "/\t/evil.example"]
)
def test_the_server_redirects_nowhere(cast, target):
    for path in ("/", "/sign-in", "/account", f"/welcome/{quote(target, safe='')}"):
        answer = Client().get(path, {"next": target})
        assert answer.status_code not in range(300, 400), path
        assert "Location" not in answer
    answer = Client().post(f"/api/v1/session?next={quote(target)}", {}, "application/json")
    assert "Location" not in answer


PATHS = [
    "/static../settings.py", "/static/../config/settings/base.py", "/static/..%2f..%2fmanage.py",
    "/media/..%2f..%2fdb.sqlite3", "/static/%252e%252e/manage.py", "/%2e%2e/manage.py", "/..%5c..%5cmanage.py",
    "/static/ui/%00", "/a%00b", "/media/%252e%252e%252fmanage.py",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_no_path_leaves_the_static_folder(db, path):
    assert Client().get(path).status_code in {400, 403, 404}


def test_job_starts_are_limited(db):
    """Anonymous people start nothing; whoever may is held by the rate of the scope `jobs`."""
    from django.conf import settings

    world = make_world()
    for route in sorted(documented()):
        method, path = route.split(" ")
        if method == "POST" and path.endswith(("/imports", "/exports", "/detectors", "/scores", "/rankings")):
            address = own_address(path, world, "lee")
            assert Client().post(address, {}, "application/json").status_code == 401
            assert world.cast.client("ada").post(address, {}, "application/json").status_code in {403, 404}
    assert settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]["jobs"]


def test_who_starts_too_many_jobs_has_to_wait_and_may_still_read(db, monkeypatch):
    from core.api.throttles import JobStarts

    monkeypatch.setattr(JobStarts, "THROTTLE_RATES", {"jobs": "2/h"})
    world = make_world()
    lee = world.cast.client("lee")
    exports = own_address("/api/v1/campaigns/{campaign}/exports", world, "lee")
    answers = [lee.post(exports, {"format": "jsonl"}, "application/json") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert answers[2].json()["type"] == "/problems#too-many-requests"
    assert answers[2].json()["retry_after"] > 0
    assert lee.get(exports).status_code == 200


def settings_of(public_url: str, data_dir: Path, expression: str) -> str:
    """A value of the settings as a fresh process with this PUBLIC_URL sees it."""
    code = f"from config.settings import prod as s; print({expression})"
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(data_dir), "PUBLIC_URL": public_url}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_cookies_over_https_are_host_bound(tmp_path):
    names = (
        "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS",
        "SECURE_SSL_REDIRECT",
    )  # fmt: skip
    expression = "[" + ", ".join(f"s.{name}" for name in names) + "]"
    secure = settings_of("https://touchstone.example", tmp_path, expression)
    assert secure == "['__Host-session', '__Host-csrf', True, True, True, True, 'Lax', 31536000, True]"


def test_a_deployment_over_https_has_nothing_to_complain_of(tmp_path):
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://touchstone.example"}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings.prod"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_each_install_makes_its_own_secret_key(tmp_path):
    keys = [read_environment({"DATA_DIR": str(tmp_path / name)}).secret_key for name in ("a", "b")]
    assert keys[0] != keys[1]
    assert min(map(len, keys)) >= 50
    assert read_environment({"DATA_DIR": str(tmp_path / "a")}).secret_key == keys[0]
    assert stat.S_IMODE((tmp_path / "a" / "secret-key").stat().st_mode) == 0o600
    for bad in ("short", "a" * 60):
        with pytest.raises(SystemExit, match="SECRET_KEY"):
            read_environment({"DATA_DIR": str(tmp_path), "SECRET_KEY": bad})
    tracked = subprocess.run(
        ["git", "grep", "-nE", r"SECRET_KEY\s*=\s*['\"]"], cwd=ROOT, capture_output=True, text=True
    )
    assert not re.search(r"^(config|docker|fixtures)/", tracked.stdout, flags=re.M)


def test_a_session_signed_with_another_key_is_worth_nothing(cast):
    forged = dumps({"_auth_user_id": str(cast.root.id)}, key="django-insecure-constant", salt="django.contrib.sessions")
    for value in (forged, SessionStore().encode({"_auth_user_id": str(cast.root.id)})):
        client = Client()
        client.cookies["session"] = value
        assert client.get("/api/v1/session").status_code == 401


def test_there_is_no_single_sign_on_until_it_is_set_up(db):
    for path in ("/_allauth/browser/v1/auth/provider/redirect", "/accounts/oidc/x/login/callback/"):
        assert Client().post(path, {"provider": "oidc"}).status_code in {403, 404, 405}
    unique = [set(names) for names in SocialAccount._meta.unique_together]
    assert {"provider", "uid"} in unique, "an account is known by issuer and subject, never by its address"


@pytest.mark.parametrize("case", [p for p in cases("auth") if p.id == "AUT-011" or "absent" in str(p.id)])
def test_odd_names_and_passwords_sign_nobody_in(cast, case):
    body = {"email": case.input["username"], "password": case.input["password"]}
    refused(post(Client(), "session", body), 400, 401, 413)
    for email in (
        "ada\u0000@example.org",
        "\U0001f600@example.org",
        "ad\u0430@example.org",
        "",
        "x" * 255,
        None,
        7,
        [],
    ):
        answer = post(Client(), "session", {"email": email, "password": "A" * 129})
        refused(answer, 400, 401, 413, 422)
    assert not JournalEntry.objects.filter(action="session.begun").exists()


def test_spellings_of_one_address_are_one_account(cast):
    wide = "\uff41\uff44\uff41@example.org"  # ｀ada｀ in full-width letters
    answer = post(cast.client("lee"), "projects/faces/invitations", {"email": wide, "role": "lead"})
    assert answer.status_code == 201
    token = answer.json()["link"].rpartition("/")[2]
    assert Client().get(f"/api/v1/links/{token}").json()["email"] == "ada@example.org"
