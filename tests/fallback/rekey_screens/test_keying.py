"""A sheet is keyed over HTTP: plain rows, lists to choose from, marks, what is refused."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from appointments import booking, journal, patients, sessions
from appointments.models import Access, Appointment, Patient
from appointments.patients import Details
from fallback import rekey
from fallback.models import Entry, Sheet
from fallback.rekey import page as pages
from tests.fallback.rekey.conftest import printed_sheet
from tests.fallback.rekey_screens.conftest import an_hour_ago, hand, text

pytestmark = pytest.mark.django_db
ANN = "baker ann 3/4/71"


@pytest.fixture
def rows(sheet):
    return lambda kind: list(sheet.rows.filter(kind=kind).order_by("place"))


def put(world, patient, slot):
    """Have somebody booked in a slot by the clinical system, whoever it is held for."""
    with journal.writing(world.by, "load") as entry:
        entry.touch(slot.session.site_id, slot.session.day)
        return entry.add(
            Appointment(
                practice=world.practice, slot=slot, patient=patient, reference=uuid.uuid4(),
                booked_at=entry.at, booked_by=world.tom,
            )
        )  # fmt: skip


def test_a_sheet_shows_its_rows_as_printed_with_the_first_in_hand(reception, ref, sheet):
    answer = reception.get(f"/rekeying/{ref}/")
    page = text(answer)
    assert answer.status_code == 200
    assert f"to do <b>{sheet.rows.count()}</b> of {sheet.rows.count()}" in page
    codes = [row.code for row in sheet.rows.order_by("place")]
    assert hand(answer) == codes[0]
    places = [page.index(f'id="row-{code}"') for code in codes]
    assert places == sorted(places)
    assert "Dr Lane" in page
    assert "Requests" in page
    assert Access.objects.filter(what="opened", detail__contains=ref).exists()


def test_a_plain_row_is_one_form_and_the_next_is_in_hand(world, send, rows):
    one, _two, *_ = rows("slot")
    answer = send(one.code, q=ANN, taken_by="PS", said="cough", follow=True)
    assert answer.status_code == 303
    assert answer["Location"].endswith(f"/?after={one.code}")
    booked = Appointment.objects.get()
    assert (booked.slot_id, booked.patient, booked.reason) == (one.slot_id, world.ann, "cough")
    entry = Entry.objects.get()
    assert (entry.typed, entry.taken_by, entry.keyed_by) == (ANN, "PS", world.priya)


def test_the_page_after_it_says_what_was_done_and_begins_as_the_row_before(
    reception, send, rows, ref
):
    one, two, *_ = rows("slot")
    send(one.code, q=ANN, taken_by="PS", written=an_hour_ago())
    answer = reception.get(f"/rekeying/{ref}/?after={one.code}")
    page = text(answer)
    assert hand(answer) == two.code
    assert "BAKER, Ann (Mrs): in the book." in page
    assert "Take back" in page
    assert 'name="taken_by" value="PS"' in page
    assert an_hour_ago().split()[1] in page
    assert "in the book <b>1</b>" in page


def test_by_script_the_next_row_comes_at_once(reception, rows, ref):
    one, two, *_ = rows("slot")
    said = {"what": "booked", "reference": uuid.uuid4(), "written": an_hour_ago(), "q": ANN}
    answer = reception.post(f"/rekeying/{ref}/rows/{one.code}/", said, HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert "<html" not in text(answer)
    assert hand(answer) == two.code


def test_a_row_sent_three_times_is_one(send, rows):
    one, reference = rows("slot")[0], uuid.uuid4()
    for _ in range(3):
        assert send(one.code, q=ANN, reference=reference).status_code == 303
    assert (Entry.objects.count(), Appointment.objects.count()) == (1, 1)


@pytest.mark.parametrize("q", ["999 000 0018", "BAKER, Ann 3 Apr 1971", ANN])
def test_what_means_one_person_is_taken_at_once(world, send, rows, q):
    send(rows("slot")[0].code, q=q)
    assert Appointment.objects.get().patient == world.ann


@pytest.mark.parametrize("q", ["baker", "baker ann", "baker a 3/4/71", "3/4/71", "07700 900123"])
def test_what_is_not_the_full_name_and_birth_date_is_a_list(world, send, rows, q):
    answer = send(rows("slot")[0].code, q=q)
    page = text(answer)
    assert answer.status_code == 409
    assert f'value="{world.ann.pk}" data-number="1"' in page
    assert "999 000 0018" in page
    assert "checked" not in page
    assert f'value="{q}"' in page
    assert Entry.objects.count() == 0


def test_twins_and_shared_names_are_a_list_whatever_is_typed(world, send, rows):
    same = Details(family_name="Baker", given_name="Ann", born_on=date(1980, 1, 2))
    other = patients.register(same, world.by, despite_alike=True)
    answer = send(rows("slot")[0].code, q=ANN)
    assert answer.status_code == 409
    assert "Same name as 1 other" in text(answer)
    reference = uuid.uuid4()
    chosen = send(rows("slot")[0].code, q=ANN, patient=world.ann.pk, reference=reference)
    assert chosen.status_code == 303
    assert Appointment.objects.get().patient == world.ann != other


def test_a_choice_from_a_list_for_another_name_does_not_count(world, send, rows):
    answer = send(rows("slot")[0].code, q="hughes", found_for="baker", patient=world.ann.pk)
    assert answer.status_code == 409
    assert str(world.cat.pk) in text(answer)
    assert Appointment.objects.count() == 0


def test_what_was_chosen_stays_when_something_else_is_missing(world, send, rows):
    answer = send(rows("slot")[0].code, q="baker", patient=world.ann.pk, written="")
    page = text(answer)
    assert answer.status_code == 422
    assert "When was it written?" in page
    assert f'name="patient" value="{world.ann.pk}"' in page
    assert 'name="found_for" value="baker"' in page


@pytest.mark.parametrize("written", ["25:99", "quarter past", "23/13 0914", "9", "\x00"])
def test_a_time_that_is_none(send, rows, written):
    answer = send(rows("slot")[0].code, q=ANN, written=written)
    assert answer.status_code == 422
    assert Entry.objects.count() == 0


def test_a_time_that_has_not_been_yet(send, rows):
    ahead = timezone.localtime() + timedelta(days=2)
    answer = send(rows("slot")[0].code, q=ANN, written=f"{ahead.day}/{ahead.month} 0914")
    assert answer.status_code == 422
    assert "has not been yet" in text(answer)


def test_the_clock_was_set_back_and_the_row_before_lies_ahead(world, send, rows, sheet):
    one, two, *_ = rows("slot")
    send(one.code, q=ANN)
    ahead = timezone.now() + timedelta(hours=3)
    Entry.objects.update(written_at=ahead)
    local = timezone.localtime(ahead)
    answer = send(two.code, q="999 000 0026", written=f"{local.day}/{local.month} {local:%H:%M}")
    assert answer.status_code == 303


@pytest.mark.parametrize("typed", ["914", "0914", "9:14", "9.14", "9 14"])
def test_how_times_are_typed(world, send, rows, typed):
    yesterday = timezone.localdate() - timedelta(days=1)
    send(rows("slot")[0].code, q=ANN, written=f"{yesterday.day}/{yesterday.month} {typed}")
    at = timezone.localtime(Entry.objects.get().written_at)
    assert (at.date(), f"{at:%H:%M}") == (yesterday, "09:14")


def test_a_rows_code_in_the_name_box_leads_there(send, rows):
    rows_ = rows("request")
    answer = send(rows("slot")[0].code, q=rows_[3].code.lower())
    assert hand(answer) == rows_[3].code
    assert Entry.objects.count() == 0


def test_an_empty_box_is_not_nothing_written(send, rows):
    answer = send(rows("slot")[0].code, q="")
    assert answer.status_code == 409
    assert "Type the name" in text(answer)
    assert Entry.objects.count() == 0


def test_nothing_written_needs_neither_name_nor_time(send, rows):
    assert send(rows("slot")[0].code, do="nothing", written="").status_code == 303
    assert Entry.objects.get().end == "nothing"


def test_the_rest_is_left_from_this_row_on_and_taken_back_together(
    reception, send, rows, ref, sheet
):
    every = list(sheet.rows.order_by("place"))
    answer = reception.post(f"/rekeying/{ref}/rows/{every[2].code}/rest/", follow=True)
    page = text(answer)
    assert f"nothing written on {len(every) - 2} rows" in page
    assert hand(answer) == every[0].code  # what was skipped has yet to be keyed
    assert rekey.sums(sheet).to_do == 2
    entry = Entry.objects.first()
    reception.post(f"/rekeying/{ref}/entries/{entry.pk}/taking-back/", {"together": "1"})
    assert rekey.sums(sheet).to_do == len(every)


def test_what_was_keyed_wrongly_comes_back_as_it_was_typed(reception, send, rows, ref):
    one = rows("slot")[0]
    send(one.code, q=ANN, taken_by="PS", said="cough")
    entry = Entry.objects.get()
    address = f"/rekeying/{ref}/entries/{entry.pk}/taking-back/"
    answer = reception.post(address, follow=True)
    assert hand(answer) == one.code
    assert f'value="{ANN}"' in text(answer)
    assert 'value="cough"' in text(answer)
    assert Appointment.objects.get().status == "cancelled"
    assert reception.post(address).status_code == 303  # twice changes nothing


def test_who_is_with_the_doctor_is_not_taken_back(world, reception, send, rows, ref):
    send(rows("slot")[0].code, q=ANN)
    entry = Entry.objects.get()
    booking.arrive(entry.appointment_id, world.by)
    answer = reception.post(f"/rekeying/{ref}/entries/{entry.pk}/taking-back/")
    assert answer.status_code == 409
    assert "Undo that first" in text(answer)


def test_somebody_was_booked_there_since_it_was_printed(world, reception, send, rows, ref):
    one = rows("slot")[0]
    put(world, world.bob, one.slot)
    page = text(reception.get(f"/rekeying/{ref}/"))
    assert "CARTER, Bob (Mr) was booked here by Tom Reid" in page
    send(one.code, q=ANN)
    page = text(reception.get(f"/rekeying/{ref}/"))
    assert "clash: see both" in page
    assert "clash <b>1</b>" in page


def test_an_extra_goes_beside_the_slot_that_is_written(world, send, rows):
    extra = rows("extra")[0]
    said = {"what": "extra", "q": ANN, "said": "Dr Lane agreed"}
    answer = send(extra.code, **said)
    assert answer.status_code == 409
    assert "with whom and at what time" in text(answer)
    assert send(extra.code, where="webb 10:15", **said).status_code == 303
    made = Appointment.objects.get()
    assert (made.is_extra, made.slot) == (True, world.slot("10:15", world.clinic))


def test_a_time_between_slots_is_a_list_and_the_person_stays_chosen(world, send, rows):
    extra = rows("extra")[0]
    said = {"what": "extra", "q": "baker", "patient": world.ann.pk, "where": "lane 10:44"}
    answer = send(extra.code, **said)
    page = text(answer)
    assert answer.status_code == 409
    assert "Which slot is it?" in page
    assert f'name="patient" value="{world.ann.pk}"' in page
    slot = world.slot("10:40")
    assert page.index(str(slot.pk)) < page.index(str(world.slot("10:50").pk))
    assert send(extra.code, slot=slot.pk, found_where="lane 10:44", **said).status_code == 303
    assert Appointment.objects.get().slot == slot


def test_a_cancellation_finds_its_appointment(world, send, rows):
    booked = put(world, world.ann, world.slot("10:00", world.clinic))
    row = rows("cancellation")[0]
    answer = send(row.code, what="cancelled", q="baker")
    assert answer.status_code == 409
    assert f'name="appointment" value="{booked.pk}"' in text(answer)
    assert send(row.code, what="cancelled", q=ANN, said="better").status_code == 303
    booked.refresh_from_db()
    assert booked.status == "cancelled"


def test_two_appointments_are_a_list_also_for_one_person(world, send, rows):
    for clock in ("10:00", "10:15"):
        put(world, world.ann, world.slot(clock, world.clinic))
    row = rows("cancellation")[0]
    answer = send(row.code, what="cancelled", q=ANN)
    assert answer.status_code == 409
    assert "Which appointment is it?" in text(answer)
    second = Appointment.objects.get(slot=world.slot("10:15", world.clinic))
    assert send(row.code, what="cancelled", q=ANN, appointment=second.pk).status_code == 303
    second.refresh_from_db()
    assert second.status == "cancelled"


def test_a_cancellation_of_nothing(send, rows):
    answer = send(rows("cancellation")[0].code, what="cancelled", q=ANN)
    assert answer.status_code == 409
    assert "No appointment from that day on" in text(answer)


def test_a_move_says_where_to(world, send, rows):
    one, two, *_ = rows("slot")
    send(one.code, q=ANN)
    row = rows("cancellation")[0]
    answer = send(row.code, what="moved", q=ANN, where=two.code)
    assert answer.status_code == 303
    assert Appointment.objects.exclude(status="cancelled").get().slot_id == two.slot_id


def test_a_request_may_stay_as_it_was_written(world, send, rows):
    one, two, three, *_ = rows("request")
    said = {"what": "request", "said": "chest pain", "urgency": "urgent"}
    answer = send(one.code, q="baker", **said)
    assert answer.status_code == 409
    assert "None of these: leave the name as it was written" in text(answer)
    assert send(one.code, q="baker", patient="nobody", **said).status_code == 303
    assert send(two.code, q="qqq zzzz", **said).status_code == 303
    assert send(three.code, q=ANN, told_at=an_hour_ago(), told_by="PS", **said).status_code == 303
    first, second, third = Entry.objects.order_by("keyed_at")
    assert (first.patient, first.typed, first.end) == (None, "baker", "set_aside")
    assert (second.patient, third.patient, third.told_by) == (None, world.ann, "PS")
    assert third.told_at is not None


def test_a_message_waits_to_be_ticked_off(send, rows):
    row = rows("message")[0]
    assert send(row.code, what="message", q="", said="").status_code == 409
    assert send(row.code, what="message", q="", said="results for Mrs B").status_code == 303
    assert Entry.objects.get().why == "Message"


def test_a_row_is_set_aside_with_reason_owner_and_time(world, send, rows):
    row = rows("slot")[0]
    said = {"what": "aside", "q": "smth jn", "owner": world.tom.pk, "due": "tomorrow"}
    answer = send(row.code, why="", **said)
    assert answer.status_code == 422
    assert 'value="smth jn"' in text(answer)
    assert send(row.code, why="Can't be read", **said).status_code == 303
    entry = Entry.objects.get()
    assert (entry.end, entry.owner, entry.typed) == ("set_aside", world.tom, "smth jn")
    assert entry.due_at > timezone.now()


def test_somebody_unknown_becomes_a_temporary_patient_once(world, send, rows):
    row, reference = rows("slot")[0], uuid.uuid4()
    said = {
        "who": "temporary", "family_name": "Novak", "given_name": "Jana", "born_on": "1/2/1990",
        "telephone": "07700 900888", "q": "novak jana 1/2/90", "reference": reference,
    }  # fmt: skip
    for _ in range(2):
        assert send(row.code, **said).status_code == 303
    made = Patient.objects.get(family_name="Novak")
    assert (made.kind, made.mobile_telephone) == ("temporary", "07700 900888")
    assert Appointment.objects.get().patient == made


def test_a_temporary_patient_who_may_be_known(world, send, rows):
    row = rows("slot")[0]
    said = {"who": "temporary", "family_name": "Baker", "given_name": "Ann", "born_on": "3/4/1971"}
    answer = send(row.code, **said)
    assert answer.status_code == 409
    assert str(world.ann.pk) in text(answer)
    assert "None of these: somebody new" in text(answer)
    send(row.code, patient=world.ann.pk, **said)
    assert Appointment.objects.get().patient == world.ann
    assert Patient.objects.filter(family_name="Baker").count() == 1
    send(rows("slot")[1].code, patient="nobody", **said)
    assert Patient.objects.filter(family_name="Baker").count() == 2


def test_a_row_is_shown_as_something_else_with_what_was_typed(send, rows):
    answer = send(rows("slot")[0].code, turn="temporary", q="novak jana 1/2/1990", taken_by="PS")
    page = text(answer)
    assert answer.status_code == 200
    assert 'value="Novak"' in page
    assert 'value="Jana"' in page
    assert 'value="1 Feb 1990"' in page
    page = text(send(rows("slot")[0].code, turn="aside", q="smth"))
    assert 'value="smth"' in page
    assert "Whose it is" in page


def test_hostile_and_huge_input_is_said_and_shown_as_text(send, rows):
    answer = send(rows("slot")[0].code, q="<script>alert(1)</script>")
    assert answer.status_code == 409
    assert "<script>alert" not in answer.content.decode()
    assert send(rows("slot")[0].code, q="x" * 5000).status_code == 422
    assert send(rows("slot")[0].code, what="nonsense", q=ANN).status_code == 422
    assert send(rows("slot")[0].code, q=ANN, patient="not-a-uuid").status_code == 422
    assert send("ZZ", q=ANN).status_code == 409
    assert Entry.objects.count() == 0


def test_live_matches_are_numbered_and_logged(world, reception, rows, ref):
    address = f"/rekeying/{ref}/rows/{rows('slot')[0].code}/finding/"
    page = text(reception.post(address, {"q": ANN, "what": "booked"}, HTTP_HX_REQUEST="true"))
    assert "data-exact" in page
    assert "BAKER, Ann" in page
    page = text(reception.post(address, {"q": "hughes", "what": "booked"}, HTTP_HX_REQUEST="true"))
    assert "data-exact" not in page
    assert 'data-for="hughes"' in page
    assert Access.objects.filter(what="searched", detail="hughes").exists()


def test_every_row_has_its_end_then_it_is_signed_off(reception, send, rows, ref, sheet):
    send(rows("slot")[0].code, q=ANN)
    answer = reception.post(f"/rekeying/{ref}/signing-off/")
    assert answer.status_code == 409
    assert "have no end yet" in text(answer)
    reception.post(f"/rekeying/{ref}/rows/{rows('slot')[1].code}/rest/")
    page = text(reception.get(f"/rekeying/{ref}/"))
    assert "Sign the sheet off" in page
    answer = reception.post(f"/rekeying/{ref}/signing-off/", follow=True)
    assert f"Sheet {ref} is signed off." in text(answer)
    page = text(reception.get(f"/rekeying/{ref}/"))
    assert "Keyed and signed off by Priya Shah" in page
    assert 'id="hand"' not in page
    assert send(rows("slot")[0].code, q=ANN).status_code == 409


def test_a_lost_sheet_is_the_outage_leads(world, reception, as_, ref, sheet):
    assert reception.get(f"/rekeying/{ref}/lost/").status_code == 403
    lead = as_(world.lead)
    assert "never came back" in text(lead.get(f"/rekeying/{ref}/lost/"))
    assert lead.post(f"/rekeying/{ref}/lost/", {"reason": ""}).status_code == 422
    assert lead.post(f"/rekeying/{ref}/lost/", {"reason": "On the bus"}).status_code == 303
    sheet.refresh_from_db()
    assert sheet.ended_as == Sheet.End.LOST
    assert "Declared lost by Lena Ford" in text(lead.get(f"/rekeying/{ref}/"))


def running_list(world):
    """Nurse Webb's list, printed when Bob was booked first and Ann second."""
    for clock, patient in (("10:00", world.bob), ("10:15", world.ann)):
        booking.book(world.slot(clock, world.clinic).pk, world.asks(patient), world.by)
    printed_sheet(world)
    return Sheet.objects.get(kind="running", session=world.clinic)


