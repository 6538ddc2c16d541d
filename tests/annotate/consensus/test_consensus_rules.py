"""From answers to gold or a dispute: every combination of up to four reviewers, and what must always hold."""

from collections import Counter
from itertools import combinations_with_replacement, permutations, product
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from labelling import _document

from annotate.consensus.rules import Given, consensus, median_level
from annotate.geometry import Region, Shape
from taxonomy.ordering import read_document

RULES = ("majority_of_3", "agreement_of_2", "adjudication", "single")
TREE = read_document(_document("ai-image-defects-1.1.0.yaml"))
PORTRAITS = read_document(_document("portrait-basics-1.0.0.yaml"))


def level_with(tree, action):
    """(concept, level) of the first defect that has a level with this action."""
    for defect in tree.active_defects:
        for key in tree.scale_of(defect).keys:
            if tree.action_of(defect, key) == action:
                return defect.id, key
    raise AssertionError(f"no level means {action}")


HARMLESS = next(
    (d.id, key)
    for d in TREE.active_defects
    for key in TREE.scale_of(d).keys
    if TREE.action_of(d, key) == "accept" and TREE.scale_of(d).kind == "severity"
)
HARMFUL = level_with(TREE, "reject")
RATED = next(d for d in PORTRAITS.active_defects if PORTRAITS.scale_of(d).kind == "rating")
SCORES = sorted(PORTRAITS.scale_of(RATED).levels, key=lambda level: level.rank)


def answers(word, level=None, first=0):
    """ "pan" → present, absent, not assessed by the reviewers 0, 1, 2."""
    meaning = {"p": "present", "a": "absent", "n": "not_assessed"}
    return [
        Given(annotation=UUID(int=first + n), presence=meaning[sign], level=level if sign == "p" else None)
        for n, sign in enumerate(word)
    ]


def expected(word, rule):
    """The table of the rule, written independently: a value, or None for the desk. Levels that change no verdict."""
    present, absent = word.count("p"), word.count("a")
    counted = present + absent
    if rule == "adjudication":
        return None
    if counted == 0:
        return "not_assessed"
    unanimous = "present" if present == counted else "absent" if absent == counted else None
    if counted == 1:
        return unanimous if rule == "single" else None
    if unanimous:
        return unanimous
    if counted == 2 or rule == "agreement_of_2" or present == absent:
        return None
    return "present" if present > absent else "absent"


WORDS = ["".join(letters) for size in range(5) for letters in combinations_with_replacement("pan", size)]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("word", WORDS)
def test_every_combination_of_up_to_four_reviewers(rule, word):
    concept, level = HARMLESS
    for order in set(permutations(word)):
        outcome = consensus({concept: answers(order, level)}, rule, TREE)
        wanted = expected(word, rule)
        if wanted is None:
            assert (outcome.disputed, dict(outcome.settled)) == ((concept,), {})
            assert (outcome.weight > 0) == (("p" in word and "a" in word) or not word.strip("n"))
        else:
            assert outcome.disputed == ()
            assert outcome.weight == 0
            settled = outcome.settled[concept]
            assert settled.value == wanted
            assert (settled.level == level) if wanted == "present" else settled.level is None


@pytest.mark.parametrize("rule", ["majority_of_3", "single"])
@pytest.mark.parametrize("word", ["ppa", "paa", "pppa", "paaa", "ppan"])
def test_a_dissent_that_would_change_the_verdict_goes_to_the_desk(rule, word):
    concept, level = HARMFUL
    outcome = consensus({concept: answers(word, level)}, rule, TREE)
    assert outcome.disputed == (concept,)


def test_a_dissent_is_settled_where_another_defect_decides_the_image_anyway():
    concept, level = HARMLESS
    harmful, worst = HARMFUL
    outcome = consensus({harmful: answers("ppp", worst), concept: answers("ppa", level)}, "majority_of_3", TREE)
    assert outcome.disputed == ()


def test_a_reviewer_who_says_clean_against_two_fatal_defects_goes_to_the_desk():
    """Neither dissent alone would change the verdict, because the other defect holds it; both together would."""
    fatal = [
        (d.id, key) for d in TREE.active_defects for key in TREE.scale_of(d).keys if TREE.action_of(d, key) == "reject"
    ]
    (one, first), (two, second) = fatal[0], next(pair for pair in fatal if pair[0] != fatal[0][0])
    outcome = consensus({one: answers("ppa", first), two: answers("ppa", second)}, "majority_of_3", TREE)
    assert outcome.disputed == (one, two)
    apart = consensus({one: answers("ppa", first), two: answers("app", second)}, "majority_of_3", TREE)
    assert apart.disputed == ()


def test_a_level_dissent_that_would_change_the_verdict_goes_to_the_desk():
    defect = next(
        d for d in TREE.active_defects
        if len({TREE.action_of(d, key) for key in TREE.scale_of(d).keys}) > 1
    )  # fmt: skip
    levels = sorted(TREE.scale_of(defect).levels, key=lambda level: level.rank)
    mild, worst = levels[0].key, levels[-1].key
    given = [
        Given(annotation=UUID(int=n), presence="present", level=level) for n, level in enumerate([mild, mild, worst])
    ]
    assert consensus({defect.id: given}, "majority_of_3", TREE).disputed == (defect.id,)


