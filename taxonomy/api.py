"""Taxonomies over HTTP: list, import, versions for reading, exports, differences, pictures."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from core.api.files import image_response
from core.api.parsers import BodyTooLarge
from core.api.permissions import SIGNED_IN
from core.api.refusals import ParameterInvalid
from taxonomy import presentation, queries, serializers, services, sources
from taxonomy.codec import export_tree
from taxonomy.diff import diff
from taxonomy.errors import UnknownConcept, UnknownPicture
from taxonomy.queries import TaxonomyFacts, VersionFacts
from taxonomy.sheet_columns import Sheet
from taxonomy.sheet_writing import sheets_of, template
from taxonomy.skos import turtle
from taxonomy.sources import SHOWN
from taxonomy.tree import TaxonomyTree
from taxonomy.violation import FileRefused
from taxonomy.workbook_adapter import spreadsheet

MAX_FILE = 10_000_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {
    "yaml": "application/yaml",
    "json": "application/json",
    "skos": "text/turtle",
    "xlsx": XLSX,
    "csv": "text/csv",
}
ENDINGS = {"yaml": "yaml", "json": "json", "skos": "ttl", "xlsx": "xlsx", "csv": "csv"}
SPREADSHEETS = ("xlsx", "csv")
FACTS = (
    "id", "number", "state", "content_hash", "parent", "imported_as_published", "has_migration", "created_at",
    "published_at", "published_by", "retired_at",
)  # fmt: skip
YES, NO = frozenset({"1", "true", "yes"}), frozenset({"", "0", "false", "no"})


class TaxonomyFileParser(BaseParser):
    """The bytes of one taxonomy file, whatever type the browser gave it; at most 10 MB (413)."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        data: bytes = stream.read(MAX_FILE + 1)
        if len(data) > MAX_FILE:
            raise BodyTooLarge(f"The file is larger than {MAX_FILE} bytes.")
        return data


