"""Findings in a file, by the version they were made under: the input of `taxonomy migrate`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from taxonomy.carrying import Label
from taxonomy.document import Document
from taxonomy.reading import Format, parse
from taxonomy.rules_structure import Broken
from taxonomy.schema import line_of, schema_violations
from taxonomy.tree import TaxonomyTree
from taxonomy.violation import FileRefused, Violation, pointer


def read_labels(
    data: bytes | str, trees: Sequence[TaxonomyTree], form: Format = "yaml"
) -> Mapping[str, tuple[Label, ...]]:
    """Findings by version, each checked against its version; FileRefused with every violation otherwise."""
    parsed = parse(data, form)
    if parsed.violations:
        raise FileRefused(parsed.violations)
    violations = schema_violations(parsed.value, "labels", parsed.lines)
    if not violations:
        violations = tuple(
            Violation(path=one.path, line=line_of(parsed.lines, one.path), code=one.code, message=one.message)
            for one in _broken(parsed.value, trees)
        )
    if violations:
        raise FileRefused(violations)
    labels: Document = parsed.value["labels"]
    return {version: tuple(_label(one) for one in listed) for version, listed in labels.items()}


def _label(document: Document) -> Label:
    box = document.get("box")
    return Label(**{**document, "box": None if box is None else tuple(box)})


def _broken(document: Any, trees: Sequence[TaxonomyTree]) -> Iterator[Broken]:
    by_version = {tree.version: tree for tree in trees}
    slug = document.get("taxonomy")
    if slug is not None and slug != trees[0].slug:
        yield Broken("/taxonomy", "other-taxonomy", f"The findings are of {slug}, the versions of {trees[0].slug}.")
    seen: set[str] = set()
    for version, labels in document["labels"].items():
        here = pointer("/labels", version)
        if version not in by_version:
            given = ", ".join(by_version)
            yield Broken(here, "unknown-version", f"There is no version {version} among those given: {given}.")
            continue
        for position, label in enumerate(labels):
            yield from _broken_label(f"{here}/{position}", label, by_version[version])
            if label["id"] in seen:
                message = f"The id {label['id']!r} is used twice."
                yield Broken(f"{here}/{position}/id", "id-twice", message)
            seen.add(label["id"])


def _broken_label(path: str, label: Document, tree: TaxonomyTree) -> Iterator[Broken]:
    concept, level, sub = label["concept"], label["severity"], label.get("sub")
    if not tree.has_defect(concept):
        message = f"There is no defect {concept} in version {tree.version}."
        yield Broken(f"{path}/concept", "unknown-id", message)
        return
    if level is not None and not tree.has_level(concept, level):
        keys = ", ".join(tree.scale_of(tree.defect(concept)).keys)
        message = f"{concept} has no level {level!r} in version {tree.version}; it has {keys}."
        yield Broken(f"{path}/severity", "unknown-level", message)
    if sub is not None and tree.parent_id(sub) != concept:
        yield Broken(f"{path}/sub", "unknown-id", f"{sub} is not a sub-defect of {concept}.")
