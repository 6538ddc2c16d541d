"""The cast of the demo, for tests: one project with everybody in it, and an outsider."""

from dataclasses import dataclass, field

from builders import make_membership, make_project, make_reviewer, make_user
from django.test import Client

from accounts.models import User
from annotate.models import Project


@dataclass(slots=True, kw_only=True)
class Cast:
    """ada, ben, dora, eli review; cleo adjudicates; lee leads; omar and ines own taxonomies; root administers;
    dan belongs to nothing; fay leads, adjudicates and reviews in another project."""

    project: Project
    other_project: Project
    people: dict[str, User]
    _clients: dict[str, Client] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.people[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def client(self, name: str = "") -> Client:
        """A signed-in API client of this person; without a name an anonymous one."""
        if not name:
            return Client()
        if name not in self._clients:
            client = Client()
            client.force_login(self.people[name])
            self._clients[name] = client
        return self._clients[name]


def make_cast() -> Cast:
    people = {name: make_user(name) for name in ("ada", "ben", "dora", "eli", "cleo", "lee", "dan", "fay")}
    people |= {name: make_user(name, may_create_taxonomies=True) for name in ("omar", "ines")}
    people["root"] = make_user("root", is_admin=True, may_create_projects=True, may_create_taxonomies=True)
    project = make_project("faces", lead=people["lee"], name="Faces")
    for name in ("ada", "ben", "dora", "eli"):
        make_reviewer(project, people[name])
    make_membership(project, people["cleo"], "adjudicator")
    other = make_project("shoes", lead=people["fay"], name="Shoes")
    make_membership(other, people["fay"], "adjudicator")
    make_reviewer(other, people["fay"])
    return Cast(project=project, other_project=other, people=people)
