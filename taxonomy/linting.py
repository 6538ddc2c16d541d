"""Runs every lint rule over a version: text rules, data rules, then L04 over the pairs they flagged."""

from collections.abc import Iterator

from taxonomy.lint import NO_DATA, LintData, LintResult, Thresholds, bounded, in_order
from taxonomy.lint_data import data_results
from taxonomy.lint_text import text_results
from taxonomy.tree import TaxonomyTree

_PAIR_RULES = ("L01", "L02", "L03")


def lint(tree: TaxonomyTree, data: LintData = NO_DATA, settings: Thresholds | None = None) -> tuple[LintResult, ...]:
    """Every result, errors first. Without data only the text rules speak."""
    settings = settings or Thresholds()
    results = text_results(tree, settings) + data_results(tree, data, settings)
    return in_order([*results, *_without_boundary(tree, results)])


def _without_boundary(tree: TaxonomyTree, results: list[LintResult]) -> Iterator[LintResult]:
    """L04: a pair flagged by L01 to L03 with neither `use` nor a shared exclusion group."""
    flagged = [result for result in results if result.rule in _PAIR_RULES and result.level != "I"]
    by_pair: dict[tuple[str, str], set[str]] = {}
    for result in flagged:
        one, other = sorted(result.concepts)
        by_pair.setdefault((one, other), set()).add(result.rule)
    for (one, other), rules in sorted(by_pair.items()):
        if not bounded(tree, one, other):
            first, second = tree.defect(one).code, tree.defect(other).code
            yield LintResult(
                rule="L04",
                level="E",
                concepts=(one, other),
                message=f"{first} and {second} overlap ({', '.join(sorted(rules))}) without a boundary.",
                fix=f"Add to one of them: do not annotate when ..., use the other ({first} or {second}).",
                numerator=0,
                denominator=1,
            )
