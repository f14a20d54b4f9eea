"""Letting go of a slot on paper, in its panel on the day screen."""

import pytest

from appointments import booking
from fallback import sheets
from fallback.models import SheetRow
from tests.paper import printed_sheet

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def sheet(world):
    return printed_sheet(world)


def panel(client, world, clock="10:10"):
    return client.get(f"/slots/{world.slot(clock).pk}/", **HTMX).text


def strike(client, world, clock="10:10", how=HTMX, **said):
    return client.post(f"/slots/{world.slot(clock).pk}/striking-out/", said, **how)


def test_the_panel_names_the_row_and_asks_for_its_code(world, as_, sheet):
    text = panel(as_(world.priya), world)
    assert f"Row A3 of sheet {sheets.shown(sheet)}: strike it out on the paper" in text
    assert 'name="code"' in text
    assert "Let go of it" not in text
    assert "data-booking" not in text


def test_the_code_opens_the_slot_for_booking_in_the_panel(world, as_, sheet):
    answer = strike(as_(world.priya), world, code="a3")
    assert answer.status_code == 200
    assert "data-booking" in answer.text
    assert answer["HX-Trigger"] == "book-changed"
    assert world.slot("10:10").kept_by is None
    assert SheetRow.objects.get(sheet=sheet).struck_by == world.priya
    booking.book(world.slot("10:10").pk, world.asks(world.ann), world.by)


@pytest.mark.parametrize("code", ["A4", "", "A", "0O", "x" * 50, "\0", "<script>"])
def test_another_code_opens_nothing(world, as_, sheet, code):
    answer = strike(as_(world.priya), world, code=code)
    assert answer.status_code == 409
    assert "<script>" not in answer.text
    assert 'name="code"' in answer.text
    assert world.slot("10:10").kept_by == world.desk1
    assert SheetRow.objects.get(sheet=sheet).struck_at is None


def test_the_code_of_another_row_of_the_sheet_strikes_neither(world, as_, sheet):
    slot = world.slot("10:20")
    booking.keep([slot.pk], world.desk1, "paper", world.by_lead)
    SheetRow.objects.create(
        practice=world.practice, sheet=sheet, place=2, code="A4", kind="slot", slot=slot,
        is_live=True,
    )  # fmt: skip
    answer = strike(as_(world.priya), world, code="A4")
    assert "This slot is row A3" in answer.text
    assert not SheetRow.objects.exclude(struck_at=None).exists()


def test_without_scripts_it_is_the_same(world, as_, sheet):
    answer = strike(as_(world.priya), world, how={}, code="A3")
    assert answer.status_code == 303
    assert answer["Location"] == f"/slots/{world.slot('10:10').pk}/"
    assert "data-booking" in as_(world.priya).get(answer["Location"]).text


def test_the_lead_does_it_for_another_desk_with_a_reason(world, as_, sheet):
    lead = as_(world.lead, world.desk2)
    text = panel(lead, world)
    assert "which Desk 1 has: tell them to strike it out" in text
    assert 'name="because"' in text
    assert strike(lead, world).status_code == 409
    assert strike(lead, world, because="Urgent, 999 said so").status_code == 200
    assert world.slot("10:10").kept_by is None
    assert SheetRow.objects.get(sheet=sheet).struck_because == "Urgent, 999 said so"


def test_another_receptionist_asks_for_it(world, as_, sheet):
    tom = as_(world.tom, world.desk2)
    text = panel(tom, world)
    assert "Ask Desk 1 for it" in text
    assert "striking-out" not in text
    assert strike(tom, world, code="A3").status_code == 409
    assert world.slot("10:10").kept_by == world.desk1


def test_a_slot_on_a_sheet_that_was_never_printed_is_taken_in_one_step(world, as_):
    printed_sheet(world, printed_at=None)
    tom = as_(world.tom, world.desk2)
    assert "it is on no printed sheet" in panel(tom, world)
    answer = tom.post(f"/slots/{world.slot('10:10').pk}/taking/", **HTMX)
    assert answer.status_code == 200
    assert "data-booking" in answer.text
    booking.book(world.slot("10:10").pk, world.asks(world.ann), world.by2)


def test_a_printed_one_is_not_taken(world, as_, sheet):
    answer = as_(world.tom, world.desk2).post(f"/slots/{world.slot('10:10').pk}/taking/", **HTMX)
    assert answer.status_code == 409
    assert "Strike it out there" in answer.text


def test_another_desks_slot_on_screen_is_taken_and_the_own_one_booked(world, as_):
    booking.keep([world.slot("10:30").pk], world.desk1, "screen", world.by)
    assert "taking/" in panel(as_(world.tom, world.desk2), world, "10:30")
    own = panel(as_(world.priya), world, "10:30")
    assert "taking/" not in own
    assert "data-booking" in own


@pytest.mark.parametrize("what", ["striking-out", "taking"])
def test_whose_it_is_and_how_it_is_said(world, other, as_, sheet, what):
    address = f"/slots/{world.slot('10:10').pk}/{what}/"
    assert as_(world.priya).get(address).status_code == 405
    theirs = f"/slots/{other.slot('10:10').pk}/{what}/"
    assert as_(world.priya).post(theirs).status_code == 404
    assert as_(world.doctor).post(address).status_code == 403
    assert world.slot("10:10").kept_by == world.desk1


def test_a_clinician_is_offered_nothing(world, as_, sheet):
    assert "striking-out" not in panel(as_(world.doctor), world)
