"""Scores and embeddings of a project's Images: what is missing is computed, each picture decoded once."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from accounts.scope import Scope
from core.storage import path_of
from scoring.embeddings.handcrafted import FINGERPRINT, Vector, handcrafted
from scoring.embeddings.queries import EMBEDDING, FIRST, Unscored, count_unscored, unscored_images
from scoring.metrics.choice import MetricChoice, picture_scores, usual_metrics
from scoring.metrics.pixels import Picture, PixelProblem, read_picture
from scoring.metrics.progress import NobodyWatches, Watch
from scoring.metrics.spec import ScoreResult, Status
from scoring.models import Embedding, Score

BATCH = 20  # Images computed between two commits


@dataclass(frozen=True, slots=True, kw_only=True)
class _Computed:
    image: UUID
    scores: tuple[ScoreResult, ...]
    vector: Vector | None


def score_project(scope: Scope, *, watch: Watch | None = None) -> int:
    """Compute what the project's Images lack; answers how many Images were worked on.

    Safe to run twice and at once: rows are known by (Image, metric, fingerprint), and what is there stays. An Image
    or metric that fails becomes a row with status and reason. What was committed stays when `watch` stops the work.
    """
    watched = watch or NobodyWatches()
    choice = usual_metrics()
    total, done, after = count_unscored(scope, choice), 0, FIRST
    while batch := unscored_images(scope, choice, after=after, limit=BATCH):
        computed = []
        for one in batch:
            computed.append(_computed(one, choice))
            watched.progress(done + len(computed) - 1, total, "images scored")
        _store(scope, computed, watched)
        done, after = done + len(batch), batch[-1].image
        watched.progress(done, max(total, done), "images scored")
    return done


def _computed(one: Unscored, choice: MetricChoice) -> _Computed:
    image = _picture(one.sha256)
    reference = None
    if one.has_reference:
        gone = PixelProblem(Status.NO_REFERENCE, "The reference was withdrawn.")
        reference = _picture(one.reference_sha256) if one.reference_sha256 else gone
    scores = picture_scores(choice.of_image(has_reference=one.has_reference), image, reference)
    vector, problem = _vector(image)
    return _Computed(image=one.image, scores=(*scores, *((problem,) if problem else ())), vector=vector)


def _picture(sha256: str) -> Picture | PixelProblem:
    path = path_of("blobs", sha256)
    if not path.is_file():
        return PixelProblem(Status.UNREADABLE, "The file of this image is missing in the data directory.")
    try:
        return read_picture(path)
    except PixelProblem as problem:
        return problem


def _vector(image: Picture | PixelProblem) -> tuple[Vector | None, ScoreResult | None]:
    """The embedding, or the row that says why there is none."""
    if isinstance(image, PixelProblem):
        status, reason = image.status, image.reason
    else:
        try:
            return handcrafted(image), None
        except Exception as failure:  # one picture that breaks the features marks one row, never the job
            status, reason = Status.FAILED, f"{type(failure).__name__}: {failure}"[:300]
    return None, ScoreResult(metric=EMBEDDING, value=None, status=status, reason=reason, version=FINGERPRINT)


def _store(scope: Scope, computed: list[_Computed], watch: Watch) -> None:
    with transaction.atomic():
        watch.require_owned()
        Score.objects.bulk_create(
            [
                Score(
                    project_id=scope.project, image_id=one.image, metric=result.metric, fingerprint=result.version,
                    value=result.value, status=str(result.status), reason=result.reason,
                )
                for one in computed
                for result in one.scores
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        Embedding.objects.bulk_create(
            [
                Embedding(project_id=scope.project, image_id=one.image, fingerprint=FINGERPRINT, vector=one.vector)
                for one in computed
                if one.vector is not None
            ],
            ignore_conflicts=True,
        )
