"""Reading the corpus: which Images a filter means, and what the gallery shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.dateparse import parse_datetime

from accounts.scope import Scope
from annotate.corpus.image_filter import ImageFilter
from annotate.errors import UnknownHere
from annotate.models import Blob, Image, ImportRow, ImportRun, Item
from core.api.pagination import Page, decode_cursor, encode_cursor
from core.api.refusals import ParameterInvalid


def _matching(scope: Scope, wanted: ImageFilter) -> QuerySet[Image]:
    rows = Image.objects.scoped(scope).filter(is_reference=False, withdrawn_at__isnull=not wanted.withdrawn)
    for field in ("generator", "model_version", "source_group"):
        values = getattr(wanted, field)
        if values:
            rows = rows.filter(**{f"{field}__in": values})
    if wanted.text:
        found = Q(prompt__icontains=wanted.text) | Q(name__icontains=wanted.text) | Q(external_id=wanted.text)
        rows = rows.filter(found)
    if wanted.has_prompt is not None:
        rows = rows.exclude(prompt="") if wanted.has_prompt else rows.filter(prompt="")
    if wanted.has_reference is not None:
        rows = rows.filter(reference__isnull=not wanted.has_reference)
    if wanted.import_run is not None:
        rows = rows.filter(id__in=_images_of_run(wanted.import_run))
    if wanted.created_after is not None:
        rows = rows.filter(created_at__gte=wanted.created_after)
    if wanted.created_before is not None:
        rows = rows.filter(created_at__lt=wanted.created_before)
    return rows


def _images_of_run(run: UUID) -> Any:
    return ImportRow.objects.filter(run_id=run, image__isnull=False).values("image_id")


def count_images(scope: Scope, wanted: ImageFilter) -> int:
    """How many Images the filter means now."""
    return _matching(scope, wanted).count()


def matching_images(scope: Scope, wanted: ImageFilter) -> Iterator[UUID]:
    """Their ids, oldest first, streamed."""
    return (
        _matching(scope, wanted).order_by("created_at", "id").values_list("id", flat=True).iterator(chunk_size=10_000)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextCounts:
    """How many of the Images have each kind of context attached to themselves."""

    images: int
    prompt: int
    reference_image: int
    brief: int


def context_counts(scope: Scope, wanted: ImageFilter) -> ContextCounts:
    """For the forecast: what can be asked of how many Images."""
    rows = _matching(scope, wanted)
    return ContextCounts(
        images=rows.count(),
        prompt=rows.exclude(prompt="").count(),
        reference_image=rows.filter(reference__isnull=False).count(),
        brief=rows.exclude(brief="").count(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedImage:
    """An Image as others point to it."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryImage:
    """An Image as the gallery shows it. Bytes of a withdrawn one are gone."""

    id: UUID
    name: str
    width: int
    height: int
    generator: str
    model_version: str
    source_group: str
    prompt: str
    created_at: datetime
    is_withdrawn: bool


def gallery_page(scope: Scope, wanted: ImageFilter, *, cursor: str, limit: int) -> Page[GalleryImage]:
    """The newest first. Raises ParameterInvalid for a foreign cursor."""
    rows = _matching(scope, wanted)
    after = decode_cursor(cursor, 2)
    if after is not None:
        moment, last = _moment(after[0]), _uuid(after[1])
        rows = rows.filter(Q(created_at__lt=moment) | Q(created_at=moment, id__gt=last))
    found = list(rows.select_related("blob").order_by("-created_at", "id")[: limit + 1])
    shown = tuple(
        GalleryImage(
            id=row.id, name=row.name, width=row.blob.width, height=row.blob.height, generator=row.generator,
            model_version=row.model_version, source_group=row.source_group, prompt=row.prompt[:400],
            created_at=row.created_at, is_withdrawn=row.withdrawn_at is not None,
        )
        for row in found[:limit]
    )  # fmt: skip
    more = len(found) > limit
    return Page(rows=shown, next=encode_cursor(shown[-1].created_at.isoformat(), shown[-1].id) if more else None)


def _moment(value: object) -> datetime:
    moment = parse_datetime(value) if isinstance(value, str) else None
    if moment is None or moment.tzinfo is None:
        raise ParameterInvalid("The cursor is not one of this list.")
    return moment


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise ParameterInvalid("The cursor is not one of this list.") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """One value of a field and how many live Images have it. `label` is for people."""

    value: str
    label: str
    images: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Facets:
    """What can be filtered by: the 100 most frequent values of each field, over all live Images of the project."""

    images: int
    withdrawn: int
    with_prompt: int
    with_reference: int
    generator: tuple[FacetValue, ...]
    model_version: tuple[FacetValue, ...]
    source_group: tuple[FacetValue, ...]
    import_run: tuple[FacetValue, ...]


