"""What happens in the book between the comparison and the lock, and beside bulk extracts."""

import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from appointments import booking, journal
from appointments.booking import NewAppointment
from appointments.imports import screen
from appointments.imports.screen.loading import Load
from appointments.journal import Actor
from appointments.models import Appointment, Clash, Patient, Practice, ScreenCover
from appointments.refusals import BookingRefused
from tests.world import assert_rebuilds


@pytest.fixture
def meanwhile(monkeypatch):
    """Have something done after the comparison, the first time one is made."""

    def arrange(deed):
        write, tries = Load._write, []

        def late(self):
            tries.append(self)
            if len(tries) == 1:
                deed()
            write(self)

        monkeypatch.setattr(Load, "_write", late)
        return tries

    return arrange


@pytest.mark.django_db
def test_a_slot_that_we_book_meanwhile_makes_a_clash(world, listed, load, meanwhile, who):
    file = listed().row("10:00", world.ann)
    meanwhile(lambda: booking.book(world.slot("10:00").pk, world.asks(world.bob), world.by))
    load(file)
    assert who("10:00") == [("Carter", "booked", ""), ("Baker", "booked", "clash")]
    assert Clash.objects.count() == 1
    assert_rebuilds(world.practice)


@pytest.mark.django_db
def test_two_loads_of_one_list_at_once(world, listed, load, meanwhile, hours):
    file = listed().row("10:00", world.ann).row("18:00", world.bob)
    tries = meanwhile(lambda: load(file, at=hours(3)))
    load(file, at=hours(3))
    assert len(tries) > 1
    assert Appointment.objects.count() == 2


@pytest.mark.django_db
def test_a_newer_list_that_comes_meanwhile_wins(world, listed, load, meanwhile, hours, who):
    older, newer = listed().row("10:00", world.ann), listed().row("10:00", world.bob)
    meanwhile(lambda: load(newer, at=hours(4)))
    with pytest.raises(screen.NotAnExport, match="would undo newer changes"):
        load(older, at=hours(3))
    assert who("10:00") == [("Carter", "booked", "")]


@pytest.mark.django_db
def test_a_load_that_fails_at_its_end_has_not_happened(
    world, listed, load, mapping_of, monkeypatch
):
    file = listed().row("10:00", world.ann).row("18:00", world.bob)
    mapping_of(file)
    number = journal.newest(world.practice)

    def killed(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(Load, "_sites_left_out", killed)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        load(file)
    assert journal.newest(world.practice) == number
    assert not Appointment.objects.exists()
    assert not ScreenCover.objects.exists()
    assert Practice.objects.get().clinical_as_of is None


@pytest.mark.django_db(transaction=True)
def test_desks_book_while_lists_are_loaded(world, listed, mapping_of, hours):
    """Nobody waits 3 s, nothing is lost: each booking stands, alone or in a clash."""
    with journal.writing(world.by, "register") as entry:
        people = [
            entry.add(
                Patient(
                    practice=world.practice, given_name="Al", family_name=f"Long{n}",
                    born_on=world.day - timedelta(days=9000), number=f"7{n:03}",
                )
            )
            for n in range(12)
        ]  # fmt: skip
    clocks = [f"{10 + n // 6}:{n % 6}0" for n in range(12)]
    full, other = listed(), listed()
    for n, clock in enumerate(clocks):
        full.row(clock, Patient_Number=people[n].number)
        other.row(clock, Patient_Number=people[(n + 1) % 12].number)
    for file in (full, other):
        file.headings.append("Patient Number")
    mapping = mapping_of(full)
    slots = [world.slot(clock).pk for clock in clocks]
    booked, longest, wrong = [], [0.0], []

    def desk(patient, slots):
        by = Actor(world.practice, world.priya, world.desk1)
        for slot in slots:
            began = time.perf_counter()
            try:
                booked.append(booking.book(slot, NewAppointment(patient, uuid.uuid4()), by).pk)
            except BookingRefused:
                pass
            except Exception as error:
                wrong.append(repr(error))
            longest[0] = max(longest[0], time.perf_counter() - began)
        connections.close_all()

    desks = [
        threading.Thread(target=desk, args=(world.ann.pk, slots)),
        threading.Thread(target=desk, args=(world.bob.pk, slots[::-1])),
    ]
    for thread in desks:
        thread.start()
    for number, file in enumerate((full, other)):
        report = screen.load(
            world.practice, mapping, screen.File(file.data(), saved_at=hours(number))
        )
        assert report.lock_seconds < 3
        assert report.rejects == []
    for thread in desks:
        thread.join()
    assert wrong == []
    assert longest[0] < 3
    live = Appointment.objects.exclude(status="cancelled")
    assert live.filter(pk__in=booked).count() == len(booked)
    for n, slot in enumerate(slots):
        assert live.filter(slot=slot, patient=people[(n + 1) % 12]).count() == 1
        assert live.filter(slot=slot, in_clash=False, is_extra=False).count() == 1
    assert_rebuilds(world.practice)
    assert connection.vendor
