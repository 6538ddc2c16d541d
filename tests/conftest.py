"""What every test shares: the embedded database of DATA_DIR, and a flush that passes the append-only guards."""

from collections.abc import Iterator
from pathlib import Path

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Start the database in the controlling process, before settings ask where it is; its workers join it."""
    from config import postgres
    from config.env import read_environment

    if hasattr(config, "workerinput"):
        return
    held = postgres.held(read_environment())
    held.__enter__()
    config.add_cleanup(lambda: held.__exit__(None, None, None))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """One test database per xdist worker, in the one cluster."""


@pytest.fixture(scope="session", autouse=True)
def _flush_passes_the_guards() -> Iterator[None]:
    """Transactional tests empty the tables by TRUNCATE, which the append-only triggers refuse on purpose."""
    from django.db.backends.postgresql.operations import DatabaseOperations

    original = DatabaseOperations.execute_sql_flush

    def flush(self: DatabaseOperations, sql_list: list[str]) -> None:
        original(self, ["SET session_replication_role = replica", *sql_list, "SET session_replication_role = origin"])

    DatabaseOperations.execute_sql_flush = flush  # type: ignore[method-assign]
    yield
    DatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def files(settings, tmp_path_factory: pytest.TempPathFactory) -> Path:  # type: ignore[no-untyped-def]
    """Every test has its own folder for blobs, uploads and exports."""
    folder = tmp_path_factory.mktemp("data")
    settings.DATA_DIR = folder
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(folder / "files")},
        },
    }
    return folder


@pytest.fixture
def cast(db: None):  # type: ignore[no-untyped-def]
    """Everybody of the demo in one project, and an outsider (tests/cast.py)."""
    from cast import make_cast

    return make_cast()
