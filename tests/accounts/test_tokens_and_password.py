"""Tokens for scripts and changing one's own password."""

from datetime import timedelta

from builders import PASSWORD
from django.test import Client

from accounts.models import ApiToken, User
from accounts.services import make_token
from core import clock

TOKENS = "/api/v1/tokens"
NEW = "a quite different passphrase"


def with_token(secret: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"})


def make(client: Client, **body: object):
    return client.post(TOKENS, {"name": "notebook", "expires_in_days": 7} | body, "application/json")


def test_a_token_is_shown_once_and_kept_as_a_hash(cast):
    answer = make(cast.client("ada"))
    assert answer.status_code == 201
    secret = answer.json()["token"]
    assert secret.startswith("ts_")
    row = ApiToken.objects.get()
    assert secret not in str(ApiToken.objects.values_list().get())
    assert row.prefix == secret[:9]
    listed = cast.client("ada").get(TOKENS).json()
    assert [one["name"] for one in listed] == ["notebook"]
    assert "token" not in listed[0]
    assert secret not in cast.client("ada").get(TOKENS).content.decode()


def test_a_script_asks_with_the_token_and_needs_no_csrf_token(cast):
    script = with_token(make_token(cast.lee, name="notebook", days=1).secret)
    assert script.get("/api/v1/projects").status_code == 200
    assert script.patch("/api/v1/projects/faces", {"name": "Faces 2"}, "application/json").status_code == 200
    assert ApiToken.objects.get(user=cast.lee).last_used_at is not None


def test_an_expired_revoked_or_unknown_token_is_refused(cast):
    made = make_token(cast.ada, name="notebook", days=1)
    with clock.frozen(clock.now() + timedelta(days=1, seconds=1)):
        assert with_token(made.secret).get("/api/v1/projects").status_code == 401
    assert with_token(made.secret).get("/api/v1/projects").status_code == 200
    assert cast.client("ada").delete(f"{TOKENS}/{made.row.id}").status_code == 204
    answer = with_token(made.secret).get("/api/v1/projects")
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems#sign-in-needed")
    assert with_token("ts_invented").get("/api/v1/projects").status_code == 401
    assert cast.client("ada").get(TOKENS).json() == []


def test_the_token_of_a_deactivated_person_is_refused(cast):
    secret = make_token(cast.ada, name="notebook", days=1).secret
    User.objects.filter(id=cast.ada.id).update(is_active=False)
    assert with_token(secret).get("/api/v1/projects").status_code == 401


def test_a_token_makes_no_tokens_and_reads_none(cast):
    script = with_token(make_token(cast.ada, name="notebook", days=1).secret)
    assert script.get(TOKENS).status_code == 401
    assert make(script).status_code == 401
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert script.post("/api/v1/password", body, "application/json").status_code == 401


def test_a_token_in_the_address_is_refused(cast):
    secret = make_token(cast.ada, name="notebook", days=1).secret
    assert Client().get(f"/api/v1/projects?token={secret}").status_code == 401


def test_a_token_lives_a_year_at_most(cast):
    for days in (0, -1, 366, 10**30, "NaN", None, 1.5):
        assert make(cast.client("ada"), expires_in_days=days).status_code == 422, days
    assert make(cast.client("ada"), name="x" * 81).status_code == 422


def test_ones_own_password_is_changed_and_this_session_goes_on(cast):
    here, elsewhere = cast.client("ada"), Client()
    elsewhere.force_login(cast.ada)
    body = {"current_password": PASSWORD, "new_password": NEW}
    assert here.post("/api/v1/password", body, "application/json").status_code == 204
    assert here.get("/api/v1/session").status_code == 200
    assert elsewhere.get("/api/v1/session").status_code == 401


def test_the_present_password_must_be_right_and_the_new_one_good(cast):
    client = cast.client("ada")

    def change(current: str, new: str):
        return client.post("/api/v1/password", {"current_password": current, "new_password": new}, "application/json")

    assert change("wrong password here", NEW).json()["type"] == "/problems#sign-in-failed"
    for bad in ("short", "password1234", "ada@example.org", "1234567890123"):
        answer = change(PASSWORD, bad)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems#password-refused"), bad
        assert answer.json()["violations"][0]["pointer"] == "/new_password"
    assert change(PASSWORD, "x" * 129).status_code == 422
    assert User.objects.get(id=cast.ada.id).check_password(PASSWORD)
