"""The SKOS export read back as a graph: what SKOS promises holds, and no text is lost or breaks out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from taxonomy_files import TAXONOMIES, document, migrations, tree, trees
from turtle_reader import RDF_TYPE, Literal, triples

from taxonomy.document import from_document
from taxonomy.skos import is_base, turtle
from taxonomy.validation import load_taxonomy

SKOS, OWL, DCT = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/2002/07/owl#", "http://purl.org/dc/terms/"


def values(graph, subject, predicate):
    return {value for one, by, value in graph if one == subject and by == predicate}


@pytest.mark.parametrize("path", TAXONOMIES, ids=lambda path: path.stem)
def test_the_graph_keeps_the_promises_of_skos(path):
    made = load_taxonomy(path.read_bytes())
    graph = triples(turtle(made))
    root = f"urn:taxonomy:{made.slug}:"
    scheme = root + made.version
    assert values(graph, scheme, RDF_TYPE) == {SKOS + "ConceptScheme"}
    assert values(graph, scheme, OWL + "versionIRI") == {scheme}
    assert values(graph, scheme, OWL + "versionInfo") == {Literal(made.version)}
    before = {root + made.meta.previous_version} if made.meta.previous_version else set()
    assert values(graph, scheme, OWL + "priorVersion") == before
    assert values(graph, scheme, SKOS + "hasTopConcept") == {root + one.id for one in made.dimensions}
    concepts = {subject for subject, by, value in graph if by == RDF_TYPE and value == SKOS + "Concept"}
    expected = [*made.dimensions, *made.defects, *(sub for one in made.defects for sub in one.sub_defects)]
    assert concepts == {root + one.id for one in (*expected, *made.retired_concepts)}
    for one in expected:
        labels = values(graph, root + one.id, SKOS + "prefLabel")
        assert Literal(one.name, made.meta.default_language) in labels
        assert len({label.language for label in labels}) == len(labels)  # S14: one for each language
        assert not labels & values(graph, root + one.id, SKOS + "altLabel")  # S13
        assert values(graph, root + one.id, SKOS + "notation") == {Literal(one.code)}
        assert {(text.name, text.language) for text in one.translations} <= {(x.text, x.language) for x in labels}
        parent = made.parent_id(one.id)
        above = SKOS + ("broader" if parent else "topConceptOf")
        assert values(graph, root + one.id, above) == {root + parent if parent else scheme}
        related = values(graph, root + one.id, SKOS + "related")
        assert not related & values(graph, root + one.id, SKOS + "broader")  # S27
    pointers = {value for _, by, value in graph if by.endswith(("broader", "related", "isReplacedBy", "consider"))}
    assert pointers <= concepts


@pytest.mark.parametrize("step", [0, 1])
def test_every_operation_is_told_and_merges_and_splits_are_mapped(step):
    new, migration = trees()[step + 1], migrations()[step]
    graph = triples(turtle(new, migration))
    root = f"urn:taxonomy:{new.slug}:"
    told = {value.text for value in values(graph, root + new.version, SKOS + "changeNote")}
    assert all(any(operation.why in note for note in told) for operation in migration.operations)
    for operation in migration.operations:
        for concept in (*operation.sources, *operation.into):
            notes = values(graph, root + concept, SKOS + "historyNote")
            assert any(operation.why in note.text for note in notes), concept
        if operation.op == "merge":
            for source in operation.concepts:
                if source not in operation.into:
                    assert root + operation.into[0] in values(graph, root + source, SKOS + "broadMatch")
        if operation.op == "split":
            for part in operation.into:
                assert root + (operation.concept or "") in values(graph, root + part, SKOS + "broadMatch")
    for gone in new.retired_concepts:
        assert values(graph, root + gone.id, OWL + "deprecated") == {True}
        assert values(graph, root + gone.id, DCT + "isReplacedBy") == {root + one for one in gone.replaced_by}


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_comes_back_as_it_was(text):
    hostile = document("1.0.0")
    hostile["dimensions"] = hostile["dimensions"][:1]
    hostile["dimensions"][0]["defects"] = hostile["dimensions"][0]["defects"][:1]
    hand = hostile["dimensions"][0]["defects"][0]
    hand |= {"definition": text, "aliases": [text, hand["name"]]}
    graph = triples(turtle(from_document(hostile)))
    subject = f"urn:taxonomy:ai-image-defects:{hand['id']}"
    assert values(graph, subject, SKOS + "definition") == {Literal(text, "en")}
    assert values(graph, subject, SKOS + "altLabel") == {Literal(text, "en")} - {Literal(hand["name"], "en")}


@pytest.mark.parametrize("base", ["https://e.org/", "urn:x:", "https://e.org/t#"])
def test_a_base_begins_an_iri(base):
    assert is_base(base)
    assert triples(turtle(tree("1.0.0"), base=base))


@pytest.mark.parametrize("base", ["", "x", "https://e.org/> <urn:x", "urn:a b", 'urn:"', "urn:\n", "//e.org", "urn:\\"])
def test_a_base_that_would_break_out_is_refused(base):
    assert not is_base(base)
