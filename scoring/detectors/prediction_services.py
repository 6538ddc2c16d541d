"""Predictions of the detectors in use, for the Images of a campaign that lack them."""

from uuid import UUID

import numpy as np
from django.db import connection, transaction

from accounts.scope import Scope
from annotate.errors import UnknownHere
from annotate.models import Campaign
from core import clock
from scoring.detectors.calibration import Floats
from scoring.detectors.queries import champions_for, images_to_predict, predicted_images
from scoring.detectors.services import loaded
from scoring.embeddings.queries import vectors_of
from scoring.errors import NothingToPredict
from scoring.metrics.progress import NobodyWatches, Watch
from scoring.models import Detector

BATCH = 5_000
INSERT = """
INSERT INTO scoring_prediction (id, project_id, image_id, detector_id, probability, computed_at)
SELECT gen_random_uuid(), %s, new.image, %s, new.probability, %s FROM unnest(%s::uuid[], %s::float[])
    AS new(image, probability)
ON CONFLICT (image_id, detector_id) DO NOTHING
"""


def predict_images(scope: Scope, campaign_id: UUID, *, watch: Watch | None = None) -> int:
    """Ask every detector in use about the campaign's Images it has not seen; answers the number of predictions made.

    Images without an embedding are left out until they have one. Safe to run twice and at once. Raises UnknownHere,
    NothingToPredict without a detector, DetectorUnusable for one whose file is not the stored one.
    """
    campaign = Campaign.objects.scoped(scope).select_related("version").filter(id=campaign_id).first()
    if campaign is None:
        raise UnknownHere
    champions = champions_for(scope, campaign)
    if not champions:
        raise NothingToPredict("No detector is in use for this campaign's defects: train detectors first.")
    watched = watch or NobodyWatches()
    images, made = images_to_predict(scope, campaign_id), 0
    total = len(images) * len(champions)
    for start in range(0, len(images), BATCH):
        part = images[start : start + BATCH]
        vectors = vectors_of(scope, part)
        for number, row in enumerate(champions.values()):
            watched.progress(start * len(champions) + number * len(part), total, f"predictions of {row.defect}")
            seen = predicted_images(scope, row.id, part)
            missing = [image for image in part if image in vectors and image not in seen]
            if missing:
                probabilities = loaded(row).probabilities(np.stack([vectors[image] for image in missing]))
                made += _store(scope, row, missing, probabilities, watched)
    watched.progress(total, total + 1, "predictions")
    return made


def _store(scope: Scope, row: Detector, images: list[UUID], probabilities: Floats, watch: Watch) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        watch.require_owned()
        cursor.execute(INSERT, [scope.project, row.id, clock.now(), images, probabilities.tolist()])
        count: int = cursor.rowcount
        return count
