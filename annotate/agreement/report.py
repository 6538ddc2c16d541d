"""The report document of a campaign's agreement, put together from the statistics. Pure.

Every number carries its n and an interval, or the status that says why it has none; undefined is null.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annotate.agreement.comparison import benjamini_hochberg
from annotate.agreement.defects import DefectAgreement, defect_agreements
from annotate.agreement.gate import GATE, gate_of
from annotate.agreement.marks import (
    Frame,
    Marks,
    Sample,
    joint_items,
    level_items,
    of_items,
    pattern_counts,
    production_sample,
    swapped_items,
)
from annotate.agreement.overlap import co_occurrences, defect_confusions
from annotate.agreement.result import Agreement
from annotate.agreement.severity import SeverityAgreement, severity_agreement

FEW_ITEMS = 30  # a pair of raters with fewer common images is hatched
MOST_OVERLAPS = 60
MOST_TOLD = 3
LEVEL_DRAWS = 1000
STATISTICS = (
    "prevalence", "percent_agreement", "positive_agreement", "negative_agreement", "kappa", "alpha", "ac1", "pabak",
    "prevalence_index", "bias_index",
)  # fmt: skip
IN_PRODUCTION = ("prevalence", "percent_agreement", "positive_agreement", "kappa", "alpha", "ac1")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedDefect:
    """A concept as the report names it. `levels` (key, name) from the mildest; `kind` of its scale."""

    id: str
    code: str
    name: str
    dimension: str
    dimension_name: str
    kind: str
    veto: bool
    levels: tuple[tuple[str, str], ...]


def agreement_report(marks: Marks, frame: Frame, asked: Sequence[AskedDefect]) -> dict[str, Any]:
    """Everything that the page shows but the names around it. `asked` in the order of marks.concepts."""
    sample = production_sample(marks, frame)
    rated = [column for column, one in enumerate(asked) if one.kind == "rating"]
    binary = [column for column, one in enumerate(asked) if one.kind != "rating"]
    queue = defect_agreements(marks.item, marks.rater, marks.presence[:, binary])
    production = _production(marks, sample, binary, queue)
    defects = [
        _defect(marks, column, asked[column], queue[place], production[place] if production else None)
        for place, column in enumerate(binary)
    ]
    ratings = [_rating(marks, column, asked[column]) for column in rated]
    return {
        "sampling": _sampling(marks, frame, sample),
        "items": len(np.unique(marks.item)),
        "items_pairable": int((np.bincount(marks.item, minlength=1) >= 2).sum()),
        "answers": marks.answers,
        "raters": _raters(marks),
        "sentence": sentence_of(defects, ratings),
        "defects": defects,
        "ratings": ratings,
        "confusions": _confusions(marks, asked, binary),
        "co_occurrences": _co_occurrences(marks, asked, binary),
    }


def _raters(marks: Marks) -> list[dict[str, Any]]:
    answers = np.bincount(marks.rater, minlength=len(marks.raters))
    return [
        {"id": str(one), "pseudonym": name, "answers": int(number)}
        for one, name, number in zip(marks.raters, marks.pseudonyms, answers, strict=True)
        if number
    ]


def _sampling(marks: Marks, frame: Frame, sample: Sample) -> dict[str, Any]:
    held = 0 if sample.keep is None else int(sample.keep[np.unique(marks.item)].sum())
    return {
        "queue": {
            "items": len(np.unique(marks.item)),
            "of": frame.items,
            "words": "what reviewers met, ordered by scores" if frame.ranked else "what reviewers met",
        },
        "production": {
            "available": sample.keep is not None,
            "items": held,
            "of": frame.items,
            "weighted": sample.weights is not None,
            "words": sample.words,
        },
    }


def _production(
    marks: Marks, sample: Sample, binary: Sequence[int], queue: list[DefectAgreement]
) -> list[DefectAgreement]:
    """The same statistics on the Items that stand for all; [] where none do."""
    if sample.keep is None or marks.answers == 0:
        return []
    if sample.weights is None and sample.keep[marks.item].all():
        return queue
    held = of_items(marks, sample.keep)
    strata = np.where(marks.audit, 1, 0)
    return defect_agreements(
        held.item,
        held.rater,
        held.presence[:, list(binary)],
        weights=sample.weights,
        strata=None if sample.weights is None else strata,
    )


def statistic(found: Agreement) -> dict[str, Any]:
    """One statistic as it stands in the document."""
    return {**found.as_json(), "items": found.items, "raters": found.raters}


def _named(asked: AskedDefect) -> dict[str, Any]:
    return {
        "concept": asked.id,
        "code": asked.code,
        "name": asked.name,
        "dimension": asked.dimension,
        "dimension_name": asked.dimension_name,
        "kind": asked.kind,
        "veto": asked.veto,
    }


def _defect(
    marks: Marks, column: int, asked: AskedDefect, found: DefectAgreement, production: DefectAgreement | None
) -> dict[str, Any]:
    interval = found.kappa.interval
    gate = gate_of(
        found.kappa.value,
        interval.low if interval else None,
        interval.high if interval else None,
        positives=found.positives,
        items=found.items_pairable,
    )
    levels = severity_of(marks, column, asked) if len(asked.levels) > 1 else None
    return {
        **_named(asked),
        "items": found.items,
        "items_pairable": found.items_pairable,
        "raters": found.raters,
        "ratings": found.ratings,
        "positives": found.positives,
        "expected_positives": found.expected_positives,
        "too_few_positives": found.too_few_positives,
        "status": found.status.value,
        "counts": pattern_counts(marks, column),
        "statistics": {name: statistic(getattr(found, name)) for name in STATISTICS},
        "action": _action(marks, found),
        "gate": {"state": gate.state, "text": gate.text, "more_images": gate.more_images, "at": GATE},
        "pairs": [
            {
                "first": str(marks.raters[pair.first]),
                "second": str(marks.raters[pair.second]),
                "items": pair.items,
                "kappa": pair.kappa,
                "status": pair.status.value,
                "interval": None if pair.interval is None else [pair.interval.low, pair.interval.high],
                "few": pair.items < FEW_ITEMS,
            }
            for pair in found.pairs
        ],
        "by_rater": [
            {
                "rater": str(marks.raters[row.rater]),
                "ratings": row.ratings,
                "rate": row.rate,
                "rate_of_others": row.rate_of_others,
                "kappa_without": row.kappa_without,
            }
            for row in found.by_rater
        ],
        "severity": levels,
        "production": None if production is None else _in_production(production),
    }


def _action(marks: Marks, found: DefectAgreement) -> dict[str, Any]:
    return {
        "code": found.action.code.value,
        "text": found.action.text,
        "raters": [str(marks.raters[code]) for code in found.action.raters],
    }


def _in_production(found: DefectAgreement) -> dict[str, Any]:
    return {
        "items": found.items,
        "items_pairable": found.items_pairable,
        "effective_items": found.effective_items,
        "positives": found.positives,
        "too_few_positives": found.too_few_positives,
        "statistics": {name: statistic(getattr(found, name)) for name in IN_PRODUCTION},
    }


def severity_of(marks: Marks, column: int, asked: AskedDefect) -> dict[str, Any]:
    """Agreement on the level among raters who both marked it; on a rating scale, on the score."""
    found = severity_agreement(
        marks.item, marks.rater, marks.rank[:, column], [key for key, _ in asked.levels], draws=LEVEL_DRAWS
    )
    return _levels(marks, column, asked, found)


def _levels(marks: Marks, column: int, asked: AskedDefect, found: SeverityAgreement) -> dict[str, Any]:
    here = np.unique(marks.rater[marks.rank[:, column] >= 0])
    two = len(here) == 2
    items = level_items(marks, column, len(asked.levels)).tolist()
    return {
        "levels": [{"key": key, "name": name} for key, name in asked.levels],
        "items": found.items,
        "items_pairable": found.items_pairable,
        "raters": found.raters,
        "kappa": statistic(found.kappa),
        "alpha": statistic(found.alpha),
        "ordered": [str(marks.raters[code]) for code in here] if two else None,
        "confusion": [list(row) for row in found.confusion],
        "confusion_items": [list(row) for row in found.confusion] if two else items,
        "signed": [
            {"rater": str(marks.raters[row.rater]), "ratings": row.ratings, "mean": row.mean} for row in found.signed
        ],
        "note": found.note,
    }


def _rating(marks: Marks, column: int, asked: AskedDefect) -> dict[str, Any]:
    levels = severity_of(marks, column, asked)
    kappa, pairable = levels["kappa"], levels["items_pairable"]
    low, high = kappa["interval"] or (None, None)
    gate = gate_of(kappa["value"], low, high, positives=pairable, items=pairable)
    scores = marks.rank[:, column]
    given = [int((scores == place).sum()) for place in range(len(asked.levels))]
    return {
        **_named(asked),
        "counts": pattern_counts(marks, column),
        "scores": given,
        "gate": {"state": gate.state, "text": gate.text, "more_images": gate.more_images, "at": GATE},
        "severity": levels,
    }


def _confusions(marks: Marks, asked: Sequence[AskedDefect], binary: Sequence[int]) -> list[dict[str, Any]]:
    """The most frequent swaps, with the Items behind each."""
    found = defect_confusions(marks.item, marks.rater, marks.presence[:, list(binary)])
    return [
        {
            "chosen": asked[binary[row.chosen]].id,
            "instead": asked[binary[row.instead]].id,
            "swaps": row.swaps,
            "chances": row.chances,
            "share": row.share,
            "items": int(swapped_items(marks, binary[row.chosen], binary[row.instead]).sum()),
        }
        for row in found[:MOST_OVERLAPS]
        if row.swaps
    ]


def _co_occurrences(marks: Marks, asked: Sequence[AskedDefect], binary: Sequence[int]) -> list[dict[str, Any]]:
    found = co_occurrences(marks.item, marks.rater, marks.presence[:, list(binary)])
    adjusted = benjamini_hochberg([row.p_value for row in found])
    return [
        {
            "first": asked[binary[row.first]].id,
            "second": asked[binary[row.second]].id,
            "answers": row.answers,
            "joint": row.joint,
            "lift": row.lift,
            "phi": row.phi,
            "adjusted_p": p,
            "items": int(joint_items(marks, binary[row.first], binary[row.second]).sum()),
        }
        for row, p in list(zip(found, adjusted, strict=True))[:MOST_OVERLAPS]
        if row.joint
    ]


def sentence_of(defects: Sequence[Mapping[str, Any]], ratings: Sequence[Mapping[str, Any]]) -> str:
    """The report in short: how many lie below the gate, which is the worst, how many cannot be judged."""
    known = [(one["name"], one["statistics"]["kappa"]) for one in defects if not one["too_few_positives"]]
    known += [(one["name"], one["severity"]["kappa"]) for one in ratings]
    judged = [(name, found) for name, found in known if found["value"] is not None]
    total = len(defects) + len(ratings)
    word = "category" if ratings and not defects else "defect"
    words = "categories" if word == "category" else "defects"
    left = total - len(judged)
    if not judged:
        return f"None of the {total} {words} can be judged yet: too few images with two answers, or too few positives."
    worst, found = min(judged, key=lambda one: (one[1]["value"], one[0]))
    below = sum(value["value"] < GATE for _, value in judged)
    ends = "" if found["interval"] is None else f", {found['interval'][0]:.2f} to {found['interval'][1]:.2f}"
    if len(judged) == 1:
        text = f"“{worst}” lies {'below' if below else 'not below'} {GATE:.2f} ({found['value']:.2f}{ends})."
    else:
        verb = "lies" if below == 1 else "lie"
        first = f"{below or 'None'} of {len(judged)} {words} {verb} below {GATE:.2f}"
        text = f"{first}; “{worst}” is the weakest of them ({found['value']:.2f}{ends})."
    if left:
        text += f" {left} more cannot be judged yet: too few positives."
    return text
