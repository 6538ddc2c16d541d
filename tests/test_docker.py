"""docker/ without Docker: the files say what the code knows, and every start command really starts."""

import ast
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from argparse import Action
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from config import postgres
from config.env import read_environment
from config.management.commands.serve import Command
from config.processes import ALL, prepare_broker

ROOT = Path(__file__).resolve().parent.parent
DOCKER = ROOT / "docker"
DOCKERFILE = (DOCKER / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
PROCESSES = ("web", "worker", "scoring-worker", "schedule")
PROOF = {"worker": "ready.", "scoring-worker": "ready.", "schedule": "Sending due task jobs"}


def statements(sql: str) -> set[str]:
    """The statements of an SQL text, white space evened out."""
    lines = (line for line in sql.splitlines() if not line.strip().startswith(("--", "\\")))
    return {" ".join(part.split()) for part in "\n".join(lines).split(";") if part.strip()}


def only_choices() -> set[str]:
    actions: list[Action] = Command().create_parser("manage.py", "serve")._actions
    return {str(choice) for action in actions if "--only" in action.option_strings for choice in action.choices or ()}


def test_compose_starts_each_process_of_the_installation_once() -> None:
    names = {make.__name__.replace("_", "-") for make in ALL}
    assert names == set(PROCESSES) == only_choices()
    for name in names:
        assert SERVICES[name]["command"] == ["python", "manage.py", "serve", "--only", name]
    assert set(SERVICES) == {*names, "prepare", "db", "redis"}
    assert SERVICES["prepare"]["command"] == ["python", "manage.py", "prepare"]


def test_compose_sets_only_variables_that_the_program_reads() -> None:
    tree = ast.parse((ROOT / "config" / "env.py").read_text())
    read = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    for name in (*PROCESSES, "prepare"):
        assert set(SERVICES[name]["environment"]) <= {*read, "DJANGO_SETTINGS_MODULE"}
    assert "MIGRATE_DATABASE_URL" in SERVICES["prepare"]["environment"]
    assert not any("MIGRATE_DATABASE_URL" in SERVICES[name]["environment"] for name in PROCESSES)


def test_every_variable_of_compose_has_its_line_in_the_example() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", (DOCKER / "compose.yaml").read_text()))
    given = {line.split("=")[0] for line in (DOCKER / "example.env").read_text().splitlines() if line[:1].isupper()}
    assert used == given


def test_no_secret_stands_in_the_files() -> None:
    example = (DOCKER / "example.env").read_text()
    for name in ("SECRET_KEY", "POSTGRES_PASSWORD", "OWNER_PASSWORD", "APP_PASSWORD"):
        assert re.search(rf"^{name}=$", example, re.MULTILINE)


def test_services_wait_for_the_database_and_can_be_seen_to_be_healthy() -> None:
    assert "healthcheck" in SERVICES["db"]
    assert "healthcheck" in SERVICES["redis"]
    assert SERVICES["web"]["healthcheck"]["test"] == ["CMD", "python", "docker/healthy.py"]
    for name in PROCESSES:
        assert SERVICES[name]["depends_on"]["prepare"]["condition"] == "service_completed_successfully"


def test_the_image_runs_without_root_with_production_settings_and_built_files() -> None:
    assert re.search(r"^USER touchstone$", DOCKERFILE, re.MULTILINE)
    assert "npm run --silent build" in DOCKERFILE
    assert "manage.py collectstatic" in DOCKERFILE
    found = re.search(r"DJANGO_SETTINGS_MODULE=(\S+)", DOCKERFILE)
    assert found is not None
    assert importlib.util.find_spec(found[1]) is not None
    assert DOCKERFILE.rstrip().splitlines()[-1] == 'CMD ["python", "manage.py", "serve", "--only", "web"]'


def test_the_roles_of_compose_are_those_of_the_embedded_server() -> None:
    shell = (DOCKER / "roles.sh").read_text()
    sql = shell.split("<<'SQL'\n")[1].split("\nSQL")[0]
    assert statements(postgres.IN_EVERY_DATABASE) <= statements(sql)
    assert {"touchstone_owner", "touchstone_app"} <= set(re.findall(r"CREATE ROLE (\w+) LOGIN", sql))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A data directory with a prepared database, and the environment of its processes."""

    folder: Path
    variables: dict[str, str]


@contextmanager
def started(place: Place, name: str) -> Iterator[Path]:
    """The start command of a service, in production settings; ended in order afterwards. Answers its log."""
    log = place.folder / f"{name}.log"
    command = [sys.executable, *SERVICES[name]["command"][1:]]
    with log.open("w") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=place.variables, stdout=file, stderr=subprocess.STDOUT)
        try:
            yield log
        finally:
            process.send_signal(signal.SIGTERM)
            status = process.wait(30)
    assert status == 0, log.read_text()[-3000:]


def wait_for(text: str, log: Path, patience_s: float = 60) -> None:
    deadline = time.monotonic() + patience_s
    while text not in log.read_text():
        assert time.monotonic() < deadline, log.read_text()[-3000:]
        time.sleep(0.2)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = Path(tempfile.mkdtemp(prefix="touchstone-docker-"))  # where PostgreSQL may pass, also started by root
    port = str(Random().randint(20_000, 45_000))
    variables = {
        **os.environ, "DATA_DIR": str(folder), "PORT": port, "BIND": "127.0.0.1", "BROKER_URL": "",
        "DATABASE_URL": "", "PUBLIC_URL": "", "DJANGO_SETTINGS_MODULE": "config.settings.prod", "C_FORCE_ROOT": "1",
    }  # fmt: skip
    env = read_environment(variables)
    prepare_broker(env)
    with postgres.held(env):
        done = subprocess.run(
            [sys.executable, *SERVICES["prepare"]["command"][1:]],
            cwd=ROOT,
            env=variables,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        yield Place(folder=folder, variables=variables)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.faults
def test_the_web_command_answers_the_health_check_of_compose(place: Place) -> None:
    command = [sys.executable, *SERVICES["web"]["healthcheck"]["test"][2:]]
    with started(place, "web"):
        deadline = time.monotonic() + 60
        while subprocess.run(command, cwd=ROOT, env=place.variables, capture_output=True).returncode:
            assert time.monotonic() < deadline
            time.sleep(0.3)


@pytest.mark.faults
@pytest.mark.parametrize("name", ["worker", "scoring-worker", "schedule"])
def test_the_command_of_a_background_service_connects_and_works(place: Place, name: str) -> None:
    with started(place, name) as log:
        wait_for(PROOF[name], log)
