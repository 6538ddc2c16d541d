"""What the file-only subcommands of `manage.py taxonomy` answer: a JSON document and lines for people."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from taxonomy.carrying import StepResult, result_document
from taxonomy.codec import content_hash
from taxonomy.diff import Change, Diff
from taxonomy.document import Document
from taxonomy.explanation import Explanation, violations_of
from taxonomy.lint import LintResult, blocks
from taxonomy.operations import LoadedMigration, Migration
from taxonomy.proposals import propose
from taxonomy.reading import MAX_BYTES
from taxonomy.tree import TaxonomyTree
from taxonomy.violation import FileRefused, Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`ok` is False when the input is wrong (exit status 1)."""

    document: Document
    lines: tuple[str, ...]
    ok: bool = True


def read_bytes(path: Path) -> bytes:
    """The file, at most one byte more than may be read; FileRefused when it cannot be opened."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"{path} cannot be read: {reason}."
        raise FileRefused([Violation(path="", line=None, code="unreadable", message=message)]) from None


def violation_document(violation: Violation) -> Document:
    return {
        "path": violation.path,
        "line": violation.line,
        "code": violation.code,
        "message": violation.message,
    }


def refusal(name: str, violations: Sequence[Violation]) -> Report:
    """The answer to a file that cannot be used."""
    lines = [violation.sentence(name) for violation in violations]
    listed = [violation_document(violation) for violation in violations]
    return Report(
        document={"file": name, "valid": False, "violations": listed}, lines=(*lines, _count(listed)), ok=False
    )


def _count(listed: Sequence[Any]) -> str:
    return f"{len(listed)} violation{'' if len(listed) == 1 else 's'}"


def unfinished_lines(name: str, unfinished: Sequence[Violation]) -> tuple[str, ...]:
    """What a draft still lacks, one line each below how many there are."""
    if not unfinished:
        return ()
    count = f"{len(unfinished)} thing{'' if len(unfinished) == 1 else 's'}"
    return (f"{count} to be written before it can be published:", *(one.sentence(name) for one in unfinished))


def validity(name: str, tree: TaxonomyTree, unfinished: Sequence[Violation] = ()) -> Report:
    """The answer to a sound file; of a draft, with what it still lacks."""
    defects = tree.defects
    counts = {
        "dimensions": len(tree.dimensions),
        "defects": len(defects),
        "catch_alls": sum(defect.catch_all for defect in defects),
        "sub_defects": sum(len(defect.sub_defects) for defect in defects),
        "scales": len(tree.scales),
        "retired": len(tree.retired_concepts),
    }
    document = {
        "file": name,
        "valid": True,
        "violations": [],
        "slug": tree.slug,
        "version": tree.version,
        "content_hash": content_hash(tree),
        "unfinished": [violation_document(one) for one in unfinished],
        **counts,
    }
    said = ", ".join(f"{count} {what.replace('_', '-')}" for what, count in counts.items())
    line = f"{name}: {tree.slug} {tree.version} is valid: {said}"
    return Report(document=document, lines=(line, *unfinished_lines(name, unfinished)))


def change_document(change: Change) -> Document:
    return {
        "concept": change.concept,
        "subject": change.subject,
        "kind": change.kind,
        "field": change.field,
        "before": change.before,
        "after": change.after,
    }


def _change_line(change: Change) -> str:
    if change.field is None:
        return f"{change.concept} {change.subject.replace('_', ' ')} {change.kind}"
    return f"{change.concept} {change.field}: {_short(change.before)} → {_short(change.after)}"


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 70 else text[:67] + "..."


def difference(found: Diff) -> Report:
    notes = [{"path": note.path, "before": note.before, "after": note.after} for note in found.notes]
    document = {
        "from": found.from_version,
        "to": found.to_version,
        "changes": [change_document(change) for change in found.changes],
        "notes": notes,
    }
    lines = [_change_line(change) for change in found.changes]
    lines += [f"(note) {note.path}" for note in found.notes]
    return Report(document=document, lines=(*lines, f"{len(found.changes)} changes, {len(notes)} notes"))


def explanation_report(
    explanation: Explanation, loaded: LoadedMigration, old: TaxonomyTree, new: TaxonomyTree, name: str
) -> Report:
    """Whether a migration explains the difference; with proposals for what it leaves out."""
    migration = loaded.migration
    violations = violations_of(explanation, migration, loaded.lines) if migration else []
    proposals = propose(old, new, explanation.unexplained) if explanation.unexplained else ()
    document = {
        "file": name,
        "ok": explanation.ok,
        "changes": len(explanation.diff.changes),
        "explained": [
            {"concept": change.concept, "change": change.key[1], "operations": list(by)}
            for change, by in explanation.explained
        ],
        "unexplained": [change_document(change) for change in explanation.unexplained],
        "idle": [operation.id for operation in explanation.idle],
        "violations": [violation_document(violation) for violation in violations],
        "proposals": [
            {"operation": one.operation, "question": one.question, "options": list(one.options)} for one in proposals
        ],
    }
    lines = [violation.sentence(name) for violation in violations]
    lines += [
        f"proposed: {one.operation['op']} {_about(one.operation)} {one.question or ''}".rstrip() for one in proposals
    ]
    summary = (
        f"{len(explanation.diff.changes)} changes, {len(explanation.unexplained)} unexplained, "
        f"{len(explanation.idle)} idle operations, {len(explanation.problems)} other problems"
    )
    return Report(document=document, lines=(*lines, summary), ok=explanation.ok)


def _about(operation: Document) -> str:
    return str(operation.get("concept") or operation.get("group") or ", ".join(operation["concepts"]))


def misfit(explanation: Explanation, migration: Migration, loaded: LoadedMigration) -> list[Violation]:
    """Why a migration must not be run between these versions; empty when it may."""
    return [] if explanation.ok else violations_of(explanation, migration, loaded.lines)


def steps(results: Iterable[StepResult], trees: Sequence[TaxonomyTree]) -> Report:
    """One entry for each step, in the form of the fixture."""
    documents = [result_document(result, tree) for result, tree in zip(results, trees[1:], strict=True)]
    lines: list[str] = []
    for step in documents:
        counts = ", ".join(f"{count} {name}" for name, count in step["counts"].items()) or "no findings"
        lines.append(f"{step['from']} → {step['to']}: {counts}")
        lines += [f"  {_label_line(label)}" for label in step["labels"]]
    return Report(document={"steps": documents}, lines=tuple(lines))


def _label_line(label: Document) -> str:
    where = label.get("code") or ", ".join(label.get("candidates", ())) or "-"
    parts = [f"{label['id']} {label['outcome']} {where} {label.get('severity') or ''}".rstrip()]
    parts += [f"merged into {label['merged_into']}"] if "merged_into" in label else []
    parts += [f"review: {', '.join(label['review'])}"] if "review" in label else []
    parts += [f"flags: {', '.join(label['flags'])}"] if "flags" in label else []
    return "; ".join(parts)


def lint_report(results: tuple[LintResult, ...], tree: TaxonomyTree, name: str) -> Report:
    counts = Counter(result.level for result in results)
    document = {
        "file": name,
        "content_hash": content_hash(tree),
        "errors": counts["E"],
        "warnings": counts["W"],
        "information": counts["I"],
        "results": [
            {
                "rule": result.rule,
                "level": result.level,
                "concepts": list(result.concepts),
                "message": result.message,
                "numerator": result.numerator,
                "denominator": result.denominator,
                "fix": result.fix,
            }
            for result in results
        ],
    }
    lines = [f"{result.level} {result.rule} {result.message} {result.fix}" for result in results]
    summary = f"{counts['E']} errors, {counts['W']} warnings, {counts['I']} for information"
    return Report(document=document, lines=(*lines, summary), ok=not blocks(results))
