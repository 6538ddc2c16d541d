"""Lint rules that need only the taxonomy: L03, L07 to L14, L19 to L21."""

import re
from collections.abc import Callable, Iterator

import numpy as np

from taxonomy.diff import words
from taxonomy.likeness import cosines, piece_terms, word_terms
from taxonomy.lint import LintResult, Thresholds
from taxonomy.rules_references import EXAMPLE_KINDS
from taxonomy.tree import Defect, Example, TaxonomyTree
from taxonomy.validation import validate_tree

Rule = Callable[[TaxonomyTree, Thresholds], Iterator[LintResult]]

_GLOSSARY = re.compile(
    r"normal size|first glance|within about|about (one|five|1|5) seconds?|about 1000|at least 200%"
    r"|more than about|enlarged|when the eye reaches it|too (many|few)",
    re.I,
)
_HEDGES = re.compile(
    r"\b(etc|and so on|some|somewhat|sometimes|often|usually|normally|generally|mostly|typically|rather|quite"
    r"|fairly|relatively|appropriate|inappropriate|suitable|adequate|acceptable|unacceptable|reasonable|good|bad"
    r"|nice|ugly|poor|clearly|obviously|obvious|too|slight|slightly|significant|significantly|noticeably|several"
    r"|various|possibly|perhaps|maybe|probably|might|strange|weird|odd|unnatural|unrealistic)\b",
    re.I,
)
_CAUSES = re.compile(
    r"\b(because (of )?(the|a|its) (model|generator|sampler|ai|network|training|upscaler|vae|lora)"
    r"|the (artist|author|creator|user|designer|model|generator|ai)"
    r" ((want|mean|intend|tri|try|think|fail|forg)\w*|meant|thought|did not understand)"
    r"|hallucinat\w*|caused by|due to (the|a) (model|sampler|training|upscaler|vae|lora)"
    r"|unintended|by mistake|accidentally|on purpose|deliberately)\b",
    re.I,
)
_ELSEWHERE = frozenset(
    {
        *("examples-missing", "example-level", "example-verdict", "catch-all", "level-without-rule"),
        *("penalty-order", "context-missing", "wording", "too-many"),
    }
)
"""Broken rules that a lint rule of its own reports, with its own level."""


def _named(tree: TaxonomyTree) -> list[Defect]:
    return [defect for defect in tree.active_defects if not defect.catch_all]


def text_results(tree: TaxonomyTree, settings: Thresholds) -> list[LintResult]:
    """Results of every text rule but L04, which also needs the pairs that data flag."""
    return [result for rule in _RULES for result in rule(tree, settings)]


def _alike(tree: TaxonomyTree, settings: Thresholds) -> Iterator[LintResult]:
    """L03: name, definition and inclusion criteria of two defects use the same words."""
    named = _named(tree)
    texts = [" ".join([d.name, d.definition, *d.annotate_when]) for d in named]
    by_words = cosines([word_terms(text) for text in texts])
    by_pieces = cosines([piece_terms(text) for text in texts])
    pairs = [(i, j) for i in range(len(named)) for j in range(i + 1, len(named))]
    top = int(len(pairs) * settings.alike_top)
    strength = [max(by_words[p] / settings.alike_words, by_pieces[p] / settings.alike_pieces) for p in pairs]
    for rank, place in enumerate(np.argsort(np.negative(strength), kind="stable")):
        first, second = pairs[int(place)]
        flagged = strength[int(place)] >= 1
        if not flagged and rank >= top:
            return
        one, other = named[first], named[second]
        word, piece = float(by_words[first, second]), float(by_pieces[first, second])
        yield LintResult(
            rule="L03",
            level="W" if flagged else "I",
            concepts=(one.id, other.id),
            message=f"{one.code} and {other.code} are worded alike: words {word:.2f}, parts {piece:.2f}.",
            fix="Word what tells the two apart, or merge them.",
            numerator=round(word, 4),
            denominator=1,
        )


