"""The workspace in a real browser: nothing that was answered is lost, whatever happens to network, session or tab."""

import re
import shutil
import statistics
import tempfile
from contextlib import suppress
from pathlib import Path

import psutil
from browsing import FLAGS, SCREEN, Person, until
from hand import Hand, answered, open_small_campaign
from playwright.sync_api import expect

OFFLINE = r"net::ERR_INTERNET_DISCONNECTED"


def test_a_clean_image_and_a_finding_are_answered_by_keys(as_person, lee, world, screenshot) -> None:
    campaign = open_small_campaign(lee, world, "Keys")
    ada = Hand(as_person("ada"), campaign)
    ada.clean()
    ada.press("a", "n", "2")
    ada.draw_box()
    expect(ada.page.get_by_role("list").filter(has_text="Animal or creature anatomy error").last).to_be_visible()
    screenshot(ada.page, "workspace-finding")
    ada.submit()
    ada.all_saved()
    assert answered(lee, campaign) == 2
    mine = ada.person.get(f"/campaigns/{campaign}/mine?limit=10")["items"]
    found = [one["annotation"]["findings"] for one in mine if one["annotation"]["findings"]]
    assert [(f["defect"], f["region"]["shape"]) for f in found[0]] == [("AID-0016", "box")]


def test_labelling_goes_on_without_a_connection_and_drains_afterwards(as_person, lee, world, watch) -> None:
    watch.expect(OFFLINE)
    campaign = open_small_campaign(lee, world, "Offline")
    ada = Hand(as_person("ada"), campaign)
    ada.clean()
    ada.all_saved()
    ada.page.wait_for_timeout(500)  # the images ahead are loaded
    ada.person.context.set_offline(True)
    ada.clean()
    ada.press("a", "n", "3")
    ada.submit()
    expect(ada.saved).to_have_text(re.compile("offline · 2 waiting"))
    assert ada.unsent() == 2
    assert answered(lee, campaign) == 1
    ada.person.context.set_offline(False)
    ada.all_saved()
    assert ada.unsent() == 0
    assert answered(lee, campaign) == 3


def test_a_session_that_ends_in_the_middle_is_renewed_over_the_work(as_person, lee, world, stage) -> None:
    campaign = open_small_campaign(lee, world, "Session")
    ada = Hand(as_person("ben"), campaign)
    ada.clean()
    ada.page.evaluate("window.__same_page = true")
    ada.person.context.clear_cookies(name="session")
    ada.press("a", "n", "2")
    ada.press("Enter")
    dialog = ada.page.get_by_role("dialog", name="Your session has ended")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Password").fill(ada.person.password)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    ada.wait_for_image()
    ada.all_saved()
    assert ada.page.evaluate("window.__same_page") is True
    assert answered(lee, campaign) == 2
    ada.clean()
    ada.all_saved()
    assert answered(lee, campaign) == 3
    stage.signed_in[ada.person.email] = ada.person.state()


def test_answers_are_sent_again_after_server_errors(as_person, lee, world, watch) -> None:
    watch.expect(r"50[03]")
    campaign = open_small_campaign(lee, world, "Server errors")
    ada = Hand(as_person("ada"), campaign)
    refusals = [500, 503, 503]

    def refuse(route) -> None:
        if refusals and route.request.method == "PUT":
            route.fulfill(status=refusals.pop(0), body="{}", content_type="application/json")
        else:
            route.continue_()

    ada.page.route("**/api/v1/leases/*/annotation", refuse)
    ada.clean()
    ada.clean()
    expect(ada.saved).to_have_text(re.compile("saving · 2 waiting"))
    ada.all_saved()
    assert refusals == []
    assert answered(lee, campaign) == 2


def test_a_browser_that_is_killed_keeps_unsent_answers(stage, lee, world, watch, as_person) -> None:
    watch.expect(OFFLINE)
    campaign = open_small_campaign(lee, world, "Killed")
    profile = tempfile.mkdtemp(prefix="touchstone-profile-")
    try:
        ada = Hand(_person_of_profile(stage, profile, "ada", as_person("ada")), campaign)
        ada.page.wait_for_timeout(500)
        ada.person.context.set_offline(True)
        ada.clean()
        ada.clean()
        assert ada.unsent() == 2
        _kill_browser_of(profile)
        with suppress(Exception):
            ada.person.context.close()
        stage.people.remove(ada.person)
        assert answered(lee, campaign) == 0
        again = Hand(_person_of_profile(stage, profile, "ada", as_person("ada")), campaign)
        again.all_saved()
        assert answered(lee, campaign) == 2
        assert again.unsent() == 0
        again.person.context.close()
        stage.people.remove(again.person)
    finally:
        shutil.rmtree(profile, ignore_errors=True)


