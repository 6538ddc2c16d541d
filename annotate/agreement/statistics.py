"""Every agreement statistic by name: when it applies, its value or the reason for none, SE and interval."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import combinations

import numpy as np
from scipy import stats

from annotate.agreement import krippendorff_alpha, many_raters, standard_errors, two_raters
from annotate.agreement.intervals import (
    DRAWS,
    Draws,
    Layout,
    Method,
    drawn_interval,
    make_draws,
    wald_interval,
)
from annotate.agreement.ratings import MISSING, Ratings, ratings_from_codes
from annotate.agreement.result import Agreement, FloatArray, Interval, Status, finite
from annotate.agreement.weights import identity_weights, linear_weights, numeric_values, quadratic_weights

SCALES = ("nominal", "ordinal", "interval", "ratio")
MOST_PAIRS_FOR_INTERVAL = 45
WEIGHTS: dict[str, Callable[[int], FloatArray]] = {
    "": identity_weights,
    "_linear": linear_weights,
    "_quadratic": quadratic_weights,
}


class Needs(StrEnum):
    """What a statistic asks of the ratings."""

    TWO = "exactly two raters"
    RATERS = "known raters"
    COUNTS = "numbers of ratings by category"


class Kind(StrEnum):
    """Describing agreement stays defined on one item and without variation; correcting for chance does not.
    """

    CHANCE_CORRECTED = "chance-corrected"
    DESCRIPTIVE = "descriptive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistic:
    """One row of the registry. `evaluate` takes ratings and weights of items (B, n) and answers (B,)."""

    name: str
    method: str
    evaluate: Callable[[Ratings, FloatArray], FloatArray]
    se: Callable[[Ratings], float] | None = None
    needs: Needs = Needs.COUNTS
    kind: Kind = Kind.CHANCE_CORRECTED
    scale: str = "nominal"
    binary: bool = False
    normal_quantile: bool = False
    undefined: Status = Status.NO_VARIATION
    package_metric: str | None = None


def _words(suffix: str) -> str:
    return f", {suffix[1:]} weights" if suffix else ""


def _pair_se(ratings: Ratings, w: Callable[[int], FloatArray]) -> float:
    p = two_raters.cross_tables(ratings, np.ones((1, ratings.items)))
    return float(two_raters.cohen_kappa_se(p, w(ratings.size), np.array([float(ratings.items_pairable)]))[0])


def _cohen(w: Callable[[int], FloatArray]) -> Callable[[Ratings, FloatArray], FloatArray]:
    return lambda r, d: two_raters.cohen_kappa(two_raters.cross_tables(r, d), w(r.size))


def _many(
    function: Callable[[Ratings, FloatArray, FloatArray], FloatArray], w: Callable[[int], FloatArray]
) -> Callable[[Ratings, FloatArray], FloatArray]:
    return lambda r, d: function(r, w(r.size), d)


def _many_se(
    function: Callable[[Ratings, FloatArray], float], w: Callable[[int], FloatArray] = identity_weights
) -> Callable[[Ratings], float]:
    return lambda r: function(r, w(r.size))


def light_kappa(ratings: Ratings, draws: FloatArray) -> FloatArray:
    """Mean of Cohen's kappas over all pairs of raters (Light 1971); pairs without one are skipped."""
    pairs = list(combinations(range(ratings.raters), 2))
    if not pairs:
        return np.full(len(draws), np.nan)
    w = identity_weights(ratings.size)
    kappas = np.stack(
        [two_raters.cohen_kappa(two_raters.cross_tables(ratings, draws, a, b), w) for a, b in pairs]
    )
    known = np.isfinite(kappas)
    return np.where(
        known.any(axis=0), np.where(known, kappas, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1), np.nan
    )


