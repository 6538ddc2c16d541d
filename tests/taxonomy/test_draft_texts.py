"""A draft is not published with the texts that the editor began with."""

from dataclasses import replace
from pathlib import Path

from taxonomy.drafts import UNWRITTEN, unwritten
from taxonomy.tree import TaxonomyTree
from taxonomy.validation import load_taxonomy

FILE = Path(__file__).resolve().parents[2] / "fixtures" / "taxonomies" / "portrait-basics-1.0.0.yaml"


def with_definition(tree: TaxonomyTree, text: str) -> TaxonomyTree:
    dimension = tree.dimensions[0]
    defects = (replace(dimension.defects[0], definition=text), *dimension.defects[1:])
    return replace(tree, dimensions=(replace(dimension, defects=defects), *tree.dimensions[1:]))


def test_a_text_the_editor_began_with_is_named_with_its_place_and_a_written_one_is_not():
    tree = load_taxonomy(FILE.read_bytes(), FILE.name)
    assert unwritten(tree) == ()
    found = unwritten(with_definition(tree, f"{UNWRITTEN}: what is seen, where, and how it differs."))
    assert [(one.path, one.code) for one in found] == [("/dimensions/0/defects/0/definition", "unwritten")]
