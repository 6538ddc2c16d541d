"""Gold of a campaign over HTTP: counts per defect, and the Images behind each."""

from dataclasses import asdict
from typing import Any, cast
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from annotate.gold import queries
from annotate.models import Campaign, GoldLabel
from annotate.projects.queries import enter_campaign
from core.api.pagination import page_limit
from core.api.permissions import ADJUDICATOR, LEAD
from core.api.refusals import ParameterInvalid
from taxonomy.queries import tree_of


class GoldReasonsSerializer(serializers.Serializer[Any]):
    rule_unclear = serializers.IntegerField()
    oversight = serializers.IntegerField()
    borderline = serializers.IntegerField()
    taxonomy_gap = serializers.IntegerField()


class GoldDefectSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    code = serializers.CharField()
    name = serializers.CharField()
    present = serializers.IntegerField()
    absent = serializers.IntegerField()
    not_assessed = serializers.IntegerField()
    by_consensus = serializers.IntegerField()
    by_adjudication = serializers.IntegerField()
    by_import = serializers.IntegerField()
    reasons = GoldReasonsSerializer()


class GoldProgressSerializer(serializers.Serializer[Any]):
    items = serializers.IntegerField()
    settled = serializers.IntegerField()
    at_the_desk = serializers.IntegerField()
    waiting = serializers.IntegerField()


class GoldImageSerializer(serializers.Serializer[Any]):
    item = serializers.UUIDField()
    image = serializers.UUIDField()
    value = serializers.CharField()
    level = serializers.CharField(allow_null=True)
    region = serializers.JSONField(allow_null=True)
    regions = serializers.JSONField()
    provenance = serializers.CharField()
    rule = serializers.CharField()
    reason_code = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    decided_at = serializers.DateTimeField()
    revision = serializers.IntegerField()
    annotations = serializers.IntegerField()
    url = serializers.CharField()
    thumbnail_url = serializers.CharField()


class CampaignGoldSerializer(serializers.Serializer[Any]):
    campaign = serializers.CharField()
    consensus_rule = serializers.CharField()
    progress = GoldProgressSerializer()
    defects = GoldDefectSerializer(many=True)
    rows = GoldImageSerializer(many=True)
    next = serializers.CharField(allow_null=True)


def _choice(request: Request, name: str, choices: list[str]) -> str:
    value = request.query_params.get(name, "")
    if value and value not in choices:
        raise ParameterInvalid(f"`{name}` is one of {', '.join(choices)}.")
    return value


class CampaignGold(APIView):
    access = {"GET": ADJUDICATOR | LEAD}

    @extend_schema(
        parameters=[
            OpenApiParameter("concept", str, description="also list the Images of this defect, in `rows`"),
            OpenApiParameter("value", str, enum=GoldLabel.Value.values),
            OpenApiParameter("provenance", str, enum=GoldLabel.Provenance.values),
            OpenApiParameter("level", str, description="only `rows` of this level"),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int, description="1 to 200, 50 unless told"),
        ],
        responses=CampaignGoldSerializer,
        operation_id="campaign_gold",
    )
    def get(self, request: Request, campaign: UUID) -> Response:
        """Present, absent and not assessed per defect, what the labels rest on, and the Images behind them."""
        scope, row = enter_campaign(cast(User, request.user), campaign, self.access["GET"])
        concept = _choice(request, "concept", row.defects)
        value = _choice(request, "value", GoldLabel.Value.values)
        provenance = _choice(request, "provenance", GoldLabel.Provenance.values)
        limit, cursor = page_limit(request.query_params.get("limit")), request.query_params.get("cursor", "")
        document = _counts(row, queries.gold_counts(scope, row), queries.gold_progress(row.id))
        if concept:
            page = queries.gold_images(
                scope,
                row,
                concept,
                value=value,
                provenance=provenance,
                level=request.query_params.get("level", "")[:20],
                cursor=cursor,
                limit=limit,
            )
            document |= {"rows": [_image(one) for one in page.rows], "next": page.next}
        elif cursor:
            raise ParameterInvalid("A cursor goes with the `concept` whose images it pages through.")
        return Response(document)


def _counts(campaign: Campaign, counts: dict[str, queries.GoldCount], progress: queries.GoldProgress) -> dict[str, Any]:
    tree = tree_of(campaign.version_id)
    return {
        "campaign": campaign.name,
        "consensus_rule": campaign.consensus_rule,
        "progress": asdict(progress),
        "defects": [_defect(tree.defect(concept), counts.get(concept)) for concept in campaign.defects],
        "rows": [],
        "next": None,
    }


def _defect(defect: Any, count: queries.GoldCount | None) -> dict[str, Any]:
    names = ("present", "absent", "not_assessed", "by_consensus", "by_adjudication", "by_import")
    return {
        "id": defect.id,
        "code": defect.code,
        "name": defect.name,
        **{name: getattr(count, name) if count else 0 for name in names},
        "reasons": count.reasons if count else dict.fromkeys(GoldReasonsSerializer().fields, 0),
    }


def _image(one: queries.GoldImage) -> dict[str, Any]:
    label, base = one.label, f"/api/v1/items/{one.item}"
    return {
        "item": str(one.item),
        "image": str(label.image),
        "value": label.value,
        "level": label.level or None,
        "region": label.region,
        "regions": label.regions,
        "provenance": label.provenance,
        "rule": label.rule,
        "reason_code": label.reason_code or None,
        "reason": label.reason,
        "decided_at": label.decided_at.isoformat(),
        "revision": label.revision,
        "annotations": len(label.annotations),
        "url": f"{base}/image",
        "thumbnail_url": f"{base}/thumbnail",
    }
