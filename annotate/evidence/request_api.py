"""Opening a change request with the evidence of a campaign. It lives here because findings are above taxonomies."""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from annotate.evidence.request_queries import evidence_of
from core.api.permissions import SIGNED_IN
from taxonomy import discussion_services
from taxonomy.discussion_api import NewChangeRequest, TaxonomyBoard, board_answer
from taxonomy.draft_api import body_of


class NewChangeRequestWithEvidence(NewChangeRequest):
    campaign = serializers.UUIDField(
        allow_null=True, default=None, help_text="Whose agreement on the concept is kept with the request."
    )


class ChangeRequestsView(APIView):
    access: ClassVar = {"POST": SIGNED_IN}

    @extend_schema(
        request=NewChangeRequestWithEvidence, responses={201: TaxonomyBoard}, operation_id="open_change_request"
    )
    def post(self, request: Request, slug: str) -> Response:
        """Ask for a change, with what a campaign's agreement says of the defect now. Everybody who is signed in."""
        body: dict[str, Any] = body_of(NewChangeRequestWithEvidence, request)
        evidence = evidence_of(person(request), body.pop("campaign"), body["concept"])
        discussion_services.open_request(slug, by=person(request), evidence=evidence, **body)
        return board_answer(slug, person(request), status=201)
