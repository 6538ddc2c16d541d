"""Ranking through the database, and training on cached features: python -m benchmarks.ranking [--items 100000]

Fills a database of its own with Items, predictions of 8 detectors and scores of 12 metrics, then measures
`rank_campaign` as the job runs it: signals read, order, reasons and priorities written. Training is that of
`benchmarks.scoring`: 10,000 rows, 40 defects, features at hand. Targets: 20 s and 60 s, wall, on two idle cores.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import django

from benchmarks.labelling import ITEMS_SQL
from benchmarks.machine import machine, table
from benchmarks.scoring import training

DETECTORS, METRICS = 8, 12
PREDICTIONS_SQL = """
INSERT INTO scoring_prediction (id, project_id, image_id, detector_id, probability, computed_at)
SELECT gen_random_uuid(), i.project_id, i.image_id, d.id, random(), now()
FROM annotate_item i CROSS JOIN scoring_detector d WHERE i.campaign_id = %s
"""
SCORES_SQL = """
INSERT INTO scoring_score (id, project_id, image_id, metric, fingerprint, value, status, reason, computed_at)
SELECT gen_random_uuid(), i.project_id, i.image_id, 'metric ' || m, 'bench/1', random() * random(), 'ok', '', now()
FROM annotate_item i CROSS JOIN generate_series(1, %s) AS m WHERE i.campaign_id = %s
"""


def used() -> float:
    """CPU seconds of this process so far (those of the database are not in it)."""
    now = resource.getrusage(resource.RUSAGE_SELF)
    return now.ru_utime + now.ru_stime


def filled(count: int) -> tuple[UUID, UUID]:
    """(project, campaign) with `count` open Items that detectors and metrics have looked at."""
    from django.db import connection

    from annotate.models import Export
    from scoring.models import Detector, TrainingRun
    from tests.labelling import a_campaign, a_project

    project = a_project()
    campaign = a_campaign(project, [])
    export = Export.objects.create(project=project, campaign=campaign, format="jsonl", state="done")
    run = TrainingRun.objects.create(project=project, campaign=campaign, export=export, state="done")
    for defect in campaign.defects[:DETECTORS]:
        Detector.objects.create(
            project=project, run=run, version=campaign.version, defect=defect, state="trained", positives=20,
            negatives=80, champion=True, figures={"threshold": 0.5},
        )  # fmt: skip
    with connection.cursor() as cursor:
        values = {"count": count, "project": project.id, "campaign": campaign.id, "needed": 2}
        cursor.execute(ITEMS_SQL, values)
        cursor.execute(PREDICTIONS_SQL, [campaign.id])
        cursor.execute(SCORES_SQL, [METRICS, campaign.id])
    print(f"filled {count} Items", file=sys.stderr)
    return project.id, campaign.id


def measured(count: int) -> list[dict[str, Any]]:
    """One row a strategy. The first also meets a queue that was never ranked."""
    from annotate.projects.queries import system_scope
    from scoring.triage.services import rank_campaign

    project, campaign = filled(count)
    rows = []
    for strategy in ("margin", "risk", "random"):
        start, cpu = time.perf_counter(), used()
        ranking = rank_campaign(system_scope(project), campaign, strategy=strategy, seed=1)
        rows.append(
            {
                "items": count, "strategy": strategy, "written": (ranking.summary or {})["written"],
                "wall_s": round(time.perf_counter() - start, 2), "python_cpu_s": round(used() - cpu, 2),
                "target_wall_s": 20,
            }
        )  # fmt: skip
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=10_000, help="of the training")
    parser.add_argument("--defects", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as name:
        Path(name).chmod(0o755)
        os.environ["DATA_DIR"] = name
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.prod"
        os.environ.setdefault("SECRET_KEY", "benchmark-" * 8)
        from config import postgres
        from config.env import read_environment

        with postgres.held(read_environment()):
            manage = Path(__file__).parents[1] / "manage.py"
            subprocess.run([sys.executable, str(manage), "prepare"], check=True)  # as the owner of the tables
            django.setup()
            rows = measured(options.items)
            from django.db import connection

            connection.close()
    trained = training(options.rows, options.defects) if options.rows else None
    print(json.dumps({"benchmark": "ranking", "machine": machine(), "rows": rows, "training": trained}, indent=1))
    print(table(rows))


if __name__ == "__main__":
    main()
