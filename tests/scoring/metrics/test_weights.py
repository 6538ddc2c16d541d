"""Weights: missing says where to put what, wrong is refused, and fetching pins."""

import hashlib
import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scoring.metrics.fetching import fetch_weights
from scoring.metrics.weights import KNOWN, WeightsProblem, WeightStore, read_manifest

CONTENT = b"these are the weights" * 100


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    site = tmp_path / "site"
    site.mkdir()
    (site / "net.pth").write_bytes(CONTENT)
    http = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{http.server_port}/"
    http.shutdown()
    thread.join()
    http.server_close()


def store(tmp_path: Path, source: str = "", **changes: object) -> WeightStore:
    folder = tmp_path / "weights"
    folder.mkdir(exist_ok=True)
    entry = {
        "file": "net.pth", "size": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "source": f"{source}net.pth", "licence": "test",
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps({"made_up": [entry | changes]}))
    return WeightStore(folder=folder)


def test_missing_weights_say_what_to_put_where(tmp_path: Path) -> None:
    file = KNOWN["musiq"][0].file
    path = tmp_path / "musiq" / file
    assert WeightStore(folder=tmp_path).problem("musiq") == (
        f"weights for musiq missing: put {file} at {path} or run manage.py fetch_weights musiq"
    )


def test_weights_are_fetched_over_http_checked_and_pinned(tmp_path: Path, server: str) -> None:
    one = store(tmp_path, server)
    assert "missing" in (one.problem("made_up") or "")
    (pinned,) = fetch_weights(one, "made_up")
    assert one.problem("made_up") is None
    assert one.usable("made_up")[0].read_bytes() == CONTENT
    assert pinned.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert not list(one.folder.rglob("*.part"))


def test_another_content_is_refused_and_not_kept(tmp_path: Path, server: str) -> None:
    one = store(tmp_path, server, sha256="0" * 64)
    with pytest.raises(WeightsProblem, match="refused"):
        fetch_weights(one, "made_up")
    assert not (one.folder / "made_up" / "net.pth").exists()
    assert not list(one.folder.rglob("*.part"))


def test_a_longer_content_is_cut_off(tmp_path: Path, server: str) -> None:
    with pytest.raises(WeightsProblem, match="more than the expected"):
        fetch_weights(store(tmp_path, server, size=10), "made_up")


def test_a_file_changed_after_fetching_is_refused(tmp_path: Path, server: str) -> None:
    one = store(tmp_path, server)
    fetch_weights(one, "made_up")
    one.path_of("made_up", "net.pth").write_bytes(CONTENT[::-1])
    assert "refused" in (one.problem("made_up") or "")
    with pytest.raises(WeightsProblem, match="refused"):
        one.usable("made_up")


def test_a_missing_page_is_said(tmp_path: Path, server: str) -> None:
    with pytest.raises(WeightsProblem, match="could not be fetched"):
        fetch_weights(store(tmp_path), "made_up", source=f"{server}nothing.pth")


@pytest.mark.parametrize("address", ["ftp://example.org/x", "data:text/plain,x", "net.pth", ""])
def test_other_kinds_of_addresses_are_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(WeightsProblem, match="no address of the kind"):
        fetch_weights(store(tmp_path, source=address), "made_up", source=address)


def test_known_names_are_pinned_at_the_first_fetch_and_by_their_prefix(tmp_path: Path) -> None:
    one = WeightStore(folder=tmp_path / "weights")
    source = tmp_path / "mirror"
    source.mkdir()
    (source / KNOWN["musiq"][0].file).write_bytes(b"not musiq")
    (source / KNOWN["niqe"][0].file).write_bytes(b"parameters")
    address = f"{source.as_uri()}/"
    with pytest.raises(WeightsProblem, match="e95806b9"):
        fetch_weights(one, "musiq", source=address)
    fetch_weights(one, "niqe", source=address)
    assert one.problem("niqe") is None
    assert read_manifest(one.manifest_path)["niqe"][0].size == len(b"parameters")


def test_a_file_put_there_by_hand_is_not_used_before_it_is_pinned(tmp_path: Path) -> None:
    one = WeightStore(folder=tmp_path)
    path = one.path_of("niqe", KNOWN["niqe"][0].file)
    path.parent.mkdir()
    path.write_bytes(b"parameters")
    assert "not pinned yet" in (one.problem("niqe") or "")
    fetch_weights(one, "niqe")
    assert one.problem("niqe") is None


@pytest.mark.parametrize("name", ["../x", "a/b", "/etc/passwd", "", ".hidden", "http://x", "x" * 200])
def test_names_that_could_leave_the_folder_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(WeightsProblem, match="plain file name"):
        WeightStore(folder=tmp_path).path_of("musiq", name)
    with pytest.raises(WeightsProblem, match="plain file name"):
        WeightStore(folder=tmp_path).path_of(name, "file")


@pytest.mark.parametrize(
    "changes", [{"file": "../x"}, {"sha256": "short"}, {"size": -1}, {"size": True}, {"licence": 3}]
)
def test_a_wrong_manifest_is_refused_with_the_place(tmp_path: Path, changes: dict[str, object]) -> None:
    with pytest.raises(WeightsProblem, match=r"made_up\[0\]"):
        store(tmp_path, **changes).files_of("made_up")


@pytest.mark.parametrize("text", ["{", "[]", '{"a": {}}', '{"a": [3]}'])
def test_a_damaged_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(WeightsProblem, match=r"manifest\.json"):
        WeightStore(folder=tmp_path).files_of("a")


def test_an_unknown_metric_has_no_weights(tmp_path: Path) -> None:
    with pytest.raises(WeightsProblem, match="no weights are known"):
        fetch_weights(WeightStore(folder=tmp_path), "nonsense")
