"""Lease + submit over HTTP: 1 and 8 reviewers, leases of 3, queues of 10k, 100k and 1M items; a reviewer far ahead.

    python -m benchmarks.labelling [--items 10000 100000 1000000] [--seconds 12]

Starts an installation of its own (embedded PostgreSQL, gunicorn 2 x 4 threads) and drives it from threads of this
process over loopback, on the same cores. CPU time is that of the web processes and of PostgreSQL, per answered item.
"""

import argparse
import http.client
import json
import statistics
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from benchmarks.machine import machine, table
from tests.faults.installation import Installation, an_installation

REVIEWERS = 8
ITEMS_SQL = """
WITH blobs AS (
    INSERT INTO annotate_blob (sha256, media_type, bytes, width, height, orientation, frames, created_at)
    SELECT lpad(to_hex(n), 64, '0'), 'image/png', 1, 64, 64, 1, 1, now() FROM generate_series(1, %(count)s) AS n
    ON CONFLICT DO NOTHING
), images AS (
    INSERT INTO annotate_image (id, project_id, blob_id, name, external_id, prompt, negative_prompt, generator,
        model_version, seed, parameters, brief, source_group, created_at, withdrawn_reason, is_reference)
    SELECT gen_random_uuid(), %(project)s, lpad(to_hex(n), 64, '0'), 'i', '', 'p', '', 'g', '', '', '{}', '', '',
        now(), '', false FROM generate_series(1, %(count)s) AS n
    RETURNING id
)
INSERT INTO annotate_item (id, project_id, campaign_id, image_id, position, state, stream, round, needed, priority,
    inclusion_probability, sampling_stratum)
SELECT gen_random_uuid(), %(project)s, %(campaign)s, id, row_number() OVER (), 'open', 'priority', 1, %(needed)s,
    random(), 1, 'queue' FROM images
"""


class Driver(threading.Thread):
    """One reviewer with one kept connection; remembers the time of every request."""

    def __init__(self, port: int, campaign: str, token: str, until: float) -> None:
        super().__init__()
        self.campaign, self.token, self.until = campaign, token, until
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.lease_times: list[float] = []
        self.submit_times: list[float] = []
        self.answers = 0
        self.wrong: list[Any] = []

    def call(self, method: str, path: str, body: Any) -> tuple[int, Any, float]:
        began = time.perf_counter()
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        self.connection.request(method, path, json.dumps(body), headers)
        response = self.connection.getresponse()
        answer = json.loads(response.read())
        return response.status, answer, time.perf_counter() - began

    def run(self) -> None:
        while time.perf_counter() < self.until:
            status, taken, took = self.call("POST", f"/api/v1/campaigns/{self.campaign}/leases", {"count": 3})
            self.lease_times.append(took)
            if status != 200:
                self.wrong.append(taken)
                return
            for lease in taken["leases"]:
                body = {
                    "submission_id": str(uuid4()),
                    "base_revision": 0,
                    "active_ms": 900,
                    "answer": {"outcome": "clean", "absence": "glance"},
                }
                status, answer, took = self.call("PUT", f"/api/v1/leases/{lease['id']}/annotation", body)
                self.submit_times.append(took)
                self.answers += status == 201
                if status not in (200, 201):
                    self.wrong.append(answer)


def cpu_of(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def groups(installation: Installation) -> tuple[list[psutil.Process], list[psutil.Process]]:
    web = psutil.Process(installation.family.children["web"].pid)
    postmaster = psutil.Process(int((installation.env.data_dir / "postgres" / "postmaster.pid").read_text().split()[0]))
    return [web, *web.children(recursive=True)], [postmaster, *postmaster.children(recursive=True)]


def measure(installation: Installation, campaign: str, tokens: list[str], seconds: float) -> dict[str, Any]:
    web, database = groups(installation)
    warm = Driver(installation.env.port, campaign, tokens[0], time.perf_counter() + 1.5)
    warm.start()
    warm.join()
    web_before, database_before = cpu_of(web), cpu_of(database)
    began = time.perf_counter()
    drivers = [Driver(installation.env.port, campaign, token, began + seconds) for token in tokens]
    for driver in drivers:
        driver.start()
    for driver in drivers:
        driver.join()
    wall = time.perf_counter() - began
    web, database = groups(installation)
    answers = sum(driver.answers for driver in drivers)
    leases = [value for driver in drivers for value in driver.lease_times]
    submits = [value for driver in drivers for value in driver.submit_times]
    wrong = [value for driver in drivers for value in driver.wrong]
    return {
        "reviewers": len(tokens),
        "answers": answers,
        "answers_per_s": round(answers / wall, 1),
        "web_cpu_ms": round((cpu_of(web) - web_before) * 1000 / max(1, answers), 2),
        "database_cpu_ms": round((cpu_of(database) - database_before) * 1000 / max(1, answers), 2),
        "lease_p50_ms": round(statistics.median(leases) * 1000, 1),
        "lease_p95_ms": round(sorted(leases)[int(len(leases) * 0.95)] * 1000, 1),
        "submit_p50_ms": round(statistics.median(submits) * 1000, 1),
        "submit_p95_ms": round(sorted(submits)[int(len(submits) * 0.95)] * 1000, 1),
        "refused": len(wrong),
    }


def fill(installation: Installation, plan: dict[str, Any], count: int, needed: int) -> None:
    import psycopg

    from config.database import connection_host

    place = connection_host(installation.env)
    with psycopg.connect(
        host=place["HOST"], port=place["PORT"], dbname="touchstone", user="touchstone_owner"
    ) as connection:
        values = {"count": count, "project": plan["project"], "campaign": plan["campaign"], "needed": needed}
        connection.execute(ITEMS_SQL, values)
    with psycopg.connect(
        host=place["HOST"], port=place["PORT"], dbname="touchstone", user="touchstone_owner", autocommit=True
    ) as connection:
        connection.execute("VACUUM ANALYZE")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--seconds", type=float, default=12)
    parser.add_argument("--port", type=int, default=8171)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for count in options.items:
        with tempfile.TemporaryDirectory(prefix="touchstone-bench-") as name:
            folder = Path(name)
            folder.chmod(0o755)
            with an_installation(folder, options.port) as installation:
                plan = installation.seed(REVIEWERS, 1, 3)
                fill(installation, plan, count, needed=3)
                for people in (1, REVIEWERS):
                    row = measure(installation, plan["campaign"], plan["tokens"][:people], options.seconds)
                    rows.append({"items": count, **row})
    print(json.dumps({"benchmark": "labelling", "machine": machine(), "rows": rows}, indent=1))
    print(table(rows))


if __name__ == "__main__":
    main()
