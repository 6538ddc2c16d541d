"""Routes: the API under /api/v1, health, problems, and the page for everything else."""

from django.urls import include, path, re_path

from config import spa

API = [
    path("", include("accounts.urls")),
    path("", include("taxonomy.urls")),
    path("", include("annotate.urls")),
    path("", include("scoring.urls")),
]

urlpatterns = [
    path("api/v1/", include(API)),
    path("healthz", spa.healthz),
    path("readyz", spa.readyz),
    path("problems", spa.problems),
    re_path(r"^(?!api/|static/|media/|_allauth/)(?!.*\.\.)[^%\\\x00]*$", spa.page),
]

handler400 = "config.failures.bad_request"
handler403 = "config.failures.permission_denied"
handler404 = "config.failures.not_found"
handler500 = "config.failures.server_error"
