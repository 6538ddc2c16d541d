"""Agreement statistics of one set of ratings: value or the reason for none, SE, interval; by name."""

from collections.abc import Iterable

from scipy import stats

from annotate.agreement import krippendorff_alpha
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
from annotate.agreement.registry import (
    MOST_PAIRS_FOR_INTERVAL,
    SCALES,
    STATISTICS,
    Kind,
    Needs,
    Statistic,
    custom_statistic,
    pairable_only,
)
from annotate.agreement.result import Agreement, FloatArray, Interval, Status, finite
from annotate.agreement.weights import numeric_values


def applies(row: Statistic, ratings: Ratings, scale: str) -> bool:
    """Whether the statistic is meaningful for these raters, categories and this scale (else it is left out)."""
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
    """value +/- 1.96 SE for two raters, else t with n - 1 df clipped at 1; None where no proper SE is known."""
    if row.normal_quantile:
        return wald_interval(value, se, quantile=1.959963984540054, method="Wald, Fleiss-Cohen-Everitt SE")
    if ratings.items < 2:
        return None
    quantile = float(stats.t.ppf(0.975, ratings.items - 1))
    return wald_interval(value, se, quantile=quantile, method="t, Gwet SE", low=0.0 if _is_share(row) else -1.0)


def _is_share(row: Statistic) -> bool:
    return row.kind is Kind.DESCRIPTIVE and row.name != "pabak"


def agreement(row: Statistic, ratings: Ratings, draws: Draws | None = None) -> Agreement:
    """One statistic with status, SE and the interval of the draws (None where undefined or on a single item)."""
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
    """Draws shared by all statistics with the same need; pairs of two raters use the items that both rated."""
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
        row.name: agreement(row, ratings, None if many and row.needs is Needs.RATERS else shared.get(row.needs))
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

    Raises KeyError for another coefficient.
    """
    return agreement(custom_statistic(w, coefficient), ratings)
