"""Planning a campaign: which Images, which defects, how much work. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal, TypeVar

from taxonomy.tree import TaxonomyTree

Key = TypeVar("Key")
How = Literal["all", "filter", "sample"]

MANY_DEFECTS = 12  # more than about a dozen at once are not kept in mind: lower recall, slower answers
ASSUMED_SECONDS = 6.0  # a clean image at a glance, plus …
ASSUMED_SECONDS_PER_DEFECT = 0.6  # … what every further defect asked adds, until the project has measured its own
HOURS_A_DAY = 6.0
MOST_ONE_STROKE = 8  # defects whose second letters alone can be the keys
ENOUGH_ANSWERS = 50  # so many measured answers replace the assumption


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:
    """Something a lead should know before opening; never a refusal."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a plan will cost. `seconds_from` says whether the time per answer was measured here or is assumed."""

    images: int
    answers: int
    audit_images: int
    seconds_per_answer: float
    seconds_from: Literal["measured", "assumed"]
    measured_answers: int
    hours: float
    person_days: float
    people_needed: int
    reviewers: int
    warnings: tuple[Warning, ...]


def choose_sample(images: Sequence[Key], size: int, seed: int) -> list[Key]:
    """A simple random sample without replacement in the original order; every Image has probability size/n."""
    if size >= len(images):
        return list(images)
    chosen = sorted(Random(seed).sample(range(len(images)), size))
    return [images[place] for place in chosen]


def draw_audit(count: int, share: float, seed: int) -> frozenset[int]:
    """Places 0..count-1 of the audit sample: round(share · count) of them (at least one where share > 0)."""
    if not 0.0 <= share <= 1.0:
        raise ValueError("a share lies between 0 and 1")
    size = min(count, max(1, round(share * count))) if share and count else 0
    return frozenset(Random(seed + 1).sample(range(count), size))


def seconds_per_answer(defects: int, measured: Sequence[int]) -> tuple[float, Literal["measured", "assumed"]]:
    """Seconds that one answer takes: the median of `measured` (milliseconds) where there are enough, else assumed."""
    if len(measured) >= ENOUGH_ANSWERS:
        ordered = sorted(measured)
        middle = len(ordered) // 2
        median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
        return max(0.5, median / 1000), "measured"
    return ASSUMED_SECONDS + ASSUMED_SECONDS_PER_DEFECT * defects, "assumed"


def one_stroke_problem(codes: Sequence[str]) -> str | None:
    """Why the second letters of these codes cannot be keys of their own, or None: at most eight, each letter once."""
    if len(codes) > MOST_ONE_STROKE:
        return f"One-stroke keys work for at most {MOST_ONE_STROKE} defects; {len(codes)} are asked."
    letters: dict[str, list[str]] = {}
    for code in codes:
        letters.setdefault(code[1:2].upper(), []).append(code)
    shared = [" and ".join(same) for same in letters.values() if len(same) > 1]
    return f"One-stroke keys need different second letters; {', '.join(shared)} share one." if shared else None


def forecast(
    *,
    images: int,
    annotations_per_item: int,
    audit_share: float,
    defects: int,
    measured_ms: Sequence[int],
    reviewers: int,
    warnings: Sequence[Warning] = (),
) -> Forecast:
    """Answers, hours and people of a plan. `person_days` counts six labelling hours a day."""
    answers = images * annotations_per_item
    seconds, source = seconds_per_answer(defects, measured_ms)
    hours = answers * seconds / 3600
    found = list(warnings)
    if reviewers < annotations_per_item:
        message = f"Every Image needs {annotations_per_item} reviewers; this project has {reviewers}."
        found.append(Warning(code="too-few-reviewers", message=message))
    if not images:
        found.append(Warning(code="no-images", message="No Image fits this choice."))
    return Forecast(
        images=images,
        answers=answers,
        audit_images=len(draw_audit(images, audit_share, 0)),
        seconds_per_answer=seconds,
        seconds_from=source,
        measured_answers=len(measured_ms),
        hours=hours,
        person_days=hours / HOURS_A_DAY,
        people_needed=annotations_per_item,
        reviewers=reviewers,
        warnings=tuple(found),
    )


def defect_warnings(
    tree: TaxonomyTree, defects: Sequence[str], context: dict[str, int], images: int
) -> tuple[Warning, ...]:
    """Too many at once; defects whose context some Images lack. `context`: kind → Images that have it."""
    found: list[Warning] = []
    if len(defects) > MANY_DEFECTS:
        message = (
            f"{len(defects)} defects are asked at once. Beyond about {MANY_DEFECTS} people miss more and slow down: "
            "ask fewer, or make several campaigns over one dimension each."
        )
        found.append(Warning(code="many-defects", message=message))
    for concept in defects:
        defect = tree.defect(concept)
        for kind in defect.context:
            missing = images - context.get(kind, 0)
            if missing > 0:
                message = (
                    f"{defect.name} needs {kind.replace('_', ' ')}: on {missing} of {images} Images it is not asked."
                )
                found.append(Warning(code="context-missing", message=message))
    return tuple(found)
