"""Run as `python -m tests.e2e.seeding PASSWORD`: projects in different states for the pages and the workspace.

Prints one JSON line with what tests need to know. Everything is made by the services that the API uses.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django.setup()

from django.conf import settings  # noqa: E402
from PIL import Image as Picture  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.scope import Scope  # noqa: E402
from accounts.services import create_user  # noqa: E402
from annotate.agreement.services import compute_report  # noqa: E402
from annotate.campaigns.services import CampaignPlan, open_campaign  # noqa: E402
from annotate.consensus.services import settle_due  # noqa: E402
from annotate.corpus.services import import_now  # noqa: E402
from annotate.models import Campaign, Project  # noqa: E402
from annotate.projects.services import create_project, give_role  # noqa: E402
from fixtures import corpus  # noqa: E402
from fixtures.demo import desk  # noqa: E402
from fixtures.demo.labelling import Crew, Truth  # noqa: E402
from taxonomy.models import Version  # noqa: E402
from taxonomy.services import import_taxonomy  # noqa: E402

FILES = ("ai-image-defects-2.0.0.yaml", "portrait-basics-1.0.0.yaml")
TAXONOMIES = Path(__file__).resolve().parent.parent.parent / "fixtures" / "taxonomies"
IMAGES = 24
# The eight that the workspace tests know by their keys: AH, AN, OS, OF, TG, TM, XO (note needed), PM (whole image).
EIGHT = ("AID-0011", "AID-0016", "AID-0018", "AID-0019", "AID-0029", "AID-0030", "AID-0039", "AID-0040")
HOSTILE = '<img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script>'
RTL = "\u202eorez \u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd"
LONG = "Endless" + "long" * 73


def people(password: str) -> dict[str, User]:
    found = {"lee": User.objects.get(email="lee@example.org")}
    for name in ("ada", "ben", "dora", "cleo", "dan", "omar"):
        found[name] = create_user(
            email=f"{name}@example.org", name=name.title(), password=password, may_create_taxonomies=name == "omar"
        )
    return found


def project(cast: dict[str, User], slug: str, name: str, description: str = "") -> Project:
    made = create_project(cast["lee"], name=name, slug=slug, description=description)
    for reviewer in ("ada", "ben", "dora"):
        give_role(made.id, cast[reviewer], "reviewer", by=cast["lee"])
    give_role(made.id, cast["cleo"], "adjudicator", by=cast["lee"])
    return made


def lead(made: Project, cast: dict[str, User]) -> Scope:
    return Scope(project=made.id, actor=cast["lee"].id, roles=frozenset({"lead"}))


def versions(cast: dict[str, User]) -> dict[str, Version]:
    found = {}
    for name in FILES:
        slug, _, number = name.removesuffix(".yaml").rpartition("-")
        if not Version.objects.filter(taxonomy__slug=slug, number=number).exists():
            import_taxonomy((TAXONOMIES / name).read_bytes(), by=cast["omar"], publish=True)
        found[slug] = Version.objects.get(taxonomy__slug=slug, number=number)
    return found


def hostile_images(folder: Path) -> Path:
    """Three small pictures whose names and prompts try to be something else."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, prompt in enumerate((HOSTILE, RTL, LONG)):
        name = ("a b&c.png", f"{'n' * 200}.png", "\u202egnp.exe.png")[number]
        Picture.new("RGB", (64, 48), (40 * number, 90, 160)).save(folder / name)
        rows.append({"file": name, "prompt": prompt, "generator": (HOSTILE, RTL, LONG[:120])[number]})
    manifest = folder / "manifest.jsonl"
    manifest.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return manifest


def main(password: str) -> None:
    cast = people(password)
    drawn = Path(settings.DATA_DIR) / "e2e" / "corpus"
    corpus.generate(drawn, count=IMAGES, seed=3, processes=1)
    known = versions(cast)
    defects, portraits = known["ai-image-defects"], known["portrait-basics"]
    faces = project(cast, "faces", "Faces", "Everything that the browser tests label.")
    import_now(lead(faces, cast), drawn / "manifest.csv", actor=cast["lee"].id)
    pilot = open_campaign(
        lead(faces, cast),
        CampaignPlan(
            name="Pilot", kind="pilot", version=defects.id, annotations_per_item=3, region_policy="optional",
            consensus_rule="majority_of_3",
            defects=("AID-0011", "AID-0013", "AID-0020", "AID-0025", "AID-0030", "AID-0066", "AID-0042", "AID-0037"),
        ),
    )  # fmt: skip
    truth = Truth.read(drawn)
    crew = Crew(campaign=pilot, people=cast, truth=truth, say=lambda text: None)
    crew.label(("ada", "ben", "dora"), 1.0)
    settle_due()
    desk.adjudicate_some(pilot, cast["cleo"], truth, leave=4)
    compute_report(pilot)
    rated = open_campaign(
        lead(faces, cast),
        CampaignPlan(
            name="Portrait ratings", kind="pilot", version=portraits.id, annotations_per_item=2, region_policy="off",
            defects=tuple(d["id"] for dim in portraits.document["dimensions"] for d in dim["defects"]), sample=8,
        ),
    )  # fmt: skip
    project(cast, "empty", "Nothing here yet")
    wild = project(cast, "hostile", HOSTILE[:120], RTL)
    import_now(lead(wild, cast), hostile_images(Path(settings.DATA_DIR) / "e2e" / "hostile"), actor=cast["lee"].id)
    names = (HOSTILE[:120], RTL, LONG[:120])
    wild_campaigns = [
        open_campaign(
            lead(wild, cast),
            CampaignPlan(name=name, kind="production", version=defects.id, defects=EIGHT, annotations_per_item=2),
        )
        for name in names
    ]
    print(json.dumps(_known(known, pilot, rated, wild_campaigns)))


def _known(
    versions_by_slug: dict[str, Version], pilot: Campaign, rated: Campaign, wild: list[Campaign]
) -> dict[str, Any]:
    return {
        "versions": {slug: str(version.id) for slug, version in versions_by_slug.items()},
        "pilot": str(pilot.id),
        "rated": str(rated.id),
        "wild": [str(campaign.id) for campaign in wild],
    }


if __name__ == "__main__":
    main(sys.argv[1])
