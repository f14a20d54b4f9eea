"""The rules, without a database: what state a slot is in, and from when it may be booked."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appointments.availability import LONDON, Facts, State, changes_by_itself, released_at, state

DAY = date(2026, 11, 23)
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HERE, THERE = uuid.uuid4(), uuid.uuid4()
BEFORE = START - timedelta(days=3)


def facts(**different) -> Facts:
    plain = {
        "id": uuid.uuid4(), "session_id": uuid.uuid4(), "starts_at": START, "minutes": 10,
        "mode": "face_to_face", "blocked_at": None, "session_cancelled_at": None,
        "removed_at": None, "kept_by_id": None, "kept_on": "", "day": DAY, "release": "at_once",
        "release_time": None, "release_days": 0, "release_hours": 0,
    }  # fmt: skip
    return Facts(**plain | different)


@pytest.mark.parametrize(
    "minutes,expected",
    [(-1, State.FREE), (0, State.FREE), (9, State.FREE), (10, State.PAST), (500, State.PAST)],
)
def test_a_slot_that_has_begun_is_free_until_it_is_over(minutes, expected):
    assert state(facts(), None, None, HERE, START + timedelta(minutes=minutes)) is expected


@pytest.mark.parametrize(
    "kept_by,kept_on,expected",
    [
        (None, "", State.FREE),
        (HERE, "screen", State.FREE),
        (THERE, "screen", State.KEPT),
        (HERE, "paper", State.KEPT),
        (THERE, "paper", State.KEPT),
    ],
)
def test_a_kept_slot_is_its_own_desks_on_screen_and_nobodys_on_paper(kept_by, kept_on, expected):
    kept = facts(kept_by_id=kept_by, kept_on=kept_on)
    assert state(kept, None, None, HERE, BEFORE) is expected


@pytest.mark.parametrize("holder,expected", [(HERE, State.FREE), (THERE, State.HELD)])
def test_a_slot_in_hand_is_held_for_other_desks(holder, expected):
    assert state(facts(), None, holder, HERE, BEFORE) is expected


@pytest.mark.parametrize("why", ["blocked_at", "session_cancelled_at", "removed_at"])
def test_what_was_taken_out_is_blocked(why):
    assert state(facts(**{why: BEFORE}), None, None, HERE, BEFORE) is State.BLOCKED


@pytest.mark.parametrize("status", ["booked", "arrived", "sent_in", "left", "did_not_attend"])
def test_whoever_is_booked_shows_before_anything_else(status):
    odd = facts(blocked_at=BEFORE, kept_by_id=THERE, kept_on="paper")
    assert state(odd, status, THERE, HERE, START + timedelta(days=9)) == status


def test_on_the_day_means_from_a_local_time_on_the_slots_day():
    summer = facts(day=date(2026, 7, 1), release="at_time", release_time=time(8))
    assert released_at(summer) == datetime(2026, 7, 1, 7, 0, tzinfo=UTC)
    winter = facts(release="at_time", release_time=time(8), release_days=2)
    assert released_at(winter) == datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def test_hours_before_counts_real_hours_across_a_change_of_the_clocks():
    start = datetime(2026, 3, 29, 9, 0, tzinfo=LONDON)  # clocks went forward at 01:00
    slot = facts(starts_at=start, day=date(2026, 3, 29), release="hours_before", release_hours=12)
    assert start.astimezone(UTC) - released_at(slot).astimezone(UTC) == timedelta(hours=12)


def test_an_embargoed_slot_is_free_from_its_moment_on():
    slot = facts(release="hours_before", release_hours=48)
    moment = START - timedelta(hours=48)
    assert state(slot, None, None, HERE, moment - timedelta(seconds=1)) is State.EMBARGOED
    assert state(slot, None, None, HERE, moment) is State.FREE


some_facts = st.builds(
    facts,
    minutes=st.integers(1, 240),
    kept_by_id=st.sampled_from([None, HERE, THERE]),
    kept_on=st.sampled_from(["screen", "paper"]),
    blocked_at=st.sampled_from([None, BEFORE]),
    release=st.sampled_from(["at_once", "at_time", "hours_before"]),
    release_time=st.sampled_from([None, time(7, 30)]),
    release_days=st.integers(0, 14),
    release_hours=st.integers(0, 72),
)
seconds = st.integers(-20 * 86_400, 3 * 86_400)


@given(some_facts, st.sampled_from([None, HERE, THERE]), seconds, seconds)
def test_between_the_moments_that_are_named_time_alone_changes_nothing(slot, holder, one, two):
    first, second = (START + timedelta(seconds=s) for s in sorted((one, two)))
    if not any(first < moment <= second for moment in changes_by_itself(slot)):
        assert state(slot, None, holder, HERE, first) is state(slot, None, holder, HERE, second)


@given(some_facts, seconds)
def test_two_desks_never_both_find_a_kept_slot_free(slot, when):
    now = START + timedelta(seconds=when)
    free = [state(slot, None, None, desk, now) is State.FREE for desk in (HERE, THERE)]
    if slot.kept_by_id is not None:
        assert sum(free) <= 1
