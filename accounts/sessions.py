"""Sign-in of a browser on allauth's flow: its rate limits over all processes and its login stages.

A second factor or single sign-on is a further stage of that flow: a right password alone then signs nobody in.
"""

from datetime import UTC, datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts import services
from accounts.credentials import comparable_address
from accounts.models import User
from core import clock
from core.api.refusals import SignInFailed, SignInUnfinished, TooManyRequests

MAX_PASSWORD = 128
WAIT_S = 60.0
RENEWED_AT = "renewed_at"
RENEW_EVERY = timedelta(minutes=15)


def right_password(request: HttpRequest, email: str, password: str) -> User:
    """The person with this address and password. Raises SignInFailed (the same for every reason) or TooManyRequests.

    Takes one password hash of time whether the address is known or not. Longer passwords than can exist are never
    hashed.
    """
    if not ratelimit.consume(request, action="login"):
        raise _blocked(request, email)
    if not password or len(password) > MAX_PASSWORD:
        raise SignInFailed
    try:
        user = get_adapter(request).authenticate(request, email=comparable_address(email), password=password)
    except forms.ValidationError as error:
        raise _blocked(request, email) from error
    if not isinstance(user, User) or not user.is_active:
        raise SignInFailed
    return user


def _blocked(request: HttpRequest, email: str) -> TooManyRequests:
    try:
        network = get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        network = ""
    services.note_blocked_sign_in(network, email)
    return TooManyRequests("Too many attempts to sign in. Wait a minute, then try again.", wait=WAIT_S - 1)


def start_session(request: HttpRequest, user: User, *, method: str = "password") -> None:
    """Sign the person in; the session key and the CSRF token rotate.

    Raises SignInUnfinished where a stage is left.
    """
    record_authentication(request, user, method=method)
    perform_login(request, Login(user=user))
    if not request.user.is_authenticated or request.user.pk != user.pk:
        raise SignInUnfinished
    request.session[RENEWED_AT] = clock.now().timestamp()


def end_session(request: HttpRequest) -> None:
    """Sign out: the session row is gone, so its cookie is worth nothing."""
    logout(request)


def renew_session(request: HttpRequest) -> None:
    """Twelve hours count from the last use. Writes at most every fifteen minutes."""
    renewed = request.session.get(RENEWED_AT)
    if renewed is None or clock.now().timestamp() - float(renewed) > RENEW_EVERY.total_seconds():
        request.session[RENEWED_AT] = clock.now().timestamp()


def session_expires_at(request: HttpRequest) -> datetime:
    """When this session ends unless it is used."""
    renewed = float(request.session.get(RENEWED_AT) or clock.now().timestamp())
    return datetime.fromtimestamp(renewed, UTC) + timedelta(seconds=settings.SESSION_COOKIE_AGE)