def gallery_facets(scope: Scope) -> Facets:
    """Counts over all live Images, however the gallery is filtered."""
    rows = _matching(scope, ImageFilter())
    counts = context_counts(scope, ImageFilter())
    return Facets(
        images=counts.images,
        withdrawn=count_images(scope, ImageFilter(withdrawn=True)),
        with_prompt=counts.prompt,
        with_reference=counts.reference_image,
        generator=_facet(rows, "generator"),
        model_version=_facet(rows, "model_version"),
        source_group=_facet(rows, "source_group"),
        import_run=_run_facet(scope),
    )


def _facet(rows: QuerySet[Image], field: str) -> tuple[FacetValue, ...]:
    found = rows.exclude(**{field: ""}).values_list(field).annotate(images=Count("id")).order_by("-images", field)
    return tuple(FacetValue(value=value, label=value, images=images) for value, images in found[:100])


def _run_facet(scope: Scope) -> tuple[FacetValue, ...]:
    runs = ImportRun.objects.scoped(scope).order_by("-created_at")[:100]
    rows = ImportRow.objects.filter(run__in=[run.id for run in runs], image__withdrawn_at=None, image__isnull=False)
    counts = dict(rows.values_list("run_id").annotate(images=Count("image_id", distinct=True)))
    return tuple(
        FacetValue(value=str(run.id), label=run.source, images=counts[run.id]) for run in runs if counts.get(run.id)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageRecord:
    """Everything that is known of one Image: its file, its generation record, where it came from and is used."""

    image: Image
    blob: Blob
    reference: NamedImage | None
    import_run: UUID | None
    campaigns: tuple[NamedImage, ...]
    withdrawn_by: str | None


def image_record(scope: Scope, image: UUID) -> ImageRecord:
    """Raises UnknownHere."""
    rows = Image.objects.scoped(scope).select_related("blob", "reference", "withdrawn_by")
    row = rows.filter(id=image).first()
    if row is None:
        raise UnknownHere
    used = Item.objects.scoped(scope).filter(image=row).values_list("campaign_id", "campaign__name").distinct()
    came = ImportRow.objects.filter(image=row).order_by("run__created_at", "number")
    return ImageRecord(
        image=row,
        blob=row.blob,
        reference=NamedImage(id=row.reference.id, name=row.reference.name) if row.reference else None,
        import_run=came.values_list("run_id", flat=True).first(),
        campaigns=tuple(NamedImage(id=key, name=name) for key, name in used.order_by("campaign__name")),
        withdrawn_by=row.withdrawn_by.name if row.withdrawn_by else None,
    )


def project_of_image(image: UUID) -> UUID:
    """For the view that then asks who may see it. Raises UnknownHere."""
    project = Image.objects.unscoped().filter(id=image).values_list("project_id", flat=True).first()
    if project is None:
        raise UnknownHere
    return project


def stored_picture(scope: Scope, image: UUID) -> tuple[str, str]:
    """(hash, media type) of the bytes behind an Image. Raises UnknownHere, also for a withdrawn one."""
    rows = Image.objects.scoped(scope).filter(id=image, withdrawn_at=None, blob__erased_at=None)
    found = rows.values_list("blob_id", "blob__media_type").first()
    if found is None:
        raise UnknownHere
    return found


def copied_from(scope: Scope, image: UUID) -> Blob | None:
    """The file behind an Image, which cannot be withdrawn before the transaction ends; None when it was already.

    Expects an open transaction. Raises UnknownHere.
    """
    rows = Image.objects.scoped(scope).select_related("blob").select_for_update(of=("self",))
    row = rows.filter(id=image).first()
    if row is None:
        raise UnknownHere
    return None if row.withdrawn_at or row.blob.erased_at else row.blob


def images_of_run(scope: Scope, run: UUID) -> list[UUID]:
    """The live Images that an import brought in (not those that were here before)."""
    rows = ImportRow.objects.filter(run_id=run, outcome=ImportRow.Outcome.IMAGE, image__project_id=scope.project)
    return list(rows.filter(image__withdrawn_at=None).order_by("number").values_list("image_id", flat=True))
