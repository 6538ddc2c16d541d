"""Lint rules: each speaks where it should and is silent where it should."""

from collections import Counter

import pytest
from taxonomy_files import TAXONOMIES, document, tree

from taxonomy.document import from_document
from taxonomy.likeness import clusters, cosines, piece_terms, word_terms
from taxonomy.lint import (
    Comment,
    ConceptAgreement,
    ConceptCount,
    LintData,
    PairCount,
    ReviewerCount,
    Swap,
    Thresholds,
    blocks,
    bounded,
)
from taxonomy.lint_data import held_by_benjamini_hochberg, wilson
from taxonomy.linting import lint
from taxonomy.validation import load_taxonomy


def at(new, concept):
    return next(d for dim in new["dimensions"] for d in dim["defects"] if d["id"] == concept)


def found(rule, results, level=None):
    return [one for one in results if one.rule == rule and level in (None, one.level)]


def with_data(**data):
    return lint(tree("2.0.0"), LintData(**data))


@pytest.mark.parametrize("path", TAXONOMIES, ids=lambda path: path.stem)
def test_the_shipped_taxonomies_have_no_error(path):
    results = lint(load_taxonomy(path.read_bytes()))
    assert not blocks(results)
    assert {one.rule for one in results if one.level == "W"} <= {"L03", "L08", "L09", "L11"}
    assert [one.level for one in results] == sorted((one.level for one in results), key="EWI".index)


def test_the_confusable_pairs_are_the_most_alike():
    pairs = {
        tuple(sorted(tree("1.0.0").defect(c).code for c in one.concepts)) for one in found("L03", lint(tree("1.0.0")))
    }
    assert {("PE", "PI"), ("XC", "XL"), ("PC", "PM")} <= pairs
    assert not found("L03", lint(tree("1.0.0")), "W")


def test_near_copies_are_flagged_and_without_a_boundary_forbidden():
    new = document()
    one, other = at(new, "AID-0015"), at(new, "AID-0018")
    for key in ("definition", "annotate_when"):
        other[key] = one[key]
    results = lint(from_document(new))
    (pair,) = [r for r in found("L03", results, "W") if set(r.concepts) == {"AID-0015", "AID-0018"}]
    assert pair.numerator > 0.3
    (error,) = found("L04", results)
    assert error.concepts == ("AID-0015", "AID-0018")
    assert "use the other" in error.fix
    other["do_not_annotate_when"].append({"text": "A person is shown.", "use": "AID-0015"})
    assert not found("L04", lint(from_document(new)))


def test_a_boundary_is_a_pointer_or_a_shared_group():
    one = tree("2.0.0")
    assert bounded(one, "AID-0011", "AID-0056")
    assert bounded(one, "AID-0018", "AID-0054")
    assert not bounded(one, "AID-0011", "AID-0074")
    assert not bounded(one, "AID-0998", "AID-0999")


def test_structure_rules():
    new = document()
    new["dimensions"][0]["defects"].pop()
    at(new, "AID-0022")["comment_required"] = False
    at(new, "AID-0012")["examples"] = []
    at(new, "AID-0013")["examples"][0]["asset"] = "eye.png"
    at(new, "AID-0015")["examples"][0] |= {"asset": "a.png", "region": {"shape": "point", "points": [[0.5, 0.5]]}}
    at(new, "AID-0015")["examples"][1]["asset"] = "b.png"
    at(new, "AID-0015")["examples"][2]["asset"] = "c.png"
    at(new, "AID-0040")["context"] = []
    at(new, "AID-0016")["do_not_annotate_when"] = []
    at(new, "AID-0060")["severity"]["minor"]["rule"] = " "
    at(new, "AID-0061")["severity"]["minor"]["rule"] = (
        "Found only when looking for it: enlarged, by comparing or "
        "counting, or after more than about 5 seconds at normal size."
    )
    at(new, "AID-0018")["definition"] = "Some things look strange and somewhat unnatural, usually slightly."
    at(new, "AID-0019")["annotate_when"] = ["Two things are fused because the model failed."]
    at(new, "AID-0020")["severity"]["critical"]["penalty"] = 0
    at(new, "AID-0023")["quality"] = "beauty"
    new["dimensions"][7]["defects"] = new["dimensions"][7]["defects"][-3:]
    results = lint(from_document(new))
    one = {
        rule: found(rule, results)
        for rule in ("L07", "L08", "L09", "L10", "L11", "L12", "L13", "L14", "L19", "L20", "L21")
    }
    assert {r.concepts for r in one["L07"]} == {("AID-0001",), ("AID-0022",)}
    by_concept = {r.concepts[0]: r.message for r in one["L08"]}
    assert "no positive example; no borderline example" in by_concept["AID-0012"]
    assert "no positive example with its region" in by_concept["AID-0013"]
    assert "AID-0015" not in by_concept
    assert ("AID-0015",) not in {r.concepts for r in one["L09"]}
    assert {(r.concepts, r.level) for r in one["L10"]} == {(("AID-0060",), "E"), (("AID-0061",), "W")}
    assert ("AID-0018",) in {r.concepts for r in one["L11"]}
    assert [r.concepts for r in one["L12"]] == [("AID-0019",)]
    assert [r.concepts for r in one["L13"]] == [("AID-0016",)]
    assert [r.concepts for r in one["L14"]] == [(new["dimensions"][7]["id"],)]
    assert ("AID-0020",) in {r.concepts for r in one["L19"] if r.level == "E"}
    assert [r.concepts for r in one["L20"]] == [("AID-0040",)]
    assert any("beauty" in r.message for r in one["L21"])
    assert blocks(results)


