"""The Answer as a pure value, and the rules of a Version and a Campaign that it must keep.

An Answer is what one Reviewer says of one Item; it knows no database. `answer_violations` finds everything that is
wrong at once, each with a JSON pointer into the submitted `answer`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from annotate.geometry import Region, iou
from core.errors import Violation
from core.hashing import canonical_json, sha256_of_bytes
from taxonomy.concepts import ACTION_RANK, Action, Defect
from taxonomy.tree import TaxonomyTree

Outcome = Literal["clean", "defects", "unusable"]
Absence = Literal["glance", "dimension_pass", "question"]
Confidence = Literal["sure", "unsure"]
RegionPolicy = Literal["taxonomy", "off", "optional", "required"]
OUTCOMES: tuple[Outcome, ...] = ("clean", "defects", "unusable")
ABSENCES: tuple[Absence, ...] = ("glance", "dimension_pass", "question")
CONFIDENCES: tuple[Confidence, ...] = ("sure", "unsure")
SAME_REGION_IOU = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One defect inside an Answer. `severity` is a level key of the defect's scale."""

    defect: str
    sub_defect: str | None = None
    severity: str | None = None
    region: Region | None = None
    confidence: Confidence = "sure"
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """A score given on a rating scale; `level` None says "not applicable"."""

    defect: str
    level: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One Reviewer's whole answer. What is asked, neither found nor in `not_assessed`, is stated absent."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    ratings: tuple[Rating, ...] = ()
    not_assessed: tuple[str, ...] = ()
    absence: Absence = "glance"
    verdict: Action | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """An Answer on its way: the same id with the same content is the same submission, however often it arrives."""

    submission_id: UUID
    base_revision: int
    answer: Answer
    active_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRules:
    """What an Answer to one lease must keep: the concept ids askable here, and the campaign's policy."""

    tree: TaxonomyTree
    askable: frozenset[str]
    region_policy: RegionPolicy
    asks_verdict: bool


def region_document(region: Region | None) -> dict[str, Any] | None:
    """A region as stored and sent: {"shape", "points"}."""
    if region is None:
        return None
    return {"shape": str(region.shape), "points": [list(point) for point in region.points]}


def answer_document(answer: Answer) -> dict[str, Any]:
    """The Answer as JSON, keys as in the API."""
    return {
        "outcome": answer.outcome,
        "findings": [
            {
                "defect": finding.defect,
                "sub_defect": finding.sub_defect,
                "severity": finding.severity,
                "region": region_document(finding.region),
                "confidence": finding.confidence,
                "note": finding.note,
            }
            for finding in answer.findings
        ],
        "ratings": [{"defect": rating.defect, "level": rating.level} for rating in answer.ratings],
        "not_assessed": list(answer.not_assessed),
        "absence": answer.absence,
        "verdict": answer.verdict,
        "note": answer.note,
    }


def submission_hash(submission: Submission) -> str:
    """What makes two submissions of one id the same: the answer and the revision it stands on, not the time taken."""
    content = {"base_revision": submission.base_revision, "answer": answer_document(submission.answer)}
    return sha256_of_bytes(canonical_json(content))


def verdict_of(answer: Answer, tree: TaxonomyTree) -> Action:
    """The worst action of the findings and ratings; accept where there are none. Unusable images are rejected."""
    if answer.outcome == "unusable":
        return "reject"
    actions = [tree.action_of(tree.defect(f.defect), f.severity) for f in answer.findings if f.severity]
    actions += [tree.action_of(tree.defect(r.defect), r.level) for r in answer.ratings if r.level]
    return max(actions, key=lambda action: ACTION_RANK[action], default="accept")


def derived_findings(answer: Answer, tree: TaxonomyTree, askable: frozenset[str]) -> tuple[Finding, ...]:
    """Findings that `implies` sets by itself: the target's mildest level, on the same region; never twice."""
    present = {finding.defect for finding in answer.findings}
    derived: list[Finding] = []
    waiting = list(answer.findings)
    while waiting:
        finding = waiting.pop(0)
        for target in tree.defect(finding.defect).targets("implies"):
            if target in present or target not in askable:
                continue
            present.add(target)
            mildest = tree.scale_of(tree.defect(target)).levels[0]
            added = Finding(defect=target, severity=mildest.key, region=finding.region)
            derived.append(added)
            waiting.append(added)
    return tuple(derived)


