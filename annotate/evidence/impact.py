"""What publishing a draft would do to the findings made under its parent: the code path of the migration, counted.

Findings come in a stream, all of one Item and Reviewer together; nothing is kept but counts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from taxonomy.carrying import CarriedLabel, Label, RegionPolicy, begin, carry
from taxonomy.mapping import OUTCOMES, Step

BATCH = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptTouched:
    """How much hangs on one concept of the parent. `gold` counts current gold labels that assess it."""

    concept: str
    findings: int
    items: int
    gold: int


@dataclass(slots=True, kw_only=True)
class DryRun:
    """Counts of outcomes, over all findings and by the concept that each was made with.

    `outcomes` sums to the number of findings. `review` counts what people would be asked; one queued finding may ask
    several things. `merged` of the findings would point to another on the same region.
    """

    findings: int = 0
    merged: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    review: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    by_concept: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, carried: Iterable[CarriedLabel]) -> None:
        """Count what became of some findings."""
        for one in carried:
            self.findings += 1
            self.merged += one.merged_into is not None
            self.outcomes[one.outcome] += 1
            self.review.update(kind.partition(":")[0] for kind in one.review)
            self.flags.update(one.flags)
            self.by_concept.setdefault(one.origin.concept, Counter())[one.outcome] += 1

    def outcome_of(self, concept: str, outcome: str) -> int:
        """How many findings made with this concept have the outcome."""
        return self.by_concept.get(concept, Counter())[outcome]

    def counts(self) -> dict[str, int]:
        """All four outcomes, those that do not occur as 0."""
        return {name: self.outcomes[name] for name in OUTCOMES}


def dry_run(step: Step, campaigns: Iterable[tuple[RegionPolicy, Iterable[Label]]]) -> DryRun:
    """Carry every finding of some campaigns over one step, and count. Labels are ordered by item and reviewer."""
    counted = DryRun()
    for policy, labels in campaigns:
        for batch in _whole_answers(labels):
            counted.add(carry([begin(label) for label in batch], step, policy))
    return counted


def _whole_answers(labels: Iterable[Label]) -> Iterator[list[Label]]:
    """Batches that never cut what one Reviewer said of one Item in two."""
    batch: list[Label] = []
    for _, answer in groupby(labels, key=lambda label: (label.item, label.reviewer)):
        batch.extend(answer)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
