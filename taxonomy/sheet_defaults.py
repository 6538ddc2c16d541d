"""What a sheet that says only dimension, name and definition is filled up with: a draft that can be worked on.

Texts that a person must still write begin with `UNWRITTEN`; publishing is refused while one is left.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from taxonomy.document import Document
from taxonomy.drafts import UNWRITTEN

WHEN = f"{UNWRITTEN}: what must be seen so that it is annotated."
WHEN_NOT = f"{UNWRITTEN}: what looks alike and is not annotated."
RULE = f"{UNWRITTEN}: how this defect looks on this level."
DIMENSION = f"{UNWRITTEN}: what all defects of this dimension have in common."
DEFINITION = f"{UNWRITTEN}: what this defect is, in one sentence."
SUMMARY = f"{UNWRITTEN}: what this taxonomy is for, and for which pictures."
VERSION = "1.0.0"
SHAPES = ["box", "polygon"]
TIE_BREAK = "The general rule decides, by how easily the fault is noticed. If two levels fit, take the higher one."
QUALITY = {"id": "visual-quality", "name": "Visual quality", "iso25010_analogue": "Functional suitability"}


def scales() -> list[Document]:
    """Three levels, by how easily a fault is noticed."""
    said = (
        ("minor", "Minor", "accept", "Found only when looking for it: enlarged, by comparing or counting."),
        ("major", "Major", "retouch", "Noticed at normal size within about 5 seconds, not at first glance."),
        ("critical", "Critical", "reject", "Seen at first glance, or it breaks the purpose of the picture."),
    )
    levels: list[Document] = [
        {"key": key, "rank": rank, "name": name, "hotkey": str(rank), "action": action, "general_rule": rule}
        for rank, (key, name, action, rule) in enumerate(said, start=1)
    ]
    return [
        {
            "id": "severity",
            "name": "Minor / major / critical",
            "kind": "severity",
            "tie_break": TIE_BREAK,
            "end_words": {"1": "minor", "3": "critical"},
            "levels": levels,
        }
    ]


def slug_of(title: str) -> str:
    """A name for addresses out of a title."""
    words = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")[:60].strip("-")
    return words if re.match(r"[a-z][a-z0-9-]{2,}\Z", words) else "new-taxonomy"


def prefix_of(slug: str) -> str:
    """Three capitals that every id begins with."""
    capitals = re.sub(r"[^A-Z]", "", slug.upper())[:3]
    return capitals if len(capitals) >= 2 else "TAX"


def free_letter(name: str, taken: Iterable[str], *, but: str = "") -> str:
    """A capital that is not taken: of the name first, in its order, then of the alphabet. Empty when all are."""
    used = {*taken, *but}
    wanted = [sign for sign in name.upper() if "A" <= sign <= "Z"]
    return next((sign for sign in (*wanted, *map(chr, range(65, 91))) if sign not in used), "")


def fresh_ids(prefix: str, known: Iterable[str]) -> Iterator[str]:
    """Ids above every known one."""
    numbers = [int(hit[1]) for one in known if (hit := re.match(r"[A-Z]{2,5}-(\d{4})\Z", one))]
    for number in range(max(numbers, default=0) + 1, 10_000):
        yield f"{prefix}-{number:04d}"


def severity(scale: Mapping[str, Any] | None) -> Document:
    """A rule to be written and points for every level of a scale."""
    levels = scale["levels"] if scale else []
    return {level["key"]: {"rule": RULE, "penalty": _points(scale, level)} for level in levels if level.get("key")}


def _points(scale: Mapping[str, Any] | None, level: Mapping[str, Any]) -> float:
    rank = level.get("rank")
    if not isinstance(rank, int):
        return 1
    return rank - 1 if scale and scale.get("kind") == "rating" else rank


def catch_all(dimension: str, letter: str, concept: str, version: str, scale: Document, quality: str) -> Document:
    """The defect that takes what no other one of its dimension names."""
    return {
        "id": concept,
        "code": f"{letter}O",
        "name": f"Other: {dimension}"[:60].rstrip(),
        "status": "active",
        "since": version,
        "definition": f"A fault that belongs to {dimension[:120]} and that none of its other defects describes.",
        "annotate_when": ["No named defect of this dimension describes what is seen."],
        "do_not_annotate_when": [{"text": "A named defect describes it, if only in part."}],
        "catch_all": True,
        "comment_required": True,
        "scale": scale.get("id", ""),
        "severity": {
            level["key"]: {"rule": level["general_rule"], "penalty": _points(scale, level)}
            for level in scale["levels"]
            if level.get("key") and level.get("general_rule")
        },
        "scope": {"level": "region", "shapes": SHAPES},
        "quality": quality,
        "examples": [],
    }
