"""What HTTP itself refuses:

sign-in, CSRF, addresses. Apart from problems.py, which needs DRF's views loaded.
"""

from typing import Any, ClassVar

from rest_framework import exceptions, status


class Refusal(exceptions.APIException):
    """A refusal of HTTP itself (sign-in, CSRF, addresses) that none of the six domain kinds says.

    Raised by api.py.
    """

    slug: ClassVar[str] = ""
    title: ClassVar[str] = ""

    def __init__(
        self, detail: str = "", *, extensions: dict[str, Any] | None = None, wait: float | None = None
    ) -> None:
        super().__init__(detail or self.title)
        self.extensions = extensions or {}
        self.wait = wait
        self.auth_header = "Session" if self.status_code == status.HTTP_401_UNAUTHORIZED else None


class SignInNeeded(Refusal):
    status_code, slug, title = 401, "sign-in-needed", "Sign in first."


class SignInFailed(Refusal):
    status_code, slug, title = 401, "sign-in-failed", "The address or the password is not right."


class SignInUnfinished(Refusal):
    status_code, slug, title = 401, "sign-in-unfinished", "This account asks for a further step of sign-in."


class CsrfFailed(Refusal):
    status_code, slug, title = 403, "csrf-failed", "The request came without a valid CSRF token."


class TooManyRequests(Refusal):
    status_code, slug, title = 429, "too-many-requests", "Too many requests; wait a little."


class ParameterInvalid(Refusal):
    status_code, slug, title = 400, "parameter-invalid", "The address holds a parameter that cannot be used."


class IfMatchMissing(Refusal):
    status_code, slug, title = 428, "if-match-missing", "Say with If-Match which state this change stands on."
