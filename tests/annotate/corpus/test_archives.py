"""Hostile and damaged ZIP archives."""

import io
import struct
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest
from bad_inputs import BadInput, cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_formats import encoded

from annotate.corpus.archives import Archive, Fate
from annotate.corpus.formats import inspect_image
from annotate.corpus.refusal import Refusal
from annotate.corpus.zip_directory import ArchiveLimits

PNG = encoded("PNG")


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", method) as archive:
        warnings.simplefilter("ignore")
        for name, content in entries:
            archive.writestr(name, content)
    return target.getvalue()


def results(path: Path, data: bytes, limits: ArchiveLimits | None = None) -> list[tuple[str, str]]:
    """(name, code) of every member; an empty code where its content could be read."""
    path.write_bytes(data)
    found = []
    with Archive(path, limits) as archive:
        assert [member.index for member in archive.members] == list(range(len(archive.members)))
        for member in archive.members:
            code = member.code
            if member.fate is Fate.READABLE:
                try:
                    archive.read(member.index)
                except Refusal as refusal:
                    code = refusal.code
            else:
                assert code and member.message
                with pytest.raises(Refusal):
                    archive.read(member.index)
            found.append((member.name, code))
    return found


def refusal_of(path: Path, data: bytes, limits: ArchiveLimits | None = None) -> str:
    path.write_bytes(data)
    with pytest.raises(Refusal) as caught, Archive(path, limits):
        pass
    assert str(path) not in caught.value.message
    return caught.value.code


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.zip"


EXPECTED = {
    "ARC-001": ["path_not_allowed"] * 4 + [""],
    "ARC-002": ["link_not_allowed"] * 2,
    "ARC-010": ["ratio_too_high"],
    "ARC-012": [""],
    "ARC-020": ["", "duplicate_name"],
    "ARC-023": ["clutter", "clutter", "folder", ""],
    "ARC-030": "corrupt_archive",
}


@pytest.mark.parametrize("case", cases("archive"))
def test_the_catalogue_of_bad_archives_is_met(case: BadInput, path: Path) -> None:
    expected = EXPECTED[case.id]
    if isinstance(expected, str):
        assert refusal_of(path, case.input) == expected
    else:
        assert [code for _, code in results(path, case.input)] == expected
    assert [entry.name for entry in path.parent.iterdir()] == ["a.zip"]


def test_an_archive_inside_an_archive_is_a_file_of_no_known_type(path: Path) -> None:
    path.write_bytes(zipped(("inner.zip", zipped(("a.png", PNG)))))
    with Archive(path) as archive, pytest.raises(Refusal, match="unsupported_type"):
        inspect_image(archive.read(0))


def test_good_entries_come_with_their_content_in_order(path: Path) -> None:
    path.write_bytes(zipped(("b/ü.png", PNG), ("./a//x.png", b"x" * 200_000), ("empty", b"")))
    with Archive(path) as archive:
        assert [member.path for member in archive.members] == ["b/ü.png", "a/x.png", "empty"]
        assert archive.read(0) == PNG
        assert archive.read(1) == b"x" * 200_000
        assert archive.read(1) == b"x" * 200_000
        assert archive.read(2) == b""
        both = list(zip(archive.stream(1), archive.stream(1), strict=True))  # interleaved readers do not disturb
        assert b"".join(first for first, _ in both) == b"x" * 200_000


def test_stored_entries_are_read_too(path: Path) -> None:
    assert results(path, zipped(("a.png", PNG), method=zipfile.ZIP_STORED)) == [("a.png", "")]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(path: Path, method: int) -> None:
    assert results(path, zipped(("a.png", PNG), method=method)) == [("a.png", "unsupported_compression")]


@pytest.mark.parametrize(
    "name",
    [
        "../a.png",
        "a/../../b.png",
        "a/..",
        "..",
        "/a.png",
        "//host/a.png",
        "\\\\host\\a.png",
        "a\\b.png",
        "c:a.png",
        "C:/a.png",
        "%2e%2e/a.png",
        "%252e%252e%252fa.png",
        "a/%2E./b.png",
        "．．/a.png",
        "‥/a.png",
        "~/a.png",
        "file:///etc/hostname",
        "a/.. /b.png",
        " /a.png",
        "%2fetc/passwd",
        "%5c%5chost",
    ],
)
def test_names_that_leave_the_archive_are_refused(path: Path, name: str) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = name
    assert [code for _, code in results(path, zipped((info, PNG), ("ok.png", PNG)))] == [
        "path_not_allowed",
        "",
    ]


