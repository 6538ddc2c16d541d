"""How allauth behaves here: nobody signs up by themselves; accounts are made by one-time links."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed; everything else (rate limits, no enumeration) is allauth's default."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