def test_the_settled_level_is_the_median_the_worse_of_two_in_the_middle():
    concept, _ = HARMLESS
    keys = [level.key for level in sorted(TREE.scale_of(TREE.defect(concept)).levels, key=lambda level: level.rank)]
    assert median_level(concept, [keys[0], keys[1]], TREE) == keys[1]
    assert median_level(concept, [keys[1], keys[0], keys[0]], TREE) == keys[0]
    assert median_level(concept, [], TREE) is None


def test_the_settled_region_is_the_most_central_and_all_are_kept():
    concept, level = HARMLESS
    boxes = [Region(shape=Shape.BOX, points=((x, 0.1), (x + 0.3, 0.4))) for x in (0.1, 0.12, 0.6)]
    given = [
        Given(annotation=UUID(int=n), presence="present", level=level, regions=(box,)) for n, box in enumerate(boxes)
    ]
    settled = consensus({concept: given}, "majority_of_3", TREE).settled[concept]
    assert settled.region in boxes[:2]
    assert settled.regions == tuple(boxes)


def test_gold_names_the_annotations_it_rests_on_and_the_rule():
    concept, level = HARMLESS
    settled = consensus({concept: answers("ppa", level)}, "majority_of_3", TREE).settled[concept]
    assert settled.annotations == (UUID(int=0), UUID(int=1))
    assert settled.rule == "majority of 3 (2:1)"


def scores(*ranks):
    return [
        Given(annotation=UUID(int=n), presence="present", level=SCORES[rank - 1].key) if rank
        else Given(annotation=UUID(int=n), presence="not_assessed")
        for n, rank in enumerate(ranks)
    ]  # fmt: skip


def same_action(*ranks):
    return len({PORTRAITS.action_of(RATED, SCORES[rank - 1].key) for rank in ranks if rank}) < 2


@pytest.mark.parametrize("rule", ["majority_of_3", "agreement_of_2", "single"])
@pytest.mark.parametrize("ranks", list(product(range(len(SCORES) + 1), repeat=3)), ids=str)
def test_every_combination_of_three_scores(rule, ranks):
    given = {RATED.id: scores(*ranks)}
    counted = sorted(rank for rank in ranks if rank)
    outcome = consensus(given, rule, PORTRAITS)
    near = {0: True, 1: rule == "single", 2: counted[-1] - counted[0] <= 1 if counted else True}
    fits = near.get(len(counted), counted[-1] - counted[0] <= 2 if counted else True)
    if fits and same_action(*ranks):
        settled = outcome.settled[RATED.id]
        assert settled.value == ("present" if counted else "not_assessed")
        assert settled.level == (SCORES[counted[len(counted) // 2] - 1].key if counted else None)
    else:
        assert outcome.disputed == (RATED.id,)


CONCEPTS = [d.id for d in TREE.active_defects][:6]


@st.composite
def rounds(draw):
    """Concepts × reviewers with arbitrary answers and levels."""
    people = draw(st.integers(0, 4))
    found = {}
    for concept in CONCEPTS:
        keys = TREE.scale_of(TREE.defect(concept)).keys
        word = draw(st.lists(st.sampled_from(["present", "absent", "not_assessed"]), min_size=people, max_size=people))
        found[concept] = [
            Given(annotation=UUID(int=n), presence=one, level=draw(st.sampled_from(keys)) if one == "present" else None)
            for n, one in enumerate(word)
        ]
    return found


def comparable(outcome):
    settled = {
        concept: (one.value, one.level, one.rule, Counter(one.annotations)) for concept, one in outcome.settled.items()
    }
    return settled, set(outcome.disputed), round(outcome.weight, 9)


@given(rounds(), st.sampled_from(RULES), st.randoms())
@settings(max_examples=300, deadline=None)
def test_the_order_of_answers_and_concepts_never_matters(asked, rule, random):
    before = comparable(consensus(asked, rule, TREE))
    shuffled = list(asked.items())
    random.shuffle(shuffled)
    again = {concept: random.sample(given, len(given)) for concept, given in shuffled}
    assert comparable(consensus(again, rule, TREE)) == before


@given(rounds(), st.sampled_from(RULES))
@settings(max_examples=300, deadline=None)
def test_every_asked_concept_is_either_settled_or_disputed(asked, rule):
    outcome = consensus(asked, rule, TREE)
    assert set(outcome.settled) | set(outcome.disputed) == set(asked)
    assert not set(outcome.settled) & set(outcome.disputed)
    assert outcome.disputed or outcome.weight == 0


@given(rounds())
@settings(max_examples=200, deadline=None)
def test_agreement_of_two_never_settles_against_anybody(asked):
    outcome = consensus(asked, "agreement_of_2", TREE)
    for concept, one in outcome.settled.items():
        said = {given.presence for given in asked[concept]} - {"not_assessed"}
        assert said <= {one.value}
