"""Writing the rows of one chunk: new Images, duplicates, conflicts, errors. Runs inside a caller's transaction."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from accounts.scope import Scope
from annotate.corpus.records import TEXTS, GenerationRecord, completed, differences
from annotate.corpus.refusal import Refusal
from annotate.corpus.sources import Candidate
from annotate.corpus.storing import Taken
from annotate.models import Image, ImportRow, ImportRun
from core.text import safe_filename

Outcome = ImportRow.Outcome
CHANGEABLE = ("name", *TEXTS, "parameters", "reference", "is_reference")


@dataclass(slots=True, kw_only=True)
class Prepared:
    """A candidate with its hashed file and that of its reference, or with what is wrong."""

    candidate: Candidate
    taken: Taken | None = None
    reference: Taken | None = None
    refusal: Refusal | None = None


def withdrawn_refusal(reason: str) -> Refusal:
    """Bytes that somebody took out do not come back by an import."""
    said = f" Reason given: {reason}" if reason else ""
    return Refusal("withdrawn_here", f"This image was withdrawn from the project and stays out.{said}")


class _Waits(Exception):
    """The image that a row names by external id may come later in the same import."""


@dataclass(slots=True, kw_only=True)
class RowWriter:
    """Classifies the rows of a chunk against what the project holds, then writes them in four statements.

    `final`: no more rows come, so a reference that is not found is an error.
    """

    scope: Scope
    run: ImportRun
    final: bool
    images: dict[str, Image] = field(default_factory=dict)  # by hash: those of the project and the new ones
    by_external_id: dict[str, UUID] = field(default_factory=dict)
    new: dict[UUID, Image] = field(default_factory=dict)
    changed: dict[UUID, Image] = field(default_factory=dict)
    rows: list[ImportRow] = field(default_factory=list)

    def write(self, prepared: list[Prepared]) -> list[int]:
        """Expects an open transaction and the lock of the project's images. Answers the numbers that wait."""
        self._look_up(prepared)
        waiting: list[int] = []
        for row in prepared:
            try:
                self._classify(row)
            except _Waits:
                waiting.append(row.candidate.number)
            except Refusal as refusal:
                self._report(row, Outcome.ERROR, refusal.code, refusal.message)
        Image.objects.bulk_create(self.new.values())
        if self.changed:
            Image.objects.scoped(self.scope).bulk_update(self.changed.values(), CHANGEABLE)
        ImportRow.objects.bulk_create(self.rows)
        return waiting

    def _look_up(self, prepared: list[Prepared]) -> None:
        here = Image.objects.scoped(self.scope)
        hashes = {one.sha256 for row in prepared for one in (row.taken, row.reference) if one is not None}
        self.images = {image.blob_id: image for image in here.filter(blob_id__in=hashes)}
        named = {row.candidate.reference for row in prepared if row.candidate.reference and row.reference is None}
        if named:
            found = here.filter(external_id__in=named, withdrawn_at=None).order_by("-created_at")
            self.by_external_id = dict(found.values_list("external_id", "id"))

    def _classify(self, row: Prepared) -> None:
        if row.refusal is not None:
            raise row.refusal
        if row.taken is None:
            raise Refusal("unreadable_file", "The file cannot be read.")
        reference = self._reference_of(row)
        known = self.images.get(row.taken.sha256)
        if known is None:
            record = completed(row.candidate.record or GenerationRecord(), row.taken.hints)
            image = self._add(row.taken, row.candidate.path, record, is_reference=False)
            image.reference_id = reference
            self._report(row, Outcome.IMAGE, *row.taken.note, image=image)
        elif known.withdrawn_at is not None:
            raise withdrawn_refusal(known.withdrawn_reason)
        elif known.is_reference:
            self._promote(known, row, reference)
            self._report(row, Outcome.IMAGE, image=known)
        else:
            self._known_already(known, row, reference)

    def _known_already(self, known: Image, row: Prepared, reference: UUID | None) -> None:
        record = row.candidate.record
        if record is None:
            self._report(row, Outcome.DUPLICATE, image=known)
            return
        differing = list(differences(record, _stored_record(known)))
        if reference != known.reference_id:
            differing.append("reference")
        if not differing:
            self._report(row, Outcome.DUPLICATE, image=known)
            return
        message = (
            f"These bytes are already here with another record; the first one stays. Different: {', '.join(differing)}."
        )
        self._report(row, Outcome.CONFLICT, "record_differs", message, image=known)

    def _promote(self, known: Image, row: Prepared, reference: UUID | None) -> None:
        """What came in only as somebody's reference now has a row of its own."""
        hints = known.parameters.get("embedded", {})
        for name, value in completed(row.candidate.record or GenerationRecord(), hints).values().items():
            setattr(known, name, value)
        known.name = safe_filename(row.candidate.path)
        known.reference_id, known.is_reference = reference, False
        self.by_external_id.setdefault(known.external_id, known.id)
        if known.id not in self.new:
            self.changed[known.id] = known

    def _reference_of(self, row: Prepared) -> UUID | None:
        name = row.candidate.reference
        if not name:
            return None
        if row.reference is not None:
            found = self.images.get(row.reference.sha256)
            if found is None:
                record = completed(GenerationRecord(), row.reference.hints)
                found = self._add(row.reference, name, record, is_reference=True)
            if found.withdrawn_at is not None:
                raise Refusal("withdrawn_here", "The reference image was withdrawn from the project.")
            return found.id
        if name in self.by_external_id:
            return self.by_external_id[name]
        if not self.final:
            raise _Waits
        raise Refusal(
            "reference_not_found",
            f"There is neither a file nor an image with the external id {name[:100]!r}. Check the column `reference`.",
        )

    def _add(self, taken: Taken, path: str, record: GenerationRecord, *, is_reference: bool) -> Image:
        image = Image(
            project_id=self.scope.project, blob_id=taken.sha256, name=safe_filename(path), is_reference=is_reference,
            **record.values(),
        )  # fmt: skip
        self.images[taken.sha256] = image
        self.new[image.id] = image
        if record.external_id:
            self.by_external_id.setdefault(record.external_id, image.id)
        return image

    def _report(
        self, row: Prepared, outcome: Outcome, code: str = "", message: str = "", *, image: Image | None = None
    ) -> None:
        candidate = row.candidate
        self.rows.append(
            ImportRow(
                run=self.run, number=candidate.number, file=candidate.file, outcome=outcome, code=code,
                message=message, image=image,
            )
        )  # fmt: skip


def _stored_record(image: Image) -> dict[str, Any]:
    return {name: getattr(image, name) for name in (*TEXTS, "parameters")}
