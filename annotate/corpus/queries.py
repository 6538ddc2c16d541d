"""Reading the corpus: which Images a filter means, and what the gallery shows."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.scope import Scope
from annotate.models import Image, ImportRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFilter:
    """Which Images are meant: everything given must hold; several values of one field are alternatives."""

    generator: tuple[str, ...] = ()
    model_version: tuple[str, ...] = ()
    source_group: tuple[str, ...] = ()
    import_run: UUID | None = None
    text: str = ""  # in prompt, name or external id
    has_prompt: bool | None = None
    has_reference: bool | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    withdrawn: bool = False

    def document(self) -> dict[str, Any]:
        """The filter as JSON, without what was not asked."""
        asked = {name: value for name, value in asdict(self).items() if value not in ((), None, "", False)}
        return {
            name: list(value) if isinstance(value, tuple) else value if isinstance(value, str | bool) else str(value)
            for name, value in asked.items()
        }


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
