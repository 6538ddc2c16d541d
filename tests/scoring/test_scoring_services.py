"""Scores, training, predictions and rankings on a real database with real pictures."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from scoring_cast import a_round, an_export, an_image, known_defects, picture, scenes, settle

from accounts.models import JournalEntry
from annotate.corpus.services import import_now
from annotate.jobs.context import JobCancelled
from annotate.jobs.services import run_due_jobs, run_job
from annotate.models import Image, Item, Job
from annotate.projects.queries import system_scope
from annotate.queue.services import take_leases
from core import clock, storage
from core.hashing import sha256_of_file
from fixtures.corpus import generate
from scoring.detectors import documents, training
from scoring.detectors.enqueue_services import enqueue_training
from scoring.detectors.prediction_services import predict_images
from scoring.detectors.promotion_services import promote_detector
from scoring.detectors.services import train_detectors
from scoring.embeddings.enqueue_services import enqueue_due_scores, enqueue_scores
from scoring.embeddings.handcrafted import FINGERPRINT
from scoring.embeddings.services import score_project
from scoring.errors import DetectorUnusable, ExportNotReady, NothingToPredict, NothingToRank
from scoring.models import Detector, Embedding, Prediction, Ranking, RankingEntry, Score, TrainingRun
from scoring.triage.enqueue_services import RankingWish, enqueue_loop, enqueue_ranking
from scoring.triage.services import rank_campaign
from tests.labelling import a_project, a_reviewer

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project():
    return a_project()


@pytest.fixture
def scope(project):
    return system_scope(project.id)


def scores(**wanted):
    return Score.objects.unscoped().filter(**wanted)


def learnt(project, scope, *, audit_share=0.0, clean=24, noisy=14):
    """A settled first round in which noise is the first defect, with its export; the second defect has 5 positives."""
    quiet, loud = scenes(project, clean, noisy)
    score_project(scope)
    campaign = a_round(project, audit_share=audit_share)
    first, second = campaign.defects
    settle(
        campaign, quiet + loud,
        {image.id: [first] for image in loud} | {image.id: [second] for image in quiet[:5]},
    )  # fmt: skip
    return campaign, an_export(campaign)


class StopsAfter:
    """A worker that dies at its nth commit."""

    def __init__(self, commits):
        self.left = commits

    def progress(self, done, total=None, note=""):
        pass

    def require_owned(self):
        self.left -= 1
        if self.left < 0:
            raise JobCancelled


def test_every_image_of_an_import_gets_scores_and_an_embedding_once(project, scope, tmp_path):
    generate(tmp_path / "corpus", count=3)
    import_now(scope, tmp_path / "corpus", tmp_path / "corpus" / "manifest.csv")
    images = Image.objects.scoped(scope).filter(is_reference=False).count()
    assert images >= 3
    assert score_project(scope) == images
    assert Embedding.objects.scoped(scope).filter(fingerprint=FINGERPRINT).count() == images
    assert scores(metric="sharpness", status="ok").count() == images
    before = scores().count()
    assert score_project(scope) == 0
    assert scores().count() == before


def test_an_image_with_a_reference_is_compared_with_it(project, scope):
    original = an_image(project, picture(1), is_reference=True)
    copy = an_image(project, picture(1, noisy=True), reference=original)
    other = an_image(project, picture(2))
    score_project(scope)
    assert scores(image=copy, metric="psnr").get().value == pytest.approx(17, abs=5)
    assert not scores(image=other, metric__in=["psnr", "ssim"]).exists()
    assert not scores(image=original).exists()


def test_a_broken_image_marks_its_scores_and_not_the_job(project, scope):
    good, broken, missing = (an_image(project, data) for data in (picture(1), b"no picture", picture(3)))
    storage.path_of("blobs", missing.blob_id).unlink()
    job = enqueue_scores(scope)
    run_job(job.id)
    job.refresh_from_db()
    assert (job.state, job.result, job.queue) == ("done", {"images": 3}, "scoring")
    assert set(scores(image=good).values_list("status", flat=True)) == {"ok"}
    assert set(scores(image=broken).values_list("status", flat=True)) == {"unreadable"}
    assert "decoded" in scores(image=broken, metric="sharpness").get().reason
    assert "missing in the data directory" in scores(image=missing, metric="sharpness").get().reason
    assert Embedding.objects.scoped(scope).count() == 1
    assert enqueue_due_scores() == []


def test_scoring_that_was_killed_goes_on_and_doubles_nothing(project, scope):
    for seed in range(45):
        an_image(project, picture(seed, side=32))
    with pytest.raises(JobCancelled):
        score_project(scope, watch=StopsAfter(1))
    assert Embedding.objects.scoped(scope).count() == 20
    assert score_project(scope) == 25
    assert Embedding.objects.scoped(scope).count() == 45
    assert scores(metric="noise").count() == 45


def test_the_minute_finds_new_images_and_asks_once(project, scope):
    an_image(project, picture(1))
    first, again = enqueue_due_scores(), enqueue_due_scores()
    assert [job.id for job in first] == [job.id for job in again]
    run_due_jobs()
    assert enqueue_due_scores() == []
    an_image(project, picture(2))
    assert len(enqueue_due_scores()) == 1


def test_detectors_are_trained_from_the_export_with_figures_and_a_reason_where_there_are_too_few(project, scope):
    campaign, export = learnt(project, scope)
    run = train_detectors(scope, export.id)
    first, second = (Detector.objects.scoped(scope).get(run=run, defect=concept) for concept in campaign.defects)
    assert (run.state, run.summary["trained"], run.summary["too_few"]) == ("done", 1, 1)
    assert (first.state, first.champion, first.positives, first.negatives) == ("trained", True, 14, 24)
    figure = first.figures["cross_validated"]["auroc"]
    assert (figure["n"], figure["positives"]) == (38, 14)
    assert figure["value"] > 0.9
    assert figure["interval"][0] <= figure["value"] <= figure["interval"][1]
    assert (second.state, second.champion, second.artefact) == ("too_few", False, "")
    assert second.reason == "too few positives: 5, at least 8 are needed"


def test_a_trained_detector_lies_on_disk_under_its_run_with_its_hash(project, scope, files):
    _, export = learnt(project, scope)
    run = train_detectors(scope, export.id)
    row = Detector.objects.scoped(scope).get(run=run, state="trained")
    path = files / row.artefact
    assert path.is_relative_to(files / "detectors" / str(run.id))
    assert sha256_of_file(path) == row.artefact_sha256
    assert (
        row.figures["manifest_sha256"]
        == run.manifest_hash
        == sha256_of_file(files / "exports" / str(export.id) / "manifest.json")
    )


def test_audit_images_are_never_trained_on(project, scope):
    campaign, export = learnt(project, scope, audit_share=0.3, clean=30, noisy=20)
    audit = Item.objects.unscoped().filter(campaign=campaign, stream="audit").count()
    run = train_detectors(scope, export.id)
    row = Detector.objects.scoped(scope).get(run=run, defect=campaign.defects[0])
    assert audit == 15
    assert (row.figures["audit_rows"], row.figures["rows"]) == (15, 35)
    assert row.positives + row.negatives == 35
    assert row.figures["audit"]["auroc"]["n"] == 15


def test_images_that_share_a_source_group_with_an_audit_image_stand_aside_and_are_counted(project, scope):
    quiet, loud = scenes(project, 20, 20, source_group="one batch")
    score_project(scope)
    campaign = a_round(project, audit_share=0.1)
    settle(campaign, quiet + loud, {image.id: campaign.defects[:1] for image in loud})
    run = train_detectors(scope, an_export(campaign).id)
    row = Detector.objects.scoped(scope).get(run=run, defect=campaign.defects[0])
    assert (row.state, row.positives, row.reason) == ("too_few", 0, "too few positives: 0, at least 8 are needed")
    assert sum(row.figures["aside"].values()) == 36


def test_training_takes_nothing_from_live_tables(project, scope):
    campaign, export = learnt(project, scope)
    scenes(project, 0, 4, first=500)
    settle(campaign, [], {})
    Image.objects.scoped(scope).update(prompt="one prompt for all")
    run = train_detectors(scope, export.id)
    assert run.summary["records"] == 38
    assert Detector.objects.scoped(scope).get(run=run, state="trained").figures["groups"] == 38


def test_an_unfinished_export_trains_nothing(project, scope):
    _, export = learnt(project, scope)
    type(export).objects.scoped(scope).filter(id=export.id).update(state="running")
    with pytest.raises(ExportNotReady, match="running"):
        train_detectors(scope, export.id)
    assert not TrainingRun.objects.scoped(scope).exists()


def test_a_damaged_export_fails_the_job_with_its_reason(project, scope, files):
    _, export = learnt(project, scope)
    (files / "exports" / str(export.id) / "gold.jsonl").write_text("{}")
    job = enqueue_training(scope, export.id)
    run_job(job.id)
    job.refresh_from_db()
    run = TrainingRun.objects.scoped(scope).get(job=job)
    assert (job.state, run.state) == ("failed", "failed")
    assert "SHA-256" in job.reason
    assert job.reason == run.reason
    assert not Detector.objects.scoped(scope).exists()


def test_a_training_job_that_was_killed_and_repeated_doubles_nothing(project, scope):
    _, export = learnt(project, scope)
    job = enqueue_training(scope, export.id)
    with pytest.raises(JobCancelled):
        train_detectors(scope, export.id, job=job.id, watch=StopsAfter(0))
    assert not Detector.objects.scoped(scope).exists()
    assert run_job(job.id)
    Job.objects.filter(id=job.id).update(state="queued")
    assert run_job(job.id)
    assert TrainingRun.objects.scoped(scope).count() == 1
    assert Detector.objects.scoped(scope).count() == 2
    assert JournalEntry.objects.filter(action="detectors.trained").count() == 1


def test_predictions_are_made_only_where_they_are_missing(project, scope):
    campaign, export = learnt(project, scope)
    with pytest.raises(NothingToPredict):
        predict_images(scope, campaign.id)
    train_detectors(scope, export.id)
    assert predict_images(scope, campaign.id) == 38
    known = dict(Prediction.objects.scoped(scope).values_list("image_id", "id"))
    quiet, _ = scenes(project, 3, 0, first=900)
    score_project(scope)
    second = a_round(project)
    assert predict_images(scope, second.id) == 3
    assert predict_images(scope, second.id) == 0
    assert {image.id for image in quiet} <= set(Prediction.objects.scoped(scope).values_list("image_id", flat=True))
    assert known.items() <= dict(Prediction.objects.scoped(scope).values_list("image_id", "id")).items()


def test_a_changed_detector_file_is_not_used(project, scope, files):
    campaign, export = learnt(project, scope)
    train_detectors(scope, export.id)
    path = files / Detector.objects.scoped(scope).get(champion=True).artefact
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(DetectorUnusable, match="SHA-256"):
        predict_images(scope, campaign.id)


def test_without_labelled_audit_images_the_champion_stays_until_a_lead_says_otherwise(project, scope):
    _, export = learnt(project, scope)
    first = Detector.objects.scoped(scope).get(run=train_detectors(scope, export.id), state="trained")
    second = Detector.objects.scoped(scope).get(run=train_detectors(scope, export.id), state="trained")
    assert (first.champion, second.champion) == (True, False)
    assert "The champion stays" in second.figures["comparison"]["reason"]
    assert second.figures["comparison"]["against"] == str(first.id)
    promote_detector(scope, second.id)
    champions = Detector.objects.scoped(scope).filter(champion=True)
    assert [row.id for row in champions] == [second.id]
    line = JournalEntry.objects.filter(action="detector.promoted").order_by("-position").first()
    assert line.payload["instead_of"] == str(first.id)


def test_a_detector_that_is_surely_no_worse_takes_over(project, scope):
    _, export = learnt(project, scope, audit_share=0.5, clean=40, noisy=40)
    first = Detector.objects.scoped(scope).get(run=train_detectors(scope, export.id), state="trained")
    second = Detector.objects.scoped(scope).get(run=train_detectors(scope, export.id), state="trained")
    first.refresh_from_db()
    assert (first.champion, second.champion) == (False, True)
    assert second.figures["comparison"]["n"] == 40


def second_round(project, scope, **values):
    """A new campaign of 12 fresh Images, the four noisy ones last in the order of arrival."""
    campaign, export = learnt(project, scope)
    Item.objects.unscoped().filter(campaign=campaign).update(state="complete")
    train_detectors(scope, export.id)
    Image.objects.scoped(scope).update(source_group="first round")
    quiet, loud = scenes(project, 8, 4, first=700, source_group="second round")
    score_project(scope)
    second = a_round(project, defects=campaign.defects, **values)
    Item.objects.unscoped().filter(campaign=second, image__source_group="first round").update(state="withdrawn")
    predict_images(scope, second.id)
    return second, quiet, loud


def order(campaign):
    items = Item.objects.unscoped().filter(campaign=campaign, state="open", stream="priority")
    return list(items.order_by("-priority", "position").values_list("image_id", flat=True))


def test_the_second_queue_begins_with_what_the_detector_points_at_and_the_next_lease_follows(project, scope):
    campaign, _, loud = second_round(project, scope)
    before = order(campaign)
    assert not set(before[:4]) & {image.id for image in loud}
    ranking = rank_campaign(scope, campaign.id, strategy="risk", seed=3, random_share=0.0)
    after = order(campaign)
    assert set(after[:4]) == {image.id for image in loud}
    assert ranking.summary["written"] == 12
    lease = take_leases(campaign, a_reviewer(project, "ada").id, 1).leases[0]
    item = Item.objects.unscoped().get(leases=getattr(lease, "id", lease))
    assert item.image_id == after[0]


def test_a_ranking_stores_seed_reasons_and_inclusion_probabilities(project, scope):
    campaign, _, _ = second_round(project, scope)
    ranking = rank_campaign(scope, campaign.id, random_share=0.25)
    entries = RankingEntry.objects.filter(ranking=ranking)
    assert entries.count() == 12
    assert set(entries.values_list("inclusion_probability", flat=True)) == {0.25}
    codes = [entry.reasons[0]["code"] for entry in entries]
    assert codes.count("random") == 3
    assert "margin" in codes
    told = next(entry.reasons[0] for entry in entries if entry.reasons[0]["code"] == "margin")
    assert 0 <= told["probability"] <= 1
    again = rank_campaign(scope, campaign.id, random_share=0.25, seed=ranking.seed)
    same = RankingEntry.objects.filter(ranking=again)
    assert dict(same.values_list("item", "priority")) == dict(entries.values_list("item", "priority"))


@pytest.mark.parametrize("strategy", ["margin", "entropy", "risk", "diversity", "random", "fifo"])
def test_every_strategy_orders_every_open_item(project, scope, strategy):
    quiet, _ = scenes(project, 6, 0)
    score_project(scope)
    campaign = a_round(project)
    rank_campaign(scope, campaign.id, strategy=strategy, seed=1)
    assert sorted(order(campaign)) == sorted(image.id for image in quiet)
    assert Ranking.objects.scoped(scope).get().seed == 1


def test_audit_items_keep_stream_order_and_probability(project, scope):
    scenes(project, 20, 0)
    campaign = a_round(project, audit_share=0.2)
    audit = Item.objects.unscoped().filter(campaign=campaign, stream="audit").order_by("id")
    before = list(audit.values_list("id", "stream", "priority", "inclusion_probability"))
    others = Item.objects.unscoped().filter(campaign=campaign, stream="priority")
    probabilities = set(others.values_list("inclusion_probability", flat=True))
    ranking = rank_campaign(scope, campaign.id, seed=1)
    assert list(audit.values_list("id", "stream", "priority", "inclusion_probability")) == before
    assert set(others.values_list("inclusion_probability", flat=True)) == probabilities
    assert RankingEntry.objects.filter(ranking=ranking).count() == 16
    assert not RankingEntry.objects.filter(ranking=ranking, item__stream="audit").exists()


def test_a_ranking_job_that_was_killed_writes_the_same_order(project, scope):
    scenes(project, 10, 0)
    campaign = a_round(project)
    job = enqueue_ranking(scope, campaign.id, RankingWish(strategy="random"))
    assert enqueue_ranking(scope, campaign.id, RankingWish(strategy="risk")).id == job.id
    with pytest.raises(JobCancelled):  # at its second commit: entries are stored, the end is not
        rank_campaign(scope, campaign.id, strategy="random", job=job.id, watch=StopsAfter(1))
    entries = dict(RankingEntry.objects.values_list("item", "priority"))
    assert run_job(job.id)
    assert dict(RankingEntry.objects.values_list("item", "priority")) == entries
    assert {item.id: item.priority for item in Item.objects.unscoped().filter(campaign=campaign)} == entries
    assert Ranking.objects.scoped(scope).get().state == "done"


def test_a_campaign_without_open_items_is_told_so(project, scope):
    scenes(project, 2, 0)
    campaign = a_round(project)
    Item.objects.unscoped().filter(campaign=campaign).update(state="complete", completed_at=clock.now())
    with pytest.raises(NothingToRank):
        rank_campaign(scope, campaign.id)
    assert Ranking.objects.scoped(scope).get().state == "failed"


def test_the_whole_loop_is_one_job_that_may_run_twice(project, scope):
    quiet, loud = scenes(project, 20, 20)
    campaign = a_round(project)
    images = quiet[:12] + loud[:12]
    settle(campaign, images, {image.id: [campaign.defects[0]] for image in loud})
    job = enqueue_loop(scope, campaign.id, RankingWish(strategy="risk", random_share=0.0))
    assert enqueue_loop(scope, campaign.id, RankingWish()).id == job.id
    assert run_job(job.id)
    job.refresh_from_db()
    assert job.state == "done", job.reason
    assert (job.result["scored"], job.result["predictions"]) == (40, 40)
    assert set(order(campaign)[:8]) == {image.id for image in loud[12:]}
    Job.objects.filter(id=job.id).update(state="queued")
    assert run_job(job.id)
    counts = [rows.objects.scoped(scope).count() for rows in (TrainingRun, Ranking, Detector)]
    assert counts == [1, 1, 2]


def test_the_number_of_positives_told_to_leads_is_the_one_that_training_uses():
    assert documents.POSITIVES_NEEDED == training.MIN_CLASS


def test_a_web_process_imports_neither_torch_nor_pyiqa_nor_the_learners():
    code = (
        "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings.test'; django.setup(); "
        "import config.urls, sys; "
        "print(sorted({'torch', 'pyiqa', 'torchvision', 'sklearn', 'skops'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout.strip().splitlines()[-1] == "[]"


def test_the_version_has_the_defects_that_these_tests_ask():
    assert len(known_defects()) > 2