def with_raw_name(name: bytes, utf8: bool = False) -> bytes:
    data = zipped(("x" * len(name), PNG)).replace(b"x" * len(name), name)
    flags = b"\x00\x08" if utf8 else b"\0\0"
    return data.replace(b"PK\3\4\x14\0\0\0", b"PK\3\4\x14\0" + flags).replace(
        b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0" + flags
    )


def test_names_in_odd_encodings_never_fail(path: Path) -> None:
    assert results(path, with_raw_name(b"caf\x82.png")) == [("café.png", "")]  # code page 437
    assert results(path, with_raw_name("café.png".encode())) == [("café.png", "")]
    assert results(path, with_raw_name(b"caf\xff.png", utf8=True))[0][1] == "invalid_name"
    assert results(path, with_raw_name(b"a\0.png"))[0] == ("a_.png", "invalid_text")
    assert results(path, zipped(("\u202egnp.png", PNG))) == [("_gnp.png", "")]
    assert results(path, zipped(("d/" * 600 + "a.png", PNG)))[0][1] == "path_too_long"


def test_one_name_spelt_in_two_ways_is_one_name(path: Path) -> None:
    data = zipped(("cafe\u0301.png", PNG), ("café.png", PNG), ("./café.png", PNG), ("CAFÉ.png", PNG))
    assert [code for _, code in results(path, data)] == ["", "duplicate_name", "duplicate_name", ""]


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o020644, 0o060644, 0o140644])
def test_links_and_devices_are_refused(path: Path, mode: int) -> None:
    info = zipfile.ZipInfo("x")
    info.create_system = 3
    info.external_attr = mode << 16
    expected = "link_not_allowed" if mode == 0o120777 else "special_file"
    assert results(path, zipped((info, b"/etc/hostname"))) == [("x", expected)]


def test_encrypted_entries_are_refused(path: Path) -> None:
    data = bytearray(zipped(("a.png", PNG)))
    data[data.index(b"PK\1\2") + 8] |= 1
    assert results(path, bytes(data)) == [("a.png", "encrypted_entry")]


def test_limits_hold_for_entries_sizes_and_ratio(path: Path) -> None:
    many = zipped(*[(f"{i}", bytes([i]) * 1000) for i in range(5)])
    assert refusal_of(path, many, ArchiveLimits(max_entries=4)) == "too_many_entries"
    assert refusal_of(path, many, ArchiveLimits(max_directory_bytes=100)) == "too_many_entries"
    assert [code for _, code in results(path, many, ArchiveLimits(max_entry_bytes=999))] == ["entry_too_large"] * 5
    totals = [code for _, code in results(path, many, ArchiveLimits(max_total_bytes=3500))]
    assert totals == ["", "", "", "archive_too_large", "archive_too_large"]
    assert results(path, zipped(("a", b"\0" * (1 << 20))))[0][1] == ""
    assert results(path, zipped(("a", b"\0" * (2 << 20))))[0][1] == "ratio_too_high"


def test_a_bomb_is_stopped_while_streaming(path: Path) -> None:
    """60 MB of zeros: reading stops near the limit, whatever size the directory states."""
    data = bytearray(zipped(("a.png", b"\0" * (60 << 20))))
    at = data.index(b"PK\1\2")
    for stated, code, most in (
        (60 << 20, "ratio_too_high", 2 << 20),
        (100, "corrupt_entry", 0),
        ((60 << 20) + 1, "ratio_too_high", 2 << 20),
    ):
        data[at + 24 : at + 28] = struct.pack("<I", stated)
        path.write_bytes(bytes(data))
        drained: list[int] = []
        with Archive(path) as archive, pytest.raises(Refusal, match=code):
            drained.extend(map(len, archive.stream(0)))
        assert sum(drained) <= most
    assert results(path, bytes(data), ArchiveLimits(max_ratio=10_000)) == [("a.png", "corrupt_entry")]
    with Archive(path) as archive, pytest.raises(Refusal, match="entry_too_large"):
        archive.read(0, max_bytes=1000)


