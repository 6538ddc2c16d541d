"""Differences of versions, and migrations that must explain them wholly."""

from itertools import pairwise

import pytest
from taxonomy_files import VERSIONS, document, migration_path, migration_text, migrations, tree, trees

from taxonomy.diff import diff, similarity, wording_shift
from taxonomy.document import from_document
from taxonomy.explanation import explain, violations_of
from taxonomy.operations import (
    bump_between,
    check_migration_document,
    least_bump,
    load_migration,
    migration_document,
    migration_from_document,
    raised,
    read_migration,
)
from taxonomy.proposals import propose, propose_migration
from taxonomy.violation import FileRefused

PAIRS = [("1.0.0", "1.1.0", 15), ("1.1.0", "2.0.0", 53)]


def changed(base="2.0.0", **header):
    """A document of the next version, equal but for its header."""
    new = document(base)
    new["taxonomy"] |= {"version": "3.0.0", "previous_version": base, **header}
    return new


def at(new, concept):
    return next(d for dim in new["dimensions"] for d in dim["defects"] if d["id"] == concept)


def migration(*operations, bump="major", **header):
    numbered = [{"id": f"op-{n:02d}", "why": "for this test", **one} for n, one in enumerate(operations, 1)]
    said = {"format": "defect-taxonomy-migration/1", "taxonomy": "ai-image-defects", "from": "2.0.0"}
    return said | {"to": "3.0.0", "bump": bump, "operations": numbered} | header


def explained(new, *operations, **header):
    loaded = check_migration_document(migration(*operations, **header))
    assert loaded.violations == (), loaded.violations
    return explain(tree("2.0.0"), from_document(new), loaded.migration)


@pytest.mark.parametrize(("old", "new", "count"), PAIRS)
def test_the_shipped_migrations_explain_every_change_and_idle_nowhere(old, new, count):
    loaded = read_migration(migration_path(old, new).read_bytes())
    found = explain(tree(old), tree(new), loaded.migration, loaded.lines)
    assert len(found.diff.changes) == count == len(found.explained)
    assert found.unexplained == () == found.idle
    assert found.problems == ()
    assert found.ok


def test_equal_trees_have_no_difference():
    for one in trees():
        assert diff(one, one).changes == () == diff(one, one).notes


def test_a_changed_default_action_shows_at_every_defect_it_touches():
    new = changed()
    new["severity_scales"][0]["levels"][0]["action"] = "retouch"
    changes = diff(tree("2.0.0"), from_document(new)).changes
    touched = [
        d.id for d in tree("2.0.0").defects if d.scale == "std3" and tree("2.0.0").level_rule(d, "minor").action is None
    ]
    assert {change.key for change in changes} == {(concept, "severity.actions") for concept in touched}


def test_a_changed_general_rule_is_a_change_of_the_defects_not_a_note_only():
    new = changed()
    new["severity_scales"][2]["levels"][0]["general_rule"] = "Found only by measuring."
    found = diff(tree("2.0.0"), from_document(new))
    assert [change.key for change in found.changes] == [("AID-0029", "scale.rules")]
    edit = {"op": "edit", "concept": "AID-0029", "fields": ["scale.rules"]}
    assert explained(new, edit).ok


@pytest.mark.parametrize("drop", range(13))
def test_without_any_one_operation_something_stays_unexplained(drop):
    text = migration_text("1.0.0", "1.1.0")
    gone = text["operations"].pop(drop)
    found = explain(tree("1.0.0"), tree("1.1.0"), migration_from_document(text))
    assert found.unexplained
    assert {change.concept for change in found.unexplained} == {gone["concept"]}
    messages = [v.message for v in violations_of(found, migration_from_document(text))]
    assert any(gone["concept"] in message for message in messages)


def test_a_migration_that_explains_nothing_is_idle_with_its_line():
    text = migration_path("1.0.0", "1.1.0").read_text("utf-8")
    idle = '  - {id: op-99, op: edit, concept: AID-0015, fields: [causes], why: "Nothing happened here."}\n'
    loaded = read_migration(text + idle)
    found = explain(tree("1.0.0"), tree("1.1.0"), loaded.migration, loaded.lines)
    assert [operation.id for operation in found.idle] == ["op-99"]
    assert not found.ok
    (violation,) = [v for v in violations_of(found, loaded.migration, loaded.lines) if v.code == "idle-operation"]
    assert violation.line == len(text.splitlines()) + 1


