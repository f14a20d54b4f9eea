"""Slots and appointments over HTTP: what a browser, htmx and a machine get."""

import re
import uuid
from datetime import timedelta

import pytest

from appointments import booking
from appointments.models import Access, Appointment, Hold
from tests.world import PASSWORD, World, build

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def world() -> World:
    return build()


def come_in(client, world, staff=None, desk=None):
    staff = staff or world.priya
    answer = client.post(
        "/sign-in/",
        {
            "username": staff.username,
            "password": PASSWORD,
            "desk": str((desk or world.desk1).pk),
        },
    )
    assert answer.status_code == 303
    return client


def asking(world, **fields):
    return {
        "patient": str(world.ann.pk),
        "reference": str(uuid.uuid4()),
        "reason": "Cough",
        "mode": "telephone",
        "booked_via": "desk",
        **fields,
    }


def slot_url(world, clock="10:00", what="appointment/"):
    return f"/slots/{world.slot(clock).pk}/{what}"


@pytest.fixture
def booked(world):
    return booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)


# --- The day ------------------------------------------------------------------------------------


def test_the_day_shows_every_slot_once_with_its_state(reception, world, booked):
    booking.keep([world.slot("10:10").pk], world.desk2, "screen", world.by2)
    page = reception.get(f"/diary/{world.day}/").content.decode()
    states = dict(re.findall(r'data-slot="([0-9a-f-]{36})" data-state="([a-z_]+)"', page))
    assert len(states) == 20
    assert page.count("data-slot=") == 20
    assert states[str(booked.slot_id)] == "booked"
    assert states[str(world.slot("10:10").pk)] == "kept"
    assert states[str(world.slot("10:20").pk)] == "free"


def test_the_day_without_a_site_is_the_main_sites_without_redirect(reception, world):
    other = reception.get(f"/diary/{world.day}/?site={world.branch.pk}").content.decode()
    assert "No sessions at Hill Branch" in other
    assert reception.get("/diary/").status_code == 200


def test_an_empty_day_says_when_the_next_sessions_are(reception, world):
    before = world.day - timedelta(days=3)
    page = reception.get(f"/diary/{before}/").content.decode()
    assert f'href="/diary/{world.day}/?site={world.site.pk}"' in page
    later = reception.get(f"/diary/{world.day + timedelta(days=3)}/").content.decode()
    assert "No sessions at Harbour Surgery" in later
    assert "The next are on" not in later


def test_an_unchanged_day_is_304_and_a_changed_one_is_not(reception, world):
    address = f"/diary/{world.day}/"
    stamp = reception.get(address)["ETag"]
    poll = {"HTTP_IF_NONE_MATCH": stamp, "HTTP_X_POLL": "1"}
    assert reception.get(address, **poll).status_code == 304
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by2)
    fresh = reception.get(address, **poll)
    assert fresh.status_code == 200
    assert fresh.content.lstrip().startswith(b'<div class="diary')


def test_patients_pages_and_days_are_not_stored(reception, world):
    assert "no-store" in reception.get(f"/diary/{world.day}/")["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    ["/diary/2026-02-30/", "/diary/9999999-1-1/", "/diary/0001-01-01/", "/diary/1949-12-31/"],
)
def test_a_day_that_does_not_exist_is_not_found(reception, world, address):
    assert reception.get(address).status_code == 404


@pytest.mark.parametrize("day", ["1950-01-01", "2149-12-31"])
def test_the_first_and_last_day_are_days_like_others(reception, world, day):
    assert reception.get(f"/diary/{day}/").status_code == 200
    assert reception.get(f"/diary/{day}/week/").status_code == 200


@pytest.mark.parametrize("day", ["2026-02-30", "9999-12-31", "x", "2026-11-23T00:00"])
def test_jumping_to_no_day_stays_today(reception, world, day):
    assert reception.get(f"/diary/?day={day}").status_code == 200


@pytest.mark.parametrize("query", ["site=nonsense", "site=4b1d5f0e-0000-4000-8000-000000000000"])
def test_a_site_that_is_not_ours_is_not_found(reception, world, query):
    assert reception.get(f"/diary/{world.day}/?{query}").status_code == 404


def test_odd_filters_are_as_if_they_were_not_there(reception, world):
    answer = reception.get(f"/diary/{world.day}/?clinician=x&type=y&view=z&free=1")
    assert answer.status_code == 200


def test_jumping_to_a_day_keeps_the_site(reception, world):
    answer = reception.get(f"/diary/?day={world.day}&site={world.branch.pk}")
    assert answer["Location"] == f"/diary/{world.day}/?site={world.branch.pk}"


