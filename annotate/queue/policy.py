"""Which stream a Reviewer's next Item comes from. Pure.

Audit Items were drawn at random when the campaign opened; they are mixed into everybody's queue in proportion to
their share, so that nobody can tell them by their place. A stream that has nothing left gives way to the other.
"""

from collections.abc import Sequence
from random import Random

PRIORITY, AUDIT, TEST = "priority", "audit", "test"


def draw_streams(count: int, *, audit_share: float, test_share: float, random: Random) -> list[str]:
    """The streams wished for the next `count` places: test with `test_share`, else audit with `audit_share`."""
    wished: list[str] = []
    for _ in range(count):
        if random.random() < test_share:
            wished.append(TEST)
        else:
            wished.append(AUDIT if random.random() < audit_share else PRIORITY)
    return wished


def fallback_order(wished: Sequence[str]) -> list[tuple[str, int]]:
    """(stream, how many) in the order in which to ask; priority, then audit, then test make up what is missing."""
    asked = [(stream, wished.count(stream)) for stream in (TEST, AUDIT, PRIORITY) if stream in wished]
    missing = [(stream, len(wished)) for stream in (PRIORITY, AUDIT, TEST)]
    return asked + missing
