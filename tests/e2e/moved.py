"""Run as `python -m tests.e2e.moved`: a campaign under an older version whose labels ask every kind of question.

The taxonomy is the shipped one under another name, so that it stands beside the one that the other tests use.
"""

import json
import os
from pathlib import Path
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django.setup()

from django.conf import settings  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.scope import Scope  # noqa: E402
from annotate.annotations.services import submit_annotation  # noqa: E402
from annotate.answer import Answer, Finding, Submission  # noqa: E402
from annotate.campaigns.services import CampaignPlan, open_campaign  # noqa: E402
from annotate.corpus.services import import_now  # noqa: E402
from annotate.geometry import Region, Shape  # noqa: E402
from annotate.models import Reviewer  # noqa: E402
from annotate.projects.services import create_project, give_role  # noqa: E402
from annotate.queue.services import take_leases  # noqa: E402
from taxonomy.models import Version  # noqa: E402
from taxonomy.services import import_taxonomy  # noqa: E402

FOLDER = Path(__file__).resolve().parent.parent.parent / "fixtures" / "taxonomies"
SLUG = "drawing-faults"
BOX = Region(shape=Shape.BOX, points=((0.2, 0.2), (0.5, 0.5)))
# Split, narrower, two levels for one, a region that became needed, merged, removed.
MARKS = (
    ("DRF-0014", "major", BOX), ("DRF-0023", "minor", BOX), ("DRF-0029", "minor", BOX), ("DRF-0037", "minor", None),
    ("DRF-0035", "major", BOX), ("DRF-0011", "major", BOX),
)  # fmt: skip


def renamed(path: Path) -> bytes:
    text = path.read_text().replace("ai-image-defects", SLUG).replace("AID-", "DRF-")
    return text.replace("id_prefix: AID", "id_prefix: DRF").encode()


def main() -> None:
    lee = User.objects.get(email="lee@example.org")
    people = {name: User.objects.get(email=f"{name}@example.org") for name in ("ada", "ben", "cleo")}
    import_taxonomy(renamed(FOLDER / "ai-image-defects-1.1.0.yaml"), by=None, publish=True)
    migration = renamed(FOLDER / "migrations" / "ai-image-defects-1.1.0--2.0.0.yaml")
    import_taxonomy(renamed(FOLDER / "ai-image-defects-2.0.0.yaml"), by=None, publish=True, migration=migration)
    project = create_project(lee, name="Moved", slug="moved", description="")
    for name in ("ada", "ben"):
        give_role(project.id, people[name], "reviewer", by=lee)
    give_role(project.id, people["cleo"], "adjudicator", by=lee)
    scope = Scope(project=project.id, actor=lee.id, roles=frozenset({"lead"}))
    import_now(scope, Path(settings.DATA_DIR) / "e2e" / "corpus" / "manifest.csv", actor=lee.id)
    version = Version.objects.get(taxonomy__slug=SLUG, number="1.1.0")
    campaign = open_campaign(
        scope,
        CampaignPlan(
            name="Before the change", kind="pilot", version=version.id, annotations_per_item=1, sample=len(MARKS),
            defects=tuple(dict.fromkeys(concept for concept, _, _ in MARKS)), region_policy="taxonomy",
            consensus_rule="single",
        ),
    )  # fmt: skip
    ada = Reviewer.objects.get(project=project, user=people["ada"])
    leases = take_leases(campaign, ada.id, 10).leases
    for lease, (concept, level, region) in zip(leases, MARKS, strict=True):
        answer = Answer(outcome="defects", findings=(Finding(defect=concept, severity=level, region=region),))
        said = Submission(submission_id=uuid4(), base_revision=0, answer=answer, active_ms=900)
        submit_annotation(people["ada"], lease, said)
    print(json.dumps({"campaign": str(campaign.id), "slug": SLUG}))


if __name__ == "__main__":
    main()
