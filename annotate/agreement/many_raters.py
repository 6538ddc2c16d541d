"""Any number of raters, missing ratings allowed: Fleiss, Brennan-Prediger, Gwet, Conger, specific agreement.

`draws` (B, n) are weights of items: one row of ones for the plain value, 1 / inclusion probability for a
weighted one, resampled or Dirichlet weights for intervals. Each function answers (B,). NaN marks undefined
inside this package.
"""

import numpy as np

from annotate.agreement.ratings import Ratings
from annotate.agreement.result import FloatArray, ratio


def item_agreement(ratings: Ratings, w: FloatArray) -> FloatArray:
    """pa_i = sum_k n_ik (sum_l w_kl n_il - 1) / (r_i (r_i - 1)), 0 where r_i < 2."""
    r = ratings.per_item
    agreeing = (ratings.counts * (ratings.counts @ w.T - 1.0)).sum(axis=1)
    return np.asarray(np.where(r >= 2, agreeing / np.maximum(r * (r - 1), 1.0), 0.0))


def shares(ratings: Ratings) -> FloatArray:
    """pi_ik = n_ik / r_i (n, q)."""
    return np.asarray(ratings.counts / np.maximum(ratings.per_item, 1.0)[:, None])


def prevalence(ratings: Ratings, draws: FloatArray) -> FloatArray:
    """pi_k (B, q): weighted mean of the items' shares over all rated items."""
    return ratio(draws @ shares(ratings), draws.sum(axis=1, keepdims=True))


def observed_agreement(ratings: Ratings, w: FloatArray, draws: FloatArray) -> FloatArray:
    """pa: weighted mean of pa_i over items with two or more ratings; NaN without any."""
    return ratio(draws @ item_agreement(ratings, w), draws @ ratings.pairable)


def chance_corrected(observed: FloatArray, expected: FloatArray) -> FloatArray:
    """(pa - pe) / (1 - pe); NaN where pe = 1."""
    return ratio(observed - expected, 1.0 - expected)


def fleiss_expected(pi: FloatArray, w: FloatArray) -> FloatArray:
    """sum w_kl pi_k pi_l."""
    return np.asarray(np.einsum("...k,kl,...l->...", pi, w, pi))


def gwet_expected(pi: FloatArray, w: FloatArray) -> FloatArray:
    """sum w / (q (q - 1)) * sum_k pi_k (1 - pi_k); 0 on a scale of one category."""
    q = w.shape[0]
    return np.asarray(w.sum() / max(q * (q - 1), 1) * (pi * (1 - pi)).sum(axis=-1))


def fleiss_kappa(ratings: Ratings, w: FloatArray, draws: FloatArray) -> FloatArray:
    """Generalised Fleiss 1971 (Scott's pi for many raters)."""
    expected = fleiss_expected(prevalence(ratings, draws), w)
    return chance_corrected(observed_agreement(ratings, w, draws), expected)


def gwet_ac(ratings: Ratings, w: FloatArray, draws: FloatArray) -> FloatArray:
    """AC1 (identity weights) or AC2 (Gwet 2008)."""
    expected = gwet_expected(prevalence(ratings, draws), w)
    return chance_corrected(observed_agreement(ratings, w, draws), expected)


def brennan_prediger(ratings: Ratings, w: FloatArray, draws: FloatArray) -> FloatArray:
    """pe = sum w / q^2 (Brennan, Prediger 1981; Randolph's free-marginal kappa with identity weights)."""
    observed = observed_agreement(ratings, w, draws)
    return chance_corrected(observed, np.full_like(observed, w.mean()))


def rater_shares(ratings: Ratings, draws: FloatArray) -> FloatArray:
    """(B, raters, q): how each rater uses the categories over the items they rated; NaN where none."""
    assert ratings.codes is not None
    sums = np.stack([draws @ (ratings.codes == k) for k in range(ratings.size)], axis=-1)
    return ratio(sums, sums.sum(axis=-1, keepdims=True))


def conger_kappa(ratings: Ratings, w: FloatArray, draws: FloatArray) -> FloatArray:
    """Exact kappa of Conger 1980: pe is the mean over ordered pairs of different raters of p_g' w p_h."""
    p = rater_shares(ratings, draws)
    raters = p.shape[1]
    total = p.sum(axis=1)
    same = np.einsum("bgk,kl,bgl->b", p, w, p)
    expected = (np.einsum("bk,kl,bl->b", total, w, total) - same) / max(raters * (raters - 1), 1)
    return chance_corrected(observed_agreement(ratings, w, draws), np.asarray(expected))


def specific_agreement(ratings: Ratings, category: int, draws: FloatArray) -> FloatArray:
    """Given one rater chose the category, how often another of the item did: sum n (n-1) / sum n (r-1).

    For two raters 2a / (2a + b + c). NaN where nobody chose it on a pairable item.
    """
    n, r = ratings.counts[:, category], ratings.per_item
    return ratio(draws @ (n * (n - 1)), draws @ (n * (r - 1)))


def prevalence_index(ratings: Ratings, draws: FloatArray) -> FloatArray:
    """|2 pi - 1| over pairable items of a binary scale; |a - d| / n for two raters."""
    pairs = draws * ratings.pairable
    positive = ratio(pairs @ shares(ratings)[:, ratings.positive], pairs.sum(axis=1))
    return np.asarray(np.abs(2 * positive - 1))


def fleiss_category_kappa(ratings: Ratings, category: int) -> float:
    """Fleiss' kappa of one category against all others (Fleiss 1971, with complete data); NaN when unused."""
    chosen = ratings.counts[:, category]
    collapsed = Ratings(
        categories=("yes", "no"),
        counts=np.stack([chosen, ratings.per_item - chosen], axis=1),
        codes=None,
        weights=ratings.weights,
        rater_names=(),
    )
    return float(fleiss_kappa(collapsed, np.eye(2), ratings.weights[None, :])[0])
