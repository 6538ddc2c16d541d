"""Release notes from the operations of a version, ordered by what they do to labels. Pure; the text is Markdown."""

from collections.abc import Callable, Mapping

from taxonomy.operations import Migration, Operation
from taxonomy.tree import TaxonomyTree

Sentence = Callable[[Operation, TaxonomyTree, TaxonomyTree], str]


def release_notes(migration: Migration, old: TaxonomyTree, new: TaxonomyTree) -> str:
    """One list a group; groups without an operation are left out. Empty without operations."""
    groups: dict[str, list[str]] = {title: [] for title, _ in GROUPS}
    for one in migration.operations:
        title = next(title for title, fits in GROUPS if fits(one))
        groups[title].append(f"- {_SENTENCES[one.op](one, old, new)} {one.why.strip()}".rstrip())
    parts = [f"### {title}\n\n" + "\n".join(lines) for title, lines in groups.items() if lines]
    return "\n\n".join(parts)


def _asks_people(one: Operation) -> bool:
    if one.op == "rescale":
        return any(len(targets) > 1 for targets in one.level_map.values())
    return one.op in ("split", "rescope", "constrain") or (
        one.op == "redefine" and one.direction in ("narrower", "shifted")
    )


GROUPS: tuple[tuple[str, Callable[[Operation], bool]], ...] = (
    ("Findings that people look at again", _asks_people),
    ("Findings that become something else by rule", lambda one: one.op in ("merge", "rescale")),
    ("Findings that no longer count", lambda one: one.op == "remove"),
    ("Wider or new", lambda one: one.op in ("redefine", "add")),
    ("Names, places and weights", lambda one: one.op in ("rename", "recode", "move", "deprecate", "reweigh")),
    ("Wording", lambda one: True),
)


def named(concept: str, *trees: TaxonomyTree) -> str:
    """Code and name in the first tree that knows the concept, else its id."""
    for tree in trees:
        if tree.has_defect(concept):
            defect = tree.defect(concept)
            return f"{defect.code} {defect.name}"
        if tree.has_sub_defect(concept):
            sub = tree.sub_defect(concept)
            return f"{sub.code} {sub.name}"
        for dimension in tree.dimensions:
            if dimension.id == concept:
                return f"{dimension.code} {dimension.name}"
    return concept


def _split(one: Operation, old: TaxonomyTree, new: TaxonomyTree) -> str:
    parts = " and ".join(named(part, new) for part in one.into)
    return f"{named(one.concept or '', old)} is split into {parts}."


def _merge(one: Operation, old: TaxonomyTree, new: TaxonomyTree) -> str:
    sources = " and ".join(named(source, old) for source in one.concepts if source not in one.into)
    return f"{sources} become {named(one.into[0], new, old)}."


def _redefine(one: Operation, old: TaxonomyTree, new: TaxonomyTree) -> str:
    how = {"narrower": "is narrower", "broader": "is broader", "shifted": "means something else"}
    return f"{named(one.concept or '', new, old)} {how[one.direction or 'shifted']} now."


def _add(one: Operation, old: TaxonomyTree, new: TaxonomyTree) -> str:
    taken = " and ".join(named(source, old) for source in one.carved_from)
    return f"{named(one.concept or '', new)} is new{f', taken out of {taken}' if taken else ''}."


def _constrain(one: Operation, old: TaxonomyTree, new: TaxonomyTree) -> str:
    members = " and ".join(named(concept, new, old) for concept in one.concepts)
    return f"{members or 'Some defects'} exclude each other now." if one.group else f"{members} needs another defect."


def _about(words: str) -> Sentence:
    return lambda one, old, new: f"{named(one.concept or '', new, old)} {words}."


def _changed(words: str) -> Sentence:
    return lambda one, old, new: (
        f"{named(one.concept or '', new, old)} {words} ({_short(one.from_value)} → {_short(one.to_value)})."
    )


def _short(value: object) -> str:
    return value if isinstance(value, str) else "other values"


_SENTENCES: Mapping[str, Sentence] = {
    "split": _split,
    "merge": _merge,
    "redefine": _redefine,
    "add": _add,
    "constrain": _constrain,
    "remove": lambda one, old, new: f"{named(one.concept or '', old)} is removed; its findings are kept, not counted.",
    "rescale": _about("has another scale"),
    "rescope": _about("is marked in another way"),
    "rename": _changed("has another name"),
    "recode": _changed("has another code"),
    "move": _about("stands in another dimension"),
    "deprecate": _about("is not used for new findings any more"),
    "reweigh": _about("weighs otherwise"),
    "edit": _about("is worded more clearly; it means the same"),
}
