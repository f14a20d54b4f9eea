"""The keeper's rounds: what lies in the website's folder, when, and what staff hear when not."""

import json
import shutil
import stat
import time
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from appointments import practices
from appointments.availability import LONDON
from fallback import outages
from fallback.keeper import report
from fallback.keeper.report import PracticeState, Report
from fallback.publish import commands, keys, rounds, status, words
from fallback.publish.rounds import Publishing
from tests.fallback.publish.files import read
from tests.world import at

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=LONDON)


@pytest.fixture
def publishing(monkeypatch):
    monkeypatch.setattr(rounds, "LOOKED_EVERY", 0.0)
    one = Publishing()
    yield one
    one.end()


def turn(publishing, practice, until, now=None, within=15):
    """Take turns until something is so."""
    end = time.monotonic() + within
    while not until():
        assert time.monotonic() < end, list(publishing.states())
        publishing.turn(practice, now or timezone.now())
        time.sleep(0.02)


def has_ended(publishing):
    return all(not at.hand.is_busy for at in publishing.at.values()) and publishing.at


def published(publishing, practice, now=None):
    """Have one errand done."""
    turn(publishing, practice, lambda: any(a.hand.is_busy for a in publishing.at.values()), now)
    turn(publishing, practice, lambda: has_ended(publishing), now)


def test_a_signed_file_and_the_script_lie_in_the_folder(world, target, public, publishing):
    published(publishing, world.practice)
    payload = read(world.practice, public / "status.json")
    assert sorted(payload) == [
        "expires", "hours", "issued", "sentences", "sequence", "state", "template",
    ]  # fmt: skip
    assert (payload["state"], payload["template"], payload["sentences"]) == ("well", "", [])
    issued, expires = (datetime.fromisoformat(payload[name]) for name in ("issued", "expires"))
    assert abs(issued - timezone.now()) < timedelta(seconds=30)
    assert expires - issued == timedelta(minutes=10)
    script = (public / "embed.js").read_bytes()
    assert len(script) <= 6 * 1024
    assert [p.read_bytes() for p in public.glob("embed-*.js")] == [script]
    for name in ("status.json", "embed.js"):
        assert stat.S_IMODE((public / name).stat().st_mode) == 0o644
    assert not list(public.glob("*.partial"))


def test_nothing_of_staff_or_patients_is_published(world, target, public, publishing):
    published(publishing, world.practice)
    text = (public / "status.json").read_text()
    for name in ("Baker", "Priya", "Maud", "Lane"):
        assert name not in text


def test_a_declared_outage_is_published_at_once(world, target, public, publishing):
    published(publishing, world.practice)
    before = read(world.practice, public / "status.json")
    declared = timezone.now()
    outages.declare(world.by_lead, ["internet"], declared, template="internet")
    turn(
        publishing,
        world.practice,
        lambda: read(world.practice, public / "status.json")["state"] != "well",
        within=10,
    )
    payload = read(world.practice, public / "status.json")
    assert payload["sequence"] > before["sequence"]
    assert payload["template"] == "internet"
    assert payload["sentences"][0] == "Our internet connection is not working"


def test_it_is_renewed_though_nothing_changed(world, target, public, publishing, monkeypatch):
    monkeypatch.setattr(rounds, "EVERY", 0.3)
    published(publishing, world.practice)
    first = read(world.practice, public / "status.json")["sequence"]
    turn(
        publishing,
        world.practice,
        lambda: read(world.practice, public / "status.json")["sequence"] > first + 1,
    )


def test_hours_know_half_days_and_bank_holidays(world):
    practices.set_opening_times(
        world.site.pk, world.by_manager, [(n, at(NOW, "08:00").time(), at(NOW, "18:30").time())
                                          for n in range(5)]
    )  # fmt: skip
    practices.add_closure(world.by_manager, datetime(2026, 12, 25).date(), "Christmas Day")
    practices.add_closure(
        world.by_manager, datetime(2026, 12, 24).date(), "Training", closes=at(NOW, "13:00").time()
    )
    hours = words.said(world.practice, datetime(2026, 12, 23, 9, tzinfo=LONDON))["hours"]
    assert hours[:3] == [
        ["2026-12-23T08:00Z", "2026-12-23T18:30Z"],
        ["2026-12-24T08:00Z", "2026-12-24T13:00Z"],
        ["2026-12-28T08:00Z", "2026-12-28T18:30Z"],
    ]
    assert hours[-1][0] == "2027-01-05T08:00Z"  # fourteen days, the first included
    summer = words.said(world.practice, datetime(2026, 7, 1, 9, tzinfo=LONDON))["hours"]
    assert summer[0] == ["2026-07-01T07:00Z", "2026-07-01T17:30Z"]


def test_hours_that_were_never_set_are_not_taken_for_closed(world):
    for site in (world.site, world.branch):
        practices.set_opening_times(site.pk, world.by_manager, [])
    [[opens, closes]] = words.said(world.practice, NOW)["hours"]
    assert (opens, closes) == ("2026-11-23T00:00Z", "2026-12-07T00:00Z")


def test_the_sequence_never_goes_back(world, data):
    now = timezone.now()
    first = rounds.next_sequence(world.practice, now)
    assert rounds.next_sequence(world.practice, now - timedelta(days=3)) == first + 1
    (keys.folder() / f"{world.practice.pk}.sequence").unlink()  # a restore on a new machine
    assert rounds.next_sequence(world.practice, now + timedelta(minutes=1)) > first + 1


