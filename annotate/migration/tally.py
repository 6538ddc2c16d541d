"""What a run did to labels, counted while it is written: the same numbers before and after it is activated. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from annotate.annotations.carry_over import CarriedAnswer
from annotate.evidence.impact import DryRun
from annotate.migration.gold_carrying import CarriedGoldLabel


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of one run: of the newest revision of each answer. `older` revisions are carried too."""

    run: DryRun = field(default_factory=DryRun)
    answers: int = 0
    older: int = 0
    verdicts_changed: int = 0
    verdicts_open: int = 0
    absences_lost: Counter[str] = field(default_factory=Counter)
    gold: Counter[str] = field(default_factory=Counter)
    gold_by_concept: dict[str, Counter[str]] = field(default_factory=dict)

    def add_answer(self, one: CarriedAnswer, verdict_before: str) -> None:
        if not one.given.is_current:
            self.older += 1
            return
        self.answers += 1
        self.run.add(one.labels)
        self.verdicts_open += one.verdict_open
        self.verdicts_changed += not one.verdict_open and one.verdict != verdict_before
        before = set(one.given.asked) - set(one.given.not_assessed)
        after = set(one.asked) - set(one.not_assessed)
        here = {concept for concept in before - after if concept in one.asked}
        self.absences_lost.update(here - {label.origin.concept for label in one.labels})

    def add_gold(self, labels: Iterable[CarriedGoldLabel]) -> None:
        for one in labels:
            self.gold[one.outcome] += 1
            self.gold_by_concept.setdefault(one.base.concept, Counter())[one.outcome] += 1

    def document(self) -> dict[str, Any]:
        """As it is stored with the run."""
        run = self.run
        return {
            "answers": self.answers,
            "older_revisions": self.older,
            "findings": run.findings,
            "outcomes": run.counts(),
            "merged": run.merged,
            "review": dict(sorted(run.review.items())),
            "flags": dict(sorted(run.flags.items())),
            "concepts": {
                concept: {name: outcomes[name] for name in sorted(outcomes)}
                for concept, outcomes in sorted(run.by_concept.items())
            },
            "verdicts_changed": self.verdicts_changed,
            "verdicts_open": self.verdicts_open,
            "absences_lost": dict(sorted(self.absences_lost.items())),
            "gold": {name: self.gold[name] for name in ("carried", "mapped", "queued", "archived")},
            "gold_concepts": {
                concept: {name: outcomes[name] for name in sorted(outcomes)}
                for concept, outcomes in sorted(self.gold_by_concept.items())
            },
        }


def added(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two documents of this form as one: what was written, and what arrived after it."""
    both: dict[str, Any] = {}
    for name in {**first, **second}:
        one, other = first.get(name), second.get(name)
        if isinstance(one, dict) or isinstance(other, dict):
            both[name] = added(one or {}, other or {})
        else:
            both[name] = (one or 0) + (other or 0)
    return dict(sorted(both.items()))
