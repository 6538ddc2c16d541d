"""Ranking: the order follows the strategy, the random part stays random, everything has a reason and a seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.triage.ranking import STRATEGIES, Plan, Ranked, Reason, Signals, ranked
from scoring.triage.sampling import audit_draw

PURE = {"audit_share": 0.0, "random_share": 0.0}


def signals(*probabilities: float, defect: str = "blur") -> list[Signals]:
    return [
        Signals(image=f"i{number}", order=number, probabilities={defect: value})
        for number, value in enumerate(probabilities)
    ]


def order(result: tuple[Ranked, ...]) -> list[str]:
    return [one.image for one in result]


def test_margin_puts_the_undecided_first() -> None:
    result = ranked(signals(0.99, 0.5, 0.02, 0.6), Plan(strategy="margin", **PURE), seed=0)
    assert order(result) == ["i1", "i3", "i2", "i0"]
    assert result[0].reasons == (Reason(code="margin", subject="blur", value=1.0),)


def test_margin_is_measured_from_the_threshold_of_the_defect() -> None:
    plan = Plan(strategy="margin", thresholds={"blur": 0.1}, **PURE)
    assert order(ranked(signals(0.5, 0.12), plan, seed=0)) == ["i1", "i0"]


def test_risk_puts_the_likely_defects_first_and_weights_change_it() -> None:
    waiting = [
        Signals(image="a", order=0, probabilities={"blur": 0.9}),
        Signals(image="b", order=1, probabilities={"hands": 0.5}),
    ]
    assert order(ranked(waiting, Plan(strategy="risk", **PURE), seed=0)) == ["a", "b"]
    heavy = Plan(strategy="risk", weights={"hands": 3.0}, **PURE)
    assert order(ranked(waiting, heavy, seed=0)) == ["b", "a"]


def test_entropy_is_highest_at_one_half() -> None:
    result = ranked(signals(0.1, 0.5, 1.0), Plan(strategy="entropy", **PURE), seed=0)
    assert order(result) == ["i1", "i0", "i2"]
    assert result[0].reasons[0].value == pytest.approx(1.0)


def test_cost_in_seconds_can_divide_the_gain() -> None:
    slow = Signals(image="slow", order=0, probabilities={"blur": 0.9}, seconds=60)
    quick = Signals(image="quick", order=1, probabilities={"blur": 0.5}, seconds=5)
    assert order(ranked([slow, quick], Plan(strategy="risk", **PURE), seed=0))[0] == "slow"
    assert order(ranked([slow, quick], Plan(strategy="risk", per_second=True, **PURE), seed=0))[0] == "quick"


def test_fifo_keeps_the_order_of_arrival() -> None:
    assert order(ranked(signals(0.9, 0.1, 0.5), Plan(strategy="fifo", **PURE), seed=5)) == ["i0", "i1", "i2"]


def test_diversity_goes_far_from_what_is_labelled_first() -> None:
    places = {"near": (0.1, 0.0), "far": (9.0, 9.0), "twin": (9.1, 9.0), "other": (0.0, 8.0)}
    waiting = [
        Signals(image=name, order=number, embedding=np.array(place, np.float32))
        for number, (name, place) in enumerate(places.items())
    ] + [Signals(image="blind", order=9)]
    plan = Plan(strategy="diversity", labelled=np.zeros((1, 2), np.float32), **PURE)
    result = ranked(waiting, plan, seed=0)
    assert order(result)[0] in ("far", "twin") and order(result)[1] == "other"
    assert order(result)[-1] == "blind" and result[-1].reasons[0].code == "no_signal"
    assert result[0].reasons[0] == Reason(code="novel", subject="", value=1.0)


def test_outliers_and_disagreement_decide_among_equals_and_are_named() -> None:
    plain = Signals(image="plain", order=0, probabilities={"blur": 0.5})
    odd = Signals(image="odd", order=1, probabilities={"blur": 0.5}, outliers={"noise": -6.0}, disagreement=0.3)
    result = ranked([plain, odd], Plan(strategy="margin", **PURE), seed=0)
    assert order(result) == ["odd", "plain"]
    assert {one.code for one in result[0].reasons} == {"margin", "outlier", "disagreement"}


def test_many_outliers_do_not_outweigh_a_detector() -> None:
    outliers = {f"metric{number}": 12.0 for number in range(30)}
    odd = Signals(image="odd", order=0, probabilities={"blur": 0.2}, outliers=outliers)
    likely = Signals(image="likely", order=1, probabilities={"blur": 0.4})
    assert order(ranked([odd, likely], Plan(strategy="risk", **PURE), seed=0)) == ["likely", "odd"]


def test_images_without_any_signal_say_so() -> None:
    result = ranked([Signals(image="a", order=0)], Plan(strategy="margin", **PURE), seed=0)
    assert result[0].reasons == (Reason(code="no_signal", subject="", value=0.0),)


def test_audit_images_are_drawn_at_random_with_their_probability_and_spread_over_the_queue() -> None:
    result = ranked(signals(*np.linspace(0, 1, 200)), Plan(audit_share=0.1, random_share=0.0), seed=1)
    audit = [place for place, one in enumerate(result) if one.stream == "audit"]
    assert len(audit) == 20 and all(one.inclusion_probability == 0.1 for one in result)
    assert max(np.diff([0, *audit, 200])) < 15


def test_the_audit_draw_does_not_depend_on_the_signals() -> None:
    plan = Plan(audit_share=0.1)
    first = ranked(signals(*np.linspace(0, 1, 100)), plan, seed=4)
    second = ranked(signals(*np.linspace(1, 0, 100)), plan, seed=4)
    assert {one.image for one in first if one.stream == "audit"} == {
        one.image for one in second if one.stream == "audit"
    }


def test_every_image_is_audited_as_often_as_its_probability_says() -> None:
    counts = np.zeros(20)
    for seed in range(600):
        for image in audit_draw([f"{one:02d}" for one in range(20)], 0.25, seed=seed).images:
            counts[int(image)] += 1
    assert (np.abs(counts / 600 - 0.25) < 0.08).all()


def test_a_random_share_is_strewn_into_the_priority_stream() -> None:
    result = ranked(signals(*np.linspace(0.5, 1, 100)), Plan(audit_share=0.0, random_share=0.2), seed=0)
    assert sum(one.reasons[0].code == "random" for one in result) == 20


@pytest.mark.parametrize(
    ("waiting", "plan", "expected"),
    [
        (signals(0.5), Plan(strategy="best"), "no strategy"),
        (signals(0.5), Plan(audit_share=1.5), "from 0 to 1"),
        (signals(0.5), Plan(random_share=-0.1), "from 0 to 1"),
        (signals(0.5) * 2, Plan(), "twice"),
        (signals(1.5), Plan(), "probability of image i0"),
        (signals(float("nan")), Plan(), "probability of image i0"),
        (signals(0.5), Plan(weights={"blur": float("inf")}), "weight of blur"),
        ([Signals(image="a", order=0, outliers={"noise": float("nan")})], Plan(), "not a finite number"),
        ([Signals(image="a", order=0, seconds=0)], Plan(), "costs no time"),
    ],
)
def test_wrong_input_is_refused_by_name(waiting: list[Signals], plan: Plan, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        ranked(waiting, plan, seed=0)


def test_nothing_waiting_gives_an_empty_ranking() -> None:
    for strategy in STRATEGIES:
        assert ranked([], Plan(strategy=strategy), seed=0) == ()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0, 1), max_size=40),
    st.sampled_from(sorted(STRATEGIES)),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(0, 99),
)
def test_a_ranking_is_a_permutation_with_distinct_priorities_whatever_the_plan(
    values: list[float], strategy: str, audit: float, share: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    waiting = [
        Signals(image=f"i{number}", order=number, probabilities={"blur": value},
                embedding=rng.normal(size=3).astype(np.float32) if number % 3 else None)
        for number, value in enumerate(values)
    ]  # fmt: skip
    plan = Plan(strategy=strategy, audit_share=audit, random_share=share)
    result = ranked(waiting, plan, seed=seed)
    assert sorted(order(result)) == sorted(one.image for one in waiting)
    priorities = [one.priority for one in result]
    assert priorities == sorted(set(priorities), reverse=True)
    assert all(0 < one <= 1 for one in priorities)
    assert all(1 <= len(one.reasons) <= 3 for one in result)
    assert result == ranked(waiting[::-1], plan, seed=seed)


def test_the_draw_is_the_same_for_the_same_set_whatever_its_order() -> None:
    names = [f"n{one}" for one in range(50)]
    assert audit_draw(names, 0.2, seed=1) == audit_draw(names[::-1], 0.2, seed=1)
    assert audit_draw(names, 0.2, seed=1).images != audit_draw(names, 0.2, seed=2).images


def test_a_share_above_zero_draws_at_least_one_and_says_its_true_probability() -> None:
    draw = audit_draw(["a", "b", "c"], 0.05, seed=0)
    assert len(draw.images) == 1 and draw.inclusion_probability == pytest.approx(1 / 3)
    assert audit_draw([], 0.1, seed=0).images == ()
    with pytest.raises(ValueError, match="twice"):
        audit_draw(["a", "a"], 0.1, seed=0)