class OnlyProblems(BaseContentNegotiation):
    """For routes that answer files: `format` in the address is theirs, and problems are always JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return next(iter(parsers), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class TaxonomiesView(APIView):
    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(responses=serializers.TaxonomyList, operation_id="list_taxonomies")
    def get(self, request: Request) -> Response:
        """Every taxonomy with its versions, newest first."""
        user = _person(request)
        found = queries.taxonomies()
        may_import = user.is_admin or user.may_create_taxonomies or any(queries.may_edit(user, one) for one in found)
        return Response({"taxonomies": [_taxonomy(user, one) for one in found], "may_import": may_import})


class TaxonomyImportView(APIView):
    access: ClassVar = {"POST": SIGNED_IN}
    parser_classes = (TaxonomyFileParser,)

    @extend_schema(
        operation_id="import_taxonomy",
        parameters=[
            OpenApiParameter("publish", OpenApiTypes.BOOL, description="Freeze it at once, without evidence."),
            OpenApiParameter("file", OpenApiTypes.STR, description="Its name, for a spreadsheet without a title."),
        ],
        request={MEDIA_TYPES[form]: OpenApiTypes.BINARY for form in ("yaml", "json", "xlsx", "csv")},
        responses={200: serializers.TaxonomyImported, 201: serializers.TaxonomyImported},
    )
    def post(self, request: Request) -> Response:
        """Take in a YAML, JSON, XLSX or CSV file. 422 `tree-invalid` names path and line; 409 `version-exists`."""
        user = _person(request)
        services.require_any_import_right(user)
        publish = _flag(request.query_params.get("publish", ""))
        body: Any = request.data  # the parser's bytes; DRF's own empty value where there is no body
        name = request.query_params.get("file", "")[:200]
        done = services.take_in(body or b"", by=user, publish=publish, name=name)
        version = done.version
        tree = queries.tree_of(version.id)
        answer = {
            "slug": tree.slug,
            "number": version.number,
            "state": version.state,
            "content_hash": version.content_hash,
            "is_new": done.is_new,
            "unfinished": [
                {"pointer": one.path, "line": one.line, "code": one.code, "message": one.message}
                for one in done.unfinished[:SHOWN]
            ],
            "counts": presentation.counts(tree, queries.pictures_in(tree)),
        }
        place = f"/api/v1/taxonomies/{tree.slug}/versions/{version.number}"
        return Response(answer, status=201 if done.is_new else 200, headers={"Location": place})


class TaxonomyView(APIView):
    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(responses=serializers.TaxonomyDocument, operation_id="get_taxonomy")
    def get(self, request: Request, slug: str) -> Response:
        """One taxonomy with its versions, newest first."""
        return Response(_taxonomy(_person(request), queries.taxonomy(slug)))


class VersionView(APIView):
    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(responses=serializers.VersionDocument, operation_id="get_taxonomy_version")
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """The whole version for reading: rules as they take effect, names beside ids."""
        facts = queries.version_facts(slug, number)
        tree = queries.tree_of(facts.id)
        stored = queries.pictures_in(tree)
        etag = f'"{facts.content_hash[:32]}-{facts.state}-{facts.row_version}-{len(stored)}"'
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if request.headers.get("If-None-Match") == etag:
            return HttpResponse(status=304, headers=headers)
        body = {"slug": slug, **_facts(facts, tree, stored), **presentation.version_content(tree, stored)}
        return Response(body, headers=headers)


class VersionDefectView(APIView):
    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(responses=serializers.DefectPage, operation_id="get_taxonomy_defect")
    def get(self, request: Request, slug: str, number: str, concept: str) -> Response:
        """One defect with its rules, pictures and neighbours."""
        facts = queries.version_facts(slug, number)
        tree = queries.tree_of(facts.id)
        if not tree.has_defect(concept):
            raise UnknownConcept(_where_it_went(tree, concept))
        page = presentation.defect_page(tree, tree.defect(concept), queries.pictures_in(tree))
        return Response({"slug": slug, "number": number, "state": facts.state, "title": tree.title, **page})


class VersionExportView(APIView):
    access: ClassVar = {"GET": SIGNED_IN}
    content_negotiation_class = OnlyProblems

    @extend_schema(
        operation_id="export_taxonomy_version",
        parameters=[
            OpenApiParameter("format", OpenApiTypes.STR, enum=list(MEDIA_TYPES), description="yaml if left out.")
        ],
        responses={
            (200, media): OpenApiResponse(OpenApiTypes.BINARY, description="The file; the same bytes each time.")
            for media in MEDIA_TYPES.values()
        },
    )
    def get(self, request: Request, slug: str, number: str) -> HttpResponse:
        """The version as a file to download."""
        form = request.query_params.get("format", "yaml")
        if form not in MEDIA_TYPES:
            raise ParameterInvalid(f"`format` is one of {', '.join(MEDIA_TYPES)}.")
        facts = queries.version_facts(slug, number)
        tree = queries.tree_of(facts.id)
        if form == "skos":
            data = turtle(tree, queries.migration_of(facts.id)).encode()
        elif form in SPREADSHEETS:
            data = _spreadsheet(sheets_of(tree), form)
        else:
            data = export_tree(tree, "json" if form == "json" else "yaml").encode()
        return _download(data, form, f"{slug}-{number}")


class TaxonomyTemplateView(APIView):
    access: ClassVar = {"GET": SIGNED_IN}
    content_negotiation_class = OnlyProblems

    @extend_schema(
        operation_id="get_taxonomy_template",
        parameters=[
            OpenApiParameter("format", OpenApiTypes.STR, enum=list(SPREADSHEETS), description="xlsx if left out.")
        ],
        responses={(200, MEDIA_TYPES[form]): OpenApiTypes.BINARY for form in SPREADSHEETS},
    )
    def get(self, request: Request) -> HttpResponse:
        """An empty spreadsheet to begin a taxonomy with."""
        form = request.query_params.get("format", "xlsx")
        if form not in SPREADSHEETS:
            raise ParameterInvalid(f"`format` is one of {', '.join(SPREADSHEETS)}.")
        return _download(_spreadsheet(template(), form), form, "taxonomy-template")


class TaxonomyDiffView(APIView):
    access: ClassVar = {"GET": SIGNED_IN}

    @extend_schema(
        operation_id="diff_taxonomy_versions",
        parameters=[
            OpenApiParameter("from", OpenApiTypes.STR, required=True, description="Number of the older version."),
            OpenApiParameter("to", OpenApiTypes.STR, required=True, description="Number of the newer version."),
        ],
        responses=serializers.TaxonomyDiff,
    )
    def get(self, request: Request, slug: str) -> Response:
        """What differs between two versions, concept by concept."""
        first, second = (_needed(request, name) for name in ("from", "to"))
        queries.taxonomy(slug)
        old, new = (queries.version_facts(slug, number) for number in (first, second))
        before, after = queries.tree_of(old.id), queries.tree_of(new.id)
        migration = queries.migration_of(new.id) if new.parent == old.number else None
        return Response({"slug": slug, **presentation.diff_content(diff(before, after), before, after, migration)})


class TaxonomyPictureView(APIView):
    access: ClassVar = {"GET": SIGNED_IN}
    content_negotiation_class = OnlyProblems

    @extend_schema(operation_id="get_taxonomy_picture", responses={(200, "image/*"): OpenApiTypes.BINARY})
    def get(self, request: Request, sha256: str) -> HttpResponseBase:
        """The picture of an example."""
        media_type = queries.picture_type(sha256)
        if media_type is None:
            raise UnknownPicture
        return image_response(request, "pictures", sha256, media_type)


def _spreadsheet(sheets: Sequence[Sheet], form: str) -> bytes:
    try:
        return spreadsheet(sheets, form)
    except FileRefused as refused:  # a text longer than a cell
        raise sources.refused(refused.violations) from None


def _download(data: bytes, form: str, name: str) -> HttpResponse:
    kind = MEDIA_TYPES[form] if form == "xlsx" else f"{MEDIA_TYPES[form]}; charset=utf-8"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.{ENDINGS[form]}"',
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(data, content_type=kind, headers=headers)


def _person(request: Request) -> User:
    return cast(User, request.user)


def _flag(value: str) -> bool:
    if value.lower() in YES:
        return True
    if value.lower() in NO:
        return False
    raise ParameterInvalid("`publish` is true or false.")


def _needed(request: Request, name: str) -> str:
    value = request.query_params.get(name, "")
    if not value:
        raise ParameterInvalid(f"The parameter `{name}` is missing: the number of a version, such as 1.0.0.")
    return value


def _facts(facts: VersionFacts, tree: TaxonomyTree, stored: frozenset[str]) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in FACTS} | {"counts": presentation.counts(tree, stored)}


def _taxonomy(user: User, facts: TaxonomyFacts) -> dict[str, Any]:
    versions = []
    for version in facts.versions:
        tree = queries.tree_of(version.id)
        versions.append(_facts(version, tree, queries.pictures_in(tree)))
    return {
        "id": facts.id,
        "slug": facts.slug,
        "title": facts.title,
        "id_prefix": facts.id_prefix,
        "owners": [{"id": owner, "name": name} for owner, name in facts.owners],
        "may_edit": queries.may_edit(user, facts),
        "versions": versions,
    }


def _where_it_went(tree: TaxonomyTree, concept: str) -> str:
    for retired in tree.retired_concepts:
        if retired.id == concept:
            targets = ", ".join((*retired.replaced_by, *retired.consider)) or "nothing"
            return f"{retired.name} was retired in {retired.retired_in} ({retired.reason}); look at {targets}."
    return f"Version {tree.version} has no defect {concept[:40]!r}."
