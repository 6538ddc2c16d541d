"""Questions of a move over HTTP. A reviewer sees the one Finding that is asked about, and nobody else's answer."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from annotate.annotations.api import RegionSerializer
from annotate.errors import AnswerInvalid
from annotate.geometry import parse_region
from annotate.projects.queries import enter_campaign, reviewer_of
from annotate.rereview import queries, services
from annotate.rereview.replies import Reply
from core.api.files import image_response
from core.api.permissions import MEMBER, REVIEWER
from core.errors import Violation

IMAGE = OpenApiResponse(OpenApiTypes.BINARY, "The picture.")


class RereviewCountSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=1, max_value=services.MAX_LEASES, default=2)


class RereviewImageSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.CharField()
    thumbnail_url = serializers.CharField()


class RereviewLevelSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    name = serializers.CharField()
    rule = serializers.CharField()


class RereviewExampleSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    caption = serializers.CharField()
    picture = serializers.CharField()


class RereviewRuleSerializer(serializers.Serializer[Any]):
    concept = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField()
    annotate_when = serializers.ListField(child=serializers.CharField())
    do_not_annotate_when = serializers.ListField(child=serializers.CharField())
    levels = RereviewLevelSerializer(many=True)
    shapes = serializers.ListField(child=serializers.CharField())
    examples = RereviewExampleSerializer(many=True)


class RereviewOldSerializer(RereviewRuleSerializer):
    level = serializers.CharField(allow_null=True)
    region = RegionSerializer(allow_null=True)


class RereviewCandidateSerializer(RereviewRuleSerializer):
    choices = serializers.ListField(child=serializers.CharField(allow_null=True))


class RereviewVersionsSerializer(serializers.Serializer[Any]):
    old = serializers.CharField()
    new = serializers.CharField()


class RereviewLeaseSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    expires_at = serializers.DateTimeField()
    own = serializers.BooleanField()
    kinds = serializers.ListField(child=serializers.CharField())
    image = RereviewImageSerializer()
    prompt = serializers.CharField(allow_null=True)
    versions = RereviewVersionsSerializer()
    old = RereviewOldSerializer()
    candidates = RereviewCandidateSerializer(many=True)


class RereviewLeasesSerializer(serializers.Serializer[Any]):
    leases = RereviewLeaseSerializer(many=True)
    state = serializers.ChoiceField(choices=["ready", "busy", "waiting", "done"])
    retry_after = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class RereviewConceptSerializer(serializers.Serializer[Any]):
    concept = serializers.CharField()
    open = serializers.IntegerField()
    answered = serializers.IntegerField()


class RereviewProgressSerializer(serializers.Serializer[Any]):
    open = serializers.IntegerField()
    answered = serializers.IntegerField()
    mine_open = serializers.IntegerField()
    gold_held_back = serializers.IntegerField(help_text="Images with gold that waits for answers.")
    concepts = RereviewConceptSerializer(many=True)


class RereviewReplySerializer(serializers.Serializer[Any]):
    submission_id = serializers.UUIDField()
    decision = serializers.ChoiceField(choices=["chosen", "none"])
    concept = serializers.CharField(max_length=60, allow_null=True, default=None)
    level = serializers.CharField(max_length=40, allow_null=True, default=None)
    region = RegionSerializer(allow_null=True, default=None)
    note = serializers.CharField(max_length=2000, allow_blank=True, default="")
    active_ms = serializers.IntegerField(min_value=0, max_value=86_400_000, default=0)


class RereviewReceiptSerializer(serializers.Serializer[Any]):
    lease = serializers.UUIDField()
    recorded_at = serializers.DateTimeField()


class RereviewSkipSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=services.SKIP_REASONS)
    note = serializers.CharField(max_length=2000, allow_blank=True, default="")


def read_reply(data: dict[str, Any]) -> Reply:
    """The validated body as a value. Raises AnswerInvalid for a region or a choice that is none."""
    region, violations = parse_region(data["region"], "/region") if data["region"] is not None else (None, ())
    found = list(violations)
    chosen = data["decision"] == "chosen"
    if chosen and not data["concept"]:
        found.append(Violation(pointer="/concept", code="needed", message="Say which candidate it is."))
    if not chosen and (data["concept"] or data["level"] or data["region"]):
        found.append(Violation(pointer="/decision", code="both", message="None of them has no concept, level, region."))
    if found:
        raise AnswerInvalid(violations=found)
    return Reply(
        submission_id=data["submission_id"], concept=data["concept"] if chosen else None, level=data["level"],
        region=region, note=data["note"], active_ms=data["active_ms"],
    )  # fmt: skip


class CampaignRereview(APIView):
    access = {"GET": MEMBER}

    @extend_schema(responses=RereviewProgressSerializer, operation_id="rereview_progress")
    def get(self, request: Request, campaign: UUID) -> Response:
        """How many questions of the campaign's last move are open, and how much gold waits for them."""
        scope, row = enter_campaign(cast(User, request.user), campaign, self.access["GET"])
        return Response(queries.progress_document(scope, row))


