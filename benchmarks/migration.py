"""Moving a campaign to a later version: how long its labels take to be carried, and how much memory it takes.

`python -m benchmarks.migration [findings ...]` (100,000 unless told; 1000000 is the target). From 1.1.0 to 2.0.0 of the
general taxonomy, five Findings on two answers an Image, over every active defect and level. Runs on a database of its
own inside the embedded server, and removes what it made. Target: 1,000,000 Findings in at most 120 s.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
os.environ.setdefault("DATA_DIR", str(Path(tempfile.gettempdir()) / "touchstone-bench"))

import psutil

from benchmarks.exports import resident_mib
from benchmarks.machine import machine, table
from config import postgres
from config.env import read_environment

PER_IMAGE = 5
REVIEWERS = 2
TARGET_S = 120.0
FOLDER = Path(__file__).resolve().parent.parent / "fixtures" / "taxonomies"

MADE = """
INSERT INTO annotate_blob (sha256, media_type, bytes, width, height, orientation, frames, created_at)
SELECT encode(sha256(('{run}' || n)::bytea), 'hex'), 'image/png', 1, 640, 480, 1, 1, now()
FROM generate_series(1, {images}) n;
INSERT INTO annotate_image (id, project_id, blob_id, name, external_id, prompt, negative_prompt, generator,
    model_version, seed, parameters, is_reference, brief, source_group, created_at, withdrawn_reason)
SELECT gen_random_uuid(), '{project}', encode(sha256(('{run}' || n)::bytea), 'hex'), n || '.png', '', 'p', '', 'g',
    '', n::text, '{{}}', false, '', '', now(), '' FROM generate_series(1, {images}) n;
INSERT INTO annotate_item (id, project_id, campaign_id, image_id, position, state, stream, round, needed, priority,
    inclusion_probability, sampling_stratum)
SELECT gen_random_uuid(), '{project}', '{campaign}', id, 0, 'complete', 'priority', 1, 2, 0, 1, 'queue'
FROM annotate_image WHERE project_id = '{project}';
INSERT INTO annotate_lease (id, project_id, campaign_id, item_id, reviewer_id, version_id, state, stream,
    inclusion_probability, not_assessed, created_at, expires_at, reason, note)
SELECT gen_random_uuid(), i.project_id, i.campaign_id, i.id, r.id, '{version}', 'answered', 'priority', 1, '{{}}',
    now(), now(), '', ''
FROM annotate_item i CROSS JOIN annotate_reviewer r
WHERE i.campaign_id = '{campaign}' AND r.project_id = i.project_id;
INSERT INTO annotate_annotation (id, project_id, campaign_id, item_id, image_id, lease_id, reviewer_id, version_id,
    sequence, revision, submission_id, body_hash, outcome, absence, asked, not_assessed, verdict_given, verdict, note,
    active_ms, late, after_reveal, recorded_at)
SELECT gen_random_uuid(), l.project_id, l.campaign_id, l.item_id, i.image_id, l.id, l.reviewer_id, l.version_id,
    nextval('annotate_annotation_order'), 1, gen_random_uuid(), '', 'defects', 'glance', '{asked}', '{{}}', '',
    'accept', '', 1000, false, false, now()
FROM annotate_lease l JOIN annotate_item i ON i.id = l.item_id WHERE l.campaign_id = '{campaign}';
INSERT INTO annotate_finding (id, project_id, annotation_id, position, defect, sub_defect, kind, level, region,
    confidence, note, derived)
SELECT gen_random_uuid(), a.project_id, a.id, place, s.states[1 + (chosen %% s.size)][1], '',
    s.states[1 + (chosen %% s.size)][2], s.states[1 + (chosen %% s.size)][3],
    CASE WHEN place %% 2 = 0 THEN jsonb_build_object('shape', 'box', 'points',
        jsonb_build_array(jsonb_build_array(place * 0.2, 0.1), jsonb_build_array(place * 0.2 + 0.1, 0.4))) END,
    'sure', '', false
