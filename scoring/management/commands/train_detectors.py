"""`manage.py train_detectors --export DIR`: detectors from an export's files, without a database."""

import json
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.hashing import sha256_of_bytes, sha256_of_file
from scoring.detectors.dataset import ExportProblem, GoldRecord, joined, read_export
from scoring.detectors.storage import save_detector
from scoring.detectors.training import Training, train
from scoring.embeddings.handcrafted import FINGERPRINT, handcrafted
from scoring.metrics.pixels import PixelProblem, read_picture

EXAMPLE = """Example:
  python manage.py train_detectors --export exports/campaign-7 --images images/ --out detectors/ --json

Reads manifest.json and gold.jsonl; `file` of each record is looked for in --images, else in the export. Each
trained detector gets a folder with model.skops and detector.json. A defect with too few examples is named with
the count. Exit status: 0 done, 1 the export is wrong (which file, which row), 2 usage.
"""


class Command(BaseCommand):
    help = "Trains one detector per defect on an export of gold labels."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """As Django's, with an example below the options."""
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLE, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--export", type=Path, required=True, metavar="DIR", help="what export_gold wrote")
        parser.add_argument("--images", type=Path, metavar="DIR", help="where the image files are")
        parser.add_argument("--out", type=Path, metavar="DIR", help="default: detectors/ in the export")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        images = options["images"] or options["export"]
        out = options["out"] or options["export"] / "detectors"
        try:
            export = read_export(options["export"])
            dataset = joined(export, lambda record: _vector(images, record), fingerprint=FINGERPRINT)
        except ExportProblem as problem:
            raise CommandError(str(problem), returncode=1) from problem
        if dataset.missing:
            self.stderr.write(f"{dataset.missing} of {len(export.records)} records have no readable image in {images}")
        results = []
        for concept in export.concepts:
            training = train(dataset, concept, seed=options["seed"])
            if training.detector is not None:
                save_detector(training.detector, out / _folder_name(concept), figures=training.figures)
            results.append(_row(training))
            self.stderr.write(f"{concept}: {training.reason or training.state}")
        document = {
            "manifest_sha256": export.manifest_sha256, "taxonomy": export.taxonomy, "version": export.version,
            "records": len(export.records), "without_image": dataset.missing, "features": FINGERPRINT,
            "out": str(out), "detectors": results,
        }  # fmt: skip
        if options["json"]:
            self.stdout.write(json.dumps(document, allow_nan=False))
            return
        for training_row in results:
            self.stdout.write("\t".join(str(training_row[key]) for key in ("concept", "state", "positives", "reason")))


def _row(training: Training) -> dict[str, object]:
    return {
        "concept": training.concept, "state": training.state, "reason": training.reason,
        "positives": training.positives, "negatives": training.negatives, "figures": training.figures,
    }  # fmt: skip


def _folder_name(concept: str) -> str:
    """The concept's id where it is a plain name, else its letters and digits with the start of its hash."""
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_") else "_" for sign in concept)
    return plain if plain == concept and plain else f"{plain[:40]}-{sha256_of_bytes(concept.encode())[:8]}"


def _vector(folder: Path, record: GoldRecord) -> npt.NDArray[np.float32] | None:
    """The features of a record's file, or None without one; ExportProblem for a path that leaves the folder
    or a file that is not the one that was labelled.
    """
    if not record.file:
        return None
    root = folder.resolve()
    path = (root / record.file).resolve()
    if not path.is_relative_to(root):
        raise ExportProblem(f"image {record.image}: file {record.file!r} lies outside {folder}.")
    if not path.is_file():
        return None
    if record.sha256 and sha256_of_file(path) != record.sha256:
        raise ExportProblem(f"image {record.image}: {path} is not the file that was labelled (its SHA-256 differs).")
    try:
        return handcrafted(read_picture(path))
    except PixelProblem:
        return None
