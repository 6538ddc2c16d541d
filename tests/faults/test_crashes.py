"""Twelve clients label while web, workers and the database are killed: nothing acknowledged is lost or doubled."""

import time
from pathlib import Path
from random import Random

import pytest

from tests.faults.clients import Labeller
from tests.faults.installation import Installation, an_installation

pytestmark = pytest.mark.faults

SECONDS = 20
CLIENTS = 12


def label_through_the_storm(installation: Installation, *, seed: int) -> tuple[list[Labeller], int, int]:
    plan = installation.seed(CLIENTS, 4000, 3)
    until = time.monotonic() + SECONDS
    clients = [
        Labeller(installation.address, plan["campaign"], token, until, number)
        for number, token in enumerate(plan["tokens"])
    ]
    for client in clients:
        client.start()
    random, kills, stops, began = Random(seed), 0, 0, time.monotonic()
    while time.monotonic() < until - 2:
        time.sleep(0.8 + random.random() * 0.6)
        if stops < 3 and time.monotonic() - began > (stops + 1) * SECONDS / 4:
            installation.stop_database_hard()
            stops += 1
        else:
            installation.kill_somebody(random)
            kills += 1
    for client in clients:
        client.join()
    installation.wait_until_ready()
    return clients, kills, stops


def lost_and_doubled(installation: Installation, clients: list[Labeller]) -> tuple[int, int, int]:
    stored = {str(row[0]) for row in installation.query("SELECT submission_id FROM annotate_annotation")}
    acknowledged = {submission for client in clients for submission in client.acknowledged}
    doubled = installation.query(
        "SELECT count(*) FROM (SELECT lease_id, revision FROM annotate_annotation GROUP BY 1, 2 HAVING count(*) > 1) d"
    )[0][0]
    over = installation.query(
        "SELECT count(*) FROM (SELECT item_id FROM annotate_lease WHERE state = 'answered' GROUP BY item_id "
        "HAVING count(*) > 3) o"
    )[0][0]
    return len(acknowledged - stored), doubled, over


def plan_scope(installation: Installation) -> str:
    return f"project:{installation.query('SELECT id FROM annotate_project')[0][0]}"


def test_nothing_acknowledged_is_lost_or_doubled_while_everything_is_killed(data_folder: Path):
    with an_installation(data_folder, 8141) as installation:
        clients, kills, stops = label_through_the_storm(installation, seed=1)
        acknowledged = sum(len(client.acknowledged) for client in clients)
        print(f"{acknowledged} acknowledged, {kills} SIGKILLs, {stops} immediate database stops")
        assert kills >= 8
        assert stops == 3
        assert acknowledged > 100  # enough to lose some; how many a machine manages is not the promise
        assert lost_and_doubled(installation, clients) == (0, 0, 0)
        assert [answer for client in clients for answer in client.unexpected] == []
        assert plan_scope(installation) in installation.manage("verify_audit")  # exits with 1 on a broken chain


def test_the_storm_catches_a_server_that_acknowledges_before_it_commits(data_folder: Path):
    with an_installation(data_folder, 8142, wsgi="tests.faults.early_ack:application") as installation:
        clients, _, _ = label_through_the_storm(installation, seed=2)
        lost, _, _ = lost_and_doubled(installation, clients)
        assert lost > 0