def test_on_a_running_list_one_key_marks_who_was_booked(world, reception):
    running = running_list(world)
    one, two, *_ = running.rows.order_by("place")
    there = Appointment.objects.get(patient=world.bob)
    page = text(reception.get(f"/rekeying/{running.reference}/"))
    assert "free when printed" in page
    assert "running list of Sister Webb" in page
    assert "What is written beside CARTER, Bob (Mr)?" in page
    assert f'name="appointment" value="{there.pk}"' in page
    said = {"reference": uuid.uuid4(), "what": "booked", "do": "arrived", "appointment": there.pk}
    said["written"] = an_hour_ago()
    address = f"/rekeying/{running.reference}/rows/{one.code}/"
    assert reception.post(address, said).status_code == 303
    there.refresh_from_db()
    assert there.status == "arrived"
    assert one.entries.get().end == "in_book"
    said = {"reference": uuid.uuid4(), "what": "booked", "turn": "moved", "written": "914"}
    page = text(reception.post(f"/rekeying/{running.reference}/rows/{two.code}/", said))
    assert "Moved: BAKER, Ann (Mrs)" in page


def test_a_mark_is_never_about_somebody_who_came_since(world, reception):
    running = running_list(world)
    row = running.rows.order_by("place").first()
    booking.cancel(Appointment.objects.get(patient=world.bob).pk, world.by)
    put(world, world.cat, row.slot)
    page = text(reception.get(f"/rekeying/{running.reference}/?row={row.code}"))
    assert "CARTER, Bob (Mr) was cancelled by Priya Shah" in page
    assert "HUGHES, Catrin was booked here by Tom Reid" in page
    assert "What is written beside" not in page
    said = {"reference": uuid.uuid4(), "what": "arrived", "written": an_hour_ago()}
    answer = reception.post(f"/rekeying/{running.reference}/rows/{row.code}/", said)
    assert answer.status_code == 409
    assert Entry.objects.count() == 0


