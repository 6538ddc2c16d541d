"""What differs between two versions of a taxonomy, as typed changes.

Concepts are matched by id only; nothing is guessed from similarity here. One change is one concept (or
exclusion group) added or gone, or one field of it changed. Actions are compared as they take effect, so a
changed default of a scale shows at every defect it touches.
"""

import re
from dataclasses import dataclass
from dataclasses import field as kept
from difflib import SequenceMatcher
from typing import Any, Literal

from taxonomy.document import Document, defect_document, to_document
from taxonomy.tree import Defect, Dimension, ExclusionGroup, Scale, SubDefect, TaxonomyTree

ChangeKind = Literal["added", "gone", "changed"]
Subject = Literal["dimension", "defect", "sub_defect", "exclusion_group"]

MEANING_FIELDS = ("definition", "annotate_when", "do_not_annotate_when", "context", "not_ratable")
"""Fields that say what counts as the defect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """`field` is None for added and gone; `before` and `after` are plain values of a document."""

    subject: Subject
    concept: str
    kind: ChangeKind
    field: str | None = None
    before: Any = kept(default=None, hash=False)
    after: Any = kept(default=None, hash=False)

    @property
    def key(self) -> tuple[str, str]:
        return self.concept, self.field or self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A difference that touches no finding and needs no operation: title, sources, order and the like."""

    path: str
    before: Any = kept(default=None, hash=False)
    after: Any = kept(default=None, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    from_version: str
    to_version: str
    changes: tuple[Change, ...]
    notes: tuple[Note, ...]

    def of(self, concept: str) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.concept == concept)


def diff(old: TaxonomyTree, new: TaxonomyTree) -> Diff:
    """Every change between two trees, ordered by concept id and field; equal trees give none."""
    before, after = _subjects(old), _subjects(new)
    changes: list[Change] = []
    for concept in sorted(before.keys() | after.keys()):
        if concept not in before:
            subject, said = after[concept]
            changes.append(Change(subject=subject, concept=concept, kind="added", after=said))
        elif concept not in after:
            subject, said = before[concept]
            changes.append(Change(subject=subject, concept=concept, kind="gone", before=said))
        else:
            changes.extend(_changed(concept, before[concept], after[concept]))
    return Diff(from_version=old.version, to_version=new.version, changes=tuple(changes), notes=_notes(old, new))


def _changed(concept: str, old: tuple[Subject, Document], new: tuple[Subject, Document]) -> list[Change]:
    subject, before = old
    after = new[1]
    if subject == "exclusion_group":
        fields = ["group"] if before != after else []
        before, after = {"group": before}, {"group": after}
    else:
        fields = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        if "scale" in fields and "scale.rules" in fields:
            fields.remove("scale.rules")
    return [
        Change(
            subject=subject,
            concept=concept,
            kind="changed",
            field=name,
            before=_shown(name, before.get(name)),
            after=_shown(name, after.get(name)),
        )
        for name in fields
    ]


def _shown(name: str, value: Any) -> Any:
    return value["id"] if name == "scale" else value


def _subjects(tree: TaxonomyTree) -> dict[str, tuple[Subject, Document]]:
    found: dict[str, tuple[Subject, Document]] = {}
    for dimension in tree.dimensions:
        found[dimension.id] = ("dimension", _dimension_fields(dimension))
        for defect in dimension.defects:
            found[defect.id] = ("defect", _defect_fields(tree, defect))
            for sub in defect.sub_defects:
                found[sub.id] = ("sub_defect", _sub_fields(sub, defect.id))
    for group in tree.exclusion_groups:
        found[group.id] = ("exclusion_group", group_document(group))
    return found


def group_document(group: ExclusionGroup) -> Document:
    """The group with its members in order of id: their order says nothing."""
    return {"id": group.id, "level": group.level, "members": sorted(group.members), "rule": group.rule}


def _translations(concept: Dimension | Defect | SubDefect) -> Document:
    return {t.language: {"name": t.name, "definition": t.definition} for t in concept.translations}


def _dimension_fields(dimension: Dimension) -> Document:
    return {
        "code": dimension.code,
        "name": dimension.name,
        "definition": dimension.definition,
        "status": dimension.status or "active",
        "colour": dimension.colour,
        "translations": _translations(dimension),
    }


def _sub_fields(sub: SubDefect, parent: str) -> Document:
    return {
        "code": sub.code,
        "name": sub.name,
        "definition": sub.definition,
        "status": sub.status,
        "since": sub.since,
        "parent": parent,
        "translations": _translations(sub),
    }


_GIVEN_APART = ("id", "severity", "scale", "sub_defects", "translations")


def _defect_fields(tree: TaxonomyTree, defect: Defect) -> Document:
    plain = {key: value for key, value in defect_document(defect).items() if key not in _GIVEN_APART}
    scale = tree.scale_of(defect)
    return {
        **plain,
        "parent": tree.parent_id(defect.id),
        "translations": _translations(defect),
        "scale": _scale_shape(scale),
        "scale.rules": {
            "tie_break": scale.tie_break,
            **{level.key: level.general_rule for level in scale.levels},
        },
        "severity.rules": {rule.level: rule.rule for rule in defect.severity},
        "severity.penalties": {rule.level: rule.penalty for rule in defect.severity},
        "severity.actions": {rule.level: tree.action_of(defect, rule.level) for rule in defect.severity},
    }


def _scale_shape(scale: Scale) -> Document:
    """What makes a finding's level valid: id, kind, and the levels in their order of harm."""
    ranks = {level.key: level.rank for level in scale.levels}
    return {"id": scale.id, "kind": scale.kind, "ranks": ranks}


def _notes(old: TaxonomyTree, new: TaxonomyTree) -> tuple[Note, ...]:
    before, after = _noted(old), _noted(new)
    return tuple(
        Note(path=path, before=before.get(path), after=after.get(path))
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    )


def _noted(tree: TaxonomyTree) -> dict[str, Any]:
    document = to_document(tree)
    noted: dict[str, Any] = {f"/taxonomy/{key}": value for key, value in document["taxonomy"].items()}
    for name in ("severity_scales", "quality_model", "kpis", "retired_concepts"):
        noted |= {f"/{name}/{entry['id']}": entry for entry in document.get(name, [])}
    noted["/dimensions"] = [dimension.id for dimension in tree.dimensions]
    for dimension in tree.dimensions:
        noted[f"/dimensions/{dimension.id}/order"] = [defect.id for defect in dimension.defects]
    return noted


# ---- how far apart two texts are


def words(text: str) -> list[str]:
    """Lower-case words and numbers of a text."""
    return re.findall(r"[^\W_]+", text.lower())


def similarity(one: str, other: str) -> float:
    """Share of words in common, in order: difflib's ratio, 0..1; two empty texts are alike (1)."""
    return SequenceMatcher(None, words(one), words(other), autojunk=False).ratio()


def meaning_text(defect: Defect) -> str:
    """Definition and criteria as one text."""
    cases = [case.text for case in defect.do_not_annotate_when]
    return " ".join([defect.definition, *defect.annotate_when, *cases])


def wording_shift(old: Defect, new: Defect) -> float:
    """Share of definition and criteria that changed, 0..1; above 0.2 an `edit` needs a second approver."""
    return 1.0 - similarity(meaning_text(old), meaning_text(new))


def changed_fields(changes: tuple[Change, ...]) -> dict[str, Change]:
    """The changed fields of one concept by name."""
    return {change.field: change for change in changes if change.field is not None}
