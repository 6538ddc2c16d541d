"""Gold of a campaign into a folder of this machine."""

import os
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from annotate.export.services import export_into, known_campaign
from annotate.export.writers import WRITERS
from core.errors import DomainError

NOT_BUILT = ("parquet", "imagefolder", "label-studio")


class Command(BaseCommand):
    help = (
        "Write the gold of a campaign with its manifest.json into a new folder. Not built yet: "
        f"{', '.join(NOT_BUILT)}. Exit status: 0 complete, 1 partial (Items without gold, counted in the manifest), "
        "2 nothing was written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="ID")
        parser.add_argument("--format", default="jsonl", choices=[*WRITERS, *NOT_BUILT])
        parser.add_argument("--out", required=True, metavar="DIR", help="must not exist, or be empty")

    def handle(self, *args: Any, **options: Any) -> None:
        out, layout = Path(options["out"]).absolute(), options["format"]
        if layout in NOT_BUILT:
            raise CommandError(f"The format {layout} is not built yet; there are {', '.join(WRITERS)}.", returncode=2)
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise CommandError(f"{out} exists and is not an empty folder.", returncode=2)
        try:
            campaign = UUID(options["campaign"])
        except ValueError as error:
            raise CommandError(f"{options['campaign']!r} is no campaign id.", returncode=2) from error
        manifest = self._export(campaign, layout, out)
        counts, missing = manifest["counts"], manifest["missing"]
        self.stdout.write(f"{counts['images']} images, {counts['labels']} labels, content {manifest['content_hash']}")
        if manifest["partial"]:
            self.stderr.write(
                f"Partial: {missing['unsettled']} of {missing['items']} Items have no gold, "
                f"{missing['open_disputes']} of them with an open dispute."
            )
            raise SystemExit(1)

    def _export(self, campaign: UUID, layout: str, out: Path) -> dict[str, Any]:
        part = out.with_name(f".part-{out.name}-{os.getpid()}")
        try:
            manifest = export_into(known_campaign(campaign), layout, part)
            if out.exists():
                out.rmdir()
            os.rename(part, out)
        except DomainError as error:
            raise CommandError(error.detail, returncode=2) from error
        except OSError as error:
            raise CommandError(f"Writing to {out} failed: {error.strerror}.", returncode=2) from error
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return manifest
