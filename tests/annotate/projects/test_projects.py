"""Projects, who belongs to them, and their history."""

from datetime import timedelta

import pytest
from builders import make_membership, make_project, make_reviewer, make_user
from django.test import Client
from labelling import a_campaign, scope_of, some_images

from accounts.journal import verify
from accounts.models import JournalEntry
from annotate.errors import LastLead
from annotate.models import Item, Lease, Membership, Reviewer
from annotate.projects import queries, services
from annotate.projects.pseudonyms import BIRDS, STRIDE, pseudonym
from core import clock


def post(client: Client, path: str, body: object = None):
    return client.post(f"/api/v1/{path}", body or {}, "application/json")


def test_whoever_may_creates_a_project_and_leads_it(cast):
    cast.omar.may_create_projects = True
    cast.omar.save()
    answer = post(cast.client("omar"), "projects", {"name": "Café & Co."})
    assert answer.status_code == 201
    assert (answer.json()["slug"], answer.json()["roles"]) == ("cafe-co", ["lead"])
    assert answer["Location"] == "/api/v1/projects/cafe-co"
    names = [row["name"] for row in cast.client("omar").get("/api/v1/projects").json()]
    assert names == ["Café & Co."]


def test_whoever_may_not_create_projects_is_told_so(cast):
    answer = post(cast.client("ada"), "projects", {"name": "Mine"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems#project-creation-refused")


@pytest.mark.parametrize("slug", ["faces", "Faces", "a b", "-x", "x--y", "日本", "../etc", "x" * 81, "é"])
def test_a_taken_or_odd_short_name_is_refused_with_its_place(cast, slug):
    answer = post(cast.client("root"), "projects", {"name": "日本", "slug": slug})
    assert answer.status_code in {409, 422}
    assert answer.json()["violations"][0]["pointer"] == "/slug"


def test_a_name_without_plain_letters_needs_a_short_name(cast):
    assert post(cast.client("root"), "projects", {"name": "日本"}).status_code == 422
    assert post(cast.client("root"), "projects", {"name": "日本", "slug": "japan"}).status_code == 201


def test_a_project_is_reached_by_its_slug_and_its_id(cast):
    for part in ("faces", str(cast.project.id)):
        assert cast.client("ada").get(f"/api/v1/projects/{part}").json()["name"] == "Faces"


def test_a_lead_renames_the_project(cast):
    answer = cast.client("lee").patch("/api/v1/projects/faces", {"name": "Portraits"}, "application/json")
    assert answer.json()["name"] == "Portraits"
    assert JournalEntry.objects.filter(action="project.changed", scope=f"project:{cast.project.id}").count() == 1


def test_every_reviewer_has_a_neutral_name_of_their_own(cast):
    names = list(Reviewer.objects.filter(project=cast.project).values_list("pseudonym", flat=True))
    assert len(set(names)) == 4
    assert all(name.startswith("R-0") and name.split(" ")[1] in BIRDS for name in names)
    assert len({pseudonym(cast.project.id, number) for number in range(1, 200)}) == 199
    assert len(BIRDS) % STRIDE != 0


def test_a_reviewer_who_comes_back_keeps_the_name(cast):
    before = Reviewer.objects.get(project=cast.project, user=cast.ada).pseudonym
    services.end_role(queries.enter(cast.lee, cast.project.id, frozenset({"lead"})), cast.ada.id, "reviewer")
    assert make_reviewer(cast.project, cast.ada).pseudonym == before


def test_ending_a_membership_gives_reserved_items_back(cast):
    campaign = a_campaign(cast.project, some_images(cast.project, 3))
    ada, ben = (Reviewer.objects.get(project=cast.project, user=user) for user in (cast.ada, cast.ben))
    scope = scope_of(ada)
    for number, item in enumerate(Item.objects.scoped(scope).order_by("position")):
        for reviewer in (ada, ben):
            Lease.objects.create(
                project=cast.project, campaign=campaign, item=item, version=campaign.version, stream="priority",
                reviewer=reviewer, inclusion_probability=1.0, expires_at=clock.now() + timedelta(minutes=15),
                state="answered" if number == 0 else "live",
            )  # fmt: skip
    answer = cast.client("lee").delete(f"/api/v1/projects/faces/people/{cast.ada.id}/roles/reviewer")
    assert answer.json() == {"leases_released": 2}
    states = Lease.objects.scoped(scope).filter(reviewer=ada).values_list("state", flat=True)
    assert sorted(states) == ["answered", "released", "released"]
    assert Lease.objects.scoped(scope).filter(reviewer=ben, state="live").count() == 2
    assert cast.client("ada").get("/api/v1/projects/faces").status_code == 404


def test_a_person_with_two_roles_keeps_the_other(cast):
    make_membership(cast.project, cast.ada, "adjudicator")
    cast.client("lee").delete(f"/api/v1/projects/faces/people/{cast.ada.id}/roles/reviewer")
    assert cast.client("ada").get("/api/v1/projects/faces").json()["roles"] == ["adjudicator"]


def test_the_last_lead_stays(cast):
    answer = cast.client("lee").delete(f"/api/v1/projects/faces/people/{cast.lee.id}/roles/lead")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems#last-lead")
    make_membership(cast.project, cast.cleo, "lead")
    answer = cast.client("lee").delete(f"/api/v1/projects/faces/people/{cast.lee.id}/roles/lead")
    assert answer.status_code == 200
    with pytest.raises(LastLead):
        services.end_role(queries.enter(cast.cleo, cast.project.id, frozenset({"lead"})), cast.cleo.id, "lead")


def test_a_membership_that_is_not_there_cannot_end(cast):
    for person, role in ((cast.dan, "reviewer"), (cast.ada, "lead"), (cast.ada, "king")):
        answer = cast.client("lee").delete(f"/api/v1/projects/faces/people/{person.id}/roles/{role}")
        assert answer.status_code == 404


def test_a_lead_sees_people_with_roles_and_open_invitations(cast):
    post(cast.client("lee"), "projects/faces/invitations", {"email": "gil@example.org", "role": "reviewer"})
    document = cast.client("lee").get("/api/v1/projects/faces/people").json()
    assert [person["name"] for person in document["people"]] == ["Ada", "Ben", "Cleo", "Dora", "Eli", "Lee"]
    ada = document["people"][0]
    assert (ada["roles"], ada["live_leases"], ada["pseudonym"][:3]) == (["reviewer"], 0, "R-0")
    assert [(row["email"], row["role"]) for row in document["invitations"]] == [("gil@example.org", "reviewer")]


def test_an_invitation_reads_alike_for_known_and_unknown_addresses(cast):
    answers = [
        post(cast.client("lee"), "projects/faces/invitations", {"email": f"{name}@example.org", "role": "reviewer"})
        for name in ("dan", "nobody-knows")
    ]
    assert [(answer.status_code, sorted(answer.json())) for answer in answers] == [(201, ["expires_at", "link"])] * 2


def test_a_lead_makes_password_links_only_for_people_that_are_wholly_theirs(cast):
    def ask(who: str, user) -> tuple[int, str]:
        answer = post(cast.client(who), f"projects/faces/people/{user.id}/password-link")
        return answer.status_code, answer.json().get("type", "")

    refused = (403, "/problems#password-link-refused")
    assert ask("lee", cast.ada) == (201, "")
    make_membership(cast.project, cast.fay, "reviewer")
    assert ask("lee", cast.fay) == refused
    make_membership(cast.project, cast.omar, "reviewer")
    assert ask("lee", cast.omar) == refused
    make_membership(cast.project, cast.root, "reviewer")
    assert ask("lee", cast.root) == refused
    assert ask("lee", cast.dan)[0] == 404
    make_membership(cast.project, cast.root, "lead")
    assert ask("root", cast.fay) == (201, "")


def test_the_journal_is_paged_the_newest_line_first_and_verifies(cast):
    for number in range(5):
        email = f"person{number}@example.org"
        post(cast.client("lee"), "projects/faces/invitations", {"email": email, "role": "reviewer"})
    first = cast.client("lee").get("/api/v1/projects/faces/journal?limit=4").json()
    assert [line["subject"] for line in first["rows"]][:2] == ["person4@example.org", "person3@example.org"]
    assert first["rows"][0]["actor"] == {"id": str(cast.lee.id), "name": "Lee"}
    second = cast.client("lee").get(f"/api/v1/projects/faces/journal?limit=4&cursor={first['next']}").json()
    assert second["rows"][0]["subject"] == "person0@example.org"
    assert first["rows"][-1]["position"] == second["rows"][0]["position"] + 1
    assert verify(f"project:{cast.project.id}") is None


def test_a_person_is_a_member_once_per_role(db):
    project, gil = make_project(), make_user("gil")
    for _ in range(3):
        make_membership(project, gil, "reviewer")
    assert Membership.objects.filter(project=project, user=gil).count() == 1
