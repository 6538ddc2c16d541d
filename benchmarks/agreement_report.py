"""The whole agreement report of a campaign from the database: 1,000 items x 5 raters x 12 defects.

    python -m benchmarks.agreement_report [--items 1000]

Starts an embedded PostgreSQL of its own. "Whole" is fingerprint, loading, statistics with intervals and storing; the
target is 300 ms, and 20 ms for a fingerprint that did not change.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from uuid import uuid4

import numpy as np

from benchmarks.machine import machine

ROOT = Path(__file__).resolve().parent.parent
RATERS, DEFECTS, REPEATS = 5, 12, 5


def fill(items: int):
    """A campaign whose answers are written straight into their rows."""
    from annotate.models import Annotation, Finding, Item, Lease
    from tests.labelling import a_campaign, a_project, a_reviewer, a_version, some_images

    rng = np.random.default_rng(1)
    project, version = a_project(), a_version()
    defects = [one["id"] for dimension in version.document["dimensions"] for one in dimension["defects"]][:DEFECTS]
    images = some_images(project, items)
    campaign = a_campaign(project, images, needed=RATERS, defects=defects)
    rows = list(Item.objects.unscoped().filter(campaign=campaign))
    people = [a_reviewer(project, f"rater{g}") for g in range(RATERS)]
    shared = {"project": project, "campaign": campaign, "version": version}
    leases, annotations, findings = [], [], []
    truth = rng.random((items, DEFECTS)) < 0.15
    for place, item in enumerate(rows):
        for person in people:
            lease = Lease(item=item, reviewer=person, state="answered", stream="priority", inclusion_probability=1.0,
                          expires_at="2030-01-01T00:00:00Z", **shared)  # fmt: skip
            marked = np.flatnonzero(truth[place] ^ (rng.random(DEFECTS) < 0.05))
            annotation = Annotation(
                item=item, image_id=item.image_id, lease=lease, reviewer=person, sequence=len(annotations) + 1,
                revision=1, submission_id=uuid4(), body_hash="0" * 64, outcome="defects" if len(marked) else "clean",
                absence="glance", asked=defects, not_assessed=[], verdict="accept", active_ms=1000, **shared,
            )  # fmt: skip
            leases.append(lease)
            annotations.append(annotation)
            findings += [
                Finding(project=project, annotation=annotation, position=at, defect=defects[d], kind="severity",
                        level=str(rng.choice(["minor", "major", "critical"])))
                for at, d in enumerate(marked)
            ]  # fmt: skip
    for kind, made in ((Lease, leases), (Annotation, annotations), (Finding, findings)):
        kind.objects.bulk_create(made, batch_size=2000)
    return campaign, len(annotations), len(findings)


def timed(work, repeats: int = REPEATS) -> dict[str, float]:
    """Median milliseconds: wall, and CPU of this process (the database is not in it)."""
    wall, cpu = [], []
    for _ in range(repeats):
        start, used = time.perf_counter(), time.process_time()
        work()
        wall.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.process_time() - used))
    return {"wall": round(median(wall), 1), "cpu": round(median(cpu), 1)}


def measure(items: int) -> dict[str, object]:
    from django.db import connection

    from annotate.agreement import queries, services
    from annotate.models import AgreementReport

    campaign, answers, findings = fill(items)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def whole() -> None:
        AgreementReport.objects.unscoped().filter(campaign=campaign).delete()
        queries._kept.clear()
        services.compute_report(campaign)

    def statistics() -> None:
        services.report_document(campaign, queries.marks_of(campaign))

    def load() -> None:
        queries._kept.clear()
        queries.marks_of(campaign)

    whole()
    return {
        "machine": machine(), "items": items, "raters": RATERS, "defects": DEFECTS, "answers": answers,
        "findings": findings, "whole_ms": timed(whole), "load_ms": timed(load), "statistics_ms": timed(statistics),
        "unchanged_ms": timed(lambda: services.report_at_hand(campaign), 20), "target_ms": 300,
        "unchanged_target_ms": 20,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1000)
    items = parser.parse_args().items
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
        from config import postgres
        from config.env import read_environment

        with postgres.held(read_environment()):
            subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, check=True)
            import django

            django.setup()
            print(json.dumps(measure(items), indent=1))


if __name__ == "__main__":
    main()
