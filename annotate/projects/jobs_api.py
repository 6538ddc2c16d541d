"""Watching and cancelling jobs.

Here and not in `jobs`, because who may see one is a matter of the project.
"""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from annotate.errors import UnknownHere
from annotate.jobs import queries as jobs
from annotate.jobs.services import request_cancel
from annotate.models import Job
from annotate.projects import documents, queries
from annotate.projects.api import PAGED
from core.api.pagination import page_limit
from core.api.permissions import MEMBER
from core.api.refusals import ParameterInvalid

STATE = OpenApiParameter("state", OpenApiTypes.STR, enum=[*documents.JOB_STATES, "open"])


class ProjectJobsView(APIView):
    access: ClassVar = {"GET": MEMBER}

    @extend_schema(parameters=[*PAGED, STATE], responses=documents.JobPage)
    def get(self, request: Request, project: str) -> Response:
        """Jobs of the project, the newest first: all for its leads, one's own for others."""
        scope = queries.enter_by_slug(person(request), project, MEMBER)
        state = request.query_params.get("state", "")
        if state not in {"", "open", *documents.JOB_STATES}:
            raise ParameterInvalid(f"`state` is one of open, {', '.join(documents.JOB_STATES)}.")
        cursor, limit = request.query_params.get("cursor", ""), page_limit(request.query_params.get("limit"))
        page = jobs.jobs_of(scope, state=state, cursor=cursor, limit=limit)
        return Response(documents.JobPage({"rows": page.rows, "next": page.next}).data)


class JobView(APIView):
    access: ClassVar = {"GET": MEMBER}

    @extend_schema(responses=documents.JobDocument)
    def get(self, request: Request, job: UUID) -> Response:
        """One job: progress, attempts, heartbeat, and how it ended."""
        return Response(documents.JobDocument(jobs.job_view(_visible(request, job))).data)


class JobCancelView(APIView):
    access: ClassVar = {"POST": MEMBER}

    @extend_schema(request=None, responses=documents.JobDocument)
    def post(self, request: Request, job: UUID) -> Response:
        """Ask it to stop. 409 `job-ended` where it has ended already."""
        request_cancel(_visible(request, job), person(request))
        return Response(documents.JobDocument(jobs.job_view(jobs.job_row(job))).data)


def _visible(request: Request, job: UUID) -> Job:
    row = jobs.job_row(job)
    roles = queries.roles_of(person(request), row.project_id) if row.project_id else frozenset()
    outside = row.project_id is not None and not roles
    if outside or not jobs.may_see(row, person(request), leads="lead" in roles):
        raise UnknownHere
    return row
