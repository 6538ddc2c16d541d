"""Projects, their people and their journal."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import queries as account_queries
from accounts.api import person
from accounts.credentials import link_address
from accounts.journal import project_scope
from accounts.models import OneTimeLink
from accounts.queries import JournalLine
from accounts.scope import ROLES
from annotate.errors import UnknownHere
from annotate.projects import documents, queries, services
from core.api.pagination import page_limit
from core.api.permissions import LEAD, MEMBER, SIGNED_IN

PAGED = [
    OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` of the page before."),
    OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 200."),
]


class ProjectsView(APIView):
    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}

    @extend_schema(responses=documents.ProjectDocument(many=True))
    def get(self, request: Request) -> Response:
        """My projects by name."""
        return Response(documents.ProjectDocument(queries.projects_of(person(request)), many=True).data)

    @extend_schema(request=documents.NewProject, responses={201: documents.ProjectDocument})
    def post(self, request: Request) -> Response:
        """Create a project and become its lead. 403 `project-creation-refused` for who may not."""
        body = documents.NewProject(data=request.data)
        body.is_valid(raise_exception=True)
        project = services.create_project(person(request), **body.validated_data)
        scope = queries.enter(person(request), project.id, LEAD)
        document = documents.ProjectDocument(queries.project_of(scope)).data
        return Response(document, status=201, headers={"Location": f"/api/v1/projects/{project.slug}"})


class ProjectView(APIView):
    access: ClassVar = {"GET": MEMBER, "PATCH": LEAD}

    @extend_schema(responses=documents.ProjectDocument)
    def get(self, request: Request, project: str) -> Response:
        """One project and my roles in it."""
        scope = queries.enter_by_slug(person(request), project, MEMBER)
        return Response(documents.ProjectDocument(queries.project_of(scope)).data)

    @extend_schema(request=documents.ProjectChange, responses=documents.ProjectDocument)
    def patch(self, request: Request, project: str) -> Response:
        """Rename or describe it."""
        scope = queries.enter_by_slug(person(request), project, LEAD)
        body = documents.ProjectChange(data=request.data)
        body.is_valid(raise_exception=True)
        services.change_project(scope, **body.validated_data)
        return Response(documents.ProjectDocument(queries.project_of(scope)).data)


class PeopleView(APIView):
    access: ClassVar = {"GET": LEAD}

    @extend_schema(responses=documents.PeopleDocument)
    def get(self, request: Request, project: str) -> Response:
        """Members with their roles, and invitations not used yet."""
        scope = queries.enter_by_slug(person(request), project, LEAD)
        people = {"people": queries.people_of(scope), "invitations": queries.open_invitations(scope)}
        return Response(documents.PeopleDocument(people).data)


class InvitationsView(APIView):
    access: ClassVar = {"POST": LEAD}

    @extend_schema(request=documents.NewInvitation, responses={201: documents.OneTimeLinkMade})
    def post(self, request: Request, project: str) -> Response:
        """Make a one-time link for an address; the answer does not tell whether the address has an account."""
        scope = queries.enter_by_slug(person(request), project, LEAD)
        body = documents.NewInvitation(data=request.data)
        body.is_valid(raise_exception=True)
        return _made(*services.invite(scope.project, by=person(request), **body.validated_data))


class PersonRoleView(APIView):
    access: ClassVar = {"DELETE": LEAD}

    @extend_schema(request=None, responses={200: documents.RoleEnded})
    def delete(self, request: Request, project: str, user: UUID, role: str) -> Response:
        """End a membership. A reviewer's reserved Items go back to the queue. 409 `last-lead`."""
        scope = queries.enter_by_slug(person(request), project, LEAD)
        known = next((one for one in ROLES if one == role), None)
        if known is None:
            raise UnknownHere
        return Response({"leases_released": services.end_role(scope, user, known)})


class PasswordLinkView(APIView):
    access: ClassVar = {"POST": LEAD}

    @extend_schema(request=None, responses={201: documents.OneTimeLinkMade})
    def post(self, request: Request, project: str, user: UUID) -> Response:
        """Make a one-time link for a new password.

        403 `password-link-refused` where only an administrator may.
        """
        scope = queries.enter_by_slug(person(request), project, LEAD)
        return _made(*services.make_password_link(scope, person(request), user))


class JournalView(APIView):
    access: ClassVar = {"GET": LEAD}

    @extend_schema(parameters=PAGED, responses=documents.JournalPage)
    def get(self, request: Request, project: str) -> Response:
        """The project's history, the newest line first."""
        scope = queries.enter_by_slug(person(request), project, LEAD)
        page = account_queries.journal_page(
            project_scope(scope.project),
            cursor=request.query_params.get("cursor", ""),
            limit=page_limit(request.query_params.get("limit")),
        )
        rows = [_line(line) for line in page.rows]
        return Response(documents.JournalPage({"rows": rows, "next": page.next}).data)


def _line(line: JournalLine) -> dict[str, Any]:
    return {
        "position": line.position, "at": line.at, "action": line.action, "subject": line.subject,
        "subject_name": line.subject_name,
        "payload": line.payload, "hash": line.hash,
        "actor": {"id": line.actor, "name": line.actor_name} if line.actor else None,
    }  # fmt: skip


def _made(link: OneTimeLink, token: str) -> Response:
    document = {"link": link_address(token), "expires_at": link.expires_at}
    return Response(documents.OneTimeLinkMade(document).data, status=201, headers={"Cache-Control": "no-store"})
