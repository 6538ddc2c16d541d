"""From what is known of each waiting image to the order in which people see them, with the reasons.

A ranking mixes a strategy with a random share: audit images, drawn first and at random, carry their inclusion
probability and give unbiased rates; the rest follows the strategy. Same signals, plan and seed: same ranking.
"""

import heapq
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.triage.sampling import audit_draw

Floats: TypeAlias = npt.NDArray[np.float64]

REASONS = 3
PER_SECOND = ("risk", "margin", "entropy")  # strategies whose score can be divided by the cost of looking
TINY = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is known of one waiting image.

    `probabilities` by defect, 0..1; `thresholds` come from the plan. `outliers`: standardised distance of a
    metric from its median, by metric. `disagreement`: spread of several detectors' probabilities, 0..1.
    `embedding` [d] or None. `order`: the place in which it came. `seconds`: expected cost of looking at it.
    """

    image: str
    order: int
    probabilities: Mapping[str, float] = field(default_factory=dict)
    outliers: Mapping[str, float] = field(default_factory=dict)
    disagreement: float = 0.0
    embedding: npt.NDArray[np.float32] | None = None
    seconds: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to rank: strategy, share of the audit stream, share of random images inside the priority stream,
    weights of defects (1 where not named), decision thresholds (0.5 where not named), embeddings labelled
    so far [m, d].
    """

    strategy: str = "margin"
    audit_share: float = 0.1
    random_share: float = 0.1
    weights: Mapping[str, float] = field(default_factory=dict)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    labelled: npt.NDArray[np.float32] | None = None
    per_second: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One short cause: `code` (margin, risk, entropy, novel, outlier, disagreement, random, audit,
    first_come, no_signal), what it is about (a defect or metric, or nothing) and the value behind it.
    """

    code: str
    subject: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """One image's place: priority in 0..1, higher is sooner; its stream; why; and, for audit images, the
    probability with which it was drawn (for the others the probability of the audit draw that passed them
    by).
    """

    image: str
    priority: float
    stream: str
    reasons: tuple[Reason, ...]
    inclusion_probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scored:
    score: float
    reasons: tuple[Reason, ...]


_Strategy: TypeAlias = Callable[[Sequence[Signals], Plan, np.random.Generator], list[_Scored]]


def ranked(waiting: Sequence[Signals], plan: Plan, *, seed: int) -> tuple[Ranked, ...]:
    """All waiting images, most urgent first.

    Priorities are (n - place) / n, so they are distinct and say the order only. ValueError for an unknown
    strategy, a share outside 0..1, an image named twice, or values that are not finite.
    """
    _check(waiting, plan)
    rng = np.random.default_rng(seed)
    by_image = {one.image: one for one in waiting}
    audit = audit_draw(list(by_image), plan.audit_share, seed=int(rng.integers(2**62)))
    drawn = set(audit.images)
    rest = sorted((one for one in waiting if one.image not in drawn), key=lambda one: (one.order, one.image))
    scored = STRATEGIES[plan.strategy](rest, plan, rng)
    queue = _mixed(rest, scored, plan, rng)
    streams = _interleaved(audit.images, queue)
    total = len(streams)
    return tuple(
        Ranked(
            image=image,
            priority=(total - place) / total,
            stream=stream,
            reasons=reasons,
            inclusion_probability=audit.inclusion_probability,
        )
        for place, (image, stream, reasons) in enumerate(streams)
    )


def _check(waiting: Sequence[Signals], plan: Plan) -> None:
    if plan.strategy not in STRATEGIES:
        raise ValueError(f"There is no strategy {plan.strategy!r}; there are {', '.join(sorted(STRATEGIES))}.")
    if not 0 <= plan.random_share <= 1:
        raise ValueError(f"The random share must be from 0 to 1, not {plan.random_share}.")
    if len({one.image for one in waiting}) != len(waiting):
        raise ValueError("An image stands twice in the queue that is to be ranked.")
    for name, weight in plan.weights.items():
        if not (math.isfinite(weight) and weight >= 0):
            raise ValueError(f"The weight of {name} must be 0 or more, not {weight}.")
    for one in waiting:
        if not all(0 <= value <= 1 for value in one.probabilities.values()):
            raise ValueError(f"A probability of image {one.image} is not from 0 to 1.")
        finite = all(map(math.isfinite, (*one.outliers.values(), one.disagreement, one.seconds)))
        if not finite or one.seconds <= 0:
            raise ValueError(f"A signal of image {one.image} is not a finite number, or costs no time.")


def _mixed(
    rest: Sequence[Signals], scored: list[_Scored], plan: Plan, rng: np.random.Generator
) -> list[tuple[str, tuple[Reason, ...]]]:
    """The strategy's order with a share of random images strewn in evenly."""
    per_second = plan.per_second and plan.strategy in PER_SECOND
    gain = [one.score / (rest[place].seconds if per_second else 1.0) for place, one in enumerate(scored)]
    order = sorted(range(len(rest)), key=lambda place: (-gain[place], rest[place].order, rest[place].image))
    strewn = [] if plan.strategy in ("random", "fifo") else _drawn(len(order), plan.random_share, rng)
    chosen = set(strewn)
    steady = [place for place in order if place not in chosen]
    merged = _evenly(strewn, steady)
    why = (Reason(code="random", subject="", value=plan.random_share),)
    return [(rest[place].image, why if place in chosen else scored[place].reasons) for place in merged]