def _alpha(metric: str) -> Statistic:
    return Statistic(
        name=f"alpha_{metric}",
        method=f"Krippendorff's alpha, {metric} metric",
        evaluate=lambda r, d: krippendorff_alpha.alpha(r, metric, d),
        se=_many_se(standard_errors.alpha_se) if metric == "nominal" else None,
        scale=metric,
        package_metric=metric,
    )


def _of_two_raters() -> list[Statistic]:
    two = partial(Statistic, needs=Needs.TWO)
    cohen = [
        two(
            name=f"cohen_kappa{suffix}",
            method=f"Cohen's kappa{_words(suffix)}; SE Fleiss-Cohen-Everitt 1969",
            evaluate=_cohen(w),
            se=partial(_pair_se, w=w),
            scale="ordinal" if suffix else "nominal",
            normal_quantile=True,
        )
        for suffix, w in WEIGHTS.items()
    ]
    return [
        *cohen,
        two(
            name="scott_pi",
            method="Scott's pi",
            evaluate=lambda r, d: two_raters.scott_pi(two_raters.cross_tables(r, d), np.eye(r.size)),
            se=lambda r: standard_errors.fleiss_kappa_se(pairable_only(r), np.eye(r.size)),
        ),
        two(
            name="kappa_max",
            method="largest kappa these margins allow",
            evaluate=lambda r, d: two_raters.kappa_max(two_raters.cross_tables(r, d)),
        ),
        two(
            name="bias_index",
            method="|b - c| / n",
            evaluate=lambda r, d: two_raters.bias_index(two_raters.cross_tables(r, d)),
            kind=Kind.DESCRIPTIVE,
            binary=True,
        ),
    ]


def _of_binary_scales() -> list[Statistic]:
    binary = partial(Statistic, binary=True, kind=Kind.DESCRIPTIVE)
    return [
        binary(
            name="pabak",
            method="2 po - 1",
            evaluate=lambda r, d: 2 * many_raters.observed_agreement(r, np.eye(r.size), d) - 1,
        ),
        binary(
            name="prevalence_index",
            method="|2 prevalence - 1| over pairable items",
            evaluate=many_raters.prevalence_index,
        ),
        binary(
            name="positive_agreement",
            method="specific agreement of the positive category",
            evaluate=lambda r, d: many_raters.specific_agreement(r, r.positive, d),
            undefined=Status.NO_POSITIVE,
        ),
        binary(
            name="negative_agreement",
            method="specific agreement of the negative category",
            evaluate=lambda r, d: many_raters.specific_agreement(r, 1 - r.positive, d),
        ),
    ]


def _of_many_raters() -> list[Statistic]:
    weighted = [
        Statistic(
            name=f"{name}{suffix}",
            method=f"{words}{_words(suffix)}; SE Gwet 2008",
            evaluate=_many(function, w),
            se=_many_se(se, w),
            scale="ordinal" if suffix else "nominal",
        )
        for suffix, w in WEIGHTS.items()
        for name, words, function, se in (
            (
                "fleiss_kappa",
                "Fleiss' kappa, missing ratings allowed",
                many_raters.fleiss_kappa,
                standard_errors.fleiss_kappa_se,
            ),
            (
                "gwet_ac2" if suffix else "gwet_ac1",
                "Gwet's AC",
                many_raters.gwet_ac,
                standard_errors.gwet_ac_se,
            ),
        )
    ]
    free = _many(many_raters.brennan_prediger, identity_weights)
    free_se = _many_se(standard_errors.brennan_prediger_se)
    return [
        Statistic(
            name="percent_agreement",
            method="mean share of agreeing pairs of raters over pairable items; SE Gwet 2008",
            evaluate=_many(many_raters.observed_agreement, identity_weights),
            se=_many_se(standard_errors.percent_agreement_se),
            kind=Kind.DESCRIPTIVE,
        ),
        *weighted,
        Statistic(name="brennan_prediger", method="Brennan-Prediger, pe = 1/q", evaluate=free, se=free_se),
        Statistic(
            name="randolph_free_marginal_kappa", method="Randolph, pe = 1/q", evaluate=free, se=free_se
        ),
        Statistic(
            name="conger_kappa",
            method="Conger's exact kappa; SE by the delta method",
            evaluate=_many(many_raters.conger_kappa, identity_weights),
            se=_many_se(standard_errors.conger_kappa_se),
            needs=Needs.RATERS,
        ),
        Statistic(
            name="light_kappa",
            method="mean Cohen's kappa of the pairs",
            evaluate=light_kappa,
            needs=Needs.RATERS,
        ),
    ]