WRONG = {
    "not-new": {"op": "add", "concept": "AID-0011", "parent": "AID-0001"},
    "unknown-id": {"op": "remove", "concept": "AID-0998"},
    "not-gone": {"op": "remove", "concept": "AID-0011"},
    "merge-itself": {"op": "merge", "concepts": ["AID-0011"], "into": "AID-0011"},
    "wrong-value": {"op": "rename", "concept": "AID-0011", "from_value": "Foot", "to_value": "Hand"},
    "idle-field": {"op": "edit", "concept": "AID-0011", "fields": ["aliases"]},
    "field": {"op": "edit", "concept": "AID-0011", "fields": ["code"]},
    "meaning-since": {"op": "redefine", "concept": "AID-0011", "direction": "broader", "fields": ["aliases"]},
    "level-map": {
        "op": "rescale", "concept": "AID-0011", "from_scale": "std3", "to_scale": "std3",
        "level_map": {"minor": ["minor"]},
    },
    "unknown-level": {
        "op": "rescale", "concept": "AID-0011", "from_scale": "std3", "to_scale": "std3",
        "level_map": {"minor": ["x"], "major": ["major"], "critical": ["critical"]},
    },
    "wrong-kind": {"op": "reweigh", "concept": "AID-0001", "from_value": {}, "to_value": {}},
    "sub-map": {
        "op": "split", "concept": "AID-0011", "into": ["AID-0012", "AID-0013"], "sub_map": {"AID-0998": ["AID-0012"]},
    },
}  # fmt: skip


@pytest.mark.parametrize("code", WRONG)
def test_an_operation_that_says_what_did_not_happen_is_refused(code):
    found = explained(changed(), WRONG[code])
    assert code in {violation.code for violation in found.problems}
    assert all(violation.path.startswith("/") or not violation.path for violation in found.problems)


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "recode", "concept": "AID-0051", "from_value": "AAA", "to_value": "AAB"},
        {"op": "rename", "concept": "AID-0001", "from_value": "Body", "to_value": "Bodies"},
        {"op": "move", "concept": "AID-0011", "from_parent": "AID-0002", "to_parent": "AID-0003"},
        {"op": "deprecate", "concept": "AID-0011"},
        {"op": "deprecate", "concept": "AID-0001"},
        {"op": "rescale", "concept": "AID-0001", "from_scale": "a", "to_scale": "b", "level_map": {}},
        {"op": "rescope", "concept": "AID-0011", "from_value": {"level": "image"}, "to_value": {}},
        {"op": "rescope", "concept": "AID-0001", "from_value": {"level": "image"}, "to_value": {}},
        {"op": "reweigh", "concept": "AID-0011", "from_value": {"minor": 9}, "to_value": {"minor": 8}},
        {"op": "reweigh", "concept": "AID-0011", "from_actions": {"minor": "reject"}, "to_actions": {"x": "reject"}},
        {"op": "constrain", "group": "EG-99"},
        {"op": "constrain", "group": "EG-05", "concepts": ["AID-0011"]},
        {"op": "merge", "concepts": ["AID-0011", "AID-0012"], "into": "AID-0013"},
        {"op": "remove", "concept": "AID-0051"},
    ],
    ids=lambda operation: f"{operation['op']} {operation.get('concept', '')}",
)
def test_wrong_values_and_kinds_are_named(operation):
    found = explained(changed(), operation)
    assert found.problems
    assert [one.op for one in found.idle] == [operation["op"]]


def test_header_and_bump_must_fit():
    edit = {"op": "edit", "concept": "AID-0011", "fields": ["aliases"]}
    new = changed()
    at(new, "AID-0011")["aliases"] = ["paw"]
    assert explained(new, edit, bump="patch").ok
    codes = {v.code for v in explained(new, edit, **{"from": "1.1.0", "taxonomy": "other-one"}).problems}
    assert codes == {"wrong-version"}
    small = changed(version="2.0.1")
    del small["dimensions"][0]["defects"][0]["sub_defects"][2]
    found = explained(small, {"op": "remove", "concept": "AID-0053"}, bump="patch", to="2.0.1")
    assert {v.code for v in found.problems} == {"bump-too-small"}
    assert len(found.problems) == 2
    backwards = changed(version="1.9.0")
    assert "version-order" in {v.code for v in explained(backwards, edit, to="1.9.0").problems}


