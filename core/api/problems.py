"""Every error of the API as an RFC 9457 problem. One table, one place."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from core.api.refusals import Refusal
from core.errors import DomainError

MEDIA_TYPE = "application/problem+json"

# The framework's own refusals: (exception, slug, title). Most special first.
FRAMEWORK = (
    (exceptions.ParseError, "body-unreadable", "The body is not the JSON that is expected here."),
    (exceptions.NotAuthenticated, "sign-in-needed", "Sign in first."),
    (exceptions.AuthenticationFailed, "sign-in-needed", "This session or token is not valid any more."),
    (exceptions.PermissionDenied, "forbidden", "Your role does not allow this."),
    (exceptions.NotFound, "not-found", "There is nothing here that you may see."),
    (exceptions.MethodNotAllowed, "method-not-allowed", "This address does not know that method."),
    (exceptions.NotAcceptable, "not-acceptable", "Only JSON can be sent here."),
    (exceptions.UnsupportedMediaType, "media-type", "Send application/json."),
    (exceptions.Throttled, "too-many-requests", "Too many requests; wait a little."),
    (exceptions.ValidationError, "invalid", "The content cannot be accepted as it is."),
)


def problem(
    status_code: int,
    slug: str,
    title: str,
    detail: str = "",
    *,
    violations: tuple[dict[str, Any], ...] = (),
    **extensions: Any,
) -> dict[str, Any]:
    """The problem document. `type` resolves to a section of the problem reference."""
    document: dict[str, Any] = {
        "type": f"/problems#{slug}",
        "title": title,
        "status": status_code,
        "detail": detail or title,
    }
    if violations:
        document["violations"] = list(violations)
    return document | extensions


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: domain errors and the framework's own. Anything else stays a logged 500."""
    if isinstance(error, DomainError):
        set_rollback()
        return _answer(
            problem(
                error.status,
                error.slug,
                error.title,
                error.detail,
                violations=tuple(violation.document() for violation in error.violations),
                **error.extensions,
            )
        )
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    response = exception_handler(error, context)
    if response is None or not isinstance(error, exceptions.APIException):
        return response
    return _answer(_framework_problem(error), dict(response.headers))


def _answer(document: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    kept = {
        name: value for name, value in (headers or {}).items() if name in {"Retry-After", "WWW-Authenticate", "Allow"}
    }
    if document["status"] == status.HTTP_503_SERVICE_UNAVAILABLE:
        kept.setdefault("Retry-After", "5")
    return Response(document, status=document["status"], headers=kept, content_type=MEDIA_TYPE)


def _framework_problem(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, Refusal):
        extensions = error.extensions
        if error.wait is not None:
            extensions = extensions | {"retry_after": int(error.wait) + 1}
        return problem(error.status_code, error.slug, error.title, str(error.detail), **extensions)
    for kind, slug, title in FRAMEWORK:  # noqa: B007 (the found entry is used after the loop)
        if isinstance(error, kind):
            break
    else:
        slug, title = "error", "The request was refused."
    code = error.status_code
    if isinstance(error, exceptions.ValidationError):
        code = status.HTTP_422_UNPROCESSABLE_ENTITY
        return problem(code, slug, title, violations=tuple(_violations(error.get_full_details(), "")))
    extensions = {}
    wait = getattr(error, "wait", None) if isinstance(error, exceptions.Throttled) else None
    if wait is not None:
        extensions["retry_after"] = int(wait) + 1
    detail = error.detail if isinstance(error, exceptions.ParseError | exceptions.AuthenticationFailed) else ""
    return problem(code, slug, title, str(detail), **extensions)


def _violations(details: Any, pointer: str) -> list[dict[str, str]]:
    if isinstance(details, dict) and {"message", "code"} == set(details):
        return [{"pointer": pointer, "code": str(details["code"]), "message": str(details["message"])}]
    found: list[dict[str, str]] = []
    if isinstance(details, dict):
        for name, value in details.items():
            place = pointer if name == "non_field_errors" else f"{pointer}/{escape_pointer(str(name))}"
            found += _violations(value, place)
    elif isinstance(details, list):
        leaf = all(isinstance(value, dict) and {"message", "code"} == set(value) for value in details)
        for index, value in enumerate(details):
            found += _violations(value, pointer if leaf else f"{pointer}/{index}")
    return found


def escape_pointer(part: str) -> str:
    """One reference token of a JSON pointer (RFC 6901)."""
    return part.replace("~", "~0").replace("/", "~1")
