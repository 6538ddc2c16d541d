"""The agreement report over HTTP, and the images behind each of its numbers."""

import zlib
from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils.http import parse_etags
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import person
from annotate.agreement import queries, services
from annotate.agreement.gallery import choice_sentence
from annotate.agreement.marks import (
    Choice,
    Marks,
    chosen_items,
    counts_of,
    narrowed,
    of_items,
    production_sample,
    split_of,
)
from annotate.agreement.report import AskedDefect
from annotate.agreement.serializers import AgreementDocument, MarkedItemPage, MarkedItemsQuery, ReportFilters
from annotate.jobs.queries import job_view
from annotate.jobs.wake import wake
from annotate.models import Campaign
from annotate.projects.documents import JobDocument
from annotate.projects.queries import enter_campaign
from core.api.pagination import decode_cursor, encode_cursor, page_limit
from core.api.parameters import checked_query
from core.api.permissions import LEAD
from core.api.refusals import ParameterInvalid
from core.api.throttles import JobStarts

PAGE = 24


def etag_of(*parts: object) -> str:
    """A strong tag: the fingerprint in clear, then a checksum of everything else that the answer shows."""
    rest = zlib.crc32("|".join(map(str, parts[1:])).encode())
    return f'"{parts[0]}-{rest:08x}"'


def unchanged(request: Request, etag: str) -> bool:
    """Whether the reader has this very answer."""
    given = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in given or etag in given


def read_reviewers(text: str) -> frozenset[UUID]:
    """The ids of a comma-separated parameter. Raises ParameterInvalid."""
    try:
        return frozenset(UUID(part) for part in text.split(",") if part)
    except ValueError as error:
        raise ParameterInvalid("`reviewers` holds ids of reviewers, separated by commas.") from error


def header_of(campaign: Campaign) -> dict[str, Any]:
    """The names around a report."""
    version = campaign.version
    return {
        "id": campaign.id,
        "name": campaign.name,
        "kind": campaign.kind,
        "state": campaign.state,
        "version": {"taxonomy": version.taxonomy.slug, "title": version.taxonomy.title, "version": version.number},
    }


class CampaignAgreement(APIView):
    access: ClassVar = {"GET": LEAD, "POST": LEAD}
    throttle_classes = [JobStarts]

    @extend_schema(parameters=[ReportFilters], responses=AgreementDocument, operation_id="get_agreement")
    def get(self, request: Request, campaign: UUID) -> Response:
        """How far reviewers agree, per defect, with intervals. ETag: the fingerprint of the answers."""
        _, row = enter_campaign(person(request), campaign, LEAD)
        filters = checked_query(ReportFilters(data=request.query_params))
        least, raters = filters["least_rank"], read_reviewers(filters["reviewers"])
        fingerprint = queries.report_fingerprint(row.id)
        etag = etag_of(fingerprint, row.name, row.state, least, sorted(map(str, raters)))
        if unchanged(request, etag):
            return Response(status=304, headers={"ETag": etag})
        asked = services.asked_defects(row)
        body: dict[str, Any] = {
            "campaign": header_of(row), "fingerprint": fingerprint,
            "levels": max((len(one.levels) for one in asked if one.kind != "rating"), default=1),
        }  # fmt: skip
        document: dict[str, Any] | None
        if least > 1 or raters:
            marks = narrowed(queries.marks_of_one_meaning(row, fingerprint), least_rank=least - 1, raters=raters)
            document, state, stored = services.report_document(row, marks), "current", None
        else:
            stored, is_current = services.report_at_hand(row)
            document = stored.document if stored else None
            state = "none" if stored is None else "current" if is_current else "outdated"
        body |= {
            "state": state, "report": document, "computed_at": stored.computed_at if stored else None,
            "seconds": stored.seconds if stored else None,
        }  # fmt: skip
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"} if state == "current" else {}
        return Response(body, headers=headers)

    @extend_schema(request=None, responses={202: JobDocument}, operation_id="request_agreement")
    def post(self, request: Request, campaign: UUID) -> Response:
        """Compute the report at once, as a job to watch."""
        scope, row = enter_campaign(person(request), campaign, LEAD)
        job = services.request_report(scope, row)
        wake(job)
        return Response(JobDocument(job_view(job)).data, status=202, headers={"Location": f"/api/v1/jobs/{job.id}"})


