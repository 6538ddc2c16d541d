"""The agreement report of a campaign: what counts, the numbers by hand, the fingerprint, the images behind."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.agreement import services
from annotate.agreement.gate import gate_of
from annotate.agreement.marks import (
    PATTERNS,
    Choice,
    Frame,
    Marks,
    chosen_items,
    narrowed,
    pattern_counts,
    production_sample,
)
from annotate.agreement.queries import campaigns_due, marks_of, report_fingerprint
from annotate.agreement.report import AskedDefect, agreement_report
from annotate.agreement.tasks import minute
from annotate.annotations.services import submit_annotation
from annotate.jobs.services import run_due_jobs
from annotate.models import AgreementReport, Annotation, Item
from tests.annotate.agreement.campaign_of_marks import FIRST, SECOND, answer_of, give, items_of, labelled
from tests.labelling import a_project, a_reviewer, a_submission

YES, NO = [f"{FIRST}/minor"], []
# Two raters, ten images: a = 3 both, b = 1, c = 1, d = 5 neither: po = .8, pe = .4*.4 + .6*.6 = .52, kappa = .28/.48
ADA = [YES, YES, YES, YES, NO, NO, NO, NO, NO, NO]
BEN = [YES, YES, YES, NO, YES, NO, NO, NO, NO, NO]


def report_of(campaign):
    return services.compute_report(campaign).document


def first_of(document, concept=FIRST):
    return next(one for one in document["defects"] if one["concept"] == concept)


def test_the_numbers_of_a_small_campaign_are_those_by_hand(db):
    document = report_of(labelled(a_project(), {"ada": ADA, "ben": BEN}))
    one = first_of(document)
    statistics = one["statistics"]
    assert statistics["kappa"]["value"] == pytest.approx(0.28 / 0.48)
    assert statistics["percent_agreement"]["value"] == pytest.approx(0.8)
    assert statistics["positive_agreement"]["value"] == pytest.approx(6 / 8)
    assert statistics["prevalence"]["value"] == pytest.approx(0.4)
    assert one["counts"] == {
        "rated": 10, "pairable": 10, "marked": 5, "disagreement": 2, "all_present": 3, "all_absent": 5,
    }  # fmt: skip
    assert (document["items"], document["items_pairable"], document["answers"]) == (10, 10, 20)
    assert one["gate"]["state"] == "provisional"  # 5 positives


def test_what_nobody_marked_is_null_with_a_reason(db):
    kappa = first_of(report_of(labelled(a_project(), {"ada": ADA, "ben": BEN})), SECOND)["statistics"]["kappa"]
    assert (kappa["value"], kappa["status"]) == (None, "undefined_no_variation")


def test_one_reviewer_alone_has_no_agreement(db):
    document = report_of(labelled(a_project(), {"ada": ADA}))
    assert first_of(document)["status"] == "insufficient_raters"
    assert "can be judged yet" in document["sentence"]


def test_a_correction_replaces_the_earlier_revision(db):
    project = a_project()
    campaign = labelled(project, {"ada": ADA, "ben": BEN})
    ben = a_reviewer(project, "ben")
    lease = give(campaign, ben, BEN)[3]
    submit_annotation(ben.user, lease.id, a_submission(answer_of(YES), base_revision=1))
    assert first_of(report_of(campaign))["counts"]["disagreement"] == 1


@pytest.mark.parametrize("flag", ["late", "after_reveal"])
def test_late_and_revealed_answers_do_not_count(db, flag):
    campaign = labelled(a_project(), {"ada": ADA, "ben": BEN})
    row = Annotation.objects.unscoped().filter(item=items_of(campaign)[4], reviewer__pseudonym="R-ben").get()
    change_in_the_past(row.id, flag)
    document = report_of(campaign)
    one = first_of(document)
    assert (one["counts"]["pairable"], one["counts"]["disagreement"]) == (9, 1)
    assert document["excluded"][flag] == 1


def change_in_the_past(annotation, flag):
    """Annotations are append-only: the trigger is passed by, to make what only a race makes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(f"UPDATE annotate_annotation SET {flag} = true WHERE id = %s", [annotation])
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_withdrawn_items_and_test_items_are_left_out_and_make_a_new_report(db):
    campaign = labelled(a_project(), {"ada": ADA, "ben": BEN})
    before = services.compute_report(campaign)
    Item.objects.unscoped().filter(id=items_of(campaign)[4].id).update(state="withdrawn")
    after = services.compute_report(campaign)
    assert before.fingerprint != after.fingerprint
    assert first_of(after.document)["counts"]["disagreement"] == 1
    assert after.document["excluded"]["withdrawn"] == 2


