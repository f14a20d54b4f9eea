"""Sixteen desks want the same slots at once, through the real server.

First as fast as the server answers (no practice does that: it shows what happens at the limit),
then with a breath between two tries, still some hundred times what a busy morning brings.
"""

import multiprocessing
import time
import uuid
from collections import Counter
from pathlib import Path
from random import Random

from django.conf import settings
from django.db import connection, connections
from django.db.models import Count, Q

from appointments import demo, journal
from appointments.models import Appointment, Practice
from tests.benchmarks.day import free_slots, full_days
from tests.benchmarks.ground import Figure, percentile
from tests.serving import Desk, server

CLIENTS = 16
SLOTS = 60  # wanted by every client
BREATH = 1.0  # s between two tries of one client
PACED_SLOTS = 20
P99_AT_MOST = 100.0  # ms
BOOKED = (200, 303)
REFUSED = 409

Answer = tuple[float, int, str, str, str]  # ms, status, slot, reference, body


def measure() -> list[Figure]:
    """Let the desks fight, then look into the book."""
    practice = Practice.objects.get(is_home=True)
    days = full_days(practice)
    here = practice.patient_set.filter(died_on=None, departed_on=None).order_by("number")
    patients = [str(pk) for pk in here.values_list("pk", flat=True)[: CLIENTS * SLOTS]]
    desks = [str(pk) for pk in practice.desk_set.values_list("pk", flat=True)]
    at_once = [str(slot.pk) for slot in free_slots(practice, days[1])[:SLOTS]]
    paced = [str(slot.pk) for slot in free_slots(practice, days[2])[:PACED_SLOTS]]
    connections.close_all()
    answers = fight(Path(settings.DATA_DIR), at_once, patients, desks, breath=0)
    breathing = [ms for ms, *_ in fight(Path(settings.DATA_DIR), paced, patients, desks, BREATH)]
    return [
        *judged(practice, at_once, answers),
        Figure(
            "booking, a try a second each, 99 in 100 within", percentile(breathing, 99), "ms",
            note=f"half within {percentile(breathing, 50):.3g} ms",
        ),
    ]  # fmt: skip


def fight(
    folder: Path, slots: list[str], patients: list[str], desks: list[str], breath: float
) -> list[Answer]:
    """Serve the folder, and let each client try for every slot."""
    processes = multiprocessing.get_context("fork")
    start = processes.Barrier(CLIENTS)
    answers: multiprocessing.Queue = processes.Queue()
    with server(folder) as one:
        clients = [
            processes.Process(
                target=client,
                args=(number, one.port, desks[number % len(desks)], slots,
                      patients[number * SLOTS :][: len(slots)], breath, start, answers),
            )
            for number in range(CLIENTS)
        ]  # fmt: skip
        for process in clients:
            process.start()
        found = [answer for _ in clients for answer in answers.get(timeout=300)]
        for process in clients:
            process.join()
    assert len(found) == CLIENTS * len(slots), "a client gave up: see above"
    return found


def client(number, port, desk_id, slots, patients, breath, start, answers) -> None:
    """Act as one desk: sign in, wait for the others, try for every slot in the common order."""
    mine: list[Answer] = []
    try:
        desk = Desk(port, f"reception{number % 4 + 1}", demo.PASSWORD, desk_id)
        # What a desk has done by the time it books: opened a slot, looked for a patient.
        desk.request("GET", f"/slots/{slots[0]}/")
        desk.post(f"/slots/{slots[0]}/patients/", {"q": "smith"})
        start.wait(timeout=120)
        desk.reconnect()  # the wait may have been longer than the server keeps a connection
        rng = Random(number)
        time.sleep(breath * rng.random())  # people don't press keys in step
        for slot, patient in zip(slots, patients, strict=True):
            mine.append(attempt(desk, slot, patient))
            time.sleep(breath)
    finally:
        answers.put(mine)


def attempt(desk: Desk, slot: str, patient: str) -> Answer:
    """Try to book a slot, as the page's script does."""
    reference = str(uuid.uuid4())
    form = {"patient": patient, "reference": reference, "mode": "face_to_face",
            "booked_via": "telephone", "reason": "benchmark"}  # fmt: skip
    began = time.perf_counter()
    status, body = desk.post(f"/slots/{slot}/appointment/", form, **{"HX-Request": "true"})
    return (time.perf_counter() - began) * 1000, status, slot, reference, body[:2000]


def judged(practice: Practice, slots: list[str], answers: list[Answer]) -> list[Figure]:
    """Compare what the desks were told with what the book says."""
    took = [ms for ms, *_ in answers]
    statuses = Counter(status for _, status, *_ in answers)
    told = {reference for _, status, _, reference, _ in answers if status in BOOKED}
    live = ~Q(appointments__status=Appointment.Status.CANCELLED)
    per_slot = practice.slot_set.filter(pk__in=slots).annotate(
        many=Count("appointments", filter=live)
    )
    stored = practice.appointment_set.filter(slot__in=slots).values_list("reference", flat=True)
    errors = sum(many for status, many in statuses.items() if status >= 500)
    locked = sum("locked" in body for *_, body in answers)
    odd = sum(many for status, many in statuses.items() if status not in (*BOOKED, REFUSED))
    where = f"{CLIENTS} clients, {len(answers)} tries for {len(slots)} slots, {connection.vendor}"
    return [
        Figure("booking, 99 in 100 within", percentile(took, 99), "ms", at_most=P99_AT_MOST,
               note=where),
        Figure("booking, half within", percentile(took, 50), "ms",
               note=f"answers: {dict(sorted(statuses.items()))}"),
        Figure("slots booked twice", sum(slot.many > 1 for slot in per_slot), "", at_most=0),
        Figure("slots booked", sum(slot.many == 1 for slot in per_slot), "", at_least=len(slots)),
        Figure("'locked', errors and odd answers", errors + locked + odd, "", at_most=0),
        Figure("answered but not stored, or the reverse",
               len(told ^ {str(reference) for reference in stored}), "", at_most=0),
        Figure("faults in the journal", int(journal.first_fault(practice) is not None), "",
               at_most=0),
    ]  # fmt: skip
