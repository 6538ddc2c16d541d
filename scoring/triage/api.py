"""Rankings over HTTP, and the whole loop as one job. For leads only."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from annotate.jobs.queries import job_view
from annotate.jobs.wake import wake
from annotate.models import Job
from annotate.projects.documents import JobDocument
from annotate.projects.queries import enter_campaign
from core.api.pagination import page_limit
from core.api.permissions import LEAD
from core.api.throttles import JobStarts
from scoring.triage import documents, queries
from scoring.triage.enqueue_services import RankingWish, enqueue_loop, enqueue_ranking
from scoring.triage.serializers import LatestRankingDocument, RankingListDocument, RankingWishBody

LIMIT = OpenApiParameter("limit", int, description="Items shown on each side, 1 to 200, 24 unless told")


def read_wish(request: Request) -> RankingWish:
    """The body, checked for its shape."""
    body = RankingWishBody(data=request.data)
    body.is_valid(raise_exception=True)
    return RankingWish(**body.validated_data)


def accepted(job: Job) -> Response:
    """202 with the job, which is woken."""
    wake(job)
    return Response(JobDocument(job_view(job)).data, status=202)


class CampaignRankings(APIView):
    access: ClassVar = {"GET": LEAD, "POST": LEAD}
    throttle_classes = [JobStarts]

    @extend_schema(responses=RankingListDocument, operation_id="campaign_rankings")
    def get(self, request: Request, campaign: UUID) -> Response:
        """The newest rankings of a campaign, with strategy and seed."""
        scope, row = enter_campaign(person(request), campaign, LEAD)
        rows = [documents.ranking_document(one) for one in queries.rankings_of(scope, row.id)]
        return Response(RankingListDocument({"rankings": rows}).data)

    @extend_schema(request=RankingWishBody, responses={202: JobDocument}, operation_id="rank_campaign")
    def post(self, request: Request, campaign: UUID) -> Response:
        """Order the open Items anew; the next reservation follows it."""
        scope, row = enter_campaign(person(request), campaign, LEAD)
        return accepted(enqueue_ranking(scope, row.id, read_wish(request)))


class CampaignRanking(APIView):
    access: ClassVar = {"GET": LEAD}

    @extend_schema(parameters=[LIMIT], responses=LatestRankingDocument, operation_id="latest_ranking")
    def get(self, request: Request, campaign: UUID) -> Response:
        """The last ranking: its first Items with reasons and places, and those that stood first before it."""
        scope, row = enter_campaign(person(request), campaign, LEAD)
        limit = page_limit(request.query_params.get("limit"), 24)
        return Response(LatestRankingDocument(documents.latest_document(scope, row, limit)).data)


class CampaignLoop(APIView):
    access: ClassVar = {"POST": LEAD}
    throttle_classes = [JobStarts]

    @extend_schema(request=RankingWishBody, responses={202: JobDocument}, operation_id="run_loop")
    def post(self, request: Request, campaign: UUID) -> Response:
        """Export the gold, train, predict and rank, as one job. An open one is returned instead of a second."""
        scope, row = enter_campaign(person(request), campaign, LEAD)
        return accepted(enqueue_loop(scope, row.id, read_wish(request)))
