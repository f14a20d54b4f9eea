"""What was set aside is filled, told, handed on and closed, at the practice's own reception."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking, finding
from appointments.finding import Wish
from appointments.models import Access, Appointment
from fallback import rekey
from fallback.rekey import Line
from tests.waiting import request
from tests.world import assert_rebuilds

pytestmark = pytest.mark.django_db


def said(answer):
    return " ".join(answer.content.decode().split())


def at(entry, deed=""):
    return f"/set-aside/{entry.pk}/{deed}"


def test_the_list_has_the_three_kinds_the_urgent_first(world, reception, loose, asked):
    request(world, loose, 2, patient=None, typed="carter b", said="Back pain")
    request(world, loose, 3, what="message", patient=None, typed="", said="Sick note for Hughes")
    row = loose.rows.get(place=4)
    line = Line("booked", uuid.uuid4(), timezone.now(), typed="smth jn")
    rekey.set_aside(
        loose.reference, row.code, line, world.by, why="Can't be read", owner=world.tom,
        due_at=timezone.now() - timedelta(minutes=1),
    )  # fmt: skip
    text = said(reception.get("/set-aside/"))
    for words in (
        "Set aside: 4", "Requests to fill: 2", "For somebody to see to: 1", "Messages: 1",
        "Duty clinician not told", "smth jn", "Can&#39;t be read", "Who is it?",
        "Sick note for Hughes", "Tom Reid, by",
    ):  # fmt: skip
        assert words in text
    assert text.index("BAKER, Ann") < text.index("carter b")
    assert Access.objects.filter(staff=world.priya, detail="what is set aside").exists()


def test_a_request_is_filled_from_the_slots_that_are_free(world, reception, asked):
    free = finding.next_free(world.practice, Wish(), world.desk1.pk, limit=1)[0]
    text = said(reception.get(at(asked)))
    assert f'value="{free.id}"' in text
    assert " checked" not in text
    answer = reception.post(at(asked, "filling/"), {"slot": free.id})
    assert (answer.status_code, answer.url) == (303, "/set-aside/")
    asked.refresh_from_db()
    assert (asked.end, asked.appointment.slot_id) == ("in_book", free.id)
    assert "Given an appointment" in said(reception.get(at(asked)))
    assert_rebuilds(world.practice)


def test_the_slots_can_be_somebody_elses_or_another_days(world, reception, asked):
    query = {"who": world.webb.pk, "starting": world.day.isoformat()}
    text = said(reception.get(at(asked), query))
    assert "Sister Webb, Harbour Surgery" in text
    assert "Dr Lane, Harbour Surgery" not in text
    late = {"starting": "9999-12-31", "who": "nobody"}
    assert reception.get(at(asked), late).status_code == 200
    slot = world.clinic.slots.first()
    answer = reception.post(at(asked, "filling/"), {"slot": slot.pk, **query})
    assert answer.status_code == 303


def test_a_slot_that_was_taken_meanwhile_is_said(world, reception, asked):
    free = finding.next_free(world.practice, Wish(), world.desk1.pk, limit=1)[0]
    booking.book(free.id, world.asks(world.bob), world.by)
    answer = reception.post(at(asked, "filling/"), {"slot": free.id})
    assert (answer.status_code, "not free any more" in said(answer)) == (422, True)
    answer = reception.post(at(asked, "filling/"), {})
    assert (answer.status_code, "Choose a slot" in said(answer)) == (422, True)
    assert Appointment.objects.count() == 1


def test_who_asked_is_found_and_said(world, reception, loose):
    asked = request(world, loose, patient=None, typed="baker ann", said="Cough")
    text = said(reception.get(at(asked)))
    assert "BAKER, Ann" in text  # what was written is looked up at once
    assert "Give them a slot" not in text
    text = said(reception.post(at(asked, "who/"), {"q": "hughes", "find": "1"}))
    assert "HUGHES, Catrin" in text
    assert reception.post(at(asked, "who/"), {"q": "hughes"}).status_code == 422
    assert reception.post(at(asked, "who/"), {"patient": uuid.uuid4()}).status_code == 409
    answer = reception.post(at(asked, "who/"), {"patient": world.cat.pk})
    assert answer.url == at(asked)
    assert "Give them a slot" in said(reception.get(at(asked)))
    assert Access.objects.filter(patient=world.cat, what="opened").exists()


def test_the_duty_clinician_is_told_and_by_whom(world, reception, asked):
    assert "Tell the duty clinician now" in said(reception.get(at(asked)))
    form = {"told-at": "", "told-told_by": "Priya"}
    answer = reception.post(at(asked, "duty/"), form)
    assert (answer.status_code, "Say at what time" in said(answer)) == (422, True)
    assert 'value="Priya"' in said(answer)
    reception.post(at(asked, "duty/"), form | {"told-at": "00:00"})
    asked.refresh_from_db()
    assert (asked.told_by, asked.told_at <= timezone.now()) == ("Priya", True)
    text = said(reception.get("/set-aside/"))
    assert "Duty clinician not told" not in text
    assert "Duty clinician told at 00:00 by Priya" in text


def test_it_is_handed_on(world, reception, asked):
    form = {"hand-owner": world.tom.pk, "hand-day": world.day.isoformat(), "hand-time": "09:30"}
    assert reception.post(at(asked, "handing-on/"), form | {"hand-time": "x"}).status_code == 422
    assert reception.post(at(asked, "handing-on/"), form).url == "/set-aside/"
    asked.refresh_from_db()
    assert asked.owner == world.tom
    assert "Tom Reid, by" in said(reception.get("/set-aside/"))


def test_it_is_closed_with_a_word_and_opened_again(world, reception, asked):
    answer = reception.post(at(asked, "closing/"), {"how": ""})
    assert (answer.status_code, "Say how it ended" in said(answer)) == (422, True)
    long = reception.post(at(asked, "closing/"), {"how": "x" * 5000})
    assert (long.status_code, "200 letters" in said(long)) == (422, True)
    reception.post(at(asked, "closing/"), {"how": "Went to the pharmacy"})
    text = said(reception.get("/set-aside/"))
    assert "Set aside: 0" in text
    assert "Went to the pharmacy" in text
    assert "Closed" in said(reception.get(at(asked)))
    assert reception.post(at(asked, "handing-on/"), {}).status_code == 422
    reception.post(at(asked, "opening/"))
    assert "Set aside: 1" in said(reception.get("/set-aside/"))


def test_hostile_words_are_words(world, reception, loose):
    hostile = "<script>alert(1)</script>"
    asked = request(world, loose, patient=None, typed=hostile, said=hostile)
    for where in ("/set-aside/", at(asked), "/outstanding/"):
        assert hostile not in said(reception.get(where))


DEEDS = ("closing/", "opening/", "handing-on/", "duty/", "filling/")


def test_all_of_it_is_receptions_and_of_one_practice(as_, world, other, asked):
    doctor = as_(world.doctor)
    assert doctor.get("/set-aside/").status_code == 403
    assert doctor.get(at(asked)).status_code == 403
    assert doctor.post(at(asked, "who/")).status_code == 403
    for deed in DEEDS:
        assert doctor.post(at(asked, deed)).status_code == 403
    stranger = as_(other.priya)
    assert "Set aside: 0" in said(stranger.get("/set-aside/"))
    assert stranger.get(at(asked)).status_code == 404
    assert stranger.post(at(asked, "who/"), {"patient": other.ann.pk}).status_code == 404
    for deed in DEEDS:
        assert stranger.post(at(asked, deed)).status_code == 404
    clerk = as_(world.priya)
    for deed in DEEDS:
        assert clerk.get(at(asked, deed)).status_code == 405
        assert clerk.post(f"/set-aside/{uuid.uuid4()}/{deed}").status_code == 404
    assert clerk.post("/set-aside/").status_code == 405
    assert clerk.post(at(asked)).status_code == 405
