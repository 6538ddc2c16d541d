"""Scores over HTTP: of an Image, of a project, and asking for those that are missing. For leads only."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from annotate.corpus.queries import project_of_image
from annotate.jobs.queries import job_view
from annotate.jobs.wake import wake
from annotate.projects.documents import JobDocument
from annotate.projects.queries import enter, enter_by_slug
from core.api.permissions import LEAD
from core.api.throttles import JobStarts
from scoring.embeddings import documents
from scoring.embeddings.enqueue_services import enqueue_scores
from scoring.embeddings.serializers import ImageScoresDocument, ProjectScoringDocument


class ImageScores(APIView):
    access: ClassVar = {"GET": LEAD}

    @extend_schema(responses=ImageScoresDocument, operation_id="image_scores")
    def get(self, request: Request, image: UUID) -> Response:
        """Every score of an Image; without a value, status and reason say why."""
        scope = enter(person(request), project_of_image(image), LEAD)
        return Response(ImageScoresDocument(documents.image_document(scope, image)).data)


class ProjectScoring(APIView):
    access: ClassVar = {"GET": LEAD}

    @extend_schema(responses=ProjectScoringDocument, operation_id="project_scoring")
    def get(self, request: Request, project: str) -> Response:
        """How many Images are scored and embedded, and how each metric is distributed."""
        scope = enter_by_slug(person(request), project, LEAD)
        return Response(ProjectScoringDocument(documents.project_document(scope)).data)


class ProjectScores(APIView):
    access: ClassVar = {"POST": LEAD}
    throttle_classes = [JobStarts]

    @extend_schema(request=None, responses={202: JobDocument}, operation_id="score_project")
    def post(self, request: Request, project: str) -> Response:
        """Score what the project's Images lack. An open job is returned instead of a second."""
        job = enqueue_scores(enter_by_slug(person(request), project, LEAD))
        wake(job)
        return Response(JobDocument(job_view(job)).data, status=202)
