"""Records into files, one after the other: memory does not grow with their number. Pure but for the files themselves.

The same records give the same bytes: canonical JSON, fixed columns, no times, ids in the order of the records.
"""

import csv
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from taxonomy.tree import TaxonomyTree

# What a spreadsheet takes for a formula, and the mark itself so that undoing is exact: remove one leading '.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠")
COLUMNS = (
    "image", "sha256", "file", "external_id", "prompt", "negative_prompt", "generator", "model_version", "seed",
    "source_group", "stratum", "inclusion_probability", "concept", "code", "name", "value", "level", "region",
    "provenance", "rule", "reason_code", "answers", "annotations", "verdict", "score",
)  # fmt: skip
SPOOL = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFile:
    """A finished file. `records`: Images in JSONL and COCO, rows in CSV."""

    name: str
    sha256: str
    bytes: int
    records: int


@dataclass(slots=True, kw_only=True)
class HashingFile:
    """A new file that hashes what is written to it."""

    path: Path
    _stream: Any = field(init=False)
    _hash: Any = field(init=False)
    size: int = 0

    def __post_init__(self) -> None:
        self._stream = self.path.open("xb", buffering=SPOOL)
        self._hash = sha256()

    def write(self, data: bytes) -> None:
        self._stream.write(data)
        self._hash.update(data)
        self.size += len(data)

    def close(self, records: int) -> WrittenFile:
        """Flushed to the disk."""
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._stream.close()
        return WrittenFile(name=self.path.name, sha256=self._hash.hexdigest(), bytes=self.size, records=records)

    def abandon(self) -> None:
        self._stream.close()


