"""Read-only links over HTTP: owners make and revoke them; whoever has one reads that guideline, nothing else."""

from dataclasses import asdict
from typing import Any, ClassVar, cast
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from core.api.files import image_response
from core.api.permissions import ANYONE, SIGNED_IN
from core.api.throttles import LinkOpenings, LinkPictures
from taxonomy import link_services, presentation, queries
from taxonomy.api import FACTS, OnlyProblems
from taxonomy.errors import UnknownGuideline
from taxonomy.link_services import LinkFacts
from taxonomy.serializers import VersionDocument

Shape = serializers.Serializer[Any]
UNSEEN = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


class GuidelineLinkDocument(Shape):
    id = serializers.UUIDField()
    label = serializers.CharField()  # type: ignore[assignment]  # the word of the page
    version = serializers.CharField(allow_null=True, help_text="Null: always the newest published version.")
    state = serializers.CharField(help_text="open, expired, revoked")
    created_by = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)
    opened_at = serializers.DateTimeField(allow_null=True, help_text="Last time, to the minute.")


class GuidelineLinkList(Shape):
    links = GuidelineLinkDocument(many=True, help_text="Newest first.")


class GuidelineLinkMade(GuidelineLinkDocument):
    link = serializers.CharField(help_text="The address; it is shown this once.")


class GuidelineLinkRequest(Shape):
    label = serializers.CharField(max_length=120)  # type: ignore[assignment]  # the word of the page
    version = serializers.CharField(max_length=40, required=False, allow_null=True, default=None)
    expires_in_days = serializers.IntegerField(
        min_value=1, max_value=730, required=False, allow_null=True, default=90, help_text="Null: until it is revoked."
    )


class GuidelineLinksView(APIView):
    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN}

    @extend_schema(operation_id="list_guideline_links", responses=GuidelineLinkList)
    def get(self, request: Request, slug: str) -> Response:
        """The read-only links of a taxonomy, for its owners."""
        found = link_services.links_of(slug, by=cast(User, request.user))
        return Response({"links": [_document(one) for one in found]}, headers={"Cache-Control": "no-store"})

    @extend_schema(operation_id="make_guideline_link", request=GuidelineLinkRequest, responses={201: GuidelineLinkMade})
    def post(self, request: Request, slug: str) -> Response:
        """Make a link; its address is in this answer and nowhere else. 409 `not-published` for a draft."""
        body = GuidelineLinkRequest(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        made, address = link_services.make_link(
            slug,
            by=cast(User, request.user),
            label=said["label"],
            number=said["version"],
            days=said["expires_in_days"],
        )
        return Response({**_document(made), "link": address}, status=201, headers={"Cache-Control": "no-store"})


class GuidelineLinkView(APIView):
    access: ClassVar = {"DELETE": SIGNED_IN}

    @extend_schema(operation_id="revoke_guideline_link", request=None, responses={204: None})
    def delete(self, request: Request, slug: str, link: UUID) -> Response:
        """Revoke a link; it stays in the list."""
        link_services.revoke_link(slug, link, by=cast(User, request.user))
        return Response(status=204)


class GuidelineView(APIView):
    access: ClassVar = {"GET": ANYONE}
    throttle_classes = (LinkOpenings,)

    @extend_schema(operation_id="get_guideline", auth=[], responses=VersionDocument)
    def get(self, request: Request, token: str) -> Response:
        """The version that a link shows. 404 alike for a link that is wrong, expired or revoked."""
        facts = link_services.opened(token)
        tree = queries.tree_of(facts.id)
        stored = queries.pictures_in(tree)
        content = presentation.version_content(tree, stored)
        for dimension in content["dimensions"]:
            for defect in dimension["defects"]:
                for example in defect["examples"]:
                    _look_outside(example, token)
        own = {name: getattr(facts, name) for name in FACTS} | {"published_by": None, "slug": facts.slug}
        return Response({**own, **content}, headers=UNSEEN)


class GuidelinePictureView(APIView):
    access: ClassVar = {"GET": ANYONE}
    content_negotiation_class = OnlyProblems
    throttle_classes = (LinkPictures,)

    @extend_schema(operation_id="get_guideline_picture", auth=[], responses={(200, "image/*"): OpenApiTypes.BINARY})
    def get(self, request: Request, token: str, sha256: str) -> HttpResponseBase:
        """The picture of an example of just this version."""
        tree = queries.tree_of(link_services.opened(token).id)
        media_type = queries.picture_type(sha256) if sha256 in queries.pictures_in(tree) else None
        if media_type is None:
            raise UnknownGuideline
        answer = image_response(request, "pictures", sha256, media_type)
        for name, value in UNSEEN.items():
            answer[name] = value
        return answer


def _look_outside(example: dict[str, Any], token: str) -> None:
    """Pictures by way of the link; where a picture came from is no business of a guest."""
    example["asset"] = example["source_item"] = None
    if example["url"]:
        example["url"] = f"/api/v1/guidelines/{token}/pictures/{example['url'].rpartition('/')[2]}"


def _document(facts: LinkFacts) -> dict[str, Any]:
    return asdict(facts)
