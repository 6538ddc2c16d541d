"""The world of the permission test, and the id for each parameter of a path: by the part before the parameter.

A new kind of row: make one in `make_world` and add a line to IDENTIFIERS. A route that checks the shape of its body
before it looks up the row: add a valid body to BODIES.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from cast import Cast, make_cast
from labelling import a_campaign, some_images

from accounts import services as accounts
from accounts.models import OneTimeLink
from annotate.models import (
    Annotation,
    Campaign,
    Export,
    Finding,
    Image,
    ImportRun,
    Item,
    Job,
    Lease,
    MigrationRun,
    Rereview,
    RereviewLease,
    Reviewer,
)
from core import clock
from scoring.models import Detector, TrainingRun
from taxonomy.draft_services import start_draft
from taxonomy.link_services import make_link
from taxonomy.models import ExamplePicture, TaxonomyOwner


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One of everything in the cast's project; the lease and the tokens are ada's."""

    cast: Cast
    image: Image
    campaign: Campaign
    item: Item
    lease: Lease
    job: Job
    import_run: ImportRun
    export: Export
    link: str
    tokens: dict[str, str]


def make_world() -> World:
    ExamplePicture.objects.get_or_create(
        sha256=PICTURE, defaults={"media_type": "image/png", "width": 1, "height": 1, "bytes": 1}
    )
    cast = make_cast()
    image, *_ = some_images(cast.project, 3)
    campaign = a_campaign(cast.project, [image])
    TaxonomyOwner.objects.create(taxonomy=campaign.version.taxonomy, user=cast.omar)
    start_draft(campaign.version.taxonomy.slug, by=cast.omar)
    item = Item.objects.unscoped().get(campaign=campaign)
    lease = Lease.objects.create(
        project=cast.project, campaign=campaign, item=item, version=campaign.version, stream="priority",
        reviewer=Reviewer.objects.get(project=cast.project, user=cast.ada), inclusion_probability=1.0,
        expires_at=clock.now() + timedelta(minutes=15),
    )  # fmt: skip
    job = Job.objects.create(project=cast.project, kind="test.nothing", requested_by=cast.lee)
    import_run = ImportRun.objects.create(project=cast.project, kind="upload", source="Upload", created_by=cast.lee)
    export = Export.objects.create(project=cast.project, campaign=campaign, format="jsonl")
    tokens = {
        name: str(accounts.make_token(person, name="script", days=1).row.id) for name, person in cast.people.items()
    }
    link = accounts.make_link(OneTimeLink.Purpose.PASSWORD, by=None, user=cast.ben)[1]
    return World(
        cast=cast, image=image, campaign=campaign, item=item, lease=lease, job=job, import_run=import_run,
        export=export, link=link, tokens=tokens,
    )  # fmt: skip


def a_detector(world: World) -> Detector:
    """A detector of the campaign's first defect, for which there were too few examples."""
    run = TrainingRun.objects.create(project=world.cast.project, campaign=world.campaign, export=world.export)
    return Detector.objects.create(
        project=world.cast.project, run=run, version=world.campaign.version, defect=world.campaign.defects[0],
        state="too_few", reason="too few positives: 3, at least 8 are needed", positives=3, negatives=9,
    )  # fmt: skip


def a_guideline(world: World) -> tuple[str, str]:
    """Id and token of a read-only link."""
    slug = world.campaign.version.taxonomy.slug
    made, address = make_link(slug, by=world.cast.omar, label="for the shop", number=None, days=None)
    return str(made.id), address.rpartition("/")[2]


def a_question(world: World) -> str:
    """Ada's lease on a question of a move of the campaign."""
    known = RereviewLease.objects.unscoped().filter(rereview__campaign=world.campaign).first()
    if known is not None:
        return str(known.id)
    project, campaign, version = world.cast.project, world.campaign, world.campaign.version
    reviewer = world.lease.reviewer
    answer = Annotation.objects.create(
        project=project, campaign=campaign, item=world.item, image=world.image, lease=world.lease, reviewer=reviewer,
        version=version, sequence=1, submission_id=uuid4(), body_hash="0" * 64, revision=1, outcome="defects",
        absence="glance", verdict="accept", asked=campaign.defects, active_ms=900,
    )  # fmt: skip
    finding = Finding.objects.create(
        project=project, annotation=answer, position=0, defect=campaign.defects[0], kind="severity", level="minor"
    )
    run = MigrationRun.objects.create(
        project=project, campaign=campaign, from_version=version, to_version=version, path=[version.id],
        from_defects=campaign.defects, to_defects=campaign.defects, fingerprint="1-1", dry_run={}, state="active",
    )  # fmt: skip
    question = Rereview.objects.create(
        project=project, run=run, campaign=campaign, item=world.item, image=world.image, finding=finding,
        concept=finding.defect, kinds=["presence"], candidates=[[finding.defect, "minor"]],
    )  # fmt: skip
    lease = RereviewLease.objects.create(
        project=project, rereview=question, reviewer=reviewer, expires_at=clock.now() + timedelta(minutes=15)
    )
    return str(lease.id)


PICTURE = "0" * 64

# (world, name of the person who asks) -> the id
Identifier = Callable[[World, str], str]
IDENTIFIERS: dict[str, Identifier] = {
    "campaigns": lambda world, _: str(world.campaign.id),
    "exports": lambda world, _: str(world.export.id),
    "files": lambda world, _: "1",
    "guideline-links": lambda world, _: a_guideline(world)[0],
    "guidelines": lambda world, _: a_guideline(world)[1],
    "images": lambda world, _: str(world.image.id),
    "imports": lambda world, _: str(world.import_run.id),
    "items": lambda world, _: str(world.item.id),
    "jobs": lambda world, _: str(world.job.id),
    "leases": lambda world, _: str(world.lease.id),
    "links": lambda world, _: world.link,
    "pictures": lambda world, _: PICTURE,
    "people": lambda world, _: str(world.cast.dora.id),
    "projects": lambda world, _: world.cast.project.slug,
    "rereview-leases": lambda world, _: a_question(world),
    "roles": lambda world, _: "reviewer",
    "detectors": lambda world, _: str(a_detector(world).id),
    "defects": lambda world, _: str(world.campaign.defects[0]),
    "taxonomies": lambda world, _: world.campaign.version.taxonomy.slug,
    "taxonomy-pictures": lambda world, _: PICTURE,
    "versions": lambda world, _: world.campaign.version.number,
    "tokens": lambda world, name: world.tokens.get(name, str(uuid4())),
}

# Ids that name no row at all; what is not here gets a random UUID.
NOWHERE: dict[str, str] = {"projects": "no-such-project", "files": "1", "links": "no-such-token", "roles": "reviewer"}

# A valid body for routes that look at its shape before they look up the row; the others get {}.
BODIES: dict[str, Callable[[], dict[str, object]]] = {
    "POST /api/v1/taxonomies/{slug}/guideline-links": lambda: {"label": "for the shop"},
    "PUT /api/v1/items/{item}/gold": lambda: {"decisions": [{"concept": "AID-0001", "value": "absent"}]},
    "POST /api/v1/campaigns/{campaign}/exports": lambda: {"format": "jsonl"},
    "POST /api/v1/campaigns/{campaign}/detectors": lambda: {"export": str(uuid4())},
    "PUT /api/v1/rereview-leases/{lease}/answer": lambda: {"submission_id": str(uuid4()), "decision": "none"},
    "PUT /api/v1/leases/{lease}/annotation": lambda: {
        "submission_id": str(uuid4()), "base_revision": 0, "active_ms": 900, "answer": {"outcome": "clean"},
    },
}  # fmt: skip
