"""Reading an export: tolerant to what is new, strict about what is needed; groups and the audit split."""

import json
from pathlib import Path

import numpy as np
import pytest
from synthetic import dataset_of, rows, write_export

from scoring.detectors.dataset import ExportProblem, joined, prompt_groups, read_export


def test_an_export_is_read_with_its_unknown_keys_ignored(tmp_path: Path) -> None:
    export = read_export(write_export(tmp_path, rows(10)))
    assert len(export.records) == 10 and export.concepts == ("blur",)
    assert export.taxonomy == "ai-image-defects" and len(export.manifest_sha256) == 64


def test_a_changed_gold_file_is_refused(tmp_path: Path) -> None:
    write_export(tmp_path, rows(3))
    with (tmp_path / "gold.jsonl").open("a") as stream:
        stream.write("\n")
    with pytest.raises(ExportProblem, match="SHA-256"):
        read_export(tmp_path)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"image": None}, "row 2: image"),
        ({"gold": []}, "row 2: gold: expected an object"),
        ({"gold": {"blur": {"value": "yes"}}}, "row 2: gold.blur: expected present, absent"),
        ({"gold": {"blur": {"value": "present", "answers": {"p1": 1}}}}, "gold.blur.answers.p1"),
        ({"prompt": 7}, "prompt must be text"),
        ({"sampling": {"inclusion_probability": 1.5}}, "from 0 to 1"),
        ({"image": "im-00000"}, "twice"),
    ],
)
def test_a_wrong_record_is_named_by_row_and_field(tmp_path: Path, change: dict[str, object], expected: str) -> None:
    records = rows(3)
    records[1] |= change
    with pytest.raises(ExportProblem, match=expected.replace(".", r"\.")):
        read_export(write_export(tmp_path, records))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("manifest.json", "{", "no valid JSON"),
        ("manifest.json", "[]", "expected an object"),
        ("manifest.json", '{"format": "other/9"}', "expected format"),
        ("manifest.json", '{"format": "touchstone-gold/1"}', "files must be a list"),
        ("manifest.json", '{"format": "touchstone-gold/1", "files": []}', "does not name gold.jsonl"),
    ],
)
def test_a_wrong_manifest_is_refused(tmp_path: Path, name: str, content: str, expected: str) -> None:
    write_export(tmp_path, rows(2))
    (tmp_path / name).write_text(content)
    with pytest.raises(ExportProblem, match=expected):
        read_export(tmp_path)


def test_an_empty_folder_is_refused_with_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(ExportProblem, match=r"manifest\.json is missing"):
        read_export(tmp_path)


def test_nan_in_a_record_is_refused(tmp_path: Path) -> None:
    records = rows(2)
    records[0]["sampling"] = {"inclusion_probability": float("nan")}
    with pytest.raises(ExportProblem, match="NaN"):
        read_export(write_export(tmp_path, records))


def test_equal_prompts_source_groups_and_files_are_one_group_over_others_too(tmp_path: Path) -> None:
    records = rows(5, per_prompt=1)
    records[0] |= {"prompt": "A  cat"}
    records[1] |= {"prompt": "a cat", "source_group": "s"}
    records[2] |= {"source_group": "s"}
    records[3] |= {"prompt": "", "sha256": ""}
    records[4] |= {"prompt": "", "sha256": ""}
    groups = prompt_groups(read_export(write_export(tmp_path, records)).records)
    assert groups[0] == groups[1] == groups[2]
    assert len(set(groups.tolist())) == 3


def test_no_prompt_of_an_audit_image_is_trained_on(tmp_path: Path) -> None:
    records = rows(60, audit=0.0)
    for number in (0, 11, 20):
        records[number]["sampling"] = {"stratum": "audit", "inclusion_probability": 0.1}
    dataset = dataset_of(tmp_path, records)
    train, audit = dataset.split("blur")
    assert len(audit) == 3 and len(train) == 54
    assert not set(dataset.groups[train].tolist()) & set(dataset.groups[audit].tolist())


def test_not_assessed_gold_is_neither_trained_nor_tested_on(tmp_path: Path) -> None:
    records = rows(20)
    for record in records[:6]:
        record["gold"]["blur"]["value"] = "not_assessed"  # type: ignore[index]
    train, audit = dataset_of(tmp_path, records).split("blur")
    assert min([*train, *audit]) >= 6


def test_images_without_a_vector_are_counted(tmp_path: Path) -> None:
    export = read_export(write_export(tmp_path, rows(6)))
    dataset = joined(
        export, lambda record: None if record.image == "im-00002" else np.zeros(3, np.float32), fingerprint="f/1"
    )
    assert dataset.missing == 1 and len(dataset.records) == 5


def test_vectors_of_two_lengths_are_refused(tmp_path: Path) -> None:
    export = read_export(write_export(tmp_path, rows(3)))
    with pytest.raises(ExportProblem, match="differ in length"):
        joined(export, lambda record: np.zeros(int(record.image[-1]) + 1, np.float32), fingerprint="f/1")


def test_a_manifest_with_reordered_keys_is_another_manifest(tmp_path: Path) -> None:
    write_export(tmp_path, rows(2))
    before = read_export(tmp_path).manifest_sha256
    document = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps(document | {"extra": 1}))
    assert read_export(tmp_path).manifest_sha256 != before
