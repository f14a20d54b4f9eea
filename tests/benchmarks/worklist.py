"""A long outage: 5,000 lines on the clinical system's worklist, its pages and a tick."""

import time
import uuid
from collections.abc import Callable
from datetime import date, timedelta

from appointments import booking, journal
from appointments.booking import NewAppointment
from appointments.journal import Actor
from appointments.models import Appointment, Practice, Session, SessionHolder, Slot
from fallback import plans, worklist
from fallback.models import WorklistLine
from tests.benchmarks.day import at_a_desk, cpu
from tests.benchmarks.ground import Figure, percentile
from tests.world import at

LINES, SESSIONS, TIMES = 5000, 100, 40
PAGE_AT_MOST = 100.0  # ms, for 95 in 100


def measure() -> list[Figure]:
    """Book for days beside a clinical system, then look and tick as a clerk does."""
    practice = Practice.objects.get(is_home=True)
    by = Actor(practice, practice.staff.get(username="manager"), practice.desk_set.get(number=1))
    plans.change_plan(by, beside_clinical_system=True)
    worklist.follow(practice)
    spare = booked(by)
    made = clocked(lambda: worklist.follow(practice))
    waiting = WorklistLine.objects.filter(practice=practice, ended_as="")
    assert waiting.count() == LINES
    client = at_a_desk(practice)
    client.get("/worklist/")
    asked = [{"page": n + 1} if n % 2 else {"day": date.today()} for n in range(TIMES)]
    pages = [cpu(lambda which=which: client.get("/worklist/", which)) for which in asked]
    ticks = [
        clocked(lambda line=line: worklist.enter(by, line)) for line in waiting_ids(waiting, TIMES)
    ]
    followed = []
    patient = practice.patient_set.filter(died_on=None, departed_on=None).first()
    for slot in spare[:TIMES]:
        booking.book(slot.pk, NewAppointment(patient=patient.pk, reference=uuid.uuid4()), by)
        followed.append(clocked(lambda: worklist.follow(practice)))
    return [
        Figure("worklist, a page, 95 in 100 within", percentile(pages, 95), "ms CPU",
               at_most=PAGE_AT_MOST, note=f"{LINES:,} lines left"),
        Figure("worklist, a line ticked, 95 in 100 within", percentile(ticks, 95), "ms",
               at_most=PAGE_AT_MOST),
        Figure("worklist, one booking followed, 95 in 100 within", percentile(followed, 95), "ms",
               at_most=PAGE_AT_MOST),
        Figure(f"worklist, {LINES:,} lines made at once", made / 1000, "s"),
    ]  # fmt: skip


def clocked(deed: Callable[[], object]) -> float:
    """Give the ms that a deed takes."""
    began = time.perf_counter()
    deed()
    return (time.perf_counter() - began) * 1000


def waiting_ids(lines, count: int) -> list[uuid.UUID]:
    """Name the first lines."""
    return list(lines.values_list("pk", flat=True)[:count])


def booked(by: Actor) -> list[Slot]:
    """Book LINES people in sessions of their own, all in one entry; gives slots still free."""
    own = {"practice": by.practice}
    site, clinician = by.practice.main_site, by.practice.clinician_set.first()
    slot_type = by.practice.slottype_set.filter(release="at_once").first()
    patients = by.practice.patient_set.filter(died_on=None, departed_on=None)
    patients = list(patients.values_list("pk", flat=True)[: LINES // 3])
    sessions, holders, slots = [], [], []
    for number in range(SESSIONS + 1):
        starts = at(date.today() + timedelta(days=1 + number // 20), "08:00")
        count = LINES // SESSIONS
        ends = starts + timedelta(minutes=10 * count)
        when = {"day": starts.date(), "starts_at": starts, "ends_at": ends}
        sessions.append(Session(**own, site=site, name=f"Outage {number}", **when))
        holders.append(SessionHolder(**own, session=sessions[-1], clinician=clinician))
        slots += [
            Slot(
                **own, session=sessions[-1], minutes=10, slot_type=slot_type,
                starts_at=starts + timedelta(minutes=10 * n),
            )
            for n in range(count)
        ]  # fmt: skip
    with journal.writing(by, "book") as entry:
        rows = [
            Appointment(
                **own, slot=slot, patient_id=patients[n % len(patients)], reference=uuid.uuid4(),
                booked_at=entry.at, booked_by=by.staff,
            )
            for n, slot in enumerate(slots[:LINES])
        ]  # fmt: skip
        for model, new in ((Session, sessions), (SessionHolder, holders), (Slot, slots)):
            entry.add_many(model, new)
        entry.add_many(Appointment, rows)
        entry.touch_everything()
    return slots[LINES:]
