"""OpenAPI: operation ids from the route, problems on every operation."""

from typing import Any

from drf_spectacular.openapi import AutoSchema


class Schema(AutoSchema):
    """Reads `access` of the view into the description, so that the document says who may call what."""

    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's own signature
        description = super().get_description() or ""
        access: dict[str, Any] = getattr(self.view, "access", {})
        allowed = access.get(self.method.upper())
        return f"{description}\n\nWho: {', '.join(sorted(allowed))}.".strip() if allowed else description
