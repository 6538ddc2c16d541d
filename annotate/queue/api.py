"""Leases over HTTP. Nothing here ever carries a score, a priority, gold or another person's answer."""

from typing import Any, cast
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from annotate.projects.queries import enter, enter_campaign, reviewer_of
from annotate.queue import pictures, queries, services
from core.api.files import image_response
from core.api.permissions import REVIEWER

IMAGE = OpenApiResponse(OpenApiTypes.BINARY, "The picture.")


class LeaseRequestSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(min_value=1, max_value=services.MAX_LEASES, default=3)


class LeaseImageSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.CharField()
    thumbnail_url = serializers.CharField()
    animated = serializers.BooleanField()
    media_type = serializers.CharField()


class NotAssessedSerializer(serializers.Serializer[Any]):
    defect = serializers.CharField()
    reason = serializers.CharField()


class LeaseSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    item = serializers.UUIDField()
    expires_at = serializers.DateTimeField()
    position = serializers.IntegerField()
    revision = serializers.IntegerField()
    image = LeaseImageSerializer()
    prompt = serializers.CharField(allow_null=True)
    negative_prompt = serializers.CharField(allow_null=True)
    reference_url = serializers.CharField(allow_null=True)
    brief = serializers.CharField(allow_null=True)
    askable = serializers.ListField(child=serializers.CharField())
    not_assessed = NotAssessedSerializer(many=True)
    annotation = serializers.JSONField(allow_null=True)


class LeasesSerializer(serializers.Serializer[Any]):
    leases = LeaseSerializer(many=True)
    state = serializers.ChoiceField(choices=["ready", "busy", "waiting", "done"])
    retry_after = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_null=True)


class RecentLeasesSerializer(serializers.Serializer[Any]):
    items = LeaseSerializer(many=True)


class SkipSerializer(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=services.SKIP_REASONS)
    note = serializers.CharField(max_length=2000, allow_blank=True, default="")


class EscalationSerializer(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=2000)


def lease_document(view: queries.LeaseView) -> dict[str, Any]:
    """One lease as the workspace reads it. Built by hand: it stands on the path of every single answer."""
    base = f"/api/v1/leases/{view.id}"
    return {
        "id": str(view.id),
        "item": str(view.item),
        "expires_at": view.expires_at.isoformat(),
        "position": view.position,
        "revision": view.revision,
        "image": {
            "id": str(view.image),
            "width": view.width,
            "height": view.height,
            "url": f"{base}/image",
            "thumbnail_url": f"{base}/thumbnail",
            "animated": view.frames > 1,
            "media_type": view.media_type,
        },
        "prompt": view.prompt or None,
        "negative_prompt": view.negative_prompt or None,
        "reference_url": f"{base}/reference" if view.has_reference else None,
        "brief": view.brief or None,
        "askable": view.askable,
        "not_assessed": [{"defect": concept, "reason": f"{kind} missing"} for concept, kind in view.not_assessed],
        "annotation": view.answer,
    }


class CampaignLeases(APIView):
    access = {"POST": REVIEWER}

    @extend_schema(request=LeaseRequestSerializer, responses=LeasesSerializer, operation_id="take_leases")
    def post(self, request: Request, campaign: UUID) -> Response:
        """My live leases first, then new ones; an empty answer says why."""
        scope, row = enter_campaign(cast(User, request.user), campaign, self.access["POST"])
        body = LeaseRequestSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        taken = services.take_leases(row, reviewer_of(scope).id, body.validated_data["count"])
        views = queries.lease_views(row, taken.leases)
        return Response(
            {
                "leases": [lease_document(view) for view in views],
                "state": taken.state,
                "retry_after": taken.retry_after,
                "reason": taken.reason,
            }
        )


class MyRecentItems(APIView):
    access = {"GET": REVIEWER}

    @extend_schema(
        parameters=[OpenApiParameter("limit", int, description="1 to 50, 10 unless told")],
        responses=RecentLeasesSerializer,
        operation_id="my_recent_items",
    )
    def get(self, request: Request, campaign: UUID) -> Response:
        """My last answered Items with my answers, newest first: what "back" goes through."""
        scope, row = enter_campaign(cast(User, request.user), campaign, self.access["GET"])
        limit = request.query_params.get("limit", "10")
        count = min(50, int(limit)) if limit.isdigit() and int(limit) else 10
        views = queries.recent_answers(row, reviewer_of(scope).id, count)
        return Response({"items": [lease_document(view) for view in views]})


class _LeaseView(APIView):
    """A view of one lease of the person who asks; anybody else's is not there."""

    def enter_lease(self, request: Request, lease: UUID, method: str) -> Any:
        user = cast(User, request.user)
        project = queries.project_of_lease(user, lease)
        return enter(user, project, self.access[method])  # type: ignore[attr-defined]


class LeaseSkip(_LeaseView):
    access = {"POST": REVIEWER}

    @extend_schema(request=SkipSerializer, responses={204: None}, operation_id="skip_lease")
    def post(self, request: Request, lease: UUID) -> Response:
        """End the lease unanswered, with a reason."""
        scope = self.enter_lease(request, lease, "POST")
        body = SkipSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        services.skip_lease(scope, lease, reason=body.validated_data["reason"], note=body.validated_data["note"])
        return Response(status=204)


class LeaseEscalate(_LeaseView):
    access = {"POST": REVIEWER}

    @extend_schema(request=EscalationSerializer, responses={204: None}, operation_id="escalate_lease")
    def post(self, request: Request, lease: UUID) -> Response:
        """Hand the Item to the adjudicator with a word of why."""
        scope = self.enter_lease(request, lease, "POST")
        body = EscalationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        services.escalate_lease(scope, lease, note=body.validated_data["note"])
        return Response(status=204)


class LeaseRelease(_LeaseView):
    access = {"POST": REVIEWER}

    @extend_schema(request=None, responses={204: None}, operation_id="release_lease")
    def post(self, request: Request, lease: UUID) -> Response:
        """Give the Item back; its place is free at once."""
        services.release_lease(self.enter_lease(request, lease, "POST"), lease)
        return Response(status=204)


class _LeasePicture(_LeaseView):
    access = {"GET": REVIEWER}
    which: pictures.Which = "image"

    def picture(self, request: Request, lease: UUID) -> HttpResponseBase:
        scope = self.enter_lease(request, lease, "GET")
        found = pictures.picture_of_lease(scope, lease, self.which)
        return image_response(request, found.kind, found.sha256, found.media_type)


class LeaseImage(_LeasePicture):
    @extend_schema(responses={(200, "image/*"): IMAGE}, operation_id="lease_image")
    def get(self, request: Request, lease: UUID) -> HttpResponseBase:
        """The original pixels without the metadata chunks that name generator and parameters."""
        return self.picture(request, lease)


class LeaseThumbnail(_LeasePicture):
    which = "thumbnail"

    @extend_schema(responses={(200, "image/*"): IMAGE}, operation_id="lease_thumbnail")
    def get(self, request: Request, lease: UUID) -> HttpResponseBase:
        """A small copy, shown until the original is there."""
        return self.picture(request, lease)


class LeaseReference(_LeasePicture):
    which = "reference"

    @extend_schema(responses={(200, "image/*"): IMAGE}, operation_id="lease_reference")
    def get(self, request: Request, lease: UUID) -> HttpResponseBase:
        """The reference picture of the Item's Image."""
        return self.picture(request, lease)
