"""The results of a campaign over HTTP, and the images behind each of their numbers."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

import numpy as np
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from annotate.agreement.api import PAGE, answer_document, etag_of, header_of, read_place, unchanged
from annotate.agreement.queries import given_answers, pictures_of
from annotate.agreement.report import AskedDefect
from annotate.agreement.services import asked_defects
from annotate.insight import queries
from annotate.insight.distribution import results_document
from annotate.insight.serializers import ResultItemPage, ResultItemsQuery, ResultsDocument
from annotate.insight.settled import NOT_ASSESSED, OPEN, PRESENT, UNDECIDED, Settled
from annotate.models import Campaign
from annotate.projects.queries import enter_campaign
from core.api.pagination import encode_cursor, page_limit
from core.api.parameters import checked_query
from core.api.permissions import LEAD
from core.api.refusals import ParameterInvalid
from taxonomy.concepts import ACTIONS
from taxonomy.queries import tree_of


class CampaignResults(APIView):
    access: ClassVar = {"GET": LEAD}

    @extend_schema(responses=ResultsDocument, operation_id="get_results")
    def get(self, request: Request, campaign: UUID) -> Response:
        """How often what fails, by level and generator; verdicts, trend score. ETag: the fingerprint."""
        _, row = enter_campaign(person(request), campaign, LEAD)
        fingerprint = queries.results_fingerprint(row)
        etag = etag_of(fingerprint, row.name, row.state)
        if unchanged(request, etag):
            return Response(status=304, headers={"ETag": etag})
        settled = queries.settled_of(row, fingerprint)
        sample, images = queries.sample_of(row, settled)
        document = results_document(settled, sample, asked_defects(row), tree_of(row.version_id), images)
        document["production"]["of"] = images
        body = {
            "campaign": header_of(row), "fingerprint": fingerprint, "verdicts_given": queries.verdicts_given(row),
        }  # fmt: skip
        return Response(body | document, headers={"ETag": etag, "Cache-Control": "private, no-cache"})


class CampaignItems(APIView):
    access: ClassVar = {"GET": LEAD}

    @extend_schema(parameters=[ResultItemsQuery], responses=ResultItemPage, operation_id="get_campaign_items")
    def get(self, request: Request, campaign: UUID) -> Response:
        """The images behind a number of the results, the most harmful first."""
        _, row = enter_campaign(person(request), campaign, LEAD)
        given = checked_query(ResultItemsQuery(data=request.query_params))
        asked = {one.id: one for one in asked_defects(row)}
        choice = read_choice(given, asked)
        settled = queries.settled_of(row)
        found = queries.chosen_images(row, settled, choice)
        start = read_place(given["cursor"])
        limit = page_limit(given["limit"], PAGE)
        more = start + limit < len(found)
        return Response(
            {
                "total": len(found),
                "sentence": choice_sentence(len(found), choice, asked),
                "concept_names": {one.id: one.name for one in asked.values()},
                "level_names": {f"{one.id}/{key}": name for one in asked.values() for key, name in one.levels},
                "rows": _items(row, settled, asked, found[start : start + limit].tolist(), choice.concept),
                "next": encode_cursor(start + limit) if more else None,
            }
        )


def read_choice(values: Mapping[str, Any], asked: Mapping[str, AskedDefect]) -> queries.ResultChoice:
    """The choice of Images. Raises ParameterInvalid for what the campaign does not ask."""
    concept, dimension, level = values.get("defect"), values.get("dimension"), values.get("level")
    if concept is not None and concept not in asked:
        raise ParameterInvalid(f"`defect`: this campaign does not ask {concept[:60]!r}.")
    if dimension is not None and dimension not in {one.dimension for one in asked.values()}:
        raise ParameterInvalid(f"`dimension`: this campaign asks nothing of {dimension[:60]!r}.")
    place = None
    if level is not None:
        keys = [key for key, _ in asked[concept].levels] if concept else []
        if level not in keys:
            raise ParameterInvalid(f"`level` needs `defect` and is one of {', '.join(keys) or 'its levels'}.")
        place = keys.index(level)
    return queries.ResultChoice(
        concept=concept, value=values.get("value"), level=place, dimension=dimension,
        generator=values.get("generator"), verdict=values.get("verdict"), basis=values.get("basis"),
        failing=values["failing"], scored=values["scored"], production=values["production"],
    )  # fmt: skip


def choice_sentence(total: int, choice: queries.ResultChoice, asked: Mapping[str, AskedDefect]) -> str:
    """What the images shown have in common."""
    parts = []
    words = {"absent": "without", "decided": "decided on", "undecided": "undecided on"}
    if choice.concept is not None:
        one = asked[choice.concept]
        level = "" if choice.level is None else f" at the level “{one.levels[choice.level][1]}”"
        verb = words.get(choice.value or "", "failing on" if one.kind == "rating" and not level else "with")
        parts.append(f"{verb} “{one.name}”{level}")
    elif choice.dimension is not None:
        name = next(one.dimension_name for one in asked.values() if one.dimension == choice.dimension)
        parts.append(f"{words.get(choice.value or '', 'with a defect of')} “{name}”")
    if choice.verdict is not None:
        parts.append("without a verdict yet" if choice.verdict == "open" else f"with the verdict {choice.verdict}")
    if choice.failing:
        parts.append("with a verdict worse than accept")
    if choice.scored:
        parts.append("with a trend score")
    if choice.generator is not None:
        parts.append(f"by the generator {choice.generator}")
    if choice.basis is not None:
        parts.append("settled as gold" if choice.basis == "gold" else "known by majority only")
    if choice.production:
        parts.append("that stand for production")
    images = "1 image" if total == 1 else f"{total:,} images"
    return " ".join([images, ", ".join(parts)]).strip() + "."


def _items(
    campaign: Campaign, settled: Settled, asked: Mapping[str, AskedDefect], places: Sequence[int], concept: str | None
) -> list[dict[str, Any]]:
    ids = [settled.items[place].item for place in places]
    pictures, answers = pictures_of(campaign.id, ids), given_answers(campaign.id, ids)
    found = []
    for place, item in zip(places, ids, strict=True):
        picture, verdict, score = pictures[item], int(settled.verdict[place]), float(settled.score[place])
        found.append(
            {
                "id": item, "image": picture.image, "name": picture.name, "generator": picture.generator,
                "width": picture.width, "height": picture.height,
                "verdict": "open" if verdict == OPEN else ACTIONS[verdict],
                "score": score if np.isfinite(score) else None,
                "basis": _basis(settled, place),
                "present": _present(settled, place, asked),
                "undecided": _concepts(settled, place, UNDECIDED),
                "answers": [answer_document(one, concept or "") for one in answers[item]],
            }
        )  # fmt: skip
    return found


def _concepts(settled: Settled, place: int, value: int) -> list[str]:
    return [settled.concepts[column] for column in np.flatnonzero(settled.value[place] == value).tolist()]


def _present(settled: Settled, place: int, asked: Mapping[str, AskedDefect]) -> list[dict[str, Any]]:
    """What is settled as present; scores of a rating scale are listed whatever they are."""
    found = []
    for column, concept in enumerate(settled.concepts):
        rank, levels = int(settled.rank[place, column]), asked[concept].levels
        if settled.value[place, column] == PRESENT or (asked[concept].kind == "rating" and rank >= 0):
            level = levels[rank][0] if rank >= 0 else None
            found.append({"defect": concept, "level": level, "gold": bool(settled.gold[place, column])})
    return found


def _basis(settled: Settled, place: int) -> str:
    decided = settled.value[place] != NOT_ASSESSED
    gold = settled.gold[place] & decided
    if not gold.any():
        return "majority"
    return "partly_gold" if (decided & ~gold).any() else "gold"
