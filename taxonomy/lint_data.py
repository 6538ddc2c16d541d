"""Lint rules that need counts from findings: L01, L02, L05, L06, L14 to L18, L20, L22.

The caller takes the counts from the database; nothing is judged below the sample sizes of the settings.
"""

import math
from collections.abc import Callable, Iterator, Sequence

from scipy.stats import fisher_exact

from taxonomy.likeness import clusters
from taxonomy.lint import Comment, ConceptAgreement, LintData, LintResult, PairCount, ReviewerCount, Thresholds
from taxonomy.tree import TaxonomyTree

Rule = Callable[[TaxonomyTree, LintData, Thresholds], Iterator[LintResult]]
_Z95 = 1.959963984540054


def data_results(tree: TaxonomyTree, data: LintData, settings: Thresholds) -> list[LintResult]:
    """Results of every data rule; counts of concepts that this version does not have are left out."""
    return [result for rule in _RULES for result in rule(tree, data, settings)]


def wilson(count: int, total: int) -> tuple[float, float]:
    """95% score interval of a share (Wilson 1927); (0, 1) when nothing was counted."""
    if total == 0:
        return 0.0, 1.0
    share, square = count / total, _Z95 * _Z95
    centre = share + square / (2 * total)
    spread = _Z95 * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    scale = 1 + square / total
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def held_by_benjamini_hochberg(p_values: Sequence[float], rate: float) -> list[bool]:
    """Which hypotheses are rejected at this false discovery rate (Benjamini and Hochberg 1995)."""
    ranked = sorted(range(len(p_values)), key=lambda position: p_values[position])
    last = max((n for n, at in enumerate(ranked, 1) if p_values[at] <= rate * n / len(p_values)), default=0)
    rejected = set(ranked[:last])
    return [position in rejected for position in range(len(p_values))]


def _code(tree: TaxonomyTree, concept: str) -> str:
    return tree.defect(concept).code


def _overlaps(tree: TaxonomyTree, data: LintData, settings: Thresholds) -> Iterator[LintResult]:
    """L01: siblings found together on a region far more often than chance."""
    pairs = [one for one in data.pairs if all(map(tree.has_defect, one.pair)) and one.first and one.second]
    tests = [fisher_exact(_table(one), alternative="greater") for one in pairs]
    held = held_by_benjamini_hochberg([float(test[1]) for test in tests], settings.overlap_p)
    for one, rejected in zip(pairs, held, strict=True):
        lift = one.joint * one.cases / (one.first * one.second)
        if rejected and one.joint >= settings.overlap_joint and lift >= settings.overlap_lift:
            first, second = (_code(tree, concept) for concept in one.pair)
            yield LintResult(
                rule="L01",
                level="W",
                concepts=one.pair,
                message=f"{first} and {second} are found together {lift:.1f} times as often as chance.",
                fix="Write a boundary (`use` or an exclusion group), or merge them.",
                numerator=one.joint,
                denominator=one.cases,
                images=one.images,
            )


def _table(one: PairCount) -> list[list[int]]:
    only_first, only_second = one.first - one.joint, one.second - one.joint
    return [[one.joint, only_first], [only_second, one.cases - one.joint - only_first - only_second]]


def _confusions(tree: TaxonomyTree, data: LintData, settings: Thresholds) -> Iterator[LintResult]:
    """L02: where one reviewer says a, the other says b instead."""
    shares = {(one.said, one.instead): one for one in data.swaps if one.missed}
    for one in data.swaps:
        known = tree.has_defect(one.said) and tree.has_defect(one.instead)
        if not known or one.missed < settings.confusion_cases:
            continue
        share = one.instead_count / one.missed
        if share < settings.confusion_share:
            continue
        back = shares.get((one.instead, one.said))
        reverse = f"{back.instead_count} of {back.missed}" if back else "not counted"
        said, instead = _code(tree, one.said), _code(tree, one.instead)
        yield LintResult(
            rule="L02",
            level="E" if data.major_release and share >= settings.confusion_error else "W",
            concepts=(one.said, one.instead),
            message=f"Where one says {said}, another not, {share:.0%} say {instead} (back: {reverse}).",
            fix=f"Merge {said} and {instead}, or write the boundary with `use`.",
            numerator=one.instead_count,
            denominator=one.missed,
            images=one.images,
        )


