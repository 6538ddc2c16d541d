"""What `manage.py agreement` answers: one document for machines, one table for people, from the same figures."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from annotate.agreement.intervals import Method
from annotate.agreement.ratings import MISSING, Ratings
from annotate.agreement.ratings_file import Block, RatingsFile, blocks_of, scale_categories
from annotate.agreement.registry import STATISTICS
from annotate.agreement.result import Agreement
from annotate.agreement.statistics import (
    agreement,
    agreement_statistics,
    analytic_interval,
    pair_of,
)

MOST_CATEGORIES = 50
MOST_RATERS_ALL_PAIRS = 50
MOST_PAIRS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of the command; `categories` None means: those found in the file."""

    scale: str = "nominal"
    categories: list[str] | None = None
    positive: str | None = None
    interval: Method = Method.DIRICHLET
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`document` is JSON without NaN; `notes` are sentences for standard error."""

    document: dict[str, Any]
    notes: tuple[str, ...]


def agreement_report(file: RatingsFile, options: Options) -> Report:
    """One block, or {"defects": [block, ...]} where the file has a column `defect`.

    Raises BadRatingsFile and BadScale (see ratings_file.py).
    """
    categories = scale_categories(file, options.scale, options.categories)
    blocks = blocks_of(file, options.scale, categories, options.positive)
    notes = _notes(file, blocks, options, categories)
    found = [_block(block, options) for block in blocks]
    if file.has_defects:
        document: dict[str, Any] = {"scale": options.scale, "categories": categories, "defects": found}
    else:
        document = found[0]
    return Report(document=document, notes=notes)


def _notes(file: RatingsFile, blocks: list[Block], options: Options, categories: list[str]) -> tuple[str, ...]:
    notes = []
    if not file.rows:
        notes.append(f"{file.name}: no ratings after the header.")
    if file.empty:
        notes.append(f"{file.name}: {file.empty} rows without a value were left out (not rated).")
    replaced = sum(block.replaced for block in blocks)
    if replaced:
        notes.append(
            f"{file.name}: {replaced} ratings were repeated by the same rater on the same item; the latest counts."
        )
    if options.categories is None and options.scale == "ordinal":
        notes.append(
            f"The scale was taken from the values found ({', '.join(categories)[:200]}); "
            "weights depend on it: declare it with --categories."
        )
    if len(categories) > MOST_CATEGORIES:
        notes.append(f"{len(categories)} different values: only Krippendorff's alpha is computed.")
    if any(block.ratings.weighted for block in blocks) and options.interval == Method.DIRICHLET:
        notes.append("Items are weighted: intervals are an item bootstrap.")
    return tuple(notes)


def _block(block: Block, options: Options) -> dict[str, Any]:
    ratings = block.ratings
    names = None
    if ratings.size > MOST_CATEGORIES:
        names = [name for name in STATISTICS if name.startswith("alpha_")]
    found = agreement_statistics(
        ratings, scale=options.scale, interval=options.interval, seed=options.seed, names=names
    )
    document: dict[str, Any] = {"defect": block.defect} if block.defect else {}
    document |= {
        "items": ratings.items,
        "items_pairable": ratings.items_pairable,
        "raters": ratings.raters,
        "ratings": ratings.ratings,
        "categories": [str(category) for category in ratings.categories],
        "scale": options.scale,
        "positive": str(ratings.categories[ratings.positive]) if ratings.size in (1, 2) else None,
        "weighted": ratings.weighted,
        "effective_items": round(ratings.effective_items, 4),
        "replaced": block.replaced,
        "interval": options.interval.value,
        "seed": options.seed,
        "statistics": {name: _statistic(result, ratings) for name, result in found.items()},
        "pairs": [] if ratings.size > MOST_CATEGORIES else _pairs(ratings),
    }
    return document


def _statistic(result: Agreement, ratings: Ratings) -> dict[str, Any]:
    analytic = None
    if result.value is not None:
        analytic = analytic_interval(STATISTICS[result.statistic], ratings, result.value, result.se)
    return result.as_json() | {
        "items": result.items,
        "interval_analytic": None if analytic is None else [analytic.low, analytic.high],
    }


def _pairs(ratings: Ratings) -> list[dict[str, Any]]:
    """Cohen's kappa of every pair of raters with its FCE interval; of many raters only pairs with common
    items.
    """
    if ratings.codes is None:
        return []
    rated = (ratings.codes != MISSING).astype(np.float64)
    common = rated.T @ rated
    every = ratings.raters <= MOST_RATERS_ALL_PAIRS
    wanted = [(g, h) for g, h in combinations(range(ratings.raters), 2) if every or common[g, h] > 0]
    return [_pair(ratings, g, h) for g, h in wanted[:MOST_PAIRS]]


def _pair(ratings: Ratings, first: int, second: int) -> dict[str, Any]:
    names = [ratings.rater_names[first], ratings.rater_names[second]]
    pair = pair_of(ratings, first, second)
    if pair.items == 0:
        nothing = {
            "value": None,
            "status": "no_overlap",
            "se": None,
            "interval": None,
            "method": "Cohen's kappa",
        }
        return {"raters": names, "items": 0, "cohen_kappa": nothing}
    row = STATISTICS["cohen_kappa"]
    result = agreement(row, pair)
    limits = None if result.value is None else analytic_interval(row, pair, result.value, result.se)
    document = result.as_json()
    if limits is not None:
        document["interval"] = [limits.low, limits.high]
    return {"raters": names, "items": pair.items, "cohen_kappa": document}


def table_lines(document: dict[str, Any]) -> list[str]:
    """The document as lines for people: one table a block, then the pairs of raters."""
    blocks = document.get("defects", [document])
    lines: list[str] = []
    for block in blocks:
        lines += [*_heading(block), *_rows(block), *_pair_lines(block), ""]
    return lines[:-1]


def _heading(block: dict[str, Any]) -> list[str]:
    title = f"{block['defect']}: " if "defect" in block else ""
    weighted = f", weighted (effective items {block['effective_items']:.1f})" if block["weighted"] else ""
    return [
        f"{title}{block['items']} items ({block['items_pairable']} with two or more ratings), "
        f"{block['raters']} raters, {block['ratings']} ratings, {block['scale']}{weighted}",
        f"categories: {', '.join(block['categories'])}",
        f"{'statistic':<30} {'value':>8}  {'95% interval':<18} {'SE':>7}  status",
    ]


def _rows(block: dict[str, Any]) -> list[str]:
    return [
        f"{name:<30} {_figure(row['value']):>8}  {_limits(row['interval']):<18} "
        f"{_figure(row['se']):>7}  {row['status']}"
        for name, row in block["statistics"].items()
    ]


def _pair_lines(block: dict[str, Any]) -> list[str]:
    if len(block["pairs"]) < 2:
        return []
    return [
        "pairs of raters (Cohen's kappa)",
        *(
            f"  {' / '.join(pair['raters']):<28} {_figure(pair['cohen_kappa']['value']):>8}  "
            f"{_limits(pair['cohen_kappa']['interval']):<18} n={pair['items']}  "
            f"{pair['cohen_kappa']['status']}"
            for pair in block["pairs"]
        ),
    ]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{round(value, 4) + 0.0:.4f}"


def _limits(limits: list[float] | None) -> str:
    return "-" if limits is None else f"{limits[0]:.3f} to {limits[1]:.3f}"
