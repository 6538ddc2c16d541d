"""manage.py invite: a one-time link into a project, without mail."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.credentials import link_address
from annotate.projects.queries import project_by_slug
from annotate.projects.services import invite
from core.errors import DomainError


class Command(BaseCommand):
    help = (
        "Prints a one-time link that makes whoever has the address a member of a project (works seven days). "
        "Example: manage.py invite ada@example.org --project faces --role reviewer"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", help="the address of the person")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--role", required=True, choices=["reviewer", "adjudicator", "lead"])
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            project = project_by_slug(options["project"])
            link, token = invite(project.id, email=options["address"], role=options["role"], by=None)
        except DomainError as error:
            raise CommandError(error.detail, returncode=1) from error
        document = {"link": link_address(token), "expires_at": link.expires_at.isoformat()}
        self.stdout.write(json.dumps(document) if options["json"] else document["link"])
