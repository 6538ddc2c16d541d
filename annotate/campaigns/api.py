"""Campaigns over HTTP: plans, forecasts, states, progress, and what the workspace needs."""

from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from annotate.campaigns import documents, queries, services
from annotate.campaigns.serializers import (
    CampaignChangeSerializer,
    CampaignExtensionSerializer,
    CampaignListSerializer,
    CampaignPlanSerializer,
    CampaignSerializer,
    ExtendedSerializer,
    ForecastSerializer,
    MyCampaignsSerializer,
    ProgressSerializer,
    WorkspaceSerializer,
    read_filter,
    read_plan,
)
from annotate.projects.queries import enter_by_slug, enter_campaign, reviewer_of
from core.api.permissions import ADJUDICATOR, LEAD, REVIEWER, SIGNED_IN


def _checked(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    return cast(dict[str, Any], serializer.validated_data)


class ProjectCampaigns(APIView):
    access = {"GET": LEAD | ADJUDICATOR, "POST": LEAD}

    @extend_schema(responses=CampaignListSerializer, operation_id="list_campaigns")
    def get(self, request: Request, project: str) -> Response:
        """All campaigns of a project, newest first."""
        scope = enter_by_slug(cast(User, request.user), project, self.access["GET"])
        rows = [documents.campaign_document(row, progress) for row, progress in queries.campaigns_of(scope)]
        return Response({"campaigns": rows})

    @extend_schema(request=CampaignPlanSerializer, responses={201: CampaignSerializer}, operation_id="open_campaign")
    def post(self, request: Request, project: str) -> Response:
        """Open a campaign: its Items are made at once."""
        scope = enter_by_slug(cast(User, request.user), project, self.access["POST"])
        row = services.open_campaign(scope, read_plan(_checked(CampaignPlanSerializer(data=request.data))))
        return Response(documents.campaign_document(row, queries.progress_of(row.id)), status=201)


class CampaignForecast(APIView):
    access = {"POST": LEAD}

    @extend_schema(request=CampaignPlanSerializer, responses=ForecastSerializer, operation_id="forecast_campaign")
    def post(self, request: Request, project: str) -> Response:
        """What a plan would cost: answers, hours, people, and what to think about before opening."""
        scope = enter_by_slug(cast(User, request.user), project, self.access["POST"])
        plan = read_plan(_checked(CampaignPlanSerializer(data=request.data)))
        problems = services.plan_violations(plan)  # first: a version that is not there has no forecast
        return Response(documents.forecast_document(queries.forecast_of(scope, plan), problems))


class CampaignDetail(APIView):
    access = {"GET": LEAD | ADJUDICATOR, "PATCH": LEAD}

    @extend_schema(responses=CampaignSerializer, operation_id="get_campaign")
    def get(self, request: Request, campaign: UUID) -> Response:
        """One campaign with its policy and counts."""
        _, row = enter_campaign(cast(User, request.user), campaign, self.access["GET"])
        return Response(documents.campaign_document(row, queries.progress_of(row.id)))

    @extend_schema(request=CampaignChangeSerializer, responses=CampaignSerializer, operation_id="change_campaign")
    def patch(self, request: Request, campaign: UUID) -> Response:
        """Change what may change while people label: name, instructions, reservation time."""
        scope, row = enter_campaign(cast(User, request.user), campaign, self.access["PATCH"])
        changed = services.change_campaign(scope, row.id, _checked(CampaignChangeSerializer(data=request.data)))
        return Response(documents.campaign_document(changed, queries.progress_of(row.id)))


class _Move(APIView):
    access = {"POST": LEAD}

    def moved(self, request: Request, campaign: UUID, move: Any) -> Response:
        scope, row = enter_campaign(cast(User, request.user), campaign, self.access["POST"])
        move(scope, row.id)
        return Response(documents.campaign_document(*queries.campaign_now(scope, row.id)))


class CampaignPause(_Move):
    @extend_schema(request=None, responses=CampaignSerializer, operation_id="pause_campaign")
    def post(self, request: Request, campaign: UUID) -> Response:
        """Hand out nothing new."""
        return self.moved(request, campaign, services.pause_campaign)


class CampaignResume(_Move):
    @extend_schema(request=None, responses=CampaignSerializer, operation_id="resume_campaign")
    def post(self, request: Request, campaign: UUID) -> Response:
        """Hand out again."""
        return self.moved(request, campaign, services.resume_campaign)


class CampaignClose(_Move):
    @extend_schema(request=None, responses=CampaignSerializer, operation_id="close_campaign")
    def post(self, request: Request, campaign: UUID) -> Response:
        """End the campaign; reservations are returned."""
        return self.moved(request, campaign, services.close_campaign)


class CampaignExtend(APIView):
    access = {"POST": LEAD}

    @extend_schema(request=CampaignExtensionSerializer, responses=ExtendedSerializer, operation_id="extend_campaign")
    def post(self, request: Request, campaign: UUID) -> Response:
        """Add Images, or ask for more annotations per Item."""
        scope, row = enter_campaign(cast(User, request.user), campaign, self.access["POST"])
        body = _checked(CampaignExtensionSerializer(data=request.data))
        added = services.extend_campaign(
            scope, row.id, read_filter(body["images"]) if body["images"] is not None else None,
            annotations_per_item=body["annotations_per_item"],
        )  # fmt: skip
        return Response({"added": added})


class CampaignProgress(APIView):
    access = {"GET": LEAD | ADJUDICATOR}

    @extend_schema(responses=ProgressSerializer, operation_id="campaign_progress")
    def get(self, request: Request, campaign: UUID) -> Response:
        """Counts, who is at work, stale reservations, answers per day and what is left to do."""
        _, row = enter_campaign(cast(User, request.user), campaign, self.access["GET"])
        return Response(documents.progress_document(row.id))


class CampaignWorkspace(APIView):
    access = {"GET": REVIEWER}

    @extend_schema(responses=WorkspaceSerializer, operation_id="campaign_workspace")
    def get(self, request: Request, campaign: UUID) -> Response:
        """Palette, rules and policy for a Reviewer."""
        scope, row = enter_campaign(cast(User, request.user), campaign, self.access["GET"])
        return Response(queries.workspace_document(row, reviewer_of(scope).id))


class MyCampaigns(APIView):
    access = {"GET": SIGNED_IN}

    @extend_schema(responses=MyCampaignsSerializer, operation_id="my_campaigns")
    def get(self, request: Request) -> Response:
        """The campaigns I label in, with what is left for me."""
        return Response(
            {"campaigns": [documents.mine_document(row) for row in queries.my_campaigns(cast(User, request.user))]}
        )
