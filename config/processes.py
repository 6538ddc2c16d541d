"""The processes of one installation under one parent: started together, restarted when they die, stopped together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config.env import Environment

STOP_PATIENCE_S = 10.0
RESTART_PAUSE_S = 1.0
KEEP_EVERY_S = 2.0
LOG = ["--loglevel", "INFO"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessSpec:
    """One process by name, and what it adds to the environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def web(env: Environment) -> ProcessSpec:
    """gunicorn with two processes of four threads, whatever DATA_DIR says."""
    command = (
        sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"{env.bind}:{env.port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--timeout", "60", "--graceful-timeout", "8",
        "--worker-tmp-dir", _memory_folder(), "--log-level", "warning",
    )  # fmt: skip
    return ProcessSpec(name="web", command=command)


def worker(env: Environment) -> ProcessSpec:
    """Imports, agreement, consensus, exports."""
    command = (*_celery(), "worker", "--queues", "work", "--concurrency", "1", "--hostname", "work@%h", *LOG)
    return ProcessSpec(name="worker", command=(*command, "--without-gossip", "--without-mingle"))


def scoring_worker(env: Environment) -> ProcessSpec:
    """Metrics and detectors: one thread a process, an allocator that keeps its memory (4x on pairs of images)."""
    command = (*_celery(), "worker", "--queues", "scoring", "--concurrency", "1", "--hostname", "scoring@%h", *LOG)
    environment = {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_MMAP_THRESHOLD_": "4294967296",
        "MALLOC_TRIM_THRESHOLD_": "17179869184",
        "MALLOC_TOP_PAD_": "268435456",
    }
    limits = ("--without-gossip", "--without-mingle", "--max-memory-per-child", "4000000")
    return ProcessSpec(name="scoring worker", command=(*command, *limits), environment=environment)


def schedule(env: Environment) -> ProcessSpec:
    """Sends the periodic wake-ups."""
    state = env.data_dir / "schedule"
    return ProcessSpec(name="schedule", command=(*_celery(), "beat", "--schedule", str(state), "--pidfile=", *LOG))


ALL: tuple[Callable[[Environment], ProcessSpec], ...] = (web, worker, scoring_worker, schedule)


def prepare_broker(env: Environment) -> None:
    """The folders of the filesystem broker, which kombu expects to find."""
    if env.broker_url is None:
        for name in ("queue", "processed", "control"):
            (env.data_dir / "broker" / name).mkdir(parents=True, exist_ok=True)


def _celery() -> tuple[str, ...]:
    return (sys.executable, "-m", "celery", "--app", "config.celery")


def _memory_folder() -> str:
    return "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"  # noqa: S108 (gunicorn's heartbeat file, no content)


class Family:
    """Running processes of one parent. A child that dies is started again; `stop` ends all of them."""

    def __init__(
        self,
        specs: tuple[ProcessSpec, ...],
        say: Callable[[str], None],
        keep: Callable[[], None] | None = None,
        logs: Path | None = None,
    ) -> None:
        self.specs = specs
        self.say = say
        self.keep = keep  # called every two seconds: starts an embedded database again that was stopped hard
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.logs = logs  # a folder for one file a process; without it they write where the parent writes
        self.stopping = False

    def start(self) -> None:
        for spec in self.specs:
            self._spawn(spec)

    def _spawn(self, spec: ProcessSpec) -> None:
        environment = {**os.environ, **spec.environment}
        with self._output(spec) as output:
            self.children[spec.name] = subprocess.Popen(
                spec.command, env=environment, start_new_session=True, stdout=output, stderr=output
            )

    @contextmanager
    def _output(self, spec: ProcessSpec) -> Iterator[IO[bytes] | None]:
        if self.logs is None:
            yield None
            return
        self.logs.mkdir(parents=True, exist_ok=True)
        with (self.logs / f"{spec.name.replace(' ', '-')}.log").open("ab") as file:
            yield file

    def watch(self) -> None:
        """Return after `stop` was asked for; start again what died before."""
        kept = time.monotonic()
        while not self.stopping:
            if self.keep is not None and time.monotonic() - kept > KEEP_EVERY_S:
                self._keep_up()
                kept = time.monotonic()
            for spec in self.specs:
                status = self.children[spec.name].poll()
                if status is not None and not self.stopping:
                    self.say(f"{spec.name} ended with status {status}; it is started again.")
                    time.sleep(RESTART_PAUSE_S)
                    self._spawn(spec)
            time.sleep(0.3)
        self._end()

    def _keep_up(self) -> None:
        """A database that is killed while it is being started must not end the parent: it is tried again."""
        try:
            if self.keep is not None:
                self.keep()
        except (Exception, SystemExit) as error:
            self.say(f"The database could not be started: {error}")

    def stop(self) -> None:
        self.stopping = True

    def _end(self) -> None:
        for child in self.children.values():
            _signal(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_PATIENCE_S
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _signal(child, signal.SIGKILL, group=True)
                child.wait()


def _signal(child: subprocess.Popen[bytes], number: int, *, group: bool = False) -> None:
    """To the main process, which ends its own children in order; to the whole group only to kill."""
    try:
        if group:
            os.killpg(child.pid, number)
        else:
            os.kill(child.pid, number)
    except ProcessLookupError:
        pass