STATISTICS: dict[str, Statistic] = {
    row.name: row
    for row in [*_of_many_raters(), *_of_two_raters(), *_of_binary_scales(), *(_alpha(m) for m in SCALES)]
}


def pairable_only(ratings: Ratings) -> Ratings:
    """The items with two or more ratings, all raters and weights kept."""
    keep = ratings.pairable > 0
    return Ratings(
        categories=ratings.categories,
        counts=ratings.counts[keep],
        codes=None if ratings.codes is None else ratings.codes[keep],
        weights=ratings.weights[keep],
        rater_names=ratings.rater_names,
        positive=ratings.positive,
    )


def applies(row: Statistic, ratings: Ratings, scale: str) -> bool:
    """Whether the statistic is meaningful for these raters, categories and this scale (else it is left out).
    """
    if SCALES.index(row.scale) > SCALES.index(scale) or (row.binary and ratings.size > 2):
        return False
    if row.scale in ("interval", "ratio") and numeric_values(ratings.categories) is None:
        return False
    if row.needs is Needs.COUNTS:
        return True
    known = ratings.codes is not None
    return known and (row.needs is Needs.RATERS or ratings.raters <= 2)


def missing_reason(row: Statistic, ratings: Ratings) -> Status | None:
    """Why no value can be computed from so few ratings; None when there are enough."""
    if ratings.items == 0:
        return Status.NO_DATA
    if ratings.raters < 2:
        return Status.INSUFFICIENT_RATERS
    if ratings.items_pairable == 0:
        return Status.NO_OVERLAP
    if ratings.items_pairable == 1 and row.kind is Kind.CHANCE_CORRECTED:
        return Status.INSUFFICIENT_ITEMS
    return None


def point_value(row: Statistic, ratings: Ratings) -> float:
    """The value (weighted where items have weights), NaN where undefined. Alpha comes from `krippendorff`."""
    if row.package_metric is not None and not ratings.weighted:
        return krippendorff_alpha.package_alpha(ratings, row.package_metric)
    return float(row.evaluate(ratings, ratings.weights[None, :])[0])


def analytic_interval(row: Statistic, ratings: Ratings, value: float, se: float | None) -> Interval | None:
    """value +/- 1.96 SE for two raters, else t with n - 1 df clipped at 1; None where no proper SE is known.
    """
    if row.normal_quantile:
        return wald_interval(value, se, quantile=1.959963984540054, method="Wald, Fleiss-Cohen-Everitt SE")
    if ratings.items < 2:
        return None
    quantile = float(stats.t.ppf(0.975, ratings.items - 1))
    return wald_interval(
        value, se, quantile=quantile, method="t, Gwet SE", low=0.0 if _is_share(row) else -1.0
    )


def _is_share(row: Statistic) -> bool:
    return row.kind is Kind.DESCRIPTIVE and row.name != "pabak"