def test_a_folder_that_is_not_the_one_set_up_gets_nothing(world, target, public, publishing):
    shutil.rmtree(public)
    public.mkdir()  # the share is not connected: an empty folder on our own disk
    published(publishing, world.practice)
    [state] = publishing.states()
    assert "not the folder that was set up" in state.trouble
    assert list(public.iterdir()) == []


def test_what_a_kill_left_is_swept(world, target, public, publishing):
    (public / ".status.json.partial").write_text("half")
    published(publishing, world.practice)
    assert not list(public.glob(".*.partial"))


def test_a_target_that_hangs_holds_nobody_up(world, target, public, publishing, monkeypatch):
    other = commands.add_target(
        world.by_manager, name="Other", kind="folder", folder=str(public.parent / "other"),
        web_address="https://other.example/",
    )  # fmt: skip
    send = rounds.At.send

    def hanging(self, practice, said, sequence):
        if self.target.pk == target.pk:
            self.hand.command = ["/bin/sleep", "60"]
        send(self, practice, said, sequence)

    monkeypatch.setattr(rounds.At, "send", hanging)
    monkeypatch.setattr(rounds, "EVERY", 0.3)
    there = public.parent / "other" / "status.json"
    longest = 0.0
    end = time.monotonic() + 5
    while time.monotonic() < end:
        began = time.monotonic()
        publishing.turn(world.practice, timezone.now())
        longest = max(longest, time.monotonic() - began)
        time.sleep(0.02)
    assert longest < 1
    assert other.name == "Other"
    assert read(world.practice, there)["sequence"] > 0
    assert not (public / "status.json").exists()


def test_a_website_out_of_use_is_told_so_once(world, target, public, publishing):
    published(publishing, world.practice)
    commands.close_target(target.pk, world.by_manager)
    turn(publishing, world.practice, lambda: publishing.told)
    payload = read(world.practice, public / "status.json")
    assert (payload["state"], payload["hours"]) == ("well", [])
    publishing.turn(world.practice, timezone.now())
    assert not publishing.at
    assert publishing.states() == ()


def test_its_successor_in_the_same_folder_is_left_alone(world, target, public, publishing):
    commands.close_target(target.pk, world.by_manager)
    (public / ".surgery-status").unlink()
    commands.add_target(
        world.by_manager, name="New", kind="folder", folder=str(public),
        web_address="https://www.example.nhs.uk/surgery/",
    )  # fmt: skip
    published(publishing, world.practice)
    assert [at.target.name for at in publishing.at.values()] == ["New"]


def test_a_book_without_websites_costs_no_process(world, publishing):
    publishing.turn(world.practice, timezone.now())
    assert not publishing.at


def said(practice, *published, now=None):
    state = PracticeState(ods="G82001", is_demo=False, today="2026-11-23", published=published)
    report.write(Report(at=timezone.now().isoformat(), pid=1, practices={str(practice.pk): state}))


def state_of(target, **more):
    values = {
        "target": str(target.pk), "name": "Our website", "trouble": "", "trouble_since": None,
        "published_at": timezone.now().isoformat(), "lead": 0, "lasts_minutes": 10,
        "line_fits": True,
    }  # fmt: skip
    return report.Published(**values | more)


def ago(minutes):
    return (timezone.now() - timedelta(minutes=minutes)).isoformat()


def test_staff_are_told_when_publishing_fails(world, target):
    said(world.practice, state_of(target))
    assert status.lines(world.practice) == []
    said(world.practice, state_of(target, trouble="does not answer", trouble_since=ago(1)))
    assert status.lines(world.practice) == []  # one bad minute is nobody's concern
    said(
        world.practice,
        state_of(target, trouble="does not answer", trouble_since=ago(3), published_at=ago(4)),
    )
    [line] = status.lines(world.practice)
    assert line.level == "bad"
    assert line.text.startswith("Website Our website does not answer: not renewed since ")
    assert "visitors" not in line.text
    said(
        world.practice,
        state_of(target, trouble="does not answer", trouble_since=ago(14), published_at=ago(15)),
    )
    [line] = status.lines(world.practice)
    assert line.text.endswith("so visitors are told that we may have problems")


def test_staff_are_told_when_the_line_no_longer_fits(
    world, target, publishing, public, monkeypatch
):
    published(publishing, world.practice)
    assert publishing.states()[0].line_fits
    keys.signing_key(world.practice).unlink()  # restored on a new machine
    monkeypatch.setattr(rounds, "EVERY", 0.1)
    turn(publishing, world.practice, lambda: not publishing.states()[0].line_fits)
    said(world.practice, *publishing.states())
    assert [line.level for line in status.lines(world.practice)] == ["warn"]
    commands.line_is_in_place(target.pk, world.by_manager)
    turn(publishing, world.practice, lambda: publishing.states()[0].line_fits)


def test_a_report_of_before_is_read(world, data):
    """After an upgrade the web process reads what the older keeper wrote."""
    said(world.practice)
    path = data / "keeper.json"
    older = json.loads(path.read_text())
    for state in older["practices"].values():
        del state["published"]
    path.write_text(json.dumps(older))
    assert status.lines(world.practice) == []
