"""Who is asking: a browser with a session cookie and CSRF token, or a script with a bearer token."""

from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import services
from accounts.models import ApiToken, User


class BrowserSession(SessionAuthentication):
    """Session cookie with CSRF. Names a scheme, so that an expired session is 401 and told apart from 403."""

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