def _drawn(count: int, share: float, rng: np.random.Generator) -> list[int]:
    return [int(place) for place in rng.permutation(count)[: round(share * count)]]


def _evenly(few: list[int], many: list[int]) -> list[int]:
    """Both lists in their own order, the shorter strewn evenly through the longer."""
    keyed = [((place + 0.5) / len(few), 0, one) for place, one in enumerate(few)]
    keyed += [((place + 0.5) / len(many), 1, one) for place, one in enumerate(many)]
    return [one for _, _, one in sorted(keyed, key=lambda entry: entry[:2])]


def _interleaved(
    audit: Sequence[str], queue: Sequence[tuple[str, tuple[Reason, ...]]]
) -> list[tuple[str, str, tuple[Reason, ...]]]:
    places = _evenly(list(range(len(audit))), list(range(len(audit), len(audit) + len(queue))))
    why = (Reason(code="audit", subject="", value=len(audit) / max(len(audit) + len(queue), 1)),)
    entries: list[tuple[str, str, tuple[Reason, ...]]] = [(image, "audit", why) for image in audit]
    entries += [(image, "priority", reasons) for image, reasons in queue]
    return [entries[place] for place in places]


def _weight(plan: Plan, defect: str) -> float:
    return plan.weights.get(defect, 1.0)


def _top(parts: list[Reason]) -> tuple[Reason, ...]:
    """The strongest few with a value, or the statement that nothing is known."""
    strongest = sorted((one for one in parts if one.value > TINY), key=lambda one: (-one.value, one.subject))
    return tuple(strongest[:REASONS]) or (Reason(code="no_signal", subject="", value=0.0),)


def _extras(one: Signals) -> list[Reason]:
    """Outlying metrics (beyond 3 robust deviations, saturating at 10) and detectors that disagree."""
    parts = [
        Reason(code="outlier", subject=metric, value=min(abs(distance), 10.0) / 10)
        for metric, distance in one.outliers.items()
        if abs(distance) > 3
    ]
    if one.disagreement > 0:
        parts.append(Reason(code="disagreement", subject="", value=min(one.disagreement, 1.0)))
    return parts


def _per_defect(code: str, value: Callable[[float, float], float]) -> _Strategy:
    """A strategy whose score is the weighted sum over defects of `value(probability, threshold)`. The strongest
    outlier or disagreement adds a tenth at most, so that however many there are they only decide among near equals.
    """

    def strategy(rest: Sequence[Signals], plan: Plan, _rng: np.random.Generator) -> list[_Scored]:
        scored = []
        for one in rest:
            parts = [
                (_weight(plan, defect) * value(probability, plan.thresholds.get(defect, 0.5)), defect)
                for defect, probability in one.probabilities.items()
            ]
            extras = _extras(one)
            score = math.fsum(part[0] for part in parts) + 0.1 * max((part.value for part in extras), default=0.0)
            strongest = heapq.nsmallest(REASONS, ((-part, defect) for part, defect in parts))
            why = [Reason(code=code, subject=defect, value=-part) for part, defect in strongest]
            scored.append(_Scored(score=score, reasons=_top(why + extras)))
        return scored

    return strategy


def _margin(probability: float, threshold: float) -> float:
    """1 at the decision threshold, falling linearly to 0 at probability 0 and at 1."""
    side = threshold if probability <= threshold else 1 - threshold
    return max(0.0, 1 - abs(probability - threshold) / max(side, TINY))


