"""Lookups of a taxonomy tree."""

import pytest
from taxonomy_files import tree


def test_a_tree_finds_defects_scales_levels_and_parents():
    one = tree("2.0.0")
    hand = one.defect("AID-0011")
    assert one.slug == "ai-image-defects"
    assert (one.version, one.title) == ("2.0.0", "AI image defects")
    assert one.scoring.per_defect == "max_plus_half"
    assert one.defect_by_code("AH") is hand
    assert one.dimension_of(hand).id == "AID-0001" == one.parent_id("AID-0011")
    assert one.parent_id("AID-0051") == "AID-0011"
    assert one.parent_id("AID-0001") is None
    assert one.sub_defect("AID-0051").code == "AHC"
    assert one.has_sub_defect("AID-0051")
    assert not one.has_defect("AID-0051")
    assert one.dimension("AID-0001").code == "A"
    assert one.scale("std3").level("major").rank == 2
    assert one.scale_of(hand).keys == ("minor", "major", "critical")
    assert one.level(hand, "critical").hotkey == "3"
    assert one.has_level("AID-0011", "critical")
    assert not one.has_level("AID-0011", "s1")
    assert len(one.defects) == 60 == len(one.active_defects)


def test_the_action_is_the_override_else_the_default_of_the_scale():
    one = tree("2.0.0")
    extra = one.defect("AID-0056")
    assert one.action_of(extra, "major") == "regenerate"
    assert one.action_of(extra, "critical") == "reject"
    assert one.penalty_of(extra, "critical") == 3
    assert extra.rule("minor").penalty == 1


def test_what_is_not_there_is_a_key_error():
    one = tree("2.0.0")
    hand = one.defect("AID-0011")
    for look_up in (
        lambda: one.defect("AID-0014"),
        lambda: one.level(hand, "s1"),
        lambda: one.scale("std3").level("s1"),
        lambda: hand.rule("s1"),
        lambda: one.action_of(hand, "s1"),
    ):
        with pytest.raises(KeyError):
            look_up()


def test_relations_groups_and_meaning():
    one = tree("2.0.0")
    assert [group.id for group in one.groups_of("AID-0018")] == ["EG-03", "EG-05"]
    assert one.defect("AID-0023").meaning_version == "2.0.0"
    assert one.defect("AID-0011").meaning_version == "1.0.0"
    assert "AID-0030" in one.defect("AID-0031").targets("related")
    assert one.defect("AID-0031").targets("requires") == ()
