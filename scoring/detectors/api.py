"""Detectors over HTTP: what was learnt of which gold, training, predictions, and which detector is in use."""

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from annotate.errors import UnknownHere
from annotate.jobs.queries import job_view
from annotate.jobs.wake import wake
from annotate.projects.documents import JobDocument
from annotate.projects.queries import enter, enter_campaign
from core.api.permissions import LEAD
from core.api.throttles import JobStarts
from scoring.detectors import documents, promotion_services, queries
from scoring.detectors.enqueue_services import enqueue_predictions, enqueue_training
from scoring.detectors.serializers import CampaignDetectorsDocument, DetectorDocument, TrainingWish


class CampaignDetectors(APIView):
    access: ClassVar = {"GET": LEAD, "POST": LEAD}
    throttle_classes = [JobStarts]

    @extend_schema(responses=CampaignDetectorsDocument, operation_id="campaign_detectors")
    def get(self, request: Request, campaign: UUID) -> Response:
        """Gold, exports, the last training, a line for each defect, predictions, and the jobs that work on it."""
        scope, row = enter_campaign(person(request), campaign, LEAD)
        return Response(CampaignDetectorsDocument(documents.campaign_document(scope, row)).data)

    @extend_schema(request=TrainingWish, responses={202: JobDocument}, operation_id="train_detectors")
    def post(self, request: Request, campaign: UUID) -> Response:
        """Train on a finished JSONL export of this campaign. 409 `export-not-ready` for another one."""
        scope, row = enter_campaign(person(request), campaign, LEAD)
        body = TrainingWish(data=request.data)
        body.is_valid(raise_exception=True)
        export = queries.finished_export(scope, body.validated_data["export"])
        if export.campaign_id != row.id:
            raise UnknownHere("There is no such export of this campaign.")
        job = enqueue_training(scope, export.id)
        wake(job)
        return Response(JobDocument(job_view(job)).data, status=202)


class CampaignPredictions(APIView):
    access: ClassVar = {"POST": LEAD}
    throttle_classes = [JobStarts]

    @extend_schema(request=None, responses={202: JobDocument}, operation_id="predict_campaign")
    def post(self, request: Request, campaign: UUID) -> Response:
        """Make the predictions which the campaign's Images lack."""
        scope, row = enter_campaign(person(request), campaign, LEAD)
        job = enqueue_predictions(scope, row.id)
        wake(job)
        return Response(JobDocument(job_view(job)).data, status=202)


class DetectorPromotion(APIView):
    access: ClassVar = {"POST": LEAD}

    @extend_schema(request=None, responses=DetectorDocument, operation_id="promote_detector")
    def post(self, request: Request, detector: UUID) -> Response:
        """Put this detector to use instead of the present one; also the way back. A journal line each time."""
        scope = enter(person(request), queries.project_of_detector(detector), LEAD)
        row = promotion_services.promote_detector(scope, detector)
        return Response(DetectorDocument(documents.detector_document(row)).data)
