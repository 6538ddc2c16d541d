"""Sign-in, sign-out and what a session tells."""

import statistics
import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from builders import PASSWORD, make_user
from django.test import Client

from accounts.models import JournalEntry, User
from core import clock

SESSION = "/api/v1/session"


def signed_out() -> tuple[Client, str]:
    """A browser that has asked for its CSRF token."""
    client = Client(enforce_csrf_checks=True)
    answer = client.get(SESSION)
    assert answer.status_code == 401
    return client, answer.json()["csrf_token"]


def sign_in(email: str, password: str = PASSWORD):
    client, token = signed_out()
    body = {"email": email, "password": password}
    return client, client.post(SESSION, body, "application/json", headers={"X-CSRFToken": token})


def test_without_a_session_one_is_told_to_sign_in_and_gets_a_csrf_token(db):
    answer = Client().get(SESSION)
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems#sign-in-needed"
    assert len(answer.json()["csrf_token"]) > 20


def test_the_session_document_tells_who_one_is_and_where_one_belongs(cast):
    _, answer = sign_in("ada@example.org")
    assert answer.status_code == 200
    document = answer.json()
    assert document["user"] == {
        "id": str(cast.ada.id), "name": "Ada", "email": "ada@example.org",
        "may_create_projects": False, "may_create_taxonomies": False, "is_admin": False,
    }  # fmt: skip
    project = {"id": str(cast.project.id), "slug": "faces", "name": "Faces"}
    assert document["memberships"] == [{"project": project, "roles": ["reviewer"]}]
    assert set(document) == {"user", "csrf_token", "memberships", "expires_at"}


def test_the_address_is_taken_in_any_case(db):
    make_user("ada")
    assert sign_in(" ADA@Example.org ")[1].status_code == 200


def test_sign_in_without_a_csrf_token_is_refused(db):
    make_user("ada")
    client, _ = signed_out()
    answer = client.post(SESSION, {"email": "ada@example.org", "password": PASSWORD}, "application/json")
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems#csrf-failed")


def test_the_session_key_and_the_csrf_token_rotate_at_sign_in(db):
    make_user("ada")
    client, token = signed_out()
    client.cookies["session"] = "fixed-by-somebody-else"
    answer = client.post(
        SESSION, {"email": "ada@example.org", "password": PASSWORD}, "application/json", headers={"X-CSRFToken": token}
    )
    assert answer.status_code == 200
    assert client.cookies["session"].value != "fixed-by-somebody-else"
    old = client.delete(SESSION, headers={"X-CSRFToken": token})
    assert old.json()["type"] == "/problems#csrf-failed"
    new = client.delete(SESSION, headers={"X-CSRFToken": answer.json()["csrf_token"]})
    assert new.status_code == 204
    assert client.get(SESSION).status_code == 401


def test_every_failure_to_sign_in_reads_alike(db):
    make_user("ada")
    make_user("gone", is_active=False)
    make_user("nopassword", password=None)
    answers = [
        sign_in("ada@example.org", "wrong password here")[1],
        sign_in("nobody@example.org", "wrong password here")[1],
        sign_in("gone@example.org", PASSWORD)[1],
        sign_in("nopassword@example.org", PASSWORD)[1],
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["type"] == "/problems#sign-in-failed"


def test_an_unknown_address_takes_as_long_as_a_known_one(db, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.ACCOUNT_RATE_LIMITS = {}
    make_user("ada")
    make_user("nopassword", password=None)
    times: dict[str, list[float]] = {"ada": [], "nobody": [], "nopassword": []}
    client, token = signed_out()
    for _ in range(9):
        for name in times:
            body = {"email": f"{name}@example.org", "password": "wrong password here"}
            began = time.process_time()  # CPU, so that a busy machine cannot tilt it
            client.post(SESSION, body, "application/json", headers={"X-CSRFToken": token})
            times[name].append(time.process_time() - began)
    known = statistics.median(times["ada"])
    for name in ("nobody", "nopassword"):
        assert 0.6 < statistics.median(times[name]) / known < 1.67


def test_a_password_longer_than_can_be_is_never_hashed(db, monkeypatch):
    make_user("ada")
    monkeypatch.setattr(User, "check_password", lambda *_: pytest.fail("hashed"))
    answer = sign_in("ada@example.org", "A" * 200_000)[1]
    assert answer.json()["type"] == "/problems#sign-in-failed"


def test_five_failures_block_this_address_from_this_place_only(db):
    make_user("ada")
    make_user("ben")
    answers = [sign_in("ada@example.org", "wrong password here")[1] for _ in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
    problem = answers[-1].json()
    assert problem["type"] == "/problems#too-many-requests"
    assert problem["retry_after"] == 60
    assert answers[-1]["Retry-After"] == "60" or int(answers[-1]["Retry-After"]) <= 60
    assert sign_in("ada@example.org")[1].status_code == 429
    assert sign_in("ben@example.org")[1].status_code == 200
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    token = elsewhere.get(SESSION).json()["csrf_token"]
    body = {"email": "ada@example.org", "password": PASSWORD}
    assert elsewhere.post(SESSION, body, "application/json", headers={"X-CSRFToken": token}).status_code == 200


def test_one_password_over_many_people_is_stopped_by_the_address_it_comes_from(db):
    answers = [sign_in(f"person{number}@example.org", "Summer2026!!!")[1].status_code for number in range(14)]
    assert answers.count(401) == 10
    assert answers[-1] == 429


def test_a_blocked_sign_in_leaves_one_journal_line(db):
    ada = make_user("ada")
    for _ in range(9):
        sign_in("ada@example.org", "wrong password here")
    lines = JournalEntry.objects.filter(action="sign-in.blocked")
    assert [line.subject for line in lines] == [str(ada.id)]


def test_a_deactivated_person_is_out_at_once(cast):
    client = cast.client("ada")
    assert client.get(SESSION).status_code == 200
    User.objects.filter(id=cast.ada.id).update(is_active=False)
    assert client.get(SESSION).status_code == 401
    assert client.get("/api/v1/projects").status_code == 401


def test_twelve_hours_count_from_the_last_use(db):
    make_user("ada")
    start = clock.now()
    client, answer = sign_in("ada@example.org")
    first = answer.json()["expires_at"]
    with clock.frozen(start + timedelta(minutes=20)):
        assert client.get(SESSION).json()["expires_at"] > first


def test_a_second_factor_is_not_passed_by_the_password_alone(db):
    ada = make_user("ada")
    Authenticator.objects.create(user=ada, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    client, answer = sign_in("ada@example.org")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems#sign-in-unfinished")
    assert client.get(SESSION).status_code == 401


def test_nobody_signs_up_and_nobody_is_there_on_a_fresh_install(db):
    assert User.objects.count() == 0
    for path in ("signup", "users", "register"):
        assert Client().post(f"/api/v1/{path}", {}, "application/json").status_code == 404
    assert Client().post("/api/v1/accounts", {}, "application/json").status_code == 405  # administrators read it
    assert Client().post("/_allauth/browser/v1/auth/signup", {}, "application/json").status_code == 404
    assert User.objects.count() == 0
