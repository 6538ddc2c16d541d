"""Exports over HTTP."""

from dataclasses import asdict
from typing import Any, cast
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.scope import Scope
from annotate.export import queries, services
from annotate.export.writers import WRITERS
from annotate.jobs.wake import wake
from annotate.projects.queries import enter, enter_campaign
from core.api.permissions import LEAD
from core.api.throttles import JobStarts

TYPES = {".json": "application/json", ".jsonl": "application/x-ndjson", ".csv": "text/csv; charset=utf-8"}


class ExportRequestSerializer(serializers.Serializer[Any]):
    format = serializers.ChoiceField(choices=list(WRITERS))


class ExportSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    campaign = serializers.UUIDField()
    format = serializers.ChoiceField(choices=list(WRITERS))
    state = serializers.ChoiceField(choices=["queued", "running", "done", "failed"])
    reason = serializers.CharField()
    job = serializers.UUIDField(allow_null=True)
    progress_done = serializers.IntegerField()
    progress_total = serializers.IntegerField(allow_null=True)
    manifest = serializers.JSONField(allow_null=True)
    created_by = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class ExportListSerializer(serializers.Serializer[Any]):
    exports = ExportSerializer(many=True)


class CampaignExports(APIView):
    access = {"GET": LEAD, "POST": LEAD}
    throttle_classes = [JobStarts]

    @extend_schema(responses=ExportListSerializer, operation_id="campaign_exports")
    def get(self, request: Request, campaign: UUID) -> Response:
        """The newest hundred exports of a campaign."""
        scope, row = enter_campaign(cast(User, request.user), campaign, self.access["GET"])
        return Response({"exports": [asdict(one) for one in queries.exports_of(scope, row.id)]})

    @extend_schema(request=ExportRequestSerializer, responses={202: ExportSerializer}, operation_id="request_export")
    def post(self, request: Request, campaign: UUID) -> Response:
        """Have the gold of a campaign written to files. 202: look at Location until it is done."""
        scope, row = enter_campaign(cast(User, request.user), campaign, self.access["POST"])
        body = ExportRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        requested = services.request_export(scope, row, body.validated_data["format"])
        wake(requested.job)
        document = asdict(queries.export_now(scope, requested.export.id))
        return Response(document, status=202, headers={"Location": f"/api/v1/exports/{requested.export.id}"})


class _ExportView(APIView):
    access = {"GET": LEAD}

    def enter_export(self, request: Request, export: UUID) -> Scope:
        return enter(cast(User, request.user), queries.project_of_export(export), self.access["GET"])


class ExportDetail(_ExportView):
    @extend_schema(responses=ExportSerializer, operation_id="export")
    def get(self, request: Request, export: UUID) -> Response:
        """One export with its manifest."""
        return Response(asdict(queries.export_now(self.enter_export(request, export), export)))


class ExportFile(_ExportView):
    @extend_schema(
        responses={(200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file.")},
        operation_id="export_file",
    )
    def get(self, request: Request, export: UUID, name: str) -> FileResponse:
        """A file of a finished export, for whoever leads the project now."""
        path = queries.file_of(self.enter_export(request, export), export, name)
        headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
        download = f"{str(export)[:8]}-{path.name}"
        media_type = TYPES.get(path.suffix, "application/octet-stream")
        return FileResponse(
            path.open("rb"), as_attachment=True, filename=download, content_type=media_type, headers=headers
        )
