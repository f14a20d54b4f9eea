"""The page that finds free slots."""

import uuid
from datetime import timedelta

import pytest

from appointments import booking, sessions
from appointments.models import Access
from tests.world import build

HTMX = {"HX-Request": "true"}


@pytest.fixture
def moving(world):
    return booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)


def rows(answer):
    return answer.content.decode().count("<tr>") - 1  # the head


def test_it_lists_what_is_free(reception, world):
    answer = reception.get("/find/")
    text = answer.content.decode()
    assert (answer.status_code, rows(answer)) == (200, 20)
    assert "Sister Webb" in text
    assert f"/slots/{world.slot('10:00').pk}/" in text
    assert "Next 20" not in text


def test_choices_narrow_the_list(reception, world):
    assert rows(reception.get("/find/", {"who": world.lane.pk})) == 12
    assert rows(reception.get("/find/", {"who": "nurse", "half": "am"})) == 8
    later = (world.day + timedelta(days=1)).isoformat()
    answer = reception.get("/find/", {"starting": later})
    assert "Nothing is free that fits" in answer.content.decode()


def test_a_choice_that_is_none_gets_a_sentence(reception):
    answer = reception.get("/find/", {"starting": "soon"})
    assert answer.status_code == 422
    assert "Enter the day as" in answer.content.decode()
    assert 'value="soon"' in answer.content.decode()


def test_htmx_gets_the_list_alone(reception):
    answer = reception.get("/find/", headers=HTMX)
    assert b"<html" not in answer.content
    assert rows(answer) == 20


def test_a_patient_is_carried_along(reception, world):
    answer = reception.get("/find/", {"patient": world.ann.pk})
    assert f"/slots/{world.slot('10:00').pk}/?patient={world.ann.pk}" in answer.content.decode()
    assert "BAKER, Ann (Mrs)" in answer.content.decode()
    assert "BAKER" not in answer.content.decode().split("</title>")[0]
    assert Access.objects.filter(patient=world.ann, staff=world.priya).exists()


def test_an_appointment_is_moved_to_a_slot_that_was_chosen(reception, world, moving):
    answer = reception.get("/find/", {"moving": moving.pk})
    text = answer.content.decode()
    assert rows(answer) == 11  # like the one it is in: with Dr Lane
    assert text.count(f'action="/appointments/{moving.pk}/move/"') == 11
    to = world.slot("10:30")
    assert f'name="slot" value="{to.pk}"' in text
    reception.post(f"/appointments/{moving.pk}/move/", {"slot": to.pk})
    moving.refresh_from_db()
    assert moving.slot == to
    wider = reception.get("/find/", {"moving": moving.pk, "who": "", "type": "", "mode": ""})
    assert rows(wider) == 19


def test_the_next_twenty_go_on_where_the_first_ended(reception, world):
    days = sessions.weekly(world.day + timedelta(weeks=1), 2)
    sessions.copy_session(world.by, world.clinic.pk, days, uuid.uuid4(), although_closed=True)
    first = reception.get("/find/", {"who": "", "half": ""})
    text = first.content.decode()
    assert "Next 20" in text
    address = text.split('hx-get="')[2].split('"')[0].replace("&amp;", "&")
    second = reception.get(address)
    assert rows(second) == 16
    assert "Next 20" not in second.content.decode()


@pytest.mark.parametrize("name", ["moving", "patient"])
def test_what_is_not_there_is_not_found(reception, world, moving, name):
    other = build("G82002", home=False)
    theirs = booking.book(other.slot("10:00").pk, other.asks(other.ann), other.by)
    ids = {"moving": theirs.pk, "patient": other.ann.pk}
    assert reception.get("/find/", {name: ids[name]}).status_code == 404
    assert reception.get("/find/", {name: uuid.uuid4()}).status_code == 404
    assert reception.get("/find/", {name: "nonsense"}).status_code == 200


def test_other_practices_slots_and_choices_are_not_offered(reception, world):
    other = build("G82002", home=False)
    assert rows(reception.get("/find/")) == 20
    assert reception.get("/find/", {"who": other.lane.pk}).status_code == 422
    assert str(other.site.pk) not in reception.get("/find/").content.decode()


def test_only_reception_and_only_by_get(as_, world):
    assert as_(world.priya).post("/find/").status_code == 405
    assert as_(world.doctor).get("/find/").status_code == 403
    as_(world.doctor).logout()
    assert as_(world.lead).get("/find/").status_code == 200


def test_the_page_takes_the_same_queries_however_much_is_free(reception, world, queries):
    few = queries(lambda: reception.get("/find/", {"who": "nurse"}))
    days = sessions.weekly(world.day + timedelta(weeks=1), 10)
    sessions.copy_session(world.by, world.clinic.pk, days, uuid.uuid4(), although_closed=True)
    assert queries(lambda: reception.get("/find/", {"who": "nurse"})) == few
