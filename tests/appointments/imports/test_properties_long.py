"""Any two extracts, and anything that reception did between them."""

import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from appointments import booking, journal
from appointments.booking import NewAppointment
from appointments.imports import emis
from appointments.journal import Actor
from appointments.models import Appointment, Clash, Practice, Slot, Staff
from appointments.refusals import BookingRefused
from tests.appointments.imports.book import is_sound
from tests.appointments.imports.extract import LATER, Extract, bare
from tests.world import working_day

pytestmark = pytest.mark.django_db

SLOTS = (1, 2, 3)
UNKNOWN = 99  # a patient who is in no extract
STATUSES = {
    "booked": {},
    "sent_in": {"SendInTime": "10:05:00"},
    "left": {"SendInTime": "10:05:00", "LeftTime": "10:15:00"},
    "did_not_attend": {"DidNotAttend": "true"},
}


@contextmanager
def undone():
    """Roll back whatever an example writes."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


a_slot = st.fixed_dictionaries(
    {
        "patient": st.sampled_from([None, None, 1, 2, 3, UNKNOWN]),
        "status": st.sampled_from(list(STATUSES)),
        "blocked": st.booleans(),
        "deleted": st.sampled_from([False, False, False, True]),
        "minutes": st.sampled_from([5, 10]),
    }
)
a_load = st.fixed_dictionaries(dict.fromkeys(SLOTS, a_slot))
a_deed = st.tuples(
    st.sampled_from(["book", "cancel", "move", "arrive"]),
    st.sampled_from(SLOTS),
    st.sampled_from([1, 2, 3]),
)


def extract_of(load):
    extract = Extract(working_day(), slots=len(SLOTS) + 1)
    for number, said in load.items():
        if said["patient"]:
            extract.book(number, said["patient"], SlotStatus="", **STATUSES[said["status"]])
        extract.slot(number).update(
            IsBlocked=str(said["blocked"]),
            Deleted=str(said["deleted"]),
            PlannedDurationInMinutes=str(said["minutes"]),
        )
    return extract


def load(extract, stamp):
    with tempfile.TemporaryDirectory() as folder:
        return emis.load(extract.write(Path(folder), stamp=stamp))


def live():
    """{(slot, patient): status} of everything booked."""
    rows = Appointment.objects.exclude(status="cancelled")
    return {
        (a.slot.external_id, a.patient.external_id): a.status
        for a in rows.select_related("slot", "patient")
    }


def expected(said_by_slot):
    return {
        (bare("slot", number), bare("patient", said["patient"])): said["status"]
        for number, said in said_by_slot.items()
        if said["patient"] not in (None, UNKNOWN) and not said["deleted"]
    }


def changes_nothing(extract, stamp):
    practice = Practice.objects.get()
    number = journal.newest(practice)
    load(extract, stamp)
    return journal.newest(practice) == number


@settings(deadline=None, max_examples=1500)
@given(a_load, a_load)
def test_two_loads_give_what_the_second_says(first, second):
    with undone():
        load(extract_of(first), "20261122020000")
        assert live() == expected(first)
        load(extract_of(second), LATER)
        assert live() == expected(second)
        for number, said in second.items():
            slot = Slot.objects.filter(external_id=bare("slot", number)).first()
            assert (slot is None or slot.removed_at is not None) == said["deleted"]
            if slot and not said["deleted"]:
                assert slot.minutes == said["minutes"]
                is_blocked = said["blocked"] or said["patient"] == UNKNOWN
                assert (slot.blocked_at is not None) == is_blocked
        assert not Clash.objects.exists()
        assert changes_nothing(extract_of(second), LATER)
        assert is_sound(Practice.objects.get())


def receptionist(practice):
    row = Staff(practice=practice, username="priya", name="Priya Shah", role="receptionist")
    with journal.writing(Actor(practice), "add_staff") as entry:
        entry.add(row)
    return Actor(practice, row, practice.desk_set.get(number=1))


def do(deed, slot_number, patient_number, by):
    slot = Slot.objects.filter(external_id=bare("slot", slot_number)).first()
    patient = by.practice.patient_set.get(external_id=bare("patient", patient_number))
    if slot is None:
        return
    there = Appointment.objects.filter(slot=slot).exclude(status="cancelled").first()
    free = Slot.objects.get(external_id=bare("slot", len(SLOTS) + 1))
    try:
        if deed == "book":
            booking.book(slot.pk, NewAppointment(patient.pk, uuid.uuid4()), by)
        elif there and deed == "cancel":
            booking.cancel(there.pk, by)
        elif there and deed == "move":
            booking.move(there.pk, free.pk, by)
        elif there:
            booking.arrive(there.pk, by)
    except BookingRefused:
        pass


@given(a_load, st.lists(a_deed, max_size=4), a_load)
@settings(deadline=None, max_examples=3000)
def test_what_reception_did_between_two_loads_is_never_trampled(first, deeds, second):
    with undone():
        load(extract_of(first), "20261122020000")
        practice = Practice.objects.get()
        by = receptionist(practice)
        before = live()
        for deed in deeds:
            do(*deed, by)
        ours = {key: status for key, status in live().items() if before.get(key) != status}
        load(extract_of(second), LATER)
        after = live()
        for key, status in ours.items():
            assert key in after, "somebody whom we booked, moved or marked is gone"
            assert status != "arrived" or after[key] in ("arrived", "sent_in", "left")
        for key in expected(second).keys() - expected(first).keys():
            assert key in after, "somebody whom they booked is missing"
        main = Appointment.objects.exclude(status="cancelled").filter(in_clash=False)
        assert main.values("slot").distinct().count() == main.count()
        assert changes_nothing(extract_of(second), LATER)
        assert live() == after
        assert is_sound(practice)
