"""SHA-256 of bytes, files and JSON values. The canonical JSON here is the only one: fingerprints depend on
it.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20


def sha256_of_bytes(data: bytes) -> str:
    """64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def sha256_of_stream(stream: BinaryIO) -> str:
    """The hash of what `stream` still holds, read in pieces of 1 MiB."""
    digest = hashlib.sha256()
    for chunk in _chunks(stream):
        digest.update(chunk)
    return digest.hexdigest()


def sha256_of_file(path: Path) -> str:
    """The hash of a file's bytes, without holding them in memory."""
    with path.open("rb") as stream:
        return sha256_of_stream(stream)


def canonical_json(value: object) -> bytes:
    """The one UTF-8 spelling of a JSON value: keys sorted, no spaces, nothing escaped that need not be.

    Raises ValueError for NaN, infinities, lone surrogates and keys that are no text (two of them could become
    one), TypeError for what is no JSON value. Key order of the input does not matter; the order of lists
    does.
    """
    _refuse_odd_keys(value)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")


def sha256_of_json(value: object) -> str:
    """The hash of `canonical_json(value)`."""
    return sha256_of_bytes(canonical_json(value))


def _refuse_odd_keys(value: object) -> None:
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if not all(isinstance(key, str) for key in node):
                raise ValueError("The keys of a canonical JSON object must be text.")
            stack.extend(node.values())
        elif isinstance(node, list | tuple):
            stack.extend(node)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk
