"""Sessions of browsers, and one-time links that begin one.

The documents tell memberships, so they live here.
"""

from typing import Any, ClassVar

from django.http import HttpRequest
from django.middleware.csrf import get_token
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import queries as account_queries
from accounts import sessions
from accounts.authentication import BrowserSession, require_csrf
from accounts.models import User
from accounts.queries import LinkFacts
from annotate.projects import queries, services
from annotate.projects.documents import LinkAnswer, LinkDocument, SessionDocument, SignIn
from core.api.permissions import ANYONE, SIGNED_IN
from core.api.refusals import SignInNeeded


class SessionView(APIView):
    access: ClassVar = {"GET": ANYONE, "POST": ANYONE, "DELETE": SIGNED_IN}
    authentication_classes = (BrowserSession,)

    @extend_schema(responses=SessionDocument)
    def get(self, request: Request) -> Response:
        """Who am I. Without a session 401 `sign-in-needed`, whose `csrf_token` serves to sign in."""
        if not isinstance(request.user, User):
            raise SignInNeeded(extensions={"csrf_token": get_token(request._request)})
        return _session(request._request, request.user)

    @extend_schema(request=SignIn, responses=SessionDocument)
    def post(self, request: Request) -> Response:
        """Sign in.

        401 `sign-in-failed` for every reason alike, 429 `too-many-requests` with `retry_after`.
        """
        require_csrf(request)
        body = SignIn(data=request.data)
        body.is_valid(raise_exception=True)
        data = body.validated_data
        user = sessions.right_password(request._request, data["email"], data["password"])
        sessions.start_session(request._request, user)
        return _session(request._request, user)

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Sign out."""
        sessions.end_session(request._request)
        return Response(status=204)


class LinkView(APIView):
    access: ClassVar = {"GET": ANYONE, "POST": ANYONE}
    authentication_classes = (BrowserSession,)

    @extend_schema(responses=LinkDocument)
    def get(self, request: Request, token: str) -> Response:
        """What a one-time link is for. 404 for an unknown one, 410 `link-over` for a used or expired one."""
        facts = account_queries.link_facts(token)
        return Response(LinkDocument(_link(facts, _signed_in(request))).data)

    @extend_schema(request=LinkAnswer, responses=SessionDocument)
    def post(self, request: Request, token: str) -> Response:
        """Use it: make the account, join the project or set the password, and be signed in. Works once."""
        require_csrf(request)
        facts = account_queries.link_facts(token)
        body = LinkAnswer(data=request.data)
        body.is_valid(raise_exception=True)
        data = body.validated_data
        signed_in = _signed_in(request)
        services.refuse_stranger(signed_in, facts.email)
        knows_password = facts.purpose == "invitation" and facts.has_account and signed_in is None
        if knows_password:
            signed_in = sessions.right_password(request._request, facts.email, data["password"])
        person = services.accept_link(token, signed_in=signed_in, **data)
        if _signed_in(request) is None or facts.purpose == "password":
            sessions.start_session(request._request, person)
        return _session(request._request, person)


def _signed_in(request: Request) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _link(facts: LinkFacts, signed_in: User | None) -> dict[str, Any]:
    project = facts.grants.get("project")
    if facts.purpose == "password":
        step = "choose-password"
    elif not facts.has_account:
        step = "make-account"
    else:
        step = "accept" if signed_in and signed_in.email == facts.email else "give-password"
    return {
        "purpose": facts.purpose, "email": facts.email or None, "project": queries.project_name(project),
        "role": facts.grants.get("role"), "step": step, "expires_at": facts.expires_at,
    }  # fmt: skip


def _session(request: HttpRequest, user: User) -> Response:
    memberships = [{"project": one, "roles": one.roles} for one in queries.projects_of(user)]
    document = {
        "user": user,
        "csrf_token": get_token(request),
        "memberships": memberships,
        "expires_at": sessions.session_expires_at(request),
    }
    return Response(SessionDocument(document).data, headers={"Cache-Control": "no-store"})
