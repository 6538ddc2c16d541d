"""Routes of accounts. The session document tells memberships, so it lives with the projects."""

from django.urls import URLPattern, URLResolver, path

from accounts import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("tokens", api.ApiTokensView.as_view()),
    path("tokens/<uuid:token>", api.ApiTokenView.as_view()),
    path("password", api.PasswordView.as_view()),
]