class CampaignAgreementItems(APIView):
    access: ClassVar = {"GET": LEAD}

    @extend_schema(parameters=[MarkedItemsQuery], responses=MarkedItemPage, operation_id="get_agreement_items")
    def get(self, request: Request, campaign: UUID) -> Response:
        """The images behind a number, the biggest split first, with everybody's marks under pseudonyms."""
        _, row = enter_campaign(person(request), campaign, LEAD)
        asked = {one.id: one for one in services.asked_defects(row)}
        values = checked_query(MarkedItemsQuery(data=request.query_params))
        choice = read_choice(values, asked)
        marks = queries.marks_of_one_meaning(row)
        raters = read_reviewers(values["reviewers"])
        marks = narrowed(marks, least_rank=values["least_rank"] - 1, raters=raters)
        if choice.production:
            sample = production_sample(marks, queries.frame_of(row.id))
            marks = of_items(marks, sample.keep) if sample.keep is not None else marks
        found = chosen_items(marks, choice)
        start, limit = read_place(values["cursor"]), page_limit(values["limit"], PAGE)
        page = found[start : start + limit].tolist()
        more = start + limit < len(found)
        names = {one.id: one.name for one in asked.values()}
        names |= {str(one): name for one, name in zip(marks.raters, marks.pseudonyms, strict=True)}
        level_names = dict(enumerate(name for _, name in asked[choice.concept].levels))
        return Response(
            {
                "total": len(found),
                "sentence": choice_sentence(len(found), choice, _Known(names), level_names),
                "concept_names": {one.id: one.name for one in asked.values()},
                "level_names": {f"{one.id}/{key}": name for one in asked.values() for key, name in one.levels},
                "rows": item_documents(row, marks, choice.concept, page),
                "next": encode_cursor(start + limit) if more else None,
            }
        )


class _Known(dict[str, str]):
    """A rater without any answer here has no name here."""

    def __missing__(self, key: str) -> str:
        return "a reviewer without answers"


def read_place(cursor: str) -> int:
    """How many Items the pages before held. Raises ParameterInvalid."""
    key = decode_cursor(cursor, 1)
    if key is None:
        return 0
    if not isinstance(key[0], int) or isinstance(key[0], bool) or not 0 <= key[0] < 2**31:
        raise ParameterInvalid("The cursor is not one of this list.")
    return key[0]


def read_choice(values: dict[str, Any], asked: dict[str, AskedDefect]) -> Choice:
    """The choice of Items. Raises ParameterInvalid for a defect or level that the campaign does not ask."""
    for name in ("defect", "instead", "together"):
        if values.get(name) is not None and values[name] not in asked:
            raise ParameterInvalid(f"`{name}`: this campaign does not ask {values[name][:60]!r}.")
    keys = [key for key, _ in asked[values["defect"]].levels]
    places: dict[str, int | None] = {}
    for name in ("level", "level_b"):
        if values.get(name) is not None and values[name] not in keys:
            raise ParameterInvalid(f"`{name}` is one of {', '.join(keys)}.")
        places[name] = keys.index(values[name]) if values.get(name) is not None else None
    if values.get("rater_b") and not values.get("rater_a"):
        raise ParameterInvalid("`rater_b` needs `rater_a`.")
    if places["level_b"] is not None and places["level"] is None:
        raise ParameterInvalid("`level_b` needs `level`.")
    return Choice(
        concept=values["defect"], pattern=values["pattern"], rater_a=values.get("rater_a"),
        rater_b=values.get("rater_b"), level=places["level"], level_b=places["level_b"],
        instead=values.get("instead"), together=values.get("together"), production=values["production"],
    )  # fmt: skip


def item_documents(campaign: Campaign, marks: Marks, concept: str, codes: Sequence[int]) -> list[dict[str, Any]]:
    """Items by code with their Image and what everybody says of one concept."""
    ids = [marks.items[code] for code in codes]
    pictures, answers = queries.pictures_of(campaign.id, ids), queries.given_answers(campaign.id, ids)
    number, positives = counts_of(marks, marks.at(concept))
    split = split_of(number, positives)
    return [
        {
            "id": item, "image": pictures[item].image, "name": pictures[item].name,
            "generator": pictures[item].generator, "width": pictures[item].width, "height": pictures[item].height,
            "assessed": int(number[code]), "marked": int(positives[code]), "split": float(split[code]),
            "answers": [answer_document(one, concept) for one in answers[item]],
        }
        for code, item in zip(codes, ids, strict=True)
    ]  # fmt: skip


def answer_document(answer: queries.GivenAnswer, concept: str) -> dict[str, Any]:
    """One answer with its Findings and what it says of the concept."""
    mine = [one for one in answer.findings if one.defect == concept]
    present = any(one.level is not None for one in mine)
    absent = not mine and concept in answer.asked and concept not in answer.not_assessed
    return {
        "reviewer": answer.reviewer,
        "pseudonym": answer.pseudonym,
        "presence": "present" if present else "absent" if absent else "not_assessed",
        "outcome": answer.outcome,
        "note": answer.note,
        "findings": [
            {
                "defect": one.defect, "level": one.level, "region": one.region, "confidence": one.confidence,
                "note": one.note, "derived": one.derived,
            }
            for one in answer.findings
        ],
    }  # fmt: skip
