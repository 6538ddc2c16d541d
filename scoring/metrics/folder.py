"""Scores of all images in a folder, one row per image and metric, each image decoded once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scoring.metrics.pixels import Picture, PixelProblem, read_picture
from scoring.metrics.registry import compute, metric_named
from scoring.metrics.spec import Kind, ScoreResult, Status
from scoring.metrics.weights import WeightStore

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif")


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderScore:
    """One score of one file; `image` is its path relative to the folder, with forward slashes."""

    image: str
    result: ScoreResult


def image_files(folder: Path) -> tuple[Path, ...]:
    """The image files below `folder` by their endings, sorted; links that lead out of it are left out."""
    root = folder.resolve()
    return tuple(
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in ENDINGS and path.is_file() and path.resolve().is_relative_to(root)
    )


def folder_scores(
    folder: Path, metrics: Sequence[str], *, reference: Path | None = None, weights: WeightStore | None = None
) -> Iterator[FolderScore]:
    """Rows in the order of files, then metrics. A file that cannot be decoded has a row per metric that
    says so.

    References have the same relative path in `reference`, or the same name with another image ending.
    """
    paired = any(spec and spec.kind is Kind.FULL_REFERENCE for spec in map(metric_named, metrics))
    for path in image_files(folder):
        name = path.relative_to(folder).as_posix()
        image = _read(path)
        other = _reference(reference, path.relative_to(folder)) if reference and paired else None
        for metric in metrics:
            yield FolderScore(image=name, result=_row(metric, image, other, weights))


def _read(path: Path) -> Picture | PixelProblem:
    try:
        return read_picture(path)
    except PixelProblem as problem:
        return problem


def _reference(folder: Path, name: Path) -> Picture | PixelProblem:
    for candidate in (name, *(name.with_suffix(ending) for ending in ENDINGS)):
        if (folder / candidate).is_file():
            found = _read(folder / candidate)
            if isinstance(found, PixelProblem):
                return PixelProblem(found.status, f"The reference {candidate.as_posix()}: {found.reason}")
            return found
    return PixelProblem(Status.NO_REFERENCE, f"There is no {name.as_posix()} in the folder of references.")


def _row(
    metric: str,
    image: Picture | PixelProblem,
    other: Picture | PixelProblem | None,
    weights: WeightStore | None,
) -> ScoreResult:
    spec = metric_named(metric)
    needs_reference = spec is not None and spec.kind is Kind.FULL_REFERENCE
    problem = next((one for one in (image, other if needs_reference else None) if isinstance(one, PixelProblem)), None)
    if problem is not None:
        version = spec.fingerprint if spec else ""
        return ScoreResult(metric=metric, value=None, status=problem.status, reason=problem.reason, version=version)
    pictures = [one if isinstance(one, Picture) else None for one in (image, other)]
    assert pictures[0] is not None  # problems were answered above
    return compute(metric, pictures[0], pictures[1], weights=weights)
