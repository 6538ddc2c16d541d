"""The results of a campaign as one document: how often what fails, by level and generator, verdicts, trend score.

Pure. Each share stands twice: in the queue (all images labelled) and in production (the images that stand for all).
"""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np

from annotate.agreement.marks import BoolArray, Sample
from annotate.agreement.report import AskedDefect
from annotate.agreement.result import FloatArray, IntArray, Interval
from annotate.insight.rates import (
    MeanScore,
    Rate,
    associations,
    mean_score,
    most_common_failure,
    rate,
    weighted_rate,
)
from annotate.insight.settled import ABSENT, NOT_ASSESSED, OPEN, PRESENT, UNDECIDED, Settled
from taxonomy.concepts import ACTION_RANK, ACTIONS
from taxonomy.tree import TaxonomyTree

NOT_RECORDED = "not recorded"
MOST_GENERATORS = 12
Z = 1.959963984540054


def interval_document(found: Interval | None) -> list[float] | None:
    return None if found is None else [found.low, found.high]


def rate_document(found: Rate) -> dict[str, Any]:
    """{count, n, share, interval, effective_n, method}."""
    return {
        "count": found.count,
        "n": found.n,
        "share": found.share,
        "interval": interval_document(found.interval),
        "effective_n": found.effective_n,
    }


def mean_document(found: MeanScore) -> dict[str, Any]:
    return {
        "n": found.n,
        "mean": found.mean,
        "sd": found.sd,
        "interval": interval_document(found.interval),
        "method": "" if found.interval is None else found.interval.method,
    }


def generator_names(settled: Settled) -> list[str]:
    """(items) the generator of each Image, as shown."""
    return [one.generator or NOT_RECORDED for one in settled.items]


class _Counter:
    """Rates of a yes/no property over the Items where it is known, in the queue and in production."""

    def __init__(self, sample: Sample) -> None:
        self.sample = sample

    def rates(self, yes: BoolArray, known: BoolArray) -> dict[str, Any]:
        queue = rate(int((yes & known).sum()), int(known.sum()))
        return {"queue": rate_document(queue), "production": self.production(yes, known)}

    def production(self, yes: BoolArray, known: BoolArray) -> dict[str, Any] | None:
        if self.sample.keep is None:
            return None
        here = known & self.sample.keep
        if self.sample.weights is None:
            return rate_document(rate(int((yes & here).sum()), int(here.sum())))
        return rate_document(weighted_rate(yes[here].tolist(), self.sample.weights[here].tolist()))


def results_document(
    settled: Settled, sample: Sample, asked: Sequence[AskedDefect], tree: TaxonomyTree, images: int
) -> dict[str, Any]:
    """`asked` in the order of settled.concepts; `images` of the campaign in all."""
    counter = _Counter(sample)
    generators = generator_names(settled)
    shown = _most_frequent(generators, settled.known)
    defects = [_defect(settled, column, one, counter, tree) for column, one in enumerate(asked)]
    for column, one in enumerate(defects):
        one["by_generator"] = _by_group(settled.value[:, column], generators, shown)
    common = _most_common(settled, asked)
    return {
        "images": int(settled.known.sum()),
        "images_of_campaign": images,
        "basis": _basis(settled),
        "production": {
            "available": sample.keep is not None,
            "items": 0 if sample.keep is None else int((sample.keep & settled.known).sum()),
            "weighted": sample.weights is not None,
            "words": sample.words,
        },
        "sentence": common["sentence"],
        "most_common": common,
        "defects": defects,
        "dimensions": _dimensions(settled, asked, counter),
        "verdicts": _verdicts(settled, counter),
        "open_verdicts": int((settled.known & (settled.verdict == OPEN)).sum()),
        "score": _score(settled, sample, tree, generators, shown),
        "generators": _generators(settled, generators, shown),
        "associations": _associations(settled, asked, generators, shown),
    }


