"""Imports and images over HTTP: uploads, folders, gallery, withdrawal."""

import io
import zipfile
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
from labelling import a_campaign, a_reviewer
from test_import_services import a_picture, jsonl, write

from accounts.journal import project_scope
from accounts.models import JournalEntry
from annotate.corpus import services
from annotate.corpus.tasks import JobWatch
from annotate.errors import JobLost
from annotate.jobs import services as jobs
from annotate.jobs.context import JobContext
from annotate.models import Blob, Image, ImportRow, ImportRun, Item, Job, Lease
from annotate.projects.queries import system_scope
from core import clock, storage

BASE = "/api/v1"


def begin(cast, **body):
    return cast.client("lee").post(
        f"{BASE}/projects/faces/imports", {"kind": "upload"} | body, content_type="application/json"
    )


def send(cast, run, number, name, content):
    return cast.client("lee").put(
        f"{BASE}/imports/{run}/files/{number}", content, content_type="application/octet-stream",
        headers={"X-File-Name": quote(name)},
    )  # fmt: skip


def start(cast, run):
    return cast.client("lee").post(f"{BASE}/imports/{run}/start")


def run_document(cast, run):
    return cast.client("lee").get(f"{BASE}/imports/{run}").json()


def uploaded(cast, *files):
    """A finished run over these (name, content)."""
    run = begin(cast).json()["id"]
    for number, (name, content) in enumerate(files, start=1):
        assert send(cast, run, number, name, content).status_code == 200
    assert start(cast, run).status_code == 202
    assert jobs.run_due_jobs() == 1
    return run_document(cast, run)


def counts(document):
    return tuple(document[name] for name in ("image", "duplicate", "conflict", "error"))


def images(cast):
    return Image.objects.scoped(system_scope(cast.project.id)).order_by("name")


def test_files_are_sent_one_by_one_and_become_images(cast, files):
    done = uploaded(cast, ("a.png", a_picture(1)), ("b.png", a_picture(2)), ("c.txt", b"no image"))
    assert (done["state"], counts(done), done["total_rows"]) == ("done", (2, 0, 0, 1), 3)
    rows = cast.client("lee").get(f"{BASE}/imports/{done['id']}/rows?outcome=error").json()["rows"]
    assert [(row["number"], row["file"], row["code"]) for row in rows] == [(3, "c.txt", "unsupported_type")]
    assert not (files / "uploads" / done["id"]).exists()


def test_a_manifest_among_the_files_names_images_of_a_zip_among_them(cast):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("inner/a.png", a_picture(1))
    manifest = jsonl({"file": "inner/a.png", "prompt": "zipped"}, {"file": "b.png", "prompt": "loose"})
    done = uploaded(cast, ("b.png", a_picture(2)), ("set.zip", target.getvalue()), ("m.jsonl", manifest))
    assert counts(done) == (2, 0, 0, 0)
    assert [image.prompt for image in images(cast)] == ["zipped", "loose"]


def test_an_upload_tells_what_arrived_and_takes_the_rest_later(cast):
    run = begin(cast).json()["id"]
    send(cast, run, 1, "a.png", a_picture(1))
    send(cast, run, 3, "c.png", a_picture(3))
    assert run_document(cast, run)["received"] == [1, 3]
    send(cast, run, 3, "c2.png", a_picture(4))
    send(cast, run, 2, "b.png", a_picture(2))
    start(cast, run)
    jobs.run_due_jobs()
    assert [image.name for image in images(cast)] == ["a.png", "b.png", "c2.png"]
    late = send(cast, run, 4, "d.png", a_picture(5))
    assert (late.status_code, late.json()["type"]) == (409, "/problems#import-not-collecting")


@pytest.mark.parametrize(
    "name", ["../../x.png", "x" * 300 + ".png", "\u202egnp.exe.png", "C:\\x.png", "a\x00b.png", "/etc/passwd"]
)
def test_hostile_names_are_shown_harmlessly_and_never_used(cast, files, name):
    done = uploaded(cast, (name, a_picture(1)))
    assert counts(done) == (1, 0, 0, 0)
    shown = images(cast).get().name
    assert ".." not in shown and "/" not in shown and "\u202e" not in shown and len(shown) <= 120
    outside = [path for path in files.parent.rglob("*x.png") if path.is_file()]
    assert outside == []


