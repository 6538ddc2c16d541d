"""manage.py seed_demo: demo data, going on where an earlier run was interrupted.

Example: python manage.py seed_demo --images 320 --seed 1
"""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from fixtures.demo.story import Demo


class Command(BaseCommand):
    """Draws pictures, imports them, lets four simulated reviewers label, settles, trains and ranks."""

    help = "Make the demo's data; safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--images", type=int, default=320, help="how many pictures to draw")
        parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same pictures")

    def handle(self, *args: Any, **options: Any) -> None:
        processes = min(2, os.cpu_count() or 1)
        Demo(images=options["images"], seed=options["seed"], processes=processes, say=self._say).seed_everything()

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
