"""manage.py password_link: a new password for anybody, by whoever runs the server."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.credentials import link_address
from accounts.models import OneTimeLink
from accounts.queries import find_user
from accounts.services import make_link


class Command(BaseCommand):
    help = (
        "Prints a one-time link with which a person chooses a new password (works one day); their other sessions "
        "end. Example: manage.py password_link ada@example.org"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the address the person signs in with")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_user(options["address"])
        if user is None or not user.is_active:
            raise CommandError(f"Nobody signs in with {options['address']!r}.", returncode=1)
        link = link_address(make_link(OneTimeLink.Purpose.PASSWORD, by=None, user=user)[1])
        self.stdout.write(json.dumps({"link": link}) if options["json"] else link)
