"""A worker process that is killed in the middle of an import costs nothing but the time to do it again."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from builders import make_project, make_user
from django.db import connection, transaction
from test_import_services import a_picture, write

from annotate.jobs import services as jobs
from annotate.models import Blob, Image, ImportRow, ImportRun, Job
from core import clock, storage

ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import sys, django
from uuid import UUID
django.setup()
from annotate.jobs.services import run_job
run_job(UUID(sys.argv[1]))
"""
IMAGES, BROKEN, TWICE = 400, 7, 13


def a_worker(job: UUID, data_dir: Path) -> subprocess.Popen[bytes]:
    """A process of its own that does the job, with the test database and this test's files."""
    place = connection.settings_dict
    url = f"postgresql://{place['USER']}@/{place['NAME']}?host={place['HOST']}&port={place['PORT']}"
    environment = os.environ | {
        "DATABASE_URL": url, "DATA_DIR": str(data_dir), "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "SECRET_KEY": "a key of this test only, long enough to pass",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(job)], cwd=ROOT, env=environment, start_new_session=True
    )  # fmt: skip


def wait_for(condition, worker: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert worker.poll() is None, "the worker ended before it could be killed"
        assert time.monotonic() < deadline, "nothing happened for a minute"
        time.sleep(0.01)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_twice_in_the_middle_leaves_exactly_the_images_of_the_folder(tmp_path, files):
    for place in range(IMAGES):
        write(tmp_path, f"{place:04}.png", a_picture(place) + str(place).encode())
    for place in range(TWICE):
        write(tmp_path, f"twice-{place:02}.png", a_picture(place) + str(place).encode())
    for place in range(BROKEN):
        write(tmp_path, f"broken-{place:02}.png", a_picture(place)[:-20])
    project = make_project("crash", lead=make_user("lee"))
    with transaction.atomic():
        run = ImportRun.objects.create(
            project=project, kind="folder", source=str(tmp_path), state="queued", options={"anywhere": True}
        )
        job = jobs.enqueue("corpus.import", {"run": str(run.id)}, project=project.id)
    killed_at = []
    for _ in range(2):
        before = ImportRow.objects.count()
        worker = a_worker(job.id, files)
        wait_for(lambda seen=before: ImportRow.objects.count() > seen, worker)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        killed_at.append(ImportRow.objects.count())
        assert Job.objects.get().state == "running"
        with clock.frozen(clock.now() + timedelta(minutes=2)):
            assert (job.id, "work") in jobs.sweep()
        Job.objects.update(not_before=clock.now())
    total = IMAGES + TWICE + BROKEN
    assert 0 < killed_at[0] < killed_at[1] < total
    worker = a_worker(job.id, files)
    assert worker.wait(timeout=120) == 0
    assert Job.objects.get().state == "done"
    run = ImportRun.objects.unscoped().get()
    outcomes = Counter(ImportRow.objects.values_list("outcome", flat=True))
    assert (run.state, run.total_rows) == ("done", total)
    assert outcomes == {"image": IMAGES, "duplicate": TWICE, "error": BROKEN}
    assert Image.objects.unscoped().count() == Blob.objects.count() == IMAGES
    assert sorted(ImportRow.objects.values_list("number", flat=True)) == list(range(1, total + 1))
    hashes = set(Image.objects.unscoped().values_list("blob_id", flat=True))
    for kind in ("blobs", "clean", "thumbs"):
        assert {p.name for p in (storage.root() / kind).rglob("*") if p.is_file()} == hashes