class CampaignRereviewLeases(APIView):
    access = {"POST": REVIEWER}

    @extend_schema(
        request=RereviewCountSerializer, responses=RereviewLeasesSerializer, operation_id="take_rereview_leases"
    )
    def post(self, request: Request, campaign: UUID) -> Response:
        """My live leases first, then new ones: my own Findings before others'; an empty answer says why."""
        scope, row = enter_campaign(cast(User, request.user), campaign, self.access["POST"])
        body = RereviewCountSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        taken = services.take_leases(scope, row, reviewer_of(scope).id, body.validated_data["count"])
        leases = queries.leases_in_order(row, taken.leases)
        return Response(
            {
                "leases": [queries.question_document(lease) for lease in leases],
                "state": taken.state,
                "retry_after": taken.retry_after,
                "reason": taken.reason,
            }
        )


class RereviewLeaseAnswer(APIView):
    access = {"PUT": REVIEWER}

    @extend_schema(
        request=RereviewReplySerializer,
        responses={
            201: RereviewReceiptSerializer,
            200: OpenApiResponse(RereviewReceiptSerializer, "The same submission again."),
        },
        operation_id="answer_rereview",
    )
    def put(self, request: Request, lease: UUID) -> Response:
        """Answer a question: 201 new, 200 the same again, 409 answered by somebody else, 422 no fitting answer."""
        body = RereviewReplySerializer(data=request.data)
        body.is_valid(raise_exception=True)
        receipt, created = services.answer_question(cast(User, request.user), lease, read_reply(body.validated_data))
        document = {"lease": str(receipt.lease), "recorded_at": receipt.recorded_at.isoformat()}
        return Response(document, status=201 if created else 200)


class RereviewLeaseSkip(APIView):
    access = {"POST": REVIEWER}

    @extend_schema(request=RereviewSkipSerializer, responses={204: None}, operation_id="skip_rereview")
    def post(self, request: Request, lease: UUID) -> Response:
        """Leave a question to others, with a reason."""
        user = cast(User, request.user)
        queries.scope_of_lease(user, lease)
        body = RereviewSkipSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        services.skip_lease(user, lease, reason=body.validated_data["reason"], note=body.validated_data["note"])
        return Response(status=204)


class RereviewLeaseRelease(APIView):
    access = {"POST": REVIEWER}

    @extend_schema(request=None, responses={204: None}, operation_id="release_rereview")
    def post(self, request: Request, lease: UUID) -> Response:
        """Give a question back; it is free at once."""
        services.release_lease(cast(User, request.user), lease)
        return Response(status=204)


class RereviewLeaseImage(APIView):
    access = {"GET": REVIEWER}

    @extend_schema(responses={(200, "image/*"): IMAGE}, operation_id="rereview_image")
    def get(self, request: Request, lease: UUID) -> HttpResponseBase:
        """The original pixels without the metadata chunks that name generator and parameters."""
        scope = queries.scope_of_lease(cast(User, request.user), lease)
        return image_response(request, *queries.picture_of(lease, scope))


class RereviewLeaseThumbnail(APIView):
    access = {"GET": REVIEWER}

    @extend_schema(responses={(200, "image/*"): IMAGE}, operation_id="rereview_thumbnail")
    def get(self, request: Request, lease: UUID) -> HttpResponseBase:
        """A small copy, shown until the original is there."""
        scope = queries.scope_of_lease(cast(User, request.user), lease)
        _, sha256, _ = queries.picture_of(lease, scope)
        return image_response(request, "thumbs", sha256, "image/webp")