def test_a_concept_ends_only_once():
    new = changed()
    group = new["dimensions"][0]["defects"]
    gone = group.pop(8)
    new["retired_concepts"].append(
        {"id": gone["id"], "code": gone["code"], "name": gone["name"], "retired_in": "3.0.0", "reason": "removed"}
    )
    remove = {"op": "remove", "concept": gone["id"]}
    assert explained(new, remove).ok
    twice = explained(new, remove, {"op": "split", "concept": gone["id"], "into": ["AID-0011", "AID-0012"]})
    assert "ends-twice" in {v.code for v in twice.problems}


def test_a_new_requirement_needs_a_constrain_and_a_looser_one_an_edit():
    new = changed()
    at(new, "AID-0011")["relations"] = [{"type": "requires", "target": "AID-0012"}]
    edit = {"op": "edit", "concept": "AID-0011", "fields": ["relations"]}
    assert [change.key for change in explained(new, edit).unexplained] == [("AID-0011", "relations")]
    assert explained(new, {"op": "constrain", "concept": "AID-0011"}).ok
    at(new, "AID-0011")["relations"] = [{"type": "related", "target": "AID-0012"}]
    assert explained(new, edit).ok


def test_rule_seven_ids_and_codes_belong_to_one_concept_for_good():
    new = changed()
    new["retired_concepts"].pop()
    codes = {v.code for v in explained(new, {"op": "remove", "concept": "AID-0998"}).problems}
    assert "tombstone-missing" in codes
    new = changed()
    gone = new["dimensions"][0]["defects"].pop(0)
    new["dimensions"][0]["defects"].insert(0, {**gone, "id": "AID-0990", "sub_defects": []})
    codes = [v.code for v in explained(new, {"op": "remove", "concept": "AID-0011"}).problems]
    assert codes.count("code-reused") == 1
    assert "tombstone-missing" in codes
    back = changed()
    back["retired_concepts"] = [one for one in back["retired_concepts"] if one["id"] != "AID-0034"]
    back["dimensions"][4]["defects"].insert(0, {**at(back, "AID-0033"), "id": "AID-0034", "code": "XB"})
    operation = {"op": "add", "concept": "AID-0034", "parent": "AID-0005"}
    assert "id-reused" in {v.code for v in explained(back, operation).problems}
    other = changed(slug="other-one")
    assert "other-taxonomy" in {v.code for v in explained(other, operation).problems}
    orphan = changed(previous_version="1.0.0")
    assert "version-order" in {v.code for v in explained(orphan, operation).problems}


# ---- migration files


@pytest.mark.parametrize("pair", list(pairwise(VERSIONS)))
def test_a_migration_survives_the_round_trip(pair):
    text = migration_text(*pair)
    assert migration_document(migration_from_document(text)) == text


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ({"op": "explode", "concept": "AID-0011"}, "unknown-value"),
        ({"op": "edit", "concept": "AID-0011", "colour": "red"}, "unknown-key"),
        ({"op": "split", "concept": "AID-0011", "into": "AID-0012"}, "wrong-type"),
        ({"op": "redefine", "concept": "AID-0011", "fields": ["name"]}, "missing-key"),
        ({"op": "constrain"}, "no-variant"),
        ({"op": "reweigh", "concept": "AID-0011"}, "no-variant"),
        (
            {"op": "edit", "concept": "AID-0011", "fields": ["x"], "why": "<script>alert(1)</script>"},
            "hostile-markdown",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else value["op"],
)
def test_a_broken_operation_is_refused(operation, code):
    loaded = check_migration_document(migration(operation))
    assert loaded.migration is None
    assert code in {violation.code for violation in loaded.violations}


def test_two_operations_never_share_an_id_and_a_bad_file_is_refused():
    edit = {"op": "edit", "concept": "AID-0011", "fields": ["aliases"], "id": "op-01"}
    loaded = check_migration_document(migration(edit, edit))
    assert [violation.code for violation in loaded.violations] == ["id-twice"]
    assert read_migration("a: 1\na: 2").violations[0].code == "duplicate-key"
    with pytest.raises(FileRefused):
        load_migration("{}", "x.json")