def json_bytes(value: object) -> bytes:
    """The spelling of core.hashing.canonical_json for values whose keys are known to be text."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")).encode()


class Writer(Protocol):
    """Takes the records in order, then finishes."""

    def write(self, record: Mapping[str, Any]) -> None: ...

    def finish(self) -> list[WrittenFile]: ...


class JsonlWriter:
    """One record a line; nothing is changed in it."""

    def __init__(self, folder: Path, tree: TaxonomyTree) -> None:
        self._file, self._records = HashingFile(path=folder / "gold.jsonl"), 0

    def write(self, record: Mapping[str, Any]) -> None:
        self._file.write(json_bytes(record) + b"\n")
        self._records += 1

    def finish(self) -> list[WrittenFile]:
        return [self._file.close(self._records)]


class CsvWriter:
    """One row per Image and concept, for spreadsheets: text that would run as a formula gets a leading '."""

    def __init__(self, folder: Path, tree: TaxonomyTree) -> None:
        self._file, self._records, self._tree = HashingFile(path=folder / "gold.csv"), 0, tree
        self._line(COLUMNS)

    def _line(self, values: tuple[Any, ...]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow([neutralised(value) for value in values])
        self._file.write(line.getvalue().encode())

    def write(self, record: Mapping[str, Any]) -> None:
        before = (
            *(record[name] for name in COLUMNS[:10]),
            record["sampling"]["stratum"],
            record["sampling"]["inclusion_probability"],
        )
        for concept, gold in sorted(record["gold"].items()):
            defect = self._tree.defect(concept)
            region = json_bytes(gold["region"]).decode() if gold["region"] else ""
            self._line(
                (
                    *before, concept, defect.code, defect.name, gold["value"], gold["level"], region,
                    gold["provenance"], gold["rule"], gold["reason_code"], json_bytes(gold["answers"]).decode(),
                    " ".join(gold["annotations"]), record["verdict"], record["score"],
                )
            )  # fmt: skip
            self._records += 1

    def finish(self) -> list[WrittenFile]:
        return [self._file.close(self._records)]


def neutralised(value: Any) -> Any:
    """Text that a spreadsheet would take for a formula, with a ' before it; None as empty; numbers as they are."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


class CocoWriter:
    """COCO: boxes and polygons in pixels. What COCO has no place for (absent, not assessed, present without a region)
    stands under `touchstone` of the image. Images are streamed; annotations wait in a file beside until the end."""

    def __init__(self, folder: Path, tree: TaxonomyTree) -> None:
        self._file, self._rest = HashingFile(path=folder / "coco.json"), folder / ".annotations"
        self._annotations = self._rest.open("w+b", buffering=SPOOL)
        self._images = self._marks = 0
        self._tree = tree
        self._categories = {defect.id: number for number, defect in enumerate(tree.active_defects, 1)}
        self._file.write(b'{"images":[')

    def write(self, record: Mapping[str, Any]) -> None:
        self._images += 1
        self._file.write((b"," if self._images > 1 else b"") + json_bytes(self._image(record)))
        for concept, gold in sorted(record["gold"].items()):
            if gold["value"] == "present" and gold["region"]:
                self._marks += 1
                mark = json_bytes(self._annotation(record, concept, gold))
                self._annotations.write((b"," if self._marks > 1 else b"") + mark)

    def _image(self, record: Mapping[str, Any]) -> dict[str, Any]:
        by_value: dict[str, list[str]] = {"present": [], "absent": [], "not_assessed": []}
        for concept, gold in sorted(record["gold"].items()):
            by_value[gold["value"]].append(concept)
        levels = {concept: record["gold"][concept]["level"] for concept in by_value["present"]}
        return {
            "id": self._images,
            "file_name": record["file"],
            "width": record["width"],
            "height": record["height"],
            "touchstone": {
                "image": record["image"], "sha256": record["sha256"], "prompt": record["prompt"],
                "generator": record["generator"], "source_group": record["source_group"],
                "sampling": record["sampling"], "present": levels, "absent": by_value["absent"],
                "not_assessed": by_value["not_assessed"], "verdict": record["verdict"], "score": record["score"],
            },
        }  # fmt: skip

    def _annotation(self, record: Mapping[str, Any], concept: str, gold: Mapping[str, Any]) -> dict[str, Any]:
        points = [(x * record["width"], y * record["height"]) for x, y in gold["region"]["points"]]
        left, top = min(x for x, _ in points), min(y for _, y in points)
        width, height = max(x for x, _ in points) - left, max(y for _, y in points) - top
        polygon = gold["region"]["shape"] == "polygon"
        return {
            "id": self._marks,
            "image_id": self._images,
            "category_id": self._categories[concept],
            "bbox": [_pixels(value) for value in (left, top, width, height)],
            "area": _pixels(_area(points) if polygon else width * height),
            "segmentation": [[_pixels(value) for point in points for value in point]] if polygon else [],
            "iscrowd": 0,
            "touchstone": {
                "shape": gold["region"]["shape"], "level": gold["level"], "provenance": gold["provenance"],
                "rule": gold["rule"], "answers": gold["answers"], "annotations": gold["annotations"],
            },
        }  # fmt: skip

    def finish(self) -> list[WrittenFile]:
        self._file.write(b'],"annotations":[')
        self._annotations.seek(0)
        while chunk := self._annotations.read(SPOOL):
            self._file.write(chunk)
        self._annotations.close()
        self._rest.unlink()
        categories = [
            {
                "id": self._categories[defect.id], "name": defect.name,
                "supercategory": self._tree.dimension_of(defect).name,
                "touchstone": {"concept": defect.id, "code": defect.code},
            }
            for defect in self._tree.active_defects
        ]  # fmt: skip
        info = {
            "description": "Gold labels of Touchstone",
            "version": self._tree.version,
            "touchstone": self._tree.slug,
        }
        self._file.write(b'],"categories":' + json_bytes(categories) + b',"info":' + json_bytes(info) + b"}\n")
        return [self._file.close(self._images)]


def _pixels(value: float) -> float:
    return round(value, 3)


def _area(points: list[tuple[float, float]]) -> float:
    """Shoelace formula."""
    around = zip(points, [*points[1:], points[0]], strict=True)
    return abs(sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in around)) / 2


WRITERS: Mapping[str, type[JsonlWriter] | type[CsvWriter] | type[CocoWriter]] = {
    "jsonl": JsonlWriter, "csv": CsvWriter, "coco": CocoWriter,
}  # fmt: skip
