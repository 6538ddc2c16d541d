"""The broker stopped, mute or gone: answers still save at once, and the work is done when it is back."""

import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.faults.clients import Labeller, call
from tests.faults.installation import Installation, an_installation

pytestmark = pytest.mark.faults


def label_for(installation: Installation, seconds: float) -> list[Labeller]:
    plan = installation.seed(4, 400, 2)
    until = time.monotonic() + seconds
    clients = [
        Labeller(installation.address, plan["campaign"], token, until, number)
        for number, token in enumerate(plan["tokens"])
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return clients


def settled(installation: Installation) -> int:
    return installation.query("SELECT count(*) FROM annotate_item WHERE settled_at IS NOT NULL")[0][0]


def test_a_mute_broker_costs_no_answer_and_no_waiting(data_folder: Path):
    with socket.create_server(("127.0.0.1", 0)) as mute:  # accepts, never answers
        port = mute.getsockname()[1]
        with an_installation(data_folder, 8143, broker_url=f"redis://127.0.0.1:{port}/0") as installation:
            clients = label_for(installation, 6)
            latencies = sorted(latency for client in clients for latency in client.latencies)
            assert [client.unexpected for client in clients] == [[]] * 4
            assert len(latencies) > 50
            assert latencies[int(len(latencies) * 0.95)] < 1.0
            assert settled(installation) == 0  # nothing could wake a worker


@pytest.mark.skipif(shutil.which("redis-server") is None, reason="redis-server is not installed")
def test_the_work_is_done_once_the_broker_is_back(data_folder: Path):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with an_installation(data_folder, 8144, broker_url=f"redis://127.0.0.1:{port}/0") as installation:
        clients = label_for(installation, 4)
        answered = sum(len(client.acknowledged) for client in clients)
        assert answered > 20
        redis = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(data_folder)],
            stdout=subprocess.DEVNULL,
        )
        try:
            deadline = time.monotonic() + 120
            complete = installation.query("SELECT count(*) FROM annotate_item WHERE state = 'complete'")[0][0]
            disputed = "SELECT count(*) FROM annotate_dispute"
            while time.monotonic() < deadline:
                if settled(installation) + installation.query(disputed)[0][0] >= complete > 0:
                    break
                time.sleep(1)
            assert settled(installation) + installation.query(disputed)[0][0] == complete > 0
        finally:
            redis.terminate()
            redis.wait()


def test_readiness_says_that_the_database_is_away_and_recovers(data_folder: Path):
    with an_installation(data_folder, 8145) as installation:
        installation.family.keep = None  # nobody starts it again for a moment
        installation.stop_database_hard()
        time.sleep(1.5)
        status, answer = call(installation.address, "GET", "/readyz")
        assert (status, answer["database"]) == (503, "unreachable")
        token = "ts_nobody"
        status, answer = call(installation.address, "GET", "/api/v1/me/campaigns", token)
        assert (status, answer["type"]) == (503, "/problems#unavailable")
        from config import postgres

        postgres.start(installation.env)
        installation.wait_until_ready(20)