def test_an_image_wide_example_needs_no_region():
    new = document()
    at(new, "AID-0047")["examples"][0]["asset"] = "a.png"
    (result,) = [r for r in found("L08", lint(from_document(new))) if r.concepts == ("AID-0047",)]
    assert "positive" not in result.message
    at(new, "AID-0047")["examples"][2] |= {"asset": "b.png"}
    del at(new, "AID-0047")["examples"][2]["verdict"]
    (result,) = [r for r in found("L08", lint(from_document(new))) if r.concepts == ("AID-0047",)]
    assert "no borderline example" in result.message or "picture missing" in result.message


def test_l01_siblings_found_together_more_often_than_chance():
    pair = ("AID-0018", "AID-0019")
    (result,) = found(
        "L01", with_data(pairs=(PairCount(pair=pair, cases=500, first=20, second=20, joint=15, images=("a",)),))
    )
    assert (result.numerator, result.denominator, result.images) == (15, 500, ("a",))
    for quiet in (
        PairCount(pair=pair, cases=500, first=20, second=20, joint=9),
        PairCount(pair=pair, cases=50, first=20, second=20, joint=10),
        PairCount(pair=pair, cases=500, first=0, second=20, joint=0),
        PairCount(pair=("AID-0018", "AID-0998"), cases=500, first=20, second=20, joint=15),
    ):
        assert not found("L01", with_data(pairs=(quiet,)))


def test_l02_confusion_shows_both_directions_and_forbids_a_major_release():
    there = Swap(said="AID-0011", instead="AID-0074", missed=20, instead_count=12)
    back = Swap(said="AID-0074", instead="AID-0011", missed=10, instead_count=9)
    results = with_data(swaps=(there, back))
    (result,) = found("L02", results)
    assert result.level == "W"
    assert "9 of 10" in result.message
    assert [one.concepts for one in found("L04", results)] == [("AID-0011", "AID-0074")]
    assert found("L02", with_data(swaps=(there,), major_release=True))[0].level == "E"
    assert "not counted" in found("L02", with_data(swaps=(there,)))[0].message
    mild = Swap(said="AID-0011", instead="AID-0074", missed=20, instead_count=4)
    assert not found(
        "L02", with_data(swaps=(mild, Swap(said="AID-0011", instead="AID-0998", missed=20, instead_count=20)))
    )


def test_l05_and_l14_speak_only_with_enough_findings():
    def counts(other, named):
        return (
            ConceptCount(concept="AID-0017", findings=other, assessed=0),
            ConceptCount(concept="AID-0011", findings=named, assessed=0),
        )

    assert found("L05", with_data(counts=counts(20, 80)))[0].denominator == 100
    assert found("L14", with_data(counts=counts(20, 80)))[0].concepts == ("AID-0011",)
    assert not found("L05", with_data(counts=counts(6, 34)))
    assert not found("L05", with_data(counts=counts(6, 94)))
    assert not found("L14", with_data(counts=counts(20, 70)))


def test_l06_needs_five_alike_comments_of_two_people():
    texts = [
        "moire pattern on the shirt",
        "moire pattern shirt",
        "shirt with moire pattern",
        "moire pattern",
        "pattern moire shirt",
    ]
    comments = [
        Comment(concept="AID-0039", reviewer="ada" if n % 2 else "ben", text=t, image=str(n))
        for n, t in enumerate(texts)
    ]
    noise = [
        Comment(concept="AID-0039", reviewer="ada", text="lens flare somewhere"),
        Comment(concept="AID-0998", reviewer="ada", text="x"),
    ]
    (result,) = found("L06", with_data(comments=tuple(comments + noise)))
    assert (result.numerator, result.denominator, len(result.images)) == (5, 6, 5)
    alone = tuple(Comment(concept="AID-0039", reviewer="ada", text=t) for t in texts)
    assert not found("L06", with_data(comments=alone))


def agreement(**more):
    said = {"concept": "AID-0011", "positives": 40, "kappa": 0.7, "lower": 0.62, "upper": 0.8, "table": (30, 5, 5, 60)}
    return ConceptAgreement(**said | more)


