"""Planning is pure: samples, audit draws, forecasts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.campaigns.plan import choose_sample, draw_audit, forecast, seconds_per_answer


@given(st.integers(0, 300), st.integers(1, 400), st.integers(0, 10_000))
def test_a_sample_keeps_order_size_and_seed(count, size, seed):
    images = list(range(count))
    sample = choose_sample(images, size, seed)
    assert sample == sorted(set(sample))
    assert len(sample) == min(size, count)
    assert sample == choose_sample(images, size, seed)


@given(st.integers(0, 500), st.floats(0, 1), st.integers(0, 10_000))
def test_the_audit_sample_has_its_share(count, share, seed):
    drawn = draw_audit(count, share, seed)
    assert drawn <= set(range(count))
    if share and count:
        assert len(drawn) == min(count, max(1, round(share * count)))
    else:
        assert not drawn


def test_every_place_is_drawn_equally_often():
    hits = [0] * 20
    for seed in range(2000):
        for place in draw_audit(20, 0.1, seed):
            hits[place] += 1
    assert all(130 < count < 275 for count in hits)  # 200 expected; ± 5 standard deviations


def test_a_share_beyond_one_is_refused():
    with pytest.raises(ValueError, match="between 0 and 1"):
        draw_audit(10, 1.5, 0)


def test_measured_times_replace_the_assumption_once_there_are_enough():
    assert seconds_per_answer(10, [9000] * 49) == (12.0, "assumed")
    assert seconds_per_answer(10, [9000] * 25 + [3000] * 25) == (6.0, "measured")
    assert seconds_per_answer(10, [9000] * 51) == (9.0, "measured")


def test_the_forecast_counts_answers_hours_and_people_and_says_what_is_missing():
    found = forecast(
        images=600, annotations_per_item=3, audit_share=0.05, defects=10, measured_ms=[], reviewers=2, warnings=()
    )
    assert (found.answers, found.audit_images, found.people_needed) == (1800, 30, 3)
    assert found.hours == pytest.approx(1800 * 12 / 3600)
    assert [warning.code for warning in found.warnings] == ["too-few-reviewers"]
    assert forecast(
        images=0, annotations_per_item=1, audit_share=0, defects=1, measured_ms=[], reviewers=1
    ).warnings[0].code == "no-images"  # fmt: skip