def _entropy(probability: float, _threshold: float) -> float:
    """Entropy in bits of a yes or no with this probability."""
    inside = min(max(probability, TINY), 1 - TINY)
    return -(inside * math.log2(inside) + (1 - inside) * math.log2(1 - inside))


def _risk(probability: float, _threshold: float) -> float:
    return probability


def _random(rest: Sequence[Signals], _plan: Plan, rng: np.random.Generator) -> list[_Scored]:
    why = (Reason(code="random", subject="", value=1.0),)
    return [_Scored(score=float(draw), reasons=why) for draw in rng.random(len(rest))]


def _fifo(rest: Sequence[Signals], _plan: Plan, _rng: np.random.Generator) -> list[_Scored]:
    return [
        _Scored(score=-float(one.order), reasons=(Reason(code="first_come", subject="", value=float(one.order)),))
        for one in rest
    ]


def _diversity(rest: Sequence[Signals], plan: Plan, _rng: np.random.Generator) -> list[_Scored]:
    """Greedy core-set (Sener & Savarese 2018): next is always the image farthest from all labelled and
    chosen ones.

    Embeddings are standardised per dimension over the waiting images. Images without an embedding come
    last.
    """
    have = [place for place, one in enumerate(rest) if one.embedding is not None]
    scored = [_Scored(score=-1.0, reasons=(Reason(code="no_signal", subject="", value=0.0),))] * len(rest)
    points = _standardised([rest[place].embedding for place in have], plan.labelled)
    if points is None:
        return scored
    waiting, labelled = points
    nearest = _distances_to_known(waiting, labelled)
    squares = np.einsum("ij,ij->i", waiting, waiting)
    scale = float(nearest.max()) or 1.0
    for turn in range(len(have)):
        best = int(np.argmax(nearest))
        distance = float(nearest[best]) / scale
        why = (Reason(code="novel", subject="", value=round(max(distance, 0.0), 6)),)
        scored[have[best]] = _Scored(score=float(len(have) - turn), reasons=why)
        away = squares + squares[best] - 2 * (waiting @ waiting[best])
        nearest = np.minimum(nearest, np.sqrt(np.maximum(away, 0)))
        nearest[best] = -1.0
        if turn >= CORE_SET:
            _append_by_distance(scored, have, nearest, scale, turn + 1)
            break
    return scored


CORE_SET = 1000  # so many are chosen one by one; the rest is ordered by its distance to those


def _append_by_distance(scored: list[_Scored], have: list[int], nearest: Floats, scale: float, taken: int) -> None:
    for turn, place in enumerate(np.argsort(-nearest, kind="stable").tolist()):
        if nearest[place] >= 0:
            why = (Reason(code="novel", subject="", value=round(float(nearest[place]) / scale, 6)),)
            scored[have[place]] = _Scored(score=float(len(have) - taken - turn), reasons=why)


def _standardised(
    vectors: Sequence[npt.NDArray[np.float32] | None], labelled: npt.NDArray[np.float32] | None
) -> tuple[Floats, Floats] | None:
    present = [vector for vector in vectors if vector is not None]
    if not present:
        return None
    points = np.stack(present).astype(np.float64)
    mean, spread = points.mean(axis=0), points.std(axis=0)
    spread = np.where(spread < 1e-6, 1.0, spread)
    known = np.zeros((0, points.shape[1])) if labelled is None else labelled.astype(np.float64)
    return (points - mean) / spread, (known - mean) / spread


def _distances_to_known(waiting: Floats, labelled: Floats) -> Floats:
    """[n] distances to the nearest labelled point, or to the centre when nothing is labelled."""
    if not len(labelled):
        return np.asarray(np.linalg.norm(waiting, axis=1))
    nearest = np.full(len(waiting), np.inf)
    for start in range(0, len(labelled), 256):
        block = labelled[start : start + 256]
        squares = (waiting**2).sum(1)[:, None] + (block**2).sum(1)[None] - 2 * waiting @ block.T
        nearest = np.minimum(nearest, np.sqrt(np.maximum(squares.min(axis=1), 0)))
    return nearest


STRATEGIES: Mapping[str, _Strategy] = {
    "random": _random,
    "fifo": _fifo,
    "risk": _per_defect("risk", _risk),
    "margin": _per_defect("margin", _margin),
    "entropy": _per_defect("entropy", _entropy),
    "diversity": _diversity,
}