def answer_violations(answer: Answer, rules: AnswerRules) -> tuple[Violation, ...]:
    """Everything in the Answer that breaks a rule; empty when it can be stored."""
    found: list[Violation] = []
    for index, finding in enumerate(answer.findings):
        found += _finding_violations(finding, f"/answer/findings/{index}", rules)
    found += _rating_violations(answer, rules)
    for index, concept in enumerate(answer.not_assessed):
        if concept not in rules.askable:
            found.append(_at(f"/answer/not_assessed/{index}", "not-asked", f"{concept} is not asked here."))
    if not found:
        found += _whole_violations(answer, rules)
        found += _exclusion_violations(answer, rules)
        found += _requirement_violations(answer, rules)
    return tuple(found)


def _at(pointer: str, code: str, message: str) -> Violation:
    return Violation(pointer=pointer, code=code, message=message)


def _finding_violations(finding: Finding, at: str, rules: AnswerRules) -> list[Violation]:
    tree = rules.tree
    if finding.defect not in rules.askable:
        return [_at(f"{at}/defect", "not-asked", f"The defect {finding.defect!r} is not asked for this Item.")]
    defect = tree.defect(finding.defect)
    scale = tree.scale_of(defect)
    found: list[Violation] = []
    if scale.kind == "rating":
        return [_at(f"{at}/defect", "rating-scale", f"{defect.name} is rated: put its score into `ratings`.")]
    keys = scale.keys
    if finding.severity not in keys:
        found.append(_at(f"{at}/severity", "level", f"{defect.name} needs a level: one of {', '.join(keys)}."))
    if finding.sub_defect is not None and finding.sub_defect not in {sub.id for sub in defect.sub_defects}:
        found.append(_at(f"{at}/sub_defect", "sub-defect", f"{finding.sub_defect!r} is no part of {defect.name}."))
    if (defect.catch_all or defect.comment_required) and not finding.note.strip():
        found.append(_at(f"{at}/note", "note-needed", f"{defect.name} needs a note that says what it is."))
    return found + _region_violations(finding, defect, at, rules.region_policy)


def region_needed(defect: Defect, policy: RegionPolicy) -> bool:
    """Whether a finding of this defect must carry a region under the campaign's policy."""
    if defect.scope.level == "image" or policy in {"off", "optional"}:
        return False
    return True if policy == "required" else bool(defect.scope.required)


def _region_violations(finding: Finding, defect: Defect, at: str, policy: RegionPolicy) -> list[Violation]:
    if finding.region is None:
        if region_needed(defect, policy):
            return [_at(f"{at}/region", "region-needed", f"{defect.name} needs a region: draw where it is.")]
        return []
    if policy == "off":
        return [_at(f"{at}/region", "region-off", "This campaign takes no regions.")]
    shapes = defect.scope.shapes
    if defect.scope.level == "image":
        return [_at(f"{at}/region", "image-scope", f"{defect.name} is about the whole image; remove the region.")]
    if shapes and str(finding.region.shape) not in shapes:
        return [_at(f"{at}/region/shape", "shape", f"{defect.name} takes: {', '.join(shapes)}.")]
    return []


def _rating_violations(answer: Answer, rules: AnswerRules) -> list[Violation]:
    found: list[Violation] = []
    seen: set[str] = set()
    for index, rating in enumerate(answer.ratings):
        at = f"/answer/ratings/{index}"
        if rating.defect not in rules.askable:
            found.append(_at(f"{at}/defect", "not-asked", f"{rating.defect!r} is not asked for this Item."))
            continue
        scale = rules.tree.scale_of(rules.tree.defect(rating.defect))
        if scale.kind != "rating":
            found.append(_at(f"{at}/defect", "not-a-rating", f"{rating.defect} has no rating scale."))
        elif rating.level is None and not scale.allow_not_applicable:
            found.append(_at(f"{at}/level", "level", 'This scale has no "not applicable".'))
        elif rating.level is not None and rating.level not in scale.keys:
            found.append(_at(f"{at}/level", "level", f"One of {', '.join(scale.keys)}."))
        if rating.defect in seen:
            found.append(_at(f"{at}/defect", "twice", f"{rating.defect} is rated twice."))
        seen.add(rating.defect)
    return found


