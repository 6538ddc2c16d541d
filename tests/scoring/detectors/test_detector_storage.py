"""Storing and loading: what goes in comes out, and nothing else is ever loaded (area `model` of the bad
inputs).
"""

import builtins
import io
import json
import pickle
import shutil
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import FunctionTransformer
from synthetic import dataset_of, rows

from core.hashing import sha256_of_bytes
from scoring.detectors.dataset import Dataset
from scoring.detectors.storage import StorageProblem, checked_model, load_detector, save_detector
from scoring.detectors.training import Training, train

CATALOGUE = Path(__file__).resolve().parents[3].parent / "shared" / "reference" / "bad_inputs.json"


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return dataset_of(tmp_path_factory.mktemp("export"), rows(160, share=0.45))


@pytest.fixture(scope="module")
def training(dataset: Dataset) -> Training:
    return train(dataset, "blur")


@pytest.fixture
def stored(training: Training, tmp_path: Path) -> Path:
    assert training.detector is not None
    save_detector(training.detector, tmp_path / "blur", figures=training.figures)
    return tmp_path / "blur"


class Marker:
    """A pickle that would create a file if it were ever loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return builtins.open, (str(self.path), "w")


def test_a_stored_detector_predicts_as_before(dataset: Dataset, training: Training, stored: Path) -> None:
    loaded = load_detector(stored)
    assert training.detector is not None
    assert loaded.concept == "blur" and loaded.manifest_sha256 == dataset.manifest_sha256
    assert np.array_equal(loaded.probabilities(dataset.features), training.detector.probabilities(dataset.features))


def test_both_kinds_of_model_can_be_stored(dataset: Dataset, tmp_path: Path) -> None:
    from dataclasses import replace

    from scoring.detectors.training import _MAKERS

    detector = train(dataset, "blur").detector
    assert detector is not None
    for method, maker in _MAKERS.items():
        model = maker(len(dataset.records), 0)
        model.fit(dataset.features, np.maximum(dataset.labels("blur"), 0))
        one = replace(detector, method=method, model=model)
        save_detector(one, tmp_path / method)
        again = load_detector(tmp_path / method)
        assert np.array_equal(one.probabilities(dataset.features), again.probabilities(dataset.features))


def test_the_card_names_manifest_features_and_figures(stored: Path) -> None:
    card = json.loads((stored / "detector.json").read_text())
    assert len(card["manifest_sha256"]) == 64 and card["features"]["fingerprint"] == "synthetic/1"
    assert card["figures"]["cross_validated"]["auroc"]["n"] > 0
    assert not list(stored.glob("*.part"))


def test_a_model_that_is_not_the_hashed_one_is_refused(stored: Path) -> None:
    data = bytearray((stored / "model.skops").read_bytes())
    data[len(data) // 2] ^= 1
    (stored / "model.skops").write_bytes(bytes(data))
    with pytest.raises(StorageProblem, match="SHA-256"):
        load_detector(stored)


def test_a_model_that_is_not_the_one_of_the_database_is_refused(stored: Path) -> None:
    with pytest.raises(StorageProblem, match="expected 0000"):
        load_detector(stored, model_sha256="0" * 64)


@pytest.mark.parametrize("ending", [".pt", ".bin", ".pkl", ".joblib", ".safetensors", ".skops"])
def test_mod_001_and_002_a_pickle_is_refused_by_any_name_and_never_loaded(tmp_path: Path, ending: str) -> None:
    marker = tmp_path / "touched"
    data = pickle.dumps(Marker(marker))
    with pytest.raises(StorageProblem):
        checked_model(data, f"model{ending}")
    assert not marker.exists()


def test_mod_001_a_pickle_in_place_of_the_model_with_a_matching_card_is_refused(stored: Path, tmp_path: Path) -> None:
    marker = tmp_path / "touched"
    replaced(stored, pickle.dumps(Marker(marker)))
    with pytest.raises(StorageProblem, match="ZIP archive"):
        load_detector(stored)
    assert not marker.exists()


def test_mod_001_a_pickle_inside_the_archive_is_refused(stored: Path, tmp_path: Path) -> None:
    marker = tmp_path / "touched"
    source = (stored / "model.skops").read_bytes()
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    array = next(one for one in parts if one.endswith(".npy"))
    for change in ({"data.pkl": pickle.dumps(Marker(marker))}, {array: npy_with_pickle(marker)}):
        replaced(stored, packed({**parts, **change}))
        with pytest.raises(StorageProblem):
            load_detector(stored)
        assert not marker.exists()


def npy_with_pickle(marker: Path) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array([Marker(marker)], dtype=object), allow_pickle=True)
    return stream.getvalue()


def packed(parts: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return stream.getvalue()


def replaced(stored: Path, data: bytes) -> None:
    """Puts other bytes in place of the model, with a card that fits them."""
    (stored / "model.skops").write_bytes(data)
    card = json.loads((stored / "detector.json").read_text())
    card["model"]["sha256"] = sha256_of_bytes(data)
    (stored / "detector.json").write_text(json.dumps(card))


@pytest.mark.parametrize(
    "header",
    [
        struct.pack("<Q", 2**40) + b"{}",
        struct.pack("<Q", 100_000_000) + b"{" + b" " * 1000,
        struct.pack("<Q", 60) + b'{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,99999]}}',
        struct.pack("<Q", 14) + b'{"a":1,"a":22}',
        b"",
    ],
)
def test_mod_004_made_up_headers_are_refused_whatever_the_name(header: bytes) -> None:
    for name in ("model.safetensors", "model.skops"):
        with pytest.raises(StorageProblem):
            checked_model(header, name)


@pytest.mark.parametrize(
    "name", ["../model.skops", "/etc/passwd", "https://example.org/model.skops", "someone/model", "model.pkl", None, 3]
)
def test_mod_007_only_the_plain_local_file_name_is_taken(stored: Path, name: object) -> None:
    card = json.loads((stored / "detector.json").read_text())
    card["model"]["file"] = name
    (stored / "detector.json").write_text(json.dumps(card))
    with pytest.raises(StorageProblem, match=r"a file called model\.skops"):
        load_detector(stored)


def test_mod_007_a_link_in_place_of_the_model_is_refused(stored: Path, tmp_path: Path) -> None:
    shutil.move(stored / "model.skops", tmp_path / "elsewhere.skops")
    (stored / "model.skops").symlink_to(tmp_path / "elsewhere.skops")
    with pytest.raises(StorageProblem, match="plain file"):
        load_detector(stored)


def test_types_outside_the_list_are_refused(stored: Path) -> None:
    replaced(stored, skops.io.dumps(FunctionTransformer(func=shutil.rmtree)))
    with pytest.raises(StorageProblem, match="not trusted"):
        load_detector(stored)


def test_what_is_no_classifier_is_refused() -> None:
    with pytest.raises(StorageProblem, match="no classifier"):
        checked_model(skops.io.dumps({"a": 1}), "model.skops")


def test_a_model_of_another_width_is_refused(stored: Path) -> None:
    model = DummyClassifier().fit(np.zeros((4, 3)), [0, 1, 0, 1])
    forest = RandomForestClassifier(n_estimators=1).fit(np.zeros((4, 3)), [0, 1, 0, 1])
    for one in (model, forest):
        replaced(stored, skops.io.dumps(one))
        if hasattr(one, "n_features_in_"):
            with pytest.raises(StorageProblem):
                load_detector(stored)


def test_an_archive_that_unpacks_to_gigabytes_is_refused(stored: Path) -> None:
    replaced(stored, packed({"schema.json": b"{}", "a.npy": bytes(257 << 20)}))
    with pytest.raises(StorageProblem, match="unpack"):
        load_detector(stored)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"}, {"threshold": "high"}, {"threshold": True}, {"calibration": {}}, {"features": 3},
        {"calibration": {"method": "isotonic", "rows": 1, "slope": 1, "intercept": 0, "x": [], "y": []}},
        {"model": None},
    ],
)  # fmt: skip
def test_a_wrong_card_is_refused(stored: Path, change: dict[str, object]) -> None:
    card = json.loads((stored / "detector.json").read_text())
    (stored / "detector.json").write_text(json.dumps(card | change))
    with pytest.raises(StorageProblem, match=r"detector\.json"):
        load_detector(stored)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageProblem, match="missing"):
        load_detector(tmp_path)


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the catalogue of bad inputs is not beside this checkout")
def test_the_inputs_of_the_catalogue_are_refused() -> None:
    catalogue = json.loads(CATALOGUE.read_text())
    space: dict[str, object] = {}
    exec(catalogue["helpers"], space)
    cases = [one for one in catalogue["cases"] if one["area"] == "model" and "py" in one]
    assert cases
    for case in cases:
        made = eval(case["py"], space)
        data = made[0] if isinstance(made, tuple) else made
        for name in ("m.pt", "m.bin", "m.pkl", "m.joblib", "m.safetensors", "m.skops"):
            with pytest.raises(StorageProblem):
                checked_model(data, name)
