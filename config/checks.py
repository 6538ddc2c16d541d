"""Start-up refusals that Django does not know of."""

import ipaddress
import stat
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register


def _loopback(bind: str) -> bool:
    try:
        return ipaddress.ip_address(bind.strip("[]")).is_loopback
    except ValueError:
        return bind == "localhost"


@register(Tags.security)
def unsafe_settings(app_configs: Any, **kwargs: Any) -> Sequence[CheckMessage]:
    """What must stop the start: debug or open hosts on a public address, wrong renderers, pickled messages."""
    env = settings.ENV
    found: list[CheckMessage] = []
    if settings.DEBUG and not _loopback(env.bind):
        found.append(Error("DEBUG is on while BIND is not a loopback address.", id="touchstone.E001"))
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Error("ALLOWED_HOSTS holds a star.", id="touchstone.E002"))
    if settings.REST_FRAMEWORK["DEFAULT_RENDERER_CLASSES"] != ["rest_framework.renderers.JSONRenderer"]:
        found.append(Error("Only the JSON renderer may be on.", id="touchstone.E003"))
    if settings.CELERY_ACCEPT_CONTENT != ["json"]:
        found.append(Error("Celery must accept JSON only.", id="touchstone.E004"))
    key_file = env.data_dir / "secret-key"
    if key_file.exists() and key_file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH):
        found.append(Error(f"{key_file} can be read by others: chmod 600.", id="touchstone.E005"))
    return found
