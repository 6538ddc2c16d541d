"""The order of questions: gold first, then vetoes, then the penalty, then age. Pure."""

from collections.abc import Sequence
from datetime import datetime

from taxonomy.tree import TaxonomyTree

GOLD = 1_000_000.0
VETO = 100_000.0
PENALTY = 100.0  # a point of penalty outweighs any age
MOST_PENALTY = 900.0


def priority(
    candidates: Sequence[tuple[str, str | None]],
    tree: TaxonomyTree,
    *,
    has_gold: bool,
    answered_at: datetime,
    now: datetime,
) -> float:
    """Higher is asked earlier. Of several candidates the most harmful counts."""
    defects = [tree.defect(concept) for concept, _ in candidates if tree.has_defect(concept)]
    penalties = [
        tree.penalty_of(tree.defect(concept), level)
        for concept, level in candidates
        if level is not None and tree.has_defect(concept) and tree.has_level(concept, level)
    ]
    days = max((now - answered_at).total_seconds() / 86_400, 0.0)
    veto = any(defect.veto for defect in defects)
    harm = min(max(penalties, default=0.0), MOST_PENALTY)
    return GOLD * has_gold + VETO * veto + PENALTY * harm + days / (days + 365)
