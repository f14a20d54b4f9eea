"""Pages without a reference: taken in, given one, more lines added."""

import uuid

import pytest

from appointments.models import Appointment
from fallback import codes, rekey
from fallback.models import Sheet

pytestmark = pytest.mark.django_db


def said(answer):
    return " ".join(answer.content.decode().split())


def form(world, **other):
    return {
        "reference": uuid.uuid4(), "site": world.site.pk, "desk": world.desk2.pk,
        "day": world.day.isoformat(), "lines": "7", **other,
    }  # fmt: skip


def test_a_page_gets_its_reference_and_is_keyed_like_any_sheet(world, reception):
    assert reception.get("/loose-pages/").status_code == 200
    answer = reception.post("/loose-pages/", form(world), follow=True)
    sheet = Sheet.objects.get(kind="loose")
    text = said(answer)
    assert codes.shown(sheet.reference) in text
    assert "7 lines" in text
    assert f"/rekeying/{codes.shown(sheet.reference)}/" in text
    assert sheet.rows.count() == 7


def test_sent_twice_it_is_one_page(world, reception):
    twice = form(world)
    one, two = (reception.post("/loose-pages/", twice) for _ in range(2))
    assert one.url == two.url
    assert Sheet.objects.count() == 1


def test_its_lines_are_keyed_on_the_screen_of_every_sheet(world, reception, loose):
    reference = codes.shown(loose.reference)
    code = loose.rows.get(place=1).code
    assert code in said(reception.get(f"/rekeying/{reference}/"))
    line = {
        "what": "booked", "reference": uuid.uuid4(), "written": "00:00", "q": "baker ann 3/4/1971",
        "where": "lane 10:40",
    }  # fmt: skip
    answer = reception.post(f"/rekeying/{reference}/rows/{code}/", line)
    assert answer.status_code in (200, 303)
    booked = Appointment.objects.get()
    assert (booked.patient, booked.slot) == (world.ann, world.slot("10:40"))
    assert rekey.sums(loose).in_book == 1


@pytest.mark.parametrize(
    "wrong, sentence",
    [
        ({"lines": "0"}, "At least one line"),
        ({"lines": "5000"}, "At most 100 lines"),
        ({"lines": "some"}, "A number"),
        ({"day": "2026-02-31"}, "Give a day of the year"),
        ({"desk": ""}, "Choose the desk"),
    ],
)
def test_what_cannot_be_is_said_and_the_rest_stays(world, reception, wrong, sentence):
    answer = reception.post("/loose-pages/", form(world, **wrong))
    assert (answer.status_code, sentence in said(answer)) == (422, True)
    assert f'value="{world.site.pk}" selected' in said(answer)
    assert not Sheet.objects.exists()


def test_lines_that_were_overlooked_are_added(reception, loose):
    page = f"/loose-pages/{loose.pk}/"
    assert reception.post(f"{page}lines/", {"to": "x"}).status_code == 422
    assert reception.post(f"{page}lines/", {"to": "8"}).url == page
    assert "8 lines" in said(reception.get(page))


def test_pages_are_receptions_and_of_one_practice(as_, world, other, loose):
    page = f"/loose-pages/{loose.pk}/"
    for where in ("/loose-pages/", page):
        assert as_(world.doctor).get(where).status_code == 403
    assert as_(other.priya).get(page).status_code == 404
    assert as_(other.priya).post(f"{page}lines/", {"to": "9"}).status_code == 404
    assert as_(other.priya).post("/loose-pages/", form(world)).status_code == 422
    clerk = as_(world.priya)
    assert clerk.get(f"{page}lines/").status_code == 405
    assert clerk.post(page).status_code == 405
    assert clerk.get(f"/loose-pages/{uuid.uuid4()}/").status_code == 404
