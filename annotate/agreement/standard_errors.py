"""Asymptotic standard errors over items (Gwet 2008, 2021; n - 1 form); raters count as fixed.

All are for unweighted items. They answer NaN where fewer than two items are rated or the coefficient is
undefined.
"""

import numpy as np

from annotate.agreement.many_raters import (
    chance_corrected,
    fleiss_expected,
    gwet_expected,
    item_agreement,
    rater_shares,
    shares,
)
from annotate.agreement.ratings import MISSING, Ratings
from annotate.agreement.result import FloatArray


def _spread(linearised: FloatArray, centre: float) -> float:
    n = len(linearised)
    if n < 2:
        return float("nan")
    return float(np.sqrt(((linearised - centre) ** 2).sum() / (n * (n - 1))))


def _linearised(ratings: Ratings, w: FloatArray, expected: float, expected_items: FloatArray) -> float:
    """k_i = (n/n')(pa_i - pe)/(1-pe), 0 if r_i < 2; k*_i = k_i - 2(1-k)(pe_i - pe)/(1-pe); their standard
    error.
    """
    pairs = ratings.items_pairable
    if pairs == 0 or 1.0 - expected < 1e-12:
        return float("nan")
    by_item = item_agreement(ratings, w)
    observed = by_item.sum() / pairs
    kappa = float(chance_corrected(np.asarray(observed), np.asarray(expected)))
    scaled = ratings.items / pairs * (by_item - expected) * ratings.pairable / (1 - expected)
    return _spread(scaled - 2 * (1 - kappa) * (expected_items - expected) / (1 - expected), kappa)


def percent_agreement_se(ratings: Ratings, w: FloatArray) -> float:
    """As for a coefficient without chance correction."""
    return _linearised(ratings, w, 0.0, np.zeros(ratings.items))


def fleiss_kappa_se(ratings: Ratings, w: FloatArray) -> float:
    """pe_i = sum_k pi_ik (w pi)_k, w symmetrised."""
    by_item = shares(ratings)
    pi = by_item.mean(axis=0)
    return _linearised(ratings, w, float(fleiss_expected(pi, w)), by_item @ ((w + w.T) / 2 @ pi))


def gwet_ac_se(ratings: Ratings, w: FloatArray) -> float:
    """pe_i = sum w / (q(q-1)) * sum_k pi_ik (1 - pi_k)."""
    by_item = shares(ratings)
    pi = by_item.mean(axis=0)
    q = ratings.size
    return _linearised(ratings, w, float(gwet_expected(pi, w)), w.sum() / max(q * (q - 1), 1) * (by_item @ (1 - pi)))


def brennan_prediger_se(ratings: Ratings, w: FloatArray) -> float:
    """Chance agreement is a constant here."""
    expected = float(w.mean())
    return _linearised(ratings, w, expected, np.full(ratings.items, expected))


def conger_kappa_se(ratings: Ratings, w: FloatArray) -> float:
    """Delta method: p_gk is a ratio estimate over the items rater g saw; with i's influence on it (n/n_g)(x -
    e p).

    2 (pe_i - pe) is then the influence of item i on pe = sum over g != h of p_g' w p_h / (r (r - 1)).
    """
    assert ratings.codes is not None
    p = rater_shares(ratings, np.ones((1, ratings.items)))[0]
    raters, n = len(p), ratings.items
    if raters < 2:
        return float("nan")
    symmetric = (w + w.T) / 2
    total = p.sum(axis=0)
    expected = (total @ w @ total - np.einsum("gk,kl,gl->", p, w, p)) / (raters * (raters - 1))
    slope = (total - p) @ symmetric / (raters * (raters - 1))
    seen = ratings.codes != MISSING
    chosen = ratings.codes[:, :, None] == np.arange(ratings.size)
    influence = (n / seen.sum(axis=0))[None, :, None] * (chosen - seen[:, :, None] * p[None])
    return _linearised(ratings, w, float(expected), expected + np.einsum("igk,gk->i", influence, slope))


def alpha_se(ratings: Ratings, w: FloatArray) -> float:
    """Krippendorff's alpha with agreement weights w, over items with two or more ratings (Gwet's
    linearisation).

    pi_k weighs an item by its number of ratings; the correction 1/N enters through the size of the items.
    """
    counts = ratings.counts[ratings.per_item >= 2]
    n, r = len(counts), counts.sum(axis=1)
    if n < 2:
        return float("nan")
    mean = r.mean()
    agreeing = (counts * (counts @ w.T - 1.0)).sum(axis=1) / (mean * (r - 1))
    observed = agreeing.mean()
    pi = counts.mean(axis=0) / mean
    expected = float(fleiss_expected(pi, w))
    if 1.0 - expected < 1e-12:
        return float("nan")
    size = (r - mean) / mean
    prime = (observed - expected) / (1 - expected)
    corrected = observed + (1 - observed) / r.sum()
    by_item = (agreeing - corrected * size - expected) / (1 - expected)
    expected_items = counts @ ((w + w.T) / 2 @ pi) / mean - size * expected
    return _spread(by_item - 2 * (1 - prime) * (expected_items - expected) / (1 - expected), prime)


def fleiss_kappa_null_se(ratings: Ratings) -> float:
    """Fleiss, Nee, Landis 1979: under kappa = 0, equal numbers of ratings; a test only, never an interval."""
    r, n = ratings.per_item, ratings.items
    if n == 0 or np.ptp(r) > 0 or r[0] < 2:
        return float("nan")
    pi = shares(ratings).mean(axis=0)
    pq = pi * (1 - pi)
    if pq.sum() == 0:
        return float("nan")
    inner = pq.sum() ** 2 - (pq * (1 - 2 * pi)).sum()
    return float(np.sqrt(2 * inner / (n * r[0] * (r[0] - 1))) / pq.sum())
