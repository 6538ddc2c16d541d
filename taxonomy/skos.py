"""A taxonomy version as SKOS in Turtle (W3C SKOS Reference 2009, RDF 1.1 Turtle).

Concept IRIs end in the permanent id and carry no version; the scheme is the version. What SKOS has no word
for keeps its own property under `ts:`.
"""

import re
from collections.abc import Iterable, Iterator

from taxonomy.operations import Migration, Operation
from taxonomy.tree import Defect, Dimension, RetiredConcept, SubDefect, TaxonomyTree, Translation

DEFAULT_BASE = "urn:taxonomy:"
_PREFIXES = {
    "dct": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
}
Triple = tuple[str, str]
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _text(text: str, language: str | None = None) -> str:
    escaped = "".join(_ESCAPES.get(c, c) if c >= " " or c in _ESCAPES else f"\\u{ord(c):04X}" for c in text)
    return f'"{escaped}"' + (f"@{language}" if language else "")


class _Writer:
    def __init__(self, tree: TaxonomyTree, base: str) -> None:
        self.tree, self.language = tree, tree.meta.default_language
        self.root = f"{base}{tree.slug}{'/' if base.endswith('/') else ':'}"

    def iri(self, name: str) -> str:
        return f"<{self.root}{re.sub(r'[^A-Za-z0-9._-]', '-', name)}>"

    def said(self, text: str) -> str:
        return _text(text, self.language)

    def names(self, name: str, translations: Iterable[Translation]) -> Iterator[Triple]:
        yield "skos:prefLabel", self.said(name)
        for translation in translations:
            if translation.language == self.language:
                continue  # one preferred label for each language
            yield "skos:prefLabel", _text(translation.name, translation.language)
            if translation.definition:
                yield "skos:definition", _text(translation.definition, translation.language)


