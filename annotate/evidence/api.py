"""What a draft changes and touches, and its publication, over HTTP. For owners of the taxonomy.

The publication lives here because its evidence is in the findings, which taxonomy knows nothing of.
"""

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from annotate.evidence import queries
from annotate.evidence.queries import Impact
from core.api.permissions import SIGNED_IN
from taxonomy import draft_queries, draft_services, typo_services
from taxonomy.draft_api import IF_MATCH, MOST_OPERATIONS, DraftViolation, Shape, body_of, if_match
from taxonomy.draft_presentation import lint_content, placed, review_content
from taxonomy.draft_queries import Draft
from taxonomy.draft_services import Evidence, Release
from taxonomy.drafts import Review, assumed
from taxonomy.linting import lint
from taxonomy.mapping import OUTCOMES
from taxonomy.presentation import reference
from taxonomy.release_notes import release_notes
from taxonomy.serializers import TaxonomyChange, TaxonomyNote, TaxonomyReference
from taxonomy.tree import TaxonomyTree

SEMVER = r"^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})$"


class DraftChange(TaxonomyChange):
    explained_by = serializers.ListField(child=serializers.CharField(), help_text="Ids of operations.")


class DraftProposal(Shape):
    operation = serializers.DictField()
    question = serializers.CharField(allow_null=True)
    options = serializers.ListField(child=serializers.CharField())
    similar_to = serializers.CharField(allow_null=True)
    similarity = serializers.FloatField(allow_null=True)


class DraftLintResult(Shape):
    rule = serializers.CharField()
    level = serializers.CharField(help_text="E blocks publishing, W needs a written word, I informs.")
    concepts = TaxonomyReference(many=True)
    message = serializers.CharField()
    fix = serializers.CharField(allow_blank=True)
    numerator = serializers.FloatField(allow_null=True)
    denominator = serializers.FloatField(allow_null=True)


class DraftChanges(Shape):
    etag = serializers.CharField(help_text="The state of the draft that this speaks of.")
    from_version = serializers.CharField(allow_null=True)
    number = serializers.CharField(help_text="The smallest number that the operations allow.")
    least = serializers.CharField(help_text="patch, minor, major")
    is_empty = serializers.BooleanField()
    changes = DraftChange(many=True)
    notes = TaxonomyNote(many=True)
    operations = serializers.ListField(child=serializers.DictField())
    unexplained = serializers.IntegerField()
    idle = serializers.ListField(child=serializers.CharField(), help_text="Operations that explain nothing.")
    problems = DraftViolation(many=True)
    proposals = DraftProposal(many=True)
    release_notes = serializers.CharField(allow_blank=True, help_text="Written from the operations, proposed ones too.")
    violations = DraftViolation(many=True, help_text="Rules of the file that a published version must keep.")
    lint = DraftLintResult(many=True)


class OutcomeCounts(Shape):
    carried = serializers.IntegerField()
    mapped = serializers.IntegerField()
    queued = serializers.IntegerField()
    archived = serializers.IntegerField()


class ConceptImpact(Shape):
    concept = TaxonomyReference()
    findings = serializers.IntegerField()
    items = serializers.IntegerField()
    gold = serializers.IntegerField()
    outcomes = OutcomeCounts()


class DraftImpact(Shape):
    etag = serializers.CharField()
    from_version = serializers.CharField(allow_null=True)
    number = serializers.CharField()
    campaigns = serializers.IntegerField(help_text="That pin the version before; publishing moves none of them.")
    assumed_operations = serializers.IntegerField(help_text="Proposals counted as if they had been declared.")
    findings = serializers.IntegerField()
    outcomes = OutcomeCounts()
    merged = serializers.IntegerField(help_text="Findings that would point to another on the same region.")
    review = serializers.DictField(child=serializers.IntegerField(), help_text="What people would be asked, by kind.")
    flags = serializers.DictField(child=serializers.IntegerField())
    concepts = ConceptImpact(many=True)


class AcknowledgedWarning(Shape):
    rule = serializers.CharField(max_length=8)
    word = serializers.CharField(max_length=2000)


class TaxonomyRelease(Shape):
    number = serializers.RegexField(SEMVER, max_length=40)
    operations = serializers.ListField(
        child=serializers.DictField(), max_length=MOST_OPERATIONS, required=False, allow_null=True, default=None,
        help_text="Those declared on the draft, unless given.",
    )  # fmt: skip
    acknowledged_warnings = AcknowledgedWarning(many=True, required=False, default=list)
    release_notes = serializers.CharField(max_length=20_000, allow_blank=True, required=False, default="")


class TypoCorrection(Shape):
    concept = serializers.CharField(max_length=60)
    field = serializers.ChoiceField(choices=typo_services.FIELDS)
    place = serializers.IntegerField(
        min_value=0, max_value=1000, default=0, help_text="Of several texts; rules by rank."
    )
    text = serializers.CharField(max_length=4000)


class TaxonomyReleased(Shape):
    slug = serializers.CharField()
    number = serializers.CharField()
    content_hash = serializers.CharField()
    operations = serializers.IntegerField()


