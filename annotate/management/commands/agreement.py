"""`manage.py agreement ratings.csv`: agreement statistics of a file, without a database."""

import json
from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from annotate.agreement.command_report import Options, agreement_report, table_lines
from annotate.agreement.intervals import Method
from annotate.agreement.ratings_file import BadRatingsFile, BadScale, read_ratings_file
from annotate.agreement.registry import SCALES

EXAMPLE = """Example:
  item,rater,value
  img-1,ada,1
  img-1,ben,0
  img-2,ada,1
  img-2,ben,1

  python manage.py agreement ratings.csv --categories 0,1 --positive 1 --json

One row a rating. With a column `defect` there is one block for each defect; a column `weight` holds 1 /
inclusion probability, the same for all rows of an item. An empty value means: not rated. Where a rater rated
an item twice, the latest row counts. Exit status: 0 done, 1 the file is wrong (which row, what was expected),
2 usage.
"""


def category_list(text: str) -> list[str]:
    """`a,b,c` to its parts. Raises ArgumentTypeError for an empty or doubled one."""
    found = [part.strip() for part in text.split(",")]
    if not all(found):
        raise ArgumentTypeError("categories must not be empty: a,b,c")
    if len(set(found)) < len(found):
        raise ArgumentTypeError("a category occurs twice")
    return found


def seed_number(text: str) -> int:
    """A whole number of at least 0. Raises ArgumentTypeError otherwise."""
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError("the seed must be a whole number of at least 0")
    return int(text)


class Command(BaseCommand):
    """Reads a CSV, prints a table or one JSON document; messages go to standard error."""

    help = "Agreement between raters from a CSV in long form: item,rater,value[,defect][,weight]."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """As Django's, with an example below the options."""
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLE, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        """Options as documented in docs/reference."""
        parser.add_argument("ratings", type=Path, metavar="ratings.csv")
        parser.add_argument("--scale", choices=SCALES, default="nominal")
        parser.add_argument("--categories", type=category_list, help="the whole scale, lowest first: a,b,c")
        parser.add_argument("--positive", help="the positive category of a binary scale")
        parser.add_argument("--interval", choices=[method.value for method in Method], default=Method.DIRICHLET.value)
        parser.add_argument("--seed", type=seed_number, default=0)
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with status 1 (the file) or 2 (the options)."""
        chosen = Options(
            scale=options["scale"],
            categories=options["categories"],
            positive=options["positive"],
            interval=Method(options["interval"]),
            seed=options["seed"],
        )
        try:
            report = agreement_report(read_ratings_file(options["ratings"]), chosen)
        except BadRatingsFile as error:
            raise CommandError(str(error), returncode=1) from error
        except BadScale as error:
            raise CommandError(str(error), returncode=2) from error
        for note in report.notes:
            self.stderr.write(note)
        if options["json"]:
            self.stdout.write(json.dumps(report.document, allow_nan=False, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(table_lines(report.document)))
