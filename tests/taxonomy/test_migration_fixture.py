"""The fixture beside the taxonomies, field by field: findings, counts, coverage; and what it does not show."""

import pytest
from taxonomy_files import LABELS, VERSIONS, document, fixture, migrations, tree, trees

from taxonomy.absence import carry_assessments
from taxonomy.carrying import Label, begin, carry, migrate, regions, result_document
from taxonomy.document import from_document
from taxonomy.labels_file import read_labels
from taxonomy.mapping import compile_step
from taxonomy.operations import migration_from_document
from taxonomy.violation import FileRefused


def steps():
    return [compile_step(*pair) for pair in zip(trees(), trees()[1:], migrations(), strict=False)]


def test_every_label_of_the_fixture_ends_as_expected():
    labels = read_labels(LABELS.read_bytes(), trees())
    results = migrate(labels, trees(), migrations())
    for result, expected, arrived in zip(results, fixture()["expected"], trees()[1:], strict=True):
        expected.pop("note", None)
        assert result_document(result, arrived) == expected


def test_the_coverage_of_the_fixture_ends_as_expected():
    values = {defect.id: "absent" for defect in tree("1.0.0").defects} | {"AID-0035": "present"}
    expected = fixture()["coverage"]["expected_not_absent"]
    for step, version in zip(steps(), VERSIONS[1:], strict=True):
        values = carry_assessments(values, step)
        assert {c: value for c, value in values.items() if value != "absent"} == expected[version]


def one_step(*operations, change=lambda new: None):
    """2.0.0 to 3.0.0 with these operations, after `change` of the document."""
    new = document()
    new["taxonomy"] |= {"version": "3.0.0", "previous_version": "2.0.0"}
    change(new)
    numbered = [{"id": f"op-{n:02d}", "why": "for this test", **one} for n, one in enumerate(operations, 1)]
    said = {"taxonomy": "ai-image-defects", "from": "2.0.0", "to": "3.0.0", "bump": "major"}
    return compile_step(tree("2.0.0"), from_document(new), migration_from_document(said | {"operations": numbered}))


def at(new, concept):
    return next(d for dim in new["dimensions"] for d in dim["defects"] if d["id"] == concept)


def drop(*concepts):
    def change(new):
        for dimension in new["dimensions"]:
            dimension["defects"] = [d for d in dimension["defects"] if d["id"] not in concepts]

    return change


def label(name, concept, severity="minor", **more):
    return Label(id=name, item="img", reviewer="ada", concept=concept, severity=severity, **more)


def carried(step, *labels, policy="taxonomy"):
    return carry([begin(one) for one in labels], step, policy)


@pytest.mark.parametrize(
    ("policy", "outcome"), [("taxonomy", "queued"), ("required", "queued"), ("off", "carried"), ("optional", "carried")]
)
def test_a_missing_region_is_asked_only_where_the_policy_needs_it(policy, outcome):
    one = Label(id="L17", item="img-06", reviewer="rev-1", concept="AID-0037", severity="minor")
    (result,) = carry([begin(one)], steps()[1], policy)
    assert result.outcome == outcome
    assert result.review == (("region",) if outcome == "queued" else ())


def test_a_finding_whose_level_was_never_asked_keeps_that():
    for concept in ("AID-0011", "AID-0014", "AID-0029", "AID-0035", "AID-0048"):
        (result,) = carry([begin(label("x", concept, None, region="r"))], steps()[1])
        assert {level for _, level in result.candidates} == {None}
    document = result_document(
        migrate({"1.1.0": [label("x", "AID-0014", None, region="r")]}, trees()[1:], migrations()[1:])[0], trees()[2]
    )
    assert document["labels"][0]["candidates"] == ["AID-0056", "AID-0057"]


def test_a_merge_without_common_levels_asks_for_the_level():
    step = one_step({"op": "merge", "concepts": ["AID-0018", "AID-0029"], "into": "AID-0029"}, change=drop("AID-0018"))
    other, own = carried(step, label("a", "AID-0018", region="r"), label("b", "AID-0029", "s1", region="q"))
    assert other.review == ("severity",)
    assert len(other.candidates) == 5
    assert (own.outcome, own.resolved) == ("mapped", ("AID-0029", "s1"))


def test_merged_pointers_never_form_a_chain():
    first = one_step({"op": "merge", "concepts": ["AID-0018", "AID-0019"], "into": "AID-0019"}, change=drop("AID-0018"))
    labels = [label("a", "AID-0018", "minor", region="r"), label("b", "AID-0019", "major", region="r"),
              label("c", "AID-0020", "critical", region="r")]  # fmt: skip
    after = carry([begin(one) for one in labels], first)
    assert [one.merged_into for one in after] == ["b", None, None]
    again = document()
    again["taxonomy"] |= {"version": "4.0.0", "previous_version": "3.0.0"}
    drop("AID-0018", "AID-0019")(again)
    merge = {"id": "op-01", "op": "merge", "why": "test", "concepts": ["AID-0019", "AID-0020"], "into": "AID-0020"}
    said = {"taxonomy": "x", "from": "3.0.0", "to": "4.0.0", "bump": "major", "operations": [merge]}
    second = compile_step(first.new, from_document(again), migration_from_document(said))
    last = carry(after, second)
    assert [one.merged_into for one in last] == ["c", "c", None]
    assert carry(list(reversed(after)), second) == list(reversed(last))


