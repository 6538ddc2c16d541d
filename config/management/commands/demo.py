"""manage.py demo: everything from nothing to a running app with demo data.

Example: PORT=8100 python manage.py demo
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.management.commands.prepare import fingerprint, stamp
from config.management.commands.seed_demo import is_seeded
from config.management.commands.serve import require_free_port


class Command(BaseCommand):
    """Prepares, seeds (resuming where it was interrupted), says how to sign in, and serves."""

    help = "Seed demo data if needed and run everything."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--images", type=int, default=320, help="how many pictures to draw (at least 300)")
        parser.add_argument("--no-serve", action="store_true", help="seed only")

    def handle(self, *args: Any, **options: Any) -> None:
        env = settings.ENV
        if not options["no_serve"]:
            require_free_port(env.bind, env.port)
        manage = (sys.executable, str(Path(sys.argv[0]).resolve()))
        for command in self._missing(options["images"]):
            if subprocess.run((*manage, *command), check=False).returncode:
                raise CommandError(f"{command[0]} failed; run `make demo` again, it goes on where it stopped.")
        self._say_how_to_sign_in(env.data_dir / "demo-logins.json", env.public_url)
        if not options["no_serve"]:
            call_command("serve")

    def _missing(self, images: int) -> list[tuple[str, ...]]:
        """What a restart can leave out: preparing for migrations that are applied, seeding that was finished."""
        prepared = settings.ENV.embedded_database and stamp().exists() and stamp().read_text() == fingerprint()
        seeded = prepared and is_seeded(images)
        seeding = ("seed_demo", "--images", str(images))
        return ([] if prepared else [("prepare",)]) + ([] if seeded else [seeding])

    def _say_how_to_sign_in(self, path: Path, url: str) -> None:
        people = json.loads(path.read_text())["people"]
        self.stdout.write(f"\nOpen {url} and sign in as one of them (also in {path}):\n")
        for person in people:
            self.stdout.write(f"  {person['email']:<28} {person['password']:<20} {person['role']}")
        self.stdout.write("")
