"""manage.py seed_demo: demo data, going on where an earlier run was interrupted.

Example: python manage.py seed_demo --images 320 --seed 1
"""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

EDITION = 2  # of the demo's story: another one is seeded on top of what is there


def state_file() -> Path:
    """Says that a seeding was finished, and which."""
    return Path(settings.DATA_DIR) / "demo-state.json"


def is_seeded(images: int) -> bool:
    """Whether a demo of at least so many pictures was seeded to its end."""
    try:
        state = json.loads(state_file().read_text())
    except (OSError, ValueError):
        return False
    return bool(state.get("edition") == EDITION and state.get("images", 0) >= images)


class Command(BaseCommand):
    """Draws pictures, imports them, lets four simulated reviewers label, settles, trains and ranks."""

    help = "Make the demo's data; safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--images", type=int, default=320, help="how many pictures to draw")
        parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same pictures")

    def handle(self, *args: Any, **options: Any) -> None:
        from fixtures.demo.story import Demo  # noqa: PLC0415 (loads scikit-learn; a restart only asks is_seeded)

        processes = min(2, os.cpu_count() or 1)
        Demo(images=options["images"], seed=options["seed"], processes=processes, say=self._say).seed_everything()
        state_file().write_text(json.dumps({"edition": EDITION, "images": options["images"], "seed": options["seed"]}))

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