def test_equal_levels_collapse_onto_the_first_id_and_unasked_levels_give_way():
    merge = one_step({"op": "merge", "concepts": ["AID-0018", "AID-0019"], "into": "AID-0019"}, change=drop("AID-0018"))
    ones = carried(merge, label("b", "AID-0018", region="r"), label("a", "AID-0019", region="r"))
    assert [one.merged_into for one in ones] == ["a", None]
    ones = carried(merge, label("a", "AID-0018", None, region="r"), label("b", "AID-0019", region="r"))
    assert [one.merged_into for one in ones] == ["b", None]


def test_regions_are_one_by_name_or_by_overlap():
    boxes = [(0.0, 0.0, 0.4, 0.4), (0.0, 0.0, 0.4, 0.3), (0.5, 0.5, 0.9, 0.9)]
    labels = [label(str(n), "AID-0018", region=str(n), box=box) for n, box in enumerate(boxes)]
    assert regions(labels) == [[0, 1], [2]]
    assert regions([label("a", "AID-0018"), label("b", "AID-0018"), label("c", "AID-0018", region="r")]) == [
        [0, 1],
        [2],
    ]
    assert regions([labels[0], label("d", "AID-0018"), label("e", "AID-0018", region="0")]) == [[0], [1], [2]]
    named = [label("a", "AID-0018", region="r", box=boxes[0]), label("b", "AID-0018", region="r", box=boxes[2])]
    assert regions(named) == [[0, 1]]
    chain = [label(str(n), "AID-0018", region=str(n), box=(n / 10, 0.0, n / 10 + 0.4, 0.4)) for n in range(3)]
    assert regions([chain[0], chain[2], chain[1]]) == [[0, 1, 2]]


def test_an_image_wide_group_looks_at_the_whole_image():
    def change(new):
        new["exclusion_groups"].append(
            {"id": "EG-09", "level": "per_image", "members": ["AID-0018", "AID-0020"], "rule": "One of the two."}
        )

    step = one_step({"op": "constrain", "group": "EG-09", "concepts": ["AID-0018", "AID-0020"]}, change=change)
    ones = carried(step, label("a", "AID-0018", region="r"), label("b", "AID-0020", region="q"),
                   label("c", "AID-0018", region="s"), label("d", "AID-0011", region="r"))  # fmt: skip
    assert [one.review for one in ones] == [("exclusion:EG-09",)] * 3 + [()]
    other = Label(id="e", item="other", reviewer="ada", concept="AID-0020", severity="minor", region="r")
    ones = carried(step, label("a", "AID-0018", region="r"), label("c", "AID-0018", region="s"), other)
    assert [one.outcome for one in ones] == ["carried"] * 3


def test_a_new_requirement_asks_where_the_companion_is_missing():
    def change(new):
        at(new, "AID-0018")["relations"] = [{"type": "requires", "target": "AID-0020"}]

    step = one_step({"op": "constrain", "concept": "AID-0018"}, change=change)
    alone, *_ = carried(step, label("a", "AID-0018", region="r"))
    assert (alone.outcome, alone.review) == ("queued", ("requires:AID-0020",))
    together = carried(step, label("a", "AID-0018", region="r"), label("b", "AID-0020", region="q"))
    assert [one.outcome for one in together] == ["carried", "carried"]


def test_a_constraint_on_something_that_is_no_defect_asks_nobody():
    step = one_step({"op": "constrain", "concept": "AID-0001"})
    assert carried(step, label("a", "AID-0018", region="r"))[0].outcome == "carried"


def test_sub_defects_choose_their_part_and_are_dropped_when_gone():
    def change(new):
        drop("AID-0011")(new)

    split = one_step(
        {"op": "split", "concept": "AID-0011", "into": ["AID-0012", "AID-0013"], "sub_map": {"AID-0051": ["AID-0012"]}},
        change=change,
    )
    mapped, other = carried(
        split, label("a", "AID-0011", region="r", sub="AID-0051"), label("b", "AID-0011", region="r", sub="AID-0052")
    )
    assert mapped.candidates == (("AID-0012", "minor"),)
    assert mapped.review == ("presence",)
    assert (mapped.sub, mapped.flags) == (None, {"sub_defect_dropped"})
    assert len(other.candidates) == 2

    def rename(new):
        at(new, "AID-0011")["sub_defects"][0]["name"] = "Count"

    step = one_step({"op": "rename", "concept": "AID-0051", "from_value": "x", "to_value": "Count"}, change=rename)
    (kept,) = carried(step, label("a", "AID-0011", region="r", sub="AID-0051"))
    assert (kept.sub, kept.flags, kept.outcome) == ("AID-0051", {"display_changed"}, "carried")


