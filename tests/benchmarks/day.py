"""The day page: a whole one, one where a column changed, and a poll that finds nothing new."""

import statistics
import time
import uuid
from collections.abc import Callable
from datetime import date
from random import Random

from django.test import Client

from appointments import booking, demo
from appointments.booking import NewAppointment
from appointments.journal import Actor
from appointments.models import Practice
from tests.benchmarks.ground import SLOTS_PER_DAY, Figure

WHOLE_AT_MOST = 25.0  # ms of CPU
UNCHANGED_AT_MOST = 2.5  # ms of CPU
TIMES = 30
POLLS = 200


def measure() -> list[Figure]:
    """Ask for days as a desk does, and count the processor's time."""
    practice = Practice.objects.get(is_home=True)
    days = full_days(practice)
    client = at_a_desk(practice)
    first, *others = days
    for day in (first, others[-1]):
        client.get(address(day))  # templates are compiled once per process
    never_drawn = [cpu(lambda day=day: client.get(address(day))) for day in others[:-1]]
    changed = []
    for slot in free_slots(practice, first)[:TIMES]:
        book(practice, slot)
        changed.append(cpu(lambda: client.get(address(first))))
    page = client.get(address(first))
    slots = page.content.decode().count("data-slot=")
    assert slots == SLOTS_PER_DAY, f"the day page shows {slots} slots"
    headers = {"If-None-Match": page["ETag"], "X-Poll": "1"}
    page = client.get(address(first), headers={"X-Poll": "1"})
    headers["If-None-Match"] = page["ETag"]
    assert client.get(address(first), headers=headers).status_code == 304
    unchanged = [cpu(lambda: client.get(address(first), headers=headers)) for _ in range(POLLS)]
    size = f"{len(page.content) / 1000:.0f} kB before compression, {slots} slots"
    return [
        Figure("day page, never drawn before", statistics.median(never_drawn), "ms CPU",
               at_most=WHOLE_AT_MOST, note=size),
        Figure("day page, one column changed", statistics.median(changed), "ms CPU",
               at_most=WHOLE_AT_MOST),
        Figure("day page, unchanged (poll)", statistics.median(unchanged), "ms CPU",
               at_most=UNCHANGED_AT_MOST),
    ]  # fmt: skip


def address(day: date) -> str:
    """Give the address of a day at the main site."""
    return f"/diary/{day}/"


def cpu(deed: Callable[[], object]) -> float:
    """Give the processor's time for a deed in ms."""
    began = time.process_time()
    deed()
    return (time.process_time() - began) * 1000


def full_days(practice: Practice) -> list[date]:
    """Give the working days from today on, which have all their slots."""
    today = date.today()
    days = practice.session_set.filter(day__gte=today, site=practice.main_site)
    closes_early = practice.closure_set.values("day")
    return sorted(set(days.exclude(day__in=closes_early).values_list("day", flat=True)))


def at_a_desk(practice: Practice, username: str = "reception1") -> Client:
    """Sign in at desk 1."""
    client = Client(SERVER_NAME="localhost")
    desk = practice.desk_set.get(number=1)
    form = {"username": username, "password": demo.PASSWORD, "desk": str(desk.pk)}
    answer = client.post("/sign-in/", form)
    assert answer.status_code in (200, 302, 303), answer.status_code
    return client


def free_slots(practice: Practice, day: date) -> list:
    """Give free slots of a day that may be booked at once."""
    slots = practice.slot_set.filter(session__day=day, blocked_at=None, appointments=None)
    return list(slots.filter(slot_type__release="at_once").order_by("?"))


def book(practice: Practice, slot) -> None:
    """Book somebody there from another desk."""
    staff = practice.staff.get(username="reception2")
    by = Actor(practice, staff, practice.desk_set.get(number=2))
    here = practice.patient_set.filter(died_on=None, departed_on=None)
    patient = Random(str(slot.pk)).choice(list(here.values_list("pk", flat=True)[:500]))
    booking.book(slot.pk, NewAppointment(patient=patient, reference=uuid.uuid4()), by)