def test_a_wrong_checksum_is_found(path: Path) -> None:
    data = bytearray(zipped(("a.png", PNG), method=zipfile.ZIP_STORED))
    data[40 + data.index(PNG)] ^= 1
    assert results(path, bytes(data)) == [("a.png", "corrupt_entry")]


def test_entries_that_share_bytes_are_refused(path: Path) -> None:
    """The classical bomb: many directory entries point at one block of data."""
    data = zipped(("aa.png", PNG))
    at, end = data.index(b"PK\1\2"), data.index(b"PK\5\6")
    record = data[at:end]
    second = record.replace(b"aa.png", b"ab.png")
    directory = record + second
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(directory), at, 0)
    codes = [code for _, code in results(path, data[:at] + directory + tail)]
    assert codes == ["", "overlapping_entries"]


def test_an_entry_that_quotes_the_next_one_is_refused(path: Path) -> None:
    data = bytearray(zipped(("a.png", PNG), ("b.png", PNG), method=zipfile.ZIP_STORED))
    at = data.index(b"PK\1\2")
    longer = len(PNG) + 40
    data[at + 20 : at + 28] = struct.pack("<II", longer, longer)
    assert [code for _, code in results(path, bytes(data))] == ["overlapping_entries", ""]


def test_directories_that_lie_are_refused(path: Path) -> None:
    data = zipped(("a.png", PNG), ("b.png", PNG))
    end = data.index(b"PK\5\6")

    def with_end(at: int, value: bytes) -> bytes:
        return data[: end + at] + value + data[end + at + len(value) :]

    assert refusal_of(path, with_end(8, b"\1\0\1\0")) == "corrupt_archive"
    assert refusal_of(path, with_end(8, b"\xff\xff\xff\xff")) == "corrupt_archive"
    assert refusal_of(path, with_end(12, b"\0\0\0\0")) == "corrupt_archive"
    assert refusal_of(path, with_end(16, b"\0\0\0\0")) == "corrupt_archive"
    assert refusal_of(path, b"PK prefix" + data) == "corrupt_archive"
    assert refusal_of(path, data + b"tail") == "corrupt_archive"
    assert refusal_of(path, b"") == "empty_file"
    assert refusal_of(path, b"Rar!\x1a\7") == "unsupported_archive"
    assert refusal_of(path, data[: len(data) // 2]) == "corrupt_archive"


def test_64_bit_archives_are_read_and_their_lies_refused(path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, archive.open("a.png", "w", force_zip64=True) as entry:
        entry.write(PNG)
    data = target.getvalue()
    assert results(path, data) == [("a.png", "")]
    end, at = data.index(b"PK\5\6"), data.index(b"PK\1\2")
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, end - at, at)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    tail = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    assert results(path, data[:end] + wide + locator + tail) == [("a.png", "")]
    for lie in (2**63, 2, 0):
        lying = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, lie, lie, end - at, at)
        assert refusal_of(path, data[:end] + lying + locator + tail) in {
            "corrupt_archive",
            "too_many_entries",
        }


def test_a_missing_archive_is_said(path: Path) -> None:
    with pytest.raises(Refusal, match="unreadable_file"):
        Archive(path)


SAMPLE = zipped(("a.png", PNG), ("b/c.png", b"\0" * 3000), ("d.png", bytes(range(256)) * 4))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    changes=st.lists(st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 255)), max_size=8),
    cut=st.integers(0, len(SAMPLE)) | st.just(len(SAMPLE)),
)
def test_no_mutation_leads_to_anything_but_refusals(changes: list[tuple[int, int]], cut: int, path: Path) -> None:
    data = bytearray(SAMPLE)
    for at, value in changes:
        data[at] = value
    path.write_bytes(bytes(data[:cut]))
    limits = ArchiveLimits(max_entries=10, max_entry_bytes=5000, max_total_bytes=8000)
    total = 0
    try:
        with Archive(path, limits) as archive:
            assert len(archive.members) <= 10
            for member in archive.members:
                try:
                    content = archive.read(member.index)
                except Refusal:
                    continue
                assert len(content) <= 5000
                total += len(content)
                assert zlib.crc32(content) is not None
    except Refusal:
        pass
    assert total <= 8000
