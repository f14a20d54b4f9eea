"""The keeper's watch: what is due is tried, what hangs counts as down, nothing waits for it."""

import threading
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from fallback import outages, printers, probes
from fallback.keeper import report, wishes
from fallback.keeper.report import PracticeState, Report
from fallback.probes import preparing
from fallback.probes import watching as ours
from fallback.probes.judging import Judge
from fallback.probes.looking import Look
from fallback.probes.watching import Eye, Watched, Watching

JUMPS = st.sampled_from([0, 0, 0, 1, -3, 3600, -3600, 86400, -4e7])  # s
NOW = datetime(2026, 11, 23, 8, 3, tzinfo=UTC)


@pytest.fixture
def internet(world):
    return probes.add_probe(
        world.by_manager, kind="outside", name="internet", target="https://www.nhs.uk/"
    )


@pytest.fixture
def telephones(world):
    return probes.add_probe(
        world.by_manager, kind="telephones", name="telephones", target="10.0.0.9:5060"
    )


@pytest.fixture
def prepared(monkeypatch):
    asked = []
    monkeypatch.setattr(
        preparing, "prepare_quietly", lambda practice, *, prints: asked.append(prints)
    )
    return asked


def test_own_things_are_watched_without_being_named(world, watching):
    printers.add_printer(world.by_manager, queue="Front-office", site=world.site)
    assert set(watching.go(60)) == {"The server's disk", "The clocks", "Front-office"}


def test_two_bad_rounds_are_down_and_since_the_first(internet, watching, prepared):
    watching.go(60)
    one = watching.go(30, internet=False)["internet"]
    assert (one.state, one.words) == ("doubtful", "does not answer")
    assert prepared == [False]
    first = one.since
    one = watching.go(30)["internet"]
    assert (one.state, one.since) == ("down", first)
    assert prepared == [False]
    one = watching.go(60, internet=True)["internet"]
    assert one.state == "down"
    one = watching.go(30)["internet"]
    assert (one.state, one.words) == ("well", "")


def test_flapping_makes_paper_once_an_hour_at_most(internet, watching, prepared):
    for _ in range(59):
        watching.go(30, step=15, internet=False)
        watching.go(30, step=15, internet=True)
    assert len(prepared) == 1
    watching.go(300)
    watching.go(30, internet=False)
    assert len(prepared) == 2


def test_printing_is_a_setting(world, internet, watching, prepared):
    probes.amend_probe(internet.pk, world.by_manager, prints=True)
    watching.go(30)
    watching.go(30, internet=False)
    assert prepared == [True]


def test_the_disk_is_no_reason_for_paper(watching, prepared):
    watching.go(30, **{"The_server's_disk": False})
    assert prepared == []


def test_a_paper_that_can_t_be_asked_for_stops_nothing(internet, watching, monkeypatch):
    def fails(*_, **__):
        raise OSError("full")

    monkeypatch.setattr(preparing, "prepare_quietly", fails)
    watching.go(30, internet=False)
    assert watching.go(30)["internet"].state == "down"


def test_what_is_closed_is_tried_no_more(world, internet, watching):
    assert "internet" in watching.go(30)
    probes.close_probe(internet.pk, world.by_manager)
    assert "internet" not in watching.go(5)


def test_another_name_keeps_what_is_known_another_address_does_not(world, internet, watching):
    watching.go(60, internet=False)
    probes.amend_probe(internet.pk, world.by_manager, name="outside")
    assert watching.go(5)["outside"].state == "down"
    probes.amend_probe(internet.pk, world.by_manager, target="https://www.england.nhs.uk/")
    assert watching.go(10, outside=True)["outside"].state == "well"


def test_while_the_book_can_t_be_read_it_goes_on(internet, watching, monkeypatch):
    watching.go(30)

    def fails(_):
        raise RuntimeError("locked")

    monkeypatch.setattr(outages, "current", fails)
    assert watching.go(60, internet=False)["internet"].state == "down"


# --- Declared outages ---------------------------------------------------------------------


def test_a_declared_outage_that_has_been_well_for_ten_minutes(
    world, internet, watching, monkeypatch
):
    watching.go(60)
    since = watching.go(60, internet=False)["internet"].since
    outage = outages.declare(world.by, ["internet", "power"], datetime.fromisoformat(since))
    watching.go(90)
    assert watching.go(595, internet=True)
    assert watching.recoveries[world.practice.pk] == ()
    watching.go(60)
    (recovery,) = watching.recoveries[world.practice.pk]
    assert (recovery.outage, recovery.affected) == (str(outage.pk), ("internet",))
    outages.end(world.by, outage)
    watching.go(5)
    assert watching.recoveries[world.practice.pk] == ()


def test_an_outage_that_was_never_noticed_is_not_said_to_be_over(world, internet, watching):
    watching.go(60)
    outages.declare(world.by, ["internet"], timezone.now())
    watching.go(3600, step=30)
    assert watching.recoveries[world.practice.pk] == ()


def test_one_of_two_that_is_still_down_is_not_well(world, internet, telephones, watching):
    state = watching.go(60, internet=False, telephones=False)["internet"]
    outages.declare(world.by, ["internet", "telephones"], datetime.fromisoformat(state.since))
    watching.go(1200, step=30, internet=True)
    assert watching.recoveries[world.practice.pk] == ()
    watching.go(810, step=30, telephones=True)
    (recovery,) = watching.recoveries[world.practice.pk]
    assert recovery.affected == ("internet", "telephones")


