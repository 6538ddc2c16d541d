"""Loaded by pytest before Django reads its settings (`-p` in pyproject.toml): tests have their own data directory."""

import os
from pathlib import Path

os.environ.setdefault("DATA_DIR", str(Path(__file__).resolve().parent.parent / "var" / "tests"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
