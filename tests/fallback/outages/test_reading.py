"""Which sheets an outage has to bring home, and which lines for the clinical system are its."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import booking, journal
from appointments.availability import LONDON
from fallback import outages, outstanding, rekey, worklist
from fallback.models import Sheet
from fallback.plans import change_plan
from fallback.rekey import Line
from tests.fallback.outages.conftest import minutes_ago
from tests.paper import printed_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(world) -> Sheet:
    """A sheet for today that was printed three hours ago."""
    today = timezone.localdate(minutes_ago(100), LONDON)
    return printed_sheet(world, day=today, printed_at=minutes_ago(180))


def write(world, sheet, ago: int):
    said = Line(
        what="booked", reference=uuid.uuid4(), written_at=minutes_ago(ago), patient=world.ann.pk
    )
    return rekey.enter(sheet.reference, "A3", said, world.by)


def test_sheets_that_were_out_come_home_where_desks_were_cut_off(world, declared, sheet):
    assert list(outages.sheets_of(declared("power", ago=100))) == [sheet]
    assert list(outages.sheets_of(declared("building", ago=100, site=world.site))) == [sheet]
    assert not outages.sheets_of(declared("building", ago=100, site=world.branch))


def test_where_booking_went_on_only_those_that_were_written_on(world, declared, sheet):
    made = declared("telephones", ago=100)
    assert not outages.sheets_of(made)
    write(world, sheet, ago=50)
    assert list(outages.sheets_of(made)) == [sheet]


def test_a_branch_is_cut_off_without_the_internet(world, declared, sheet):
    made = declared("internet", ago=100)
    assert not outages.sheets_of(made)
    Sheet.objects.update(site=world.branch)
    assert list(outages.sheets_of(made)) == [sheet]


def test_what_was_written_before_or_after_is_not_its(world, declared, sheet):
    made = declared("telephones", ago=60)
    write(world, sheet, ago=61)
    assert not outages.sheets_of(made)


@pytest.mark.parametrize(
    "columns",
    [
        {"printed_at": None},
        {"ended_at": minutes_ago(60 * 24), "ended_as": "shredded"},
        {"printed_at": timezone.now() + timedelta(days=1)},
        {"day": timezone.localdate(timezone=LONDON) + timedelta(days=3)},
    ],
)
def test_sheets_that_were_not_out_are_left_alone(world, declared, sheet, columns):
    Sheet.objects.update(**columns)
    assert not outages.sheets_of(declared("power", ago=100))


def test_a_sheet_signed_off_since_is_still_its(world, declared, sheet):
    made = declared("power", ago=100)
    Sheet.objects.update(ended_at=timezone.now(), ended_as="done")
    assert list(outages.sheets_of(made)) == [sheet]


def test_another_practices_sheets_are_not_its(world, other, sheet):
    theirs = outages.declare(other.by, ["power"], minutes_ago(100))
    assert not outages.sheets_of(theirs)


def test_the_clinical_systems_lines_are_those_of_its_time_and_of_its_paper(world, declared, sheet):
    change_plan(world.by_manager, beside_clinical_system=True)
    worklist.follow(world.practice)
    made = declared("clinical_system", began_at=timezone.now())
    booking.book(world.slot("11:00").pk, world.asks(world.bob), world.by)
    made = outages.end(world.by, made, timezone.now())
    write_at = made.ended_at - timedelta(microseconds=1)
    said = Line(what="booked", reference=uuid.uuid4(), written_at=write_at, patient=world.ann.pk)
    rekey.enter(sheet.reference, "A3", said, world.by)
    booking.book(world.slot("11:10").pk, world.asks(world.cat), world.by)  # an ordinary booking
    worklist.follow(world.practice)
    assert {line.patient for line in outages.clinical_lines(made)} == {world.ann, world.bob}
    assert outstanding.outstanding(world.practice, made).clinical_lines == 2
    assert outstanding.outstanding(world.practice).clinical_lines == 3


def test_the_worklists_window_takes_an_outages_numbers(world, declared):
    booking.book(world.slot("10:00").pk, world.asks(world.ann), world.by)
    made = declared("clinical_system", began_at=timezone.now())
    booking.book(world.slot("11:00").pk, world.asks(world.bob), world.by)
    made = outages.end(world.by, made, timezone.now())
    booking.book(world.slot("11:10").pk, world.asks(world.cat), world.by)
    lines = worklist.net_effect(world.practice, made.journal_from, made.journal_to)
    assert [line.patient for line in lines] == [world.bob.pk]
    assert made.journal_to < journal.newest(world.practice)