def _person_of_profile(stage, profile: str, name: str, signed_in: Person) -> Person:
    """A browser process of its own on a profile that stays; its session is that of somebody signed in elsewhere."""
    context = stage.playwright.chromium.launch_persistent_context(
        profile, executable_path=shutil.which("chromium"), headless=True, args=list(FLAGS), viewport=SCREEN
    )
    context.add_cookies(signed_in.context.cookies())
    person = Person(context, stage.address, stage.watch, email=f"{name}@example.org", password=signed_in.password)
    stage.people.append(person)
    return person


def _kill_browser_of(profile: str) -> None:
    """SIGKILL the browser process that holds this profile; its children end with it."""
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or []
        if f"--user-data-dir={profile}" in line and not any(part.startswith("--type=") for part in line):
            process.kill()
            process.wait(10)
    for lock in Path(profile).glob("Singleton*"):
        lock.unlink()


def test_of_two_tabs_one_sends_and_nothing_is_sent_twice(as_person, lee, world, watch) -> None:
    watch.expect(OFFLINE)
    first, second = (open_small_campaign(lee, world, f"Tab {number}") for number in (1, 2))
    person = as_person("ada")
    one = Hand(person, first)
    sent: list[str] = []
    person.context.on("requestfinished", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    two = Hand(person, second, open_now=False)
    two.page = person.context.new_page()
    two.page.goto(f"{person.address}/annotate/{second}")
    two.wait_for_image()
    one.page.wait_for_timeout(500)
    person.context.set_offline(True)
    for hand in (one, two, one, two):
        hand.page.bring_to_front()
        hand.clean()
    assert one.unsent() == 4
    person.context.set_offline(False)
    one.all_saved()
    two.all_saved()
    assert one.unsent() == 0
    assert (answered(lee, first), answered(lee, second)) == (2, 2)
    assert len(sent) == len(set(sent)) == 4


def test_another_person_at_the_same_computer_never_sends_the_first_ones_answers(stage, as_person, lee, world, watch):
    watch.expect(OFFLINE)
    campaign = open_small_campaign(lee, world, "Shared computer", annotations_per_item=2)
    person = as_person("ada")
    ada = Hand(person, campaign)
    ada.page.wait_for_timeout(500)
    person.context.set_offline(True)
    ada.clean()
    ada.clean()
    assert ada.unsent() == 2
    ben = as_person("ben")
    mine = person.context.cookies()
    person.context.clear_cookies()  # first of all: a page that is being left may still send under its own session
    ada.page.goto("about:blank")
    person.context.add_cookies(ben.context.cookies())
    person.context.set_offline(False)
    person._csrf = ""
    ada.open()
    ada.clean()
    ada.all_saved()
    assert ada.unsent() == 2
    progress = lee.get(f"/campaigns/{campaign}/progress")["reviewers"]
    assert {one["name"]: one["answered"] for one in progress if one["answered"]} == {"Ben": 1}
    ada.page.goto("about:blank")
    person.context.clear_cookies()
    person.context.add_cookies(mine)
    ada.open()
    ada.all_saved()
    assert ada.unsent() == 0
    assert answered(lee, campaign) == 3


def test_the_next_image_is_painted_soon_after_the_key(as_person, lee, world, record_property) -> None:
    campaign = open_small_campaign(lee, world, "Speed")
    ada = Hand(as_person("ada"), campaign)
    for _ in range(6):
        ada.clean()
    times = ada.page.evaluate(
        "performance.getEntriesByName('ts-submit-to-paint').map((one) => Math.round(one.duration * 10) / 10)"
    )
    record_property("submit_to_paint_ms", times)
    print(f"submit to painted, ms: {times}, median {statistics.median(times)}")
    assert len(times) >= 5
    assert statistics.median(times) < 1000


def test_one_goes_back_corrects_and_undoes(as_person, lee, world) -> None:
    campaign = open_small_campaign(lee, world, "Back")
    ada = Hand(as_person("ada"), campaign)
    ada.clean()
    ada.all_saved()
    ada.press("PageUp")
    expect(ada.page.locator(".ts-correcting")).to_be_visible()
    ada.wait_for_image()
    ada.press("a", "n", "2")
    findings = ada.page.locator(".ts-findings ol > li")
    expect(findings).to_have_count(1)
    ada.press("Escape", "Control+z", "Control+z")
    expect(findings).to_have_count(0)
    ada.press("Control+y", "Control+y")
    expect(findings).to_have_count(1)
    ada.press("Enter")
    ada.wait_for_image()
    ada.all_saved()
    mine = ada.person.get(f"/campaigns/{campaign}/mine?limit=10")["items"]
    assert [one["revision"] for one in mine] == [2]
    assert answered(lee, campaign) == 1


def test_two_defects_of_an_exclusion_group_on_one_place_are_told_at_once(as_person, lee, world, screenshot) -> None:
    campaign = open_small_campaign(lee, world, "Exclusion")
    ada = Hand(as_person("ada"), campaign)
    ada.press("t", "g")
    ada.draw_box()
    ada.press("2", "t", "m")
    ada.draw_box()
    ada.press("2")
    told = ada.page.locator(".ts-findings .ts-fault, .ts-findings .fault").filter(has_text="Not both")
    expect(told.first).to_be_visible()
    screenshot(ada.page, "workspace-exclusion")
    place = ada.place
    ada.press("Enter")
    expect(ada.said).to_contain_text("Not both")
    assert ada.place == place
    ada.press("Backspace", "Enter")
    ada.all_saved()
    until(lambda: answered(lee, campaign) == 1, ada.page)


def test_a_catch_all_needs_its_note(as_person, lee, world) -> None:
    campaign = open_small_campaign(lee, world, "Note")
    ada = Hand(as_person("ada"), campaign)
    ada.press("x", "o", "1", "Escape", "Enter")
    expect(ada.said).to_contain_text("needs a note")
    assert answered(lee, campaign) == 0


def test_an_image_is_escalated_and_skipped_by_keys(as_person, lee, world) -> None:
    campaign = open_small_campaign(lee, world, "Escalate")
    ada = Hand(as_person("ada"), campaign)
    ada.press("Shift+E")
    ada.page.get_by_role("dialog", name="Escalate to the expert").wait_for()
    ada.page.keyboard.type("Is this a hand at all?")
    ada.press("Enter")
    expect(ada.said).to_contain_text("Sent to the adjudicator")
    ada.wait_for_image()
    ada.press("Shift+S")
    ada.page.get_by_role("dialog", name="Skip this image").wait_for()
    ada.press("3", "Enter")
    expect(ada.said).to_contain_text("Skipped: cannot decide")
    ada.all_saved()
    counts = lee.get(f"/campaigns/{campaign}/progress")["counts"]
    assert (counts["escalated"], counts["skipped"], counts["answers"]) == (1, 1, 0)


def test_an_empty_queue_says_why(as_person, lee, world, screenshot) -> None:
    campaign = open_small_campaign(lee, world, "Two images", sample=2)
    ada = Hand(as_person("ada"), campaign)
    ada.clean()
    ada.clean()
    expect(ada.page.get_by_role("heading", name="All done here")).to_be_visible()
    screenshot(ada.page, "workspace-done")
    other = as_person("ben")
    other.open(f"/annotate/{campaign}")
    expect(other.page.locator(".ts-stop h2")).to_be_visible()
    assert other.page.locator(".ts-stop p").first.inner_text().strip()


def test_scores_take_one_key_each(as_person, lee, world, screenshot) -> None:
    rated = world["rated"]
    ada = Hand(as_person("ada"), rated, route="rate")
    before = answered(lee, rated)
    for _ in range(3):
        asked = ada.page.locator(".ts-rating ol > li").count()
        assert asked == 5
        for number in range(asked):
            ada.press(str(1 + number % 5))
        expect(ada.page.locator(".ts-review")).to_contain_text("5 of 5")
        screenshot(ada.page, "rating-review")
        ada.submit()
    ada.all_saved()
    assert answered(lee, rated) == before + 3
