"""One PUT carries a whole answer."""

from typing import Any, cast
from uuid import UUID

from django.core.cache import caches
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import APIView

from accounts.models import User
from annotate.annotations import services
from annotate.answer import ABSENCES, CONFIDENCES, OUTCOMES, Answer, Finding, Rating, Submission
from annotate.errors import AnswerInvalid
from annotate.geometry import Region, parse_region
from core.api.permissions import REVIEWER
from core.errors import Violation
from taxonomy.concepts import ACTIONS

MAX_FINDINGS = 200
NOTE = 2000


class RegionSerializer(serializers.Serializer[Any]):
    shape = serializers.ChoiceField(choices=["box", "point", "polygon"])
    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField(), min_length=2, max_length=2), max_length=201
    )


class FindingSerializer(serializers.Serializer[Any]):
    defect = serializers.CharField(max_length=60)
    sub_defect = serializers.CharField(max_length=60, allow_null=True, default=None)
    severity = serializers.CharField(max_length=40, allow_null=True, default=None)
    region = RegionSerializer(allow_null=True, default=None)
    confidence = serializers.ChoiceField(choices=CONFIDENCES, default="sure")
    note = serializers.CharField(max_length=NOTE, allow_blank=True, default="")


class RatingSerializer(serializers.Serializer[Any]):
    defect = serializers.CharField(max_length=60)
    level = serializers.CharField(max_length=40, allow_null=True)


class AnswerSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    findings = FindingSerializer(many=True, max_length=MAX_FINDINGS, default=list)  # type: ignore[call-arg]  # of the list
    ratings = RatingSerializer(many=True, max_length=MAX_FINDINGS, default=list)  # type: ignore[call-arg]
    not_assessed = serializers.ListField(child=serializers.CharField(max_length=60), max_length=500, default=list)
    absence = serializers.ChoiceField(choices=ABSENCES, default="glance")
    verdict = serializers.ChoiceField(choices=ACTIONS, allow_null=True, default=None)
    note = serializers.CharField(max_length=NOTE, allow_blank=True, default="")


class AnnotationSubmissionSerializer(serializers.Serializer[Any]):
    submission_id = serializers.UUIDField()
    base_revision = serializers.IntegerField(min_value=0, max_value=1_000_000)
    answer = AnswerSerializer()
    active_ms = serializers.IntegerField(min_value=0, max_value=86_400_000)


class ReceiptSerializer(serializers.Serializer[Any]):
    lease = serializers.UUIDField()
    revision = serializers.IntegerField()
    recorded_at = serializers.DateTimeField()
    late = serializers.BooleanField()
    test = serializers.JSONField(allow_null=True)


class SubmitThrottle(UserRateThrottle):
    """600 a minute and person, counted per process: a limit against loops, not worth a query per answer."""

    scope = "submit"
    cache = caches["local"]


def read_submission(data: dict[str, Any]) -> Submission:
    """The validated body as a value. Raises AnswerInvalid with all that is wrong with regions."""
    answer, violations = data["answer"], list[Violation]()
    findings = []
    for index, row in enumerate(answer["findings"]):
        region: Region | None = None
        if row["region"] is not None:
            region, found = parse_region(row["region"], f"/answer/findings/{index}/region")
            violations += found
        findings.append(
            Finding(
                defect=row["defect"], sub_defect=row["sub_defect"], severity=row["severity"], region=region,
                confidence=row["confidence"], note=row["note"],
            )
        )  # fmt: skip
    if violations:
        raise AnswerInvalid(violations=violations)
    return Submission(
        submission_id=data["submission_id"],
        base_revision=data["base_revision"],
        active_ms=data["active_ms"],
        answer=Answer(
            outcome=answer["outcome"],
            findings=tuple(findings),
            ratings=tuple(Rating(defect=row["defect"], level=row["level"]) for row in answer["ratings"]),
            not_assessed=tuple(dict.fromkeys(answer["not_assessed"])),
            absence=answer["absence"],
            verdict=answer["verdict"],
            note=answer["note"],
        ),
    )


class LeaseAnnotation(APIView):
    access = {"PUT": REVIEWER}
    throttle_classes = [SubmitThrottle]

    @extend_schema(
        request=AnnotationSubmissionSerializer,
        responses={201: ReceiptSerializer, 200: OpenApiResponse(ReceiptSerializer, "The same submission again.")},
        operation_id="submit_annotation",
    )
    def put(self, request: Request, lease: UUID) -> Response:
        """Store the answer to a lease: 201 new, 200 the same again, 409 lease-lost or revision-stale, 422 invalid."""
        body = AnnotationSubmissionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        receipt, created = services.submit_annotation(
            cast(User, request.user), lease, read_submission(body.validated_data)
        )
        document = {
            "lease": str(receipt.lease),
            "revision": receipt.revision,
            "recorded_at": receipt.recorded_at.isoformat(),
            "late": receipt.late,
            "test": receipt.test,
        }
        return Response(document, status=201 if created else 200)