FROM annotate_annotation a
CROSS JOIN (SELECT %(states)s::text[] AS states, {states} AS size) AS s
CROSS JOIN LATERAL generate_series(0, CASE WHEN a.sequence %% 2 = 0 THEN 2 ELSE 1 END) AS place
CROSS JOIN LATERAL (SELECT (a.sequence * 7 + place * 31)::int AS chosen) AS c
WHERE a.campaign_id = '{campaign}';
ANALYZE;
"""


def main(sizes: list[int]) -> None:
    import django

    django.setup()
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    print(machine())
    try:
        print(table([measure(findings) for findings in sizes]))
    finally:
        runner.teardown_databases(databases)


def measure(findings: int) -> dict[str, Any]:
    """Prepare, activate and roll back one move; seconds by the wall, and CPU of this process."""
    from django.db import connection

    from accounts.scope import Scope
    from annotate.migration import services
    from annotate.models import Campaign

    campaign, target = seeded(findings)
    scope = Scope(project=campaign.project_id, actor=None, roles=frozenset({"lead"}))
    prepared = services.prepare_move(scope, campaign, target)
    peak, before = [0.0], resident_mib()

    def watch(done: int, total: int | None) -> None:
        peak[0] = max(peak[0], resident_mib())

    process = psutil.Process()
    cpu, began = process.cpu_times().user + process.cpu_times().system, time.perf_counter()
    services.run_prepare(prepared.run.id, watch, lambda: None)
    took = time.perf_counter() - began
    cpu = process.cpu_times().user + process.cpu_times().system - cpu
    began = time.perf_counter()
    services.activate_move(scope, prepared.run.id)
    activated = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM annotate_carriedfinding WHERE run_id = %s", [prepared.run.id])
        (rows,) = cursor.fetchone()
    began = time.perf_counter()
    services.roll_back_move(scope, prepared.run.id, "benchmark")
    Campaign.objects.unscoped().filter(id=campaign.id).update(state="closed")
    return {
        "findings": rows,
        "carried s": round(took, 1),
        "CPU s here": round(cpu, 1),
        "activated s": round(activated, 2),
        "rolled back s": round(time.perf_counter() - began, 1),
        "memory + MiB": round(max(0.0, peak[0] - before)),
        "target": f"{TARGET_S * rows / 1_000_000:.0f} s: {'met' if took <= TARGET_S * rows / 1_000_000 else 'missed'}",
    }


def seeded(findings: int) -> tuple[Any, UUID]:
    """A campaign under 1.1.0 with about so many Findings, and the version it is moved to."""
    from django.db import connection

    from taxonomy.models import Version
    from taxonomy.queries import tree_of
    from taxonomy.services import import_taxonomy
    from tests.labelling import a_campaign, a_project, a_reviewer

    def version(number: str, migration: str = "") -> Version:
        found = Version.objects.filter(number=number).first()
        declared = (FOLDER / "migrations" / migration).read_bytes() if migration else None
        data = (FOLDER / f"ai-image-defects-{number}.yaml").read_bytes()
        return found or import_taxonomy(data, by=None, publish=True, migration=declared)

    version("1.0.0")
    start = version("1.1.0", "ai-image-defects-1.0.0--1.1.0.yaml")
    target = version("2.0.0", "ai-image-defects-1.1.0--2.0.0.yaml")
    project, tree = a_project(), tree_of(start.id)
    for number in range(REVIEWERS):
        a_reviewer(project, f"bench{number}-{uuid4().hex[:4]}")
    asked = [one.id for one in tree.active_defects]
    campaign = a_campaign(project, [], needed=REVIEWERS, defects=asked, region_policy="optional")
    states = [[one.id, tree.scale_of(one).kind, key] for one in tree.active_defects for key in tree.scale_of(one).keys]
    filled = MADE.format(
        run=uuid4().hex, images=findings // PER_IMAGE, project=project.id, campaign=campaign.id, version=start.id,
        asked="{" + ",".join(asked) + "}", states=len(states),
    )  # fmt: skip
    with connection.cursor() as cursor:
        for statement in filled.split(";\n"):
            if statement.strip():
                cursor.execute(statement, {"states": states})
    return campaign, target.id


if __name__ == "__main__":
    with postgres.held(read_environment()):
        main([int(size) for size in sys.argv[1:]] or [100_000])