NO_PARENT: dict[str, Any] = {
    "from_version": None, "least": "patch", "is_empty": False, "changes": [], "notes": [], "operations": [],
    "unexplained": 0, "idle": [], "problems": [], "proposals": [],
}  # fmt: skip
NO_IMPACT: dict[str, Any] = {
    "campaigns": 0, "assumed_operations": 0, "findings": 0, "outcomes": dict.fromkeys(OUTCOMES, 0), "merged": 0,
    "review": {}, "flags": {}, "concepts": [],
}  # fmt: skip


class DraftChangesView(APIView):
    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(responses=DraftChanges, operation_id="get_draft_changes")
    def get(self, request: Request, slug: str) -> Response:
        """What differs from the version before, what explains it, what is proposed, and the lint. For owners."""
        draft_services.require_owner_of(slug, by=person(request))
        draft = draft_queries.draft(slug)
        review = draft_queries.review_of(draft)
        tree = review.new if review else draft.tree
        data = queries.lint_of(draft, review)
        notes = release_notes(assumed(review)[0], review.old, review.new) if review else ""
        body = review_content(review) if review else NO_PARENT | {"number": draft.number}
        shown = {
            "etag": draft.etag,
            **body,
            "release_notes": notes,
            "violations": [placed(one) for one in draft_queries.violations_of(draft, tree)],
            "lint": lint_content(lint(tree, data), tree),
        }
        return Response(shown)


class DraftImpactView(APIView):
    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(responses=DraftImpact, operation_id="get_draft_impact")
    def get(self, request: Request, slug: str) -> Response:
        """The dry run on every finding made under the version before, and what hangs on each concept. For owners."""
        draft_services.require_owner_of(slug, by=person(request))
        draft = draft_queries.draft(slug)
        impact, old = queries.impact_of(draft), draft_queries.parent_tree(draft)
        shown = _impact(impact, old) if impact and old else NO_IMPACT | {"number": draft.number}
        return Response({"etag": draft.etag, "from_version": draft.parent_number, **shown})


class VersionsView(APIView):
    access: ClassVar = {"POST": SIGNED_IN}
    max_body = 2_000_000

    @extend_schema(
        request=TaxonomyRelease,
        responses={201: TaxonomyReleased},
        parameters=[IF_MATCH],
        operation_id="publish_taxonomy_draft",
    )
    def post(self, request: Request, slug: str) -> Response:
        """Publish the draft; no campaign moves. 409 `diff-unexplained`, `number-too-small`, `lint-blocks`,
        `warnings-unanswered`, `nothing-to-publish`; 412 `draft-changed`. For owners."""
        draft_services.require_owner_of(slug, by=person(request))
        etag, body = if_match(request), body_of(TaxonomyRelease, request)
        release = Release(
            number=body["number"],
            operations=body["operations"],
            words={one["rule"]: one["word"] for one in body["acknowledged_warnings"]},
            release_notes=body["release_notes"],
        )
        version = draft_services.publish(slug, release, _weigh, by=person(request), etag=etag)
        answer = {
            "slug": slug,
            "number": version.number,
            "content_hash": version.content_hash,
            "operations": len((version.migration or {}).get("operations", [])),
        }
        place = f"/api/v1/taxonomies/{slug}/versions/{version.number}"
        return Response(answer, status=201, headers={"Location": place})


class TypoView(APIView):
    access: ClassVar = {"POST": SIGNED_IN}

    @extend_schema(request=TypoCorrection, responses={201: TaxonomyReleased}, operation_id="correct_typo")
    def post(self, request: Request, slug: str) -> Response:
        """Publish the newest version anew with one text corrected. 409 `review-refused`, `draft-exists`. For owners."""
        draft_services.require_owner_of(slug, by=person(request))
        body = body_of(TypoCorrection, request)
        version = typo_services.correct_typo(slug, by=person(request), weigh=_weigh, **body)
        answer = {"slug": slug, "number": version.number, "content_hash": version.content_hash, "operations": 1}
        return Response(answer, status=201)


def _weigh(draft: Draft, review: Review | None) -> Evidence:
    """The evidence that is stored with a publication."""
    impact = queries.impact_of(draft, review)
    dry_run = None
    if impact is not None:
        run = impact.run
        dry_run = {
            "findings": run.findings,
            "outcomes": run.counts(),
            "merged": run.merged,
            "review": dict(run.review),
        }
    return Evidence(data=queries.lint_of(draft, review), dry_run=dry_run)


def _impact(impact: Impact, old: TaxonomyTree) -> dict[str, Any]:
    run = impact.run
    return {
        "number": impact.number,
        "campaigns": impact.campaigns,
        "assumed_operations": impact.assumed,
        "findings": run.findings,
        "outcomes": run.counts(),
        "merged": run.merged,
        "review": dict(sorted(run.review.items())),
        "flags": dict(sorted(run.flags.items())),
        "concepts": [
            {
                "concept": reference(old, one.concept),
                "findings": one.findings,
                "items": one.items,
                "gold": one.gold,
                "outcomes": {name: run.outcome_of(one.concept, name) for name in OUTCOMES},
            }
            for one in impact.touched
        ],
    }
