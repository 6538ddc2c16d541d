"""The re-review queue over HTTP. For reviewers and adjudicators; leads see how far it is."""

from typing import Any, ClassVar, cast
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from accounts.scope import Scope
from annotate.annotations.api import SubmitThrottle
from annotate.errors import AnswerInvalid
from annotate.geometry import Region, parse_region
from annotate.projects.queries import enter_campaign
from annotate.queue.pictures import THUMBNAIL_TYPE
from annotate.rereview import documents, queries, services
from annotate.rereview.questions import Reply
from annotate.rereview.serializers import (
    RereviewBulk,
    RereviewBulkDone,
    RereviewLeaseRequest,
    RereviewLeases,
    RereviewOverview,
    RereviewReceipt,
    RereviewReply,
    RereviewSkip,
    Shape,
)
from core.api.files import image_response
from core.api.permissions import ADJUDICATOR, LEAD, REVIEWER

IMAGE = OpenApiResponse(OpenApiTypes.BINARY, "The picture.")
ANSWERERS = REVIEWER | ADJUDICATOR


def _body(kind: type[Shape], request: Request) -> dict[str, Any]:
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return cast(dict[str, Any], body.validated_data)


class CampaignRereview(APIView):
    access: ClassVar = {"GET": ANSWERERS | LEAD}

    @extend_schema(responses=RereviewOverview, operation_id="campaign_rereview")
    def get(self, request: Request, campaign: UUID) -> Response:
        """How many questions are open, by what was found; what people chose so far, for leads and adjudicators."""
        scope, row = enter_campaign(person(request), campaign, self.access["GET"])
        found = documents.overview_document(row, queries.reviewer_id(scope))
        if not {"lead", "adjudicator"} & set(scope.roles):
            found["concepts"] = [one | {"chosen": []} for one in found["concepts"]]  # first answers are blind
        return Response(found)


class RereviewLeasesView(APIView):
    access: ClassVar = {"POST": ANSWERERS}

    @extend_schema(request=RereviewLeaseRequest, responses=RereviewLeases, operation_id="take_rereview_leases")
    def post(self, request: Request, campaign: UUID) -> Response:
        """My live leases first, then new ones: my own findings, then by priority. An empty answer says why."""
        scope, row = enter_campaign(person(request), campaign, self.access["POST"])
        taken = services.take_leases(scope, row, _body(RereviewLeaseRequest, request)["count"])
        found = queries.leases_with_questions(taken.leases)
        return Response(
            {
                "leases": [documents.question_document(lease) for lease in found],
                "state": taken.state,
                "retry_after": taken.retry_after,
                "reason": taken.reason,
            }
        )


class RereviewBulkView(APIView):
    access: ClassVar = {"POST": REVIEWER}

    @extend_schema(request=RereviewBulk, responses=RereviewBulkDone, operation_id="answer_rereview_in_bulk")
    def post(self, request: Request, campaign: UUID) -> Response:
        """One level for questions that ask for nothing else; never for a defect with a veto. All or none."""
        scope, row = enter_campaign(person(request), campaign, self.access["POST"])
        body = _body(RereviewBulk, request)
        return Response({"answered": services.answer_in_bulk(scope, row, body["questions"], body["level"])})


class _LeaseView(APIView):
    """A view of one lease of the person who asks; anybody else's is not there."""

    def entered(self, request: Request, lease: UUID) -> tuple[Scope, Any]:
        return queries.enter_lease(person(request), lease, ANSWERERS)


class RereviewAnswerView(_LeaseView):
    access: ClassVar = {"PUT": ANSWERERS}
    throttle_classes = [SubmitThrottle]

    @extend_schema(
        request=RereviewReply,
        responses={201: RereviewReceipt, 200: OpenApiResponse(RereviewReceipt, "The same answer again.")},
        operation_id="answer_rereview",
    )
    def put(self, request: Request, lease: UUID) -> Response:
        """Answer a question: 201 new, 200 the same again, 409 `lease-lost`, 422 `answer-invalid`."""
        scope, _ = self.entered(request, lease)
        body = _body(RereviewReply, request)
        receipt, created = services.answer_question(
            scope, lease, body["submission_id"], _reply(body), body["active_ms"]
        )
        said = {"lease": str(receipt.lease), "recorded_at": receipt.recorded_at.isoformat()}
        return Response(said, status=201 if created else 200)


def _reply(body: dict[str, Any]) -> Reply:
    """The validated body as a value. Raises AnswerInvalid with what is wrong with the region."""
    region: Region | None = None
    if body["region"] is not None:
        region, wrong = parse_region(body["region"], "/region")
        if wrong:
            raise AnswerInvalid(violations=wrong)
    return Reply(
        decision=body["decision"], concept=body["concept"], level=body["level"], region=region, note=body["note"]
    )


class RereviewSkipView(_LeaseView):
    access: ClassVar = {"POST": ANSWERERS}

    @extend_schema(request=RereviewSkip, responses={204: None}, operation_id="skip_rereview")
    def post(self, request: Request, lease: UUID) -> Response:
        """Leave the question to others, with a reason."""
        scope, _ = self.entered(request, lease)
        body = _body(RereviewSkip, request)
        services.skip_lease(scope, lease, reason=body["reason"], note=body["note"])
        return Response(status=204)


class RereviewReleaseView(_LeaseView):
    access: ClassVar = {"POST": ANSWERERS}

    @extend_schema(request=None, responses={204: None}, operation_id="release_rereview")
    def post(self, request: Request, lease: UUID) -> Response:
        """Give the question back."""
        scope, _ = self.entered(request, lease)
        services.release_lease(scope, lease)
        return Response(status=204)


class RereviewImageView(_LeaseView):
    access: ClassVar = {"GET": ANSWERERS}

    @extend_schema(responses={(200, "image/*"): IMAGE}, operation_id="rereview_image")
    def get(self, request: Request, lease: UUID) -> HttpResponseBase:
        """The picture without the metadata chunks that name generator and parameters."""
        _, row = self.entered(request, lease)
        blob = row.rereview.image.blob
        return image_response(request, "clean", blob.sha256, blob.media_type)


class RereviewThumbnailView(_LeaseView):
    access: ClassVar = {"GET": ANSWERERS}

    @extend_schema(responses={(200, "image/*"): IMAGE}, operation_id="rereview_thumbnail")
    def get(self, request: Request, lease: UUID) -> HttpResponseBase:
        """A small copy, shown until the picture is there."""
        _, row = self.entered(request, lease)
        return image_response(request, "thumbs", row.rereview.image.blob.sha256, THUMBNAIL_TYPE)
