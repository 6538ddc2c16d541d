"""Run as `python -m tests.faults.seed REVIEWERS ITEMS NEEDED`: a campaign to crash into; prints JSON with tokens."""

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
django.setup()

from accounts.models import ApiToken  # noqa: E402
from accounts.services import TOKEN_PREFIX, secret_hash  # noqa: E402
from core import clock  # noqa: E402
from tests.labelling import a_campaign, a_project, a_reviewer, some_images  # noqa: E402


def main(reviewers: int, items: int, needed: int) -> None:
    project = a_project()
    campaign = a_campaign(project, some_images(project, items), needed=needed, lease_seconds=30)
    tokens = []
    for number in range(reviewers):
        reviewer = a_reviewer(project, f"crash{number}")
        secret = f"{TOKEN_PREFIX}crash-{number}-{project.id}"
        ApiToken.objects.create(
            user=reviewer.user, name="faults", prefix=secret[:12], token_hash=secret_hash(secret),
            expires_at=clock.now() + timedelta(days=1),
        )  # fmt: skip
        tokens.append(secret)
    print(json.dumps({"campaign": str(campaign.id), "project": str(project.id), "tokens": tokens}))


main(*map(int, sys.argv[1:4]))
