"""manage.py first_account: the link that makes the first administrator."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.credentials import link_address
from accounts.services import make_first_account_link
from core.errors import DomainError


class Command(BaseCommand):
    help = (
        "Prints a one-time link with which the first administrator makes an account (works one day). "
        "There are no default credentials. Example: manage.py first_account --email ops@example.org"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", default="", help="the address of the account; else asked for by the page")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            link = link_address(make_first_account_link(options["email"]))
        except DomainError as error:
            raise CommandError(f"{error.detail}", returncode=1) from error
        if options["json"]:
            self.stdout.write(json.dumps({"link": link}))
        else:
            self.stdout.write(f"Open this link once, within a day, to make the first account:\n{link}")
