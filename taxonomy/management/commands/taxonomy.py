"""`manage.py taxonomy ...`: taxonomy and migration files, without a database (all but `import`)."""

import json
from argparse import RawDescriptionHelpFormatter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from taxonomy import import_services
from taxonomy.carrying import migrate
from taxonomy.codec import export_tree
from taxonomy.diff import diff
from taxonomy.explanation import explain
from taxonomy.file_reports import (
    Report,
    difference,
    explanation_report,
    lint_report,
    misfit,
    read_bytes,
    refusal,
    steps,
    validity,
)
from taxonomy.labels_file import read_labels
from taxonomy.linting import lint
from taxonomy.operations import LoadedMigration, Migration, read_migration
from taxonomy.reading import format_of
from taxonomy.skos import DEFAULT_BASE, turtle
from taxonomy.tree import TaxonomyTree
from taxonomy.validation import load_taxonomy, read_taxonomy
from taxonomy.violation import FileRefused

EXAMPLE = """Examples:
  python manage.py taxonomy validate faults-1.0.0.yaml
  python manage.py taxonomy diff faults-1.0.0.yaml faults-1.1.0.yaml --json
  python manage.py taxonomy check-migration faults-1.0.0.yaml faults-1.1.0.yaml faults-1.0.0--1.1.0.yaml
  python manage.py taxonomy migrate labels.yaml --versions A.yaml B.yaml C.yaml --migrations AB.yaml BC.yaml
  python manage.py taxonomy lint faults-1.0.0.yaml
  python manage.py taxonomy export faults-1.0.0.yaml --format skos > faults.ttl
  python manage.py taxonomy import faults-1.0.0.yaml --publish --assets pictures/

Files ending in .json are read as JSON, all others as YAML. Exit status: 0 done, 1 the input is wrong (which file,
which line, what was expected; for lint: an error that forbids publishing), 2 usage.
"""