def test_the_session_was_cancelled_since(world, reception, sheet, ref, rows, send):
    sessions.cancel_session(world.by, world.morning.pk, "Dr Lane is ill")
    row = next(r for r in rows("slot") if r.slot.session_id == world.morning.pk)
    assert "The session was cancelled" in text(reception.get(f"/rekeying/{ref}/"))
    assert send(row.code, q=ANN).status_code == 303
    assert world.practice.call_set.filter(patient=world.ann, done_at=None).exists()


def test_a_turn_that_is_none(send, rows):
    assert "Who is written here?" in text(send(rows("slot")[0].code, turn="☃"))


def test_slots_at_the_same_time_are_not_mixed_up(world, reception, sheet, ref):
    """Two clinicians' slots at ten: what was booked in both shows at each."""
    put(world, world.bob, world.slot("10:00"))
    put(world, world.cat, world.slot("10:00", world.clinic))
    put(world, world.ann, world.slot("10:30"))
    put(world, world.bob, world.slot("10:30", world.clinic))
    page = pages.read(sheet, world.by2)
    said = {row.slot_id: row.since for row in page.rows if row.since}
    listed = set(sheet.rows.exclude(slot=None).values_list("slot_id", flat=True))
    there = Appointment.objects.filter(slot__in=listed)
    assert said.keys() == set(there.values_list("slot_id", flat=True))
    for one in there:
        assert said[one.slot_id][0].startswith(one.patient.name)
