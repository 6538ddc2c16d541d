"""`manage.py score FOLDER`: metrics of the images in a folder, on files alone."""

import json
from argparse import RawDescriptionHelpFormatter
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from scoring.embeddings.handcrafted import DIMENSIONS, handcrafted
from scoring.metrics.folder import folder_scores, image_files
from scoring.metrics.frechet import SET_SPECS, SetScore, set_scores
from scoring.metrics.pixels import PixelProblem, read_picture
from scoring.metrics.registry import all_metrics, builtin_metrics, metric_named, unavailable
from scoring.metrics.spec import Kind
from scoring.metrics.weights import WeightStore

Row: TypeAlias = dict[str, object]

EXAMPLE = """Example:
  python manage.py score images/ --metrics sharpness,noise,blockiness --json
  python manage.py score edited/ --reference originals/ --metrics psnr,ssim
  python manage.py score new/ --reference old/ --metrics frechet-handcrafted
  python manage.py score --list

One row for each image and metric: image, metric, value, status, reason, version. Without a value the status
says why (too_small, size_mismatch, no_reference, unreadable, not_installed ...). A metric of sets has one row
with an interval and both numbers of images. Exit status: 0 done, 1 the input is wrong, 2 usage.
"""


class Command(BaseCommand):
    help = "Scores the images of a folder: quality metrics with status and reason, without a database."
    requires_system_checks: list[str] = []

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """As Django's, with an example below the options."""
        return super().create_parser(
            prog_name, subcommand, epilog=EXAMPLE, formatter_class=RawDescriptionHelpFormatter, **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", metavar="FOLDER", help="images to score")
        parser.add_argument("--reference", type=Path, metavar="FOLDER", help="references under the same names")
        parser.add_argument("--metrics", metavar="a,b,c", help="default: the metrics that are always there")
        parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
        parser.add_argument("--list", action="store_true", help="print the metrics there are and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        store = WeightStore(folder=Path(settings.WEIGHTS_DIR))
        if options["list"]:
            self._print(_listing(store), as_json=options["json"])
            return
        if options["folder"] is None:
            raise CommandError("Name the folder of images, or --list.", returncode=2)
        folder, reference = options["folder"], options["reference"]
        for one in filter(None, (folder, reference)):
            if not one.is_dir():
                raise CommandError(f"{one} is no folder.", returncode=1)
        if not image_files(folder):
            raise CommandError(f"{folder} holds no PNG, JPEG, WebP or GIF files.", returncode=1)
        metrics = _chosen(options["metrics"], with_reference=reference is not None)
        sets = [name for name in metrics if (spec := metric_named(name)) and spec.kind is Kind.SET]
        single = [name for name in metrics if name not in sets]
        rows: list[Row] = []
        if single:
            for one in folder_scores(folder, single, reference=reference, weights=store):
                rows.append({"image": one.image, **asdict(one.result)})
        rows += _set_rows(folder, reference, sets)
        self._print(rows, as_json=options["json"])
        missing = sum(row["value"] is None for row in rows)
        self.stderr.write(f"{len(rows)} rows, {missing} without a value")

    def _print(self, rows: list[Row], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(rows, allow_nan=False, ensure_ascii=False))
            return
        if rows:
            self.stdout.write("\t".join(rows[0]))
        for row in rows:
            self.stdout.write("\t".join(_cell(value) for value in row.values()))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return " ".join(str(value).split())


def _chosen(names: str | None, *, with_reference: bool) -> tuple[str, ...]:
    if names is None:
        return builtin_metrics(with_reference=with_reference)
    chosen = tuple(dict.fromkeys(filter(None, (name.strip() for name in names.split(",")))))
    unknown = [name for name in chosen if metric_named(name) is None]
    if unknown or not chosen:
        known = ", ".join(spec.name for spec in all_metrics())
        raise CommandError(
            f"No metric is called {', '.join(unknown) or '(nothing)'}. There are: {known}.", returncode=1
        )
    return chosen


def _listing(store: WeightStore) -> list[Row]:
    rows: list[Row] = []
    for spec in all_metrics():
        refusal = unavailable(spec, store)
        rows.append(
            {
                "metric": spec.name, "kind": spec.kind, "tag": spec.tag, "higher_is_better": spec.higher_is_better,
                "low": spec.range.low, "high": spec.range.high, "min_size": spec.min_size,
                "status": refusal[0] if refusal else "ok", "reason": refusal[1] if refusal else "",
                "licence": spec.licence, "version": spec.fingerprint, "definition": spec.definition,
                "source": spec.source,
            }
        )  # fmt: skip
    return rows


def _set_rows(folder: Path, reference: Path | None, metrics: list[str]) -> list[Row]:
    if not metrics:
        return []
    if reference is None:
        raise CommandError(f"{', '.join(metrics)} compares two sets: name the other with --reference.", returncode=1)
    vectors = [_vectors(one) for one in (folder, reference)]
    scores = set_scores(vectors[0], vectors[1], features="handcrafted", standardise=True)
    versions = {spec.name: spec.fingerprint for spec in SET_SPECS}
    return [_set_row(one, versions[one.metric]) for one in scores if one.metric in metrics]


def _set_row(score: SetScore, version: str) -> Row:
    return {
        "image": None, "metric": score.metric, "value": score.value, "status": score.status, "reason": score.reason,
        "version": version, "interval": score.interval, "n": score.n, "n_reference": score.n_reference,
    }  # fmt: skip


def _vectors(folder: Path) -> np.ndarray:
    found = []
    for path in image_files(folder):
        try:
            found.append(handcrafted(read_picture(path)))
        except PixelProblem:
            continue  # the row says how many images there were
    return np.stack(found) if found else np.zeros((0, DIMENSIONS), np.float32)
