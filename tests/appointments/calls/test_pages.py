"""The call list, and clashes."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking, calls, journal, practices, sessions
from appointments.models import Access, Appointment, Call, Clash
from tests.world import assert_rebuilds

HTMX = {"HX-Request": "true"}


def said(answer):
    return answer.content.decode()


def book(world, clock="10:00", patient=None, **details):
    wanted = world.asks(patient or world.ann, **details)
    return booking.book(world.slot(clock).pk, wanted, world.by)


@pytest.fixture
def call(world) -> Call:
    """Ann's appointment went with Dr Lane's session."""
    book(world, "10:00")
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    return world.practice.call_set.get()


@pytest.fixture
def clash(world) -> Clash:
    """Ann was booked at 10:00 here; the clinical system says Bob is."""
    first = book(world, "10:00")
    with journal.writing(world.by, "load") as entry:
        second = entry.add(
            Appointment(
                practice=world.practice, slot=first.slot, patient=world.bob, in_clash=True,
                reference=uuid.uuid4(),
            )
        )  # fmt: skip
        return entry.add(
            Clash(
                practice=world.practice, first=first, second=second, source="clinical system",
                came_at=entry.at,
            )
        )  # fmt: skip


# --- Calls --------------------------------------------------------------------------------------


def test_the_list_says_whom_to_ring_where_and_why(reception, world, call):
    booking.book(world.clinic.slots.first().pk, world.asks(world.ann), world.by)
    text = said(reception.get("/calls/"))
    for words in (
        "Patients to ring: 1", "BAKER, Ann (Mrs)", "07700 900123", "Session cancelled: Dr Lane",
        "10:00, Dr Lane, Harbour Surgery", "Has coming:", "Sister Webb",
        f"/find/?patient={world.ann.pk}",
    ):  # fmt: skip
        assert words in text
    assert Access.objects.filter(staff=world.priya, detail="call list").exists()
    assert "BAKER" not in text.split("</title>")[0]


def test_the_urgent_come_first_then_who_has_waited_longest(world, call):
    booking.book(world.clinic.slots.first().pk, world.asks(world.bob, urgency="urgent"), world.by)
    booking.book(world.clinic.slots.last().pk, world.asks(world.cat), world.by)
    sessions.cancel_session(world.by, world.clinic.pk, "Flood")
    people = [line.call.patient for line in calls.to_ring(world.practice)]
    assert people == [world.bob, world.ann, world.cat]


@pytest.mark.parametrize("outcome", ["reached", "no_answer", "wrong_number", "letter"])
def test_what_came_of_ringing_is_taken_down(reception, world, call, outcome):
    form = {"outcome": outcome, "tries": 0, "note": "After 5"}
    answer = reception.post(f"/calls/{call.pk}/", form)
    assert (answer.status_code, answer.url) == (303, "/calls/")
    call.refresh_from_db()
    assert (call.outcome, call.note) == (outcome, "After 5")
    text = said(reception.get("/calls/"))
    ended = outcome in ("reached", "letter")
    assert f"Patients to ring: {0 if ended else 1}" in text
    assert f"Done today: {1 if ended else 0}" in text


def test_htmx_gets_the_one_call(reception, world, call):
    form = {"outcome": "no_answer", "tries": 0, "note": ""}
    answer = reception.post(f"/calls/{call.pk}/", form, headers=HTMX)
    assert answer.status_code == 200
    assert said(answer).count("<article") == 1
    assert "1 try, last" in said(answer)
    assert "<html" not in said(answer)
    again = reception.post(f"/calls/{call.pk}/", form, headers=HTMX)
    assert "1 try, last" in said(again)


def test_a_note_is_kept_by_itself(reception, call):
    reception.post(f"/calls/{call.pk}/", {"outcome": "", "tries": 0, "note": "Ring at 6"})
    call.refresh_from_db()
    assert (call.note, call.tries) == ("Ring at 6", 0)


def test_what_is_wrong_is_said_and_the_note_is_kept(reception, world, call):
    long = "x" * 201
    answer = reception.post(f"/calls/{call.pk}/", {"outcome": "", "tries": 0, "note": long})
    assert (answer.status_code, long in said(answer)) == (422, True)
    assert reception.post(f"/calls/{call.pk}/", {"outcome": "x"}).status_code == 422
    calls.record(world.by2, call.pk, "reached", tries=0)
    form = {"outcome": "no_answer", "tries": 0, "note": ""}
    for headers in ({}, HTMX):
        answer = reception.post(f"/calls/{call.pk}/", form, headers=headers)
        assert (answer.status_code, "Tom Reid ended this call" in said(answer)) == (409, True)


def test_a_call_is_put_back(reception, world, call):
    calls.record(world.by, call.pk, "reached", tries=0)
    assert reception.post(f"/calls/{call.pk}/undo/").status_code == 303
    call.refresh_from_db()
    assert call.done_at is None
    assert reception.post(f"/calls/{call.pk}/undo/", headers=HTMX).status_code == 200


def test_a_confidential_number_is_shown_on_asking_and_logged(reception, world, call):
    with journal.writing(world.by, "amend") as entry:
        entry.change(world.ann, is_confidential=True)
    assert "07700" not in said(reception.get("/calls/"))
    for headers in ({}, HTMX):
        assert "07700" in said(reception.get(f"/calls/{call.pk}/number/", headers=headers))
    assert Access.objects.filter(patient=world.ann, what="opened").count() == 2


def test_calls_are_receptions_and_their_own_practices(as_, world, other, call):
    form = {"outcome": "reached", "tries": 0}
    assert as_(other.priya).post(f"/calls/{call.pk}/", form).status_code == 404
    assert as_(other.priya).post(f"/calls/{call.pk}/undo/").status_code == 404
    assert as_(other.priya).get(f"/calls/{call.pk}/number/").status_code == 404
    assert "Patients to ring: 0" in said(as_(other.priya).get("/calls/"))
    assert as_(world.doctor).get("/calls/").status_code == 403
    assert as_(world.doctor).post(f"/calls/{call.pk}/", form).status_code == 403
    assert as_(world.doctor).post(f"/calls/{call.pk}/undo/").status_code == 403
    assert as_(world.doctor).get(f"/calls/{call.pk}/number/").status_code == 403
    assert as_(world.priya).post("/calls/").status_code == 405
    assert as_(world.priya).get(f"/calls/{call.pk}/").status_code == 405
    assert as_(world.priya).get(f"/calls/{call.pk}/undo/").status_code == 405
    assert as_(world.priya).post(f"/calls/{call.pk}/number/").status_code == 405
    assert as_(world.priya).post(f"/calls/{uuid.uuid4()}/", form).status_code == 404


def test_the_list_takes_the_same_queries_however_long(reception, world, call, queries):
    few = queries(lambda: reception.get("/calls/"))
    for slot, patient in zip(world.clinic.slots.all(), (world.bob, world.cat), strict=False):
        booking.book(slot.pk, world.asks(patient), world.by)
    sessions.cancel_session(world.by, world.clinic.pk, "Flood")
    assert queries(lambda: reception.get("/calls/")) == few


# --- Clashes ------------------------------------------------------------------------------------


def settling(**other):
    return {"outcome": "first", "move_to": "none", "reason": "Was first", **other}


def test_everybody_at_reception_sees_both_people(as_, world, clash):
    text = said(as_(world.priya).get("/clashes/"))
    for words in ("Clashes to settle: 1", "BAKER", "CARTER", "Priya Shah", "clinical system"):
        assert words in text
    text = said(as_(world.priya).get(f"/clashes/{clash.pk}/"))
    assert "Free for whoever gives way" in text
    assert "Settle it" not in text
    assert as_(world.doctor).get("/clashes/").status_code == 403


def test_the_lead_settles_with_a_reason_and_nothing_is_chosen_beforehand(as_, world, clash):
    page = f"/clashes/{clash.pk}/"
    lead = as_(world.lead)
    assert " checked" not in said(lead.get(page))
    answer = lead.post(page, {"outcome": "", "reason": "Was first"})
    assert (answer.status_code, "Choose who stays" in said(answer)) == (422, True)
    assert 'value="Was first"' in said(answer)
    assert lead.post(page, settling(reason="")).status_code == 422
    assert lead.post(page, settling(outcome="none")).status_code == 422
    answer = lead.post(page, settling(move_to=""))
    assert (answer.status_code, "Choose where the other one goes" in said(answer)) == (422, True)
    assert lead.post(page, settling()).url == "/clashes/"
    clash.refresh_from_db()
    assert (clash.outcome, clash.reason, clash.settled_by) == ("first", "Was first", world.lead)
    assert Call.objects.get().patient == world.bob
    text = said(lead.get("/clashes/"))
    assert "Clashes to settle: 0" in text
    assert "Was first" in text
    assert "Settled" in said(lead.get(page))


@pytest.mark.parametrize("how", ["today", "urgent", "arrived"])
def test_the_duty_clinicians_word_is_asked_for(as_, world, clash, how):
    if how == "today":
        with journal.writing(world.by, "test") as entry:
            entry.change(world.morning, day=timezone.localdate())
    elif how == "urgent":
        booking.amend(clash.first_id, world.by, urgency="urgent")
    else:
        booking.arrive(clash.first_id, world.by)
    practices.set_duty(world.by, timezone.localdate(), world.webb.pk)
    practices.set_duty(world.by, world.day, world.webb.pk)
    page, lead = f"/clashes/{clash.pk}/", as_(world.lead)
    text = said(lead.get(page))
    assert "Which duty clinician decided?" in text
    assert "On duty on that day: Sister Webb." in text
    assert f'<option value="{world.webb.pk}" selected' not in text
    answer = lead.post(page, settling())
    assert (answer.status_code, "say who it was" in said(answer)) == (422, True)
    assert lead.post(page, settling(decided_by=world.lane.pk)).status_code == 303
    clash.refresh_from_db()
    assert (clash.decided_by, clash.reason) == (world.lane, "Was first")
    assert "Dr Lane decided: Was first" in said(lead.get(page))


def test_the_one_who_gives_way_is_moved_and_rung(as_, world, clash):
    page, lead = f"/clashes/{clash.pk}/", as_(world.lead)
    text = said(lead.get(page))
    free = world.slot("10:10")
    assert f'value="{free.pk}"' in text
    assert lead.post(page, settling(move_to=free.pk)).status_code == 303
    clash.refresh_from_db()
    second = Appointment.objects.get(pk=clash.second_id)
    assert (second.slot, second.status, second.in_clash) == (free, "booked", False)
    call = Call.objects.get()
    assert (call.patient, call.clash) == (world.bob, clash)
    text = said(lead.get("/calls/"))
    assert "Now: " in text
    assert "this one was moved" in text
    assert_rebuilds(world.practice)


def test_the_first_can_be_the_one_who_is_moved(as_, world, clash):
    free = world.slot("10:20")
    as_(world.lead).post(f"/clashes/{clash.pk}/", settling(outcome="second", move_to=free.pk))
    first, second = (Appointment.objects.get(pk=pk) for pk in (clash.first_id, clash.second_id))
    assert (first.slot, first.status) == (free, "booked")
    assert (second.slot, second.in_clash) == (world.slot("10:00"), False)
    assert "10:00, Dr Lane" in said(as_(world.lead).get("/clashes/"))  # the slot they disputed
    assert_rebuilds(world.practice)


def test_a_slot_that_was_taken_meanwhile_is_said_and_nothing_is_settled(as_, world, clash):
    lead, free = as_(world.lead), world.slot("10:10")
    book(world, "10:10", world.cat)
    answer = lead.post(f"/clashes/{clash.pk}/", settling(move_to=free.pk))
    assert (answer.status_code, "not free any more" in said(answer)) == (422, True)
    assert 'value="Was first"' in said(answer)
    clash.refresh_from_db()
    assert clash.settled_at is None


def waiting(world, **other):
    return {
        "wait-owner": world.tom.pk, "wait-day": world.day, "wait-time": "09:30",
        "wait-waits_for": "Dr Lane is on a visit", **other,
    }  # fmt: skip


def test_a_clash_can_wait_for_somebody_until_a_time(as_, world, clash):
    client, page = as_(world.priya), f"/clashes/{clash.pk}/waiting/"
    answer = client.post(page, waiting(world, **{"wait-owner": ""}))
    assert (answer.status_code, "Say who sees to it" in said(answer)) == (422, True)
    assert "Dr Lane is on a visit" in said(answer)
    assert client.post(page, waiting(world)).url == "/clashes/"
    clash.refresh_from_db()
    assert (clash.owner, clash.settled_at) == (world.tom, None)
    text = said(client.get("/clashes/"))
    assert "Clashes to settle: 1" in text
    assert "Waits for Tom Reid" in text
    assert "Dr Lane is on a visit" in said(client.get(f"/clashes/{clash.pk}/"))


def test_waiting_is_receptions_and_about_their_own_practice(as_, world, other, clash):
    page = f"/clashes/{clash.pk}/waiting/"
    assert as_(world.doctor).post(page, waiting(world)).status_code == 403
    assert as_(other.priya).post(page, waiting(other)).status_code == 404
    assert as_(world.priya).get(page).status_code == 405
    stranger = waiting(world, **{"wait-owner": other.tom.pk})
    assert as_(world.priya).post(page, stranger).status_code == 422


@pytest.fixture
def gave_way(world, clash) -> Call:
    """Bob had to give way, and is to be rung."""
    booking.settle_clash(clash.pk, "first", world.by_lead, "Was first")
    return Call.objects.get()


@pytest.mark.parametrize("outcome", ["no_answer", "wrong_number"])
def test_who_gave_way_and_is_not_reached_goes_back_to_the_duty_clinician(
    reception, world, gave_way, outcome
):
    reception.post(f"/calls/{gave_way.pk}/", {"outcome": outcome, "tries": 0})
    text = said(reception.get("/calls/"))
    assert "Back to the duty clinician" in text
    page = f"/calls/{gave_way.pk}/duty/"
    answer = reception.post(page, {"clinician": "", "said": "Send a letter"})
    assert (answer.status_code, "Choose the duty clinician" in said(answer)) == (422, True)
    assert 'value="Send a letter"' in said(answer)
    reception.post(page, {"clinician": world.lane.pk, "said": "Send a letter"})
    text = said(reception.get("/calls/"))
    assert "Dr Lane said:" in text
    assert "Back to the duty clinician" not in text
    # Rung once more in vain, it goes back once more.
    reception.post(f"/calls/{gave_way.pk}/", {"outcome": outcome, "tries": 1})
    assert "Back to the duty clinician" in said(reception.get("/calls/"))
    assert_rebuilds(world.practice)


def test_any_other_call_without_an_answer_stays_with_reception(reception, call):
    reception.post(f"/calls/{call.pk}/", {"outcome": "no_answer", "tries": 0})
    assert "Back to the duty clinician" not in said(reception.get("/calls/"))


def test_the_duty_clinicians_word_is_receptions_to_take_down(as_, world, other, gave_way):
    page, form = f"/calls/{gave_way.pk}/duty/", {"clinician": world.lane.pk, "said": "Letter"}
    assert as_(world.doctor).post(page, form).status_code == 403
    assert as_(other.priya).post(page, form).status_code == 404
    assert as_(world.priya).get(page).status_code == 405
    stranger = {"clinician": other.lane.pk, "said": "Letter"}
    assert as_(world.priya).post(page, stranger).status_code == 422


def test_settling_is_the_leads_and_about_their_own_practice(as_, world, other, clash):
    page = f"/clashes/{clash.pk}/"
    assert as_(world.priya).post(page, settling()).status_code == 403
    assert as_(world.doctor).get(page).status_code == 403
    assert as_(other.lead).get(page).status_code == 404
    assert as_(other.lead).post(page, settling()).status_code == 404
    assert "Clashes to settle: 0" in said(as_(other.lead).get("/clashes/"))
    assert as_(world.lead).get(f"/clashes/{uuid.uuid4()}/").status_code == 404
    assert as_(world.lead).post("/clashes/").status_code == 405
    assert as_(world.lead).put(page).status_code == 405


def test_the_clashes_take_the_same_queries_however_many(as_, world, clash, queries):
    lead = as_(world.lead)
    few = queries(lambda: lead.get("/clashes/"))
    with journal.writing(world.by, "load") as entry:
        for clock in ("10:10", "10:20"):
            first, second = (
                entry.add(
                    Appointment(
                        practice=world.practice, slot=world.slot(clock), patient=patient,
                        in_clash=patient == world.bob, reference=uuid.uuid4(),
                    )
                )
                for patient in (world.ann, world.bob)
            )  # fmt: skip
            entry.add(
                Clash(
                    practice=world.practice, first=first, second=second, source="extract",
                    came_at=entry.at - timedelta(hours=1),
                )
            )  # fmt: skip
    assert queries(lambda: lead.get("/clashes/")) == few
