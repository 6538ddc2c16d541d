"""Images of a project: gallery, record, bytes. For leads and adjudicators; reviewers see pictures by their leases."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponseBase
from django.utils.dateparse import parse_datetime
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from accounts.scope import Scope
from annotate.corpus import documents, queries
from annotate.corpus.image_filter import ImageFilter
from annotate.corpus.thumbnails import MEDIA_TYPE
from annotate.projects.queries import enter, enter_by_slug
from core.api.files import image_response
from core.api.pagination import page_limit
from core.api.permissions import ADJUDICATOR, LEAD
from core.api.refusals import ParameterInvalid

DESK = ADJUDICATOR | LEAD
PICTURE = OpenApiResponse(OpenApiTypes.BINARY, "The picture.")
PAGED = [
    OpenApiParameter("cursor", OpenApiTypes.STR, description="`next` of the page before."),
    OpenApiParameter("limit", OpenApiTypes.INT, description="1 to 200."),
]
FILTERS = [
    *(OpenApiParameter(name, OpenApiTypes.STR, many=True) for name in ("generator", "model_version", "source_group")),
    OpenApiParameter("import_run", OpenApiTypes.UUID),
    OpenApiParameter("text", OpenApiTypes.STR, description="In prompt or name, or the whole external id."),
    OpenApiParameter("has_prompt", OpenApiTypes.BOOL),
    OpenApiParameter("has_reference", OpenApiTypes.BOOL),
    OpenApiParameter("created_after", OpenApiTypes.DATETIME),
    OpenApiParameter("created_before", OpenApiTypes.DATETIME),
    OpenApiParameter("withdrawn", OpenApiTypes.BOOL, description="true: the withdrawn ones instead."),
]


def image_filter(request: Request) -> ImageFilter:
    """The filter in an address. Raises ParameterInvalid."""
    asked = request.query_params
    return ImageFilter(
        generator=_texts(request, "generator"),
        model_version=_texts(request, "model_version"),
        source_group=_texts(request, "source_group"),
        import_run=_uuid(asked.get("import_run", "")),
        text=asked.get("text", "")[:500],
        has_prompt=_bool(asked.get("has_prompt", ""), "has_prompt"),
        has_reference=_bool(asked.get("has_reference", ""), "has_reference"),
        created_after=_moment(asked.get("created_after", ""), "created_after"),
        created_before=_moment(asked.get("created_before", ""), "created_before"),
        withdrawn=bool(_bool(asked.get("withdrawn", ""), "withdrawn")),
    )


def _texts(request: Request, name: str) -> tuple[str, ...]:
    values = request.query_params.getlist(name)
    if len(values) > 100:
        raise ParameterInvalid(f"`{name}` may be given 100 times.")
    return tuple(value for value in values if value)


def _bool(value: str, name: str) -> bool | None:
    if value not in {"", "true", "false"}:
        raise ParameterInvalid(f"`{name}` is true or false.")
    return None if value == "" else value == "true"


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError as error:
        raise ParameterInvalid("`import_run` is the id of an import.") from error


def _moment(value: str, name: str) -> datetime | None:
    """A moment with its time zone."""
    if not value:
        return None
    try:
        found = parse_datetime(value)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise ParameterInvalid(f"`{name}` is a moment such as 2026-11-21T00:00:00Z.")
    return found


class ProjectImages(APIView):
    access: ClassVar = {"GET": DESK}

    @extend_schema(parameters=[*FILTERS, *PAGED], responses=documents.GalleryPage, operation_id="list_images")
    def get(self, request: Request, project: str) -> Response:
        """Images by their generation record, the newest first."""
        scope = enter_by_slug(person(request), project, DESK)
        wanted = image_filter(request)
        limit = page_limit(request.query_params.get("limit"))
        page = queries.gallery_page(scope, wanted, cursor=request.query_params.get("cursor", ""), limit=limit)
        total = queries.count_images(scope, wanted)
        return Response(documents.GalleryPage({"rows": page.rows, "next": page.next, "total": total}).data)


class ProjectImageFacets(APIView):
    access: ClassVar = {"GET": DESK}

    @extend_schema(responses=documents.FacetsDocument, operation_id="image_facets")
    def get(self, request: Request, project: str) -> Response:
        """What images can be filtered by, with counts over all that are not withdrawn."""
        scope = enter_by_slug(person(request), project, DESK)
        return Response(documents.FacetsDocument(queries.gallery_facets(scope)).data)


def _enter_image(request: Request, image: UUID) -> Scope:
    return enter(person(request), queries.project_of_image(image), DESK)


class ImageView(APIView):
    access: ClassVar = {"GET": DESK}

    @extend_schema(responses=documents.ImageDocument, operation_id="get_image")
    def get(self, request: Request, image: UUID) -> Response:
        """One Image with its generation record; of a withdrawn one the tombstone."""
        record = queries.image_record(_enter_image(request, image), image)
        return Response(documents.ImageDocument(documents.image_document(record)).data)


class ImageOriginal(APIView):
    access: ClassVar = {"GET": DESK}

    @extend_schema(responses={(200, "image/*"): PICTURE}, operation_id="image_original")
    def get(self, request: Request, image: UUID) -> HttpResponseBase:
        """The original pixels, without metadata."""
        sha256, media_type = queries.stored_picture(_enter_image(request, image), image)
        return image_response(request, "clean", sha256, media_type)


class ImageThumbnail(APIView):
    access: ClassVar = {"GET": DESK}

    @extend_schema(responses={(200, "image/*"): PICTURE}, operation_id="image_thumbnail")
    def get(self, request: Request, image: UUID) -> HttpResponseBase:
        """At most 320 pixels a side."""
        sha256, _ = queries.stored_picture(_enter_image(request, image), image)
        return image_response(request, "thumbs", sha256, MEDIA_TYPE)
