"""A long outage: 5,000 lines, each page within 100 ms for 95 in 100."""

import time
import uuid
from datetime import timedelta

import pytest

from appointments import booking, journal
from appointments.models import Appointment, Patient, Session, SessionHolder, Slot
from fallback import worklist
from fallback.models import WorklistLine
from tests.fallback.worklist.conftest import beside
from tests.world import PASSWORD, at, build

LINES, SESSIONS, PATIENTS = 5000, 100, 1000
AT_MOST = 100  # ms, for 95 in 100

pytestmark = [pytest.mark.django_db, pytest.mark.bench]


@pytest.fixture
def world(db):
    """Booked in one journal entry, to save the test's time; followed as if one by one."""
    world = beside(build())
    own = {"practice": world.practice}
    with journal.writing(world.by, "book") as entry:
        patients = [
            Patient(**own, family_name=f"Baker{n}", given_name="Ann", number=f"{n}")
            for n in range(PATIENTS)
        ]
        entry.add_many(Patient, patients)
        sessions, holders, slots = [], [], []
        for number in range(SESSIONS):
            starts = at(world.day, "08:00") + timedelta(days=number // 20)
            day = starts.date()
            ends = starts + timedelta(minutes=10 * LINES // SESSIONS)
            sessions.append(
                Session(
                    **own,
                    site=world.site,
                    day=day,
                    starts_at=starts,
                    ends_at=ends,
                    name=f"{number}",
                )
            )
            holders.append(SessionHolder(**own, session=sessions[-1], clinician=world.lane))
            slots += [
                Slot(
                    **own, session=sessions[-1], minutes=10, slot_type=world.routine,
                    starts_at=starts + timedelta(minutes=10 * n),
                )
                for n in range(LINES // SESSIONS)
            ]  # fmt: skip
        rows = [
            Appointment(
                **own, slot=slot, patient=patients[n % PATIENTS], reference=uuid.uuid4(),
                booked_at=entry.at, booked_by=world.priya,
            )
            for n, slot in enumerate(slots)
        ]  # fmt: skip
        for model, new in (
            (Session, sessions), (SessionHolder, holders), (Slot, slots), (Appointment, rows),
        ):  # fmt: skip
            entry.add_many(model, new)
    return world


def test_pages_of_a_long_list_come_quickly(world, client, capsys):
    began = time.perf_counter()
    worklist.follow(world.practice)
    followed = time.perf_counter() - began
    assert WorklistLine.objects.filter(ended_as="", kind="book").count() == LINES
    client.post("/sign-in/", {"username": "priya", "password": PASSWORD, "desk": "1"})
    client.get("/worklist/")
    took = []
    for number in range(40):
        line = WorklistLine.objects.filter(ended_as="", kind="book")[number]
        began = time.perf_counter()
        where = {"page": number + 1} if number % 2 else {"day": world.day, "line": line.pk}
        assert client.get("/worklist/", where).status_code == 200
        took.append((time.perf_counter() - began) * 1000)
    ticks, books = [], []
    for number in range(20):
        line = WorklistLine.objects.filter(ended_as="", kind="book")[number]
        began = time.perf_counter()
        worklist.enter(world.by, line.pk)
        ticks.append((time.perf_counter() - began) * 1000)
        booking.book(world.morning.slots.all()[number % 12].pk, world.asks(world.ann), world.by)
        began = time.perf_counter()
        worklist.follow(world.practice)
        books.append((time.perf_counter() - began) * 1000)
        live = world.ann.appointments.exclude(status="cancelled").latest("booked_at")
        booking.cancel(live.pk, world.by)
        worklist.follow(world.practice)
    with capsys.disabled():
        print(
            f"\n{LINES} lines: made in {followed:.1f} s; a page, 95 in 100 within "
            f"{sorted(took)[37]:.0f} ms; a tick {sorted(ticks)[18]:.0f} ms; one more booking "
            f"followed in {sorted(books)[18]:.0f} ms"
        )
    assert sorted(took)[37] <= AT_MOST
