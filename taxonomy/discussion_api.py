"""Comments and change requests over HTTP. Everybody who is signed in may speak; owners decide."""

from dataclasses import asdict
from typing import Any, ClassVar, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from core.api.permissions import SIGNED_IN
from taxonomy import discussion_queries, discussion_services, queries
from taxonomy.draft_api import Shape, body_of
from taxonomy.draft_services import require_owner_of
from taxonomy.models import ChangeRequest

REQUEST_STATES = ("open", "accepted", "done", "declined")


class TaxonomyComment(Shape):
    id = serializers.UUIDField()
    concept = serializers.CharField(allow_blank=True)
    version = serializers.CharField(allow_blank=True)
    by = serializers.CharField()
    is_mine = serializers.BooleanField()
    text = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    withdrawn = serializers.BooleanField()


class TaxonomyChangeRequest(Shape):
    id = serializers.UUIDField()
    concept = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=ChangeRequest.Kind.values)
    title = serializers.CharField()
    text = serializers.CharField()
    state = serializers.ChoiceField(choices=REQUEST_STATES)
    version = serializers.CharField(allow_blank=True)
    evidence = serializers.DictField(help_text="As it was when the request was opened.")
    opened_by = serializers.CharField()
    opened_at = serializers.DateTimeField()
    closed_by = serializers.CharField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    closing_word = serializers.CharField(allow_blank=True)
    done_in = serializers.CharField(allow_blank=True)
    votes_for = serializers.IntegerField()
    votes_against = serializers.IntegerField()
    mine = serializers.IntegerField(help_text="One's own vote: 1, -1 or 0.")
    comments = TaxonomyComment(many=True)


class TaxonomyBoard(Shape):
    may_decide = serializers.BooleanField()
    requests = TaxonomyChangeRequest(many=True)
    comments = TaxonomyComment(many=True, help_text="On the concept that was asked for.")


class NewChangeRequest(Shape):
    concept = serializers.CharField(max_length=60, allow_blank=True, default="")
    kind = serializers.ChoiceField(choices=ChangeRequest.Kind.values)
    title = serializers.CharField(max_length=160)
    text = serializers.CharField(max_length=10_000)


class ChangeDecision(Shape):
    state = serializers.ChoiceField(choices=REQUEST_STATES)
    word = serializers.CharField(max_length=2000, allow_blank=True, default="")


class ChangeVoteBody(Shape):
    value = serializers.IntegerField(min_value=-1, max_value=1)


class NewComment(Shape):
    text = serializers.CharField(max_length=10_000)
    concept = serializers.CharField(max_length=60, allow_blank=True, default="")
    request = serializers.UUIDField(allow_null=True, default=None)


def _person(request: Request) -> User:
    return cast(User, request.user)


def board_answer(slug: str, user: User, concept: str = "", status: int = 200) -> Response:
    """The board as one document."""
    facts = queries.taxonomy(slug)
    body: dict[str, Any] = {
        "may_decide": queries.may_edit(user, facts),
        "requests": [asdict(one) for one in discussion_queries.requests_of(slug, user, concept=concept)],
        "comments": [asdict(one) for one in discussion_queries.comments_on(slug, user, concept)] if concept else [],
    }
    return Response(body, status=status)


class BoardView(APIView):
    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(
        responses=TaxonomyBoard, operation_id="get_taxonomy_board",
        parameters=[OpenApiParameter("concept", str, description="Only of this concept.")],
    )  # fmt: skip
    def get(self, request: Request, slug: str) -> Response:
        """Change requests with votes and comments; the remarks on a concept where one is named."""
        return board_answer(slug, _person(request), request.query_params.get("concept", ""))


class ChangeRequestView(APIView):
    access: ClassVar = {"PATCH": SIGNED_IN}

    @extend_schema(request=ChangeDecision, responses=TaxonomyBoard, operation_id="decide_change_request")
    def patch(self, request: Request, slug: str, change: UUID) -> Response:
        """Accept, decline, carry out or open again. For owners."""
        require_owner_of(slug, by=_person(request))
        body = body_of(ChangeDecision, request)
        discussion_services.decide_request(slug, change, by=_person(request), state=body["state"], word=body["word"])
        return board_answer(slug, _person(request))


class ChangeVoteView(APIView):
    access: ClassVar = {"PUT": SIGNED_IN}

    @extend_schema(request=ChangeVoteBody, responses=TaxonomyBoard, operation_id="vote_on_change_request")
    def put(self, request: Request, slug: str, change: UUID) -> Response:
        """For (1), against (-1), or no stand any more (0)."""
        value = body_of(ChangeVoteBody, request)["value"]
        discussion_services.vote(slug, change, by=_person(request), value=value)
        return board_answer(slug, _person(request))


class CommentsView(APIView):
    access: ClassVar = {"POST": SIGNED_IN}

    @extend_schema(request=NewComment, responses={201: TaxonomyBoard}, operation_id="add_taxonomy_comment")
    def post(self, request: Request, slug: str) -> Response:
        """A remark on a concept, or under a change request."""
        body = body_of(NewComment, request)
        made = discussion_services.comment(slug, by=_person(request), **body)
        return board_answer(slug, _person(request), made.concept, status=201)


class CommentView(APIView):
    access: ClassVar = {"DELETE": SIGNED_IN}

    @extend_schema(responses={204: None}, operation_id="withdraw_taxonomy_comment")
    def delete(self, request: Request, slug: str, comment: UUID) -> Response:
        """Take one's own remark back."""
        discussion_services.withdraw_comment(slug, comment, by=_person(request))
        return Response(status=204)
