"""`manage.py taxonomy import`: a file into the database."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import DomainError
from taxonomy import presentation, queries, services
from taxonomy.file_reports import Report, read_bytes, refusal, unfinished_lines, violation_document
from taxonomy.violation import FileRefused, Violation


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What `import` knows beside the file."""
    parser.add_argument("--publish", action="store_true", help="freeze it at once: structural rules only, no lint")
    parser.add_argument("--assets", type=Path, metavar="DIR", help="folder with the pictures of the examples")
    parser.add_argument("--migration", type=Path, help="declared operations since the version before")


def import_file(options: Mapping[str, Any]) -> Report:
    """Takes the file in as the installation itself; a refusal says which file, where and what to do."""
    path: Path = options["file"]
    migration: Path | None = options["migration"]
    try:
        source = read_bytes(path)
        declared = read_bytes(migration) if migration else None
        done = services.take_in(
            source,
            by=None,
            publish=options["publish"],
            assets=options["assets"],
            migration=declared,
            name=path.name,
        )
    except FileRefused as error:
        return refusal(str(path), error.violations)
    except DomainError as error:
        return refusal(str(path), _violations(error))
    tree = queries.tree_of(done.version.id)
    counted = presentation.counts(tree, queries.pictures_in(tree))
    document = {
        "file": str(path),
        "slug": tree.slug,
        "version": done.version.number,
        "state": done.version.state,
        "content_hash": done.version.content_hash,
        "is_new": done.is_new,
        "unfinished": [violation_document(one) for one in done.unfinished],
        **counted,
    }
    said = "is in" if done.is_new else "was there already, unchanged"
    line = (
        f"{tree.slug} {done.version.number} {said} ({done.version.state}): {counted['defects']} defects, "
        f"{counted['examples'] - counted['pictures_missing']} of {counted['examples']} examples with a picture"
    )
    return Report(document=document, lines=(line, *unfinished_lines(str(path), done.unfinished)))


def _violations(error: DomainError) -> list[Violation]:
    if not error.violations:
        return [Violation(path="", line=None, code=error.slug, message=error.detail)]
    return [Violation(path=one.pointer, line=one.line, code=one.code, message=one.message) for one in error.violations]
