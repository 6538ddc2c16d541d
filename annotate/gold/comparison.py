"""One Annotation against the gold labels of its Image. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Presence = Literal["present", "absent", "not_assessed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One concept that both gold and the Annotation assessed."""

    concept: str
    gold: Presence
    answer: Presence
    gold_level: str | None
    answer_level: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestOutcome:
    """Counts over the concepts that both assessed: hits, misses, false alarms, correct absences."""

    hits: int
    misses: int
    false_alarms: int
    correct_absences: int
    detail: tuple[Compared, ...]


def compare_with_gold(
    gold: Mapping[str, tuple[Presence, str | None]], answer: Mapping[str, tuple[Presence, str | None]]
) -> TestOutcome:
    """`gold` and `answer`: concept → (presence, level). A concept that either did not assess is left out."""
    detail = [
        Compared(
            concept=concept, gold=value, answer=answer[concept][0], gold_level=level, answer_level=answer[concept][1]
        )
        for concept, (value, level) in sorted(gold.items())
        if value != "not_assessed" and concept in answer and answer[concept][0] != "not_assessed"
    ]
    return TestOutcome(
        hits=_count(detail, "present", "present"),
        misses=_count(detail, "present", "absent"),
        false_alarms=_count(detail, "absent", "present"),
        correct_absences=_count(detail, "absent", "absent"),
        detail=tuple(detail),
    )


def _count(detail: Sequence[Compared], gold: Presence, answer: Presence) -> int:
    return sum(1 for one in detail if one.gold == gold and one.answer == answer)
