"""Invariants I1 to I6 and I8 to I12 of the design on random findings and random migrations."""

import copy
import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from taxonomy_files import document, migrations, tree, trees

from taxonomy.absence import carry_assessments
from taxonomy.carrying import Label, begin, carry, migrate
from taxonomy.document import from_document
from taxonomy.mapping import Mode, compile_step, compose, follow, identity, outcome_of, states_of
from taxonomy.operations import migration_from_document

ORDER = ("carried", "mapped", "queued", "archived")
QUICK = settings(max_examples=60, deadline=None)


def steps():
    return [compile_step(old, new, m) for (old, new), m in zip(pairwise(trees()), migrations(), strict=True)]


def labels_of(one, prefix, size=25):
    states = [state for state in states_of(one) if one.defect(state[0]).status == "active"]
    made = st.tuples(
        st.sampled_from(states),
        st.sampled_from(["img-1", "img-2", "img-3"]),
        st.sampled_from(["ada", "ben"]),
        st.sampled_from(["r1", "r2", None]),
    )
    return st.lists(made, max_size=size).map(
        lambda rows: [
            Label(id=f"{prefix}{n:03d}", item=item, reviewer=who, concept=state[0], severity=state[1], region=region)
            for n, (state, item, who, region) in enumerate(rows)
        ]
    )


@st.composite
def random_next(draw, base):
    """A random next version of `base` with the operations that lead there (one for each concept)."""
    new = copy.deepcopy(base)
    version = base["taxonomy"]["version"]
    major = int(version.split(".")[0]) + 1
    new["taxonomy"] |= {"version": f"{major}.0.0", "previous_version": version}
    defects = [d["id"] for dim in new["dimensions"] for d in dim["defects"] if not d.get("catch_all")]
    chosen = draw(st.lists(st.sampled_from(defects), unique=True, min_size=1, max_size=6))
    operations = []
    gone = set()
    spare = [d for d in defects if d not in chosen]
    for concept in chosen:
        op = draw(st.sampled_from(["merge", "split", "remove", "narrower", "broader", "shifted", "rescale", "rescope"]))
        others = draw(st.lists(st.sampled_from(spare), unique=True, min_size=2, max_size=3))
        if op == "merge":
            operations.append({"op": "merge", "concepts": [concept, others[0]], "into": others[0]})
            gone.add(concept)
        elif op == "split":
            operations.append({"op": "split", "concept": concept, "into": others})
            gone.add(concept)
        elif op == "remove":
            operations.append({"op": "remove", "concept": concept})
            gone.add(concept)
        elif op == "rescale":
            operations.append(rescaled(new, concept, draw))
        elif op == "rescope":
            operations.append(rescoped(new, concept))
        else:
            operations.append({"op": "redefine", "concept": concept, "direction": op, "fields": ["definition"]})
    for dimension in new["dimensions"]:
        dimension["defects"] = [d for d in dimension["defects"] if d["id"] not in gone]
    said = [{"id": f"op-{n:02d}", "why": "random", **one} for n, one in enumerate(operations, 1)]
    header = {"taxonomy": "ai-image-defects", "from": version, "to": f"{major}.0.0", "bump": "major"}
    return new, {**header, "operations": said}


def find(new, concept):
    return next(d for dim in new["dimensions"] for d in dim["defects"] if d["id"] == concept)


def rescaled(new, concept, draw):
    defect = find(new, concept)
    scales = {scale["id"]: [level["key"] for level in scale["levels"]] for scale in new["severity_scales"]}
    before, target = defect["scale"], draw(st.sampled_from(sorted(scales)))
    choice = st.lists(st.sampled_from(scales[target]), unique=True, min_size=1, max_size=3)
    level_map = {level: draw(choice) for level in scales[before]}
    defect["scale"] = target
    defect["severity"] = {level: {"rule": "Some rule.", "penalty": 1} for level in scales[target]}
    return {"op": "rescale", "concept": concept, "from_scale": before, "to_scale": target, "level_map": level_map}