def _catch_alls(tree: TaxonomyTree, settings: Thresholds) -> Iterator[LintResult]:
    """L07: every dimension has a catch-all, and it demands a comment."""
    for dimension in tree.dimensions:
        others = [d for d in dimension.defects if d.catch_all and d.status == "active"]
        if len(others) != 1:
            yield LintResult(
                rule="L07",
                level="E",
                concepts=(dimension.id,),
                message=f"{dimension.name} has {len(others)} catch-alls; one is needed to be exhaustive.",
                fix=f"Add a defect {dimension.code}O that takes what no named defect covers.",
                numerator=len(others),
                denominator=1,
            )
        for other in others:
            if not other.comment_required:
                yield LintResult(
                    rule="L07",
                    level="E",
                    concepts=(other.id,),
                    message=f"The catch-all {other.code} does not demand a comment.",
                    fix="Set comment_required: new defects are found in these comments.",
                )


def _examples(tree: TaxonomyTree, settings: Thresholds) -> Iterator[LintResult]:
    """L08 and L09: positive with region, borderline with verdict, clean counterpart; and their pictures."""
    for defect in _named(tree):
        positive, negative, borderline = (_of_kind(defect, kind) for kind in EXAMPLE_KINDS)
        pictured = [example for example in positive if example.asset]
        if defect.scope.level == "region":
            placed = [example for example in pictured if example.region]
        else:
            placed = pictured
        decided = [e for e in borderline if e.asset and (e.verdict or e.severity)]
        lacks = []
        if not placed:
            lacks.append(_lack("positive", positive, pictured, "with its region"))
        if not decided:
            lacks.append(_lack("borderline", borderline, decided, "with what to do"))
        if lacks:
            yield LintResult(
                rule="L08",
                level="W",
                concepts=(defect.id,),
                message=f"{defect.code} {defect.name}: {'; '.join(lacks)}.",
                fix="Add the pictures: a rule without one is read differently by everybody.",
                numerator=2 - len(lacks),
                denominator=2,
            )
        clean = [example for example in negative if example.asset]
        if not clean:
            yield LintResult(
                rule="L09",
                level="W",
                concepts=(defect.id,),
                message=f"{defect.code} {defect.name}: {_lack('negative', negative, clean, '')}.",
                fix="Add a clean counterpart to be shown beside the positive example.",
                numerator=0,
                denominator=1,
            )


def _of_kind(defect: Defect, kind: str) -> list[Example]:
    return [example for example in defect.examples if example.kind == kind]


def _lack(kind: str, there: list[Example], pictured: list[Example], demand: str) -> str:
    if not there:
        return f"no {kind} example"
    if not pictured:
        return f"picture missing in {len(there)} {kind} example(s)"
    return f"no {kind} example {demand}"


def _rules(tree: TaxonomyTree, settings: Thresholds) -> Iterator[LintResult]:
    """L10: a rule for each level, and one that says more than the scale."""
    for defect in tree.active_defects:
        said = {rule.level: rule.rule for rule in defect.severity}
        levels = tree.scale_of(defect).levels
        missing = [level.key for level in levels if not said.get(level.key, "").strip()]
        if missing:
            yield LintResult(
                rule="L10",
                level="E",
                concepts=(defect.id,),
                message=f"{defect.code} has no rule for {', '.join(missing)}.",
                fix="Write what a picture shows on this level.",
                numerator=len(missing),
                denominator=len(levels),
            )
        same = [n.key for n in levels if words(said.get(n.key, "-")) == words(n.general_rule)]
        if same and not defect.catch_all:
            yield LintResult(
                rule="L10",
                level="W",
                concepts=(defect.id,),
                message=f"{defect.code} repeats the general rule for {', '.join(same)}.",
                fix="Write an anchor for this defect.",
                numerator=len(same),
                denominator=len(levels),
            )


def _fields(defect: Defect) -> Iterator[tuple[str, str]]:
    yield "definition", defect.definition
    yield "annotate_when", " ".join(defect.annotate_when)
    yield "do_not_annotate_when", " ".join(case.text for case in defect.do_not_annotate_when)
    for rule in defect.severity:
        yield f"rule for {rule.level}", rule.rule


def _hedges(tree: TaxonomyTree, settings: Thresholds) -> Iterator[LintResult]:
    """L11: words that two people read differently, more than the allowed number in one field."""
    for defect in tree.active_defects:
        for name, text in _fields(defect):
            found = _HEDGES.findall(_GLOSSARY.sub(" ", text))
            if len(found) > settings.hedges:
                yield LintResult(
                    rule="L11",
                    level="W",
                    concepts=(defect.id,),
                    message=f"{defect.code}, {name}: {', '.join(found)} can be read in more than one way.",
                    fix="Say what is seen, counted or measured.",
                    numerator=len(found),
                    denominator=len(words(text)),
                )


