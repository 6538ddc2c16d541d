"""Taxonomy and migration files in and out: YAML, JSON, canonical JSON and the content hash.

Writing is stable to the byte: `dump_yaml(parse(dump_yaml(d)).value) == dump_yaml(d)`, JSON likewise.
"""

import hashlib
import json
from typing import Any

import yaml

from taxonomy.document import FORMAT, Document, defect_document, from_document, severity_document, to_document
from taxonomy.reading import MAX_BYTES, MAX_DEPTH, Format, Parsed, format_of, parse, pointer_at
from taxonomy.tree import TaxonomyTree
from taxonomy.violation import FileRefused, Violation, pointer

__all__ = [
    "FORMAT",
    "MAX_BYTES",
    "MAX_DEPTH",
    "Document",
    "FileRefused",
    "Format",
    "Parsed",
    "Violation",
    "canonical_json",
    "content_hash",
    "defect_document",
    "dump_json",
    "dump_yaml",
    "export_tree",
    "format_of",
    "from_document",
    "parse",
    "pointer",
    "pointer_at",
    "severity_document",
    "to_document",
]

_BASE: type[yaml.SafeDumper] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_BASE):  # type: ignore[valid-type, misc]  # which of the two depends on the machine
    """Writes a value that stands twice out twice: anchors are not read back."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def dump_yaml(document: Document) -> str:
    """YAML text (UTF-8, Unix line ends), keys in the order of the document."""
    text: str = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None
    )
    return text


def dump_json(document: Document) -> str:
    """JSON text with two spaces of indent and a final line end, keys in the order of the document."""
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def export_tree(tree: TaxonomyTree, form: Format) -> str:
    document = to_document(tree)
    return dump_json(document) if form == "json" else dump_yaml(document)


def canonical_json(document: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces: equal documents give equal bytes."""
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode()


def content_hash(tree: TaxonomyTree) -> str:
    """SHA-256 (hex) of the canonical JSON without `taxonomy.status`.

    The status is the state of the version, not its content: publishing and retiring change no word, so a
    lint result stored with the hash of a draft still belongs to the version that was published from it.
    """
    document = to_document(tree)
    del document["taxonomy"]["status"]
    return hashlib.sha256(canonical_json(document)).hexdigest()