def rescoped(new, concept):
    defect = find(new, concept)
    before = defect["scope"]
    defect["scope"] = {"level": "region", "shapes": ["box"], "required": True}
    return {"op": "rescope", "concept": concept, "from_value": before, "to_value": defect["scope"]}


@st.composite
def random_path(draw):
    """Three versions of random operations, ready to run."""
    documents = [document()]
    compiled = []
    for _ in range(2):
        new, said = draw(random_next(documents[-1]))
        old_tree, new_tree = from_document(documents[-1]), from_document(new)
        compiled.append(compile_step(old_tree, new_tree, migration_from_document(said)))
        documents.append(new)
    return compiled


@QUICK
@given(labels_of(tree("2.0.0"), "L"))
def test_i1_no_operation_carries_everything_unchanged(labels):
    empty = migration_from_document(
        {"taxonomy": "x", "from": "2.0.0", "to": "2.0.0", "bump": "patch", "operations": []}
    )
    step = compile_step(tree("2.0.0"), tree("2.0.0"), empty)
    assert step.relation == identity(tree("2.0.0"))
    for label, result in zip(labels, carry([begin(one) for one in labels], step), strict=True):
        assert (result.outcome, result.resolved) == ("carried", (label.concept, label.severity))
        assert not result.flags
        assert result.review == ()


@QUICK
@given(labels_of(tree("1.0.0"), "A"), labels_of(tree("1.1.0"), "B"))
def test_i2_i3_i4_everything_has_one_valid_outcome(first, second):
    for result, arrived in zip(
        migrate({"1.0.0": first, "1.1.0": second}, trees(), migrations()), trees()[1:], strict=True
    ):
        assert sum(result.counts.values()) == len(result.labels)
        for one in result.labels:
            assert one.outcome in ORDER
            states = one.candidates
            assert (one.outcome == "archived") == (not states)
            assert one.outcome not in ("carried", "mapped") or len(states) == 1
            assert one.outcome != "archived" or one.reason
            assert (one.outcome == "queued") == bool(one.review)
            for concept, level in states:
                assert arrived.has_defect(concept)
                assert level is None or arrived.has_level(concept, level)
    assert [one.origin.id for one in result.labels] == [one.id for one in first + second]


@QUICK
@given(random_path(), st.data())
def test_i2_to_i6_hold_for_random_migrations(path, data):
    labels = data.draw(labels_of(path[0].old, "L"))
    composed = compose(path[0].relation, path[1].relation)
    now = [begin(one) for one in labels]
    for step in path:
        before = now
        now = carry(before, step)
        for old, one in zip(before, now, strict=True):
            assert ORDER.index(one.outcome) >= ORDER.index(old.outcome)  # I6
            assert all(step.new.has_defect(c) and (s is None or step.new.has_level(c, s)) for c, s in one.candidates)
            assert (one.outcome == "queued") == bool(one.review)
    for one in now:  # I5: the fold has the candidates of the composed relation
        assert set(one.row) == set(composed[one.origin.concept, one.origin.severity])
        if not one.asked:
            assert one.row == composed[one.origin.concept, one.origin.severity]


@QUICK
@given(random_path())
def test_i5_composition_is_associative_and_the_identity_is_its_unit(path):
    first, second = (step.relation for step in path)
    third = {state: {state: Mode.MAPPED} for state in states_of(path[1].new)}
    assert compose(compose(first, second), third) == compose(first, compose(second, third))
    assert compose(identity(path[0].old), first) == first
    assert compose(first, identity(path[0].new)) == first


def test_i5_a_removed_candidate_drops_out_and_stays_queued():
    split = {("AL", "m"): {("AX", "m"): Mode.QUEUED, ("AG", "m"): Mode.QUEUED}}
    removal = {("AX", "m"): {}, ("AG", "m"): {("AG", "m"): Mode.CARRIED}}
    row = compose(split, removal)["AL", "m"]
    assert row == {("AG", "m"): Mode.QUEUED}
    assert outcome_of(row) == "queued"
    assert follow({}, removal) == {}
    assert outcome_of({}) == "archived"


