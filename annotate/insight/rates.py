"""How often what fails: shares with n and interval, by group, the most common failure in one sentence,
trends.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from annotate.agreement.comparison import benjamini_hochberg
from annotate.agreement.intervals import wilson_interval
from annotate.agreement.result import FloatArray, Interval

LEVEL = 0.95
ENOUGH_FOR_T = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`count` of `n`; share and Wilson interval are None for n = 0. With weights the share is the Hajek
    estimate and the interval uses the effective n."""

    count: int
    n: int
    share: float | None
    interval: Interval | None
    effective_n: float


def rate(count: int, n: int) -> Rate:
    """The share count / n with Wilson's 95% interval. Raises ValueError unless 0 <= count <= n."""
    if not 0 <= count <= n:
        raise ValueError(f"a rate needs 0 <= count <= n, not {count} of {n}")
    share = count / n if n else None
    return Rate(count=count, n=n, share=share, interval=wilson_interval(count, n), effective_n=float(n))


def weighted_rate(present: Sequence[bool], weights: Sequence[float]) -> Rate:
    """sum w x / sum w (weights 1 / inclusion probability); Wilson's interval on n_eff = (sum w)^2 / sum w^2.

    Raises ValueError for unequal lengths or weights that are not positive and finite.
    """
    x, w = np.asarray(present, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if x.shape != w.shape or not np.isfinite(w).all() or (w <= 0).any():
        raise ValueError("weights must be positive finite numbers, one for each image")
    if len(x) == 0:
        return rate(0, 0)
    share = float((w * x).sum() / w.sum())
    size = float(w.sum() ** 2 / (w**2).sum())
    return Rate(
        count=int(x.sum()),
        n=len(x),
        share=share,
        interval=wilson_interval(share * size, size),
        effective_n=size,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRate:
    """The rate of one defect (or level, or dimension) within one group, e.g. a generator."""

    what: Hashable
    group: Hashable
    rate: Rate


def rates_by_group(
    present: Mapping[Hashable, Sequence[int]], groups: Sequence[Hashable] | None = None
) -> list[GroupRate]:
    """present[what][i]: 1, 0 or -1 (not assessed) of image i; groups[i] its group (None: one group, all
    images).

    Not assessed images are in no n. Order: as given, groups in order of appearance. Raises ValueError for
    unequal lengths.
    """
    found = []
    for what, labels in present.items():
        values = np.asarray(labels, dtype=np.int64)
        names = ["all"] * len(values) if groups is None else list(groups)
        if len(names) != len(values):
            raise ValueError(f"{what}: {len(values)} labels for {len(names)} images")
        place = {name: at for at, name in enumerate(dict.fromkeys(names))}
        where = np.array([place[name] for name in names], dtype=np.int64)
        n = np.bincount(where[values >= 0], minlength=len(place))
        count = np.bincount(where[values > 0], minlength=len(place))
        found += [GroupRate(what=what, group=name, rate=rate(int(count[at]), int(n[at]))) for name, at in place.items()]
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class MostCommon:
    """The defect with the highest share, the sentence that says so, and who cannot be told apart from it."""

    what: Hashable | None
    rate: Rate | None
    close: tuple[Hashable, ...]
    sentence: str


def most_common_failure(
    rates: Mapping[Hashable, Rate], *, names: Mapping[Hashable, str] | None = None, sampling: str
) -> MostCommon:
    """Highest share first, ties by larger n, then by order. `sampling` completes "of the images ...": say
    which.

    `close` are defects whose interval reaches the winner's lower limit: the data do not rank them surely.
    """
    words = dict(names or {})
    known = {what: found for what, found in rates.items() if found.share is not None}
    present = {what: found for what, found in known.items() if found.count > 0}
    if not present:
        n = max((found.n for found in known.values()), default=0)
        text = f"No failure was found on {n} assessed images ({sampling})." if n else "Nothing has been assessed yet."
        return MostCommon(what=None, rate=None, close=(), sentence=text)
    best = max(present, key=lambda what: (present[what].share or 0.0, present[what].n))
    top = present[best]
    assert top.share is not None
    assert top.interval is not None
    low, high = top.interval.low, top.interval.high
    close = tuple(
        what
        for what, found in present.items()
        if what != best and found.interval is not None and found.interval.high >= low
    )
    sentence = (
        f"The most common failure is {words.get(best, str(best))}: {100 * top.share:.1f}% of {top.n} images "
        f"(95% interval {100 * low:.1f} to {100 * high:.1f}%; {sampling})."
    )
    if close:
        listed = ", ".join(words.get(what, str(what)) for what in close[:3])
        more = f" and {len(close) - 3} more" if len(close) > 3 else ""
        sentence += f" Not clearly ahead of {listed}{more}."
    return MostCommon(what=best, rate=top, close=close, sentence=sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanScore:
    """Mean of a trend score with its interval and how it was made; None for n = 0, interval None for n < 2."""

    n: int
    mean: float | None
    sd: float | None
    interval: Interval | None


def mean_score(scores: Sequence[float], *, draws: int = 2000, seed: int = 0) -> MeanScore:
    """t interval from 30 scores on, below a bootstrap of the mean (2,000 draws): scores are bounded and
    skewed.

    A constant score has no estimable spread: its interval is None. Raises ValueError for a score that is not
    finite.
    """
    x: FloatArray = np.asarray(scores, dtype=np.float64)
    if not np.isfinite(x).all():
        raise ValueError("scores must be finite numbers")
    n = len(x)
    if n == 0:
        return MeanScore(n=0, mean=None, sd=None, interval=None)
    mean = float(x.mean())
    if n < 2 or np.ptp(x) == 0:
        return MeanScore(n=n, mean=mean, sd=0.0 if n > 1 else None, interval=None)
    sd = float(x.std(ddof=1))
    if n >= ENOUGH_FOR_T:
        half = float(stats.t.ppf((1 + LEVEL) / 2, n - 1)) * sd / np.sqrt(n)
        limits = Interval(low=mean - half, high=mean + half, method=f"t, {n - 1} degrees of freedom")
    else:
        drawn = np.random.default_rng(seed).choice(x, size=(draws, n)).mean(axis=1)
        low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        limits = Interval(low=float(low), high=float(high), method=f"bootstrap, {draws} draws")
    return MeanScore(n=n, mean=mean, sd=sd, interval=limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """Defect by group (e.g. generator): rate inside and outside, odds ratio, Fisher's p and the BH-adjusted
    one.

    None where the group or its complement has no assessed image, or the defect never or always occurs.
    """

    what: Hashable
    group: Hashable
    inside: Rate
    outside: Rate
    odds_ratio: float | None
    p_value: float | None
    adjusted_p: float | None


def associations(present: Mapping[Hashable, Sequence[int]], groups: Sequence[Hashable]) -> list[Association]:
    """Every defect against every group by Fisher's exact test (two-sided), Benjamini-Hochberg over all tests.

    present and groups as in `rates_by_group`. Smallest adjusted p first, untested ones last.
    """
    found = []
    table = rates_by_group(present, groups)
    for what in present:
        rows = [row for row in table if row.what == what]
        count, n = sum(row.rate.count for row in rows), sum(row.rate.n for row in rows)
        for row in rows:
            outside = rate(count - row.rate.count, n - row.rate.n)
            found.append((what, row.group, row.rate, outside, *_fisher(row.rate, outside)))
    adjusted = benjamini_hochberg([p for *_, p in found])
    answers = [
        Association(what=what, group=group, inside=inside, outside=outside, odds_ratio=odds, p_value=p, adjusted_p=q)
        for (what, group, inside, outside, odds, p), q in zip(found, adjusted, strict=True)
    ]
    return sorted(answers, key=lambda row: (row.adjusted_p is None, row.adjusted_p or 0.0))


def _fisher(inside: Rate, outside: Rate) -> tuple[float | None, float | None]:
    a, b = inside.count, inside.n - inside.count
    c, d = outside.count, outside.n - outside.count
    if min(a + b, c + d, a + c, b + d) == 0:
        return None, None
    p_value = float(stats.fisher_exact([[a, b], [c, d]])[1])
    return (a * d / (b * c) if b * c else None), min(1.0, p_value)
