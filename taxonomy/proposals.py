"""Operations proposed for changes that nobody declared, and the questions where a guess would be wrong.

For a draft (publish wizard) and for files made elsewhere. A proposal is a draft of an operation; `question`
says what only the author can know. Declaring every proposal as it stands explains the whole difference.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as kept

from taxonomy.diff import (
    MEANING_FIELDS,
    Change,
    changed_fields,
    diff,
    meaning_text,
    similarity,
    wording_shift,
)
from taxonomy.document import Document
from taxonomy.explanation import WORDING
from taxonomy.operations import BUMP_OF, BUMPS, MIGRATION_FORMAT, bump_between
from taxonomy.tree import Scale, TaxonomyTree

ALIKE = 0.6
"""A concept gone and one added whose texts are at least this similar may be one concept renumbered."""
SECOND_APPROVER = 0.2
"""An `edit` of definition and criteria beyond this share of words needs a second approver."""
Fields = dict[str, Change]
WHY = "Proposed from the difference; say why."


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`operation` lacks only its id; `options` are the operations (or directions) to choose from."""

    operation: Document = kept(hash=False)
    question: str | None = None
    options: tuple[str, ...] = ()
    similar_to: str | None = None
    similarity: float | None = None


def propose(old: TaxonomyTree, new: TaxonomyTree, changes: tuple[Change, ...] | None = None) -> tuple[Proposal, ...]:
    """Proposals for `changes` (default: all between the versions), in the order of the concepts."""
    if changes is None:
        changes = diff(old, new).changes
    concepts = dict.fromkeys(change.concept for change in changes)
    ended = {change.concept for change in changes if change.kind == "gone"}
    found: list[Proposal] = []
    for concept in concepts:
        own = tuple(change for change in changes if change.concept == concept)
        found.extend(_proposals(own, old, new, ended))
    return tuple(_without_twins(found))


def propose_migration(old: TaxonomyTree, new: TaxonomyTree) -> Document:
    """A whole migration document made of proposals, to be completed by the author."""
    operations = [proposal.operation for proposal in propose(old, new)]
    numbered = [{"id": f"op-{number:02d}", **one} for number, one in enumerate(operations, 1)]
    least = max((BUMP_OF[one["op"]] for one in operations), key=BUMPS.index, default="patch")
    raised = bump_between(old.version, new.version) or least
    return {
        "format": MIGRATION_FORMAT,
        "taxonomy": new.slug,
        "from": old.version,
        "to": new.version,
        "bump": max(least, raised, key=BUMPS.index),
        "operations": numbered,
    }


def _without_twins(found: list[Proposal]) -> Iterator[Proposal]:
    seen: list[Document] = []
    for proposal in found:
        if proposal.operation not in seen:
            seen.append(proposal.operation)
            yield proposal


def _operation(op: str, **keys: object) -> Document:
    said = {key: value for key, value in keys.items() if value not in (None, [], {})}
    return {"op": op, **said, "why": WHY}


def _proposals(own: tuple[Change, ...], old: TaxonomyTree, new: TaxonomyTree, ended: set[str]) -> Iterator[Proposal]:
    first = own[0]
    if first.subject == "exclusion_group":
        yield from _for_group(first, old, ended)
    elif first.kind == "added":
        yield from _for_added(first, old, new)
    elif first.kind == "gone":
        yield from _for_gone(first, old, new)
    elif first.subject == "defect":
        yield from _for_defect(own, old, new)
    else:
        yield from _for_other(own)


def _for_group(change: Change, old: TaxonomyTree, ended: set[str]) -> Iterator[Proposal]:
    members = [group.members for group in old.exclusion_groups if group.id == change.concept]
    if members and change.kind != "added" and ended & set(members[0]):
        return  # it loses a member by the operation that ends that concept
    said = change.after or change.before
    yield Proposal(operation=_operation("constrain", group=change.concept, concepts=_still(said, change)))


def _still(said: Document, change: Change) -> list[str]:
    return list(said["members"]) if change.kind != "gone" else []


# ---- added and gone


def _for_added(change: Change, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Proposal]:
    concept = change.concept
    parent = new.parent_id(concept)
    if change.subject == "sub_defect" and parent is not None and not old.has_defect(parent):
        return  # it comes with its defect
    if change.subject != "defect":
        yield Proposal(operation=_operation("add", concept=concept, parent=parent))
        return
    defect = new.defect(concept)
    sources = [source for source in defect.derived_from if old.has_defect(source)]
    ends = [source for source in sources if not new.has_defect(source)]
    if ends:
        return  # proposed with the concept that was split or merged
    question = None
    if not sources:
        others = [d.id for d in old.defects if d.catch_all and old.parent_id(d.id) == parent]
        sources = others
        question = f"Where were cases of {concept} ({defect.name}) marked before? Proposed: the catch-all."
    operation = _operation("add", concept=concept, parent=parent, carved_from=sources)
    yield Proposal(operation=operation, question=question)


