"""The worklist over HTTP: works, wrong method, wrong practice, no permission, missing."""

import csv
import io
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appointments import booking, patients
from appointments.models import Access, Clash
from appointments.patients import Details
from fallback import outages, worklist
from fallback.models import Outage, WorklistLine
from tests.fallback.worklist.conftest import beside
from tests.world import PASSWORD, build

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked(world, lines):
    """Ann at 10:00 and Bob at 10:10, on the list."""
    for clock, patient in (("10:00", world.ann), ("10:10", world.bob)):
        booking.book(world.slot(clock).pk, world.asks(patient), world.by)
    return lines()


def text(answer):
    return " ".join(answer.content.decode().split())


def test_it_shows_the_first_line_in_hand_and_all_in_order(reception, booked):
    answer = reception.get("/worklist/")
    assert answer.status_code == 200
    page = text(answer)
    assert "To enter in the clinical system: 2" in page
    assert "Book: BAKER, Ann (Mrs)</h2>" in page
    assert 'data-copy="9990000018"' in page
    assert page.index("BAKER, Ann") < page.index("CARTER, Bob")
    assert "Worklist (2)" in page


def test_ticking_goes_on_to_the_next_and_offers_to_undo(reception, booked, lines):
    first, second = booked
    answer = reception.post(
        f"/worklist/{first.pk}/entered/",
        {"seen": worklist.fingerprint(first), "next": second.pk},
        follow=True,
    )
    page = text(answer)
    assert "To enter in the clinical system: 1" in page
    assert "Entered: book BAKER, Ann (Mrs)" in page
    assert "Book: CARTER, Bob (Mr)</h2>" in page
    page = text(reception.post(f"/worklist/{first.pk}/undo/", follow=True))
    assert "To enter in the clinical system: 2" in page
    assert "Book: BAKER, Ann (Mrs)</h2>" in page


def test_the_end_of_the_list_says_so(reception, booked):
    for line in booked:
        answer = reception.post(f"/worklist/{line.pk}/entered/", follow=True)
    assert "Everything is in the clinical system." in text(answer)
    assert "Worklist (0)" in text(answer)


def test_what_changed_meanwhile_is_said_and_can_be_put_right(world, reception, booked, lines):
    first = booked[0]
    booking.cancel(first.appointment_id, world.by2)
    answer = reception.post(f"/worklist/{first.pk}/entered/", {"seen": "x"})
    assert answer.status_code == 409
    assert "changed in our book meanwhile" in text(answer)
    assert "I had keyed it already" in text(answer)
    reception.post(f"/worklist/{first.pk}/entered/", {"already_keyed": "on"}, follow=True)
    assert [(line.kind, line.patient) for line in lines()] == [
        ("cancel", world.ann), ("book", world.bob),
    ]  # fmt: skip


def test_not_possible_needs_a_reason_and_keeps_it(reception, booked):
    first = booked[0]
    refused = reception.post(f"/worklist/{first.pk}/not-possible/", {"because": ""})
    assert refused.status_code == 409
    assert "Say why" in text(refused)
    answer = reception.post(
        f"/worklist/{first.pk}/not-possible/", {"because": "the session is locked"}, follow=True
    )
    assert "Not possible, and still missing there: 1" in text(answer)
    assert "(the session is locked)" in text(answer)


def test_somebody_else_there_becomes_a_clash(world, reception, booked):
    first = booked[0]
    page = text(reception.post(f"/worklist/{first.pk}/taken/", {"q": "hughes", "find": "1"}))
    assert str(world.cat.pk) in page
    answer = reception.post(f"/worklist/{first.pk}/taken/", {"patient": world.cat.pk}, follow=True)
    assert answer.status_code == 200
    clash = Clash.objects.get()
    assert (clash.first.patient, clash.second.patient) == (world.ann, world.cat)
    assert clash.source == "clinical system"
    assert "to be decided: 1" in text(answer)


