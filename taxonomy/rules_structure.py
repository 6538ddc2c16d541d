"""Cross-field rules about ids, codes and the shape of the tree (README of the taxonomies, rules 1 and 4)."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from taxonomy.tree import Defect, Dimension, TaxonomyTree, semver

MAX_NAMED = 9


class Broken(NamedTuple):
    """A broken rule before its line is known."""

    path: str
    code: str
    message: str


def placed_defects(tree: TaxonomyTree) -> Iterator[tuple[str, Defect, Dimension]]:
    """Every defect with its JSON pointer and its dimension."""
    for number, dimension in enumerate(tree.dimensions):
        for position, defect in enumerate(dimension.defects):
            yield f"/dimensions/{number}/defects/{position}", defect, dimension


def _placed_ids(tree: TaxonomyTree) -> Iterator[tuple[str, str]]:
    for number, dimension in enumerate(tree.dimensions):
        yield f"/dimensions/{number}/id", dimension.id
    for path, defect, _ in placed_defects(tree):
        yield f"{path}/id", defect.id
        for position, sub in enumerate(defect.sub_defects):
            yield f"{path}/sub_defects/{position}/id", sub.id
    for position, retired in enumerate(tree.retired_concepts):
        yield f"/retired_concepts/{position}/id", retired.id


def _placed_codes(tree: TaxonomyTree) -> Iterator[tuple[str, str]]:
    for path, defect, _ in placed_defects(tree):
        yield f"{path}/code", defect.code
        for position, sub in enumerate(defect.sub_defects):
            yield f"{path}/sub_defects/{position}/code", sub.code
    for position, retired in enumerate(tree.retired_concepts):
        yield f"/retired_concepts/{position}/code", retired.code


def _twice(placed: Iterable[tuple[str, str]], code: str, what: str) -> Iterator[Broken]:
    seen: dict[str, str] = {}
    for path, value in placed:
        if value in seen:
            yield Broken(path, code, f"The {what} {value} is used twice; first at {seen[value]}.")
        seen.setdefault(value, path)


def broken_ids(tree: TaxonomyTree) -> Iterator[Broken]:
    """Ids unique over the file with its tombstones, and with the prefix of the taxonomy."""
    yield from _twice(_placed_ids(tree), "id-twice", "id")
    prefix = tree.meta.id_prefix
    for path, concept in _placed_ids(tree):
        if concept.rpartition("-")[0] != prefix:
            yield Broken(path, "id-prefix", f"The id {concept} does not begin with the prefix {prefix}-.")
    lists = {
        "severity_scales": [scale.id for scale in tree.scales],
        "quality_model": [quality.id for quality in tree.quality_model],
        "kpis": [kpi.id for kpi in tree.kpis],
        "exclusion_groups": [group.id for group in tree.exclusion_groups],
    }
    for name, ids in lists.items():
        placed = ((f"/{name}/{position}/id", one) for position, one in enumerate(ids))
        yield from _twice(placed, "id-twice", "id")


def broken_codes(tree: TaxonomyTree) -> Iterator[Broken]:
    """Letters of dimensions and codes unique; a defect begins with its dimension's letter, a sub-defect with
    its defect's code."""
    letters = ((f"/dimensions/{n}/code", dimension.code) for n, dimension in enumerate(tree.dimensions))
    yield from _twice(letters, "code-twice", "dimension letter")
    yield from _twice(_placed_codes(tree), "code-twice", "code")
    for path, defect, dimension in placed_defects(tree):
        if defect.code[:1] != dimension.code:
            message = f"The code {defect.code} must begin with the letter of its dimension, {dimension.code}."
            yield Broken(f"{path}/code", "code-dimension", message)
        for position, sub in enumerate(defect.sub_defects):
            if sub.code[:2] != defect.code:
                message = f"The code {sub.code} must begin with the code of its defect, {defect.code}."
                yield Broken(f"{path}/sub_defects/{position}/code", "code-dimension", message)


def broken_dimensions(tree: TaxonomyTree) -> Iterator[Broken]:
    """Exactly one active catch-all, letter O, standing last; at most nine named active defects."""
    for number, dimension in enumerate(tree.dimensions):
        path = f"/dimensions/{number}"
        active = [
            (position, defect) for position, defect in enumerate(dimension.defects) if defect.status != "deprecated"
        ]
        others = [(position, defect) for position, defect in active if defect.catch_all]
        if len(others) != 1:
            message = f"Dimension {dimension.code} needs exactly one catch-all, found {len(others)}."
            yield Broken(f"{path}/defects", "catch-all", message)
        for position, defect in others[:1]:
            if defect.code[1:] != "O":
                message = f"The catch-all of a dimension has the letter O: {dimension.code}O."
                yield Broken(f"{path}/defects/{position}/code", "catch-all", message)
            if position != len(dimension.defects) - 1:
                message = "The catch-all stands last in its dimension; move it behind the others."
                yield Broken(f"{path}/defects/{position}", "catch-all", message)
        if (named := len(active) - len(others)) > MAX_NAMED:
            message = f"{named} named defects in dimension {dimension.code}; at most {MAX_NAMED} can be kept apart."
            yield Broken(f"{path}/defects", "too-many", message)


def broken_versions(tree: TaxonomyTree) -> Iterator[Broken]:
    """Nothing is dated after the version of the file."""
    version = semver(tree.version)
    previous = tree.meta.previous_version
    if previous is not None and semver(previous) >= version:
        message = f"previous_version {previous} is not before {tree.version}."
        yield Broken("/taxonomy/previous_version", "version-order", message)
    dated: list[tuple[str, str]] = []
    for path, defect, _ in placed_defects(tree):
        dated.append((f"{path}/since", defect.since))
        if defect.meaning_since:
            dated.append((f"{path}/meaning_since", defect.meaning_since))
            if semver(defect.meaning_since) < semver(defect.since):
                message = f"meaning_since {defect.meaning_since} is before since {defect.since}."
                yield Broken(f"{path}/meaning_since", "version-order", message)
        if defect.deprecation:
            dated.append((f"{path}/deprecation/in", defect.deprecation.since))
        dated.extend((f"{path}/sub_defects/{n}/since", sub.since) for n, sub in enumerate(defect.sub_defects))
    dated.extend((f"/retired_concepts/{n}/retired_in", r.retired_in) for n, r in enumerate(tree.retired_concepts))
    for path, said in dated:
        if semver(said) > version:
            yield Broken(path, "version-order", f"{said} is after the version of this file, {tree.version}.")


def broken_languages(tree: TaxonomyTree) -> Iterator[Broken]:
    """The default language and every translation are among the languages of the file."""
    meta = tree.meta
    languages = meta.languages or (meta.default_language,)
    if meta.default_language not in languages:
        message = f"The default language {meta.default_language} is not among {', '.join(languages)}."
        yield Broken("/taxonomy/default_language", "language", message)
    named = [(f"/dimensions/{n}", d.translations) for n, d in enumerate(tree.dimensions)]
    for path, defect, _ in placed_defects(tree):
        named.append((path, defect.translations))
        named.extend((f"{path}/sub_defects/{n}", sub.translations) for n, sub in enumerate(defect.sub_defects))
    for path, translations in named:
        for translation in translations:
            if translation.language not in languages:
                message = f"The language {translation.language} is not among {', '.join(languages)}."
                yield Broken(f"{path}/translations/{translation.language}", "language", message)