def _intents(tree: TaxonomyTree, settings: Thresholds) -> Iterator[LintResult]:
    """L12: criteria that guess at a cause or an intent."""
    for defect in tree.active_defects:
        for name, text in _fields(defect):
            if hit := _CAUSES.search(text):
                yield LintResult(
                    rule="L12",
                    level="W",
                    concepts=(defect.id,),
                    message=f"{defect.code}, {name}: {hit.group()!r} cannot be seen in a picture.",
                    fix="Move the cause to `causes`; keep what can be seen.",
                )


def _borders(tree: TaxonomyTree, settings: Thresholds) -> Iterator[LintResult]:
    """L13: no exclusion criterion, so the border is undefined."""
    for defect in tree.active_defects:
        if not defect.do_not_annotate_when:
            yield LintResult(
                rule="L13",
                level="E",
                concepts=(defect.id,),
                message=f"{defect.code} {defect.name} does not say when not to annotate.",
                fix="Add at least one case that looks like it and is not.",
                numerator=0,
                denominator=1,
            )


def _balance(tree: TaxonomyTree, settings: Thresholds) -> Iterator[LintResult]:
    """L14, the part without data: too few or too many named defects (the tree is never deeper than three)."""
    for dimension in tree.dimensions:
        named = [d for d in dimension.defects if d.status == "active" and not d.catch_all]
        if not settings.fewest <= len(named) <= settings.most:
            yield LintResult(
                rule="L14",
                level="I",
                concepts=(dimension.id,),
                message=f"{dimension.name} has {len(named)} named defects.",
                fix=f"{settings.fewest} to {settings.most} can be kept in mind; split or join dimensions.",
                numerator=len(named),
                denominator=settings.most,
            )


def _weights(tree: TaxonomyTree, settings: Thresholds) -> Iterator[LintResult]:
    """L19: penalties that fall as harm rises; mild faults that add up to a critical one."""
    mild, worst = 0.0, 0.0
    for defect in tree.active_defects:
        levels = sorted(tree.scale_of(defect).levels, key=lambda level: level.rank)
        said = {rule.level: rule.penalty for rule in defect.severity}
        points = [said[level.key] for level in levels if level.key in said]
        if points != sorted(points):
            yield LintResult(
                rule="L19",
                level="E",
                concepts=(defect.id,),
                message=f"{defect.code}: the penalties {points} do not rise with harm.",
                fix="A worse level never costs less.",
            )
        if len(points) > 1:
            mild, worst = mild + points[0], max(worst, points[-1])
    if mild >= worst > 0:
        yield LintResult(
            rule="L19",
            level="I",
            concepts=(),
            message=f"All mildest levels together cost {mild:g} points, the worst single one {worst:g}.",
            fix="Watch the trend score of pictures with many small faults; the verdict is not touched.",
            numerator=mild,
            denominator=worst,
        )


def _contexts(tree: TaxonomyTree, settings: Thresholds) -> Iterator[LintResult]:
    """L20: fulfilment of a prompt cannot be judged without it."""
    for defect in _named(tree):
        if defect.quality == "prompt-fulfilment" and not defect.context:
            yield LintResult(
                rule="L20",
                level="E",
                concepts=(defect.id,),
                message=f"{defect.code} {defect.name} asks about the prompt, but needs no context.",
                fix="Set context: [prompt].",
            )


def _structure(tree: TaxonomyTree, settings: Thresholds) -> Iterator[LintResult]:
    """L21: broken references, ids or codes used twice, and what else makes the file unsound."""
    for violation in validate_tree(tree):
        if violation.code not in _ELSEWHERE:
            yield LintResult(
                rule="L21",
                level="E",
                concepts=(),
                message=f"{violation.path}: {violation.message}",
                fix="Correct the reference, id, code or level.",
            )


_RULES: tuple[Rule, ...] = (
    _alike,
    _catch_alls,
    _examples,
    _rules,
    _hedges,
    _intents,
    _borders,
    _balance,
    _weights,
    _contexts,
    _structure,
)