def test_bumps():
    assert least_bump(migrations()[0]) == "minor"
    assert least_bump(migrations()[1]) == "major"
    assert [bump_between("1.2.3", v) for v in ("1.2.4", "1.3.0", "2.0.0", "1.2.3", "1.0.0")] == [
        "patch", "minor", "major", None, None,
    ]  # fmt: skip
    assert [raised("1.2.3", bump) for bump in ("patch", "minor", "major")] == ["1.2.4", "1.3.0", "2.0.0"]


# ---- proposals


@pytest.mark.parametrize(("old", "new", "count"), PAIRS)
def test_what_is_proposed_explains_everything(old, new, count):
    loaded = check_migration_document(propose_migration(tree(old), tree(new)))
    assert loaded.violations == ()
    found = explain(tree(old), tree(new), loaded.migration)
    assert found.ok, (found.unexplained, found.idle, found.problems)
    assert least_bump(loaded.migration) == least_bump(migrations()[VERSIONS.index(old)])


def test_a_changed_meaning_is_asked_not_guessed():
    asked = {p.operation["concept"]: p for p in propose(tree("1.1.0"), tree("2.0.0")) if p.question}
    assert asked["AID-0047"].options == ("narrower", "broader", "shifted")
    assert asked["AID-0011"].options == ("edit", "narrower", "broader", "shifted")
    assert "Which level" in asked["AID-0029"].question
    assert "AID-0061" not in asked  # only a pointer changed


def test_a_renumbered_concept_is_recognised_by_its_words():
    new = changed()
    at(new, "AID-0013")["id"] = "AID-0990"
    at(new, "AID-0990")["code"] = "AZ"
    for defect in (d for dim in new["dimensions"] for d in dim["defects"]):
        for case in defect["do_not_annotate_when"]:
            if case.get("use") == "AID-0013":
                case["use"] = "AID-0990"
    gone = [p for p in propose(tree("2.0.0"), from_document(new)) if p.similar_to]
    assert [(p.similar_to, p.options[0]) for p in gone] == [("AID-0990", "merge")]
    assert gone[0].similarity == 1.0


def test_everything_that_can_change_gets_a_proposal_that_explains_it():
    new = changed()
    first = new["dimensions"][0]
    first["name"] = "Bodies"
    first["definition"] += " Always."
    first["code"] = "B"
    for defect in first["defects"]:
        defect["code"] = "B" + defect["code"][1]
        for sub in defect.get("sub_defects", []):
            sub["code"] = "B" + sub["code"][1:]
    at(new, "AID-0011")["sub_defects"][0]["name"] = "Count"
    at(new, "AID-0011")["sub_defects"].pop()
    at(new, "AID-0012")["sub_defects"] = [
        {
            "id": "AID-0991",
            "code": "BFX",
            "name": "Nose",
            "status": "active",
            "since": "3.0.0",
            "definition": "A nose fault here.",
        }
    ]
    at(new, "AID-0012")["severity"]["minor"]["penalty"] = 0.1
    at(new, "AID-0012")["definition"] = "Something else altogether is said about the parts of this face now."
    at(new, "AID-0013")["status"] = "deprecated"
    at(new, "AID-0013")["deprecation"] = {"in": "3.0.0", "reason": "no use", "consider": ["AID-0012"]}
    at(new, "AID-0015")["relations"] = [
        {"type": "requires", "target": "AID-0016"},
        {"type": "related", "target": "AID-0011"},
    ]
    at(new, "AID-0015")["causes"] = []
    at(new, "AID-0016")["context"] = ["prompt"]
    at(new, "AID-0060")["scope"] = {"level": "image"}
    at(new, "AID-0048")["scale"] = "std3"
    at(new, "AID-0048")["severity"] = {
        k: {"rule": "Some other rule.", "penalty": n} for n, k in enumerate(("minor", "major", "critical"))
    }
    new["exclusion_groups"].pop(0)
    new["exclusion_groups"][0]["rule"] += " Always."
    extra = {**at(new, "AID-0018"), "id": "AID-0992", "code": "OZ", "name": "Another one", "aliases": []}
    new["dimensions"][1]["defects"].insert(0, extra)
    new["dimensions"].append({**first, "id": "AID-0993", "code": "Y", "defects": [
        {**at(new, "AID-0017"), "id": "AID-0994", "code": "YO"}]})  # fmt: skip
    after = from_document(new)
    loaded = check_migration_document(propose_migration(tree("2.0.0"), after))
    assert loaded.violations == ()
    found = explain(tree("2.0.0"), after, loaded.migration)
    assert found.unexplained == () == found.idle
    ops = {operation.op for operation in loaded.migration.operations}
    assert {"rename", "recode", "edit", "remove", "add", "reweigh", "deprecate", "constrain", "redefine"} <= ops
    assert {"rescope", "rescale"} <= ops


