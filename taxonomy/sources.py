"""What an import is given (text, bytes or a document), read strictly; refusals with path and line."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from core import errors
from taxonomy.document import Document
from taxonomy.errors import TreeInvalid
from taxonomy.explanation import Explanation, explain, violations_of
from taxonomy.operations import check_migration_document, migration_document, read_migration
from taxonomy.reading import Format
from taxonomy.sheet_reading import read_sheets, sheet_format_of
from taxonomy.tree import TaxonomyTree, semver
from taxonomy.validation import Loaded, read_taxonomy, validate_document
from taxonomy.violation import Violation

Source = str | bytes | Document
SHOWN = 500
LARGEST_PART = 10**9


def form_of(text: str | bytes) -> Format:
    """JSON begins with a brace; everything else is YAML."""
    head = text[:2000].lstrip() if isinstance(text, str) else text[:2000].removeprefix(b"\xef\xbb\xbf").lstrip()
    return "json" if head[:1] in ("{", b"{") else "yaml"


def read_source(source: Source, name: str = "") -> Loaded:
    """Reading, schema and rules. Never raises for bad input. `name` is that of the file, for a spreadsheet's title."""
    loaded = validate_document(source) if isinstance(source, dict) else _read_text(source, name)
    if loaded.tree is not None and max(semver(loaded.tree.version)) >= LARGEST_PART:
        message = "Each part of a version number has at most nine digits."
        line = loaded.lines.get("/taxonomy/version")
        found = Violation(path="/taxonomy/version", line=line, code="out-of-range", message=message)
        return replace(loaded, violations=(*loaded.violations, found))
    return loaded


def _read_text(source: str | bytes, name: str) -> Loaded:
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    if form := sheet_format_of(data):
        return read_sheets(data, form, PurePath(name).stem)
    return read_taxonomy(source, form_of(source))


def refused(violations: Iterable[Violation]) -> TreeInvalid:
    """The refusal that names every place; of more than 500 the first ones."""
    found = tuple(violations)
    count = f"{len(found)} violation{'' if len(found) == 1 else 's'}"
    first = found[0].sentence() if found else ""
    return TreeInvalid(
        f"{count}; nothing was stored. First: {first}",
        violations=tuple(
            errors.Violation(pointer=one.path, code=one.code, message=one.message, line=one.line)
            for one in found[:SHOWN]
        ),
        extensions={"violations_count": len(found)},
    )


def read_migration_for(source: Source | None, tree: TaxonomyTree, parent: TaxonomyTree | None) -> Any:
    """The document of a migration that explains what changed since `parent`; None without one. Raises TreeInvalid."""
    if source is None:
        return None
    loaded = check_migration_document(source) if isinstance(source, dict) else read_migration(source, form_of(source))
    if loaded.migration is None or loaded.violations:
        raise refused(loaded.violations)
    if parent is None:
        message = "The version before this one is not here; import it first, or leave the migration out."
        raise refused([Violation(path="/from_version", line=None, code="unknown-version", message=message)])
    explanation = _but_for_pictures(explain(parent, tree, loaded.migration, loaded.lines))
    if not explanation.ok:
        raise refused(violations_of(explanation, loaded.migration, loaded.lines))
    return migration_document(loaded.migration)


def _but_for_pictures(explanation: Explanation) -> Explanation:
    """Pictures attached at import change examples, which touches no finding and is no author's operation."""
    return replace(explanation, unexplained=tuple(one for one in explanation.unexplained if one.field != "examples"))
