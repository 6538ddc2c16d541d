"""The three commands as a person runs them: on files alone, no database, one JSON document."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[3]
DEMO = ROOT.parent / "shared" / "data" / "demo_images" / "images"


def manage(*arguments: object, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *map(str, arguments)],
        cwd=cwd, env={**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none", **environment},
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> dict[str, str]:
    return {"DATA_DIR": str(tmp_path / "data")}


def picture(seed: int, size: int = 64) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (size, size, 3), dtype=np.uint8))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    images = tmp_path / "images"
    (images / "deep").mkdir(parents=True)
    picture(0).save(images / "a.png")
    picture(1).convert("L").save(images / "deep" / "b.jpg")
    picture(2).convert("P").save(images / "c.gif")
    Image.new("RGBA", (1, 1), (3, 3, 3, 9)).save(images / "dot.png")
    (images / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    (images / "notes.txt").write_text("no image")
    return images


def test_score_gives_one_json_document_with_a_status_where_there_is_no_value(
    folder: Path, data: dict[str, str]
) -> None:
    done = manage("score", folder, "--json", **data)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout, parse_constant=pytest.fail)
    assert {row["image"] for row in rows} == {"a.png", "broken.png", "c.gif", "deep/b.jpg", "dot.png"}
    assert len(rows) == 5 * 10
    for row in rows:
        assert set(row) == {"image", "metric", "value", "status", "reason", "version"}
        assert (row["value"] is None) == (row["status"] != "ok") == bool(row["reason"])
    assert {row["status"] for row in rows if row["image"] == "broken.png"} == {"unreadable"}
    assert "too_small" in {row["status"] for row in rows if row["image"] == "dot.png"}


def test_score_compares_with_references_of_the_same_name(folder: Path, tmp_path: Path, data: dict[str, str]) -> None:
    references = tmp_path / "references"
    references.mkdir()
    picture(0).save(references / "a.webp", quality=30)
    picture(2, 32).save(references / "c.png")
    done = manage("score", folder, "--reference", references, "--metrics", "psnr,ssim", "--json", **data)
    status = {(row["image"], row["metric"]): row["status"] for row in json.loads(done.stdout)}
    assert status["a.png", "psnr"] == status["a.png", "ssim"] == "ok"
    assert status["c.gif", "ssim"] == "size_mismatch"
    assert status["deep/b.jpg", "psnr"] == "no_reference"


def test_score_compares_two_sets(tmp_path: Path, data: dict[str, str]) -> None:
    for name, first in (("one", 0), ("two", 100)):
        (tmp_path / name).mkdir()
        for number in range(8):
            picture(first + number).save(tmp_path / name / f"{number}.png")
    metrics = "frechet-handcrafted,kid-handcrafted,exposure"
    done = manage("score", tmp_path / "one", "--reference", tmp_path / "two", "--metrics", metrics, "--json", **data)
    rows = [row for row in json.loads(done.stdout) if row["image"] is None]
    assert [row["metric"] for row in rows] == ["frechet-handcrafted", "kid-handcrafted"]
    assert all(row["status"] == "ok" and row["n"] == row["n_reference"] == 8 for row in rows)


def test_score_lists_the_registry(data: dict[str, str]) -> None:
    rows = json.loads(manage("score", "--list", "--json", **data).stdout)
    names = {row["metric"] for row in rows}
    assert {"psnr", "ssim", "banding", "gmsd", "piqe", "musiq", "frechet-handcrafted"} <= names
    assert all(row["status"] == "ok" for row in rows if row["version"].startswith("builtin-"))


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("score",), 2, "Name the folder"),
        (("score", "nowhere"), 1, "nowhere is no folder"),
        (("score", "."), 1, "holds no PNG"),
        (("score", "--nonsense"), 2, "unrecognized"),
        (("fetch_weights", "nonsense"), 1, "no weights are known for nonsense"),
        (("fetch_weights",), 2, "METRIC"),
        (("train_detectors",), 2, "--export"),
        (("train_detectors", "--export", "."), 1, "manifest.json is missing"),
    ],
)
def test_wrong_use_is_answered_with_a_message_and_a_status(
    tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = manage(*arguments, cwd=empty, DATA_DIR=str(tmp_path / "data"))
    assert done.returncode == code, done.stderr
    assert message in done.stderr and "Traceback" not in done.stderr and not done.stdout


def test_an_unknown_metric_is_answered_with_those_there_are(folder: Path, data: dict[str, str]) -> None:
    done = manage("score", folder, "--metrics", "sharpnes", **data)
    assert done.returncode == 1 and "sharpnes" in done.stderr and "sharpness" in done.stderr


def test_weights_are_fetched_from_a_folder_into_weights_dir(tmp_path: Path) -> None:
    (tmp_path / "mirror").mkdir()
    (tmp_path / "mirror" / "niqe_modelparameters.mat").write_bytes(b"parameters")
    done = manage(
        "fetch_weights", "niqe", "--source", f"{(tmp_path / 'mirror').as_uri()}/", "--json",
        DATA_DIR=str(tmp_path / "data"), WEIGHTS_DIR=str(tmp_path / "weights"),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["files"][0]["size"] == 10
    assert (tmp_path / "weights" / "niqe" / "niqe_modelparameters.mat").read_bytes() == b"parameters"
    assert not (tmp_path / "data" / "weights").exists()


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Forty sharp and blurred pictures; the defect `blur` is there where they are blurred, `hands` once."""
    import hashlib

    import cv2

    folder = tmp_path / "export"
    (folder / "images").mkdir(parents=True)
    lines = []
    for number in range(40):
        image = np.asarray(picture(number, 48))
        if number % 2:
            image = cv2.GaussianBlur(image, (0, 0), 2)
        path = folder / "images" / f"{number}.png"
        Image.fromarray(image).save(path)
        value = "present" if number % 2 else "absent"
        lines.append(
            {
                "image": f"id-{number}", "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "file": f"images/{number}.png", "prompt": f"p{number // 2}", "source_group": None, "generator": "g",
                "sampling": {"stratum": "audit" if number >= 34 else "priority", "inclusion_probability": 0.15},
                "gold": {"tec.blur": {"value": value}, "hands": {"value": "present" if number == 3 else "absent"}},
            }
        )  # fmt: skip
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    (folder / "gold.jsonl").write_bytes(data)
    entry = {"name": "gold.jsonl", "sha256": hashlib.sha256(data).hexdigest(), "records": len(lines)}
    (folder / "manifest.json").write_text(json.dumps({"format": "touchstone-gold/1", "files": [entry]}))
    return folder


def test_detectors_are_trained_from_an_export_and_can_be_loaded(
    export: Path, tmp_path: Path, data: dict[str, str]
) -> None:
    done = manage("train_detectors", "--export", export, "--out", tmp_path / "out", "--json", **data)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout, parse_constant=pytest.fail)
    by_concept = {row["concept"]: row for row in document["detectors"]}
    assert by_concept["hands"]["state"] == "too_few" and "1, at least 8" in by_concept["hands"]["reason"]
    blur = by_concept["tec.blur"]
    assert blur["state"] == "trained" and blur["figures"]["cross_validated"]["auroc"]["value"] > 0.9
    from scoring.detectors.storage import load_detector

    (folder,) = (tmp_path / "out").iterdir()
    assert load_detector(folder).concept == "tec.blur"


def test_a_file_that_is_not_the_labelled_one_stops_the_training(export: Path, data: dict[str, str]) -> None:
    picture(99).save(export / "images" / "4.png")
    done = manage("train_detectors", "--export", export, **data)
    assert done.returncode == 1 and "id-4" in done.stderr and "labelled" in done.stderr


@pytest.mark.skipif(not DEMO.is_dir(), reason="the demo images are not beside this checkout")
def test_all_demo_images_have_all_builtin_values(data: dict[str, str]) -> None:
    rows = json.loads(manage("score", DEMO, "--json", **data).stdout)
    assert len({row["image"] for row in rows}) == 59
    assert {row["status"] for row in rows} == {"ok"}
