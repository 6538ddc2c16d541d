"""Review of a draft over HTTP. For owners."""

from typing import ClassVar, cast

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from core.api.permissions import SIGNED_IN
from taxonomy import draft_queries, draft_services, queries, review_services, services
from taxonomy.draft_api import IF_MATCH, Shape, body_of, if_match
from taxonomy.draft_queries import Draft


class DraftApproval(Shape):
    by = serializers.CharField()
    created_at = serializers.DateTimeField()
    word = serializers.CharField(allow_blank=True)
    is_current = serializers.BooleanField(help_text="It is of the state that the draft has now.")


class DraftReview(Shape):
    state = serializers.CharField(help_text="draft, in_review")
    etag = serializers.CharField()
    approvals_required = serializers.IntegerField()
    approvals = DraftApproval(many=True)


class ReviewStep(Shape):
    step = serializers.ChoiceField(choices=["submit", "send_back", "approve"])
    word = serializers.CharField(max_length=2000, allow_blank=True, required=False, default="")


class ApprovalSetting(Shape):
    approvals_required = serializers.IntegerField(min_value=0, max_value=2)


class VersionRetired(Shape):
    number = serializers.CharField()
    state = serializers.CharField()


def _person(request: Request) -> User:
    return cast(User, request.user)


def _answer(slug: str, found: Draft) -> Response:
    approvals = review_services.approvals_of(found)
    return Response(
        {
            "state": found.state,
            "etag": found.etag,
            "approvals_required": queries.taxonomy(slug).approvals_required,
            "approvals": [
                {"by": by, "created_at": at, "word": word, "is_current": now} for by, at, word, now in approvals
            ],
        },
        headers={"ETag": found.etag, "Cache-Control": "private, no-store"},
    )


class DraftReviewView(APIView):
    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}

    @extend_schema(responses=DraftReview, operation_id="get_draft_review")
    def get(self, request: Request, slug: str) -> Response:
        """Whether the draft is in review, and who approved it. For owners."""
        draft_services.require_owner_of(slug, by=_person(request))
        return _answer(slug, draft_queries.draft(slug))

    @extend_schema(request=ReviewStep, responses=DraftReview, parameters=[IF_MATCH], operation_id="step_draft_review")
    def post(self, request: Request, slug: str) -> Response:
        """Put the draft up for review, send it back, or approve exactly this state. For owners."""
        draft_services.require_owner_of(slug, by=_person(request))
        etag, body = if_match(request), body_of(ReviewStep, request)
        person = _person(request)
        if body["step"] == "submit":
            review_services.submit_for_review(slug, by=person, etag=etag)
        elif body["step"] == "send_back":
            review_services.send_back(slug, by=person, etag=etag, word=body["word"])
        else:
            review_services.approve(slug, by=person, etag=etag, word=body["word"])
        return _answer(slug, draft_queries.draft(slug))


class ApprovalsView(APIView):
    access: ClassVar = {"PUT": SIGNED_IN}

    @extend_schema(request=ApprovalSetting, responses=ApprovalSetting, operation_id="set_taxonomy_approvals")
    def put(self, request: Request, slug: str) -> Response:
        """How many people besides the author must approve a draft. For owners."""
        draft_services.require_owner_of(slug, by=_person(request))
        number = body_of(ApprovalSetting, request)["approvals_required"]
        row = review_services.set_approvals(slug, number, by=_person(request))
        return Response({"approvals_required": row.approvals_required})


class VersionRetireView(APIView):
    access: ClassVar = {"POST": SIGNED_IN}

    @extend_schema(request=None, responses=VersionRetired, operation_id="retire_taxonomy_version")
    def post(self, request: Request, slug: str, number: str) -> Response:
        """No new campaigns under this version; running ones go on, nothing of it is lost. For owners."""
        draft_services.require_owner_of(slug, by=_person(request))
        row = services.retire_version(slug, number, by=_person(request))
        return Response({"number": row.number, "state": row.state})
