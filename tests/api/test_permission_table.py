"""Every route of the OpenAPI document × every principal × own, foreign and invented ids."""

import json
import re
from functools import cache
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from identifiers import BODIES, IDENTIFIERS, NOWHERE, World, make_world
from permission_table import MAY_BE_MISSING, OUTSIDE_PROJECTS, OWN_ROWS, ROUTES

PEOPLE = {
    "anyone": "", "outsider": "dan", "reviewer": "ada", "adjudicator": "cleo", "lead": "lee", "owner": "omar",
    "admin": "root",
}  # fmt: skip
MEMBERS = {"reviewer", "adjudicator", "lead"}
PARAMETER = re.compile(r"([\w-]+)/\{(\w+)\}")


@cache
def documented() -> frozenset[str]:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return frozenset(
        f"{method.upper()} {path}"
        for path, operations in paths.items()
        for method in operations
        if method in {"get", "post", "put", "patch", "delete"}
    )


def own_address(path: str, world: World, name: str) -> str:
    """The path with ids of the cast's project. A part without a provider fails with what to add."""

    def fill(found: re.Match[str]) -> str:
        before = found.group(1)
        assert before in IDENTIFIERS, f"tests/api/identifiers.py has no id for {{{found.group(2)}}} after /{before}/"
        return f"{before}/{IDENTIFIERS[before](world, name)}"

    return PARAMETER.sub(fill, path)


def nowhere_address(path: str) -> str:
    return PARAMETER.sub(lambda found: f"{found.group(1)}/{NOWHERE.get(found.group(1), uuid4())}", path)


def ask(client: Client, route: str, address: str, *, undo: bool = True) -> Any:
    """One call, whose effects are undone."""
    method = route.split(" ")[0]
    body = json.dumps(BODIES[route]() if route in BODIES else {}) if method in {"POST", "PUT", "PATCH"} else ""
    point = transaction.savepoint()
    answer = client.generic(method, address, body, "application/json")
    b"".join(answer.streaming_content) if answer.streaming else answer.content
    if undo:
        transaction.savepoint_rollback(point)
    return answer


def slug(answer: Any) -> str:
    is_problem = answer.get("Content-Type", "").startswith("application/problem+json")
    return answer.json()["type"].rpartition("#")[2] if is_problem else ""


def test_every_route_has_an_entry():
    assert documented() - set(ROUTES) == set(), "add a line to tests/api/permission_table.py"


def test_every_entry_has_a_route():
    assert set(ROUTES) - documented() == set()


@pytest.mark.parametrize("route", sorted(ROUTES))
def test_only_the_principals_of_the_table_may_call(route: str, db: None) -> None:
    world = make_world()
    path = route.split(" ")[1]
    in_project = "{" in path and not path.startswith(OUTSIDE_PROJECTS)
    for principal, name in PEOPLE.items():
        answer = ask(world.cast.client(name), route, own_address(path, world, name))
        verdict = f"{principal} got {answer.status_code} {slug(answer)} from {route}"
        assert answer.status_code < 500 or answer.status_code == 503, verdict
        if principal in ROUTES[route]:
            assert slug(answer) not in {"role-missing", "forbidden", "csrf-failed"}, verdict
            assert answer.status_code != 401 or path.endswith("/session") or principal == "anyone", verdict
            assert answer.status_code != 404 or route in MAY_BE_MISSING, verdict
            assert answer.status_code != 405, verdict
        elif principal == "anyone":
            assert answer.status_code == 401, verdict
        elif in_project and (principal not in MEMBERS or path.startswith(OWN_ROWS)):
            assert answer.status_code in ({404} if principal not in MEMBERS else {403, 404}), verdict
        else:
            assert answer.status_code == 403, verdict


@pytest.mark.parametrize("route", sorted(route for route in ROUTES if "{" in route))
def test_what_belongs_to_another_project_is_as_if_it_were_not_there(route: str, db: None) -> None:
    """fay has every role, but in another project: the same 404, word for word, as for an invented id."""
    path = route.split(" ")[1]
    if route not in documented() or path.startswith(OUTSIDE_PROJECTS):
        pytest.skip("lies in no project")
    world = make_world()
    client = world.cast.client("fay")
    foreign = ask(client, route, own_address(path, world, "ada"))
    invented = ask(client, route, nowhere_address(path))
    assert (foreign.status_code, foreign.json()) == (404, invented.json()), route
    member = ask(world.cast.client("lee"), route, nowhere_address(path))
    assert member.status_code == 404, f"an invented id gives a member {member.status_code} from {route}"


def test_no_route_changes_anything_by_get_or_with_a_foreign_id(db: None) -> None:
    """A member of everything else walks all routes with foreign ids; nothing in the project changes."""
    from accounts.models import JournalEntry
    from annotate.models import Job, Lease, Membership

    world = make_world()

    def picture() -> list[Any]:
        rows = (Membership.objects.all(), Job.objects.all(), Lease.objects.unscoped(), JournalEntry.objects.all())
        return [sorted(map(str, found.values_list())) for found in rows]

    before = picture()
    for route in sorted(ROUTES):
        path = route.split(" ")[1]
        if "{" in path and not path.startswith(OUTSIDE_PROJECTS) and route in documented():
            ask(world.cast.client("fay"), route, own_address(path, world, "ada"), undo=False)
    assert picture() == before
