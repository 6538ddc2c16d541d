"""Reading ZIP archives that strangers made: by offset, within limits, never written out by name.

Own reader of the format (PKWARE APPNOTE 6.3.10), because it must refuse what general readers forgive: two
directories that disagree, entries that share bytes, sizes that lie. The directory is read at once (bounded),
contents are streamed. Every entry of the directory becomes exactly one member: to read, refused with a
reason, or skipped, in directory order.
"""

import stat
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Self

from annotate.corpus.paths import is_clutter, relative_path
from annotate.corpus.refusal import Refusal
from annotate.corpus.zip_directory import ArchiveLimits, Record, read_directory
from core.text import normalised, shown_path

_LOCAL = struct.Struct("<4s5H3L2H")
_PIECE = 1 << 16
_ENCRYPTED = 0x0001 | 0x0040 | 0x2000


class Fate(StrEnum):
    READABLE = "readable"
    REFUSED = "refused"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry: `index` counts from 0 in directory order, `path` is safe below its base (empty unless
    readable).

    `name` is for display only. `code` and `message` say why it is refused (or skipped: `folder`, `clutter`).
    """

    index: int
    name: str
    fate: Fate
    path: str = ""
    code: str = ""
    message: str = ""
    packed_bytes: int = 0
    unpacked_bytes: int = 0


class Archive:
    """An open ZIP file. `members` is complete after opening; `read` and `stream` take a readable member's
    index.

    Raises Refusal at opening: `unreadable_file`, `empty_file`, `unsupported_archive`, `corrupt_archive`,
    `too_many_entries`. Refusals of members: `path_not_allowed`, `url_not_allowed`, `path_too_long`,
    `invalid_name`, `link_not_allowed`, `special_file`, `encrypted_entry`, `unsupported_compression`,
    `duplicate_name`, `overlapping_entries`, `corrupt_entry`, `entry_too_large`. Not for use by several
    threads at once.
    """

    def __init__(self, path: Path, limits: ArchiveLimits | None = None) -> None:
        self.limits = limits or ArchiveLimits()
        try:
            self._file: BinaryIO = path.open("rb")
        except (OSError, ValueError) as error:
            raise Refusal("unreadable_file", "The archive cannot be read.") from error
        try:
            self._records, directory_start = read_directory(self._file, self.limits)
            self._ends = _ends(self._records, directory_start)
            self.members: tuple[Member, ...] = _members(self._records, self._ends, self.limits)
        except BaseException:
            self._file.close()
            raise
        self._unpacked: dict[int, int] = {}
        self._total = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, index: int, max_bytes: int | None = None) -> bytes:
        """The whole unpacked content. Raises Refusal as `stream` does."""
        return b"".join(self.stream(index, max_bytes))

    def stream(self, index: int, max_bytes: int | None = None) -> Iterator[bytes]:
        """The content in pieces of at most 64 KiB. Do not use the pieces before the last has come: checks
        follow.

        `max_bytes` replaces the limit per entry (a manifest may be longer than an image). Raises Refusal: the
        member's own, `entry_too_large`, `archive_too_large`, `ratio_too_high`, `corrupt_entry` (checksum,
        size, header).
        """
        member, record = self.members[index], self._records[index]
        if member.fate is not Fate.READABLE:
            raise Refusal(member.code, member.message)
        start = self._content_start(record, self._ends[index])
        allowed = self.limits.max_entry_bytes if max_bytes is None else max_bytes
        produced = checksum = 0
        for piece, consumed in _unpack(self._file, start, record):
            produced += len(piece)
            self._check_amounts(produced, consumed, self._counted(index, produced), allowed)
            if produced > record.unpacked:
                raise _corrupt_entry("it is longer than the archive states")
            checksum = zlib.crc32(piece, checksum)
            yield piece
        if produced != record.unpacked or checksum != record.checksum:
            raise _corrupt_entry("its size or checksum is not the one that the archive states")

    def _counted(self, index: int, produced: int) -> int:
        """All bytes unpacked so far; what is read twice counts once."""
        more = produced - self._unpacked.get(index, 0)
        if more > 0:
            self._unpacked[index] = produced
            self._total += more
        return self._total

    def _check_amounts(self, produced: int, consumed: int, total: int, allowed: int) -> None:
        if produced > allowed:
            raise Refusal("entry_too_large", f"Unpacked it has more than the {allowed:,} bytes that are allowed.")
        if total > self.limits.max_total_bytes:
            raise Refusal(
                "archive_too_large",
                f"The archive unpacks to more than {self.limits.max_total_bytes:,} bytes. Split it.",
            )
        if produced > self.limits.ratio_from and produced > consumed * self.limits.max_ratio:
            raise Refusal("ratio_too_high", f"It unpacks to more than {self.limits.max_ratio} times its packed size.")

    def _content_start(self, record: Record, end: int) -> int:
        self._file.seek(record.offset)
        header = self._file.read(_LOCAL.size)
        if len(header) < _LOCAL.size or header[:4] != b"PK\3\4":
            raise _corrupt_entry("there is no entry where the directory says")
        _, _, flags, method, _, _, _, _, _, name_length, extra_length = _LOCAL.unpack(header)
        name = self._file.read(name_length)
        if name != record.raw_name or method != record.method or flags & _ENCRYPTED:
            raise _corrupt_entry("its own header disagrees with the directory of the archive")
        start: int = record.offset + _LOCAL.size + name_length + extra_length
        if start + record.packed > end:
            raise Refusal("overlapping_entries", "It shares bytes with another entry. Pack the archive again.")
        return start


def _corrupt_entry(what: str) -> Refusal:
    return Refusal("corrupt_entry", f"The entry is damaged: {what}. Pack the archive again.")


def _unpack(file: BinaryIO, start: int, record: Record) -> Iterator[tuple[bytes, int]]:
    """(piece, packed bytes used so far), at most 64 KiB a piece."""
    file.seek(start)
    left, used = record.packed, 0
    inflater = zlib.decompressobj(-15) if record.method == 8 else None
    pending = b""
    while left or pending:
        at = start + used
        if not pending:
            file.seek(at)  # others may have read in between
            pending = file.read(min(_PIECE, left))
            if not pending:
                raise _corrupt_entry("it ends too early")
            left -= len(pending)
            used += len(pending)
        if inflater is None:
            yield pending, used
            pending = b""
            continue
        try:
            piece = inflater.decompress(pending, _PIECE)
        except zlib.error as error:
            raise _corrupt_entry("it cannot be unpacked") from error
        pending = inflater.unconsumed_tail
        if piece:
            yield piece, used - len(pending)
        if inflater.eof:
            break
    if inflater is not None and not inflater.eof:
        yield from _rest(inflater, used)


def _rest(inflater: "zlib._Decompress", used: int) -> Iterator[tuple[bytes, int]]:
    """What the inflater still holds after all input went in."""
    while piece := inflater.decompress(b"", _PIECE):
        yield piece, used
    if not inflater.eof:
        raise _corrupt_entry("it ends too early")


def _ends(records: Sequence[Record], directory_start: int) -> list[int]:
    """For each entry the offset before which its bytes must end: the next entry's, or the directory's."""
    ends = [0] * len(records)
    following = directory_start
    for index in sorted(range(len(records)), key=lambda i: records[i].offset, reverse=True):
        ends[index] = following
        following = min(following, records[index].offset)
    return ends


def _members(records: Sequence[Record], ends: Sequence[int], limits: ArchiveLimits) -> tuple[Member, ...]:
    seen: dict[str, int] = {}
    links = {_spelt(record).rstrip("/") for record in records if stat.S_ISLNK(record.attributes >> 16)}
    members: list[Member] = []
    for index, (record, end) in enumerate(zip(records, ends, strict=True)):
        shown = shown_path(_spelt(record))
        try:
            path = _checked_path(record, end, links, limits)
            if path and normalised(path) in seen:
                first = seen[normalised(path)] + 1
                raise Refusal(
                    "duplicate_name", f"Entry {first} of the archive has the same name; this one is left out."
                )
        except Refusal as refusal:
            members.append(_member(index, shown, Fate.REFUSED, record, code=refusal.code, message=refusal.message))
            continue
        if not path:
            kind = "folder" if _spelt(record).endswith("/") else "clutter"
            members.append(_member(index, shown, Fate.SKIPPED, record, code=kind, message="Not an image; left out."))
            continue
        seen[normalised(path)] = index
        members.append(_member(index, shown, Fate.READABLE, record, path=path))
    return tuple(members)


def _member(
    index: int, name: str, fate: Fate, record: Record, *, path: str = "", code: str = "", message: str = ""
) -> Member:
    return Member(
        index=index,
        name=name,
        fate=fate,
        path=path,
        code=code,
        message=message,
        packed_bytes=record.packed,
        unpacked_bytes=record.unpacked,
    )


def _spelt(record: Record) -> str:
    """The name for looking at: any bytes give some text."""
    try:
        return record.raw_name.decode("utf-8")
    except UnicodeDecodeError:
        return record.raw_name.decode("cp437")


def _checked_path(record: Record, end: int, links: set[str], limits: ArchiveLimits) -> str:
    """The safe path, or an empty text for what is skipped. Raises Refusal with what is wrong."""
    name = _spelt(record)
    if record.flags & 0x800:
        try:
            record.raw_name.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Refusal("invalid_name", "The entry's name is no valid UTF-8. Pack the archive again.") from error
    kind = stat.S_IFMT(record.attributes >> 16)
    if kind == stat.S_IFLNK:
        raise Refusal("link_not_allowed", "Links are not followed. Pack the file itself.")
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Refusal("special_file", "This is no ordinary file (a device, pipe or socket).")
    path = relative_path(name.rstrip("/")) if name.rstrip("/") else relative_path(name)
    parents = {path[:at] for at, char in enumerate(path) if char == "/"}
    if parents & links:
        raise Refusal("link_not_allowed", "It lies below a link of the archive. Pack the folder itself.")
    if name.endswith("/") or is_clutter(path):
        return ""
    if record.flags & _ENCRYPTED:
        raise Refusal("encrypted_entry", "Encrypted entries cannot be read. Pack the archive without a password.")
    if record.method not in (0, 8):
        raise Refusal("unsupported_compression", "Only stored and deflated entries are read. Pack it as a plain ZIP.")
    if record.unpacked > limits.max_entry_bytes and not path.lower().endswith((".csv", ".jsonl", ".ndjson")):
        raise Refusal("entry_too_large", f"A file may have {limits.max_entry_bytes:,} bytes; it states more.")
    if record.offset + _LOCAL.size + len(record.raw_name) + record.packed > end:
        raise Refusal("overlapping_entries", "It shares bytes with another entry. Pack the archive again.")
    return path