def test_a_clinician_sees_own_lists_only(client, world):
    page = come_in(client, world, world.doctor).get(f"/diary/{world.day}/").content.decode()
    assert "Dr Lane" in page
    assert page.count("data-slot=") == 12
    others = world.slot("10:00", world.clinic)
    assert client.get(f"/slots/{others.pk}/").status_code == 404
    assert client.post(slot_url(world), asking(world)).status_code == 403


# --- Booking ------------------------------------------------------------------------------------


def test_booking_answers_a_plain_form_with_303_to_the_appointment(reception, world):
    answer = reception.post(slot_url(world), asking(world))
    made = Appointment.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/appointments/{made.pk}/")
    assert (made.reason, made.mode, made.booked_via) == ("Cough", "telephone", "desk")


def test_booking_answers_htmx_with_what_to_tell_the_caller(reception, world):
    answer = reception.post(slot_url(world), asking(world), **HTMX)
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "10:00, Dr Lane, at Harbour Surgery" in page
    assert "<html" not in page
    assert answer["HX-Trigger"] == "book-changed"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_taken_slot_is_409_with_a_sentence_and_keeps_what_was_typed(
    reception, world, booked, headers
):
    answer = reception.post(
        slot_url(world), asking(world, patient=str(world.bob.pk), reason="Sore toe"), **headers
    )
    assert answer.status_code == 409
    assert "is already booked by Priya Shah" in answer.content.decode()


def test_a_slot_that_needs_a_reason_keeps_the_form(reception, world):
    answer = reception.post(
        slot_url(world), asking(world, extra="true", reason="Sore toe", notes="deaf")
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Give a reason for the extra" in page
    assert "Sore toe" in page
    assert "deaf" in page
    assert "BAKER, Ann" in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"patient": ""},
        {"patient": "smith"},
        {"reference": ""},
        {"reference": "x"},
        {"mode": "pigeon"},
        {"booked_via": ""},
        {"reason": "x" * 201},
        {"urgency": "whenever"},
    ],
)
def test_invalid_input_is_422_and_keeps_what_was_typed(reception, world, wrong):
    answer = reception.post(slot_url(world), asking(world, notes="please keep me", **wrong))
    assert answer.status_code == 422
    assert "please keep me" in answer.content.decode()
    assert not Appointment.objects.exists()


def test_a_retry_gives_the_first_answer(reception, world):
    fields = asking(world)
    first = reception.post(slot_url(world), fields)
    again = reception.post(slot_url(world), fields)
    assert (again.status_code, again["Location"]) == (303, first["Location"])
    fields["reason"] = "Something else"
    assert reception.post(slot_url(world), fields).status_code == 409


@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "'; DROP TABLE x; --", "{{ 7 * 7 }}", "\u202etxet", "😀" * 50],
)
def test_hostile_text_is_shown_as_text(reception, world, text):
    answer = reception.post(slot_url(world), asking(world, reason=text))
    assert answer.status_code == 303
    page = reception.get(answer["Location"]).content.decode()
    assert "<script>alert" not in page
    assert "49" not in re.findall(r"For: (.*?)<", page)
    assert reception.get(f"/diary/{world.day}/").status_code == 200


def test_a_null_byte_is_refused_with_a_sentence(reception, world):
    assert reception.post(slot_url(world), asking(world, reason="a\x00b")).status_code == 422


def test_finding_a_patient_in_the_panel_keeps_the_form_and_chooses_nobody(reception, world):
    answer = reception.post(slot_url(world, what="patients/"), asking(world, q="baker"))
    page = answer.content.decode()
    assert f'data-patient="{world.ann.pk}"' in page
    assert "Cough" in page
    assert Access.objects.get(what="searched").detail == "baker"


def test_a_found_patient_who_is_booked_that_day_says_so(reception, world, booked):
    page = reception.post(slot_url(world, "11:00", "patients/"), {"q": "baker"}).content.decode()
    assert "Already booked that day: 10:00 Dr Lane" in page


# --- Holds and kept slots -----------------------------------------------------------------------


def test_looking_at_a_slot_takes_nothing_in_hand(reception, world):
    assert reception.get(slot_url(world, what="")).status_code == 200
    assert not Hold.objects.exists()


def test_holding_and_releasing_by_post(reception, world):
    assert reception.post(slot_url(world, what="hold/")).status_code == 204
    assert Hold.objects.get().desk == world.desk1
    assert reception.post(slot_url(world, what="release/")).status_code == 204
    assert not Hold.objects.exists()


def test_a_hold_that_another_desk_has_is_409(reception, world):
    booking.hold(world.slot("10:00").pk, world.by2)
    answer = reception.post(slot_url(world, what="hold/"), **HTMX)
    assert answer.status_code == 409
    assert "Desk 2 (Tom Reid) has" in answer.content.decode()


