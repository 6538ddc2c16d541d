"""Deny by default: a view says in `access` who may call each method; a method without an entry is refused.

The entries are checked twice: here (signed in at all, administrator) and by the scope that the view enters
(membership and role). tests/api/test_permission_table.py walks all routes × methods × roles.
"""

from typing import Any

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.api.parameters import refuse_undocumented

ANYONE = frozenset({"anyone"})
SIGNED_IN = frozenset({"signed-in"})
ADMIN = frozenset({"admin"})
OWNER = frozenset({"owner"})
REVIEWER = frozenset({"reviewer"})
ADJUDICATOR = frozenset({"adjudicator"})
LEAD = frozenset({"lead"})
MEMBER = REVIEWER | ADJUDICATOR | LEAD


class DeclaredAccess(BasePermission):
    """Refuses what the view does not declare; signed-in checks for everything but `ANYONE`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method == "OPTIONS":
            return bool(request.user.is_authenticated)
        access = getattr(view, "access", {})
        allowed = access.get("GET" if request.method == "HEAD" else request.method)
        if allowed is None:
            if request.method and not hasattr(view, request.method.lower()):
                raise MethodNotAllowed(request.method)
            return False
        if allowed != ANYONE and not request.user.is_authenticated:
            return False
        if allowed == ADMIN and not getattr(request.user, "is_admin", False):
            return False
        refuse_undocumented(request, view)
        return True