def test_a_removed_defect_and_a_revived_one_are_proposed():
    new = changed("1.1.0", version="2.0.0")
    new["dimensions"][0]["defects"] = [d for d in new["dimensions"][0]["defects"] if d["id"] != "AID-0016"]
    old_blur = at(new, "AID-0034")
    old_blur["status"] = "active"
    del old_blur["deprecation"]
    proposals = propose(tree("1.1.0"), from_document(new))
    ops = {(p.operation["op"], p.operation["concept"]) for p in proposals}
    assert ("remove", "AID-0016") in ops
    revived = next(p for p in proposals if p.operation["op"] == "deprecate")
    assert "no longer deprecated" in revived.question


def test_similarity_and_shift():
    assert similarity("", "") == 1
    assert similarity("one two", "three") == 0
    assert wording_shift(tree("1.1.0").defect("AID-0047"), tree("2.0.0").defect("AID-0047")) > 0.5


def test_sub_defects_go_and_come_with_their_defect():
    new = changed()
    gone = next(d for d in new["dimensions"][0]["defects"] if d["id"] == "AID-0011")
    new["dimensions"][0]["defects"].remove(gone)
    subs = [{**gone["sub_defects"][0], "id": "AID-0996", "code": "AQC"}]
    fresh = {**gone, "id": "AID-0995", "code": "AQ", "sub_defects": subs, "derived_from": [], "name": "Paw of a bear"}
    fresh |= {"definition": "The paw of a bear has a claw in a wrong place.", "annotate_when": ["A claw is wrong."]}
    fresh["do_not_annotate_when"] = [{"text": "No bear is there."}]
    new["dimensions"][0]["defects"].insert(0, fresh)
    after = from_document(new)
    found = diff(tree("2.0.0"), after)
    assert len(found.of("AID-0051")) == 1
    ops = [(p.operation["op"], p.operation["concept"]) for p in propose(tree("2.0.0"), after)]
    assert ops == [("remove", "AID-0011"), ("add", "AID-0995")]


def test_a_rescale_takes_rules_and_examples_along_with_the_new_meaning():
    new = changed()
    defect = at(new, "AID-0048")
    defect |= {"scale": "std3", "meaning_since": "3.0.0", "definition": "Another definition of the mood of a picture."}
    levels = enumerate(("minor", "major", "critical"))
    defect["severity"] = {key: {"rule": "Some other rule.", "penalty": n} for n, key in levels}
    proposals = propose(tree("2.0.0"), from_document(new))
    assert [p.operation["op"] for p in proposals] == ["redefine", "rescale"]
    assert proposals[0].operation["fields"] == ["definition"]
    assert proposals[1].operation["level_map"] == {"present": ["minor", "major", "critical"]}


def test_a_scale_that_only_grew_keeps_its_levels():
    new = changed()
    flag = next(scale for scale in new["severity_scales"] if scale["id"] == "flag")
    new["severity_scales"].append({**flag, "id": "flag2", "name": "Present again"})
    at(new, "AID-0048")["scale"] = "flag2"
    (proposal,) = propose(tree("2.0.0"), from_document(new))
    assert proposal.operation["level_map"] == {"present": ["present"]}
    assert proposal.question is None


def test_a_summary_is_optional_and_a_good_sub_map_is_fine():
    text = migration_text("1.0.0", "1.1.0")
    del text["summary"]
    assert "summary" not in migration_document(migration_from_document(text))
    new = changed()
    drop = next(d for d in new["dimensions"][0]["defects"] if d["id"] == "AID-0011")
    new["dimensions"][0]["defects"].remove(drop)
    split = {"op": "split", "concept": "AID-0011", "into": ["AID-0012", "AID-0013"]}
    found = explained(new, {**split, "sub_map": {"AID-0051": ["AID-0012"]}})
    assert "sub-map" not in {violation.code for violation in found.problems}


def test_chosen_changes_alone_can_be_asked_for():
    changes = diff(tree("1.0.0"), tree("1.1.0")).of("AID-0031")
    assert [p.operation["op"] for p in propose(tree("1.0.0"), tree("1.1.0"), changes)] == ["reweigh"]
