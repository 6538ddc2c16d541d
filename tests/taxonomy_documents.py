"""Shipped taxonomy versions as documents for tests outside tests/taxonomy."""

import copy
from functools import cache
from pathlib import Path
from typing import Any

from taxonomy.codec import parse

FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "taxonomies"


def version_bytes(version: str) -> bytes:
    return (FOLDER / f"ai-image-defects-{version}.yaml").read_bytes()


@cache
def _parsed(path: Path) -> Any:
    return parse(path.read_bytes()).value


def document(version: str, number: str = "") -> Any:
    """A fresh copy; `number` dates what is new by another number, as a draft of it would."""
    found = copy.deepcopy(_parsed(FOLDER / f"ai-image-defects-{version}.yaml"))
    return _dated(found, version, number) if number else found


def migration_operations(old: str, new: str) -> list[Any]:
    path = FOLDER / "migrations" / f"ai-image-defects-{old}--{new}.yaml"
    return copy.deepcopy(_parsed(path)["operations"])


def _dated(value: Any, version: str, number: str) -> Any:
    dates = ("since", "meaning_since", "in", "retired_in", "version")
    if isinstance(value, dict):
        return {
            key: number if key in dates and inner == version else _dated(inner, version, number)
            for key, inner in value.items()
        }
    return [_dated(one, version, number) for one in value] if isinstance(value, list) else value