def agreement(row: Statistic, ratings: Ratings, draws: Draws | None = None) -> Agreement:
    """One statistic with status, SE and the interval of the draws (None where undefined or on a single item).
    """
    method = row.method
    status = missing_reason(row, ratings)
    value = se = None
    interval = None
    if status is None:
        value = finite(point_value(row, ratings))
        status = row.undefined if value is None else Status.OK
        if value is not None and ratings.items_pairable == 1:
            status = Status.OK_BUT_FLAG
        if value is not None and ratings.items_pairable > 1:
            se = None if row.se is None or ratings.weighted else finite(row.se(ratings))
            interval = drawn_interval(row.evaluate, draws)
    return Agreement(
        statistic=row.name,
        value=value,
        status=status,
        interval=interval,
        se=se,
        items=ratings.items_pairable,
        raters=ratings.raters,
        method=f"{method}; items weighted" if ratings.weighted else method,
    )


def draws_by_need(ratings: Ratings, method: Method, draws: int, seed: int) -> dict[Needs, Draws | None]:
    """Draws shared by all statistics with the same need; pairs of two raters use the items that both rated.
    """
    found: dict[Needs, Draws | None] = {
        Needs.COUNTS: make_draws(ratings, Layout.COUNTS, method, draws=draws, seed=seed)
    }
    if ratings.codes is not None and ratings.raters >= 2:
        found[Needs.RATERS] = make_draws(ratings, Layout.RATERS, method, draws=draws, seed=seed)
        if ratings.raters == 2:
            common = pairable_only(ratings)
            found[Needs.TWO] = make_draws(common, Layout.RATERS, method, draws=draws, seed=seed)
    return found


def agreement_statistics(
    ratings: Ratings,
    *,
    scale: str = "nominal",
    interval: Method = Method.DIRICHLET,
    draws: int = DRAWS,
    seed: int = 0,
    names: Iterable[str] | None = None,
) -> dict[str, Agreement]:
    """All statistics that apply, by name. Raises KeyError for an unknown name and ValueError for an unknown
    scale.
    """
    wanted = [STATISTICS[name] for name in (STATISTICS if names is None else names)]
    rows = [row for row in wanted if applies(row, ratings, scale)]
    shared = draws_by_need(ratings, interval, draws, seed) if rows else {}
    many = ratings.raters * (ratings.raters - 1) // 2 > MOST_PAIRS_FOR_INTERVAL
    return {
        row.name: agreement(
            row, ratings, None if many and row.needs is Needs.RATERS else shared.get(row.needs)
        )
        for row in rows
    }


def pair_of(ratings: Ratings, first: int, second: int) -> Ratings:
    """The items that both raters rated, with these two raters alone."""
    codes = ratings.codes
    assert codes is not None
    both = (codes[:, first] != MISSING) & (codes[:, second] != MISSING)
    return ratings_from_codes(
        codes[both][:, [first, second]],
        ratings.categories,
        weights=ratings.weights[both],
        rater_names=(ratings.rater_names[first], ratings.rater_names[second]),
        positive=str(ratings.categories[ratings.positive]) if ratings.categories else None,
    )


def weighted_kappa(ratings: Ratings, w: FloatArray, coefficient: str) -> Agreement:
    """`cohen`, `fleiss`, `gwet`, `brennan_prediger` or `conger` with custom agreement weights (see
    weights.py).
    """
    many = {
        "fleiss": (many_raters.fleiss_kappa, standard_errors.fleiss_kappa_se),
        "gwet": (many_raters.gwet_ac, standard_errors.gwet_ac_se),
        "brennan_prediger": (many_raters.brennan_prediger, standard_errors.brennan_prediger_se),
        "conger": (many_raters.conger_kappa, standard_errors.conger_kappa_se),
    }
    if coefficient == "cohen":
        row = Statistic(
            name="cohen_kappa_weighted",
            method="Cohen's kappa, custom weights",
            evaluate=_cohen(lambda q: w),
            se=partial(_pair_se, w=lambda q: w),
            needs=Needs.TWO,
        )
    else:
        function, se = many[coefficient]
        row = Statistic(
            name=f"{coefficient}_weighted",
            method=f"{coefficient}, custom weights",
            evaluate=_many(function, lambda q: w),
            se=_many_se(se, lambda q: w),
        )
    return agreement(row, ratings)
