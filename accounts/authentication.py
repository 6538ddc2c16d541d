"""Who is asking: a browser with a session cookie and CSRF token, or a script with a bearer token."""

from typing import NoReturn

from django.http import HttpRequest
from rest_framework.authentication import BaseAuthentication, CSRFCheck, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import services, sessions
from accounts.models import ApiToken, User
from core.api.refusals import CsrfFailed


class BrowserSession(SessionAuthentication):
    """Session cookie with CSRF. Names a scheme, so that an expired session is 401 and told apart from 403."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        user = getattr(request._request, "user", None)
        if not isinstance(user, User) or not user.is_active:
            return None
        require_csrf(request)
        sessions.renew_session(request._request)
        return user, None

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer ts_…`; needs no CSRF token, because browsers never send it by themselves."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        header = request.headers.get("Authorization", "")
        if not header.startswith("Bearer "):
            return None
        found = services.use_token(header.removeprefix("Bearer ").strip())
        if found is None:
            raise AuthenticationFailed("The token is unknown, expired or revoked.")
        return found

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def require_csrf(request: Request) -> None:
    """Refuse a changing request without a valid CSRF token.

    Views that anyone may POST to call it themselves.
    """
    check = CSRFCheck(_never_called)
    check.process_request(request._request)
    reason = check.process_view(request._request, _never_called, (), {})
    if reason:
        raise CsrfFailed("Ask GET /api/v1/session for a fresh CSRF token and send it as X-CSRFToken.")


def _never_called(request: HttpRequest) -> NoReturn:
    raise AssertionError("the CSRF check answers by itself")