def _for_gone(change: Change, old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Proposal]:
    concept = change.concept
    parent = old.parent_id(concept)
    if change.subject == "sub_defect" and parent is not None and not new.has_defect(parent):
        return
    if change.subject != "defect":
        yield Proposal(operation=_operation("remove", concept=concept))
        return
    heirs = [defect.id for defect in new.defects if concept in defect.derived_from]
    buried = next((one for one in new.retired_concepts if one.id == concept), None)
    if buried is not None and buried.reason == "merged" and len(buried.replaced_by) == 1:
        yield _merge(buried.replaced_by[0], old, new)
    elif buried is not None and buried.reason == "split" and len(heirs) > 1:
        yield Proposal(operation=_operation("split", concept=concept, into=heirs))
    else:
        yield _renumbered(concept, old, new) or Proposal(operation=_operation("remove", concept=concept))
        yield from (
            Proposal(operation=_operation("add", concept=heir, parent=new.parent_id(heir)))
            for heir in heirs
            if not old.has_defect(heir)
        )


def _merge(target: str, old: TaxonomyTree, new: TaxonomyTree) -> Proposal:
    sources = [one.id for one in new.retired_concepts if target in one.replaced_by and old.has_defect(one.id)]
    own = [target] if old.has_defect(target) else []
    return Proposal(operation=_operation("merge", concepts=own + sources, into=target))


def _renumbered(concept: str, old: TaxonomyTree, new: TaxonomyTree) -> Proposal | None:
    """The added concept whose name and criteria are most like those of the one gone, if alike enough."""
    gone = old.defect(concept)
    before = f"{gone.name} {meaning_text(gone)}"
    alike = [
        (similarity(before, f"{defect.name} {meaning_text(defect)}"), defect.id)
        for defect in new.defects
        if not old.has_defect(defect.id)
    ]
    share, nearest = max(alike, default=(0.0, ""))
    if share < ALIKE:
        return None
    question = (
        f"{concept} is gone and {nearest} is new with {share:.0%} of the same words: the same concept "
        f"renumbered (then keep the id), merged into it, or really another one?"
    )
    return Proposal(
        operation=_operation("merge", concepts=[concept], into=nearest),
        question=question,
        options=("merge", "keep the id", "remove"),
        similar_to=nearest,
        similarity=round(share, 4),
    )


# ---- changed


def _for_other(own: tuple[Change, ...]) -> Iterator[Proposal]:
    """A dimension or a sub-defect: display and place only."""
    fields = changed_fields(own)
    concept = own[0].concept
    yield from _display(concept, fields)
    told = {"name", "code", "parent"} | ({"translations"} if "name" in fields else set())
    rest = sorted(set(fields) - told)
    if rest:
        yield Proposal(operation=_operation("edit", concept=concept, fields=rest))


def _display(concept: str, fields: Fields) -> Iterator[Proposal]:
    for name, op in (("name", "rename"), ("code", "recode")):
        if change := fields.get(name):
            yield Proposal(operation=_operation(op, concept=concept, from_value=change.before, to_value=change.after))
    if change := fields.get("parent"):
        yield Proposal(operation=_operation("move", concept=concept, from_parent=change.before, to_parent=change.after))


def _for_defect(own: tuple[Change, ...], old: TaxonomyTree, new: TaxonomyTree) -> Iterator[Proposal]:
    fields = changed_fields(own)
    concept = own[0].concept
    redefinition = _redefinition(fields, old, new, concept)
    if redefinition is not None:
        yield redefinition
        for name in redefinition.operation["fields"]:
            fields.pop(name, None)
        fields.pop("meaning_since", None)
    yield from _display(concept, fields)
    yield from _deprecation(fields, new, concept)
    yield from _scale_changes(fields, old, new, concept)
    if change := fields.get("scope"):
        yield Proposal(
            operation=_operation("rescope", concept=concept, from_value=change.before, to_value=change.after)
        )
    yield from _wording(fields, old, new, concept)


