"""Decoding in a process of its own, whose memory is bounded and which may die without harm.

The parent keeps one `Decoder` for many files; the child (`python -m annotate.corpus.decoder`) answers each
line of JSON with one. A file that kills the child or takes too long is refused, and the next one gets a new
child.
"""

import base64
import contextlib
import json
import os
import selectors
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self, cast

from annotate.corpus.formats import (
    ImageFacts,
    ImageLimits,
    inspect_and_show,
    limit_this_process,
    read_image_file,
)
from annotate.corpus.generation_hints import read_generation_hints
from annotate.corpus.metadata import strip_metadata
from annotate.corpus.refusal import Refusal
from annotate.corpus.thumbnails import MEDIA_TYPE, Thumbnail, encode_thumbnail

ROOT = Path(__file__).resolve().parents[2]
CPU_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderLimits:
    """`memory_bytes` of address space for the child; `seconds` of waiting for one file."""

    memory_bytes: int = 3 << 30
    seconds: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """All that storing an image needs.

    `clean` is the file without metadata, None where that is the file itself; `hints` as `read_generation_hints`.
    """

    facts: ImageFacts
    thumbnail: Thumbnail
    clean: bytes | None
    hints: dict[str, object]


class Decoder:
    """Use as a context manager; not by several threads at once."""

    def __init__(self, limits: ImageLimits | None = None, decoder_limits: DecoderLimits | None = None) -> None:
        self._limits = limits or ImageLimits()
        self._bounds = decoder_limits or DecoderLimits()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def inspect(self, path: Path) -> tuple[ImageFacts, Thumbnail]:
        """What `inspect_image` and `make_thumbnail` say. Raises Refusal as `examine`."""
        found = self.examine(path)
        return found.facts, found.thumbnail

    def examine(self, path: Path) -> Examined:
        """Verify the file once and make everything that is derived from it.

        Raises Refusal: as `inspect_image`, and `decoder_stopped`, `too_slow`.
        """
        child = self._running()
        request = {"path": str(path.absolute()), "limits": asdict(self._limits)}
        try:
            answer = self._ask(child, json.dumps(request).encode() + b"\n")
        except BaseException:
            self._stop()
            raise
        if "code" in answer:
            raise Refusal(str(answer["code"]), str(answer["message"]))
        facts, small = (
            cast("dict[str, object]", answer["facts"]),
            cast("dict[str, object]", answer["thumbnail"]),
        )
        notes = tuple(cast("list[str]", facts.pop("notes")))
        data = base64.b64decode(str(small.pop("data")))
        clean = answer["clean"]
        return Examined(
            facts=ImageFacts(**facts, notes=notes),  # type: ignore[arg-type]  # written by _answer below
            thumbnail=Thumbnail(**small, data=data, media_type=MEDIA_TYPE),  # type: ignore[arg-type]
            clean=None if clean is None else base64.b64decode(str(clean)),
            hints=cast("dict[str, object]", answer["hints"]),
        )

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._stop()
            command = [sys.executable, "-m", "annotate.corpus.decoder", str(self._bounds.memory_bytes)]
            environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
            self._child = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
            )
        return self._child

    def _ask(self, child: subprocess.Popen[bytes], request: bytes) -> dict[str, object]:
        if child.stdin is None or child.stdout is None:
            raise AssertionError("The child was started with pipes.")
        stopped = Refusal("decoder_stopped", "Decoding this image needs more than is allowed. Export it anew, smaller.")
        received = b""
        with selectors.DefaultSelector() as waiting:
            waiting.register(child.stdout, selectors.EVENT_READ)
            try:
                child.stdin.write(request)
            except BrokenPipeError as error:
                raise stopped from error
            while not received.endswith(b"\n"):
                if not waiting.select(self._bounds.seconds):
                    raise Refusal("too_slow", f"Decoding took more than {self._bounds.seconds:g} seconds.")
                piece = os.read(child.stdout.fileno(), 1 << 20)
                if not piece:
                    raise stopped
                received += piece
        return cast("dict[str, object]", json.loads(received))

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _answer(request: dict[str, object]) -> dict[str, object]:
    limits = ImageLimits(**cast("dict[str, int]", request["limits"]))
    try:
        content = read_image_file(Path(str(request["path"])), limits)
        facts, image = inspect_and_show(content, limits)
        small = encode_thumbnail(image)
        clean = strip_metadata(content)
    except Refusal as refusal:
        return {"code": refusal.code, "message": refusal.message}
    data = base64.b64encode(small.data).decode()
    return {
        "facts": asdict(facts),
        "thumbnail": {"data": data, "width": small.width, "height": small.height},
        "clean": None if clean == content else base64.b64encode(clean).decode(),
        "hints": read_generation_hints(content),
    }


def _serve() -> None:
    """Answer requests until the parent closes the pipe or ends."""
    limit_this_process(memory_bytes=int(sys.argv[1]), cpu_seconds=CPU_SECONDS)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
