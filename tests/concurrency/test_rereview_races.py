"""Sixteen reviewers at one queue of questions: none answered twice, none offered twice, the order kept."""

import threading
import time

import pytest
from django.db import connection
from scipy.stats import spearmanr

from annotate.models import Finding, Rereview, RereviewAnswer, RereviewLease
from annotate.rereview import services
from tests.annotate.migration.moving import Marked, three_versions
from tests.annotate.rereview.asking import a_reply, take
from tests.labelling import a_project, a_reviewer

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE, QUESTIONS = 16, 90


def many_questions() -> Marked:
    versions = three_versions()
    marked = Marked(a_project(), versions["1.0.0"], items=QUESTIONS)
    for place in range(QUESTIONS):
        label = {"id": f"M{place}", "item": f"img-{place + 1}", "reviewer": "maker", "region": "r2"}
        marked.add(label | {"concept": "AID-0014", "severity": "minor"}, versions["1.0.0"])
    run = marked.move(versions["2.0.0"])
    assert services.fill_questions(run.id) == Finding.objects.unscoped().count() == QUESTIONS
    for place, row in enumerate(Rereview.objects.unscoped().filter(run=run)):
        Rereview.objects.unscoped().filter(id=row.id).update(priority=float(place))
    return marked


def test_sixteen_reviewers_answer_each_question_once_and_in_order():
    marked = many_questions()
    people = [a_reviewer(marked.project, f"p{place}") for place in range(PEOPLE)]
    rows = {row.id: row for row in Rereview.objects.unscoped().all()}
    orders: dict[int, list[float]] = {place: [] for place in range(PEOPLE)}
    errors: list[BaseException] = []

    def work(place):
        person, deadline = people[place], time.monotonic() + 120
        try:
            while time.monotonic() < deadline:
                taken = take(marked, person, 2)
                if taken.state == "done":
                    return
                for lease in taken.leases:
                    question = rows[RereviewLease.objects.unscoped().get(id=lease).rereview_id]
                    orders[place].append(question.priority)
                    services.answer_question(person.user, lease, a_reply(question))
                if not taken.leases:
                    time.sleep(0.02)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(place,)) for place in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert RereviewAnswer.objects.unscoped().count() == QUESTIONS
    assert RereviewLease.objects.unscoped().count() == QUESTIONS  # nothing was offered to two people
    assert set(Rereview.objects.unscoped().values_list("state", flat=True)) == {"answered"}
    longest = max(orders.values(), key=len)
    if len(longest) > 5:
        assert spearmanr(longest, [-place for place in range(len(longest))]).statistic >= 0.9