def _gaps(tree: TaxonomyTree, data: LintData, settings: Thresholds) -> Iterator[LintResult]:
    """L05 and L14: share of the catch-all, and of a single defect, among the findings of a dimension."""
    found = {one.concept: one.findings for one in data.counts}
    for dimension in tree.dimensions:
        total = sum(found.get(defect.id, 0) for defect in dimension.defects)
        for defect in dimension.defects if total else ():
            count = found.get(defect.id, 0)
            share, lower = count / total, wilson(count, total)[0]
            if (
                defect.catch_all
                and total >= settings.other_n
                and share > settings.other_share
                and lower > settings.other_lower
            ):
                yield LintResult(
                    rule="L05",
                    level="W",
                    concepts=(defect.id,),
                    message=f"{share:.0%} of the findings in {dimension.name} are {defect.code}.",
                    fix="Read their comments (L06) and name the defects that are missing.",
                    numerator=count,
                    denominator=total,
                )
            if not defect.catch_all and total >= settings.dominant_n and share > settings.dominant_share:
                yield LintResult(
                    rule="L14",
                    level="I",
                    concepts=(defect.id,),
                    message=f"{defect.code} holds {share:.0%} of the findings in {dimension.name}.",
                    fix="Ask whether it is more than one defect and should be split.",
                    numerator=count,
                    denominator=total,
                )


def _comments(tree: TaxonomyTree, data: LintData, settings: Thresholds) -> Iterator[LintResult]:
    """L06: several people describe the same thing in comments of one catch-all."""
    by_concept: dict[str, list[Comment]] = {}
    for comment in data.comments:
        if tree.has_defect(comment.concept):
            by_concept.setdefault(comment.concept, []).append(comment)
    for concept, comments in sorted(by_concept.items()):
        for group in clusters([comment.text for comment in comments], settings.comment_distance):
            members = [comments[n] for n in group]
            people = {comment.reviewer for comment in members}
            if len(members) < settings.comment_cluster or len(people) < settings.comment_people:
                continue
            yield LintResult(
                rule="L06",
                level="I",
                concepts=(concept,),
                message=f"A new defect? {len(people)} people wrote alike, as {members[0].text[:120]!r}.",
                fix=f"Add a defect carved from {_code(tree, concept)}.",
                numerator=len(members),
                denominator=len(comments),
                images=tuple(comment.image for comment in members if comment.image),
            )


def _agreement(tree: TaxonomyTree, data: LintData, settings: Thresholds) -> Iterator[LintResult]:
    """L15 to L17, one defect at a time."""
    for one in data.agreement:
        if tree.has_defect(one.concept):
            yield from _low_kappa(tree, one, data, settings)
            yield from _paradox(tree, one, settings)
            yield from _levels(tree, one, settings)


def _low_kappa(tree: TaxonomyTree, one: ConceptAgreement, data: LintData, settings: Thresholds) -> Iterator[LintResult]:
    """L15: the interval lies below the gate, or reaches below it although there is enough data."""
    if one.kappa is None or one.lower is None or one.upper is None:
        return
    below = one.upper < settings.gate
    if not below and (one.lower >= settings.gate or one.positives < settings.enough):
        return
    where = "lies below" if below else "reaches below"
    yield LintResult(
        rule="L15",
        level="E" if data.for_gold else "W",
        concepts=(one.concept,),
        message=f"{_code(tree, one.concept)}: kappa {one.kappa:.2f} ({one.lower:.2f} to {one.upper:.2f}) "
        f"{where} the gate {settings.gate:.2f} with {one.positives} positive items.",
        fix="Sharpen the definition or replace it." if below else "Label more, or sharpen the definition.",
        numerator=one.positives,
        denominator=sum(one.table),
    )


def _paradox(tree: TaxonomyTree, one: ConceptAgreement, settings: Thresholds) -> Iterator[LintResult]:
    """L16: nearly all agree, the defect is rare, and kappa is low for that reason alone."""
    both, first, second, neither = one.table
    total = sum(one.table)
    if not total or one.kappa is None:
        return
    raw, prevalence = (both + neither) / total, (2 * both + first + second) / (2 * total)
    rare = prevalence < settings.paradox_prevalence
    if raw < settings.paradox_agreement or one.kappa >= settings.paradox_kappa or not rare:
        return
    found = 2 * both + first + second
    positive = f"{2 * both / found:.2f}" if found else "undefined"
    ac1 = "not computed" if one.ac1 is None else f"{one.ac1:.2f}"
    yield LintResult(
        rule="L16",
        level="I",
        concepts=(one.concept,),
        message=f"{_code(tree, one.concept)}: {raw:.0%} agree, kappa {one.kappa:.2f} at a prevalence of "
        f"{prevalence:.1%}; positive agreement {positive}, Gwet's AC1 {ac1}.",
        fix="Judge it on a sample enriched with positive items.",
        numerator=both + neither,
        denominator=total,
    )


