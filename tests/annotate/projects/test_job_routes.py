"""Watching and cancelling jobs."""

from datetime import timedelta

from annotate.models import Job
from core import clock


def make_job(cast, name: str = "ada", **values) -> Job:
    person = getattr(cast, name)
    return Job.objects.create(**{"project": cast.project, "kind": "corpus.import", "requested_by": person} | values)


def test_whoever_asked_for_a_job_sees_it_and_others_do_not(cast):
    job = make_job(cast, progress_done=3, progress_total=10, reason="")
    document = cast.client("ada").get(f"/api/v1/jobs/{job.id}").json()
    assert (document["state"], document["progress_done"], document["progress_total"]) == ("queued", 3, 10)
    assert document["requested_by"] == "Ada"
    assert cast.client("lee").get(f"/api/v1/jobs/{job.id}").status_code == 200
    for name in ("ben", "dan", "fay", "root"):
        assert cast.client(name).get(f"/api/v1/jobs/{job.id}").status_code == 404


def test_a_former_member_no_longer_sees_their_jobs(cast):
    job = make_job(cast)
    cast.client("lee").delete(f"/api/v1/projects/faces/people/{cast.ada.id}/roles/reviewer")
    assert cast.client("ada").get(f"/api/v1/jobs/{job.id}").status_code == 404


def test_the_list_holds_all_jobs_for_a_lead_and_ones_own_for_others(cast):
    start = clock.now()
    for number in range(5):
        make_job(cast, "ada" if number % 2 else "ben", created_at=start + timedelta(seconds=number))
    Job.objects.create(project=cast.other_project, kind="corpus.import", requested_by=cast.ada)
    path = "/api/v1/projects/faces/jobs"
    assert len(cast.client("lee").get(path).json()["rows"]) == 5
    assert len(cast.client("ada").get(path).json()["rows"]) == 2
    first = cast.client("lee").get(f"{path}?limit=3").json()
    rest = cast.client("lee").get(f"{path}?limit=3&cursor={first['next']}").json()
    times = [row["created_at"] for row in first["rows"] + rest["rows"]]
    assert times == sorted(times, reverse=True)
    assert len(set(times)) == 5
    assert rest["next"] is None


def test_jobs_are_filtered_by_state(cast):
    make_job(cast, state="done")
    make_job(cast, state="running")
    path = "/api/v1/projects/faces/jobs"
    assert [row["state"] for row in cast.client("lee").get(f"{path}?state=open").json()["rows"]] == ["running"]
    assert [row["state"] for row in cast.client("lee").get(f"{path}?state=done").json()["rows"]] == ["done"]
    assert cast.client("lee").get(f"{path}?state=lost").status_code == 400


def test_a_waiting_job_is_cancelled_at_once_and_an_ended_one_cannot_be(cast):
    job = make_job(cast)
    answer = cast.client("ada").post(f"/api/v1/jobs/{job.id}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    again = cast.client("ada").post(f"/api/v1/jobs/{job.id}/cancel")
    assert (again.status_code, again.json()["type"]) == (409, "/problems#job-ended")


def test_a_running_job_is_asked_to_stop(cast):
    job = make_job(cast, state="running", heartbeat_at=clock.now())
    answer = cast.client("lee").post(f"/api/v1/jobs/{job.id}/cancel").json()
    assert (answer["state"], answer["cancel_requested"]) == ("running", True)
