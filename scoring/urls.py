"""Routes of scoring."""

from django.urls import URLPattern, URLResolver, path

from scoring.detectors import api as detectors
from scoring.embeddings import api as embeddings
from scoring.triage import api as triage

urlpatterns: list[URLPattern | URLResolver] = [
    path("images/<uuid:image>/scores", embeddings.ImageScores.as_view()),
    path("projects/<str:project>/scoring", embeddings.ProjectScoring.as_view()),
    path("projects/<str:project>/scores", embeddings.ProjectScores.as_view()),
    path("campaigns/<uuid:campaign>/detectors", detectors.CampaignDetectors.as_view()),
    path("campaigns/<uuid:campaign>/predictions", detectors.CampaignPredictions.as_view()),
    path("campaigns/<uuid:campaign>/rankings", triage.CampaignRankings.as_view()),
    path("campaigns/<uuid:campaign>/ranking", triage.CampaignRanking.as_view()),
    path("campaigns/<uuid:campaign>/loop", triage.CampaignLoop.as_view()),
    path("detectors/<uuid:detector>/promote", detectors.DetectorPromotion.as_view()),
]