def test_an_unusable_image_is_not_assessed(db):
    from annotate.answer import Answer

    project = a_project()
    campaign = labelled(project, {"ada": ADA, "ben": BEN})
    ada = a_reviewer(project, "ada")
    lease = give(campaign, ada, ADA)[9]
    unusable = Answer(outcome="unusable", note="black")
    submit_annotation(ada.user, lease.id, a_submission(unusable, base_revision=1))
    assert first_of(report_of(campaign))["counts"]["pairable"] == 9


def test_an_unchanged_fingerprint_computes_nothing_anew(db):
    campaign = labelled(a_project(), {"ada": ADA, "ben": BEN})
    first = services.compute_report(campaign)
    assert services.compute_report(campaign).id == first.id
    assert campaigns_due() == []


def test_the_minute_computes_what_changed_and_nothing_else(db):
    project = a_project()
    campaign = labelled(project, {"ada": ADA, "ben": BEN})
    labelled(project, {"ada": [None]})  # no answers: nothing to compute
    minute()
    assert run_due_jobs() == 1
    assert AgreementReport.objects.unscoped().get().fingerprint == report_fingerprint(campaign.id)
    minute()
    assert run_due_jobs() == 0


def test_of_each_day_only_the_last_report_is_kept(db):
    project = a_project()
    campaign = labelled(project, {"ada": ADA, "ben": BEN})
    services.compute_report(campaign)
    ben = a_reviewer(project, "ben")
    submit_annotation(ben.user, give(campaign, ben, BEN)[3].id, a_submission(answer_of(YES), base_revision=1))
    services.compute_report(campaign)
    assert AgreementReport.objects.unscoped().filter(campaign=campaign).count() == 1


