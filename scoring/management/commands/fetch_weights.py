"""`manage.py fetch_weights METRIC`: the only place where files of weights are downloaded."""

import json
from argparse import RawDescriptionHelpFormatter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoring.metrics.fetching import fetch_weights
from scoring.metrics.weights import WeightsProblem, WeightStore

EXAMPLE = """Example:
  python manage.py fetch_weights musiq
  python manage.py fetch_weights musiq --source file:///media/weights/

Files go to WEIGHTS_DIR/METRIC and are pinned by size and SHA-256 in WEIGHTS_DIR/manifest.json. A file that is
there already is checked, not fetched. Mind the licence that is printed. Exit status: 0 done, 1 not possible.
"""


class Command(BaseCommand):
    help = "Fetches, checks and pins the files of weights that a metric needs."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """As Django's, with an example below the options."""
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLE, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("metric", metavar="METRIC")
        parser.add_argument(
            "--source", metavar="URL", help="another address: of the file, or of a folder with / at its end"
        )
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        store = WeightStore(folder=Path(settings.WEIGHTS_DIR))
        try:
            files = fetch_weights(store, options["metric"], source=options["source"], say=self.stderr.write)
        except WeightsProblem as problem:
            raise CommandError(str(problem), returncode=1) from problem
        if options["json"]:
            self.stdout.write(json.dumps({"metric": options["metric"], "files": [asdict(one) for one in files]}))
            return
        for one in files:
            self.stdout.write(f"{one.file}\t{one.size}\t{one.sha256}\t{one.licence}")
