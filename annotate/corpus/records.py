"""The generation record of an image, and whether two of them say the same. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from annotate.corpus.manifests import ManifestRow
from annotate.corpus.refusal import Refusal

EMBEDDED = "embedded"
TEXTS = (
    "external_id", "prompt", "negative_prompt", "generator", "model_version", "seed", "brief", "source_group",
)  # fmt: skip
# What the tables hold, in characters; longer texts have no limit of their own there.
LENGTHS = {"external_id": 200, "generator": 200, "model_version": 200, "source_group": 200, "seed": 80}


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRecord:
    """How an image was made. Empty text means that nothing is known."""

    external_id: str = ""
    prompt: str = ""
    negative_prompt: str = ""
    generator: str = ""
    model_version: str = ""
    seed: str = ""
    brief: str = ""
    source_group: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """Field → value, for the row."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


def record_of(row: ManifestRow) -> GenerationRecord:
    """The record of a manifest row. Raises Refusal `too_long` for what the table cannot hold."""
    for name, length in LENGTHS.items():
        if len(getattr(row, name)) > length:
            raise Refusal("too_long", f"`{name}` may have {length} characters; this one has more.")
    return GenerationRecord(
        **{name: getattr(row, name) for name in TEXTS},
        parameters={name: value for name, value in row.parameters.items() if name != EMBEDDED},
    )


def completed(record: GenerationRecord, hints: Mapping[str, Any]) -> GenerationRecord:
    """The record with what the file itself says where the manifest says nothing; the hints are kept beside it."""
    if not hints:
        return record
    fitting = {
        name: str(value)
        for name, value in hints.items()
        if name in TEXTS and not getattr(record, name) and len(str(value)) <= LENGTHS.get(name, 100_000)
    }
    return replace(record, **fitting, parameters={**record.parameters, EMBEDDED: dict(hints)})


def differences(given: GenerationRecord, stored: Mapping[str, Any]) -> tuple[str, ...]:
    """The fields in which a record (before its hints) differs from what is stored of the same bytes."""
    hints = stored["parameters"].get(EMBEDDED, {})
    full = completed(given, hints).values()
    return tuple(name for name in (*TEXTS, "parameters") if full[name] != stored[name])
