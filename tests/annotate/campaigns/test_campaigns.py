"""Opening, extending, pausing and closing campaigns; forecasts, progress and the workspace document."""

from uuid import uuid4

import pytest

from accounts import journal
from annotate.annotations.services import submit_annotation
from annotate.campaigns import documents, queries, services
from annotate.campaigns.proposal import CampaignPlan
from annotate.campaigns.services import NewPriority
from annotate.corpus.image_filter import ImageFilter
from annotate.errors import CampaignNotOpen, InputInvalid, NameTaken, UnknownHere
from annotate.models import Campaign, Item, Lease
from annotate.projects.queries import system_scope
from annotate.queue.services import take_leases
from tests.labelling import a_project, a_reviewer, a_submission, a_version, some_images

pytestmark = pytest.mark.django_db


@pytest.fixture
def project():
    return a_project()


@pytest.fixture
def scope(project):
    return system_scope(project.id)


def a_plan(**values):
    version = a_version()
    active = [d["id"] for dim in version.document["dimensions"] for d in dim["defects"] if d["status"] == "active"]
    return CampaignPlan(
        **{"name": "Round 1", "kind": "pilot", "version": version.id, "defects": tuple(active[:5])} | values
    )


def test_a_campaign_makes_one_item_per_image(project, scope):
    some_images(project, 30)
    campaign = services.open_campaign(scope, a_plan(audit_share=0.1, seed=7))
    items = Item.objects.unscoped().filter(campaign=campaign)
    assert items.count() == 30
    audit = items.filter(stream="audit")
    assert audit.count() == 3
    assert set(audit.values_list("inclusion_probability", "sampling_stratum")) == {(0.1, "audit")}
    assert journal.JournalEntry.objects.filter(action="campaign.opened").exists()


def test_a_filter_and_a_sample_choose_and_are_remembered(project, scope):
    some_images(project, 20, generator="aurora-2")
    some_images(project, 20, generator="lumen")
    plan = a_plan(images=ImageFilter(generator=("lumen",)), sample=5, seed=3)
    campaign = services.open_campaign(scope, plan)
    items = Item.objects.unscoped().filter(campaign=campaign).select_related("image")
    assert {item.image.generator for item in items} == {"lumen"}
    assert len(items) == 5
    assert campaign.image_choice == {
        "filter": {"generator": ["lumen"]}, "sample": 5, "seed": 3, "matching": 20, "chosen": 5,
    }  # fmt: skip
    assert items[0].inclusion_probability == pytest.approx(0.25)


def test_what_is_wrong_with_a_plan_is_told_at_once(project, scope):
    with pytest.raises(InputInvalid) as refused:
        services.open_campaign(scope, a_plan(defects=("AID-9999",), consensus_rule="majority_of_3"))
    assert {v.pointer for v in refused.value.violations} == {"/defects/0", "/consensus_rule", "/images"}
    assert not Campaign.objects.unscoped().exists()
    with pytest.raises(UnknownHere):
        services.open_campaign(scope, a_plan(version=uuid4()))


def test_a_name_is_taken_once_per_project(project, scope):
    some_images(project, 1)
    services.open_campaign(scope, a_plan())
    with pytest.raises(NameTaken):
        services.open_campaign(scope, a_plan())


def test_extending_adds_new_images_and_reopens_for_more_annotations(project, scope):
    some_images(project, 3)
    campaign = services.open_campaign(scope, a_plan(annotations_per_item=2))
    Item.objects.unscoped().filter(campaign=campaign).update(state="complete")
    some_images(project, 4)
    assert services.extend_campaign(scope, campaign.id, ImageFilter(), annotations_per_item=3) == 4
    items = Item.objects.unscoped().filter(campaign=campaign)
    assert set(items.values_list("needed", "state")) == {(3, "open")}
    assert sorted(items.values_list("position", flat=True)) == list(range(7))
    with pytest.raises(InputInvalid):
        services.extend_campaign(scope, campaign.id, None, annotations_per_item=1)


def test_closing_returns_leases_and_ends_for_good(project, scope):
    ada = a_reviewer(project, "ada")
    some_images(project, 3)
    campaign = services.open_campaign(scope, a_plan())
    take_leases(campaign, ada.id, 2)
    services.pause_campaign(scope, campaign.id)
    services.resume_campaign(scope, campaign.id)
    services.close_campaign(scope, campaign.id)
    assert set(Lease.objects.unscoped().values_list("state", flat=True)) == {"released"}
    with pytest.raises(CampaignNotOpen):
        services.resume_campaign(scope, campaign.id)


def test_a_ranking_changes_the_order_of_open_items_of_this_campaign_only(project, scope):
    ada = a_reviewer(project, "ada")
    some_images(project, 4)
    campaign = services.open_campaign(scope, a_plan())
    items = list(Item.objects.unscoped().filter(campaign=campaign).order_by("position"))
    rows = [NewPriority(item=item.id, priority=float(n)) for n, item in enumerate(items)]
    assert services.write_priorities(scope, campaign.id, rows) == 4
    lease = take_leases(campaign, ada.id, 1).leases[0]
    assert Lease.objects.unscoped().get(id=lease).item_id == items[3].id
    assert services.write_priorities(system_scope(a_project().id), campaign.id, rows) == 0


def test_progress_and_pace_are_counted_from_rows(project, scope):
    ada = a_reviewer(project, "ada")
    some_images(project, 4)
    campaign = services.open_campaign(scope, a_plan(annotations_per_item=1, consensus_rule="single"))
    assert documents.progress_document(campaign.id)["hours_left"] is None
    for lease in take_leases(campaign, ada.id, 2).leases:
        submit_annotation(ada.user, lease, a_submission())
    found = documents.progress_document(campaign.id)
    assert found["counts"]["answers"] == 2
    assert found["counts"]["complete"] == 2
    assert found["hours_left"] == pytest.approx(2 * 1.2 / 3600)
    assert found["reviewers"][0]["answered"] == 2
    mine = queries.my_campaigns(ada.user)[0]
    assert (mine.items, mine.answered, mine.left) == (4, 2, 2)


def test_the_forecast_names_missing_context_and_too_many_defects(project, scope):
    version = a_version()
    some_images(project, 5, prompt="")
    defects = tuple(
        d["id"] for dim in version.document["dimensions"] for d in dim["defects"] if d["status"] == "active"
    )
    found = queries.forecast_of(scope, a_plan(defects=defects))
    codes = [warning.code for warning in found.warnings]
    assert codes[0] == "many-defects"
    assert "context-missing" in codes
    assert found.images == 5


def test_the_workspace_document_holds_what_is_asked_and_nothing_of_scores(project, scope):
    ada = a_reviewer(project, "ada")
    some_images(project, 1)
    campaign = services.open_campaign(scope, a_plan())
    document = queries.workspace_document(campaign, ada.id)
    asked = [defect["id"] for dimension in document["dimensions"] for defect in dimension["defects"]]
    assert asked == campaign.defects
    assert document["scales"][0]["levels"][0]["hotkey"] == "1"
    assert "priority" not in str(document)
