"""A draft and what it changes, as documents for reading."""

from typing import Any

from taxonomy.document import Document
from taxonomy.drafts import Review
from taxonomy.explanation import violations_of
from taxonomy.lint import LintResult
from taxonomy.operations import operation_document
from taxonomy.presentation import diff_content, reference
from taxonomy.tree import TaxonomyTree
from taxonomy.violation import Violation


def placed(violation: Violation) -> dict[str, Any]:
    """A violation of a document that has no lines."""
    return {"pointer": violation.path, "code": violation.code, "message": violation.message}


def result_document(result: LintResult) -> Document:
    """One result of the lint with its counts and what would mend it."""
    return {
        "rule": result.rule,
        "level": result.level,
        "concepts": list(result.concepts),
        "message": result.message,
        "fix": result.fix,
        "numerator": result.numerator,
        "denominator": result.denominator,
    }


def lint_content(results: tuple[LintResult, ...], tree: TaxonomyTree) -> list[dict[str, Any]]:
    """The results with the names of the concepts they speak of."""
    return [
        {**result_document(one), "concepts": [reference(tree, concept) for concept in one.concepts]} for one in results
    ]


def review_content(found: Review) -> dict[str, Any]:
    """Every change with the operations that explain it, what nothing explains, and what explains nothing."""
    explanation = found.explanation
    difference = diff_content(explanation.diff, found.old, found.new, found.migration)
    claimed = found.explained_by
    changes = [
        {**shown, "explained_by": list(claimed.get(change, ()))}
        for change, shown in zip(explanation.diff.changes, difference["changes"], strict=True)
    ]
    return {
        "from_version": found.old.version,
        "number": found.new.version,
        "least": found.least,
        "is_empty": found.is_empty,
        "changes": changes,
        "notes": difference["notes"],
        "operations": [operation_document(one) for one in found.migration.operations],
        "unexplained": len(explanation.unexplained),
        "idle": [one.id for one in explanation.idle],
        "problems": [placed(one) for one in violations_of(explanation, found.migration)],
        "proposals": [
            {
                "operation": one.operation,
                "question": one.question,
                "options": list(one.options),
                "similar_to": one.similar_to,
                "similarity": one.similarity,
            }
            for one in found.proposals
        ],
    }
