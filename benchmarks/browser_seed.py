"""Run as `python -m benchmarks.browser_seed FOLDER IMAGES`: a campaign on drawn pictures; prints JSON."""

import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django.setup()

from accounts.services import create_user  # noqa: E402
from annotate.campaigns.proposal import CampaignPlan  # noqa: E402
from annotate.campaigns.services import open_campaign  # noqa: E402
from annotate.corpus.services import import_now  # noqa: E402
from annotate.projects.queries import system_scope  # noqa: E402
from annotate.projects.services import create_project, give_role  # noqa: E402
from fixtures import corpus  # noqa: E402
from fixtures.demo.campaigns import COMMON  # noqa: E402
from taxonomy.services import import_taxonomy  # noqa: E402

PASSWORD = "benchmark-only-7431"
TAXONOMY = Path(__file__).resolve().parent.parent / "fixtures" / "taxonomies" / "ai-image-defects-2.0.0.yaml"


def main(folder: Path, images: int) -> None:
    person = create_user(email="bench@example.org", name="Bench", password=PASSWORD, may_create_projects=True)
    project = create_project(person, name="Bench", slug="bench")
    give_role(project.id, person, "reviewer", by=person)
    version = import_taxonomy(TAXONOMY.read_bytes(), by=None, publish=True)
    made = corpus.generate(folder, count=images, seed=3, processes=2)
    scope = system_scope(project.id)
    import_now(scope, made.manifest)
    plan = CampaignPlan(
        name="Bench", kind="production", version=version.id, defects=COMMON[:8], annotations_per_item=2,
        region_policy="optional",
    )  # fmt: skip
    campaign = open_campaign(scope, plan)
    print(json.dumps({"campaign": str(campaign.id), "email": person.email, "password": PASSWORD}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
