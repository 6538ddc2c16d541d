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
from taxonomy.drafts import unwritten
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
    violation_document,
)
from taxonomy.labels_file import read_labels
from taxonomy.linting import lint
from taxonomy.operations import LoadedMigration, Migration, read_migration
from taxonomy.reading import format_of
from taxonomy.sheet_reading import read_file
from taxonomy.sheet_writing import sheets_of, template
from taxonomy.skos import DEFAULT_BASE, is_base, turtle
from taxonomy.tree import TaxonomyTree
from taxonomy.validation import Loaded
from taxonomy.violation import FileRefused, Violation
from taxonomy.workbook_adapter import spreadsheet

EXAMPLE = """Examples:
  python manage.py taxonomy validate faults-1.0.0.yaml
  python manage.py taxonomy validate faults.xlsx --draft
  python manage.py taxonomy template --out faults.xlsx
  python manage.py taxonomy diff faults-1.0.0.yaml faults-1.1.0.yaml --json
  python manage.py taxonomy check-migration faults-1.0.0.yaml faults-1.1.0.yaml faults-1.0.0--1.1.0.yaml
  python manage.py taxonomy migrate labels.yaml --versions A.yaml B.yaml C.yaml --migrations AB.yaml BC.yaml
  python manage.py taxonomy lint faults-1.0.0.yaml
  python manage.py taxonomy export faults-1.0.0.yaml --format skos > faults.ttl
  python manage.py taxonomy export faults-1.0.0.yaml --format xlsx --out faults-1.0.0.xlsx
  python manage.py taxonomy export faults.xlsx --format yaml --out faults-1.0.0.yaml
  python manage.py taxonomy import faults-1.0.0.yaml --publish --assets pictures/

Files ending in .json are read as JSON, .xlsx and .csv as spreadsheets, all others as YAML. Exit status: 0 done, 1 the
input is wrong (which file, which line, what was expected; for lint: an error that forbids publishing), 2 usage.
"""
BINARY = frozenset({"xlsx"})


class Refused(Exception):
    """A file of the command line cannot be used; carries the answer."""

    def __init__(self, report: Report) -> None:
        self.report = report
        super().__init__("refused")


def _loaded(path: Path) -> Loaded:
    try:
        loaded = read_file(read_bytes(path), path.name)
    except FileRefused as refused:
        raise Refused(refusal(str(path), refused.violations)) from None
    if loaded.tree is None:
        raise Refused(refusal(str(path), loaded.violations))
    return loaded


def _taxonomy(path: Path) -> TaxonomyTree:
    loaded = _loaded(path)
    if loaded.violations or loaded.tree is None:
        raise Refused(refusal(str(path), loaded.violations))
    return loaded.tree


def _draft(path: Path) -> tuple[TaxonomyTree, tuple[Violation, ...]]:
    """A version that may be unfinished, and what it lacks."""
    loaded = _loaded(path)
    if loaded.blocking or loaded.tree is None:
        raise Refused(refusal(str(path), loaded.violations))
    return loaded.tree, loaded.unfinished or (*unwritten(loaded.tree), *loaded.violations)


def _migration(path: Path) -> LoadedMigration:
    try:
        loaded = read_migration(read_bytes(path), format_of(path.name))
    except FileRefused as refused:
        raise Refused(refusal(str(path), refused.violations)) from None
    if loaded.migration is None:
        raise Refused(refusal(str(path), loaded.violations))
    return loaded


def validate_file(options: Mapping[str, Any]) -> Report:
    path: Path = options["file"]
    return validity(str(path), *_draft(path)) if options["draft"] else validity(str(path), _taxonomy(path))


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
    tree, _ = _draft(path)
    return lint_report(lint(tree), tree, str(path))


def export_file(options: Mapping[str, Any]) -> Report:
    path: Path = options["file"]
    tree, unfinished = _draft(path)
    form = options["format"]
    if form == "skos":
        if not is_base(options["base"]):
            raise CommandError(f"{options['base']!r} is no beginning of an IRI.", returncode=2)
        migration = _migration(options["migration"]).migration if options["migration"] else None
        data = turtle(tree, migration, options["base"]).encode()
    elif form in ("xlsx", "csv"):
        try:
            data = spreadsheet(sheets_of(tree), form)
        except FileRefused as refused:
            raise Refused(refusal(str(path), refused.violations)) from None
    else:
        data = export_tree(tree, form).encode()
    said = {"slug": tree.slug, "version": tree.version, "unfinished": [violation_document(one) for one in unfinished]}
    return _given_out(data, form, options["out"], said)


def template_file(options: Mapping[str, Any]) -> Report:
    return _given_out(spreadsheet(template(), options["format"]), options["format"], options["out"], {})


def _given_out(data: bytes, form: str, out: Path | None, said: dict[str, Any]) -> Report:
    """Into the file of `--out`, else as text on standard output."""
    if out is None:
        if form in BINARY:
            raise CommandError(f"{form} is no text: say with --out which file to write.", returncode=2)
        text = data.decode()
        return Report(document={"format": form, **said, "text": text}, lines=(text.removesuffix("\n"),))
    try:
        out.write_bytes(data)
    except OSError as error:
        message = f"{out} cannot be written: {error.strerror or type(error).__name__}."
        raise Refused(refusal(str(out), [Violation(path="", line=None, code="unwritable", message=message)])) from None
    document = {"format": form, **said, "out": str(out), "bytes": len(data)}
    return Report(document=document, lines=(f"{out}: {len(data)} bytes",))


def _examples(action: str) -> str:
    """The examples of one action, and how files are read."""
    first, *rest = EXAMPLE.split("\n\n")
    lines = [line for line in first.splitlines()[1:] if f" taxonomy {action} " in line]
    return "\n".join(["Examples:", *lines, "", *rest])


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
        "template": template_file,
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
        validating = self._add(subparsers, "validate", "is this taxonomy file sound?", "file")
        validating.add_argument("--draft", action="store_true", help="it may be unfinished; what it lacks is listed")
        beginning = self._add(subparsers, "template", "a spreadsheet to begin with")
        beginning.add_argument("--format", choices=["xlsx", "csv"], default="xlsx")
        beginning.add_argument("--out", type=Path, metavar="FILE", help="file to write; needed for xlsx")
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
        exporting.add_argument("--format", choices=["yaml", "json", "skos", "xlsx", "csv"], default="yaml")
        exporting.add_argument("--out", type=Path, metavar="FILE", help="file to write; needed for xlsx")
        exporting.add_argument("--migration", type=Path, help="skos: the migration that led to this version")
        exporting.add_argument("--base", default=DEFAULT_BASE, help="skos: what every IRI begins with")

    def _add(self, subparsers: Any, name: str, help_text: str, *files: str) -> CommandParser:
        parser: CommandParser = subparsers.add_parser(
            name, help=help_text, epilog=_examples(name), formatter_class=RawDescriptionHelpFormatter
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