def _levels(tree: TaxonomyTree, one: ConceptAgreement, settings: Thresholds) -> Iterator[LintResult]:
    """L17: reviewers who both see the defect do not agree on its level."""
    if one.graded < settings.enough:
        return
    code = _code(tree, one.concept)
    if one.severity_kappa is not None and one.severity_kappa < settings.gate:
        yield LintResult(
            rule="L17",
            level="W",
            concepts=(one.concept,),
            message=f"{code}: weighted kappa of the level is {one.severity_kappa:.2f}.",
            fix="Sharpen the rules of the levels.",
            numerator=one.graded,
            denominator=sum(one.table),
        )
    swapped = sum(one.swaps.values())
    ranks = {level.key: level.rank for level in tree.scale_of(tree.defect(one.concept)).levels}
    for (low, high), count in sorted(one.swaps.items()):
        adjacent = low in ranks and high in ranks and abs(ranks[low] - ranks[high]) == 1
        if adjacent and count / one.graded > settings.swap_share:
            yield LintResult(
                rule="L17",
                level="W",
                concepts=(one.concept,),
                message=f"{code}: {low} and {high} are swapped on {count / one.graded:.0%} of the items.",
                fix="Merge the two levels or sharpen their rules.",
                numerator=count,
                denominator=max(one.graded, swapped),
            )


def _unused(tree: TaxonomyTree, data: LintData, settings: Thresholds) -> Iterator[LintResult]:
    """L18 and L20: never found on many images (rule of three: rate below 3/n); asked without context."""
    for one in data.counts:
        if not tree.has_defect(one.concept):
            continue
        defect = tree.defect(one.concept)
        active = defect.status == "active" and not defect.veto
        if active and one.findings == 0 and one.assessed >= settings.unused_items:
            yield LintResult(
                rule="L18",
                level="I",
                concepts=(one.concept,),
                message=f"{defect.code} was never found on {one.assessed} images; its rate is below "
                f"{3 / one.assessed:.1%}.",
                fix="Deprecate it if nobody needs it.",
                numerator=0,
                denominator=one.assessed,
            )
        if one.without_context:
            yield LintResult(
                rule="L20",
                level="E",
                concepts=(one.concept,),
                message=f"{defect.code} was asked on {one.without_context} images without its context.",
                fix=f"Attach {', '.join(defect.context) or 'the context'} to the images or do not ask it.",
                numerator=one.without_context,
                denominator=max(one.assessed, one.without_context),
            )


def _reviewers(tree: TaxonomyTree, data: LintData, settings: Thresholds) -> Iterator[LintResult]:
    """L22: one reviewer's rate is far from that of the others (z of two shares, pooled)."""
    for one in data.reviewers:
        others = [o for o in data.reviewers if o.concept == one.concept and o.reviewer != one.reviewer]
        found, assessed = sum(o.found for o in others), sum(o.assessed for o in others)
        if not tree.has_defect(one.concept) or one.assessed < settings.reviewer_n or not assessed:
            continue
        pooled = (one.found + found) / (one.assessed + assessed)
        error = math.sqrt(pooled * (1 - pooled) * (1 / one.assessed + 1 / assessed))
        z = (one.found / one.assessed - found / assessed) / error if error else 0.0
        if abs(z) > settings.reviewer_z:
            yield LintResult(
                rule="L22",
                level="I",
                concepts=(one.concept,),
                message=f"{one.reviewer} finds {_code(tree, one.concept)} on {_share(one)} of the images, "
                f"the others on {found / assessed:.0%} (z {z:.1f}).",
                fix="Talk it over with this reviewer; it is training, not taxonomy.",
                numerator=one.found,
                denominator=one.assessed,
            )


def _share(one: ReviewerCount) -> str:
    return f"{one.found / one.assessed:.0%}"


_RULES: tuple[Rule, ...] = (_overlaps, _confusions, _gaps, _comments, _agreement, _unused, _reviewers)
