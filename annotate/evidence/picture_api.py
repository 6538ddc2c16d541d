"""Pictures for the examples of a draft over HTTP: uploaded, or copied out of a project. For owners of the taxonomy.

They lie here because pictures are checked by the corpus' decoder and come from projects; taxonomy knows of neither.
"""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from annotate.corpus.queries import project_of_image
from annotate.evidence import picture_services
from annotate.projects.queries import enter
from core.api.parsers import BodyTooLarge
from core.api.permissions import ADJUDICATOR, LEAD, SIGNED_IN
from taxonomy import draft_services
from taxonomy.draft_api import Shape, body_of
from taxonomy.models import ExamplePicture
from taxonomy.pictures import MAX_BYTES, MEDIA_TYPES

DESK = ADJUDICATOR | LEAD
PICTURES = "/api/v1/taxonomy-pictures"


class PictureParser(BaseParser):
    """The bytes of one picture, whatever type the browser gave it; more than an example may have is 413."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        data: bytes = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise BodyTooLarge(f"The picture is larger than {MAX_BYTES >> 20} MB, the most that an example may have.")
        return data


class TaxonomyPicture(Shape):
    sha256 = serializers.CharField()
    media_type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.CharField()
    source_image = serializers.UUIDField(allow_null=True, help_text="The Image of a project that it was copied from.")


class ImageExample(Shape):
    taxonomy = serializers.SlugField(max_length=80)
    confirmed = serializers.BooleanField(help_text="The person knows that the picture leaves the project.")


def _answer(stored: ExamplePicture) -> Response:
    shown = {name: getattr(stored, name) for name in ("sha256", "media_type", "width", "height", "source_image")}
    body = TaxonomyPicture({**shown, "url": f"{PICTURES}/{stored.sha256}"}).data
    return Response(body, status=201, headers={"Location": body["url"]})


class TaxonomyPicturesView(APIView):
    access: ClassVar = {"POST": SIGNED_IN}
    parser_classes = (PictureParser,)

    @extend_schema(
        operation_id="add_taxonomy_picture",
        request=dict.fromkeys(MEDIA_TYPES.values(), OpenApiTypes.BINARY),
        responses={201: TaxonomyPicture},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Store a picture for examples, sent as the raw body. 422 `picture-unusable` says why not. For owners."""
        draft_services.require_owner_of(slug, by=person(request))
        body: Any = request.data  # the parser's bytes; DRF's own empty value where there is no body
        return _answer(picture_services.upload_picture(slug, body or b"", by=person(request)))


class ImageExampleView(APIView):
    access: ClassVar = {"POST": DESK}

    @extend_schema(request=ImageExample, responses={201: TaxonomyPicture}, operation_id="copy_image_to_taxonomy")
    def post(self, request: Request, image: UUID) -> Response:
        """Copy the picture out of its project into a taxonomy that the person owns. Both journals say so.
        409 `picture-withdrawn`; 422 `copy-not-confirmed`, `picture-unusable`."""
        scope = enter(person(request), project_of_image(image), DESK)
        body = body_of(ImageExample, request)
        stored = picture_services.copy_image(
            scope, image, body["taxonomy"], by=person(request), confirmed=body["confirmed"]
        )
        return _answer(stored)
