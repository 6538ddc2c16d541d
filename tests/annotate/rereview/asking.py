"""A campaign of the label fixture moved to 2.0.0, with questions made."""

from uuid import UUID, uuid4

from annotate.migration.services import FILL
from annotate.models import Job, Rereview, RereviewLease, Reviewer
from annotate.rereview import services
from annotate.rereview.replies import Reply
from tests.annotate.migration.moving import Marked, fixture, three_versions
from tests.labelling import a_project, scope_of


def asked() -> Marked:
    """The labels given under 1.0.0, moved to 2.0.0; the job made the questions."""
    versions = three_versions()
    marked = Marked(a_project(), versions["1.0.0"])
    for label in fixture()["labels"]["1.0.0"]:
        marked.add(label, versions["1.0.0"])
    run = marked.move(versions["2.0.0"])
    assert Job.objects.filter(kind=FILL, arguments__run=str(run.id)).exists()
    services.fill_questions(run.id)
    return marked


def take(marked: Marked, reviewer: Reviewer, count: int = 1) -> services.Taken:
    return services.take_leases(scope_of(reviewer), marked.campaign, reviewer.id, count)


def lease_on(question: Rereview, reviewer: Reviewer) -> UUID:
    """A live lease on this very question."""
    from datetime import timedelta

    from core import clock

    row = RereviewLease.objects.create(
        project=question.project, rereview=question, reviewer=reviewer, expires_at=clock.now() + timedelta(minutes=9)
    )
    return row.id


def a_reply(question: Rereview, **values: object) -> Reply:
    """The first candidate, with a region where one is asked."""
    from annotate.geometry import Region, Shape

    concept, level = question.candidates[0]
    region = Region(shape=Shape.BOX, points=((0.1, 0.1), (0.3, 0.3))) if "region" in question.kinds else None
    return Reply(**{"submission_id": uuid4(), "concept": concept, "level": level, "region": region} | values)  # type: ignore[arg-type]
