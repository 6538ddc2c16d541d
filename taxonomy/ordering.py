"""One order for what a file writes as a mapping, so that a version read back from the database is the same value.

PostgreSQL's jsonb keeps no order of keys. Level rules follow the levels of their scale, translations the languages of
the taxonomy, end words their digits; whatever is not known there follows by name.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from taxonomy.document import Document, from_document
from taxonomy.tree import Defect, Dimension, Scale, SubDefect, TaxonomyTree, Translation

Named = TypeVar("Named", Dimension, SubDefect)


def read_document(document: Document) -> TaxonomyTree:
    """The tree of a stored document, in the one order."""
    return in_order(from_document(document))


def in_order(tree: TaxonomyTree) -> TaxonomyTree:
    """The same content, every mapping in its one order; doing it twice changes nothing."""
    languages = tree.meta.languages
    scales = {scale.id: scale for scale in tree.scales}
    return replace(
        tree,
        scales=tuple(_scale(scale) for scale in tree.scales),
        dimensions=tuple(
            replace(
                _translated(dimension, languages),
                defects=tuple(_defect(defect, scales.get(defect.scale), languages) for defect in dimension.defects),
            )
            for dimension in tree.dimensions
        ),
    )


def _scale(scale: Scale) -> Scale:
    return replace(scale, end_words=tuple(sorted(scale.end_words)))


def _translated(concept: Named, languages: Sequence[str]) -> Named:
    return replace(concept, translations=_translations(concept.translations, languages))


def _translations(translations: tuple[Translation, ...], languages: Sequence[str]) -> tuple[Translation, ...]:
    places = {language: place for place, language in enumerate(languages)}
    return tuple(sorted(translations, key=lambda one: (places.get(one.language, len(places)), one.language)))


def _defect(defect: Defect, scale: Scale | None, languages: Sequence[str]) -> Defect:
    places = {key: place for place, key in enumerate(scale.keys)} if scale else {}
    return replace(
        defect,
        translations=_translations(defect.translations, languages),
        severity=tuple(sorted(defect.severity, key=lambda rule: (places.get(rule.level, len(places)), rule.level))),
        sub_defects=tuple(_translated(sub, languages) for sub in defect.sub_defects),
    )
