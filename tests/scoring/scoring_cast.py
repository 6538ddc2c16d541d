"""Pictures, gold and exports for the tests of scoring: real files, real rows."""

import io
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from PIL import Image as Pillow

from annotate.campaigns.services import CampaignPlan, open_campaign
from annotate.export.services import request_export
from annotate.jobs.services import run_due_jobs
from annotate.models import Blob, Campaign, Export, GoldLabel, Image, Item, Project
from annotate.projects.queries import system_scope
from core import clock, storage
from core.hashing import sha256_of_bytes
from tests.labelling import a_version

SIDE = 64


def picture(seed: int, *, noisy: bool = False, side: int = SIDE) -> bytes:
    """A smooth scene as PNG; a noisy one has what a handcrafted feature sees at once."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:side, 0:side] / side
    waves = [np.sin(6 * (x * rng.random() + y * rng.random()) + 6 * rng.random()) for _ in range(3)]
    scene = 128 + 90 * np.stack(waves, axis=2)
    if noisy:
        scene = scene + rng.normal(0, 45, scene.shape)
    stream = io.BytesIO()
    Pillow.fromarray(np.clip(scene, 0, 255).astype(np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def an_image(project: Project, data: bytes, **values: object) -> Image:
    """An Image with its file in the data directory."""
    sha256 = sha256_of_bytes(data)
    storage.write("blobs", sha256, data)
    blob, _ = Blob.objects.get_or_create(
        sha256=sha256, defaults={"media_type": "image/png", "bytes": len(data), "width": SIDE, "height": SIDE}
    )
    number = Image.objects.unscoped().filter(project=project).count()
    return Image.objects.create(
        **{"project": project, "blob": blob, "name": f"{number}.png", "prompt": f"scene {number}"} | values
    )


def scenes(
    project: Project, clean: int, noisy: int, *, first: int = 0, **values: object
) -> tuple[list[Image], list[Image]]:
    """(clean ones, noisy ones), each with a prompt of its own."""
    return (
        [an_image(project, picture(first + i), **values) for i in range(clean)],
        [an_image(project, picture(first + 10_000 + i, noisy=True), **values) for i in range(noisy)],
    )


def a_round(project: Project, *, audit_share: float = 0.0, defects: Sequence[str] = (), **values: object) -> Campaign:
    """A campaign over all Images of the project, opened as a lead does."""
    version = a_version()
    plan = CampaignPlan(
        name=f"Round {Campaign.objects.unscoped().count() + 1}", kind="production", version=version.id,
        defects=tuple(defects) or known_defects()[:2], audit_share=audit_share, seed=7, **values,
    )  # fmt: skip
    return open_campaign(system_scope(project.id), plan)


def known_defects() -> tuple[str, ...]:
    """Active defects of the version, in its order."""
    document = a_version().document
    return tuple(d["id"] for dim in document["dimensions"] for d in dim["defects"] if d["status"] == "active")


def settle(campaign: Campaign, images: Sequence[Image], present: dict[UUID, Sequence[str]]) -> None:
    """Gold for these Images: what stands in `present` is there, everything else asked is absent."""
    GoldLabel.objects.bulk_create(
        GoldLabel(
            project_id=campaign.project_id, image=image, campaign=campaign, version_id=campaign.version_id,
            concept=concept, value="present" if concept in present.get(image.id, ()) else "absent",
            provenance="consensus",
        )
        for image in images
        for concept in campaign.defects
    )  # fmt: skip
    items = Item.objects.unscoped().filter(campaign=campaign, image__in=images)
    items.update(state="complete", completed_at=clock.now(), settled_at=clock.now())


def an_export(campaign: Campaign) -> Export:
    """A finished JSONL export of the campaign, built by its job."""
    row = request_export(system_scope(campaign.project_id), campaign, "jsonl").export
    run_due_jobs()
    row.refresh_from_db()
    assert row.state == "done", row.reason
    return row
