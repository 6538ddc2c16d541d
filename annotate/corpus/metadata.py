"""Removing everything from an image file that is not picture, and reading its orientation.

Reviewers see the original pixels, but must not see what the file says about its generator. So chunks are cut
out of the file; nothing is encoded anew, except in three rare cases in which the cut file would not show the
same picture in every browser: a PNG or WebP with an EXIF orientation, and an animated WebP whose first frame
covers only a part. These are written again without loss.

Kept: what decoders and colour management need. Dropped: EXIF, XMP, IPTC, comments, text, thumbnails,
provenance manifests, times, unknown chunks, what follows the end, and all frames but the first. A JPEG with
an orientation keeps an EXIF segment that holds only this one value.
"""

import io
import struct
import zlib

from PIL import Image

from annotate.corpus.containers import (
    GIF,
    JPEG,
    PNG,
    PNG_SIGNATURE,
    WEBP,
    Part,
    corrupt,
    gif_blocks,
    jpeg_segments,
    media_type_of,
    png_chunks,
    truncated,
    webp_bitstream_size,
    webp_chunks,
)

_PNG_KEPT = frozenset(
    "IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP mDCV cLLI".split()  # noqa: SIM905
)
_JPEG_DROPPED = {f"{marker:02x}" for marker in (*range(0xE0, 0xF0), 0xFE)}
_VP8X_ALPHA, _VP8X_ICC = 0x10, 0x20

TRANSPOSITIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def strip_metadata(data: bytes) -> bytes:
    """The file to serve: same format, same pixels of the first frame, shown the same way up, without
    metadata.

    Give it only files that `inspect_image` accepted: the three rare cases decode. Raises Refusal as `outline`
    does.
    """
    cut = cut_metadata(data)
    media_type = media_type_of(data)
    turned = media_type in (PNG, WEBP) and orientation_of(data) != 1
    if not turned and not _is_animated_webp(cut):
        return cut
    try:
        with Image.open(io.BytesIO(cut), formats=("PNG", "WEBP")) as image:
            image.load()
            upright = oriented(image, orientation_of(data))
            if media_type == PNG:
                return _encoded(upright, "PNG")
            return _encoded(upright, "WEBP", lossless=True, exact=True, method=4)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise corrupt("its pixels cannot be decoded") from error


def oriented(image: Image.Image, orientation: int) -> Image.Image:
    """`image` turned and mirrored as the EXIF `orientation` (1..8) asks; the same image for 1."""
    step = TRANSPOSITIONS.get(orientation)
    return image if step is None else image.transpose(step)


def cut_metadata(data: bytes) -> bytes:
    """As `strip_metadata`, by cutting alone: PNG and WebP lose their orientation, some animated WebPs keep
    moving.
    """
    cutter = {PNG: _cut_png, JPEG: _cut_jpeg, WEBP: _cut_webp, GIF: _cut_gif}[media_type_of(data)]
    try:
        return cutter(data)
    except (struct.error, IndexError) as error:
        raise truncated() from error


def orientation_of(data: bytes) -> int:
    """The EXIF orientation 1..8; 1 where there is none or it makes no sense. GIF has none."""
    try:
        block = _exif_block(data)
        return 1 if block is None else _exif_orientation(block)
    except (struct.error, IndexError):
        return 1


def _exif_block(data: bytes) -> bytes | None:
    media_type = media_type_of(data)
    if media_type == JPEG:
        for part in jpeg_segments(data):
            if part.kind == "e1" and data[part.body : part.body + 6] == b"Exif\0\0":
                return data[part.body + 6 : part.end]
    elif media_type == PNG:
        for part in png_chunks(data):
            if part.kind == "eXIf":
                return data[part.body : part.end - 4]
    elif media_type == WEBP:
        for part in webp_chunks(data):
            if part.kind == "EXIF":
                return data[part.body : part.end].removeprefix(b"Exif\0\0")
    return None


def exif_entries(block: bytes, offset: int | None = None) -> dict[int, tuple[int, int, bytes]]:
    """The entries of one directory of a TIFF block: tag → (type, count, the four value bytes).

    `offset` None reads the first directory. Raises struct.error where the block ends too early.
    """
    order = byte_order(block)
    if order is None:
        return {}
    start = struct.unpack_from(f"{order}I", block, 4)[0] if offset is None else offset
    (count,) = struct.unpack_from(f"{order}H", block, start)
    entries: dict[int, tuple[int, int, bytes]] = {}
    for index in range(min(count, 512)):
        at = start + 2 + 12 * index
        tag, kind, amount = struct.unpack_from(f"{order}HHI", block, at)
        entries[tag] = kind, amount, block[at + 8 : at + 12]
    return entries


def byte_order(block: bytes) -> str | None:
    """`<` or `>` as the TIFF header says, None without one."""
    return {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])


def exif_block(data: bytes) -> bytes | None:
    """The TIFF block with the EXIF data of a JPEG, PNG or WebP, or None."""
    return _exif_block(data)


