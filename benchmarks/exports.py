"""Export of gold: labels per second and growth of memory, on rows made by SQL.

`python -m benchmarks.exports [labels ...]` (10,000 unless told; 1000000 is the other target). Runs on a database of
its own inside the embedded server, and removes what it made. Target: at least 50,000 labels/s, memory grows by less
than 100 MiB whatever the size.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
os.environ.setdefault("DATA_DIR", str(Path(tempfile.gettempdir()) / "touchstone-bench"))

from config import postgres
from config.env import read_environment

CONCEPTS = 10
REVIEWERS = 2
TARGET = 50_000


def resident_mib() -> float:
    """Resident memory of this process."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    return int(fields["VmRSS"].split()[0]) / 1024


MADE = """
INSERT INTO annotate_blob (sha256, media_type, bytes, width, height, orientation, frames, created_at)
SELECT encode(sha256(('%(run)s' || n)::bytea), 'hex'), 'image/png', 1, 640, 480, 1, 1, now()
FROM generate_series(1, %(images)s) n;
INSERT INTO annotate_image (id, project_id, blob_id, name, external_id, prompt, negative_prompt, generator,
    model_version, seed, parameters, is_reference, brief, source_group, created_at, withdrawn_reason)
SELECT gen_random_uuid(), '%(project)s', encode(sha256(('%(run)s' || n)::bytea), 'hex'), n || '.png', '',
    'a red cube on a table, number ' || n, '', 'aurora-2', '', n::text, '{}', false, '', '', now(), ''
FROM generate_series(1, %(images)s) n;
INSERT INTO annotate_item (id, project_id, campaign_id, image_id, position, state, stream, round, needed, priority,
    inclusion_probability, sampling_stratum, completed_at, settled_at)
SELECT gen_random_uuid(), '%(project)s', '%(campaign)s', id, 0, 'complete', 'priority', 1, 2, 0, 1, 'queue',
    now(), now()
FROM annotate_image WHERE project_id = '%(project)s';
INSERT INTO annotate_lease (id, project_id, campaign_id, item_id, reviewer_id, version_id, state, stream,
    inclusion_probability, not_assessed, created_at, expires_at, reason, note)
SELECT gen_random_uuid(), i.project_id, i.campaign_id, i.id, r.id, '%(version)s', 'answered', 'priority', 1, '{}',
    now(), now(), '', ''
FROM annotate_item i CROSS JOIN annotate_reviewer r
WHERE i.campaign_id = '%(campaign)s' AND r.project_id = i.project_id;
INSERT INTO annotate_annotation (id, project_id, campaign_id, item_id, image_id, lease_id, reviewer_id, version_id,
    sequence, revision, submission_id, body_hash, outcome, absence, asked, not_assessed, verdict_given, verdict, note,
    active_ms, late, after_reveal, recorded_at)
SELECT gen_random_uuid(), l.project_id, l.campaign_id, l.item_id, i.image_id, l.id, l.reviewer_id, l.version_id,
    nextval('annotate_annotation_order'), 1, gen_random_uuid(), '', 'defects', 'glance', '%(concepts)s', '{}', '',
    'accept', '', 1000, false, false, now()
FROM annotate_lease l JOIN annotate_item i ON i.id = l.item_id WHERE l.campaign_id = '%(campaign)s';
INSERT INTO annotate_finding (id, project_id, annotation_id, position, defect, sub_defect, kind, level, region,
    confidence, note, derived)
SELECT gen_random_uuid(), project_id, id, 0, asked[1 + (sequence %% 10)], '', 'severity', 'minor',
    '{"shape": "box", "points": [[0.1, 0.1], [0.5, 0.5]]}', 'sure', '', false
FROM annotate_annotation WHERE campaign_id = '%(campaign)s';
INSERT INTO annotate_goldlabel (id, project_id, image_id, item_id, campaign_id, version_id, concept, revision, value,
    level, region, regions, provenance, rule, annotations, reason_code, reason, decided_at)
SELECT gen_random_uuid(), i.project_id, i.image_id, i.id, i.campaign_id, '%(version)s', concept, 1,
    CASE WHEN place = 1 THEN 'present' ELSE 'absent' END, CASE WHEN place = 1 THEN 'minor' ELSE '' END,
    CASE WHEN place = 1 THEN '{"shape": "box", "points": [[0.1, 0.1], [0.5, 0.5]]}'::jsonb END, '[]', 'consensus',
    'agreement of 2', ARRAY(SELECT a.id FROM annotate_annotation a WHERE a.item_id = i.id), '', '', now()
FROM annotate_item i CROSS JOIN unnest('%(concepts)s'::text[]) WITH ORDINALITY AS c(concept, place)
WHERE i.campaign_id = '%(campaign)s';
ANALYZE;
"""


def main(sizes: list[int]) -> None:
    import django

    django.setup()
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        for labels in sizes:
            measure(labels)
    finally:
        runner.teardown_databases(databases)


def measure(labels: int) -> None:
    """One line per format: labels/s against the target, and how much memory grew."""
    from django.db import connection

    from annotate.export.services import write_files
    from annotate.models import Campaign
    from tests.labelling import a_campaign, a_project, a_reviewer

    project = a_project()
    for number in range(REVIEWERS):
        a_reviewer(project, f"bench{number}")
    campaign = a_campaign(project, [], needed=REVIEWERS)
    defects = [d["id"] for part in campaign.version.document["dimensions"] for d in part["defects"]][:CONCEPTS]
    Campaign.objects.unscoped().filter(id=campaign.id).update(defects=defects)
    campaign.refresh_from_db()
    values = {
        "run": uuid4().hex, "images": labels // CONCEPTS, "project": project.id, "campaign": campaign.id,
        "version": campaign.version_id, "concepts": "{" + ",".join(defects) + "}",
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in (MADE % values).split(";\n"):
            if statement.strip():
                cursor.execute(statement)
    for layout in ("jsonl", "csv", "coco"):
        folder = Path(tempfile.mkdtemp()) / "export"
        before, peak, start = resident_mib(), [0.0], time.perf_counter()

        def watch(done: int, total: int, peak: list[float] = peak) -> None:
            peak[0] = max(peak[0], resident_mib())

        manifest = write_files(campaign, layout, folder, watch, made={})
        seconds = time.perf_counter() - start
        made = manifest["counts"]["labels"]
        verdict = "met" if made / seconds >= TARGET else "missed"
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        print(
            f"{layout:6} {made:>9,} labels {seconds:7.2f} s {made / seconds:>9,.0f} labels/s "
            f"(target {TARGET:,}: {verdict}), memory +{max(0.0, peak[0] - before):.0f} MiB, {size:.1f} MB"
        )
        shutil.rmtree(folder.parent)


if __name__ == "__main__":
    with postgres.held(read_environment()):
        main([int(size) for size in sys.argv[1:]] or [10_000])
