"""Coefficients of binary labels from pattern weights, for any number of defects and draws at once."""

from dataclasses import dataclass

import numpy as np

from annotate.agreement.result import FloatArray, ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficients:
    """Each (...,): one value for each table of pattern weights; NaN marks undefined inside this package."""

    prevalence: FloatArray
    percent_agreement: FloatArray
    positive_agreement: FloatArray
    negative_agreement: FloatArray
    fleiss_kappa: FloatArray
    alpha: FloatArray
    gwet_ac1: FloatArray
    pabak: FloatArray
    prevalence_index: FloatArray


def features(number: FloatArray, positives: FloatArray) -> FloatArray:
    """(P, 9) sums over an item of each pattern: rated, share, pairable, pairable share, pa, k(k-1), k(n-1),
    j(j-1), j(n-1), with j the negatives; alpha's n, k, mixed pairs / (n-1) follow: (P, 12)."""
    n, k = number, positives
    j = n - k
    rated = (n >= 1).astype(np.float64)
    pairs = (n >= 2).astype(np.float64)
    share = k / np.maximum(n, 1)
    valid = pairs * (j >= 0)
    orders = np.maximum(n * (n - 1), 1)
    return np.stack(
        [
            rated,
            share * rated,
            valid,
            share * valid,
            valid * (k * (k - 1) + j * (j - 1)) / orders,
            valid * k * (k - 1),
            valid * k * (n - 1),
            valid * j * (j - 1),
            valid * j * (n - 1),
            valid * n,
            valid * k,
            valid * k * j / np.maximum(n - 1, 1),
        ],
        axis=1,
    )


def binary_coefficients(
    weights: FloatArray, number: FloatArray, positives: FloatArray, items: FloatArray
) -> Coefficients:
    """weights (..., P) of patterns with `number` ratings and `positives` (P,); items (...,) they stand for.

    Fleiss and AC1 take prevalence from all rated items, agreement from pairable ones; alpha uses pairable
    ones alone and is scaled to `items` rated items (its correction N - 1 needs a size).
    """
    sums = weights @ features(number, positives)
    rated, share, pairable, pair_share, agreeing, kk, kn, jj, jn, ratings, ones, mixed = np.moveaxis(sums, -1, 0)
    pi = ratio(share, rated)
    observed = ratio(agreeing, pairable)
    expected = pi**2 + (1 - pi) ** 2
    by_gwet = 2 * pi * (1 - pi)
    scale = ratio(items, rated)
    size, positive = ratings * scale, ones * scale
    alpha = 1 - ratio((size - 1) * mixed * scale, positive * (size - positive))
    return Coefficients(
        prevalence=pi,
        percent_agreement=observed,
        positive_agreement=ratio(kk, kn),
        negative_agreement=ratio(jj, jn),
        fleiss_kappa=ratio(observed - expected, 1 - expected),
        alpha=alpha,
        gwet_ac1=ratio(observed - by_gwet, 1 - by_gwet),
        pabak=2 * observed - 1,
        prevalence_index=np.asarray(np.abs(2 * ratio(pair_share, pairable) - 1)),
    )