def _redefinition(fields: Fields, old: TaxonomyTree, new: TaxonomyTree, concept: str) -> Proposal | None:
    """A redefine where the file says so (meaning_since) or where only a redefine can explain the field."""
    told = "meaning_since" in fields
    forced = {"context", "not_ratable", "catch_all"} & set(fields)
    if not told and not forced:
        return None
    allowed = {*MEANING_FIELDS, "name", "translations", "severity.rules", "examples", "aliases", "catch_all"}
    if "scale" in fields:
        allowed -= {"severity.rules", "examples"}
    names = sorted(allowed & set(fields))
    shift = wording_shift(old.defect(concept), new.defect(concept))
    question = (
        f"{concept} changed its meaning ({shift:.0%} of the words): does it cover fewer cases (narrower), "
        "more (broader), or others (shifted)?"
    )
    operation = _operation("redefine", concept=concept, direction="shifted", fields=names)
    operation.setdefault("fields", [])
    return Proposal(operation=operation, question=question, options=("narrower", "broader", "shifted"))


def _deprecation(fields: Fields, new: TaxonomyTree, concept: str) -> Iterator[Proposal]:
    deprecation = new.defect(concept).deprecation
    if "status" in fields or "deprecation" in fields:
        lists = (
            {"replaced_by": list(deprecation.replaced_by), "consider": list(deprecation.consider)}
            if deprecation
            else {}
        )
        question = None if deprecation else f"{concept} is no longer deprecated; better give it a new id."
        yield Proposal(operation=_operation("deprecate", concept=concept, **lists), question=question)


def _scale_changes(fields: Fields, old: TaxonomyTree, new: TaxonomyTree, concept: str) -> Iterator[Proposal]:
    if change := fields.get("scale"):
        before, after = (tree.scale_of(tree.defect(concept)) for tree in (old, new))
        guess, sure = _level_map(before, after)
        operation = _operation(
            "rescale", concept=concept, from_scale=change.before, to_scale=change.after, level_map=guess
        )
        question = None if sure else f"Which level of {after.id} does each level of {before.id} become?"
        yield Proposal(operation=operation, question=question)
        for name in ("severity.rules", "severity.penalties", "severity.actions", "examples"):
            fields.pop(name, None)
    if change := fields.get("severity.penalties"):
        operation = _operation("reweigh", concept=concept, from_value=change.before, to_value=change.after)
        yield Proposal(operation=operation)
    if change := fields.get("severity.actions"):
        levels = [level for level in change.after if change.before.get(level) != change.after[level]]
        operation = _operation(
            "reweigh",
            concept=concept,
            from_actions={level: change.before[level] for level in levels if level in change.before},
            to_actions={level: change.after[level] for level in levels},
        )
        yield Proposal(operation=operation)


def _level_map(before: Scale, after: Scale) -> tuple[dict[str, list[str]], bool]:
    """Same keys stay; otherwise the levels at the same height of the scale, which is a guess."""
    if set(before.keys) <= set(after.keys):
        return {key: [key] for key in before.keys}, True
    count, goal = len(before.levels), len(after.levels)
    guess: dict[str, list[str]] = {}
    for level in before.levels:
        low, high = (level.rank - 1) * goal // count, max(level.rank * goal - 1, 0) // count
        guess[level.key] = [one.key for one in after.levels if low <= one.rank - 1 <= high]
    return guess, goal == 1


def _wording(fields: Fields, old: TaxonomyTree, new: TaxonomyTree, concept: str) -> Iterator[Proposal]:
    renamed = {"translations"} if "name" in fields else set()
    rest = sorted((WORDING & set(fields)) - renamed)
    before, after = old.defect(concept), new.defect(concept)
    if "relations" in rest and set(after.targets("requires")) - set(before.targets("requires")):
        rest.remove("relations")
        yield Proposal(operation=_operation("constrain", concept=concept))
    if not rest:
        return
    operation = _operation("edit", concept=concept, fields=rest)
    if not set(rest) & {*MEANING_FIELDS, "severity.rules", "scale.rules"}:
        yield Proposal(operation=operation)
        return
    shift = wording_shift(before, after)
    if shift == 0 and not {"severity.rules", "scale.rules"} & set(rest):
        yield Proposal(operation=operation)  # only a pointer to a sibling changed
        return
    question = (
        f"The criteria of {concept} changed ({shift:.0%} of the words): the same meaning in better words "
        "(edit), or fewer cases (narrower), more (broader), others (shifted)?"
    )
    if shift > SECOND_APPROVER:
        question += " Beyond 20% a second person must confirm an edit."
    yield Proposal(operation=operation, question=question, options=("edit", "narrower", "broader", "shifted"))
