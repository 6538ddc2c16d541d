"""manage.py prepare: bring the database to the state that this version of the program needs.

Example: python manage.py prepare
"""

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

BROUGHT_ALONG = ("Django", "django-allauth")  # whose migrations change with their version


def stamp() -> Path:
    """Remembers for which migrations this data directory was prepared, so that a restart of the demo is quick."""
    return Path(settings.DATA_DIR) / "prepared"


def fingerprint() -> str:
    """The names of all migrations, and the versions of the packages that bring their own."""
    names = sorted(str(path.relative_to(settings.BASE_DIR)) for path in settings.BASE_DIR.glob("*/migrations/*.py"))
    return hashlib.sha256("\n".join([*names, *map(version, BROUGHT_ALONG)]).encode()).hexdigest()


class Command(BaseCommand):
    """Migrations and the cache table; does nothing the second time. Runs as the owner of the tables."""

    help = "Apply migrations and make the cache table."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        stamp().write_text(fingerprint())
