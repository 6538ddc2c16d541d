"""From the signs in a defect's figures to what to do about it: one table, every threshold named."""

from dataclasses import dataclass
from enum import StrEnum

RELIABLE = 0.8
TENTATIVE = 0.667
SKEWED = 0.8
HIGH_AC1 = 0.8
BIASED = 0.1
FAR_FROM_PANEL = 0.15
BETTER_WITHOUT = 0.1
GROUPS_APART = 0.3
ENOUGH_ITEMS = 30
ENOUGH_POSITIVES = 10


class ActionCode(StrEnum):
    """What follows from the figures of one defect."""

    COLLECT_OVERLAP = "collect_overlap"
    NOT_SEEN = "not_seen"
    ENRICH = "enrich_calibration_set"
    TWO_READINGS = "two_readings"
    RETRAIN = "retrain_rater"
    ALIGN_THRESHOLD = "align_threshold"
    CLARIFY = "clarify_definition"
    MORE_ITEMS = "collect_more_items"
    TENTATIVE = "use_with_caution"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A suggestion with its reason in one sentence; `raters` are the rater codes it is about."""

    code: ActionCode
    text: str
    raters: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What the rules look at; None where undefined. `without` maps a rater to kappa without that rater,
    `own_bias` to own positive rate minus the panel's on the same items, `pairs` maps (g, h) to (kappa,
    items).
    """

    items_pairable: int
    kappa: float | None
    kappa_low: float | None
    ac1: float | None
    prevalence_index: float | None
    bias_index: float | None
    too_few_positives: bool
    positives: int
    without: dict[int, float]
    own_bias: dict[int, float]
    pairs: dict[tuple[int, int], tuple[float, int]]


def suggested_action(signs: Signs) -> Action:
    """The first rule that applies, from "there is nothing to judge" over "few positives" to the definition
    itself.
    """
    if signs.items_pairable < 2:
        return Action(code=ActionCode.COLLECT_OVERLAP, text="Have at least two reviewers answer the same images.")
    if signs.kappa is None:
        return _without_variation(signs)
    if signs.kappa >= TENTATIVE:
        return _good_enough(signs, signs.kappa)
    skewed = (signs.prevalence_index or 0.0) > SKEWED
    if signs.too_few_positives and skewed and (signs.ac1 or 0.0) > HIGH_AC1:
        return Action(
            code=ActionCode.ENRICH,
            text="Too rare to judge the definition: add images that show it to the calibration set "
            "and look at positive agreement.",
        )
    return _low(signs, signs.kappa)


def _without_variation(signs: Signs) -> Action:
    if signs.positives == 0:
        return Action(
            code=ActionCode.NOT_SEEN,
            text="Nobody marked it: agreement on the defect cannot be measured until it occurs.",
        )
    return Action(
        code=ActionCode.ENRICH,
        text="Everybody marked it everywhere: add images without it to measure agreement.",
    )


def _good_enough(signs: Signs, kappa: float) -> Action:
    if signs.kappa_low is not None and signs.kappa_low >= RELIABLE:
        return Action(code=ActionCode.KEEP, text="Reliable: the lower limit of kappa is at least .80.")
    if signs.kappa_low is not None and signs.kappa_low >= TENTATIVE:
        return Action(code=ActionCode.TENTATIVE, text="Tentative: the lower limit of kappa is between .667 and .80.")
    return Action(
        code=ActionCode.MORE_ITEMS,
        text=f"Kappa {kappa:.2f} looks good, but its lower limit is below .667 or unknown: collect more images.",
    )


def _low(signs: Signs, kappa: float) -> Action:
    groups = two_groups(signs.pairs)
    if groups:
        return Action(
            code=ActionCode.TWO_READINGS,
            text="Two groups of reviewers agree within but not with each other: call both together.",
            raters=groups,
        )
    gains = {rater: value - kappa for rater, value in signs.without.items()}
    best = max(gains, key=lambda rater: gains[rater], default=None)
    if best is not None and gains[best] >= BETTER_WITHOUT and signs.without[best] >= TENTATIVE:
        return Action(
            code=ActionCode.RETRAIN,
            text=f"One reviewer differs (kappa {signs.without[best]:.2f} without): retrain on gold labels, "
            "sensitivity and specificity first.",
            raters=(best,),
        )
    far = tuple(sorted(rater for rater, own in signs.own_bias.items() if abs(own) >= FAR_FROM_PANEL))
    if (signs.bias_index or 0.0) >= BIASED or far:
        return Action(
            code=ActionCode.ALIGN_THRESHOLD,
            text="Reviewers mark it at different rates: add a borderline example and a minimum size.",
            raters=far,
        )
    return Action(
        code=ActionCode.CLARIFY,
        text="Disagreement is spread over everybody: discuss the most disputed images, "
        "sharpen the definition, add positive and near-miss pictures.",
    )


def two_groups(pairs: dict[tuple[int, int], tuple[float, int]]) -> tuple[int, ...]:
    """One side of a split of at least four raters into groups of two or more, whose mean kappa within is
    higher than between by at least .3; () when there is none. Only pairs with 30 common items count."""
    strong = {pair: kappa for pair, (kappa, items) in pairs.items() if items >= ENOUGH_ITEMS}
    raters = sorted({rater for pair in strong for rater in pair})
    best: tuple[float, tuple[int, ...]] = (GROUPS_APART, ())
    for seed in raters:
        near = [h for h in raters if h == seed or strong.get((min(seed, h), max(seed, h)), -1.0) >= TENTATIVE]
        if min(len(near), len(raters) - len(near)) < 2:
            continue
        within = [kappa for (g, h), kappa in strong.items() if (g in near) == (h in near)]
        between = [kappa for (g, h), kappa in strong.items() if (g in near) != (h in near)]
        if not within or not between:
            continue
        gap = sum(within) / len(within) - sum(between) / len(between)
        best = max(best, (gap, tuple(near)), key=lambda found: found[0])
    return best[1]