# --- Clocks -------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.booleans(), JUMPS), min_size=1, max_size=40))
def test_the_clock_on_the_wall_decides_nothing(rounds):
    """However the wall clock is set, and however it flaps: the verdicts of a steady clock."""
    wall, at = [NOW.timestamp()], 0.0
    one = Watching.__new__(Watching)
    one._wall = 0.0
    eye, steady = Eye(Watched("k", "outside", "internet", "x:1")), Judge(2, 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: datetime.fromtimestamp(wall[0], UTC))
        for is_well, jump in rounds:
            found = Look(is_well, "")
            eye.turn(
                at,
                lambda what, at=at, found=found: SimpleNamespace(began=at, ended=at, found=found),
            )
            steady.hear(is_well, at)
            wall[0] += 15 + jump
            one._set_wall(at + 15)
            eye.turn(at + 15, None)
            said = one._state(eye)
            assert said.state == steady.state
            began = steady.well_since if said.state == "well" else steady.bad_since
            # However the clock was set, it is said to be as long ago as it is.
            ago = wall[0] - datetime.fromisoformat(said.since).timestamp()
            assert abs(ago - (at + 15 - began)) <= ours.CLOCK_WAS_SET + 0.01
            at, wall[0] = at + 30, wall[0] + 15


def test_what_is_said_of_a_moment_stays_the_same_words(internet, watching):
    since = watching.go(60, internet=False)["internet"].since
    for seconds in (0.3, 0.4, -0.5):
        watching.set_clock(seconds)
        assert watching.go(30)["internet"].since == since
    watching.set_clock(3600)
    moved = datetime.fromisoformat(watching.go(30)["internet"].since)
    assert abs(moved - datetime.fromisoformat(since) - timedelta(hours=1)) < timedelta(seconds=3)


# --- The keeper starts again ----------------------------------------------------------------


def test_it_goes_on_from_the_report(world, internet, watching):
    down = watching.go(60, internet=False)["internet"]
    states = watching.states[world.practice.pk]
    state = PracticeState(
        "G82001",
        False,
        "2026-11-23",
        probes=states,
        prepared_at=watching.prepared(world.practice.pk),
    )
    report.write(Report(timezone.now().isoformat(), 1, practices={str(world.practice.pk): state}))
    again = Watching(watching.begin)
    again.turn(50_000.0)
    one = next(s for s in again.states[world.practice.pk] if s.name == "internet")
    assert one.state == "down"
    difference = datetime.fromisoformat(one.since) - datetime.fromisoformat(down.since)
    assert abs(difference) < timedelta(minutes=2)
    assert again.prepared(world.practice.pk)


# --- Threads that hang ----------------------------------------------------------------------


@pytest.fixture
def stuck(monkeypatch):
    """Tries that hang until the test lets them."""
    free = threading.Event()

    def hangs(kind, target, within):
        free.wait(20)
        return Look(True)

    monkeypatch.setattr(ours, "look", hangs)
    yield free
    free.set()


def test_one_that_hangs_is_down_and_not_tried_twice_at_once(stuck):
    eye = Eye(Watched("k", "outside", "internet", "x:1", period=0.4, within=0.1))
    began = time.monotonic()
    before = threading.active_count()
    while time.monotonic() < began + 2.5:
        eye.turn(time.monotonic(), ours.begin)
        time.sleep(0.02)
    assert eye.judge.state == "down"
    assert threading.active_count() == before + 1
    assert eye.words.startswith("does not answer")
    stuck.set()
    until = time.monotonic() + 10
    while eye.judge.state != "well":
        assert time.monotonic() < until
        eye.turn(time.monotonic(), ours.begin)
        time.sleep(0.02)


def test_an_answer_that_came_too_late_is_none(monkeypatch):
    def late(kind, target, within):
        time.sleep(0.3)
        return Look(True)

    monkeypatch.setattr(ours, "look", late)
    eye = Eye(Watched("k", "names", "names", "x", period=60, within=0.1))
    until = time.monotonic() + 5
    while eye.tried_at is None:
        assert time.monotonic() < until
        eye.turn(time.monotonic(), ours.begin)
        time.sleep(0.02)
    assert (eye.judge.state, eye.words) == ("doubtful", "does not answer within 0.1 seconds")


def test_a_try_with_a_fault_of_its_own_is_a_failure(monkeypatch):
    monkeypatch.setattr(ours, "look", lambda *_: 1 / 0)
    attempt = ours.begin(Watched("k", "names", "names", "x"))
    attempt.join(5)
    assert attempt.ended
    assert not attempt.found.is_well


# --- Papers at the first failure --------------------------------------------------------------


def test_papers_are_asked_for_and_nothing_is_printed(world):
    preparing.prepare_quietly(world.practice, prints=False)
    asked = wishes.waiting()
    assert {(one.site, one.printer) for one in asked} == {
        (str(world.site.pk), ""), (str(world.branch.pk), ""),
    }  # fmt: skip
    assert str(world.day) in {one.day for one in asked}


def test_printing_where_it_is_set(world):
    printer = printers.add_printer(world.by_manager, queue="Front-office", site=world.site)
    preparing.prepare_quietly(world.practice, prints=True)
    by_site = {one.site: (one.printer, one.papers) for one in wishes.waiting()}
    assert by_site == {
        str(world.site.pk): (str(printer.pk), "diaries sheets"), str(world.branch.pk): ("", "all"),
    }  # fmt: skip
