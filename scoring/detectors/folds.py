"""Folds for cross-validation in which no group stands on both sides and positives are spread evenly."""

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from scoring.detectors.calibration import Labels

Rows: TypeAlias = npt.NDArray[np.intp]

MANY_ROWS = 2000


def grouped_folds(labels: Labels, groups: npt.NDArray[np.intp], *, seed: int) -> tuple[Rows, ...]:
    """Row numbers of each fold: five folds, three beyond 2,000 rows, fewer where a class lies in fewer
    groups.

    Groups are dealt out in an order drawn from `seed`, those with most positives first, each to the fold
    that has fewest positives, then fewest rows. Empty when a class lies in one group only: nothing can be
    held out.
    """
    unique, index = np.unique(groups, return_inverse=True)
    positives = np.bincount(index, labels, len(unique)).astype(np.int64)
    sizes = np.bincount(index, minlength=len(unique))
    wanted = 3 if len(labels) > MANY_ROWS else 5
    count = min(wanted, int(np.count_nonzero(positives)), int(np.count_nonzero(sizes - positives)))
    if count < 2:
        return ()
    shuffled = np.random.default_rng(seed).permutation(len(unique))
    order = shuffled[np.lexsort((-sizes[shuffled], -positives[shuffled]))]
    fold_of = np.zeros(len(unique), dtype=np.intp)
    held, rows = [0] * count, [0] * count
    for group in order.tolist():
        first = held if positives[group] else rows
        fold = min((first[one], rows[one], one) for one in range(count))[2]
        fold_of[group] = fold
        held[fold] += int(positives[group])
        rows[fold] += int(sizes[group])
    return tuple(np.flatnonzero(fold_of[index] == fold) for fold in range(count))