def _whole_violations(answer: Answer, rules: AnswerRules) -> list[Violation]:
    found: list[Violation] = []
    if answer.outcome == "defects" and not answer.findings and not answer.ratings and not answer.not_assessed:
        found.append(_at("/answer/outcome", "no-finding", "There is no finding: say clean, or add what is wrong."))
    if answer.outcome != "defects" and answer.findings:
        found.append(_at("/answer/outcome", "has-findings", f"An image with findings is not {answer.outcome}."))
    if answer.outcome == "unusable" and not answer.note.strip():
        found.append(_at("/answer/note", "note-needed", "Say why the image cannot be judged."))
    if rules.asks_verdict and answer.verdict is None:
        found.append(_at("/answer/verdict", "verdict-needed", "This campaign asks what becomes of the image."))
    both = {finding.defect for finding in answer.findings} & set(answer.not_assessed)
    found += [_at("/answer/not_assessed", "both", f"{concept} is found and not assessed at once.") for concept in both]
    if answer.outcome != "unusable" and not _not_ratable(answer, rules):
        rated = {rating.defect for rating in answer.ratings} | set(answer.not_assessed)
        found += [
            _at("/answer/ratings", "rating-missing", f"{defect.name} has no score.")
            for defect in rules.tree.active_defects
            if defect.id in rules.askable and rules.tree.scale_of(defect).kind == "rating" and defect.id not in rated
        ]
    return found


def _not_ratable(answer: Answer, rules: AnswerRules) -> bool:
    return any(rules.tree.defect(finding.defect).not_ratable for finding in answer.findings)


def same_region(first: Region | None, second: Region | None) -> bool:
    """Whether two findings lie on the same place: IoU ≥ 0.5; "no region" is a place of its own."""
    if first is None or second is None:
        return first is second
    return iou(first, second) >= SAME_REGION_IOU


def _exclusion_violations(answer: Answer, rules: AnswerRules) -> list[Violation]:
    found: list[Violation] = []
    for group in rules.tree.exclusion_groups:
        inside = [(i, f) for i, f in enumerate(answer.findings) if f.defect in group.members]
        for place, (index, finding) in enumerate(inside):
            for _, other in inside[:place]:
                apart = group.level == "per_region" and not same_region(finding.region, other.region)
                if other.defect != finding.defect and not apart:
                    names = f"{rules.tree.defect(other.defect).name} and {rules.tree.defect(finding.defect).name}"
                    where = "on one place" if group.level == "per_region" else "in one image"
                    message = f"{names} exclude each other {where}: {group.rule}"
                    found.append(_at(f"/answer/findings/{index}/defect", f"exclusion:{group.id}", message))
    return found


def _requirement_violations(answer: Answer, rules: AnswerRules) -> list[Violation]:
    present = {finding.defect for finding in answer.findings}
    return [
        _at(f"/answer/findings/{index}/defect", "requires", _requires_message(rules.tree, finding.defect, target))
        for index, finding in enumerate(answer.findings)
        for target in rules.tree.defect(finding.defect).targets("requires")
        if target not in present and target in rules.askable
    ]


def _requires_message(tree: TaxonomyTree, defect: str, target: str) -> str:
    return f"{tree.defect(defect).name} counts only where {tree.defect(target).name} is found too."


def missing_context(
    tree: TaxonomyTree, asked: Sequence[str], present: Mapping[str, bool]
) -> tuple[tuple[str, str], ...]:
    """(concept, missing kind) of every asked defect whose context is not there. `present`: kind → is it there."""
    gaps: list[tuple[str, str]] = []
    for concept in asked:
        missing = next((kind for kind in tree.defect(concept).context if not present.get(kind, False)), None)
        if missing is not None:
            gaps.append((concept, missing))
    return tuple(gaps)