def test_l15_low_kappa_is_judged_by_its_interval():
    def results(one, **data):
        return found("L15", with_data(agreement=(one,), **data))

    assert not results(agreement())
    assert "lies below" in results(agreement(upper=0.55, lower=0.3, kappa=0.4))[0].message
    assert "reaches below" in results(agreement(lower=0.5))[0].message
    assert not results(agreement(lower=0.5, positives=10))
    assert results(agreement(upper=0.55, lower=0.3), for_gold=True)[0].level == "E"
    assert not results(agreement(kappa=None))
    assert not results(agreement(lower=0.1, concept="AID-0998"))


def test_l16_names_the_paradox_with_its_other_figures():
    rare = agreement(kappa=0.1, lower=-0.1, upper=0.7, positives=5, table=(1, 2, 2, 195), ac1=0.97)
    (result,) = found("L16", with_data(agreement=(rare,)))
    assert "0.33" in result.message
    assert "0.97" in result.message
    none = agreement(kappa=0.0, positives=0, table=(0, 0, 0, 100))
    assert "undefined" in found("L16", with_data(agreement=(none,)))[0].message
    assert not found("L16", with_data(agreement=(agreement(kappa=0.1), agreement(table=(0, 0, 0, 0)))))


def test_l17_levels_that_are_swapped():
    unstable = agreement(
        graded=40, severity_kappa=0.3, swaps={("minor", "major"): 20, ("minor", "critical"): 20, ("x", "y"): 39}
    )
    assert [one.numerator for one in found("L17", with_data(agreement=(unstable,)))] == [20, 40]
    assert not found(
        "L17", with_data(agreement=(agreement(graded=10, severity_kappa=0.1), agreement(graded=40, severity_kappa=0.9)))
    )


def test_l18_l20_unused_and_asked_without_context():
    def results(**more):
        one = ConceptCount(**{"concept": "AID-0011", "findings": 0, "assessed": 300} | more)
        return with_data(counts=(one,))

    assert "1.0%" in found("L18", results())[0].message
    assert not found("L18", results(assessed=299))
    assert not found("L18", results(concept="AID-0074"))  # a veto is wanted although it is rare
    assert not found("L18", results(concept="AID-0998"))
    (error,) = found("L20", results(concept="AID-0040", findings=5, without_context=3))
    assert "prompt" in error.fix
    assert error.level == "E"


def test_l22_a_reviewer_far_from_the_others():
    def rate(who, count, of=100, concept="AID-0011"):
        return ReviewerCount(concept=concept, reviewer=who, found=count, assessed=of)

    results = found("L22", with_data(reviewers=(rate("ada", 40), rate("ben", 5), rate("cyd", 6))))
    assert [one.message.split()[0] for one in results] == ["ada"] or len(results) == 3
    assert not found("L22", with_data(reviewers=(rate("ada", 4, 10), rate("ben", 0, 10))))
    assert not found("L22", with_data(reviewers=(rate("ada", 40),)))
    assert not found("L22", with_data(reviewers=(rate("ada", 0), rate("ben", 0))))


def test_a_tiny_taxonomy_has_every_pair_in_view():
    new = document()
    new["dimensions"] = new["dimensions"][:1]
    everything = lint(from_document(new), settings=Thresholds(alike_top=1.0))
    assert len(found("L03", everything)) == 9 * 8 // 2


def test_thresholds_are_settings():
    new = from_document(document())
    loose = lint(new, settings=Thresholds(alike_words=0.9, alike_pieces=0.9, alike_top=0.0, hedges=9))
    assert not found("L03", loose)
    assert not found("L11", loose)


# ---- the statistics behind the rules


def test_wilson_and_benjamini_hochberg():
    assert wilson(0, 0) == (0.0, 1.0)
    low, high = wilson(5, 50)
    assert (round(low, 4), round(high, 4)) == (0.0435, 0.2136)
    assert held_by_benjamini_hochberg([0.04, 0.001, 0.03, 0.5], 0.05) == [False, True, False, False]
    assert held_by_benjamini_hochberg([], 0.05) == []


def test_cosines_are_those_of_a_known_implementation():
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [d.definition for d in tree("1.0.0").defects]
    known = TfidfVectorizer(analyzer=word_terms, sublinear_tf=True).fit_transform(texts)
    assert abs((known @ known.T).toarray() - cosines([word_terms(t) for t in texts])).max() < 1e-12
    known = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
    plain = [" ".join(w for w in t.split() if w.isalpha()) for t in texts]
    matrix = known.fit_transform(plain)
    assert abs((matrix @ matrix.T).toarray() - cosines([piece_terms(t) for t in plain])).max() < 1e-12


def test_empty_texts_are_unlike_everything():
    assert cosines([[], ["a"], ["a"]])[0].tolist() == [1.0, 0.0, 0.0]
    assert clusters([], 0.8) == []
    assert clusters(["one"], 0.8) == [[0]]
    assert Counter(piece_terms("ab")) == Counter([" ab", "ab ", " ab "])
