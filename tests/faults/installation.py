"""A whole installation of its own: database cluster, web, workers, schedule; killed and started again at will."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import psutil
import psycopg

from config import postgres
from config.database import connection_host
from config.env import Environment, read_environment
from config.processes import ALL, Family, ProcessSpec, prepare_broker
from tests.faults.clients import get

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Installation:
    """One running installation. `variables` is the environment of every process of it."""

    env: Environment
    variables: dict[str, str]
    family: Family
    thread: threading.Thread

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.env.port

    def processes(self) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        for child in list(self.family.children.values()):
            with suppress(psutil.Error):
                process = psutil.Process(child.pid)
                found += [process, *process.children(recursive=True)]
        return found

    def kill_somebody(self, random: Random) -> str:
        """SIGKILL one process of web or workers at random; the parent starts it again."""
        victims = self.processes()
        leaves = [process for process in victims if process.pid not in {c.pid for c in self.family.children.values()}]
        victims = leaves if leaves and random.random() < 0.8 else victims  # parents take seconds to come back
        if not victims:
            return "nobody"
        victim = random.choice(victims)
        with suppress(psutil.Error):
            victim.kill()
        return str(victim.pid)

    def stop_database_hard(self) -> None:
        """An immediate stop of PostgreSQL: no checkpoint, all connections cut. The parent starts it again."""
        pid = int((postgres.data_folder(self.env) / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)

    def query(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        place = connection_host(self.env)
        with psycopg.connect(
            host=place["HOST"], port=place["PORT"], dbname="touchstone", user="touchstone_owner"
        ) as connection:
            return list(connection.execute(sql, values).fetchall())

    def manage(self, *arguments: str) -> str:
        return self.run(str(ROOT / "manage.py"), *arguments)

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], env=self.variables, cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def seed(self, reviewers: int, items: int, needed: int) -> dict[str, Any]:
        return json.loads(self.run("-m", "tests.faults.seed", str(reviewers), str(items), str(needed)).splitlines()[-1])

    def wait_until_ready(self, patience_s: float = 60) -> None:
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            with suppress(OSError):
                if get(self.address, "/readyz")[0] == 200:
                    return
            time.sleep(0.2)
        raise AssertionError("the installation does not become ready")


@contextmanager
def an_installation(
    folder: Path, port: int, *, wsgi: str = "config.wsgi:application", broker_url: str = ""
) -> Iterator[Installation]:
    """Everything started on its own data directory; everything ended afterwards."""
    variables = {
        **os.environ, "DATA_DIR": str(folder), "PORT": str(port), "BROKER_URL": broker_url,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev", "PYTHONPATH": str(ROOT), "C_FORCE_ROOT": "1",
    }  # fmt: skip
    env = read_environment(variables)
    prepare_broker(env)
    with postgres.held(env):
        prepared = subprocess.run(
            [sys.executable, "manage.py", "prepare"], env=variables, cwd=ROOT, capture_output=True, check=False
        )
        assert prepared.returncode == 0, prepared.stderr[-3000:]
        specs = tuple(_spec(make(env), variables, wsgi) for make in ALL)
        log = (folder / "processes.log").open("w")
        family = Family(specs, lambda said: print(said, file=log, flush=True), lambda: postgres.start(env))
        family.start()
        thread = threading.Thread(target=family.watch)
        thread.start()
        try:
            installation = Installation(env, variables, family, thread)
            installation.wait_until_ready()
            yield installation
        finally:
            family.stop()
            thread.join()
            log.close()


def _spec(spec: ProcessSpec, variables: dict[str, str], wsgi: str) -> ProcessSpec:
    command = tuple(wsgi if part == "config.wsgi:application" else part for part in spec.command)
    return replace(spec, command=command, environment={**variables, **spec.environment})