def test_the_filter_narrows_by_day_and_site_and_stays(world, reception, booked):
    page = text(reception.get("/worklist/", {"site": world.branch.pk}))
    assert "Nothing is left here. Elsewhere: 2." in page
    page = text(reception.get("/worklist/", {"site": world.site.pk, "day": world.day}))
    assert "Book: BAKER" in page
    assert f'name="day" value="{world.day}"' in page
    answer = reception.post(f"/worklist/{booked[0].pk}/entered/", {"day": world.day})
    assert f"day={world.day}" in answer["Location"]


def test_the_filter_narrows_to_what_an_outage_brought_about(world, reception, booked):
    made = outages.declare(world.by, ["clinical_system"], timezone.now())
    Outage.objects.update(began_at=timezone.now())
    booking.book(world.slot("11:00").pk, world.asks(world.cat), world.by)
    page = text(reception.get("/worklist/", {"outage": str(made.pk)}))
    assert "HUGHES, Catrin" in page
    assert "BAKER, Ann" not in page
    rows = csv.reader(io.StringIO(reception.get(f"/worklist/csv/?outage={made.pk}").text))
    assert len(list(rows)) == 2
    assert "BAKER, Ann" in text(reception.get("/worklist/?outage=nonsense"))


def test_the_csv_has_every_line_and_no_formula(world, reception, booked):
    new = patients.register(Details(family_name="=cmd|' /C calc'!A0"), world.by)
    booking.book(world.slot("10:20").pk, world.asks(new), world.by)
    answer = reception.get("/worklist/csv/")
    assert answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["do"] for row in rows] == ["Book", "Book", "Register", "Book"]
    assert rows[0]["NHS number"] == "9990000018"
    assert not any(cell.startswith("=") for row in rows for cell in row.values())
    assert Access.objects.filter(what="took_away").count() == 1


def test_every_opening_is_in_the_access_log(reception, booked):
    before = Access.objects.count()
    reception.get("/worklist/")
    assert Access.objects.count() == before + 1
    assert Access.objects.latest("at").detail == "the clinical system's worklist"
    reception.get(f"/worklist/{booked[0].pk}/taken/")
    assert Access.objects.latest("at").patient == booked[0].patient


def test_a_practice_whose_book_is_its_own_has_no_link(client):
    world = build()
    said = {"username": "priya", "password": PASSWORD, "desk": "1"}
    client.post("/sign-in/", said)
    page = text(client.get("/worklist/"))
    assert "nothing needs to be entered elsewhere" in page
    assert "go-worklist" not in page
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    client.get("/worklist/")
    assert not WorklistLine.objects.exists()


def test_clinicians_have_no_part_in_it(as_, world, booked):
    client = as_(world.doctor)
    for address in ("/worklist/", "/worklist/csv/", f"/worklist/{booked[0].pk}/taken/"):
        assert client.get(address).status_code == 403
    assert client.post(f"/worklist/{booked[0].pk}/entered/").status_code == 403


@pytest.mark.parametrize("deed", ["entered", "not-possible", "undo", "taken"])
def test_another_practices_line_and_no_line_are_not_found(reception, deed):
    other = beside(build("G82002", home=False))
    booking.book(other.slot("10:00").pk, other.asks(other.ann), other.by)
    worklist.follow(other.practice)
    for line in (WorklistLine.objects.get().pk, uuid.uuid4()):
        assert reception.post(f"/worklist/{line}/{deed}/").status_code == 404


@pytest.mark.parametrize("deed", ["entered", "not-possible", "undo"])
def test_looking_ends_no_line(reception, booked, deed):
    assert reception.get(f"/worklist/{booked[0].pk}/{deed}/").status_code == 405


def test_the_questions_to_the_database_do_not_grow_with_the_list(world, reception, lines):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            assert reception.get("/worklist/").status_code == 200
        return len(queries)

    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    reception.get("/worklist/")
    few = asked()
    for clock in ("10:10", "10:20", "10:30", "10:40"):
        booking.book(world.slot(clock).pk, world.asks(world.bob), world.by)
    reception.get("/worklist/")
    assert asked() == few
