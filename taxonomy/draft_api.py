"""The draft of a taxonomy over HTTP. For its owners; every change names the state it stands on (`If-Match`)."""

from typing import Any, ClassVar, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from core.api.permissions import SIGNED_IN
from core.api.refusals import IfMatchMissing
from taxonomy import draft_queries, draft_services
from taxonomy.draft_presentation import placed
from taxonomy.draft_queries import Draft

MAX_DRAFT = 10_000_000
MOST_OPERATIONS = 2000
Shape = serializers.Serializer[Any]
IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description="The ETag of the draft as read."
)


class DraftViolation(Shape):
    pointer = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    message = serializers.CharField()


class TaxonomyDraft(Shape):
    slug = serializers.CharField()
    number = serializers.CharField(help_text="Until it is published; the publication chooses the number.")
    state = serializers.CharField(help_text="draft, in_review")
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # the word of the model
    etag = serializers.CharField()
    row_version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    updated_by = serializers.CharField(allow_null=True)
    document = serializers.DictField(help_text="The whole tree in the form of a taxonomy file.")
    operations = serializers.ListField(child=serializers.DictField(), help_text="Declared so far.")
    violations = DraftViolation(many=True, help_text="What keeps it from being published as it stands.")
    last_number = serializers.IntegerField(
        help_text="Highest number of any id so far; the next concept takes one more."
    )
    used_codes = serializers.DictField(child=serializers.CharField(), help_text="Id by code, for good.")


class DraftStart(Shape):
    from_version = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    document = serializers.DictField(required=False, allow_null=True, default=None)


class DraftBody(Shape):
    document = serializers.DictField()
    operations = serializers.ListField(
        child=serializers.DictField(), max_length=MOST_OPERATIONS, required=False, allow_null=True, default=None
    )


class DraftOperations(Shape):
    operations = serializers.ListField(child=serializers.DictField(), max_length=MOST_OPERATIONS)


def if_match(request: Request) -> str:
    """The state that a change stands on. Raises 428 `if-match-missing`."""
    said = request.headers.get("If-Match", "").strip()
    if not said:
        raise IfMatchMissing("Send the ETag of the draft as `If-Match`, so that nobody's work is overwritten.")
    return said.removeprefix("W/")


def body_of(kind: type[Shape], request: Request) -> dict[str, Any]:
    """The body, if it has the shape."""
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return dict(body.validated_data)


def _person(request: Request) -> User:
    return cast(User, request.user)


def _answer(found: Draft, status: int = 200) -> Response:
    body = {
        "slug": found.slug,
        "number": found.number,
        "state": found.state,
        "parent": found.parent_number,
        "etag": found.etag,
        "row_version": found.row_version,
        "created_at": found.created_at,
        "updated_at": found.updated_at,
        "updated_by": found.updated_by,
        "document": found.document,
        "operations": found.operations,
        "violations": [placed(one) for one in draft_queries.violations_of(found)],
        "last_number": draft_queries.last_number(found),
        "used_codes": draft_queries.used_codes(found),
    }
    return Response(body, status=status, headers={"ETag": found.etag, "Cache-Control": "private, no-store"})


class DraftView(APIView):
    access: ClassVar = {"GET": SIGNED_IN, "POST": SIGNED_IN, "PUT": SIGNED_IN, "DELETE": SIGNED_IN}
    max_body = MAX_DRAFT

    @extend_schema(responses=TaxonomyDraft, operation_id="get_taxonomy_draft")
    def get(self, request: Request, slug: str) -> Response:
        """The open draft as a document. For owners."""
        draft_services.require_owner_of(slug, by=_person(request))
        return _answer(draft_queries.draft(slug))

    @extend_schema(request=DraftStart, responses={201: TaxonomyDraft}, operation_id="start_taxonomy_draft")
    def post(self, request: Request, slug: str) -> Response:
        """Open a draft on a published version, the newest unless named. 409 `draft-exists`. For owners."""
        draft_services.require_owner_of(slug, by=_person(request))
        body = body_of(DraftStart, request)
        return _answer(draft_services.start_draft(slug, by=_person(request), **body), status=201)

    @extend_schema(
        request=DraftBody, responses=TaxonomyDraft, parameters=[IF_MATCH], operation_id="save_taxonomy_draft"
    )
    def put(self, request: Request, slug: str) -> Response:
        """Save the whole tree. 412 `draft-changed` holds the state that is there; 422 `tree-invalid`. For owners."""
        draft_services.require_owner_of(slug, by=_person(request))
        etag, body = if_match(request), body_of(DraftBody, request)
        return _answer(draft_services.save_draft(slug, by=_person(request), etag=etag, **body))

    @extend_schema(responses={204: None}, parameters=[IF_MATCH], operation_id="discard_taxonomy_draft")
    def delete(self, request: Request, slug: str) -> Response:
        """Throw the draft away. For owners."""
        draft_services.require_owner_of(slug, by=_person(request))
        draft_services.discard_draft(slug, by=_person(request), etag=if_match(request))
        return Response(status=204)


class DraftOperationsView(APIView):
    access: ClassVar = {"PUT": SIGNED_IN}

    @extend_schema(
        request=DraftOperations, responses=TaxonomyDraft, parameters=[IF_MATCH], operation_id="declare_draft_operations"
    )
    def put(self, request: Request, slug: str) -> Response:
        """Say by which operations the draft came about. 412 `draft-changed`; 422 `tree-invalid`. For owners."""
        draft_services.require_owner_of(slug, by=_person(request))
        etag, body = if_match(request), body_of(DraftOperations, request)
        return _answer(draft_services.declare_operations(slug, by=_person(request), etag=etag, **body))
