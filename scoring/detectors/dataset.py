"""From an export folder and feature vectors to what a detector is trained on.

The input is an export (manifest.json with gold.jsonl), never live tables, so that a detector can name
exactly what it was trained on. Extra keys are ignored; what is needed is checked and named by file and row.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.hashing import sha256_of_bytes, sha256_of_file

Floats: TypeAlias = npt.NDArray[np.float32]
Labels: TypeAlias = npt.NDArray[np.int8]

FORMAT = "touchstone-gold/1"
GOLD = "gold.jsonl"
VALUES = {"present": 1, "absent": 0, "not_assessed": -1}
MAX_LINE = 10_000_000


class ExportProblem(Exception):
    """What is wrong with an export: which file, which row, what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldValue:
    """Gold of one concept on one image: 1 present, 0 absent, -1 not assessed; single answers by reviewer."""

    value: int
    answers: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldRecord:
    """One image of the export."""

    image: str
    sha256: str
    file: str
    prompt: str
    source_group: str
    generator: str
    audit: bool
    inclusion_probability: float | None
    gold: Mapping[str, GoldValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldExport:
    """A whole export: its records and the hash of its manifest, which names their hashes in turn."""

    records: tuple[GoldRecord, ...]
    manifest_sha256: str
    taxonomy: str
    version: str

    @property
    def concepts(self) -> tuple[str, ...]:
        return tuple(sorted({concept for record in self.records for concept in record.gold}))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dataset:
    """Records joined with features. Row i of every array is `records[i]`; `features` float32 [n, d].

    `groups` int [n]: rows that share a prompt or a source group have one number. `audit` bool [n].
    """

    records: tuple[GoldRecord, ...]
    features: Floats
    groups: npt.NDArray[np.intp]
    audit: npt.NDArray[np.bool_]
    fingerprint: str
    manifest_sha256: str
    missing: int

    def labels(self, concept: str) -> Labels:
        """int8 [n]: 1 present, 0 absent, -1 not assessed or not asked."""
        found = (record.gold.get(concept) for record in self.records)
        return np.fromiter((one.value if one else -1 for one in found), np.int8, len(self.records))

    def split(self, concept: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Row numbers to train on and of the frozen audit set, labelled ones only. Rows that share a group
        with any audit image are on neither side.
        """
        labelled = self.labels(concept) >= 0
        near_audit = np.isin(self.groups, self.groups[self.audit])
        return np.flatnonzero(labelled & ~near_audit), np.flatnonzero(labelled & self.audit)


def read_export(folder: Path) -> GoldExport:
    """The export in `folder`; raises ExportProblem when it is not whole, not the stated format, or damaged."""
    path = folder / "manifest.json"
    if not path.is_file():
        raise ExportProblem(f"{path} is missing: expected the folder that export_gold wrote.")
    raw = path.read_bytes()
    manifest = _object(_parsed(raw, "manifest.json"), "manifest.json")
    if manifest.get("format") != FORMAT:
        raise ExportProblem(f"manifest.json: expected format {FORMAT!r}, found {manifest.get('format')!r}.")
    _check_files(folder, manifest)
    taxonomy = _object(manifest.get("taxonomy") or {}, "manifest.json: taxonomy")
    records = tuple(_records(folder / GOLD))
    seen: set[str] = set()
    for row, record in enumerate(records, 1):
        if record.image in seen:
            raise ExportProblem(f"{GOLD} row {row}: image {record.image} stands there twice.")
        seen.add(record.image)
    return GoldExport(
        records=records,
        manifest_sha256=sha256_of_bytes(raw),
        taxonomy=str(taxonomy.get("slug") or ""),
        version=str(taxonomy.get("version") or ""),
    )


def _check_files(folder: Path, manifest: Mapping[str, object]) -> None:
    files = manifest.get("files")
    if not isinstance(files, list):
        raise ExportProblem("manifest.json: files must be a list of {name, sha256, records}.")
    for number, entry in enumerate(files):
        where = f"manifest.json: files[{number}]"
        row = _object(entry, where)
        if row.get("name") != GOLD:
            continue
        path = folder / GOLD
        if not path.is_file():
            raise ExportProblem(f"{path} is missing although manifest.json names it.")
        found = sha256_of_file(path)
        if row.get("sha256") != found:
            raise ExportProblem(f"{where}: {GOLD} has the SHA-256 {found}, the manifest says {row.get('sha256')}.")
        return
    raise ExportProblem(f"manifest.json: files does not name {GOLD}.")


def _records(path: Path) -> Iterator[GoldRecord]:
    with path.open("rb") as stream:
        for row, line in enumerate(iter(lambda: stream.readline(MAX_LINE), b""), 1):
            where = f"{GOLD} row {row}"
            if len(line) >= MAX_LINE:
                raise ExportProblem(f"{where} is longer than {MAX_LINE:,} bytes.")
            if line.strip():
                yield _record(_object(_parsed(line, where), where), where)


def _record(row: Mapping[str, object], where: str) -> GoldRecord:
    image = row.get("image")
    if not isinstance(image, str) or not image:
        raise ExportProblem(f"{where}: image must be the id of an image.")
    sampling = _object(row.get("sampling") or {}, f"{where}: sampling")
    gold = _object(row.get("gold"), f"{where}: gold")
    return GoldRecord(
        image=image,
        sha256=_text(row, "sha256", where),
        file=_text(row, "file", where),
        prompt=_text(row, "prompt", where),
        source_group=_text(row, "source_group", where),
        generator=_text(row, "generator", where),
        audit=sampling.get("stratum") == "audit",
        inclusion_probability=_probability(sampling.get("inclusion_probability"), where),
        gold={concept: _gold_value(value, f"{where}: gold.{concept}") for concept, value in gold.items()},
    )


def _gold_value(value: object, where: str) -> GoldValue:
    row = _object(value, where)
    answers = _object(row.get("answers") or {}, f"{where}.answers")
    return GoldValue(
        value=_presence(row.get("value"), where),
        answers={reviewer: _presence(one, f"{where}.answers.{reviewer}") for reviewer, one in answers.items()},
    )


def _presence(value: object, where: str) -> int:
    if not isinstance(value, str) or value not in VALUES:
        raise ExportProblem(f"{where}: expected present, absent or not_assessed, found {value!r}.")
    return VALUES[value]


def _probability(value: object, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ExportProblem(f"{where}: sampling.inclusion_probability must be from 0 to 1, found {value!r}.")
    return float(value)


def _text(row: Mapping[str, object], key: str, where: str) -> str:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise ExportProblem(f"{where}: {key} must be text or null, found {value!r}.")
    return value or ""


def _object(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ExportProblem(f"{where}: expected an object.")
    return value


def _parsed(raw: bytes, where: str) -> object:
    try:
        return json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        raise ExportProblem(f"{where}: no valid JSON ({problem}).") from problem


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON number")


def joined(export: GoldExport, vector_of: Callable[[GoldRecord], Floats | None], *, fingerprint: str) -> Dataset:
    """The records for which `vector_of` gives a vector (others are counted as missing), with their groups.

    `fingerprint` names the features. Raises ExportProblem when vectors differ in length or none is there.
    """
    pairs = [(record, vector) for record in export.records if (vector := vector_of(record)) is not None]
    if not pairs:
        raise ExportProblem("None of the export's images has a feature vector.")
    if len({vector.shape for _, vector in pairs}) != 1:
        raise ExportProblem("The feature vectors differ in length: they come from different features.")
    records = tuple(record for record, _ in pairs)
    return Dataset(
        records=records,
        features=np.stack([vector for _, vector in pairs]).astype(np.float32),
        groups=prompt_groups(records),
        audit=np.array([record.audit for record in records], dtype=np.bool_),
        fingerprint=fingerprint,
        manifest_sha256=export.manifest_sha256,
        missing=len(export.records) - len(records),
    )


def prompt_groups(records: tuple[GoldRecord, ...]) -> npt.NDArray[np.intp]:
    """One number per group of records that are linked, directly or over others, by an equal prompt (case
    and spaces aside), source group or file hash. A record with none of them is a group of its own.
    """
    parent = list(range(len(records)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    first: dict[tuple[str, str], int] = {}
    for number, record in enumerate(records):
        prompt = " ".join(record.prompt.casefold().split())
        for key in (("prompt", prompt), ("group", record.source_group), ("file", record.sha256)):
            if key[1]:
                parent[root(number)] = root(first.setdefault(key, number))
    return np.unique([root(number) for number in range(len(records))], return_inverse=True)[1].astype(np.intp)
