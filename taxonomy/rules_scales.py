"""Cross-field rules about scales, levels, penalties and actions (README of the taxonomies, rules 2, 3, 5)."""

from collections.abc import Iterator
from itertools import pairwise

from taxonomy.rules_structure import Broken, placed_defects
from taxonomy.tree import ACTION_RANK, Defect, Level, Scale, TaxonomyTree


def broken_scales(tree: TaxonomyTree) -> Iterator[Broken]:
    """Ranks 1..n, keys and digits unique, digits as the kind wants them, end words on the end digits."""
    for number, scale in enumerate(tree.scales):
        path = f"/severity_scales/{number}"
        yield from _broken_levels(path, scale)
        yield from _broken_hotkeys(path, scale)
        if scale.kind == "flag" or not scale.levels:
            continue
        digits = sorted(level.hotkey for level in scale.levels)
        if {digit for digit, _ in scale.end_words} != {digits[0], digits[-1]}:
            message = f"end_words must name the first and the last digit, {digits[0]} and {digits[-1]}."
            yield Broken(f"{path}/end_words", "end-words", message)


def _broken_levels(path: str, scale: Scale) -> Iterator[Broken]:
    ranks = [level.rank for level in scale.levels]
    if sorted(ranks) != list(range(1, len(ranks) + 1)):
        message = f"The ranks of scale {scale.id} must be 1 to {len(ranks)}, each once; found {ranks}."
        yield Broken(f"{path}/levels", "ranks", message)
    if len(set(scale.keys)) != len(ranks):
        yield Broken(f"{path}/levels", "level-twice", f"Two levels of scale {scale.id} have the same key.")
    for milder, worse in pairwise(_by_rank(scale)):
        if ACTION_RANK[worse.action] < ACTION_RANK[milder.action]:
            what = f"{worse.key} ({worse.action}) is milder than {milder.key} ({milder.action})"
            message = f"Scale {scale.id}: {what}."
            yield Broken(f"{path}/levels", "action-order", message)


def _broken_hotkeys(path: str, scale: Scale) -> Iterator[Broken]:
    if len({level.hotkey for level in scale.levels}) != len(scale.levels):
        yield Broken(f"{path}/levels", "hotkeys", f"Two levels of scale {scale.id} have the same digit.")
    for position, level in enumerate(scale.levels):
        wanted = level.key if scale.kind == "rating" else str(level.rank)
        if level.hotkey != wanted:
            why = "the score, which is also its key" if scale.kind == "rating" else "its rank"
            message = f"The digit of level {level.key} must be {wanted}, {why}; found {level.hotkey}."
            yield Broken(f"{path}/levels/{position}/hotkey", "hotkeys", message)
    if scale.kind == "rating":
        digits = [level.hotkey for level in _by_rank(scale)]
        if digits != sorted(digits, reverse=True):
            message = f"Scale {scale.id}: the best score (rank 1) has the highest digit, then downwards."
            yield Broken(f"{path}/levels", "hotkeys", message)


def _by_rank(scale: Scale) -> list[Level]:
    return sorted(scale.levels, key=lambda level: level.rank)


def broken_severities(tree: TaxonomyTree) -> Iterator[Broken]:
    """A rule for each level of the scale and for no other; penalty and action never milder as rank rises."""
    scales = {scale.id: scale for scale in tree.scales}
    for path, defect, _ in placed_defects(tree):
        scale = scales.get(defect.scale)
        if scale is None:
            message = f"The scale {defect.scale} of {defect.id} is not in severity_scales."
            yield Broken(f"{path}/scale", "unknown-id", message)
            continue
        yield from _broken_keys(path, defect, scale)
        yield from _broken_order(path, tree, defect, scale)
        yield from _broken_actions(path, tree, defect, scale)


def _broken_keys(path: str, defect: Defect, scale: Scale) -> Iterator[Broken]:
    said = {rule.level for rule in defect.severity}
    for key in scale.keys:
        if key not in said:
            message = f"{defect.id} has no rule for level {key!r} of scale {scale.id}; write one."
            yield Broken(f"{path}/severity", "level-without-rule", message)
    for rule in defect.severity:
        if rule.level not in scale.keys:
            message = f"Scale {scale.id} has no level {rule.level!r}; its levels are {', '.join(scale.keys)}."
            yield Broken(f"{path}/severity/{rule.level}", "unknown-level", message)


def _broken_order(path: str, tree: TaxonomyTree, defect: Defect, scale: Scale) -> Iterator[Broken]:
    said = {rule.level: rule for rule in defect.severity}
    ranked = [level.key for level in _by_rank(scale) if level.key in said]
    for milder, worse in pairwise(ranked):
        here = f"{path}/severity/{worse}"
        if said[worse].penalty < said[milder].penalty:
            message = (
                f"The penalty of {worse} ({said[worse].penalty}) is below that of {milder} "
                f"({said[milder].penalty}); a worse level never costs less."
            )
            yield Broken(f"{here}/penalty", "penalty-order", message)
        first, second = tree.action_of(defect, milder), tree.action_of(defect, worse)
        if ACTION_RANK[second] < ACTION_RANK[first]:
            message = f"The action of {worse} ({second}) is milder than that of {milder} ({first})."
            yield Broken(here, "action-order", message)


def _broken_actions(path: str, tree: TaxonomyTree, defect: Defect, scale: Scale) -> Iterator[Broken]:
    for rule in defect.severity:
        if rule.level not in scale.keys:
            continue
        level, here = tree.level(defect, rule.level), f"{path}/severity/{rule.level}"
        action = tree.action_of(defect, rule.level)
        if rule.action == level.action:
            message = f"The action {rule.action} is already the default of level {level.key}; leave it out."
            yield Broken(f"{here}/action", "action-default", message)
        if defect.veto and action != "reject":
            message = f"{defect.id} is a veto, so level {level.key} must be reject, not {action}."
            yield Broken(here, "veto-action", message)
        if scale.kind == "rating" and level.rank == 1 and action != "accept":
            message = f"The best score of a rating is accept; level {level.key} of {defect.id} says {action}."
            yield Broken(here, "rating-best", message)


def broken_roles(tree: TaxonomyTree) -> Iterator[Broken]:
    """A veto needs no context, `not_ratable` is a flag, prompt fulfilment needs context."""
    kinds = {scale.id: scale.kind for scale in tree.scales}
    for path, defect, _ in placed_defects(tree):
        if defect.veto and defect.context:
            message = "A veto can always be asked, so it has no context; remove context or veto."
            yield Broken(f"{path}/context", "veto-context", message)
        if defect.not_ratable and kinds.get(defect.scale) != "flag":
            message = "not_ratable is only for a defect on a flag scale."
            yield Broken(f"{path}/not_ratable", "not-ratable", message)
        if defect.quality == "prompt-fulfilment" and not defect.context and not defect.catch_all:
            message = f"{defect.id} asks whether the prompt was fulfilled; say its context, for example [prompt]."
            yield Broken(path, "context-missing", message)
        if defect.scope.level == "image" and defect.scope.shapes:
            message = "A defect of the whole image has no shapes; set scope.level to region or remove shapes."
            yield Broken(f"{path}/scope/shapes", "scope", message)
