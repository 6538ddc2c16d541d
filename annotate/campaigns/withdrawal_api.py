"""Withdrawing images over HTTP. For leads."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from annotate.campaigns import withdrawal_services
from annotate.jobs.wake import wake
from annotate.projects.queries import enter_by_slug
from core.api.permissions import LEAD


class WithdrawalRequest(serializers.Serializer[Any]):
    images = serializers.ListField(child=serializers.UUIDField(), max_length=5000, default=list)
    import_run = serializers.UUIDField(
        allow_null=True, default=None, help_text="All images that this import brought in, instead of `images`."
    )
    reason = serializers.CharField(max_length=2000)
    confirmed = serializers.IntegerField(
        min_value=1, max_value=10_000_000, help_text="How many images the person saw and meant."
    )


class WithdrawalResult(serializers.Serializer[Any]):
    images = serializers.IntegerField()
    items = serializers.IntegerField()
    leases_released = serializers.IntegerField()
    files_erased = serializers.IntegerField()


class ProjectImagesWithdraw(APIView):
    access: ClassVar = {"POST": LEAD}

    @extend_schema(request=WithdrawalRequest, responses=WithdrawalResult, operation_id="withdraw_images")
    def post(self, request: Request, project: str) -> Response:
        """Take images out for good. 409 `withdrawal-changed` where another number than confirmed would go."""
        scope = enter_by_slug(person(request), project, LEAD)
        body = WithdrawalRequest(data=request.data)
        body.is_valid(raise_exception=True)
        result = withdrawal_services.withdraw(scope, **body.validated_data)
        if result.job is not None:
            wake(result.job)
        return Response(WithdrawalResult(result).data)