def test_levels_are_compared_where_both_marked_it(db):
    minor, major = [f"{FIRST}/minor"], [f"{FIRST}/major"]
    table = {"ada": [minor, minor, major, NO], "ben": [minor, major, major, minor]}
    severity = first_of(report_of(labelled(a_project(), table)))["severity"]
    assert severity["items_pairable"] == 3
    assert severity["confusion"] == [[1, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert severity["kappa"]["value"] == pytest.approx(0.4)  # po = 2/3 exact; quadratic: 1 - (1/3) / (5/9)


def test_mild_findings_can_be_counted_as_absent(db):
    minor, major = [f"{FIRST}/minor"], [f"{FIRST}/major"]
    campaign = labelled(a_project(), {"ada": [minor, major, NO], "ben": [NO, major, NO]})
    marks = narrowed(marks_of(campaign), least_rank=1)
    assert pattern_counts(marks, 0)["disagreement"] == 0
    assert pattern_counts(marks, 0)["all_present"] == 1


def test_the_audit_stands_for_production(db):
    campaign = labelled(a_project(), {"ada": ADA, "ben": BEN}, audit=4, priorities=[float(i) for i in range(10)])
    one = first_of(report_of(campaign))
    assert one["items_pairable"] == 10
    assert one["production"]["items_pairable"] == 4
    assert one["production"]["statistics"]["prevalence"]["value"] == pytest.approx(7 / 8)


def test_a_ranked_queue_half_done_stands_for_nothing_but_itself(db):
    half = [YES, NO, None, None]
    campaign = labelled(a_project(), {"ada": half, "ben": half}, priorities=[4.0, 3.0, 2.0, 1.0])
    document = report_of(campaign)
    assert document["sampling"]["production"]["available"] is False
    assert first_of(document)["production"] is None


DEFECTS = tuple(
    AskedDefect(
        id=name, code=name, name=name, dimension="D", dimension_name="D", kind="severity", veto=False,
        levels=(("minor", "Minor"), ("major", "Major")),
    )
    for name in ("one", "two")
)  # fmt: skip


def synthetic(item, rater, presence, rank, order):
    """Marks with rows in the given order; the codes stay."""
    size, people = int(max(item, default=0)) + 1, int(max(rater, default=0)) + 1
    presence, rank = np.array(presence).reshape(-1, 2), np.array(rank).reshape(-1, 2)
    rank = np.where(presence == 1, rank, -1)
    rows, columns = np.nonzero(presence[order] == 1)
    return Marks(
        concepts=("one", "two"), items=tuple(range(size)), images=tuple(range(size)),
        audit=np.zeros(size, dtype=bool), probability=np.ones(size), raters=tuple(range(people)),
        pseudonyms=tuple(f"R-{g}" for g in range(people)), item=np.array(item)[order], rater=np.array(rater)[order],
        sequence=np.arange(len(item)), presence=presence[order], rank=rank[order], finding_row=rows,
        finding_concept=columns, finding_rank=rank[order][rows, columns], verdict=np.zeros(len(item), dtype=np.int64),
        unusable=np.zeros(len(item), dtype=bool),
    )  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 12), st.integers(1, 4), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(items, raters, source):
    cells = [(i, g) for i in range(items) for g in range(raters) if source.random() < 0.8] or [(0, 0)]
    item, rater = [i for i, _ in cells], [g for _, g in cells]
    presence = [[source.choice([-1, 0, 1]) for _ in range(2)] for _ in cells]
    rank = [[source.choice([0, 1]) for _ in range(2)] for _ in cells]
    order = list(range(len(cells)))
    plain = synthetic(item, rater, presence, rank, order)
    source.shuffle(order)
    shuffled = synthetic(item, rater, presence, rank, order)
    frame = Frame(items=items, audit=0, ranked=False)
    assert agreement_report(shuffled, frame, DEFECTS) == agreement_report(plain, frame, DEFECTS)
    for pattern in PATTERNS:
        choice = Choice(concept="one", pattern=pattern)
        assert chosen_items(plain, choice).tolist() == chosen_items(shuffled, choice).tolist()
        assert len(chosen_items(plain, choice)) == pattern_counts(plain, 0)[pattern]


def test_the_biggest_split_comes_first(db):
    table = {
        "ada": [YES, YES, NO, NO], "ben": [YES, NO, NO, NO], "dora": [NO, NO, YES, NO], "eli": [NO, NO, NO, NO],
    }  # fmt: skip
    marks = marks_of(labelled(a_project(), table))
    found = chosen_items(marks, Choice(concept=FIRST))
    assert found.tolist() == [0, 1, 2, 3]  # 2:2, 1:3, 1:3, 0:4
    splits = [1.0, 0.75, 0.75, 0.0]
    assert all(a >= b for a, b in pairwise(splits))


def test_unequal_probabilities_are_weighed_in(db):
    campaign = labelled(a_project(), {"ada": ADA, "ben": BEN}, audit=4)
    rows = items_of(campaign)
    Item.objects.unscoped().filter(id__in=[row.id for row in rows[:2]]).update(inclusion_probability=0.5)
    marks = marks_of(campaign)
    sample = production_sample(marks, Frame(items=10, audit=4, ranked=False))
    assert sample.weights is not None
    assert sample.weights[:4].tolist() == [2.0, 2.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("value", "low", "high", "positives", "state"),
    [
        (0.7, 0.55, 0.8, 30, "go"),
        (0.7, 0.55, 0.8, 24, "provisional"),
        (0.7, 0.45, 0.9, 30, "provisional"),
        (0.5, 0.4, 0.65, 30, "provisional"),
        (0.4, 0.2, 0.59, 10, "fail"),
        (None, None, None, 40, "provisional"),
    ],
)
def test_the_gate_needs_value_limit_and_positives(value, low, high, positives, state):
    assert gate_of(value, low, high, positives=positives, items=200).state == state


def test_the_gate_says_how_many_more_images_would_tell():
    gate = gate_of(0.7, 0.5, 0.8, positives=10, items=200)
    assert gate.more_images == 300  # 15 more positives at 10 in 200
