"""Whether a defect may go on, from its kappa, the interval and the number of positives. Pure."""

from dataclasses import dataclass
from math import ceil
from typing import Literal

GATE = 0.60
SLACK = 0.10
ENOUGH_POSITIVES = 25
MOST_MORE = 20_000

State = Literal["go", "provisional", "fail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The state with its reason; `more_images`: about how many more would settle it, None where nobody can say."""

    state: State
    text: str
    more_images: int | None


def gate_of(
    value: float | None, low: float | None, high: float | None, *, positives: int, items: int, gate: float = GATE
) -> Gate:
    """go: value >= gate, lower limit >= gate - .10 and 25 positives; fail: upper limit < gate; else provisional.

    positives: common images that somebody marked, of `items` common images. An undefined value never passes.
    """
    if value is None or low is None or high is None:
        return Gate(
            state="provisional",
            text="Not enough data for a kappa with an interval.",
            more_images=_for_positives(positives, items),
        )
    if high < gate:
        return Gate(state="fail", text=f"Even the upper limit {high:.2f} lies below {gate:.2f}.", more_images=None)
    if positives < ENOUGH_POSITIVES:
        return Gate(
            state="provisional",
            text=f"{positives} of the {ENOUGH_POSITIVES} positives needed.",
            more_images=_for_positives(positives, items),
        )
    if value >= gate and low >= gate - SLACK:
        return Gate(
            state="go",
            text=f"At least {gate:.2f}, lower limit at least {gate - SLACK:.2f}, {positives} positives.",
            more_images=0,
        )
    if value >= gate:
        wanted = items * ((value - low) / (value - gate + SLACK)) ** 2
        return Gate(
            state="provisional",
            text=f"The lower limit {low:.2f} lies below {gate - SLACK:.2f}.",
            more_images=min(MOST_MORE, max(1, ceil(wanted - items))),
        )
    return Gate(
        state="provisional", text=f"{value:.2f} lies below {gate:.2f}, the upper limit does not.", more_images=None
    )


def _for_positives(positives: int, items: int) -> int | None:
    if positives == 0 or positives >= ENOUGH_POSITIVES:
        return None
    return min(MOST_MORE, ceil((ENOUGH_POSITIVES - positives) * items / positives))
