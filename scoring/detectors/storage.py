"""A detector on disk: `model.skops` (no pickle) and `detector.json`, which holds everything else and the
hashes.

Nothing is built from a file before its name, its first bytes, its hash, its size when unpacked and every
type in it have been looked at. There is no second loader to fall back to.
"""

import io
import json
import os
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeGuard, cast

import skops.io

from core.hashing import sha256_of_bytes
from scoring.detectors.calibration import Calibration
from scoring.detectors.training import Classifier, Detector

FORMAT = "touchstone-detector/1"
CARD, MODEL = "detector.json", "model.skops"
MAX_BYTES, MAX_UNPACKED, MAX_ENTRIES = 64 << 20, 256 << 20, 5000
# What skops does not trust by itself and our two kinds of model consist of; anything else is refused.
TRUSTED_TYPES = ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",)


class StorageProblem(Exception):
    """Why a stored detector is refused; a sentence for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDetector:
    """Where a detector lies and the hash of its model file."""

    folder: Path
    model_sha256: str


def save_detector(detector: Detector, folder: Path, *, figures: dict[str, object] | None = None) -> StoredDetector:
    """Writes both files into `folder` (made if needed); each appears whole or not at all, the card last."""
    model = skops.io.dumps(detector.model, compression=zipfile.ZIP_DEFLATED)
    card = {
        "format": FORMAT,
        "concept": detector.concept,
        "method": detector.method,
        "model": {"file": MODEL, "sha256": sha256_of_bytes(model), "size": len(model)},
        "calibration": asdict(detector.calibration),
        "threshold": detector.threshold,
        "features": {"fingerprint": detector.fingerprint, "dimensions": detector.dimensions},
        "manifest_sha256": detector.manifest_sha256,
        "figures": figures or {},
    }
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / MODEL, model)
    _write(folder / CARD, (json.dumps(card, indent=1, allow_nan=False) + "\n").encode())
    return StoredDetector(folder=folder, model_sha256=sha256_of_bytes(model))


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


def load_detector(folder: Path, *, model_sha256: str | None = None) -> Detector:
    """The detector stored in `folder`; raises StorageProblem unless everything about it is as it must be.

    `model_sha256` is the hash known from elsewhere (a database row), checked beside that of the card.
    """
    card = _card(folder / CARD)
    model = _part(card, "model", folder)
    name, wanted = model.get("file"), model.get("sha256")
    if name != MODEL:
        raise StorageProblem(f"{folder / CARD}: the model must be a file called {MODEL}, found {str(name)[:100]!r}.")
    data = _read(folder / MODEL, MAX_BYTES)
    found = sha256_of_bytes(data)
    if found != wanted or (model_sha256 is not None and found != model_sha256):
        raise StorageProblem(f"{folder / MODEL} has the SHA-256 {found}, expected {model_sha256 or wanted}.")
    return _detector(card, checked_model(data, str(folder / MODEL)), folder)


def checked_model(data: bytes, name: str) -> Classifier:
    """The model inside the bytes of a `.skops` file called `name`; raises StorageProblem for anything else.

    Pickles (by any name), other formats and files with types that are not trusted are refused before
    anything is built.
    """
    if not name.endswith(".skops"):
        raise StorageProblem(f"{name}: only .skops files are accepted as models.")
    if not data.startswith(b"PK\x03\x04"):
        raise StorageProblem(f"{name} is not what its name says: a .skops file is a ZIP archive. It is refused.")
    _check_archive(data, name)
    try:
        unknown = sorted(set(skops.io.get_untrusted_types(data=data)) - set(TRUSTED_TYPES))
        if unknown:
            raise StorageProblem(f"{name} holds types that are not trusted: {', '.join(unknown)[:300]}.")
        model = skops.io.loads(data, trusted=list(TRUSTED_TYPES))
    except StorageProblem:
        raise
    except Exception as problem:  # skops raises many kinds for files that are damaged or made up
        raise StorageProblem(f"{name} cannot be read as a model ({type(problem).__name__}).") from problem
    if not _is_classifier(model):
        raise StorageProblem(f"{name} holds a {type(model).__name__}, which is no classifier.")
    return model


def _is_classifier(model: object) -> TypeGuard[Classifier]:
    return callable(getattr(model, "predict_proba", None)) and callable(getattr(model, "fit", None))


def _check_archive(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError) as problem:
        raise StorageProblem(f"{name} is a damaged ZIP archive ({problem}).") from problem
    if len(entries) > MAX_ENTRIES or sum(one.file_size for one in entries) > MAX_UNPACKED:
        raise StorageProblem(f"{name} would unpack to more than {MAX_UNPACKED >> 20} MiB or {MAX_ENTRIES} entries.")
    if len({one.filename for one in entries}) != len(entries):
        raise StorageProblem(f"{name} holds two entries of one name.")
    if any(one.filename.endswith((".pkl", ".pickle", ".joblib")) for one in entries):
        raise StorageProblem(f"{name} holds a pickle.")


def _read(path: Path, limit: int) -> bytes:
    if path.is_symlink() or not path.is_file():
        raise StorageProblem(f"{path} is missing or is no plain file.")
    if path.stat().st_size > limit:
        raise StorageProblem(f"{path} is larger than {limit >> 20} MiB.")
    return path.read_bytes()


def _card(path: Path) -> dict[str, object]:
    try:
        card = json.loads(_read(path, MAX_BYTES))
    except (ValueError, RecursionError) as problem:
        raise StorageProblem(f"{path} is no valid JSON ({problem}).") from problem
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise StorageProblem(f"{path}: expected an object with format {FORMAT!r}.")
    return card


def _part(card: dict[str, object], key: str, folder: Path) -> dict[str, object]:
    part = card.get(key)
    if not isinstance(part, dict):
        raise StorageProblem(f"{folder / CARD}: {key} must be an object.")
    return part


def _detector(card: dict[str, object], model: Classifier, folder: Path) -> Detector:
    features, calibration = _part(card, "features", folder), _part(card, "calibration", folder)
    try:
        detector = Detector(
            concept=_text(card, "concept"),
            method=_text(card, "method"),
            model=model,
            calibration=_calibration(calibration),
            threshold=_number(card, "threshold"),
            fingerprint=_text(features, "fingerprint"),
            dimensions=int(_number(features, "dimensions")),
            manifest_sha256=_text(card, "manifest_sha256"),
        )
    except (KeyError, TypeError, ValueError) as problem:
        raise StorageProblem(f"{folder / CARD}: {problem} is missing or of the wrong kind.") from problem
    width = getattr(model, "n_features_in_", detector.dimensions)
    if width != detector.dimensions:
        raise StorageProblem(f"{folder / CARD}: {detector.dimensions} features are stated, the model has {width}.")
    return detector


def _calibration(row: dict[str, object]) -> Calibration:
    method = _text(row, "method")
    x, y = (_numbers(row, key) for key in ("x", "y"))
    if method not in ("sigmoid", "isotonic") or len(x) != len(y) or (method == "isotonic" and not x):
        raise ValueError("calibration")
    return Calibration(
        method=method, rows=int(_number(row, "rows")), slope=_number(row, "slope"),
        intercept=_number(row, "intercept"), x=x, y=y,
    )  # fmt: skip


def _text(row: dict[str, object], key: str) -> str:
    if not isinstance(row[key], str):
        raise TypeError(key)
    return cast("str", row[key])


def _number(row: dict[str, object], key: str) -> float:
    value = row[key]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(key)
    return value


def _numbers(row: dict[str, object], key: str) -> tuple[float, ...]:
    values = row[key]
    if not isinstance(values, list):
        raise TypeError(key)
    return tuple(_number({key: value}, key) for value in values)
