"""The adjudicator's desk over HTTP."""

from typing import cast
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from accounts.scope import Scope
from annotate.consensus import documents, picture_queries, queries, services
from annotate.consensus.serializers import AdjudicationSerializer, DeskItemSerializer, DeskSerializer, read_decisions
from annotate.projects.queries import enter, enter_campaign
from annotate.queue.pictures import Which
from core.api.files import image_response
from core.api.pagination import page_limit
from core.api.permissions import ADJUDICATOR, LEAD
from core.api.refusals import ParameterInvalid
from taxonomy.queries import tree_of

DESK = ADJUDICATOR | LEAD
IMAGE = OpenApiResponse(OpenApiTypes.BINARY, "The picture.")


class Desk(APIView):
    access = {"GET": DESK}

    @extend_schema(
        parameters=[
            OpenApiParameter("needs", str, required=True, enum=["gold"]),
            OpenApiParameter("campaign", OpenApiTypes.UUID, required=True),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int, description="1 to 200, 50 unless told"),
        ],
        responses=DeskSerializer,
        operation_id="desk",
    )
    def get(self, request: Request) -> Response:
        """Open disputes of a campaign: escalations, then the biggest disagreement first."""
        asked = request.query_params
        if asked.get("needs") != "gold":
            raise ParameterInvalid("`needs` is gold: the Items that wait for an adjudicator.")
        try:
            campaign = UUID(asked.get("campaign", ""))
        except ValueError as error:
            raise ParameterInvalid("`campaign` is the id of a campaign.") from error
        scope, row = enter_campaign(cast(User, request.user), campaign, self.access["GET"])
        page = queries.desk(scope, row.id, asked.get("cursor", ""), page_limit(asked.get("limit")))
        tree = tree_of(row.version_id)
        return Response(
            {
                "rows": [documents.desk_row_document(one, tree) for one in page.rows],
                "next": page.next,
                "open": queries.open_disputes(scope, row.id),
                "settled": queries.settled_by_hand(scope, row.id),
            }
        )


class _ItemView(APIView):
    def enter_item(self, request: Request, item: UUID) -> Scope:
        access: dict[str, frozenset[str]] = self.access  # type: ignore[attr-defined]
        return enter(cast(User, request.user), queries.project_of_item(item), access[cast(str, request.method)])


class ItemDetail(_ItemView):
    access = {"GET": DESK}

    @extend_schema(responses=DeskItemSerializer, operation_id="desk_item")
    def get(self, request: Request, item: UUID) -> Response:
        """The Image, everybody's marks under pseudonyms, what is disputed with its rule, what is settled already."""
        return Response(documents.desk_item_document(queries.desk_item(self.enter_item(request, item), item)))


class ItemGold(_ItemView):
    access = {"PUT": ADJUDICATOR}

    @extend_schema(request=AdjudicationSerializer, responses=DeskItemSerializer, operation_id="adjudicate_item")
    def put(self, request: Request, item: UUID) -> Response:
        """Settle the dispute. 412 `state-changed` when somebody else did, 403 `own-answer-involved` for its raters."""
        scope = self.enter_item(request, item)
        body = AdjudicationSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        data = body.validated_data
        services.adjudicate(
            scope, item, read_decisions(data["decisions"]), rest_absent=data["rest"] == "absent",
            reason_code=data["reason_code"] or "", reason=data["reason"],
        )  # fmt: skip
        return Response(documents.desk_item_document(queries.desk_item(scope, item)))


class _ItemPicture(_ItemView):
    access = {"GET": DESK}
    which: Which = "image"

    def picture(self, request: Request, item: UUID) -> HttpResponseBase:
        found = picture_queries.picture_of_item(self.enter_item(request, item), item, self.which)
        return image_response(request, found.kind, found.sha256, found.media_type)


class ItemImage(_ItemPicture):
    @extend_schema(responses={(200, "image/*"): IMAGE}, operation_id="item_image")
    def get(self, request: Request, item: UUID) -> HttpResponseBase:
        """The original pixels without metadata."""
        return self.picture(request, item)


class ItemThumbnail(_ItemPicture):
    which = "thumbnail"

    @extend_schema(responses={(200, "image/*"): IMAGE}, operation_id="item_thumbnail")
    def get(self, request: Request, item: UUID) -> HttpResponseBase:
        """A small copy."""
        return self.picture(request, item)


class ItemReference(_ItemPicture):
    which = "reference"

    @extend_schema(responses={(200, "image/*"): IMAGE}, operation_id="item_reference")
    def get(self, request: Request, item: UUID) -> HttpResponseBase:
        """The reference picture of the Item's Image."""
        return self.picture(request, item)