def test_an_archived_finding_says_why_and_stays_archived():
    removed = one_step({"op": "remove", "concept": "AID-0018"}, change=drop("AID-0018"))
    (one,) = carried(removed, label("a", "AID-0018", region="r"))
    assert (one.outcome, one.candidates, one.resolved, one.review) == ("archived", (), None, ())
    assert one.reason == "remove AID-0018 in 3.0.0: for this test"
    assert one.origin.concept == "AID-0018"
    silent = one_step(change=drop("AID-0018"))
    (gone,) = carried(silent, label("a", "AID-0018", region="r"))
    assert gone.reason == "gone in 3.0.0"
    (still,) = carry([gone], silent)
    assert still.reason == "gone in 3.0.0"


def test_a_rescale_after_a_narrowing_asks_both_questions():
    def change(new):
        at(new, "AID-0018")["scale"] = "sev5"

    step = one_step(
        {"op": "redefine", "concept": "AID-0018", "direction": "narrower", "fields": ["definition"]},
        {"op": "rescale", "concept": "AID-0018", "from_scale": "std3", "to_scale": "sev5",
         "level_map": {"minor": ["s1", "s2"], "major": ["s3"], "critical": ["gone"]}},
        change=change,
    )  # fmt: skip
    mild, middle, lost = carried(step, *(label(s, "AID-0018", s, region="r") for s in ("minor", "major", "critical")))
    assert mild.review == ("presence", "severity")
    assert middle.review == ("presence",)
    assert len(lost.candidates) == 5


# ---- absences


def test_absences_follow_their_operations():
    step = one_step(
        {"op": "redefine", "concept": "AID-0018", "direction": "narrower", "fields": ["definition"]},
        {"op": "redefine", "concept": "AID-0019", "direction": "broader", "fields": ["definition"]},
        {"op": "redefine", "concept": "AID-0020", "direction": "shifted", "fields": ["definition"]},
        {"op": "split", "concept": "AID-0054", "into": ["AID-0055", "AID-0056"]},
        {"op": "merge", "concepts": ["AID-0024", "AID-0025"], "into": "AID-0025"},
        change=drop("AID-0054", "AID-0024"),
    )
    absent = {defect.id: "absent" for defect in tree("2.0.0").defects}
    present = {defect.id: "present" for defect in tree("2.0.0").defects}
    from_absent, from_present, from_nothing = (carry_assessments(v, step) for v in (absent, present, {}))
    names = ("AID-0018", "AID-0019", "AID-0020", "AID-0025", "AID-0055", "AID-0011")
    assert [from_absent[n] for n in names] == ["absent", "not_assessed", "not_assessed", "absent", "absent", "absent"]
    assert [from_present[n] for n in names] == ["not_assessed", "present", "not_assessed"] + ["present"] * 3
    assert set(from_nothing.values()) == {"not_assessed"}
    half = carry_assessments({**absent, "AID-0054": "present", "AID-0024": "not_assessed"}, step)
    assert [half[n] for n in ("AID-0055", "AID-0025")] == ["not_assessed", "not_assessed"]


# ---- paths and files


def test_a_path_must_fit_together():
    with pytest.raises(ValueError, match="3 versions need 2 migrations"):
        migrate({}, trees(), migrations()[:1])
    with pytest.raises(ValueError, match="does not lead from"):
        migrate({}, trees()[:2], migrations()[1:])
    assert migrate({}, trees()[:1], []) == ()


@pytest.mark.parametrize(
    ("line", "code", "path"),
    [
        ("concept: AID-0998, severity: minor", "unknown-id", "/labels/1.0.0/0/concept"),
        ("concept: AID-0011, severity: s1", "unknown-level", "/labels/1.0.0/0/severity"),
        ("concept: AID-0011, severity: minor, sub: AID-0998", "unknown-id", "/labels/1.0.0/0/sub"),
        ("concept: AID-0011", "missing-key", "/labels/1.0.0/0"),
        ("concept: AID-0011, severity: minor, id: x", "duplicate-key", "/labels/1.0.0/0/id"),
    ],
)
def test_a_wrong_label_is_refused_with_its_place(line, code, path):
    text = f"labels:\n  1.0.0:\n  - {{id: L1, item: i, reviewer: r, {line}}}\n"
    with pytest.raises(FileRefused) as refused:
        read_labels(text, trees())
    assert [(v.code, v.path, v.line) for v in refused.value.violations] == [(code, path, 3)]


def test_labels_of_another_taxonomy_or_version_or_with_one_id_twice_are_refused():
    row = "{id: L1, item: i, reviewer: r, concept: AID-0011, severity: minor, box: [0, 0, 1, 1]}"
    for text, code in (
        (f"taxonomy: portrait-basics\nlabels:\n  1.0.0: [{row}]\n", "other-taxonomy"),
        (f"labels:\n  9.0.0: [{row}]\n", "unknown-version"),
        (f"labels:\n  1.0.0: [{row}, {row}]\n", "id-twice"),
    ):
        with pytest.raises(FileRefused) as refused:
            read_labels(text, trees())
        assert [v.code for v in refused.value.violations] == [code]
    (one,) = read_labels(f"labels:\n  1.0.0: [{row}]\n", trees())["1.0.0"]
    assert one.box == (0, 0, 1, 1)
