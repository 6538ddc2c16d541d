"""Is this a sound taxonomy? Schema first, then the rules that no schema can say.

All rules are those of the README beside the taxonomy files. A result is a list of violations, each with
the JSON pointer, the line where there is a text, and what to do.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from taxonomy.document import Document, from_document, to_document
from taxonomy.reading import Format, format_of, parse
from taxonomy.rules_references import broken_cycles, broken_examples, broken_references
from taxonomy.rules_scales import broken_roles, broken_scales, broken_severities
from taxonomy.rules_structure import (
    Broken,
    broken_codes,
    broken_dimensions,
    broken_ids,
    broken_languages,
    broken_versions,
)
from taxonomy.rules_text import broken_texts, broken_wording
from taxonomy.schema import line_of, schema_violations
from taxonomy.tree import TaxonomyTree
from taxonomy.violation import FileRefused, Violation

DRAFT_MAY = frozenset(
    {
        "catch-all",
        "too-many",
        "examples-missing",
        "example-level",
        "example-verdict",
        "wording",
        "too-short",
        "context-missing",
    }
)
"""Codes of violations that only mean "not finished": a draft may have them, a published version not."""

_SOFT = frozenset({"fixed-value", "too-short", "too-long", "out-of-range", "twice"})
"""Violations of the schema that leave the shape whole, so that a tree can be made and shown."""

_TREE_RULES: tuple[Callable[[TaxonomyTree], Iterator[Broken]], ...] = (
    broken_ids,
    broken_codes,
    broken_dimensions,
    broken_versions,
    broken_languages,
    broken_scales,
    broken_severities,
    broken_roles,
    broken_references,
    broken_cycles,
    broken_examples,
    broken_wording,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """`tree` is there whenever the schema fits, even if other rules are broken (a draft can be shown).

    `unfinished` says of a spreadsheet, by its cells, what the draft still lacks.
    """

    tree: TaxonomyTree | None
    violations: tuple[Violation, ...]
    lines: Mapping[str, int] = field(default_factory=dict)
    unfinished: tuple[Violation, ...] = ()

    @property
    def blocking(self) -> tuple[Violation, ...]:
        """Violations that not even a draft may have."""
        return tuple(violation for violation in self.violations if violation.code not in DRAFT_MAY)


def _placed(broken: Iterable[Broken], lines: Mapping[str, int]) -> tuple[Violation, ...]:
    found = {
        Violation(path=one.path, line=line_of(lines, one.path), code=one.code, message=one.message) for one in broken
    }
    return tuple(sorted(found, key=lambda v: (v.line or 0, v.path, v.code, v.message)))


def _broken_rules(tree: TaxonomyTree) -> Iterator[Broken]:
    for rule in _TREE_RULES:
        yield from rule(tree)


def validate_document(document: Any, lines: Mapping[str, int] | None = None) -> Loaded:
    """A parsed document: schema, texts, then the cross-field rules once the schema fits."""
    lines = lines or {}
    violations = schema_violations(document, "taxonomy", lines)
    if any(violation.code not in _SOFT for violation in violations):
        return Loaded(tree=None, violations=violations + _placed(broken_texts(document), lines), lines=lines)
    tree = from_document(document)
    broken = [*broken_texts(document), *_broken_rules(tree)]
    return Loaded(tree=tree, violations=violations + _placed(broken, lines), lines=lines)


def validate_tree(tree: TaxonomyTree) -> tuple[Violation, ...]:
    """The same for a tree made in the program; there are no lines."""
    document: Document = to_document(tree)
    violations = schema_violations(document, "taxonomy", {})
    broken = list(broken_texts(document))
    if all(violation.code in _SOFT | {"missing-key"} for violation in violations):
        broken += _broken_rules(tree)
    return violations + _placed(broken, {})


def read_taxonomy(data: bytes | str, form: Format = "yaml") -> Loaded:
    """A file's text: reading, schema and rules. Never raises for bad input."""
    parsed = parse(data, form)
    if parsed.violations:
        return Loaded(tree=None, violations=parsed.violations, lines=parsed.lines)
    return validate_document(parsed.value, parsed.lines)


def load_taxonomy(data: bytes | str, name: str = "") -> TaxonomyTree:
    """The tree of a sound file, else FileRefused with every violation. `.json` names are read as JSON."""
    loaded = read_taxonomy(data, format_of(name))
    if loaded.tree is None or loaded.violations:
        raise FileRefused(loaded.violations)
    return loaded.tree
