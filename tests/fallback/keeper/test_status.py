"""The report, the status line made of it, and the word for /healthz."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from appointments.availability import LONDON
from fallback.keeper import report, status
from fallback.keeper.report import Copy, DutyTrouble, PlaceState, PracticeState, Report

NOW = datetime(2026, 11, 23, 8, 4, 30, tzinfo=LONDON)


def ago(**past):
    return (NOW - timedelta(**past)).astimezone(tz=LONDON).isoformat()


@pytest.fixture
def tell(world, monkeypatch):
    """Say something as the keeper, and give the lines: `tell(places=(...))`."""
    monkeypatch.setattr(timezone, "now", lambda: NOW)

    def said(*, at=NOW, has_ended=False, made_at=None, clinical=None, **values):
        copy = Copy(
            str(world.site.pk), "Harbour", "2026-11-23", 1, 7,
            made_at or ago(minutes=2, seconds=30), clinical,
        )  # fmt: skip
        place = PlaceState("p", "Back office", "/mnt/x", copies=(copy,))
        facts = {"copies": (copy,), "places": (place,)} | values
        state = PracticeState("G82001", False, "2026-11-23", **facts)
        report.write(Report(at.isoformat(), 1, has_ended, (), {str(world.practice.pk): state}))
        return [(line.level, line.text) for line in status.lines(world.practice)]

    return said


STOPPED = ("bad", "Paper is out of date: the keeper has stopped")


def test_all_well_says_the_time_on_the_paper(tell):
    assert tell() == [("well", "Paper up to date 08:02")]
    assert status.word() == "ok"


def test_it_costs_no_query_and_its_words_last(tell, world, django_assert_num_queries):
    first = tell()
    with django_assert_num_queries(0):
        assert tell(at=NOW + timedelta(seconds=1)) == first
        assert status.word() == "ok"


def test_no_keeper(world, data):
    assert [line.text for line in status.lines(world.practice)] == [STOPPED[1]]
    assert status.word() == "no keeper"


@pytest.mark.parametrize("off", [timedelta(seconds=-31), timedelta(hours=1)])
def test_a_keeper_that_is_silent_or_a_clock_that_was_set_back(tell, off):
    assert tell(at=NOW + off) == [STOPPED]
    assert status.word() == "no keeper"


def test_a_keeper_that_said_goodbye(tell):
    assert tell(has_ended=True) == [STOPPED]


def test_changes_that_wait_and_stamps_that_are_old(tell):
    behind = [("warn", "Paper is behind: newest of 08:02")]
    assert tell(stale_since=ago(minutes=1))[0][0] == "well"
    assert tell(stale_since=ago(minutes=3)) == behind
    assert status.word() == "stale"
    assert tell(made_at=ago(minutes=20)) == [("warn", "Paper is behind: newest of 07:44")]
    assert tell(made_at=ago(days=1)) == [("warn", "Paper is behind: newest of Sun 22 Nov 08:04")]


def test_beside_a_clinical_system_both_times(tell):
    as_of = "2026-11-23T07:45:00+00:00"
    said = tell(clinical=as_of, stale_after_minutes=60)
    assert said == [("well", "Paper up to date 08:02, clinical system as of 07:45")]
    said = tell(clinical=as_of, stale_after_minutes=10)
    assert said == [("warn", "Paper of 08:02 shows the clinical system of 07:45: too old")]
    assert status.word() == "stale"


def test_places_in_trouble_after_a_minute(tell):
    def place(**since):
        return (PlaceState("p", "Back office", "/x", "is full", ago(**since)),)

    assert len(tell(places=place(seconds=20))) == 1
    assert tell(places=place(seconds=90))[1] == ("bad", "Safe copy Back office is full")
    assert status.word() == "in trouble"


def test_no_place_is_said_but_not_as_ill(tell):
    assert tell(places=())[1] == ("warn", "Paper is on the server only: no safe copy is set up")
    assert status.word() == "no safe copy"


def test_other_duties_in_trouble(tell):
    trouble = DutyTrouble("backups", "The newest backup could not be made", ago(minutes=1))
    assert tell(troubles=(trouble,))[1] == ("bad", "The newest backup could not be made")


def test_the_report_comes_back_as_it_was_and_garbage_is_none(tell, data):
    tell()
    one = report.read()
    assert one is report.read()  # read once while the file is the same
    assert one.practices
    assert next(iter(one.practices.values())).places[0].copies[0].print == 1
    (data / "keeper.json").write_text("{")
    assert report.read() is None
