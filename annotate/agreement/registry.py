"""The registry of agreement statistics: what each needs, how it is computed, its standard error."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import combinations

import numpy as np

from annotate.agreement import krippendorff_alpha, many_raters, standard_errors, two_raters
from annotate.agreement.ratings import Ratings
from annotate.agreement.result import FloatArray, Status
from annotate.agreement.weights import identity_weights, linear_weights, quadratic_weights

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
    """Describing agreement stays defined on one item and without variation; correcting for chance does not."""

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
    kappas = np.stack([two_raters.cohen_kappa(two_raters.cross_tables(ratings, draws, a, b), w) for a, b in pairs])
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
        Statistic(name="randolph_free_marginal_kappa", method="Randolph, pe = 1/q", evaluate=free, se=free_se),
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
    row.name: row for row in [*_of_many_raters(), *_of_two_raters(), *_of_binary_scales(), *(_alpha(m) for m in SCALES)]
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


def custom_statistic(w: FloatArray, coefficient: str) -> Statistic:
    """The coefficient with custom agreement weights w (q, q)."""
    many = {
        "fleiss": (many_raters.fleiss_kappa, standard_errors.fleiss_kappa_se),
        "gwet": (many_raters.gwet_ac, standard_errors.gwet_ac_se),
        "brennan_prediger": (many_raters.brennan_prediger, standard_errors.brennan_prediger_se),
        "conger": (many_raters.conger_kappa, standard_errors.conger_kappa_se),
    }
    if coefficient == "cohen":
        return Statistic(
            name="cohen_kappa_weighted",
            method="Cohen's kappa, custom weights",
            evaluate=_cohen(lambda q: w),
            se=partial(_pair_se, w=lambda q: w),
            needs=Needs.TWO,
        )
    function, se = many[coefficient]
    return Statistic(
        name=f"{coefficient}_weighted",
        method=f"{coefficient}, custom weights",
        evaluate=_many(function, lambda q: w),
        se=_many_se(se, lambda q: w),
    )
