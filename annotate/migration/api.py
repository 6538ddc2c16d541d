"""Moving a campaign to a later version, over HTTP. For leads; reviewers read what changed."""

from typing import Any, ClassVar, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from annotate.jobs.wake import wake
from annotate.migration import documents, queries, services
from annotate.migration.serializers import (
    CampaignChanges,
    CampaignMoves,
    MovedFindings,
    MoveRequest,
    MoveRollback,
    MoveRun,
    Shape,
)
from annotate.projects.queries import enter_campaign
from core.api.pagination import page_limit
from core.api.permissions import ADJUDICATOR, LEAD, REVIEWER
from core.api.throttles import JobStarts


def _body(kind: type[Shape], request: Request) -> dict[str, Any]:
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return cast(dict[str, Any], body.validated_data)


class CampaignMigrations(APIView):
    access: ClassVar = {"GET": LEAD | ADJUDICATOR, "POST": LEAD}
    throttle_classes = [JobStarts]

    @extend_schema(responses=CampaignMoves, operation_id="campaign_moves")
    def get(self, request: Request, campaign: UUID) -> Response:
        """The moves of a campaign, and the versions it can be moved to."""
        _, row = enter_campaign(person(request), campaign, self.access["GET"])
        return Response(documents.moves_document(row))

    @extend_schema(request=MoveRequest, responses={202: MoveRun}, operation_id="prepare_move")
    def post(self, request: Request, campaign: UUID) -> Response:
        """Carry the labels into rows that nobody sees yet, and count: the dry run. 409 `move-under-way`."""
        scope, row = enter_campaign(person(request), campaign, self.access["POST"])
        body = _body(MoveRequest, request)
        prepared = services.prepare_move(scope, row, body["version"], body["defects"])
        wake(prepared.job)
        place = f"/api/v1/migrations/{prepared.run.id}"
        return Response(documents.run_document(prepared.run), status=202, headers={"Location": place})


class MigrationView(APIView):
    access: ClassVar = {"GET": LEAD | ADJUDICATOR}

    @extend_schema(responses=MoveRun, operation_id="get_move")
    def get(self, request: Request, run: UUID) -> Response:
        """One move: how far, and what the labels become."""
        _, row = queries.enter_run(person(request), run, self.access["GET"])
        return Response(documents.run_document(row))


class MigrationFindings(APIView):
    access: ClassVar = {"GET": LEAD | ADJUDICATOR}

    @extend_schema(
        responses=MovedFindings,
        operation_id="move_findings",
        parameters=[
            OpenApiParameter("outcome", str), OpenApiParameter("concept", str), OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int),
        ],
    )  # fmt: skip
    def get(self, request: Request, run: UUID) -> Response:
        """The findings behind a number of the move, with their images."""
        scope, row = queries.enter_run(person(request), run, self.access["GET"])
        asked = request.query_params
        page = queries.findings_page(
            scope, row, outcome=asked.get("outcome", ""), concept=asked.get("concept", ""),
            cursor=asked.get("cursor", ""), limit=page_limit(asked.get("limit"), 24),
        )  # fmt: skip
        return Response({"findings": [documents.finding_document(row, one) for one in page.rows], "next": page.next})


class MigrationActivate(APIView):
    access: ClassVar = {"POST": LEAD}

    @extend_schema(request=None, responses=MoveRun, operation_id="activate_move")
    def post(self, request: Request, run: UUID) -> Response:
        """Make it visible: the campaign has the new version from this moment on. 409 `move-not-possible`."""
        scope, row = queries.enter_run(person(request), run, self.access["POST"])
        return Response(documents.run_document(services.activate_move(scope, row.id)))


class MigrationRollback(APIView):
    access: ClassVar = {"POST": LEAD}

    @extend_schema(request=MoveRollback, responses=MoveRun, operation_id="roll_back_move")
    def post(self, request: Request, run: UUID) -> Response:
        """Drop the layer; annotations stay as they were given. 409 `move-not-possible` after answers under it."""
        scope, row = queries.enter_run(person(request), run, self.access["POST"])
        body = _body(MoveRollback, request)
        return Response(documents.run_document(services.roll_back_move(scope, row.id, body["reason"])))


class CampaignChangesView(APIView):
    access: ClassVar = {"GET": REVIEWER}

    @extend_schema(responses=CampaignChanges, operation_id="campaign_changes")
    def get(self, request: Request, campaign: UUID) -> Response:
        """What the version of the campaign says otherwise than the one before."""
        _, row = enter_campaign(person(request), campaign, self.access["GET"])
        return Response(documents.changes_document(row, None))
