"""manage.py prepare: bring the database to the state that this version of the program needs.

Example: python manage.py prepare
"""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Migrations and the cache table; does nothing the second time. Runs as the owner of the tables."""

    help = "Apply migrations and make the cache table."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
