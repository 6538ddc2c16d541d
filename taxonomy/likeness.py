"""How alike texts are: cosine of TF-IDF vectors over words or over pieces of words.

tf is 1 + ln(count), idf is ln((1 + n) / (1 + df)) + 1, vectors have length 1 (Salton and Buckley 1988, with
the smoothing that scikit-learn uses). Every cosine lies in 0..1; a text without terms is unlike all.
"""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from taxonomy.diff import words

_STOP = frozenset(
    words(
        """a about above after again all also although an and another any are as at be because been before
        being below between both but by can cannot could do does down each either else every few for from
        further had has have he her here him his how however i if in into is it its itself less many may
        me might more most must my neither no nor not nothing of off on once one only or other others our
        out over own part rather same she should since so some still such than that the their them then
        there these they this those through to together too two under until up upon very was we were what
        when where whether which while who whose why will with within without would yet you your"""
    )
)


def word_terms(text: str) -> list[str]:
    """Single words and pairs of neighbours, without the commonest English words and single letters."""
    kept = [word for word in words(text) if word not in _STOP and len(word) > 1]
    return kept + [f"{first} {second}" for first, second in pairwise(kept)]


def piece_terms(text: str) -> list[str]:
    """Every run of 3 to 5 characters inside a word, with a space at either end of the word."""
    terms: list[str] = []
    for word in words(text):
        padded = f" {word} "
        for size in (3, 4, 5):
            terms += [padded[at : at + size] for at in range(max(1, len(padded) - size + 1))]
            if len(padded) <= size:
                break  # a short word counts once
    return terms


def cosines(documents: Sequence[list[str]]) -> NDArray[np.float64]:
    """Cosine of each pair of documents (lists of terms): a symmetric n x n matrix, 1 on the diagonal."""
    size = len(documents)
    weights = _vectors(documents)
    similar = np.zeros((size, size))
    by_term: dict[str, list[tuple[int, float]]] = {}
    for position, vector in enumerate(weights):
        for term, weight in vector.items():
            by_term.setdefault(term, []).append((position, weight))
    for entries in by_term.values():
        if len(entries) > 1:
            at = np.array([position for position, _ in entries])
            weights_there = np.array([value for _, value in entries])
            similar[np.ix_(at, at)] += np.outer(weights_there, weights_there)
    np.fill_diagonal(similar, 1.0)
    return np.clip(similar, 0.0, 1.0)


def _vectors(documents: Sequence[list[str]]) -> list[dict[str, float]]:
    counts = [Counter(terms) for terms in documents]
    seen = Counter(term for count in counts for term in count)
    size = len(documents)
    vectors = []
    for count in counts:
        raw = {
            term: (1 + math.log(times)) * (math.log((1 + size) / (1 + seen[term])) + 1) for term, times in count.items()
        }
        length = math.sqrt(sum(weight * weight for weight in raw.values()))
        vectors.append({term: weight / length for term, weight in raw.items()})
    return vectors


def clusters(texts: Sequence[str], distance: float) -> list[list[int]]:
    """Groups of alike texts (average linkage, cut at this cosine distance) as positions, largest first."""
    if len(texts) < 2:
        return [[position] for position in range(len(texts))]
    apart = 1.0 - cosines([word_terms(text) for text in texts])
    np.fill_diagonal(apart, 0.0)
    named = fcluster(linkage(squareform(apart, checks=False), "average"), distance, "distance")
    groups: dict[int, list[int]] = {}
    for position, name in enumerate(named):
        groups.setdefault(int(name), []).append(position)
    return sorted(groups.values(), key=lambda group: (-len(group), group))
