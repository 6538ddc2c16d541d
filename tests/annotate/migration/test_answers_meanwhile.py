"""A question of the layer below that is answered while the next move is prepared: the answer counts."""

import pytest
from django.db import connection
from moving import Marked, fixture, lead_of, three_versions

from annotate.jobs.services import run_job
from annotate.migration import services
from annotate.models import CarriedAbsence, CarriedFinding, MigrationRun
from core import clock
from tests.labelling import a_project

pytestmark = pytest.mark.django_db


def test_an_answer_between_preparation_and_activation_is_not_lost():
    versions = three_versions()
    marked, scope = Marked(a_project(), versions["1.0.0"]), None
    for label in fixture()["labels"]["1.0.0"]:
        marked.add(label, versions["1.0.0"])
    scope, first = lead_of(marked.project), marked.move(versions["1.1.0"])
    waiting = CarriedFinding.objects.unscoped().filter(run=first).order_by("id").first()
    # 1.1.0 asks nobody anything, so one of its rows is made to wait as a split would have it wait
    candidates = [[waiting.concept, waiting.level], ["AID-0012", "minor"]]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE annotate_carriedfinding SET outcome = 'queued', standing = false, candidates = %s::jsonb, "
            "state = jsonb_build_object('row', jsonb_build_array(jsonb_build_array(concept, level, 3), "
            "jsonb_build_array('AID-0012', 'minor', 3)), 'doubts', '[\"concept\"]'::jsonb, 'asked', '[]'::jsonb), "
            "concept = '', level = NULL WHERE id = %s",
            [str(candidates).replace("'", '"'), waiting.id],
        )
    prepared = services.prepare_move(scope, marked.campaign, versions["2.0.0"].id)
    assert run_job(prepared.job.id)
    row = CarriedFinding.objects.unscoped().get(run=prepared.run, finding_id=waiting.finding_id)
    assert row.outcome == "queued"
    CarriedFinding.objects.unscoped().filter(id=waiting.id).update(
        standing=True, concept="AID-0012", level="minor", answered_at=clock.now()
    )
    services.activate_move(scope, prepared.run.id)
    run = MigrationRun.objects.unscoped().get(id=prepared.run.id)
    row = CarriedFinding.objects.unscoped().get(run=run, finding_id=waiting.finding_id)
    assert (row.outcome, row.standing, row.concept, row.level) == ("carried", True, "AID-0012", "minor")
    assert run.counts["answered_meanwhile"] == 1
    assert run.counts["findings"] == run.dry_run["findings"]
    absences = CarriedAbsence.objects.unscoped().filter(run=run)
    assert absences.count() == absences.values("annotation").distinct().count() == run.dry_run["answers"]
