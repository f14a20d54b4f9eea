"""The pages on sessions."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from appointments import booking, journal, sessions
from appointments.models import Call, Closure, Session
from tests.world import at

WEEK = timedelta(weeks=1)
PAGES = ["session", "copy-session", "change-session", "add-slots", "cancel-session"]
POSTS = ["session-slots", "reopen-session"]


def address(name, session):
    return reverse(name, args=[session.pk])


def said(answer):
    return answer.content.decode()


def opening(world, **other):
    rows = {
        "stretch-TOTAL_FORMS": 3,
        "stretch-INITIAL_FORMS": 0,
        "stretch-0-starts": "14:00",
        "stretch-0-ends": "16:00",
        "stretch-0-minutes": 10,
        "stretch-0-type": world.routine.pk,
        "stretch-0-mode": "face_to_face",
        **{f"stretch-{n}-minutes": 10 for n in (1, 2)},
        **{f"stretch-{n}-mode": "face_to_face" for n in (1, 2)},
    }
    form = {
        "reference": uuid.uuid4(),
        "site": world.site.pk,
        "first": world.day,
        "weeks": 1,
        "holders": [world.lane.pk],
    }
    return {**rows, **form, **other}


def copying(world, **other):
    form = {
        "reference": uuid.uuid4(),
        "first": world.day + WEEK,
        "weeks": 2,
        "weekdays": [world.day.weekday()],
        "with_blocks": "on",
    }
    return {**form, **other}


def book(world, clock="10:00", patient=None, **details):
    wanted = world.asks(patient or world.ann, **details)
    return booking.book(world.slot(clock).pk, wanted, world.by)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_answers_to_reception_about_their_own_practice(as_, world, other, name):
    for person in (world.priya, world.manager):
        assert as_(person).get(address(name, world.morning)).status_code == 200
    assert as_(world.priya).get(address(name, other.morning)).status_code == 404
    if name != "session":
        assert as_(world.priya).post(address(name, other.morning)).status_code == 404
    assert as_(world.priya).get(reverse(name, args=[uuid.uuid4()])).status_code == 404
    assert as_(world.doctor).get(address(name, world.morning)).status_code == 403


@pytest.mark.parametrize("name", POSTS)
def test_each_command_is_posted_by_reception_about_their_own_practice(as_, world, other, name):
    assert as_(world.priya).get(address(name, world.morning)).status_code == 405
    assert as_(world.priya).post(address(name, other.morning)).status_code == 404
    assert as_(world.priya).post(reverse(name, args=[uuid.uuid4()])).status_code == 404
    assert as_(world.doctor).post(address(name, world.morning)).status_code == 403


def test_the_list_and_the_form_are_receptions(as_, world):
    for name in ("sessions", "open-session"):
        assert as_(world.priya).get(reverse(name)).status_code == 200
        assert as_(world.doctor).get(reverse(name)).status_code == 403
    assert as_(world.priya).post(reverse("sessions")).status_code == 405
    assert as_(world.priya).post(address("session", world.morning)).status_code == 405


# --- A week -------------------------------------------------------------------------------------


def test_a_week_counts_what_is_booked_free_and_blocked(reception, world):
    first = book(world, "10:00", double=True)
    book(world, "10:00", world.bob, extra=True, because="Fit in")
    sessions.block(world.by, [world.slot("11:00").pk], "Coffee")
    sessions.remove_slots(world.by, [world.slot("11:50").pk])
    (line,) = [
        line
        for _, lines in sessions.week_of(world.site, world.day)
        for line in lines
        if line.session == world.morning
    ]
    assert (line.booked, line.blocked, line.free, line.holders) == (2, 1, 8, "Dr Lane")
    text = said(reception.get("/sessions/", {"day": world.day}))
    assert address("session", world.morning) in text
    assert address("copy-session", world.clinic) in text
    assert first.patient.family_name.upper() not in text


def test_a_week_with_no_sessions_says_so_and_odd_addresses_are_this_week(reception, world, other):
    text = said(reception.get("/sessions/", {"site": world.branch.pk, "day": "2026-02-30"}))
    assert "No sessions." in text
    assert "Hill Branch" in text
    text = said(reception.get("/sessions/", {"site": other.site.pk}))
    assert "Harbour Surgery, week of" in text


def test_a_week_takes_the_same_queries_however_full(reception, world, queries):
    def copy():
        sessions.copy_session(
            world.by, world.clinic.pk, [world.day + WEEK], uuid.uuid4(), although_overlapping=True
        )

    copy()
    few = queries(lambda: reception.get("/sessions/", {"day": world.day + WEEK}))
    for _ in range(4):
        copy()
    assert queries(lambda: reception.get("/sessions/", {"day": world.day + WEEK})) == few


# --- One session --------------------------------------------------------------------------------


def test_a_session_shows_its_slots_and_who_is_in_them(reception, world):
    book(world, "10:00", double=True)
    booking.keep([world.slot("11:00").pk], world.desk2, "paper", world.by)
    sessions.block(world.by, [world.slot("11:10").pk], "Coffee")
    text = said(reception.get(address("session", world.morning)))
    assert text.count("BAKER, Ann (Mrs)") == 2
    assert "(second half)" in text
    assert "Held for outages" in text
    assert "Coffee" in text
    assert "BAKER" not in text.split("</title>")[0]


def test_a_session_takes_the_same_queries_however_full(reception, world, queries):
    book(world, "10:00")
    few = queries(lambda: reception.get(address("session", world.morning)))
    for clock, patient in (("10:10", world.bob), ("10:20", world.cat), ("10:30", world.ann)):
        book(world, clock, patient)
    assert queries(lambda: reception.get(address("session", world.morning))) == few


def test_ticked_slots_are_blocked_unblocked_retyped_and_removed(reception, world):
    slot = world.slot("10:00")
    posts = address("session-slots", world.morning)
    assert reception.post(posts, {"slots": [slot.pk], "do": "block", "reason": "Tea"}).url == (
        address("session", world.morning)
    )
    slot.refresh_from_db()
    assert slot.block_reason == "Tea"
    reception.post(posts, {"slots": [slot.pk], "do": "unblock"})
    reception.post(
        posts,
        {"slots": [slot.pk], "do": "change", "type": world.routine.pk, "mode": "video"},
    )
    slot.refresh_from_db()
    assert (slot.blocked_at, slot.mode) == (None, "video")
    reception.post(posts, {"slots": [slot.pk], "do": "remove"})
    slot.refresh_from_db()
    assert slot.removed_at


def test_what_is_not_done_is_said_and_the_ticks_are_kept(reception, world):
    posts = address("session-slots", world.morning)
    booked = book(world, "10:00").slot
    answer = reception.post(posts, {"slots": [booked.pk], "do": "block", "reason": "Fire drill"})
    assert answer.status_code == 409
    assert "10:00 is booked" in said(answer)
    assert said(answer).count(" checked>") == 1
    assert 'value="Fire drill"' in said(answer)
    answer = reception.post(posts, {"do": "block"})
    assert (answer.status_code, "Tick the slots first." in said(answer)) == (422, True)
    answer = reception.post(posts, {"slots": [booked.pk], "do": "change"})
    assert (answer.status_code, "Choose the new slot type" in said(answer)) == (422, True)
    theirs = [world.clinic.slots.first().pk]
    assert reception.post(posts, {"slots": theirs, "do": "remove"}).status_code == 422
    assert reception.post(posts, {"slots": [booked.pk], "do": "juggle"}).status_code == 422


def test_slots_are_added(reception, world):
    page = said(reception.get(address("add-slots", world.morning)))
    assert 'value="12:00"' in page
    form = {
        "starts": "12:00", "ends": "12:30", "minutes": 15, "type": world.routine.pk,
        "mode": "telephone",
    }  # fmt: skip
    posts = address("add-slots", world.morning)
    assert reception.post(posts, form).url == address("session", world.morning)
    assert world.slot("12:15").mode == "telephone"
    answer = reception.post(posts, {**form, "starts": "11:55"})
    assert (answer.status_code, "There is a slot from" in said(answer)) == (409, True)
    answer = reception.post(posts, {**form, "minutes": 45})
    assert (answer.status_code, "Not one slot fits" in said(answer)) == (422, True)


def test_name_and_holders_are_changed_and_an_overlap_asks_for_its_tick(reception, world):
    form = {"name": "Joint clinic", "holders": [world.lane.pk, world.webb.pk]}
    posts = address("change-session", world.morning)
    answer = reception.post(posts, form)
    assert answer.status_code == 409
    assert 'name="although_overlapping"' in said(answer)
    assert 'value="Joint clinic"' in said(answer)
    answer = reception.post(posts, {**form, "although_overlapping": "on"})
    assert answer.url == address("session", world.morning)
    assert set(world.morning.holders.all()) == {world.lane, world.webb}
    assert reception.post(posts, {"name": ""}).status_code == 422


# --- Opening and copying ------------------------------------------------------------------------


def test_a_session_is_opened_from_scratch(reception, world):
    form = opening(world)
    answer = reception.post("/sessions/new/", form, follow=True)
    made = Session.objects.get(starts_at=at(world.day, "14:00"))
    assert answer.redirect_chain[-1] == (address("session", made), 303)
    again = reception.post("/sessions/new/", form)
    assert again.status_code == 303
    assert Session.objects.count() == 3
    other = reception.post("/sessions/new/", {**form, "name": "Other"})
    assert (other.status_code, "already sent" in said(other)) == (409, True)


def test_stretches_that_were_left_empty_are_left_out(reception, world):
    second = {
        "stretch-1-starts": "16:30",
        "stretch-1-ends": "17:00",
        "stretch-1-type": world.routine.pk,
    }
    reception.post("/sessions/new/", opening(world, **second))
    made = Session.objects.get(starts_at=at(world.day, "14:00"))
    assert (made.slots.count(), made.ends_at) == (15, at(world.day, "17:00"))


def test_what_is_wrong_is_said_and_what_was_typed_is_kept(reception, world):
    wrong = {"first": world.day - WEEK, "stretch-0-ends": "13:00", "name": "Flu clinic"}
    answer = reception.post("/sessions/new/", opening(world, **wrong))
    assert answer.status_code == 422
    for sentence in ("Enter a day that is not over.", "Not one slot fits"):
        assert sentence in said(answer)
    assert 'value="Flu clinic"' in said(answer)
    answer = reception.post("/sessions/new/", opening(world, **{"stretch-0-starts": ""}))
    assert (answer.status_code, "Enter when it starts." in said(answer)) == (422, True)
    assert reception.post("/sessions/new/", {}).status_code == 422


def test_an_overlap_and_a_closed_day_are_said_and_ticked(reception, world):
    across = {"stretch-0-starts": "11:00", "stretch-0-ends": "12:00"}
    form = opening(world, **across)
    answer = reception.post("/sessions/new/", form)
    assert (answer.status_code, "another session" in said(answer)) == (409, True)
    assert 'name="although_overlapping"' in said(answer)
    assert str(form["reference"]) in said(answer)
    with journal.writing(world.by, "close") as entry:
        entry.add(Closure(practice=world.practice, day=world.day, reason="Boxing Day"))
    form["although_overlapping"] = "on"
    answer = reception.post("/sessions/new/", form)
    assert (answer.status_code, "Boxing Day" in said(answer)) == (409, True)
    form["although_closed"] = "on"
    assert reception.post("/sessions/new/", form).status_code == 303


def test_a_session_is_copied_and_days_left_out_are_said(reception, world):
    with journal.writing(world.by, "close") as entry:
        entry.add(Closure(practice=world.practice, day=world.day + WEEK, reason="Boxing Day"))
    form = copying(world)
    answer = reception.post(address("copy-session", world.morning), form, follow=True)
    assert answer.redirect_chain == [(f"/sessions/opened/{form['reference']}/", 303)]
    assert "Boxing Day" in said(answer)
    assert Session.objects.get(day=world.day + 2 * WEEK).slots.count() == 12


def test_a_copy_on_no_day_is_refused_with_a_sentence(reception, world):
    posts = address("copy-session", world.morning)
    for other in ({"weekdays": []}, {"weeks": 14}, {"weeks": 0}, {"first": "x"}):
        assert reception.post(posts, copying(world, **other)).status_code == 422
    assert Session.objects.count() == 2


def test_several_weekdays_are_opened_at_once(reception, world):
    monday = world.day - timedelta(days=world.day.weekday()) + WEEK
    form = copying(world, first=monday, weekdays=[0, 2, 4], weeks=2)
    reception.post(address("copy-session", world.clinic), form)
    days = Session.objects.filter(day__gte=monday).values_list("day", flat=True)
    assert list(days) == [monday + timedelta(days=n) for n in (0, 2, 4, 7, 9, 11)]


def test_what_was_opened_is_shown_to_its_own_practice_only(as_, reception, world, other):
    form = copying(world)
    reception.post(address("copy-session", world.morning), form)
    page = f"/sessions/opened/{form['reference']}/"
    assert reception.post(page).status_code == 405
    assert reception.get(f"/sessions/opened/{uuid.uuid4()}/").status_code == 404
    assert reception.get(f"/sessions/opened/{book(world).reference}/").status_code == 404
    assert as_(world.doctor).get(page).status_code == 403
    assert as_(other.priya).get(page).status_code == 404


# --- Cancelling ---------------------------------------------------------------------------------


def test_cancelling_shows_who_is_rung_and_then_does_it(reception, world):
    book(world, "10:00")
    booking.arrive(book(world, "10:10", world.bob).pk, world.by)
    posts = address("cancel-session", world.morning)
    page = said(reception.get(posts))
    assert "1 patient is cancelled" in page
    assert page.index("BAKER") < page.index("Left as they are") < page.index("CARTER")
    assert reception.post(posts, {"reason": ""}).status_code == 422
    answer = reception.post(posts, {"reason": "Dr Lane is ill"})
    assert answer.url == address("session", world.morning)
    assert Call.objects.get().patient == world.ann
    assert "Dr Lane is ill" in said(reception.get(answer.url))
    assert reception.post(posts, {"reason": "Dr Lane is ill"}).status_code == 303


def test_a_cancellation_is_taken_back(reception, world):
    sessions.cancel_session(world.by, world.morning.pk, "Wrong day")
    sessions.copy_session(world.by, world.morning.pk, [world.day], uuid.uuid4())
    posts = address("reopen-session", world.morning)
    answer = reception.post(posts)
    assert (answer.status_code, 'name="although_overlapping"' in said(answer)) == (409, True)
    assert reception.post(posts, {"although_overlapping": "on"}).status_code == 303
    world.morning.refresh_from_db()
    assert world.morning.cancelled_at is None