def is_base(text: str) -> bool:
    """May IRIs begin with this: a scheme, and no sign that would end the IRI."""
    return re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`]*", text) is not None


def turtle(tree: TaxonomyTree, migration: Migration | None = None, base: str = DEFAULT_BASE) -> str:
    """The whole version as one Turtle document. With the migration that led to it, merges and splits become
    mappings and each operation a note. The same input gives the same bytes."""
    writer = _Writer(tree, base)
    notes = _notes(migration)
    lines = [f"@prefix {name}: <{iri}> ." for name, iri in _PREFIXES.items()]
    lines += [f"@prefix ts: <{writer.root}terms/> .", ""]
    for term in ("annotateWhen", "doNotAnnotateWhen"):
        lines += _subject(f"ts:{term}", [("rdfs:subPropertyOf", "skos:scopeNote")])
    lines += _subject(writer.iri(tree.version), _scheme(writer, migration))
    for dimension in tree.dimensions:
        lines += _subject(writer.iri(dimension.id), _dimension(writer, dimension, notes))
        for defect in dimension.defects:
            lines += _subject(writer.iri(defect.id), _defect(writer, defect, dimension, notes))
            lines += _subject(writer.iri(defect.id), _parts(writer, defect.id, migration))
            for sub in defect.sub_defects:
                lines += _subject(writer.iri(sub.id), _sub_defect(writer, sub, defect, notes))
                lines += _subject(writer.iri(sub.id), _parts(writer, sub.id, migration))
    for retired in tree.retired_concepts:
        lines += _subject(writer.iri(retired.id), _retired(writer, retired, migration, notes))
    return "\n".join(lines)


def _parts(writer: _Writer, concept: str, migration: Migration | None) -> Iterator[Triple]:
    """A part of a split is narrower than the concept it came from."""
    for operation in migration.operations if migration else ():
        if operation.op == "split" and concept in operation.into:
            yield "skos:broadMatch", writer.iri(operation.concept or "")


def _subject(iri: str, triples: Iterable[Triple]) -> list[str]:
    said = list(dict.fromkeys(triples))
    if not said:
        return []
    body = [f"    {predicate} {value}" for predicate, value in said]
    return [iri, " ;\n".join(body) + " .", ""]


def _scheme(writer: _Writer, migration: Migration | None) -> Iterator[Triple]:
    meta = writer.tree.meta
    yield "a", "skos:ConceptScheme"
    yield "dct:title", writer.said(meta.title)
    yield "dct:description", writer.said(meta.summary)
    yield "owl:versionIRI", writer.iri(meta.version)
    yield "owl:versionInfo", _text(meta.version)
    if meta.previous_version:
        yield "owl:priorVersion", writer.iri(meta.previous_version)
    if meta.license:
        yield "dct:license", _text(meta.license)
    if meta.release_notes:
        yield "skos:changeNote", writer.said(meta.release_notes)
    for operation in migration.operations if migration else ():
        yield "skos:changeNote", writer.said(_sentence(operation))
    for dimension in writer.tree.dimensions:
        yield "skos:hasTopConcept", writer.iri(dimension.id)


def _dimension(writer: _Writer, dimension: Dimension, notes: dict[str, list[str]]) -> Iterator[Triple]:
    scheme = writer.iri(writer.tree.version)
    yield "a", "skos:Concept"
    yield "skos:inScheme", scheme
    yield "skos:topConceptOf", scheme
    yield "skos:notation", _text(dimension.code)
    yield from writer.names(dimension.name, dimension.translations)
    yield "skos:definition", writer.said(dimension.definition)
    if dimension.status == "deprecated":
        yield "owl:deprecated", "true"
    yield from (("skos:historyNote", writer.said(note)) for note in notes.get(dimension.id, ()))


def _defect(writer: _Writer, defect: Defect, dimension: Dimension, notes: dict[str, list[str]]) -> Iterator[Triple]:
    yield "a", "skos:Concept"
    yield "skos:inScheme", writer.iri(writer.tree.version)
    yield "skos:broader", writer.iri(dimension.id)
    yield "skos:notation", _text(defect.code)
    yield from writer.names(defect.name, defect.translations)
    others = (alias for alias in defect.aliases if alias != defect.name)  # no label is both (SKOS S13)
    yield from (("skos:altLabel", writer.said(alias)) for alias in others)
    yield "skos:definition", writer.said(defect.definition)
    yield from (("ts:annotateWhen", writer.said(text)) for text in defect.annotate_when)
    for case in defect.do_not_annotate_when:
        pointer = f" Use {case.use}." if case.use else ""
        yield "ts:doNotAnnotateWhen", writer.said(case.text + pointer)
    for rule in defect.severity:
        action = writer.tree.action_of(defect, rule.level)
        sentence = f"{rule.level}: {rule.rule} (penalty {rule.penalty:g}, {action})"
        yield "skos:scopeNote", writer.said(sentence)
    for example in defect.examples:
        yield "skos:example", writer.said(f"{example.kind}: {example.caption}")
    for relation in defect.relations:
        predicate = "skos:related" if relation.type == "related" else f"ts:{relation.type}"
        yield predicate, writer.iri(relation.target)
    yield from (("ts:derivedFrom", writer.iri(source)) for source in defect.derived_from)
    if defect.deprecation:
        yield from _replaced(writer, defect.deprecation.replaced_by, defect.deprecation.consider)
        yield "skos:editorialNote", writer.said(defect.deprecation.reason)
    yield from (("skos:historyNote", writer.said(note)) for note in notes.get(defect.id, ()))


def _sub_defect(writer: _Writer, sub: SubDefect, defect: Defect, notes: dict[str, list[str]]) -> Iterator[Triple]:
    yield "a", "skos:Concept"
    yield "skos:inScheme", writer.iri(writer.tree.version)
    yield "skos:broader", writer.iri(defect.id)
    yield "skos:notation", _text(sub.code)
    yield from writer.names(sub.name, sub.translations)
    yield "skos:definition", writer.said(sub.definition)
    if sub.status == "deprecated":
        yield "owl:deprecated", "true"
    yield from (("skos:historyNote", writer.said(note)) for note in notes.get(sub.id, ()))


def _replaced(writer: _Writer, replaced_by: Iterable[str], consider: Iterable[str]) -> Iterator[Triple]:
    yield "owl:deprecated", "true"
    yield from (("dct:isReplacedBy", writer.iri(target)) for target in replaced_by)
    yield from (("ts:consider", writer.iri(target)) for target in consider)


def _retired(
    writer: _Writer, retired: RetiredConcept, migration: Migration | None, notes: dict[str, list[str]]
) -> Iterator[Triple]:
    yield "a", "skos:Concept"
    yield "skos:notation", _text(retired.code)
    yield "skos:prefLabel", writer.said(retired.name)
    yield from _replaced(writer, retired.replaced_by, retired.consider)
    yield "skos:editorialNote", writer.said(f"Retired in {retired.retired_in}: {retired.reason}.")
    for operation in migration.operations if migration else ():
        if operation.op == "merge" and retired.id in operation.concepts:
            yield "skos:broadMatch", writer.iri(operation.into[0])
    yield from (("skos:historyNote", writer.said(note)) for note in notes.get(retired.id, ()))


def _notes(migration: Migration | None) -> dict[str, list[str]]:
    """Sentence of each operation by the concepts it names."""
    notes: dict[str, list[str]] = {}
    for operation in migration.operations if migration else ():
        for concept in dict.fromkeys((*operation.sources, *operation.into)):
            notes.setdefault(concept, []).append(_sentence(operation))
    return notes


def _sentence(operation: Operation) -> str:
    concepts = ", ".join(operation.sources) or operation.group or ""
    into = f" into {', '.join(operation.into)}" if operation.into else ""
    return f"{operation.op} {concepts}{into}: {operation.why}"