def _exif_orientation(block: bytes) -> int:
    entry = exif_entries(block).get(0x0112)
    order = byte_order(block)
    if entry is None or order is None or entry[0] not in (3, 4):
        return 1
    value = int(struct.unpack_from(f"{order}H" if entry[0] == 3 else f"{order}I", entry[2])[0])
    return value if 1 <= value <= 8 else 1


def _cut_png(data: bytes) -> bytes:
    kept = [data[part.start : part.end] for part in png_chunks(data) if part.kind in _PNG_KEPT]
    return PNG_SIGNATURE + b"".join(kept)


def _cut_jpeg(data: bytes) -> bytes:
    pieces: list[bytes] = []
    for part in jpeg_segments(data):
        piece = data[part.start : part.end]
        if part.kind not in _JPEG_DROPPED:
            pieces.append(piece)
        elif part.kind == "e0" and piece[4:9] == b"JFIF\0" and len(piece) >= 18:
            # Version, density and no thumbnail.
            pieces.append(b"\xff\xe0\x00\x10" + piece[4:16] + b"\0\0")
        elif (part.kind == "e2" and piece[4:16] == b"ICC_PROFILE\0") or (part.kind == "ee" and piece[4:9] == b"Adobe"):
            pieces.append(piece)
    orientation = orientation_of(data)
    if orientation != 1:
        at = 2 if len(pieces) > 1 and pieces[1][:2] == b"\xff\xe0" else 1
        pieces.insert(at, _orientation_segment(orientation))
    return b"".join(pieces)


def _orientation_segment(orientation: int) -> bytes:
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _cut_webp(data: bytes) -> bytes:
    parts = list(webp_chunks(data))
    extended = next((part for part in parts if part.kind == "VP8X"), None)
    if any(part.kind == "ANMF" for part in parts):
        return _first_webp_frame(data, parts, extended)
    return _webp_file(data, parts, extended)


def _webp_file(data: bytes, parts: list[Part], extended: Part | None) -> bytes:
    profile = next((part for part in parts if part.kind == "ICCP"), None)
    alpha = next((part for part in parts if part.kind == "ALPH"), None)
    pixels = next((part for part in parts if part.kind in ("VP8 ", "VP8L")), None)
    if pixels is None:
        raise truncated()
    kept = [part for part in (profile, alpha, pixels) if part is not None]
    body = b"".join(_padded(data[part.start : part.end]) for part in kept)
    if extended is not None and (profile is not None or alpha is not None or pixels.kind == "VP8L"):
        flags = data[extended.body] & _VP8X_ALPHA | (_VP8X_ICC if profile is not None else 0)
        width, height = webp_bitstream_size(data, pixels)
        size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
        body = b"VP8X" + struct.pack("<IB3x", 10, flags) + size + body
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _first_webp_frame(data: bytes, parts: list[Part], extended: Part | None) -> bytes:
    """The first frame as a still image, where it covers the canvas; else the animation without its
    metadata.
    """
    frame = next(part for part in parts if part.kind == "ANMF")
    covers = extended is not None and (
        data[frame.body : frame.body + 6] == bytes(6)
        and data[frame.body + 6 : frame.body + 12] == data[extended.body + 4 : extended.body + 10]
    )
    profile = [part for part in parts if part.kind == "ICCP"]
    if covers:
        inner = list(webp_chunks(data, frame.body + 16, frame.end))
        return _webp_file(data, profile + inner, extended)
    kept = [part for part in parts if part.kind in ("VP8X", "ICCP", "ANIM", "ANMF")]
    body = bytearray(b"".join(_padded(data[part.start : part.end]) for part in kept))
    if body[:4] == b"VP8X":
        body[8] &= 0xFF ^ 0x0C  # no EXIF, no XMP
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + bytes(body)


def _padded(chunk: bytes) -> bytes:
    return chunk + b"\0" * (len(chunk) % 2)


def _is_animated_webp(data: bytes) -> bool:
    return media_type_of(data) == WEBP and any(part.kind == "ANMF" for part in webp_chunks(data))


def _cut_gif(data: bytes) -> bytes:
    pieces: list[bytes] = []
    control = b""
    for part in gif_blocks(data):
        piece = data[part.start : part.end]
        if part.kind == "header":
            pieces.append(piece)
        elif part.kind == "control":
            control = piece
        elif part.kind == "image":
            pieces += [control, piece]
            break
    return b"".join(pieces) + b";"


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    profile = image.info.get("icc_profile")
    if profile:
        options["icc_profile"] = profile
    if kind == "PNG" and "transparency" in image.info:
        options["transparency"] = image.info["transparency"]
    image.info = {}
    image.save(target, kind, **options)
    return target.getvalue()


def inflated(data: bytes, limit: int) -> bytes | None:
    """The zlib stream's content, or None where it is broken or longer than `limit` bytes."""
    stream = zlib.decompressobj()
    try:
        content = stream.decompress(data, limit)
    except zlib.error:
        return None
    return None if stream.unconsumed_tail else content
