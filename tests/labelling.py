"""Builders for campaigns that are ready to be labelled: rows written directly, no files behind the images."""

from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import yaml

from accounts.models import User
from accounts.scope import Scope
from annotate.answer import Answer, Finding, Submission
from annotate.models import Blob, Campaign, Image, Item, Membership, Project, Reviewer
from taxonomy.models import Taxonomy, Version

TAXONOMIES = Path(__file__).resolve().parent.parent / "fixtures" / "taxonomies"


@cache
def _document(file: str) -> dict[str, Any]:
    return yaml.safe_load((TAXONOMIES / file).read_text())


def a_version(file: str = "ai-image-defects-1.1.0.yaml") -> Version:
    """A published version written straight into its row (importing is tested elsewhere)."""
    document = _document(file)
    meta = document["taxonomy"]
    taxonomy, _ = Taxonomy.objects.get_or_create(
        slug=meta["slug"], defaults={"title": meta["title"], "id_prefix": meta["id_prefix"]}
    )
    found = taxonomy.versions.filter(number=str(meta["version"])).first()
    return found or Version.objects.create(
        taxonomy=taxonomy, number=str(meta["version"]), sort_key=str(meta["version"]), state="published",
        document=document, content_hash=uuid4().hex * 2,
    )  # fmt: skip


def a_person(name: str) -> User:
    person, _ = User.objects.get_or_create(email=f"{name}@example.org", defaults={"name": name})
    return person


def a_project(name: str = "Faces") -> Project:
    return Project.objects.create(slug=f"{name.lower()}-{uuid4().hex[:6]}", name=name)


def a_reviewer(project: Project, name: str) -> Reviewer:
    person = a_person(name)
    Membership.objects.get_or_create(project=project, user=person, role="reviewer", ended_at=None)
    found, _ = Reviewer.objects.get_or_create(project=project, user=person, defaults={"pseudonym": f"R-{name}"})
    return found


def some_images(project: Project, count: int, **values) -> list[Image]:
    values = {"prompt": "a red cube on a table", "generator": "aurora-2"} | values
    blobs = [Blob(sha256=uuid4().hex * 2, media_type="image/png", bytes=1, width=64, height=64) for _ in range(count)]
    Blob.objects.bulk_create(blobs)
    rows = [Image(project=project, blob=blob, name=f"{i}.png", **values) for i, blob in enumerate(blobs)]
    return Image.objects.bulk_create(rows)


def a_campaign(
    project: Project, images: list[Image], *, needed: int = 2, priorities: list[float] | None = None,
    file: str = "ai-image-defects-1.1.0.yaml", defects: list[str] | None = None, audit: int = 0, **values,
) -> Campaign:  # fmt: skip
    version = a_version(file)
    ids = [d["id"] for dim in version.document["dimensions"] for d in dim["defects"] if d["status"] == "active"]
    campaign = Campaign.objects.create(
        project=project, name=f"Round {uuid4().hex[:6]}", kind="production", version=version,
        defects=defects or ids[:8], annotations_per_item=needed,
        **{"consensus_rule": "majority_of_3", "region_policy": "optional", "lease_seconds": 900} | values,
    )  # fmt: skip
    Item.objects.bulk_create(
        Item(
            project=project, campaign=campaign, image=image, position=i, needed=needed,
            stream="audit" if i < audit else "priority",
            priority=priorities[i] if priorities else float(len(images) - i),
        )
        for i, image in enumerate(images)
    )  # fmt: skip
    return campaign


def a_submission(
    answer: Answer | None = None, *, base_revision: int = 0, submission_id: UUID | None = None
) -> Submission:
    return Submission(
        submission_id=submission_id or uuid4(), base_revision=base_revision, active_ms=1200,
        answer=answer or Answer(outcome="clean"),
    )  # fmt: skip


def found(defect: str, severity: str = "minor", **values) -> Finding:
    return Finding(defect=defect, severity=severity, **values)


def scope_of(reviewer: Reviewer) -> Scope:
    return Scope(project=reviewer.project_id, actor=reviewer.user_id, roles=frozenset({"reviewer"}))
