"""What may be answered to a question, and whether an answer fits it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from annotate.geometry import Region
from core.errors import Violation
from core.hashing import canonical_json, sha256_of_bytes
from taxonomy.tree import TaxonomyTree

PRESENCE_STANDS = {"severity", "region"}  # where only these are asked, "none of these" is no answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """How a person answers a question. `concept` None: none of the candidates."""

    submission_id: UUID
    concept: str | None
    level: str | None
    region: Region | None
    note: str = ""
    active_ms: int = 0


def reply_hash(lease: UUID, reply: Reply) -> str:
    """What makes two replies of one submission id the same; the time taken does not."""
    content: dict[str, Any] = {"lease": str(lease), "concept": reply.concept, "level": reply.level, "note": reply.note}
    if reply.region is not None:
        content["region"] = {"shape": str(reply.region.shape), "points": [list(one) for one in reply.region.points]}
    return sha256_of_bytes(canonical_json(content))


def may_be_none(kinds: Sequence[str]) -> bool:
    """Whether presence is in question at all."""
    return bool(set(kinds) - PRESENCE_STANDS)


def reply_violations(
    reply: Reply, kinds: Sequence[str], candidates: Sequence[tuple[str, str | None]], tree: TaxonomyTree
) -> list[Violation]:
    """Everything that keeps the reply from answering a question of these kinds."""
    if reply.concept is None:
        if may_be_none(kinds):
            return []
        return [_at("/decision", "presence-stands", "Only its level or its region is asked; that it is there stands.")]
    levels = [level for concept, level in candidates if concept == reply.concept]
    if not levels:
        return [_at("/concept", "no-candidate", "Choose one of the candidates.")]
    found = []
    if reply.level not in levels:
        shown = ", ".join(level for level in levels if level) or "no level"
        found.append(_at("/level", "no-candidate", f"Choose one of: {shown}."))
    defect = tree.defect(reply.concept)
    if "region" in kinds and reply.region is None:
        found.append(_at("/region", "region-needed", f"Draw where {defect.name} lies."))
    if "region" not in kinds and reply.region is not None:
        found.append(_at("/region", "not-asked", "Its region is not asked."))
    if reply.region is not None and defect.scope.shapes and str(reply.region.shape) not in defect.scope.shapes:
        found.append(_at("/region", "shape", f"Draw one of: {', '.join(defect.scope.shapes)}."))
    return found


def _at(pointer: str, code: str, message: str) -> Violation:
    return Violation(pointer=pointer, code=code, message=message)
