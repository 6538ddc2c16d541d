"""Champion and challenger on the frozen audit set: a new detector takes over only when it is surely no
worse.
"""

from dataclasses import dataclass

import numpy as np

from scoring.detectors.calibration import Floats, Labels
from scoring.detectors.figures import Groups, auroc, bootstrap_weights, percentile_interval

TOLERANCE = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """AUROC of challenger minus champion on the same rows, with a paired interval, and what follows from
    it.
    """

    champion: float | None
    challenger: float | None
    difference: float | None
    interval: tuple[float, float] | None
    n: int
    positives: int
    tolerance: float
    promoted: bool
    reason: str


def compared(
    champion: Floats,
    challenger: Floats,
    labels: Labels,
    groups: Groups,
    *,
    tolerance: float = TOLERANCE,
    seed: int = 0,
) -> Comparison:
    """Compares probabilities [n] of both on the audit rows [n] by a bootstrap that draws the same groups
    for both.

    Promoted when the 95 % interval of the difference excludes a loss larger than `tolerance`. Without both
    classes, or without an interval, nothing is promoted.
    """
    n, positives = len(labels), int(labels.sum())
    if not 0 < positives < n:
        return _undecided(n, positives, tolerance, "The audit set has no labelled images of both kinds.")
    whole = np.ones((1, n))
    first, second = (float(auroc(one, labels, whole)[0]) for one in (champion, challenger))
    weights = bootstrap_weights(groups, seed)
    interval = percentile_interval(auroc(challenger, labels, weights) - auroc(champion, labels, weights))
    if interval is None:
        return _undecided(n, positives, tolerance, "The audit set is too small for an interval of the difference.")
    promoted = interval[0] > -tolerance
    verdict = "excludes" if promoted else "does not exclude"
    return Comparison(
        champion=first,
        challenger=second,
        difference=second - first,
        interval=interval,
        n=n,
        positives=positives,
        tolerance=tolerance,
        promoted=promoted,
        reason=(
            f"The interval of the difference, {interval[0]:+.3f} to {interval[1]:+.3f}, {verdict} "
            f"a loss of more than {tolerance:.3f} (n = {n}, {positives} positive)."
        ),
    )


def _undecided(n: int, positives: int, tolerance: float, reason: str) -> Comparison:
    return Comparison(
        champion=None,
        challenger=None,
        difference=None,
        interval=None,
        n=n,
        positives=positives,
        tolerance=tolerance,
        promoted=False,
        reason=f"{reason} The champion stays.",
    )