def test_a_file_that_is_too_large_or_has_no_name_is_refused_before_it_is_read(cast):
    run = begin(cast).json()["id"]
    nameless = send(cast, run, 1, "", a_picture(1))
    assert (nameless.status_code, nameless.json()["type"]) == (422, "/problems#upload-refused")
    large = cast.client("lee").put(
        f"{BASE}/imports/{run}/files/1", b"x", content_type="application/octet-stream",
        headers={"X-File-Name": "a.csv"}, CONTENT_LENGTH=str(11 << 20),
    )  # fmt: skip
    assert (large.status_code, large.json()["code"]) == (422, "file_too_large")
    assert run_document(cast, run)["received"] == []


def test_a_folder_of_the_server_is_read_only_below_the_allowed_roots(cast, settings, tmp_path):
    root = tmp_path / "allowed"
    write(root, "set/a.png", a_picture(1))
    write(tmp_path, "secret/b.png", a_picture(2))
    (root / "link").symlink_to(tmp_path / "secret")
    settings.ENV = replace(settings.ENV, import_roots=(root, settings.DATA_DIR))
    for source in ("/etc", "..", "link", str(tmp_path / "secret"), "set/../..", str(settings.DATA_DIR), "nothing", ""):
        answer = begin(cast, kind="server", source=source)
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems#import-source-refused"), source
    assert JournalEntry.objects.filter(scope=project_scope(cast.project.id), action="import.refused").count() == 8
    assert begin(cast, kind="server", source="set").status_code == 201
    jobs.run_due_jobs()
    assert [image.name for image in images(cast)] == ["a.png"]


