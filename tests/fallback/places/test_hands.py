"""Hands: processes that may hang, be killed or complain, and cost nobody else anything."""

import os
import time

import pytest

from fallback.hand import mark
from fallback.places import hands
from fallback.places.hands import Hand


@pytest.fixture
def hand(data):
    started = []

    def start(name):
        started.append(Hand(name))
        return started[-1]

    yield start
    for one in started:
        one.end()


def wait(hand, within=10):
    until = time.monotonic() + within
    while not hand.listen():
        assert time.monotonic() < until, "it does not end"
        time.sleep(0.01)


def test_a_job_from_beginning_to_end(hand, papers, place, job_for, files_at):
    papers.keep()
    one = hand("a")
    one.give(job_for())
    assert not one.is_free
    wait(one)
    assert (one.trouble, one.is_free) == ("", True)
    assert [(p["day"], p["print"]) for p in one.answer["prints"]] == [("2026-11-23", 1)]
    assert len(files_at(place)) == 2
    process = one.process
    papers.keep(print_=2)
    one.give(job_for())
    wait(one)
    assert one.process is process  # the same hand goes on
    assert {entry["print"] for entry in files_at(place).values()} == {2}


def test_one_that_hangs_is_given_up_and_another_is_not_held_up(
    hand, papers, place, job_for, tmp_path, monkeypatch
):
    monkeypatch.setattr(hands, "SILENT_FOR", 0.5)
    papers.keep()
    stuck = tmp_path / "stuck"
    mark.prepare(stuck, "the-place")
    os.mkfifo(stuck / "manifest.json")  # whoever reads it waits for ever
    slow, quick = hand("slow"), hand("quick")
    slow.give(job_for(folder=str(stuck)))
    began = time.monotonic()
    quick.give(job_for())
    wait(quick)
    assert time.monotonic() - began < 2
    assert slow.is_busy
    wait(slow)
    assert slow.trouble == "does not answer"
    assert not slow.is_free  # not before a pause


def test_troubles_and_pauses_that_grow(hand, papers, place, job_for, monkeypatch):
    monkeypatch.setattr(hands, "PAUSES", (0, 0, 100))
    one = hand("a")
    for last in (False, False, True):
        one.give(job_for(folder=str(place / "gone")))
        wait(one)
        assert one.trouble.startswith("is not there")
        assert one.is_free is not last


def test_a_hand_that_is_killed_is_started_again(hand, papers, place, job_for, monkeypatch):
    monkeypatch.setattr(hands, "PAUSES", (0,))
    papers.keep()
    one = hand("a")
    one.give(job_for())
    one.process.kill()
    one.process.wait()
    while not one.listen():
        time.sleep(0.01)
    one.give(job_for())
    wait(one)
    assert one.trouble == ""


def test_two_hands_never_work_at_one_place(hand, papers, place, job_for):
    first, second = hand("same"), hand("same")
    first.give(job_for())
    wait(first)
    second.give(job_for())
    wait(second)
    assert "earlier try" in second.trouble


def test_it_ends_with_whoever_gave_the_jobs(hand, papers, job_for):
    one = hand("a")
    one.give(job_for())
    wait(one)
    process = one.process
    process.stdin.close()
    assert process.wait(timeout=5) == 0
