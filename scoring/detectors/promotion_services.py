"""Which detector of a defect is in use, by a lead's word."""

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts import journal
from accounts.scope import Scope
from core.hashing import sha256_of_file
from scoring.detectors.queries import champions_of_taxonomy, trained_detector
from scoring.errors import DetectorUnusable
from scoring.models import Detector


def promote_detector(scope: Scope, detector_id: UUID) -> Detector:
    """Put a trained detector to use instead of the present one: a lead's choice, also the way back.

    Raises UnknownHere, DetectorUnusable.
    """
    row = trained_detector(scope, detector_id)
    if not artefact_is_whole(row):
        raise DetectorUnusable(f"The stored detector of {row.defect} is missing or was changed.")
    with transaction.atomic():
        before = champions_of_taxonomy(scope, row.version.taxonomy_id, lock=True).get(row.defect)
        if before is not None and before.id == row.id:
            return row
        if before is not None:
            Detector.objects.scoped(scope).filter(id=before.id).update(champion=False)
        Detector.objects.scoped(scope).filter(id=row.id).update(champion=True)
        journal.record(
            journal.project_scope(scope.project), "detector.promoted", actor=scope.actor, subject=row.id,
            payload={"defect": row.defect, "instead_of": before.id if before else None, "by_hand": True},
        )  # fmt: skip
    row.champion = True
    return row


def artefact_is_whole(row: Detector) -> bool:
    """Whether the stored file is the one of the row."""
    path = Path(settings.DATA_DIR) / row.artefact
    return path.is_file() and sha256_of_file(path) == row.artefact_sha256