def test_a_kept_slot_is_asked_for_and_let_go(reception, client, world):
    booking.keep([world.slot("10:00").pk], world.desk2, "screen", world.by2)
    page = reception.get(slot_url(world, what="")).content.decode()
    assert "Ask Desk 2 for it" in page
    assert reception.post(slot_url(world, what="asking/")).status_code == 303
    assert reception.post(slot_url(world, what="letting-go/")).status_code == 409
    assert world.slot("10:00").asked_for_by == world.desk1


# --- Appointments -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "steps",
    [
        [("arrival/", "arrived"), ("sending-in/", "sent_in"), ("leaving/", "left")],
        [("cancellation/", "cancelled")],
    ],
)
def test_marks_over_http_with_undo(reception, world, booked, steps):
    for address, status in steps:
        answer = reception.post(f"/appointments/{booked.pk}/{address}")
        assert answer.status_code == 303
        booked.refresh_from_db()
        assert booked.status == status
    reception.post(f"/appointments/{booked.pk}/{steps[-1][0]}", {"undo": "1"})
    booked.refresh_from_db()
    assert booked.status == (steps[-2][1] if len(steps) > 1 else "booked")


def test_dna_before_the_time_is_409(reception, booked):
    assert reception.post(f"/appointments/{booked.pk}/non-attendance/").status_code == 409


def test_the_practice_cancels_with_a_reason_only(reception, booked):
    address = f"/appointments/{booked.pk}/cancellation/"
    assert reception.post(address, {"by": "practice"}).status_code == 409
    assert reception.post(address, {"by": "aliens"}).status_code == 422
    assert reception.post(address, {"by": "practice", "reason": "ill"}).status_code == 303


def test_moving_over_http(reception, world, booked):
    address = f"/appointments/{booked.pk}/move/"
    assert reception.post(address, {"slot": "nowhere"}).status_code == 422
    assert reception.post(address, {"slot": str(world.slot("11:00").pk)}).status_code == 303
    booked.refresh_from_db()
    assert booked.slot == world.slot("11:00")


def test_changing_details(reception, booked):
    said = {"reason": "Knee", "urgency": "urgent", "mode": "video", "notes": "", "access_needs": ""}
    assert reception.post(f"/appointments/{booked.pk}/details/", said).status_code == 303
    booked.refresh_from_db()
    assert (booked.reason, booked.urgency, booked.mode) == ("Knee", "urgent", "video")


def test_opening_an_appointment_goes_into_the_access_log(reception, world, booked):
    page = reception.get(f"/appointments/{booked.pk}/").content.decode()
    assert "BAKER, Ann" in page
    assert "Baker" not in re.search("<title>(.*?)</title>", page).group(1)
    assert Access.objects.get(what="opened").patient == world.ann


def test_a_confidential_patients_telephone_stays_off_the_panel(reception, world, booked):
    world.ann.is_confidential = True
    world.ann.save()
    page = reception.get(f"/appointments/{booked.pk}/").content.decode()
    assert "900123" not in page.replace(" ", "")


# --- Doors --------------------------------------------------------------------------------------

POSTS = [
    "slots/{slot}/appointment/",
    "slots/{slot}/patients/",
    "slots/{slot}/asking/",
    "slots/{slot}/letting-go/",
    "appointments/{appointment}/arrival/",
    "appointments/{appointment}/sending-in/",
    "appointments/{appointment}/leaving/",
    "appointments/{appointment}/non-attendance/",
    "appointments/{appointment}/cancellation/",
    "appointments/{appointment}/move/",
    "appointments/{appointment}/details/",
]
GETS = ["slots/{slot}/", "appointments/{appointment}/"]


def fill(address, world):
    made = Appointment.objects.filter(practice=world.practice).first()
    return "/" + address.format(slot=world.slot("10:30").pk, appointment=made and made.pk)


@pytest.mark.parametrize("address", POSTS)
def test_changes_are_made_by_post_only(reception, world, booked, address):
    assert reception.get(fill(address, world)).status_code == 405


@pytest.mark.parametrize("address", POSTS + GETS)
def test_another_practices_rows_are_not_found(reception, world, address):
    other = build("G82002", home=False)
    booking.book(other.slot("10:00").pk, other.asks(other.ann), other.by)
    method = reception.get if address in GETS else reception.post
    assert method(fill(address, other)).status_code == 404


@pytest.mark.parametrize("address", POSTS + GETS)
def test_what_is_missing_is_not_found(reception, world, address):
    nowhere = "/" + address.format(slot=uuid.uuid4(), appointment=uuid.uuid4())
    method = reception.get if address in GETS else reception.post
    assert method(nowhere).status_code == 404


@pytest.mark.parametrize("address", POSTS + GETS)
def test_nobody_comes_in_without_signing_in(client, world, booked, address):
    method = client.get if address in GETS else client.post
    answer = method(fill(address, world))
    assert answer.status_code == 303
    assert answer["Location"].startswith("/sign-in/")
