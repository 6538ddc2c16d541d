"""What every agreement statistic answers: a value or a reason, never NaN."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

LEVEL = 0.95
EPSILON = 1e-12


class Status(StrEnum):
    """Why a value is there, or why it is not. With anything but `ok` and `ok_but_flag` the value is null."""

    OK = "ok"
    OK_BUT_FLAG = "ok_but_flag"
    NO_VARIATION = "undefined_no_variation"
    NO_POSITIVE = "undefined_no_positive"
    INSUFFICIENT_RATERS = "insufficient_raters"
    INSUFFICIENT_ITEMS = "insufficient_items"
    NO_OVERLAP = "no_overlap"
    NO_DATA = "no_data"

    @property
    def defined(self) -> bool:
        return self in (Status.OK, Status.OK_BUT_FLAG)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """Limits of an uncertainty interval at `level`, and how it was made."""

    low: float
    high: float
    method: str
    level: float = LEVEL


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One statistic of one set of ratings.

    `items` are the items that count for it (rated by two or more), `raters` those with at least one rating,
    `se` the asymptotic standard error where a proper one is known. `value` is None exactly when `status` is
    not defined.
    """

    statistic: str
    value: float | None
    status: Status
    interval: Interval | None
    se: float | None
    items: int
    raters: int
    method: str

    def as_json(self) -> dict[str, Any]:
        """The members of `agreement --json`: value, status, se, interval as [low, high] or null, method."""
        interval = self.interval
        return {
            "value": self.value,
            "status": self.status.value,
            "se": self.se,
            "interval": None if interval is None else [interval.low, interval.high],
            "method": self.method if interval is None else f"{self.method}; interval: {interval.method}",
        }


def finite(value: float) -> float | None:
    """`value` as a float, None where it is NaN or infinite."""
    return float(value) if np.isfinite(value) else None


def ratio(numerator: FloatArray, denominator: FloatArray) -> FloatArray:
    """numerator / denominator, NaN (kept inside this package) where the denominator is 0 up to rounding."""
    safe = np.abs(denominator) > EPSILON
    quotient: FloatArray = np.where(safe, numerator / np.where(safe, denominator, 1.0), np.nan)
    return quotient
