"""The central directory of a ZIP file (PKWARE APPNOTE 6.3.10), read strictly and within limits."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

from annotate.corpus.refusal import Refusal

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """`max_ratio` is unpacked to packed bytes and counts from `ratio_from` unpacked bytes on."""

    max_entries: int = 100_000
    max_directory_bytes: int = 32 << 20
    max_entry_bytes: int = 64 << 20
    max_total_bytes: int = 64 << 30
    max_ratio: int = 200
    ratio_from: int = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An entry of the central directory as it stands there."""

    raw_name: bytes
    flags: int
    method: int
    checksum: int
    packed: int
    unpacked: int
    attributes: int
    offset: int


def read_directory(file: BinaryIO, limits: ArchiveLimits) -> tuple[list[Record], int]:
    """All entries in their order, and the offset at which the directory starts.

    The directory must end exactly where the end record stands, and nothing may stand before the first entry's
    `PK`. Raises Refusal: `empty_file`, `unsupported_archive`, `corrupt_archive`, `too_many_entries`.
    """
    size = file.seek(0, 2)
    if size == 0:
        raise Refusal("empty_file", "The archive is empty (0 bytes). Upload it again.")
    file.seek(0)
    if file.read(2) != b"PK":
        raise Refusal("unsupported_archive", "This is no ZIP archive. Pack the images as ZIP.")
    count, length, offset, end = _find_end(file, size)
    if count > limits.max_entries or length > limits.max_directory_bytes:
        raise Refusal("too_many_entries", f"An archive may have {limits.max_entries:,} entries. Split it.")
    if offset + length != end:
        raise _corrupt("its directory is not where its end says")
    file.seek(offset)
    data = file.read(length)
    records: list[Record] = []
    at = 0
    try:
        while at < len(data):
            if len(records) == limits.max_entries:
                raise Refusal("too_many_entries", f"An archive may have {limits.max_entries:,} entries. Split it.")
            record, at = _central_record(data, at)
            records.append(record)
    except struct.error as error:
        raise _corrupt("its directory ends too early") from error
    if len(records) != count or at != len(data):
        raise _corrupt(f"its end speaks of {count} entries, its directory of {len(records)}")
    return records, offset


def _find_end(file: BinaryIO, size: int) -> tuple[int, int, int, int]:
    """(entries, directory length, directory offset, where the directory must end)."""
    tail_start = max(0, size - _END.size - 0xFFFF - _LOCATOR.size)
    file.seek(tail_start)
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    while at >= 0:
        if at + _END.size <= len(tail):
            _, disk, first_disk, here, count, length, offset, comment = _END.unpack_from(tail, at)
            if at + _END.size + comment == len(tail):
                break
        at = tail.rfind(b"PK\5\6", 0, at)
    else:
        raise _corrupt("its end is missing, so it was probably not copied completely")
    end = tail_start + at
    if at >= _LOCATOR.size and tail[at - _LOCATOR.size : at - _LOCATOR.size + 4] == b"PK\6\7":
        return _find_end64(file, _LOCATOR.unpack_from(tail, at - _LOCATOR.size), end - _LOCATOR.size)
    if disk or first_disk or here != count:
        raise _corrupt("it is one part of several")
    return count, length, offset, end


def _find_end64(file: BinaryIO, locator: Sequence[int], locator_at: int) -> tuple[int, int, int, int]:
    _, disk, at, disks = locator
    if disk or disks > 1 or at + _END64.size > locator_at:
        raise _corrupt("its 64-bit end is not where it says")
    file.seek(at)
    data = file.read(_END64.size)
    if len(data) < _END64.size or data[:4] != b"PK\6\6":
        raise _corrupt("its 64-bit end is missing")
    _, record_size, _, _, disk, first_disk, here, count, length, offset = _END64.unpack(data)
    if disk or first_disk or here != count or at + 12 + record_size != locator_at:
        raise _corrupt("its 64-bit end contradicts itself")
    return count, length, offset, at


def _central_record(data: bytes, at: int) -> tuple[Record, int]:
    fields = _CENTRAL.unpack_from(data, at)
    if fields[0] != b"PK\1\2":
        raise _corrupt("an entry of its directory is not readable")
    (
        _,
        _,
        _,
        flags,
        method,
        _,
        _,
        checksum,
        packed,
        unpacked,
        names,
        extras,
        comments,
        disk,
        _,
        attributes,
        offset,
    ) = fields
    start = at + _CENTRAL.size
    end = start + names + extras + comments
    if end > len(data):
        raise _corrupt("its directory ends too early")
    wide = _zip64_values(data[start + names : start + names + extras])
    values = []
    for value in (unpacked, packed, offset):
        if value == 0xFFFFFFFF and wide:
            value = wide.pop(0)
        values.append(value)
    if disk not in (0, 0xFFFF):
        raise _corrupt("it is one part of several")
    record = Record(
        raw_name=data[start : start + names],
        flags=flags,
        method=method,
        checksum=checksum,
        packed=values[1],
        unpacked=values[0],
        attributes=attributes,
        offset=values[2],
    )
    return record, end


def _zip64_values(extra: bytes) -> list[int]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            body = extra[at + 4 : at + 4 + length]
            return list(struct.unpack(f"<{len(body) // 8}Q", body[: len(body) // 8 * 8]))
        at += 4 + length
    return []


def _corrupt(what: str) -> Refusal:
    return Refusal("corrupt_archive", f"The archive is damaged: {what}. Pack or upload it again.")