class Refused(Exception):
    """A file of the command line cannot be used; carries the answer."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__("refused")


def _taxonomy(path: Path) -> TaxonomyTree:
    try:
        return load_taxonomy(read_bytes(path), path.name)
    except FileRefused as refused:
        raise Refused(refusal(str(path), refused.violations)) from None


def _migration(path: Path) -> LoadedMigration:
    try:
        loaded = read_migration(read_bytes(path), format_of(path.name))
    except FileRefused as refused:
        raise Refused(refusal(str(path), refused.violations)) from None
    if loaded.migration is None:
        raise Refused(refusal(str(path), loaded.violations))
    return loaded


def validate_file(options: Mapping[str, Any]) -> Report:
    return validity(str(options["file"]), _taxonomy(options["file"]))


def diff_files(options: Mapping[str, Any]) -> Report:
    return difference(diff(_taxonomy(options["old"]), _taxonomy(options["new"])))


def check_migration_file(options: Mapping[str, Any]) -> Report:
    old, new = _taxonomy(options["old"]), _taxonomy(options["new"])
    loaded = _migration(options["migration"])
    assert loaded.migration is not None
    explanation = explain(old, new, loaded.migration, loaded.lines)
    return explanation_report(explanation, loaded, old, new, str(options["migration"]))


def migrate_file(options: Mapping[str, Any]) -> Report:
    versions, paths = options["versions"], options["migrations"]
    if len(paths) != len(versions) - 1:
        message = f"{len(versions)} versions need {len(versions) - 1} migrations, given are {len(paths)}."
        raise CommandError(message, returncode=2)
    trees = [_taxonomy(path) for path in versions]
    migrations = [_fitting(path, old, new) for path, old, new in zip(paths, trees, trees[1:], strict=False)]
    labels: Path = options["labels"]
    try:
        read = read_labels(read_bytes(labels), trees, format_of(labels.name))
    except FileRefused as refused:
        raise Refused(refusal(str(labels), refused.violations)) from None
    return steps(migrate(read, trees, migrations, options["regions"]), trees)


def _fitting(path: Path, old: TaxonomyTree, new: TaxonomyTree) -> Migration:
    """The migration, once it explains the difference of the two versions; only such a one may be run."""
    loaded = _migration(path)
    assert loaded.migration is not None
    explanation = explain(old, new, loaded.migration, loaded.lines)
    if wrong := misfit(explanation, loaded.migration, loaded):
        raise Refused(refusal(str(path), wrong))
    return loaded.migration


def lint_file(options: Mapping[str, Any]) -> Report:
    path: Path = options["file"]
    try:
        loaded = read_taxonomy(read_bytes(path), format_of(path.name))
    except FileRefused as refused:
        raise Refused(refusal(str(path), refused.violations)) from None
    if loaded.tree is None:
        raise Refused(refusal(str(path), loaded.violations))
    return lint_report(lint(loaded.tree), loaded.tree, str(path))


def export_file(options: Mapping[str, Any]) -> Report:
    tree = _taxonomy(options["file"])
    form = options["format"]
    if form == "skos":
        migration = _migration(options["migration"]).migration if options["migration"] else None
        text = turtle(tree, migration, options["base"])
    else:
        text = export_tree(tree, form)
    document = {"format": form, "slug": tree.slug, "version": tree.version, "text": text}
    return Report(document=document, lines=(text.removesuffix("\n"),))


class Command(BaseCommand):
    """Each subcommand returns one report; it is printed as lines or as one JSON document."""

    help = "Check, compare, migrate, lint, export and import taxonomy files. Only import needs the database."
    requires_system_checks: list[str] = []
    actions: Mapping[str, Callable[[Mapping[str, Any]], Report]] = {
        "validate": validate_file,
        "diff": diff_files,
        "check-migration": check_migration_file,
        "migrate": migrate_file,
        "lint": lint_file,
        "export": export_file,
        "import": import_services.import_file,
    }

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """As Django's, with examples below the options."""
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLE, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        """One subparser for each action."""
        subparsers = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        self._add(subparsers, "validate", "is this taxonomy file sound?", "file")
        self._add(subparsers, "diff", "what differs between two versions?", "old", "new")
        self._add(subparsers, "check-migration", "does it explain the difference?", "old", "new", "migration")
        moving = self._add(subparsers, "migrate", "carry findings along a path of versions", "labels")
        moving.add_argument("--versions", nargs="+", type=Path, required=True, metavar="FILE")
        moving.add_argument("--migrations", nargs="+", type=Path, required=True, metavar="FILE")
        moving.add_argument(
            "--regions",
            choices=["taxonomy", "off", "optional", "required"],
            default="taxonomy",
            help="region policy of the campaign; the default asks for regions as the taxonomy says",
        )
        self._add(subparsers, "lint", "MECE and quality rules", "file")
        import_services.add_arguments(self._add(subparsers, "import", "take a version into the database", "file"))
        exporting = self._add(subparsers, "export", "write the version in another form", "file")
        exporting.add_argument("--format", choices=["yaml", "json", "skos"], default="yaml")
        exporting.add_argument("--migration", type=Path, help="skos: the migration that led to this version")
        exporting.add_argument("--base", default=DEFAULT_BASE, help="skos: what every IRI begins with")

    def _add(self, subparsers: Any, name: str, help_text: str, *files: str) -> CommandParser:
        parser: CommandParser = subparsers.add_parser(
            name, help=help_text, epilog=EXAMPLE, formatter_class=RawDescriptionHelpFormatter
        )
        for file in files:
            parser.add_argument(file, type=Path, metavar=file.upper())
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
        return parser

    def handle(self, *args: Any, **options: Any) -> None:
        """CommandError with status 1 when the input is wrong; the answer is on standard output all the same."""
        try:
            report = self.actions[options["action"]](options)
        except Refused as refused:
            report = refused.report
        if options["json"]:
            self.stdout.write(json.dumps(report.document, ensure_ascii=False, indent=2, allow_nan=False))
        elif report.ok:
            self.stdout.write("\n".join(report.lines))
        if not report.ok:
            raise CommandError("\n".join(report.lines), returncode=1)
