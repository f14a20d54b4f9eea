"""What happens in the book between the comparison and the lock."""

import uuid

import pytest

from appointments import booking, journal, patients, practices
from appointments.booking import NewAppointment
from appointments.imports import emis
from appointments.imports.emis.loading import TRIES, Load
from appointments.journal import Actor
from appointments.models import Appointment, Call, Clash, Practice
from tests.appointments.imports.book import is_sound
from tests.appointments.imports.extract import STAMP

pytestmark = pytest.mark.django_db


@pytest.fixture
def meanwhile(monkeypatch):
    """Have something done after the comparison, each time (or the first `times`) one is made."""

    def arrange(deed, *, times=1):
        tries = []
        write = Load._write

        def late(self):
            tries.append(self)
            if len(tries) <= times:
                deed()
            write(self)

        monkeypatch.setattr(Load, "_write", late)
        return tries

    return arrange


def test_a_slot_that_we_book_meanwhile_makes_a_clash(
    small, load, meanwhile, slot, patient, reception, in_slot, practice
):
    def book():
        booking.book(slot(1).pk, NewAppointment(patient(1).pk, uuid.uuid4()), reception)

    tries = meanwhile(book)
    report = load(small.book(1, 2).book(2, 3), tables=("slot",))
    assert in_slot(1) == [("Baker", "booked", ""), ("Carter", "booked", "clash")]
    assert in_slot(2) == [("Hughes", "booked", "")]
    assert report.counts["clash"]["created"] == Clash.objects.count() == 1
    assert len(tries) == 1
    assert is_sound(practice)


def test_what_we_move_and_mark_meanwhile_stays(
    small, load, meanwhile, slot, patient, reception, in_slot, practice
):
    load(small.book(1, 1).book(2, 2))
    ann, bob = (Appointment.objects.get(patient=patient(number)) for number in (1, 2))

    def move_and_mark():
        booking.move(ann.pk, slot(4).pk, reception)
        booking.arrive(bob.pk, reception)

    meanwhile(move_and_mark)
    load(small.free(1).free(2).book(4, 3), tables=("slot",))
    assert in_slot(1) == []
    assert in_slot(2) == [("Carter", "arrived", "")]
    assert in_slot(4) == [("Baker", "booked", ""), ("Hughes", "booked", "clash")]
    assert is_sound(practice)


def test_a_clash_that_is_settled_meanwhile_stays_settled(
    small, load, meanwhile, slot, patient, reception, by_lead, in_slot, practice
):
    booking.book(slot(1).pk, NewAppointment(patient(1).pk, uuid.uuid4()), reception)
    load(small.book(1, 2))

    def settle():
        booking.settle_clash(Clash.objects.get().pk, "both", by_lead, "Dr Lane sees both")

    meanwhile(settle)
    load(small.book(1, 2, SendInTime="10:03:00"), tables=("slot",))
    assert in_slot(1) == [("Baker", "booked", ""), ("Carter", "sent_in", "extra")]
    assert is_sound(practice)


def test_larger_changes_start_the_comparison_again(
    small, load, meanwhile, patient, reception, in_slot, practice
):
    load(small.book(1, 1))

    def merge():
        patients.merge(patient(4).pk, patient(1).pk, reception, reason="one", despite_numbers=True)

    tries = meanwhile(merge)
    load(small.book(2, 1), tables=("slot",))
    assert len(tries) == 2
    assert (in_slot(1), in_slot(2)) == (
        [("Evans", "booked", "")],
        [("Evans", "booked", "")],
    )
    assert is_sound(practice)


def test_two_loads_of_the_same_extract_at_once(small, load, meanwhile, practice):
    small.book(1, 1)
    tries = meanwhile(lambda: load(small, tables=("slot",)))
    report = load(small, tables=("slot",))
    assert len(tries) == 2
    assert report.counts["appointment"]["created"] == 0
    assert Appointment.objects.count() == 1


def test_two_first_loads_at_once(small, load, meanwhile):
    meanwhile(lambda: load(small, stamp=STAMP))
    report = load(small, stamp=STAMP)
    assert Practice.objects.count() == 1
    assert report.counts["patient"]["unchanged"] == 4


def test_settings_that_never_stand_still(small, load, meanwhile, practice):
    def rename():
        practices.amend_site(
            practice.main_site_id, Actor(practice), telephone=f"{uuid.uuid4()}"[:20]
        )

    number = journal.newest(practice)
    tries = meanwhile(rename, times=TRIES)
    with pytest.raises(emis.NotAnExtract, match="Load it again at a quieter moment"):
        load(small.book(1, 1), tables=("slot",))
    assert len(tries) == TRIES
    assert journal.newest(practice) == number + TRIES
    assert not Appointment.objects.exists()
    assert not Call.objects.exists()
