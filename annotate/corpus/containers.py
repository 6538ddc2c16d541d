"""The outer structure of PNG, JPEG, WebP and GIF files, read from their bytes without decoding a pixel.

Used to know size, frames and completeness before any decoder runs, and to cut out what must not be served.
Sources: PNG 3rd edition, ITU-T T.81 annex B, RFC 9649 (WebP), GIF89a specification.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from annotate.corpus.refusal import Refusal

PNG = "image/png"
JPEG = "image/jpeg"
WEBP = "image/webp"
GIF = "image/gif"

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_PARTS = 200_000
# A progressive JPEG is decoded once per scan; real ones have about ten.
MAX_SCANS = 200
_MARKER_AFTER_SCAN = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_STANDALONE = {0x01, *range(0xD0, 0xD8)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """What the outer structure claims. `frames` is 1 for still images; sizes are before EXIF orientation."""

    media_type: str
    width: int
    height: int
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One chunk, segment or block: its kind and the bytes [start, end) of the file, headers included."""

    kind: str
    start: int
    end: int
    body: int


def media_type_of(data: bytes) -> str:
    """The type by signature. Raises Refusal `unsupported_type`."""
    if data.startswith(PNG_SIGNATURE):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return GIF
    raise Refusal("unsupported_type", "This is no PNG, JPEG, WebP or GIF image (judged by its content, not its name).")


def outline(data: bytes) -> Outline:
    """Type, claimed size and number of frames.

    Walks the whole structure. Raises Refusal: `unsupported_type`, `truncated_image` (a part or the end is
    missing), `corrupt_image` (a checksum or an order is wrong).
    """
    media_type = media_type_of(data)
    reader = {PNG: _png_outline, JPEG: _jpeg_outline, WEBP: _webp_outline, GIF: _gif_outline}[media_type]
    try:
        width, height, frames = reader(data)
    except (struct.error, IndexError) as error:
        raise truncated() from error
    return Outline(media_type=media_type, width=width, height=height, frames=frames)


def truncated() -> Refusal:
    return Refusal("truncated_image", "The file ends too early. Copy or export it again.")


def corrupt(what: str) -> Refusal:
    return Refusal("corrupt_image", f"The file is damaged: {what}. Export it again.")


def png_chunks(data: bytes) -> Iterator[Part]:
    """The chunks up to and with IEND; every checksum is verified."""
    at = len(PNG_SIGNATURE)
    for _ in range(MAX_PARTS):
        if at + 12 > len(data):
            raise truncated()
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 12 + length
        if end > len(data):
            raise truncated()
        kind = data[at + 4 : at + 8]
        if not kind.isalpha():
            raise corrupt("a chunk has no valid name")
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(memoryview(data)[at + 4 : end - 4]) != checksum:
            raise corrupt(f"the checksum of a {kind.decode()} chunk does not fit")
        yield Part(kind=kind.decode("ascii"), start=at, end=end, body=at + 8)
        if kind == b"IEND":
            return
        at = end
    raise corrupt("it has too many parts")


def jpeg_segments(data: bytes) -> Iterator[Part]:
    """The segments with their marker as two hex digits; `scan` is entropy-coded data; ends with `d9`."""
    yield Part(kind="d8", start=0, end=2, body=2)
    at = 2
    for _ in range(MAX_PARTS):
        while data[at : at + 2] == b"\xff\xff":
            at += 1
        if at + 2 > len(data):
            raise truncated()
        if data[at] != 0xFF or data[at + 1] == 0:
            raise corrupt("a marker is missing")
        marker = data[at + 1]
        if marker == 0xD9:
            yield Part(kind="d9", start=at, end=at + 2, body=at + 2)
            return
        length = 0 if marker in _STANDALONE else struct.unpack_from(">H", data, at + 2)[0]
        end = at + 2 + length
        if end > len(data):
            raise truncated()
        if length == 1 or (marker not in _STANDALONE and length == 0):
            raise corrupt("a segment has no valid length")
        yield Part(kind=f"{marker:02x}", start=at, end=end, body=min(at + 4, end))
        at = end
        if marker == 0xDA:
            at = _scan_end(data, end)
            yield Part(kind="scan", start=end, end=at, body=end)
    raise corrupt("it has too many parts")


def _scan_end(data: bytes, at: int) -> int:
    """Where the entropy-coded bytes end: at the first marker that is neither stuffing, restart nor fill."""
    found = _MARKER_AFTER_SCAN.search(data, at)
    if found is None:
        raise truncated()
    return found.start()


