"""Intraclass correlations of numeric ratings (Shrout, Fleiss 1979)."""

import numpy as np

from annotate.agreement.ratings import MISSING, Ratings
from annotate.agreement.result import Agreement, FloatArray, Status, finite
from annotate.agreement.weights import numeric_values

FORMS = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")


def mean_squares(scores: FloatArray) -> tuple[float, float, float, float]:
    """(items, raters) complete scores to mean squares: between items, within items, between raters, residual."""
    n, k = scores.shape
    grand = scores.mean()
    between = k * ((scores.mean(axis=1) - grand) ** 2).sum()
    judges = n * ((scores.mean(axis=0) - grand) ** 2).sum()
    total = ((scores - grand) ** 2).sum()
    residual = (total - between - judges) / ((n - 1) * (k - 1))
    return between / (n - 1), (total - between) / (n * (k - 1)), judges / (k - 1), residual


def intraclass_correlations(ratings: Ratings) -> dict[str, Agreement]:
    """All six forms over the items that every rater rated (single: ICC1, 2, 3; mean of k raters: ICC1k, 2k,
    3k).

    Null with insufficient_raters (< 2), insufficient_items (< 2 complete) or undefined_no_variation. Raises
    ValueError when the categories are not numbers.
    """
    values = numeric_values(ratings.categories)
    if values is None:
        raise ValueError("intraclass correlations need numbers as categories")
    codes = ratings.codes if ratings.codes is not None else np.zeros((0, 0), dtype=np.int64)
    complete = codes[(codes != MISSING).all(axis=1)]
    n, k = complete.shape
    if k < 2 or n < 2:
        status = Status.INSUFFICIENT_RATERS if k < 2 else Status.INSUFFICIENT_ITEMS
        return {form: _answer(form, float("nan"), status, n, k) for form in FORMS}
    items, within, judges, residual = mean_squares(values[complete])
    parts = {
        "ICC1": (items - within, items + (k - 1) * within),
        "ICC2": (items - residual, items + (k - 1) * residual + k * (judges - residual) / n),
        "ICC3": (items - residual, items + (k - 1) * residual),
        "ICC1k": (items - within, items),
        "ICC2k": (items - residual, items + (judges - residual) / n),
        "ICC3k": (items - residual, items),
    }
    return {
        form: _answer(form, top / bottom if abs(bottom) > 1e-12 else float("nan"), Status.NO_VARIATION, n, k)
        for form, (top, bottom) in parts.items()
    }


def _answer(form: str, value: float, otherwise: Status, items: int, raters: int) -> Agreement:
    known = finite(value)
    return Agreement(
        statistic=form,
        value=known,
        status=otherwise if known is None else Status.OK,
        interval=None,
        se=None,
        items=items,
        raters=raters,
        method="two-way ANOVA over complete items (Shrout, Fleiss 1979)",
    )
