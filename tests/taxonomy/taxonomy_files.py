"""Paths and loaded trees of the shipped taxonomy files, for the tests of this folder."""

import copy
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from taxonomy.codec import parse
from taxonomy.operations import Migration, load_migration
from taxonomy.tree import TaxonomyTree
from taxonomy.validation import load_taxonomy

FOLDER = Path(__file__).parents[2] / "fixtures" / "taxonomies"
VERSIONS = ("1.0.0", "1.1.0", "2.0.0")
TAXONOMIES = tuple(sorted(FOLDER.glob("*.yaml")))
LABELS = FOLDER / "fixtures" / "ai-image-defects-labels.yaml"


def version_path(version: str) -> Path:
    return FOLDER / f"ai-image-defects-{version}.yaml"


def migration_path(old: str, new: str) -> Path:
    return FOLDER / "migrations" / f"ai-image-defects-{old}--{new}.yaml"


@cache
def tree(version: str) -> TaxonomyTree:
    return load_taxonomy(version_path(version).read_bytes())


@cache
def trees() -> tuple[TaxonomyTree, ...]:
    return tuple(tree(version) for version in VERSIONS)


@cache
def migrations() -> tuple[Migration, ...]:
    return tuple(load_migration(migration_path(*pair).read_bytes()) for pair in pairwise(VERSIONS))


@cache
def _document(path: Path) -> Any:
    return parse(path.read_bytes()).value


def document(version: str = "2.0.0") -> Any:
    """A fresh copy, to be broken by a test."""
    return copy.deepcopy(_document(version_path(version)))


def portrait() -> Any:
    return copy.deepcopy(_document(FOLDER / "portrait-basics-1.0.0.yaml"))


def migration_text(old: str, new: str) -> Any:
    return copy.deepcopy(_document(migration_path(old, new)))


def fixture() -> Any:
    return copy.deepcopy(_document(LABELS))
