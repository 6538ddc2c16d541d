"""The Turtle export: every concept, its names and its history, and strings that cannot break out."""

import re

from taxonomy_files import document, migrations, tree

from taxonomy.document import from_document
from taxonomy.skos import turtle


def blocks(text):
    return {block.split("\n")[0]: block for block in text.split("\n\n") if block.startswith("<")}


def test_every_concept_is_there_with_labels_and_place():
    text = turtle(tree("2.0.0"))
    root = "urn:taxonomy:ai-image-defects:"
    by_iri = blocks(text)
    for defect in tree("2.0.0").defects:
        block = by_iri[f"<{root}{defect.id}>"]
        assert f'skos:notation "{defect.code}"' in block
        assert f"skos:broader <{root}{tree('2.0.0').parent_id(defect.id)}>" in block
        assert f'skos:prefLabel "{defect.name}"@en' in block
    hand = by_iri[f"<{root}AID-0011>"]
    assert 'skos:altLabel "claw hand"@en' in hand
    assert 'skos:prefLabel "Hand- oder Fußfehlbildung"@de' in hand
    assert f"skos:broader <{root}AID-0011>" in by_iri[f"<{root}AID-0051>"]
    assert f"owl:priorVersion <{root}1.1.0>" in by_iri[f"<{root}2.0.0>"]
    assert "owl:deprecated true" in by_iri[f"<{root}AID-0034>"]
    assert f"dct:isReplacedBy <{root}AID-0058>" in by_iri[f"<{root}AID-0035>"]
    assert text == turtle(tree("2.0.0"))


def test_a_migration_becomes_mappings_and_notes():
    by_iri = {}
    for block in turtle(tree("2.0.0"), migrations()[1], base="https://example.org/").split("\n\n"):
        by_iri.setdefault(block.split("\n")[0], []).append(block)
    root = "https://example.org/ai-image-defects/"
    merged = "\n".join(by_iri[f"<{root}AID-0035>"])
    assert f"skos:broadMatch <{root}AID-0058>" in merged
    assert "skos:historyNote" in merged
    part = "\n".join(by_iri[f"<{root}AID-0056>"])
    assert f"skos:broadMatch <{root}AID-0014>" in part
    assert "skos:changeNote" in by_iri[f"<{root}2.0.0>"][0]


def test_deprecation_in_a_living_version_and_relations():
    old = blocks(turtle(tree("1.1.0")))["<urn:taxonomy:ai-image-defects:AID-0034>"]
    assert "owl:deprecated true" in old
    assert "ts:consider" in old
    logo = blocks(turtle(tree("1.0.0")))["<urn:taxonomy:ai-image-defects:AID-0031>"]
    assert "skos:related <urn:taxonomy:ai-image-defects:AID-0030>" in logo


def test_no_text_can_break_out_of_its_quotes():
    new = document()
    hand = new["dimensions"][0]["defects"][0]
    hand["definition"] = 'A "hand" \\ with \n tabs\t and <urn:x> . "@en ; a owl:Thing.'
    hand["translations"] = {"en": {"name": "Twice"}, "de": {"name": "Hand", "definition": "Eine Hand."}}
    hand["sub_defects"][0]["status"] = "deprecated"
    hand["relations"] = [{"type": "implies", "target": "AID-0012"}]
    new["taxonomy"].pop("license")
    new["taxonomy"].pop("release_notes")
    new["taxonomy"]["previous_version"] = None
    text = turtle(from_document(new))
    assert '"A \\"hand\\" \\\\ with \\n tabs\\t and <urn:x> . \\"@en ; a owl:Thing."@en' in text
    assert "Twice" not in text
    assert '"Eine Hand."@de' in text
    assert "ts:implies" in text
    without_strings = re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', text)
    assert without_strings.count('"') % 2 == 0
    assert "owl:Thing" not in without_strings