def webp_chunks(data: bytes, start: int = 12, end: int | None = None) -> Iterator[Part]:
    """The RIFF chunks between `start` and `end` (default: the size that the file's header states)."""
    if end is None:
        end = 8 + int(struct.unpack_from("<I", data, 4)[0])
        if end > len(data):
            raise truncated()
    at = start
    for _ in range(MAX_PARTS):
        if at + 8 > end:
            return
        (length,) = struct.unpack_from("<I", data, at + 4)
        stop = at + 8 + length
        if stop > end:
            raise truncated()
        yield Part(kind=data[at : at + 4].decode("latin-1"), start=at, end=min(stop + length % 2, end), body=at + 8)
        at = stop + length % 2
    raise corrupt("it has too many parts")


def gif_blocks(data: bytes) -> Iterator[Part]:
    """`header` (with the global palette), then `image`, `control`, `comment`, `text`, `application`,
    `end`.
    """
    if len(data) < 13:
        raise truncated()
    at = 13 + _palette_size(data[10])
    yield Part(kind="header", start=0, end=at, body=6)
    for _ in range(MAX_PARTS):
        if at >= len(data):
            raise truncated()
        start, introducer = at, data[at]
        if introducer == 0x3B:
            yield Part(kind="end", start=at, end=at + 1, body=at + 1)
            return
        if introducer == 0x2C:
            kind, at = "image", at + 10 + _palette_size(data[at + 9]) + 1
        elif introducer == 0x21:
            names = {0xF9: "control", 0xFE: "comment", 0x01: "text"}
            kind, at = names.get(data[at + 1], "application"), at + 2
        elif introducer == 0:
            at += 1
            continue
        else:
            raise corrupt("a block has no valid name")
        at = _sub_blocks_end(data, at)
        yield Part(kind=kind, start=start, end=at, body=start + 1)
    raise corrupt("it has too many parts")


def _palette_size(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _sub_blocks_end(data: bytes, at: int) -> int:
    while True:
        if at >= len(data):
            raise truncated()
        length = data[at]
        at += 1 + length
        if length == 0:
            return at


def _png_outline(data: bytes) -> tuple[int, int, int]:
    size, frames, pixels = (0, 0), 1, False
    for part in png_chunks(data):
        if part.start == len(PNG_SIGNATURE):
            if part.kind != "IHDR" or part.end - part.start != 25:
                raise corrupt("it does not begin with its size")
            size = struct.unpack_from(">II", data, part.body)
        elif part.kind == "acTL" and part.end - part.start == 20:
            frames = max(1, int(struct.unpack_from(">I", data, part.body)[0]))
        pixels = pixels or part.kind == "IDAT"
    if not pixels:
        raise corrupt("it holds no pixels")
    return size[0], size[1], frames


def _jpeg_outline(data: bytes) -> tuple[int, int, int]:
    size: tuple[int, int] | None = None
    scans = 0
    for part in jpeg_segments(data):
        frame_header = len(part.kind) == 2 and part.kind[0] == "c" and part.kind not in ("c4", "c8", "cc")
        if frame_header and size is None:
            height, width = struct.unpack_from(">HH", data, part.body + 1)
            size = width, height
        scans += part.kind == "scan"
    if scans > MAX_SCANS:
        raise corrupt(f"it consists of {scans} scans, and {MAX_SCANS} are allowed")
    if size is None or not scans:
        raise corrupt("it holds no pixels")
    return size[0], size[1], 1


def _webp_outline(data: bytes) -> tuple[int, int, int]:
    size: tuple[int, int] | None = None
    frames = pixels = 0
    for part in webp_chunks(data):
        if part.kind == "VP8X":
            size = _int24(data, part.body + 4) + 1, _int24(data, part.body + 7) + 1
        elif part.kind == "ANMF":
            frames += 1
        elif part.kind in ("VP8 ", "VP8L"):
            pixels += 1
            size = size or webp_bitstream_size(data, part)
    if size is None or not (frames or pixels):
        raise corrupt("it holds no pixels")
    return size[0], size[1], max(1, frames)


def webp_bitstream_size(data: bytes, part: Part) -> tuple[int, int]:
    """(width, height) that the key frame of a `VP8 ` or `VP8L` chunk states."""
    if part.kind == "VP8L":
        (bits,) = struct.unpack_from("<I", data, part.body + 1)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", data, part.body + 6)
    return width & 0x3FFF, height & 0x3FFF


def _int24(data: bytes, at: int) -> int:
    return data[at] | data[at + 1] << 8 | data[at + 2] << 16


def _gif_outline(data: bytes) -> tuple[int, int, int]:
    width, height = struct.unpack_from("<HH", data, 6)
    frames = 0
    for part in gif_blocks(data):
        if part.kind == "image":
            frames += 1
            left, top, wide, high = struct.unpack_from("<HHHH", data, part.body)
            width, height = max(width, left + wide), max(height, top + high)
    if not frames:
        raise corrupt("it holds no pixels")
    return width, height, frames
