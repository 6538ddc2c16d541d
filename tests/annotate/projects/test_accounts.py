"""All accounts and their rights, as administrators see and change them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from builders import make_user
from django.db import connection
from django.test import Client
from labelling import a_campaign, some_images

from accounts.errors import LastAdministrator
from accounts.journal import verify
from accounts.models import JournalEntry, User
from accounts.rights_services import Rights, change_rights
from accounts.services import make_token
from annotate.models import Item, Lease, Membership, Reviewer
from core import clock

ACCOUNTS = "/api/v1/accounts"


def change(cast, person, **rights):
    address = f"{ACCOUNTS}/{cast.people[person].id}"
    return cast.client("root").patch(address, rights, "application/json")


def test_all_accounts_are_listed_by_address_page_by_page(cast):
    seen, cursor = [], ""
    while True:
        page = cast.client("root").get(ACCOUNTS, {"limit": 4, "cursor": cursor}).json()
        seen += [row["email"] for row in page["rows"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == sorted(person.email for person in cast.people.values())


def test_search_is_by_parts_of_name_and_address(cast):
    User.objects.filter(id=cast.ada.id).update(name="Ada Lovelace")

    def found(search):
        return [row["name"] for row in cast.client("root").get(ACCOUNTS, {"search": search}).json()["rows"]]

    assert found("lace ada") == ["Ada Lovelace"]
    assert found(cast.ada.email.upper()) == ["Ada Lovelace"]
    assert found("100%_nobody") == []


@pytest.mark.parametrize("query", ["cursor=nonsense", "cursor=WzFd", "limit=0", "search=%00", "colour=red"])
def test_odd_questions_are_answered_with_400(cast, query):
    assert cast.client("root").get(f"{ACCOUNTS}?{query}").status_code == 400


def test_a_granted_right_works_at_once_and_stands_in_the_journal(cast):
    create = {"name": "Mine"}
    assert cast.client("ada").post("/api/v1/projects", create, "application/json").status_code == 403
    answer = change(cast, "ada", may_create_projects=True)
    assert answer.status_code == 200
    assert answer.json()["account"]["may_create_projects"] is True
    assert cast.client("ada").post("/api/v1/projects", create, "application/json").status_code == 201
    line = JournalEntry.objects.get(action="user.rights-changed")
    assert (line.scope, line.actor, line.subject) == ("installation", cast.root.id, str(cast.ada.id))
    assert line.payload == {"may_create_projects": True}
    assert change(cast, "ada", may_create_projects=True).status_code == 200
    assert JournalEntry.objects.filter(action="user.rights-changed").count() == 1
    assert change(cast, "ada", may_create_projects=False).status_code == 200
    assert cast.client("ada").post("/api/v1/projects", {"name": "More"}, "application/json").status_code == 403


def test_deactivating_ends_access_and_gives_back_what_was_reserved(cast):
    campaign = a_campaign(cast.project, some_images(cast.project, 2))
    reviewer = Reviewer.objects.get(project=cast.project, user=cast.ada)
    for item in Item.objects.unscoped().filter(campaign=campaign):
        Lease.objects.create(
            project=cast.project, campaign=campaign, item=item, version=campaign.version, stream="priority",
            reviewer=reviewer, inclusion_probability=1.0, expires_at=clock.now() + timedelta(minutes=15),
        )  # fmt: skip
    secret = make_token(cast.ada, name="script", days=1).secret
    ada = cast.client("ada")
    assert ada.get("/api/v1/projects").status_code == 200
    assert change(cast, "ada", is_active=False).json()["leases_released"] == 2
    assert set(Lease.objects.unscoped().values_list("state", flat=True)) == {"released"}
    assert ada.get("/api/v1/projects").status_code == 401
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/projects").status_code == 401
    assert JournalEntry.objects.get(action="account.deactivated").payload == {"leases_released": 2}
    assert verify("installation") is None
    assert verify(f"project:{cast.project.id}") is None
    assert Membership.objects.filter(user=cast.ada, ended_at=None).exists()
    assert change(cast, "ada", is_active=True).status_code == 200
    back = Client()
    back.force_login(User.objects.get(id=cast.ada.id))
    assert [row["slug"] for row in back.get("/api/v1/projects").json()] == ["faces"]


@pytest.mark.parametrize("rights", [{"is_admin": False}, {"is_active": False}])
def test_the_last_administrator_stays(cast, rights):
    answer = change(cast, "root", **rights)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems#last-administrator")
    root = User.objects.get(id=cast.root.id)
    assert root.is_admin
    assert root.is_active
    User.objects.filter(id=cast.omar.id).update(is_admin=True, is_active=False)
    assert change(cast, "root", **rights).status_code == 409
    User.objects.filter(id=cast.omar.id).update(is_active=True)
    assert change(cast, "root", **rights).status_code == 200


@pytest.mark.parametrize(
    "body", [{"is_admin": "perhaps"}, {"is_admin": None}, [], {"colour": "red"}, {"email": "x@y.z"}]
)
def test_odd_rights_are_refused_and_nothing_changes(cast, body):
    before = list(User.objects.filter(id=cast.ada.id).values())
    answer = cast.client("root").patch(f"{ACCOUNTS}/{cast.ada.id}", body, "application/json")
    assert answer.status_code in (400, 422), answer.content
    assert list(User.objects.filter(id=cast.ada.id).values()) == before


def test_a_token_of_an_administrator_changes_no_rights(cast):
    script = Client(headers={"Authorization": f"Bearer {make_token(cast.root, name='script', days=1).secret}"})
    assert script.get(ACCOUNTS).status_code == 401
    assert script.patch(f"{ACCOUNTS}/{cast.ada.id}", {"is_admin": True}, "application/json").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_remove_each_other_leave_one():
    first, second = make_user("first", is_admin=True), make_user("second", is_admin=True)

    def remove(pair):
        try:
            change_rights(pair[0].id, Rights(is_admin=False), by=pair[1])
        except LastAdministrator:
            return "kept"
        finally:
            connection.close()
        return "removed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(remove, [(first, second), (second, first)])) == ["kept", "removed"]
    assert User.objects.filter(is_admin=True).count() == 1
