"""The state of a lease at the moment of a submission, and what may become of it. Pure."""

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["answer", "late", "correct", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What was read under the Item's lock. `taken`: places taken by others and by answered leases, mine excluded."""

    lease_state: str
    expired: bool
    taken: int
    needed: int
    is_test: bool


def what_becomes(standing: Standing) -> Verdict:
    """answer: counts as a place · late: kept outside the redundancy · correct: a further revision · lost: refused.

    A lease that expired or was given back still counts while a place is free, so late work is never thrown away.
    """
    if standing.lease_state in {"answered", "late"}:
        return "correct"
    if standing.lease_state not in {"live", "released"}:
        return "lost"
    if standing.lease_state == "live" and not standing.expired:
        return "answer"
    return "answer" if standing.is_test or standing.taken < standing.needed else "late"
