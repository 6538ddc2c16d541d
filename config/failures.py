"""Django's own failures (CSRF, 404, 500 …) as problems where the API is asked, as a short page elsewhere."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse

from core.api.problems import MEDIA_TYPE, problem


def _answer(request: HttpRequest, status: int, slug: str, title: str, detail: str = "") -> HttpResponse:
    if request.path.startswith(("/api/", "/healthz", "/readyz")):
        return JsonResponse(problem(status, slug, title, detail), status=status, content_type=MEDIA_TYPE)
    return HttpResponse(f"{title}\n", status=status, content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(
        request,
        403,
        "csrf-failed",
        "The request came without a valid CSRF token.",
        "Ask GET /api/v1/session for a fresh one.",
    )


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400, "body-unreadable", "The request cannot be read.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "forbidden", "Your role does not allow this.")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404, "not-found", "There is nothing here that you may see.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the exception is being handled: a database that is away is 503 and worth another try."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        detail = "The database cannot be reached; try again shortly. Nothing that was acknowledged is lost."
        response = _answer(request, 503, "unavailable", "This is not available at the moment.", detail)
        response["Retry-After"] = "2"
        return response
    return _answer(request, 500, "unexpected", "Something went wrong on our side; it has been logged.")
