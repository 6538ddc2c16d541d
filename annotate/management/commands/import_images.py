"""Images into a project, from a folder, a ZIP or a manifest of this machine."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from annotate.corpus.manifests import manifest_kind
from annotate.corpus.services import ImportResult, import_now
from annotate.projects.queries import project_by_slug, system_scope
from core.errors import DomainError


class Command(BaseCommand):
    help = (
        "Import a folder, a ZIP, a CSV or a JSONL manifest. Exit status: 0 all rows taken in (duplicates and conflicts "
        "included), 1 some rows had errors, 2 nothing could be done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", metavar="PATH", help="a folder, .zip, .csv, .tsv, .jsonl or .ndjson")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--manifest", metavar="FILE", help="its files are named relative to PATH")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        path, manifest = Path(options["path"]), options["manifest"]
        if not path.exists():
            raise CommandError(f"There is no file or folder {path}.", returncode=2)
        if manifest and (not Path(manifest).is_file() or manifest_kind(manifest) is None):
            raise CommandError(f"{manifest} is no manifest (.csv, .tsv, .jsonl, .ndjson).", returncode=2)
        try:
            scope = system_scope(project_by_slug(options["project"]).id)
            result = import_now(scope, path, manifest)
        except DomainError as error:
            raise CommandError(error.detail, returncode=2) from error
        self._print(result, as_json=options["json"])
        if result.errors:
            raise SystemExit(1)

    def _print(self, result: ImportResult, *, as_json: bool) -> None:
        if as_json:
            document = {
                "images": result.images, "duplicates": result.duplicates, "conflicts": result.conflicts,
                "errors": [asdict(error) for error in result.errors],
            }  # fmt: skip
            self.stdout.write(json.dumps(document, ensure_ascii=False, indent=1))
            return
        self.stdout.write(
            f"{result.images} images, {result.duplicates} duplicates, {result.conflicts} conflicts, "
            f"{len(result.errors)} errors"
        )
        for error in result.errors:
            self.stdout.write(f"  row {error.row} {error.file}: {error.code}: {error.message}")
        for warning in result.warnings:
            self.stderr.write(f"Warning: {warning}")
