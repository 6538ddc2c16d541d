"""How allauth behaves here:

nobody signs up by themselves; failed sign-ins are counted per person and address.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.credentials import comparable_address


class ClosedSignupAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed. Everything else (rate limits, equal time for unknown addresses) is allauth's own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Per address *and* network address: a stranger who fails on purpose locks only himself out."""
        login = comparable_address(str(credentials.get("email", "")))
        return f"{self.get_client_ip(request)}:{login}"
