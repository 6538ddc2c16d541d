"""The label fixture as rows: three versions, one campaign, Findings written as they stand in the file."""

import copy
from typing import Any
from uuid import UUID, uuid4

from taxonomy_documents import FOLDER, version_bytes

from accounts.scope import Scope
from annotate.jobs.services import run_job
from annotate.migration import services
from annotate.models import Annotation, Campaign, CarriedFinding, Finding, Lease, MigrationRun, Project, Reviewer
from taxonomy.codec import parse
from taxonomy.models import Version
from taxonomy.queries import tree_of
from taxonomy.services import import_taxonomy
from tests.labelling import a_campaign, a_reviewer, some_images

LABELS = FOLDER / "fixtures" / "ai-image-defects-labels.yaml"
PLACES = {"r1": [[0.0, 0.0], [0.2, 0.2]], "r2": [[0.5, 0.5], [0.8, 0.8]]}


def three_versions() -> dict[str, Version]:
    """1.0.0, 1.1.0 and 2.0.0 with their migrations, published."""
    found, last = {}, ""
    for number in ("1.0.0", "1.1.0", "2.0.0"):
        path = FOLDER / "migrations" / f"ai-image-defects-{last}--{number}.yaml"
        declared = path.read_bytes() if last else None
        found[number] = import_taxonomy(version_bytes(number), by=None, publish=True, migration=declared)
        last = number
    return found


def fixture() -> Any:
    return copy.deepcopy(parse(LABELS.read_bytes()).value)


def lead_of(project: Project) -> Scope:
    return Scope(project=project.id, actor=None, roles=frozenset({"lead"}))


class Marked:
    """A campaign under one version, and Findings by the ids of the fixture."""

    def __init__(self, project: Project, version: Version, items: int = 9, defects: list[str] | None = None) -> None:
        tree = tree_of(version.id)
        self.project, self.ids = project, dict[str, UUID]()
        asked = defects or [defect.id for defect in tree.active_defects]
        file = f"ai-image-defects-{version.number}.yaml"
        self.campaign: Campaign = a_campaign(
            project, some_images(project, items), needed=3, file=file, defects=asked, region_policy="taxonomy"
        )
        self.items = list(self.campaign.items.order_by("position"))
        self._annotations: dict[tuple[str, str, UUID], Annotation] = {}

    def add(self, label: dict[str, Any], version: Version) -> UUID:
        """One Finding, in the Annotation of its reviewer on its image under `version`."""
        annotation = self._annotation(label["item"], label["reviewer"], version)
        place = PLACES.get(label["region"] or "")
        tree = tree_of(version.id)
        row = Finding.objects.create(
            project=self.project, annotation=annotation, position=annotation.findings.count(), defect=label["concept"],
            sub_defect=label.get("sub") or "", kind=tree.scale_of(tree.defect(label["concept"])).kind,
            level=label["severity"], region={"shape": "box", "points": place} if place else None,
        )  # fmt: skip
        self.ids[label["id"]] = row.id
        return row.id

    def _annotation(self, item: str, reviewer: str, version: Version) -> Annotation:
        key = item, reviewer, version.id
        if key not in self._annotations:
            name = reviewer if version.number == "1.0.0" else f"{reviewer}-later"
            self._annotations[key] = self.answer(
                int(item.rsplit("-", 1)[-1]) - 1, a_reviewer(self.project, name), version
            )
        return self._annotations[key]

    def answer(self, place: int, reviewer: Reviewer, version: Version, **values: Any) -> Annotation:
        """An Annotation that asks everything of the campaign, without Findings so far."""
        item = self.items[place]
        lease, _ = Lease.objects.unscoped().get_or_create(
            item=item, reviewer=reviewer,
            defaults={
                "project": self.project, "campaign": self.campaign, "version": version, "state": "answered",
                "stream": item.stream, "inclusion_probability": 1, "expires_at": item.campaign.created_at,
            },
        )  # fmt: skip
        sequence = Annotation.objects.unscoped().count() + 1
        values = {
            "revision": 1, "outcome": "defects", "absence": "glance", "verdict": "accept",
            "asked": [d.id for d in tree_of(version.id).active_defects], "active_ms": 900,
        } | values  # fmt: skip
        return Annotation.objects.create(
            project=self.project, campaign=self.campaign, item=item, image_id=item.image_id, lease=lease,
            reviewer=reviewer, version=version, sequence=sequence, submission_id=uuid4(), body_hash="0" * 64, **values,
        )  # fmt: skip

    def carried(self, run: MigrationRun) -> dict[str, CarriedFinding]:
        """Rows of a run by the ids of the fixture."""
        names = {row: name for name, row in self.ids.items()}
        rows = CarriedFinding.objects.unscoped().filter(run=run)
        return {names[row.finding_id]: row for row in rows}

    def document(self, run: MigrationRun) -> list[dict[str, Any]]:
        """The rows in the form of the fixture's `expected`."""
        tree = tree_of(run.to_version_id)
        names = {str(row): name for name, row in self.ids.items()}
        return [self._label(name, row, tree, names) for name, row in sorted(self.carried(run).items())]

    def _label(self, name: str, row: CarriedFinding, tree: Any, names: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = {"id": name, "outcome": row.outcome}
        if row.outcome in ("carried", "mapped"):
            found |= {"concept": row.concept, "code": tree.defect(row.concept).code, "severity": row.level}
        elif row.candidates:
            found["candidates"] = [c if level is None else f"{c}:{level}" for c, level in row.candidates]
        said = {
            "sub": row.sub_defect, "merged_into": names.get(str(row.merged_into)), "flags": list(row.flags),
            "review": list(row.review),
        }  # fmt: skip
        return found | {key: value for key, value in said.items() if value}

    def move(self, version: Version, defects: list[str] | None = None) -> MigrationRun:
        """Prepared by its job, activated, and the campaign read anew."""
        scope = lead_of(self.project)
        prepared = services.prepare_move(scope, self.campaign, version.id, defects)
        assert run_job(prepared.job.id)
        run = services.activate_move(scope, prepared.run.id)
        self.campaign = Campaign.objects.unscoped().select_related("version").get(id=self.campaign.id)
        return run