def _basis(settled: Settled) -> dict[str, int]:
    """Images settled by gold in full, in part, and by the majority alone; answers to concepts left undecided."""
    decided = settled.value != NOT_ASSESSED
    gold = settled.gold & decided
    every = settled.known & gold.any(axis=1) & ~(decided & ~settled.gold).any(axis=1)
    some = settled.known & gold.any(axis=1) & ~every
    alone = settled.known & ~gold.any(axis=1)
    return {
        "gold": int(every.sum()),
        "partly_gold": int(some.sum()),
        "majority": int(alone.sum()),
        "single_answer": int((alone & (settled.answers == 1)).sum()),
        "undecided": int((settled.value == UNDECIDED).sum()),
        "unusable": int(settled.unusable.sum()),
    }


def _defect(settled: Settled, column: int, asked: AskedDefect, counter: _Counter, tree: TaxonomyTree) -> dict[str, Any]:
    value, rank, gold = settled.value[:, column], settled.rank[:, column], settled.gold[:, column]
    known = value >= 0
    defect = tree.defect(asked.id)
    rates = counter.rates(value == PRESENT, known)
    rated = known & (rank >= 0)
    levels = [
        {
            "key": key,
            "name": name,
            "action": tree.action_of(defect, key),
            "count": int((rated & (rank == place)).sum()),
            "rate": rate_document(rate(int((rated & (rank == place)).sum()), int(known.sum()))),
        }
        for place, (key, name) in enumerate(asked.levels)
    ]
    return {
        "concept": asked.id,
        "code": asked.code,
        "name": asked.name,
        "dimension": asked.dimension,
        "dimension_name": asked.dimension_name,
        "kind": asked.kind,
        "veto": asked.veto,
        **rates,
        "levels": levels,
        "gold": int((known & gold).sum()),
        "majority": int((known & ~gold).sum()),
        "undecided": int((value == UNDECIDED).sum()),
        "not_assessed": int((settled.known & (value == NOT_ASSESSED)).sum()),
    }


def _by_group(value: IntArray, groups: Sequence[str], shown: Sequence[str]) -> list[dict[str, Any]]:
    names = np.array(groups, dtype=object)
    return [
        {
            "generator": name,
            "rate": rate_document(
                rate(int(((names == name) & (value == PRESENT)).sum()), int(((names == name) & (value >= 0)).sum()))
            ),
        }
        for name in shown
    ]


def _most_frequent(generators: Sequence[str], known: BoolArray) -> list[str]:
    """The generators with the most images first, at most 12."""
    count: dict[str, int] = {}
    for name, counts in zip(generators, known.tolist(), strict=True):
        if counts:
            count[name] = count.get(name, 0) + 1
    return sorted(count, key=lambda name: (-count[name], name))[:MOST_GENERATORS]


def _most_common(settled: Settled, asked: Sequence[AskedDefect]) -> dict[str, Any]:
    rates: dict[Hashable, Rate] = {
        one.id: rate(int((settled.value[:, c] == PRESENT).sum()), int((settled.value[:, c] >= 0).sum()))
        for c, one in enumerate(asked)
    }
    found = most_common_failure(rates, names={one.id: f"“{one.name}”" for one in asked}, sampling="in the queue")
    return {
        "concept": found.what,
        "close": list(found.close),
        "sentence": found.sentence,
        "rate": None if found.rate is None else rate_document(found.rate),
    }


def dimension_value(settled: Settled, columns: Sequence[int]) -> IntArray:
    """(items,) PRESENT if any of the concepts is, ABSENT if none is and none is undecided, else -1."""
    value = settled.value[:, list(columns)]
    present = (value == PRESENT).any(axis=1)
    absent = (value == ABSENT).any(axis=1) & ~(value == UNDECIDED).any(axis=1)
    return np.where(present, PRESENT, np.where(absent, ABSENT, NOT_ASSESSED))


