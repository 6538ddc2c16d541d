"""A data directory for a database cluster of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def data_folder() -> Iterator[Path]:
    """Not below pytest's own folder: started by root, PostgreSQL runs as another user, who may not pass there."""
    folder = Path(tempfile.mkdtemp(prefix="touchstone-faults-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
