"""Export folders made up for tests: two features that carry the defect, prompts, an audit stratum, answers."""

import hashlib
import json
from pathlib import Path

import numpy as np

from scoring.detectors.dataset import Dataset, joined, read_export

WIDTH = 12


def rows(
    n: int, *, share: float = 0.4, seed: int = 0, audit: float = 0.2, per_prompt: int = 2, skill: float = 0.9
) -> list[dict[str, object]]:
    """Gold records of a concept `blur`; every prompt has `per_prompt` images, audit is drawn by prompt."""
    rng = np.random.default_rng(seed)
    records: list[dict[str, object]] = []
    for number in range(n):
        prompt = number // per_prompt
        present = bool(rng.random() < share)
        in_audit = (prompt * 7919) % 100 < audit * 100
        answers = {
            name: "present" if present == bool(rng.random() < skill) else "absent" for name in ("p1", "p2", "p3")
        }
        records.append(
            {
                "image": f"im-{number:05d}", "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
                "file": None, "prompt": f"prompt {prompt}", "source_group": None, "generator": f"g{number % 3}",
                "sampling": {"stratum": "audit" if in_audit else "priority", "inclusion_probability": audit},
                "gold": {
                    "blur": {
                        "value": "present" if present else "absent", "level": None, "regions": [],
                        "provenance": "consensus", "answers": answers,
                    }
                },
                "verdict": "accept", "something_new": {"of": "a later version"},
            }
        )  # fmt: skip
    return records


def write_export(folder: Path, records: list[dict[str, object]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    data = "".join(json.dumps(record) + "\n" for record in records).encode()
    (folder / "gold.jsonl").write_bytes(data)
    manifest = {
        "format": "touchstone-gold/1",
        "taxonomy": {"slug": "ai-image-defects", "version": "1.0.0", "content_hash": "0" * 64},
        "files": [{"name": "gold.jsonl", "sha256": hashlib.sha256(data).hexdigest(), "records": len(records)}],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def dataset_of(folder: Path, records: list[dict[str, object]], *, signal: float = 2.0, seed: int = 1) -> Dataset:
    export = read_export(write_export(folder, records))
    rng = np.random.default_rng(seed)
    features = {}
    for record in export.records:
        vector = rng.normal(size=WIDTH).astype(np.float32)
        vector[:2] += signal * record.gold["blur"].value
        features[record.image] = vector
    return joined(export, lambda record: features[record.image], fingerprint="synthetic/1")