def _dimensions(settled: Settled, asked: Sequence[AskedDefect], counter: _Counter) -> list[dict[str, Any]]:
    found = []
    for dimension, name in dict.fromkeys((one.dimension, one.dimension_name) for one in asked):
        columns = [column for column, one in enumerate(asked) if one.dimension == dimension]
        value = dimension_value(settled, columns)
        found.append({"id": dimension, "name": name, **counter.rates(value == PRESENT, value >= 0)})
    return found


def _verdicts(settled: Settled, counter: _Counter) -> list[dict[str, Any]]:
    known = settled.verdict != OPEN
    return [{"verdict": action, **counter.rates(settled.verdict == ACTION_RANK[action], known)} for action in ACTIONS]


def _score(
    settled: Settled, sample: Sample, tree: TaxonomyTree, generators: Sequence[str], shown: Sequence[str]
) -> dict[str, Any]:
    known = np.isfinite(settled.score)
    names = np.array(generators, dtype=object)
    production = None
    if sample.keep is not None:
        here = known & sample.keep
        weights = None if sample.weights is None else sample.weights[here]
        production = mean_document(weighted_mean(settled.score[here], weights))
    return {
        "base": tree.scoring.base,
        "floor": tree.scoring.floor,
        "per_defect": tree.scoring.per_defect,
        "dimension_cap": tree.scoring.dimension_cap,
        "queue": mean_document(mean_score(settled.score[known].tolist())),
        "production": production,
        "by_generator": [
            {"generator": name, **mean_document(mean_score(settled.score[known & (names == name)].tolist()))}
            for name in shown
        ],
    }


def weighted_mean(scores: FloatArray, weights: FloatArray | None) -> MeanScore:
    """Hajek mean sum w x / sum w with a linearised normal interval; the plain mean without weights."""
    if weights is None or len(scores) < 2:
        return mean_score(scores.tolist())
    mean = float((weights * scores).sum() / weights.sum())
    spread = weights * (scores - mean)
    error = float(np.sqrt((spread**2).sum()) / weights.sum())
    sd = float(np.sqrt((weights * (scores - mean) ** 2).sum() / weights.sum()))
    limits = Interval(low=mean - Z * error, high=mean + Z * error, method="weighted, linearised") if error else None
    return MeanScore(n=len(scores), mean=mean, sd=sd, interval=limits)


def _generators(settled: Settled, generators: Sequence[str], shown: Sequence[str]) -> list[dict[str, Any]]:
    """Per generator: images, share of images with a verdict worse than accept."""
    names = np.array(generators, dtype=object)
    decided = settled.verdict != OPEN
    found = []
    for name in shown:
        here = names == name
        failing = rate(int((here & decided & (settled.verdict > 0)).sum()), int((here & decided).sum()))
        images = int((here & settled.known).sum())
        found.append({"generator": name, "images": images, "failing": rate_document(failing)})
    return found


def _associations(
    settled: Settled, asked: Sequence[AskedDefect], generators: Sequence[str], shown: Sequence[str]
) -> list[dict[str, Any]]:
    """Defect by generator, Fisher's exact test, Benjamini-Hochberg over all; untested pairs are left out."""
    if len(shown) < 2:
        return []
    here = np.isin(np.array(generators, dtype=object), shown) & settled.known
    groups = [name for name, held in zip(generators, here.tolist(), strict=True) if held]
    present: dict[Hashable, Sequence[int]] = {
        one.id: np.maximum(settled.value[here, column], NOT_ASSESSED).tolist() for column, one in enumerate(asked)
    }
    return [
        {
            "concept": found.what,
            "generator": found.group,
            "inside": rate_document(found.inside),
            "outside": rate_document(found.outside),
            "odds_ratio": found.odds_ratio,
            "p_value": found.p_value,
            "adjusted_p": found.adjusted_p,
        }
        for found in associations(present, groups)
        if found.adjusted_p is not None
    ]
