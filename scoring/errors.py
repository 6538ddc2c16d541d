"""What scoring refuses, each with the slug of its problem section."""

from core.errors import Conflict, Invalid


class ExportNotReady(Conflict):
    slug, title = "export-not-ready", "The export is not finished, so nothing can be trained on it."


class ExportUnusable(Invalid):
    slug, title = "export-unusable", "Detectors cannot be trained on this export."


class DetectorUnusable(Conflict):
    slug, title = "detector-unusable", "This detector cannot be used."


class NothingToRank(Conflict):
    slug, title = "nothing-to-rank", "No Item of the campaign waits to be ranked."


class NothingToPredict(Conflict):
    slug, title = "nothing-to-predict", "No detector is in use for the defects of this campaign."