@QUICK
@given(labels_of(tree("1.0.0"), "L"))
def test_i8_the_findings_themselves_are_never_touched(labels):
    before = [hash(one) for one in labels]
    results = migrate({"1.0.0": labels}, trees(), migrations())
    assert [hash(one) for one in labels] == before
    assert all(one.origin is label for one, label in zip(results[-1].labels, labels, strict=True))


@QUICK
@given(random_path(), st.data(), st.randoms(use_true_random=False))
def test_i9_the_order_of_findings_and_operations_says_nothing(path, data, chance: random.Random):
    labels = data.draw(labels_of(path[0].old, "L"))
    step = path[0]
    turned = list(step.migration.operations)
    chance.shuffle(turned)
    other = compile_step(step.old, step.new, type(step.migration)(**{
        name: getattr(step.migration, name) for name in type(step.migration).__slots__ if name != "operations"
    }, operations=tuple(turned)))  # fmt: skip
    shuffled = list(labels)
    chance.shuffle(shuffled)
    one = {result.origin.id: result for result in carry([begin(label) for label in labels], step)}
    two = {result.origin.id: result for result in carry([begin(label) for label in shuffled], other)}
    assert one == two


@QUICK
@given(random_path(), st.data())
def test_i10_a_concept_that_no_operation_names_is_carried_without_flag(path, data):
    step = path[0]
    touched = {c for one in step.migration.operations for c in (*one.sources, *one.into)}
    labels = [one for one in data.draw(labels_of(step.old, "L")) if one.concept not in touched]
    for one in carry([begin(label) for label in labels], step):
        assert (one.outcome, one.flags, one.review) == ("carried", frozenset(), ())
        assert one.merged_into is None


@QUICK
@given(st.data())
def test_i11_absence_is_never_invented(data):
    values = st.sampled_from(["present", "absent", "not_assessed"])
    known = {d.id: data.draw(values) for d in tree("1.0.0").defects}
    for step in steps():
        after = carry_assessments(known, step)
        assert set(after) == {defect.id for defect in step.new.defects}
        for concept, value in after.items():
            if value == "absent" and not step.old.has_defect(concept):
                sources = [
                    s for one in step.migration.operations
                    if concept in (*one.into, one.concept) for s in (*one.carved_from, *one.sources) if s != concept
                ]  # fmt: skip
                assert sources
                assert all(known[s] == "absent" and not step.old.defect(s).catch_all for s in sources)
            elif value == "absent":
                assert known[concept] == "absent"
        known = after


@QUICK
@given(labels_of(tree("1.1.0"), "L", size=40))
def test_i12_a_merge_keeps_the_worst_and_points_once(labels):
    (result,) = migrate({"1.1.0": labels}, trees()[1:], migrations()[1:])
    by_id = {one.origin.id: one for one in result.labels}
    sources = {"AID-0035", "AID-0036"}
    assert any(one.concept in sources for one in labels) == any(
        one.resolved is not None and one.resolved[0] == "AID-0058" for one in result.labels
    )
    scale = trees()[2].scale("std3")
    rank = {level.key: level.rank for level in scale.levels} | {None: 0}
    places = {}
    for one in result.labels:
        if one.merged_into is not None:
            survivor = by_id[one.merged_into]
            assert survivor.merged_into is None
            assert survivor.resolved[0] == one.resolved[0] == "AID-0058"
            assert rank[survivor.resolved[1]] >= rank[one.resolved[1]]
        elif one.resolved is not None and one.resolved[0] == "AID-0058":
            place = (one.origin.item, one.origin.reviewer, one.origin.region)
            assert place not in places
            places[place] = one
