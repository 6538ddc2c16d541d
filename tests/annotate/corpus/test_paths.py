"""Paths stay inside; folders are only those allowed."""

from pathlib import Path

import pytest

from annotate.corpus.paths import files_below, folder_inside, is_clutter, relative_path, resolve_inside
from annotate.corpus.refusal import Refusal


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a.png", "a.png"),
        ("./a//b.png", "a/b.png"),
        ("a b/ü…png", "a b/ü…png"),
        ("100%.png", "100%.png"),
        ("...", "..."),
    ],
)
def test_ordinary_paths_are_cleaned(raw: str, clean: str) -> None:
    assert relative_path(raw) == clean


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "missing_file"),
        (" ", "missing_file"),
        ("a/", "path_not_allowed"),
        (".", "path_not_allowed"),
        ("a\0.png", "invalid_text"),
        ("\ud800.png", "invalid_text"),
        ("a" * 1001, "path_too_long"),
        ("http://127.0.0.1/a.png", "url_not_allowed"),
        ("HTTPS://x/a.png", "url_not_allowed"),
        ("s3://bucket/../a.png", "url_not_allowed"),
        ("data:image/png;base64,AAAA", "url_not_allowed"),
        ("javascript:1", "url_not_allowed"),
        ("file:///etc/hostname", "path_not_allowed"),
        ("%66ile:///etc/hostname", "path_not_allowed"),
        ("//x/y", "path_not_allowed"),
    ],
)
def test_other_paths_are_refused(raw: str, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        relative_path(raw)
    assert caught.value.code == code


def test_clutter_is_known() -> None:
    assert all(map(is_clutter, ["__MACOSX/a.png", "a/.DS_Store", "Thumbs.db", "a/._b.png", "desktop.ini"]))
    assert not any(map(is_clutter, ["a.png", "macosx/a.png", ".hidden.png"]))


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    base, secret = tmp_path / "base", tmp_path / "secret.png"
    (base / "d").mkdir(parents=True)
    secret.write_bytes(b"s")
    (base / "d" / "a.png").write_bytes(b"a")
    (base / "link.png").symlink_to(secret)
    (base / "up").symlink_to(tmp_path)
    assert resolve_inside(base, "d/a.png").read_bytes() == b"a"
    assert list(files_below(base)) == ["d/a.png"]
    for relative, code in (
        ("link.png", "path_not_allowed"),
        ("up/secret.png", "path_not_allowed"),
        ("../secret.png", "path_not_allowed"),
        ("none.png", "file_not_found"),
        ("d", "file_not_found"),
    ):
        with pytest.raises(Refusal) as caught:
            resolve_inside(base, relative)
        assert caught.value.code == code


def test_only_folders_below_an_allowed_root_are_imported(tmp_path: Path) -> None:
    root, other = tmp_path / "root", tmp_path / "root-other"
    (root / "set").mkdir(parents=True)
    other.mkdir()
    (root / "out").symlink_to(other)
    (root / "file").write_bytes(b"")
    assert folder_inside([root], "set") == root / "set"
    assert folder_inside([other, root], str(root / "set")) == root / "set"
    assert folder_inside([root], str(root)) == root
    for asked in (
        "",
        "/etc",
        "..",
        "set/../..",
        str(other),
        "out",
        "out/x",
        "file",
        "none",
        "a\0",
        "x" * 5000,
    ):
        with pytest.raises(Refusal, match="folder_not_allowed"):
            folder_inside([root], asked)
    with pytest.raises(Refusal, match="folder_not_allowed"):
        folder_inside([], str(root))
