"""One's own tokens and password.

Only for a browser session: a leaked token must not be able to mint others.
"""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth import update_session_auth_hash
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import queries, services, sessions
from accounts.authentication import BrowserSession
from accounts.models import User
from core.api.permissions import SIGNED_IN


class ApiTokenDocument(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    prefix = serializers.CharField(help_text="How the token begins.")
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(allow_null=True)


class ApiTokenRequest(serializers.Serializer[None]):
    name = serializers.CharField(max_length=80)
    expires_in_days = serializers.IntegerField(min_value=1, max_value=365, default=90)


class NewApiToken(ApiTokenDocument):
    token = serializers.CharField(help_text="Shown this once.")


class PasswordChange(serializers.Serializer[None]):
    current_password = serializers.CharField(max_length=128, trim_whitespace=False)
    new_password = serializers.CharField(max_length=128, trim_whitespace=False)


class ApiTokensView(APIView):
    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}
    authentication_classes = (BrowserSession,)

    @extend_schema(responses=ApiTokenDocument(many=True))
    def get(self, request: Request) -> Response:
        """My tokens, expired ones included."""
        return Response(ApiTokenDocument(queries.tokens_of(person(request)), many=True).data)

    @extend_schema(request=ApiTokenRequest, responses={201: NewApiToken})
    def post(self, request: Request) -> Response:
        """Make a token for scripts."""
        body = ApiTokenRequest(data=request.data)
        body.is_valid(raise_exception=True)
        made = services.make_token(
            person(request), name=body.validated_data["name"], days=body.validated_data["expires_in_days"]
        )
        return Response({**ApiTokenDocument(made.row).data, "token": made.secret}, status=201)


class ApiTokenView(APIView):
    access: ClassVar = {"DELETE": SIGNED_IN}
    authentication_classes = (BrowserSession,)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, token: UUID) -> Response:
        """Revoke a token of mine."""
        services.revoke_token(person(request), token)
        return Response(status=204)


class PasswordView(APIView):
    access: ClassVar = {"POST": SIGNED_IN}
    authentication_classes = (BrowserSession,)

    @extend_schema(request=PasswordChange, responses={204: None})
    def post(self, request: Request) -> Response:
        """Change my password. All my other sessions end; this one goes on."""
        body = PasswordChange(data=request.data)
        body.is_valid(raise_exception=True)
        user = person(request)
        sessions.right_password(request._request, user.email, body.validated_data["current_password"])
        services.change_password(user, body.validated_data["new_password"])
        update_session_auth_hash(request._request, user)
        return Response(status=204)


def person(request: Request) -> User:
    """The signed-in person; the view's `access` has made sure that there is one."""
    assert isinstance(request.user, User)
    return request.user