def test_a_cancelled_import_keeps_what_is_in_and_ends(cast, files):
    run = begin(cast).json()["id"]
    send(cast, run, 1, "a.png", a_picture(1))
    start(cast, run)
    answer = cast.client("lee").post(f"{BASE}/imports/{run}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    assert jobs.run_due_jobs() == 0
    assert not (files / "uploads" / run).exists()
    again = cast.client("lee").post(f"{BASE}/imports/{run}/cancel")
    assert (again.status_code, again.json()["type"]) == (409, "/problems#import-ended")


def test_a_worker_that_lost_its_job_writes_nothing_more(cast):
    run = begin(cast).json()["id"]
    send(cast, run, 1, "a.png", a_picture(1))
    start(cast, run)
    context = jobs.claim(Job.objects.get().id)
    assert isinstance(context, JobContext)
    Job.objects.update(fence=context.fence + 1)  # another worker claimed it
    row = ImportRun.objects.unscoped().get(id=run)

    class Deaf(JobWatch):
        def progress(self, done, total):
            """A worker that was stopped and goes on does not hear that it is taken for dead."""

    with pytest.raises(JobLost):
        services.do_import(system_scope(cast.project.id), row, Deaf(context))
    assert (Image.objects.unscoped().count(), ImportRow.objects.count()) == (0, 0)


def test_a_full_disk_fails_the_import_and_it_can_be_started_again(cast, monkeypatch):
    run = begin(cast).json()["id"]
    send(cast, run, 1, "a.png", a_picture(1))
    monkeypatch.setattr(storage, "FREE_SPACE_KEPT", 1 << 60)
    start(cast, run)
    jobs.run_due_jobs()
    failed = run_document(cast, run)
    assert (failed["state"], counts(failed)) == ("failed", (0, 0, 0, 0))
    assert "free" in failed["reason"]
    monkeypatch.undo()
    start(cast, run)
    jobs.run_due_jobs()
    assert counts(run_document(cast, run)) == (1, 0, 0, 0)


@pytest.fixture
def gallery(cast):
    rows = [
        {"file": f"{i}.png", "prompt": f"cat {i}" if i % 2 else "", "generator": "aurora" if i < 3 else "borealis"}
        for i in range(5)
    ]
    uploaded(cast, *((f"{i}.png", a_picture(i)) for i in range(5)), ("m.jsonl", jsonl(*rows)))
    return cast


def listed(cast, query=""):
    return cast.client("lee").get(f"{BASE}/projects/faces/images{query}").json()


def test_the_gallery_is_filtered_by_the_generation_record_and_paged(gallery):
    assert listed(gallery)["total"] == 5
    assert {row["generator"] for row in listed(gallery, "?generator=aurora")["rows"]} == {"aurora"}
    assert listed(gallery, "?generator=aurora&generator=borealis&has_prompt=true")["total"] == 2
    assert [row["name"] for row in listed(gallery, "?text=cat%203")["rows"]] == ["3.png"]
    names, cursor = [], ""
    while True:
        page = listed(gallery, f"?limit=2&cursor={cursor}")
        names += [row["name"] for row in page["rows"]]
        cursor = page["next"]
        if not cursor:
            break
    assert sorted(names) == [f"{i}.png" for i in range(5)]
    facets = gallery.client("lee").get(f"{BASE}/projects/faces/images/facets").json()
    assert [(one["value"], one["images"]) for one in facets["generator"]] == [("aurora", 3), ("borealis", 2)]
    assert (facets["images"], facets["with_prompt"], facets["import_run"][0]["images"]) == (5, 2, 5)
    for bad in ("?has_prompt=maybe", "?import_run=x", "?created_after=yesterday", "?colour=red", "?cursor=%21"):
        assert gallery.client("lee").get(f"{BASE}/projects/faces/images{bad}").status_code == 400, bad


def test_the_picture_is_served_without_metadata_and_inert(gallery):
    row = listed(gallery)["rows"][0]
    answer = gallery.client("cleo").get(f"{BASE}/images/{row['id']}/original")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert gallery.client("lee").get(row["thumbnail_url"])["Content-Type"] == "image/webp"
    for path in (f"images/{row['id']}", f"images/{row['id']}/original", "projects/faces/images"):
        assert gallery.client("ada").get(f"{BASE}/{path}").status_code == 403


def withdraw(cast, chosen, **body):
    return cast.client("lee").post(
        f"{BASE}/projects/faces/images/withdraw",
        {"images": [str(one.id) for one in chosen], "reason": "wrong folder", "confirmed": len(chosen)} | body,
        content_type="application/json",
    )


def test_withdrawing_takes_the_image_out_of_queues_and_erases_its_bytes(gallery):
    first, second, *_ = images(gallery)
    campaign = a_campaign(gallery.project, [first, second])
    lease = Lease.objects.create(
        project=gallery.project, campaign=campaign, item=Item.objects.unscoped().get(campaign=campaign, image=first),
        version=campaign.version, stream="priority", reviewer=a_reviewer(gallery.project, "ada"),
        inclusion_probability=1.0, expires_at=clock.now() + timedelta(minutes=15),
    )  # fmt: skip
    miscounted = withdraw(gallery, [first], confirmed=2)
    assert (miscounted.status_code, miscounted.json()["type"]) == (409, "/problems#withdrawal-changed")
    answer = withdraw(gallery, [first])
    assert answer.json() == {"images": 1, "items": 1, "leases_released": 1, "files_erased": 1}
    lease.refresh_from_db()
    assert lease.state == "released"
    assert sorted(Item.objects.unscoped().values_list("state", flat=True)) == ["open", "withdrawn"]
    assert not any(storage.has(kind, first.blob_id) for kind in ("blobs", "clean", "thumbs"))
    tombstone = gallery.client("lee").get(f"{BASE}/images/{first.id}").json()
    assert (tombstone["withdrawn"]["reason"], tombstone["original_url"]) == ("wrong folder", None)
    assert gallery.client("lee").get(f"{BASE}/images/{first.id}/original").status_code == 404
    assert (listed(gallery)["total"], listed(gallery, "?withdrawn=true")["total"]) == (4, 1)
    line = JournalEntry.objects.get(action="images.withdrawn")
    assert (line.actor, line.payload["images"]) == (gallery.lee.id, [str(first.id)])
    assert jobs.run_due_jobs() == 1  # the erasing job finds nothing left to do


def test_bytes_that_another_project_still_uses_are_kept_and_withdrawn_ones_do_not_come_back(gallery, tmp_path):
    first = images(gallery)[0]
    content = storage.open_file("blobs", first.blob_id).read()
    write(tmp_path, "same.png", content)
    other = system_scope(gallery.other_project.id)
    assert services.import_now(other, tmp_path).images == 1
    assert withdraw(gallery, [first]).json()["files_erased"] == 0
    assert storage.has("blobs", first.blob_id)
    again = services.import_now(system_scope(gallery.project.id), tmp_path)
    assert [error.code for error in again.errors] == ["withdrawn_here"]
    theirs = Image.objects.scoped(other).get()
    fay = gallery.client("fay").post(
        f"{BASE}/projects/shoes/images/withdraw",
        {"images": [str(theirs.id)], "reason": "takedown", "confirmed": 1}, content_type="application/json",
    )  # fmt: skip
    assert fay.json()["files_erased"] == 1
    assert not storage.has("blobs", first.blob_id)
    back = services.import_now(system_scope(gallery.project.id), tmp_path)
    assert [error.code for error in back.errors] == ["withdrawn_here"]
    assert not storage.has("blobs", first.blob_id)
    assert Blob.objects.get(sha256=first.blob_id).erased_at is not None


def test_a_whole_import_is_withdrawn_as_one(gallery):
    run = ImportRun.objects.unscoped().get()
    answer = withdraw(gallery, [], import_run=str(run.id), confirmed=5)
    assert answer.json()["images"] == 5
    assert listed(gallery)["total"] == 0
