"""Imports over HTTP: begin, send files one by one, start, watch, cancel, read the report. For leads."""

from typing import ClassVar
from urllib.parse import unquote
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from accounts.scope import Scope
from annotate.corpus import documents, import_queries, services
from annotate.corpus.api import PAGED
from annotate.corpus.errors import UploadRefused
from annotate.jobs.wake import wake
from annotate.projects.queries import enter, enter_by_slug
from core.api.pagination import page_limit
from core.api.permissions import LEAD
from core.api.refusals import ParameterInvalid
from core.api.throttles import JobStarts

OUTCOME = OpenApiParameter("outcome", OpenApiTypes.STR, many=True, enum=import_queries.OUTCOMES)
FILE_NAME = OpenApiParameter(
    "X-File-Name", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True,
    description="The name of the file, or its path in the folder that was dropped, percent-encoded UTF-8.",
)  # fmt: skip


class ProjectImports(APIView):
    access: ClassVar = {"GET": LEAD, "POST": LEAD}
    throttle_classes = [JobStarts]

    @extend_schema(parameters=PAGED, responses=documents.ImportRunPage, operation_id="list_imports")
    def get(self, request: Request, project: str) -> Response:
        """Imports of the project, the newest first."""
        scope = enter_by_slug(person(request), project, LEAD)
        limit = page_limit(request.query_params.get("limit"))
        page = import_queries.runs_of(scope, cursor=request.query_params.get("cursor", ""), limit=limit)
        return Response(documents.ImportRunPage({"rows": page.rows, "next": page.next}).data)

    @extend_schema(request=documents.NewImport, responses={201: documents.ImportRunDetail}, operation_id="begin_import")
    def post(self, request: Request, project: str) -> Response:
        """Begin an upload (then send its files and start it), or queue the import of a folder of the server."""
        scope = enter_by_slug(person(request), project, LEAD)
        body = documents.NewImport(data=request.data)
        body.is_valid(raise_exception=True)
        values = body.validated_data
        if values["kind"] == "upload":
            run = services.begin_upload(scope, name=values["source"])
        else:
            run = services.begin_from_server(scope, source=values["source"], manifest=values["manifest"])
            if run.job is not None:
                wake(run.job)
        return _answer(scope, run.id, status=201)


def _answer(scope: Scope, run: UUID, *, status: int = 200) -> Response:
    view = import_queries.run_view(scope, run)
    document = documents.ImportRunDocument(view).data
    received = import_queries.received_numbers(run) if view.state == "collecting" else []
    headers = {"Location": f"/api/v1/imports/{run}"} if status == 201 else None
    return Response({**document, "received": received}, status=status, headers=headers)


def _enter_run(request: Request, run: UUID) -> Scope:
    return enter(person(request), import_queries.project_of_run(run), LEAD)


class ImportView(APIView):
    access: ClassVar = {"GET": LEAD}

    @extend_schema(responses=documents.ImportRunDetail, operation_id="get_import")
    def get(self, request: Request, run: UUID) -> Response:
        """One import with its counts; while it collects, the numbers of the files that arrived."""
        return _answer(_enter_run(request, run), run)


class ImportRows(APIView):
    access: ClassVar = {"GET": LEAD}

    @extend_schema(parameters=[OUTCOME, *PAGED], responses=documents.ImportRowPage, operation_id="list_import_rows")
    def get(self, request: Request, run: UUID) -> Response:
        """What became of every row, by number."""
        scope = _enter_run(request, run)
        outcomes = request.query_params.getlist("outcome")
        if set(outcomes) - set(import_queries.OUTCOMES):
            raise ParameterInvalid(f"`outcome` is one of {', '.join(import_queries.OUTCOMES)}.")
        page = import_queries.rows_of(
            scope, run, outcomes=outcomes, cursor=request.query_params.get("cursor", ""),
            limit=page_limit(request.query_params.get("limit")),
        )  # fmt: skip
        return Response(documents.ImportRowPage({"rows": page.rows, "next": page.next}).data)


class ImportFile(APIView):
    access: ClassVar = {"PUT": LEAD}

    @extend_schema(
        parameters=[FILE_NAME], request={"application/octet-stream": OpenApiTypes.BINARY},
        responses=documents.UploadReceived, operation_id="send_import_file",
    )  # fmt: skip
    def put(self, request: Request, run: UUID, number: int) -> Response:
        """Send one file as the raw body. Sending a number again replaces it; images, ZIPs and manifests are taken."""
        scope = _enter_run(request, run)
        name = unquote(request.headers.get("X-File-Name", ""), errors="replace")
        if not name.strip() or len(name) > 1000:
            raise UploadRefused("Name the file in the header X-File-Name (1 to 1000 characters, percent-encoded).")
        stated = str(request.META.get("CONTENT_LENGTH") or "")
        if not stated.isdecimal():
            raise UploadRefused("State the length of the file in the header Content-Length.")
        received = services.receive_file(
            scope, run, number, name=name, stated=int(stated), read=request._request.read
        )  # fmt: skip
        return Response(documents.UploadReceived(received).data)


class ImportStart(APIView):
    access: ClassVar = {"POST": LEAD}
    throttle_classes = [JobStarts]

    @extend_schema(request=None, responses={202: documents.ImportRunDetail}, operation_id="start_import")
    def post(self, request: Request, run: UUID) -> Response:
        """Queue the work, also of an import that failed. 409 `import-ended` where it is over."""
        scope = _enter_run(request, run)
        wake(services.start_import(scope, run))
        return _answer(scope, run, status=202)


class ImportCancel(APIView):
    access: ClassVar = {"POST": LEAD}

    @extend_schema(request=None, responses=documents.ImportRunDetail, operation_id="cancel_import")
    def post(self, request: Request, run: UUID) -> Response:
        """Stop it. Images that are in stay in. 409 `import-ended` where it is over."""
        scope = _enter_run(request, run)
        services.cancel_import(scope, run, person(request))
        return _answer(scope, run)
