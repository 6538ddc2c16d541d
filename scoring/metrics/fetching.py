"""Getting files of weights into the folder of weights. Called by the command `fetch_weights` and nothing
else.
"""

import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from scoring.metrics.weights import (
    WeightFile,
    WeightsProblem,
    WeightStore,
    check_content,
    manifest_bytes,
    read_manifest,
)

SCHEMES = ("https", "http", "file")
CHUNK = 1 << 20
MAX_BYTES = 20 << 30
TIMEOUT_S = 60


def fetch_weights(
    store: WeightStore, metric: str, *, source: str | None = None, say: Callable[[str], None] = lambda _line: None
) -> tuple[WeightFile, ...]:
    """Brings the files of `metric` into the folder, checks them, pins them in the manifest, and answers
    them.

    Files that are there already are checked, not fetched again. `source` replaces the known address (a
    mirror): of the file itself, or of a folder when it ends in `/`. Raises WeightsProblem for an unknown
    metric, an address that cannot be read, or a content that is not the expected one (which is then
    deleted).
    """
    files = store.files_of(metric)
    if not files:
        raise WeightsProblem(f"no weights are known for {metric}; name them in {store.manifest_path}")
    pinned = tuple(_fetched(store, metric, one, source, say) for one in files)
    document = read_manifest(store.manifest_path) | {metric: pinned}
    _write(store.manifest_path, manifest_bytes(document))
    return pinned


def _fetched(
    store: WeightStore, metric: str, wanted: WeightFile, source: str | None, say: Callable[[str], None]
) -> WeightFile:
    path = store.path_of(metric, wanted.file)
    if not path.is_file():
        address = wanted.source if source is None else source + (wanted.file if source.endswith("/") else "")
        say(f"fetching {wanted.file} from {address}")
        part = path.with_name(f"{path.name}.part")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _download(address, part, wanted.size)
            check_content(part, wanted, metric)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    found = check_content(path, wanted, metric)
    say(f"{path}: SHA-256 {found}")
    return replace(wanted, size=path.stat().st_size, sha256=found)


def _download(address: str, path: Path, size: int | None) -> None:
    if urlsplit(address).scheme not in SCHEMES:
        raise WeightsProblem(f"{address!r} is no address of the kind {', '.join(f'{one}://' for one in SCHEMES)}.")
    limit = size or MAX_BYTES
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT_S) as response, path.open("wb") as stream:  # noqa: S310 (scheme checked above)
            received = 0
            while chunk := response.read(CHUNK):
                received += len(chunk)
                if received > limit:
                    raise WeightsProblem(f"{address} sent more than the expected {limit} bytes.")
                stream.write(chunk)
    except (urllib.error.URLError, OSError, ValueError) as problem:
        raise WeightsProblem(f"{address} could not be fetched: {problem}.") from problem


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(data)
    part.replace(path)
