"""Files of weights: where they lie, what they must be, and whether they are that. Nothing here downloads.

A folder (`WEIGHTS_DIR`) holds one subfolder per metric and `manifest.json`, which pins each file by size
and SHA-256. Metrics whose files this program knows by name only (the publisher put the first digits of the
hash into the file name) are pinned by `fetch_weights`, once; from then on another content under the same
name is refused, because wrong weights give plausible numbers.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from core.hashing import sha256_of_file

MANIFEST = "manifest.json"
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,119}")
_HASH = re.compile(r"[0-9a-f]{64}")


class WeightsProblem(Exception):
    """Why a file of weights cannot be used; a sentence for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightFile:
    """One file of a metric: `sha256` in full, or None and `sha256_prefix` from the publisher's file name."""

    file: str
    source: str
    licence: str
    size: int | None = None
    sha256: str | None = None
    sha256_prefix: str = ""


_MUSIQ = "musiq_koniq_ckpt-e95806b9.pth"
_HUB = "https://huggingface.co/chaofengc/IQA-PyTorch-Weights/resolve/main/"

KNOWN: dict[str, tuple[WeightFile, ...]] = {
    "musiq": (
        WeightFile(
            file=_MUSIQ, source=_HUB + _MUSIQ,
            licence="Apache-2.0 (google-research/musiq), trained on KonIQ-10k", sha256_prefix="e95806b9",
        ),
    ),
    "niqe": (
        WeightFile(
            file="niqe_modelparameters.mat", source=f"{_HUB}niqe_modelparameters.mat",
            licence="LIVE, University of Texas at Austin: research use with citation",
        ),
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightStore:
    """The folder of weights. Reading only; `fetch_weights` is what writes."""

    folder: Path

    @property
    def manifest_path(self) -> Path:
        return self.folder / MANIFEST

    def path_of(self, metric: str, file: str) -> Path:
        """Where a file of a metric lies. Names that could leave the folder raise WeightsProblem."""
        for name in (metric, file):
            if not _SAFE.fullmatch(name) or name.endswith("."):
                raise WeightsProblem(f"{name!r} is no plain file name.")
        return self.folder / metric / file

    def files_of(self, metric: str) -> tuple[WeightFile, ...]:
        """The files a metric needs: as pinned in the folder's manifest, else as known to this program, else
        none.
        """
        return read_manifest(self.manifest_path).get(metric) or KNOWN.get(metric, ())

    def problem(self, metric: str) -> str | None:
        """Why the weights of `metric` cannot be used, or None when every file is there and is the pinned
        one.
        """
        try:
            for one in self.files_of(metric):
                self._check(metric, one)
        except WeightsProblem as problem:
            return str(problem)
        return None

    def usable(self, metric: str) -> tuple[Path, ...]:
        """The checked paths, in the order of the manifest; raises WeightsProblem unless all are right."""
        files = self.files_of(metric)
        if not files:
            raise WeightsProblem(f"no weights are known for {metric}; name them in {self.manifest_path}")
        for one in files:
            self._check(metric, one)
        return tuple(self.path_of(metric, one.file) for one in files)

    def _check(self, metric: str, wanted: WeightFile) -> None:
        path = self.path_of(metric, wanted.file)
        if not path.is_file():
            raise WeightsProblem(
                f"weights for {metric} missing: put {wanted.file} at {path} or run manage.py fetch_weights {metric}"
            )
        if wanted.sha256 is None:
            raise WeightsProblem(
                f"weights for {metric} are not pinned yet: run manage.py fetch_weights {metric}, "
                f"which checks {path} and records its hash"
            )
        check_content(path, wanted, metric)


def check_content(path: Path, wanted: WeightFile, metric: str) -> str:
    """The SHA-256 of the file at `path`; raises WeightsProblem when size or hash is not the wanted one."""
    size = path.stat().st_size
    if wanted.size is not None and size != wanted.size:
        raise WeightsProblem(
            f"weights for {metric} refused: {path} has {size} bytes, expected {wanted.size}. "
            f"Delete it and run manage.py fetch_weights {metric}"
        )
    found = sha256_of_file(path)
    if not found.startswith(wanted.sha256 or wanted.sha256_prefix):
        raise WeightsProblem(
            f"weights for {metric} refused: {path} has the SHA-256 {found}, expected "
            f"{wanted.sha256 or wanted.sha256_prefix + '…'}. "
            f"Delete it and run manage.py fetch_weights {metric}"
        )
    return found


def read_manifest(path: Path) -> dict[str, tuple[WeightFile, ...]]:
    """The pinned files by metric; an absent manifest is an empty one. Raises WeightsProblem for a damaged
    one.
    """
    if not path.exists():
        return {}
    try:
        document = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as problem:
        raise WeightsProblem(f"{path} cannot be read as JSON ({problem}).") from problem
    if not isinstance(document, dict):
        raise WeightsProblem(f"{path}: expected an object of metrics, each with a list of files.")
    return {metric: _files(path, metric, rows) for metric, rows in document.items()}


def _files(path: Path, metric: str, rows: object) -> tuple[WeightFile, ...]:
    if not isinstance(rows, list) or not rows:
        raise WeightsProblem(f"{path}: {metric} must have a list of files.")
    return tuple(_file(path, f"{metric}[{index}]", row) for index, row in enumerate(rows))


def _file(path: Path, where: str, row: object) -> WeightFile:
    if not isinstance(row, dict):
        raise WeightsProblem(f"{path}: {where} must be an object.")
    texts = {key: row.get(key, "") for key in ("file", "sha256", "source", "licence")}
    size = row.get("size")
    if any(not isinstance(text, str) for text in texts.values()) or not _SAFE.fullmatch(texts["file"]):
        raise WeightsProblem(f"{path}: {where} needs file (a plain name), sha256, source and licence as text.")
    if not _HASH.fullmatch(texts["sha256"]):
        raise WeightsProblem(f"{path}: {where}.sha256 must be 64 hexadecimal digits.")
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise WeightsProblem(f"{path}: {where}.size must be a number of bytes.")
    return WeightFile(size=size, **texts)


def manifest_bytes(pinned: dict[str, tuple[WeightFile, ...]]) -> bytes:
    """The manifest's file content: metrics and files in a fixed order."""
    document = {
        metric: [
            {
                "file": one.file,
                "size": one.size,
                "sha256": one.sha256,
                "source": one.source,
                "licence": one.licence,
            }
            for one in files
        ]
        for metric, files in sorted(pinned.items())
    }
    return (json.dumps(document, indent=2) + "\n").encode()
