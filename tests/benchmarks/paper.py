"""The paper: from a change to a new PDF in all places, and what that costs the desks.

The real keeper beside the real server, on the practice of 30 clinicians and 1,080 slots a day. One
of its three places hangs all the time.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import cycle
from pathlib import Path

from django.conf import settings
from django.db import connections

from appointments import booking as book
from appointments import journal
from appointments.booking import NewAppointment
from appointments.journal import Actor
from appointments.models import Practice
from appointments.refusals import BookingRefused
from fallback import places
from fallback.paper import making
from tests.benchmarks import booking
from tests.benchmarks.day import free_slots, full_days
from tests.benchmarks.ground import Figure, percentile
from tests.serving import ROOT, environment

CHANGES = 20
BURST, BURST_BREATH = 500, 0.02  # changes, s between two: some 10 s
CHANGE_AT_MOST, DIARY_AT_MOST, WEEK_AT_MOST = 10.0, 3.0, 30.0  # s
BEHIND_AT_MOST = 30.0  # s
MEMORY_AT_MOST = 600.0  # MB
SLOWER_AT_MOST = 1.5  # times
PATIENCE = 300  # s


def measure() -> list[Figure]:
    """Make a day by hand; keep all of them; change, burst, and book meanwhile."""
    practice = Practice.objects.get(is_home=True)
    folder = Path(settings.DATA_DIR)
    by = Actor(practice)
    for name in ("front desk PC", "back office", "hangs"):
        places.add_place(
            by, name=name, folder=str(folder / "copies" / name), pdfs_protected=name != "hangs"
        )
    os.mkfifo(folder / "copies" / "hangs" / "manifest.json")  # whoever reads it waits for ever
    figures = [diary(practice)]
    with keeper(folder) as process:
        memory = Memory(process.pid)
        memory.start()
        took = wait(lambda: is_everywhere(practice), "all days")
        figures += [
            Figure("eight days' papers in two places", took, "s", at_most=WEEK_AT_MOST,
                   note=f"{len(state(practice)['copies'])} site-days; a third place hangs"),
            *changes(practice),
            burst(practice),
        ]  # fmt: skip
    figures.append(
        Figure("memory of the keeper and its children, at most", memory.peak, "MB",
               at_most=MEMORY_AT_MOST)
    )  # fmt: skip
    return [*figures, *slower(practice, folder)]


def diary(practice: Practice) -> Figure:
    """Print the fullest day's diary alone."""
    day = full_days(practice)[0]
    press, took = making.press, []

    def timed(documents):
        began = time.perf_counter()
        rendered = press([one for one in documents if one.kind == "diary"])
        took.append((time.perf_counter() - began, rendered[0].pages))
        return press(documents)

    making.press = timed
    try:
        making.make(practice, practice.main_site, day)
    finally:
        making.press = press
    ((seconds, pages),) = took
    return Figure("the day diary", seconds, "s", at_most=DIARY_AT_MOST, note=f"{pages} pages")


@contextmanager
def keeper(folder: Path) -> Iterator[subprocess.Popen]:
    """Run the keeper for a while."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "keeper"], cwd=ROOT, env=environment(folder)
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)


def state(practice: Practice) -> dict:
    """Read what the keeper says of the practice."""
    try:
        said = json.loads((Path(settings.DATA_DIR) / "keeper.json").read_bytes())
    except FileNotFoundError:
        return {}
    return {} if said["has_ended"] else said["practices"].get(str(practice.pk), {})


def is_everywhere(practice: Practice) -> bool:
    """Whether nothing waits and both good places have the newest of all."""
    said = state(practice)
    if not said or said["waiting"] or len(said["copies"]) < 8:
        return False
    newest = {(copy["site"], copy["day"]): copy["print"] for copy in said["copies"]}
    return all(
        {(copy["site"], copy["day"]): copy["print"] for copy in place["copies"]} == newest
        for place in said["places"]
        if place["name"] != "hangs"
    )


def is_on_paper(practice: Practice, day: date, number: int) -> bool:
    """Whether both good places have the main site's day as it was at an entry, or later."""
    for name in ("front desk PC", "back office"):
        path = Path(settings.DATA_DIR, "copies", name, "manifest.json")
        files = json.loads(path.read_bytes())["files"].values()
        here = [f for f in files if (f["site"], f["day"]) == (str(practice.main_site_id), str(day))]
        if not here or min(file["journal"] for file in here) < number:
            return False
    return True


def wait(until: Callable[[], bool], what: str) -> float:
    """Wait for something; gives the seconds."""
    began = time.perf_counter()
    while not until():
        if time.perf_counter() - began > PATIENCE:
            raise AssertionError(f"{what}: not within {PATIENCE} s")
        time.sleep(0.05)
    return time.perf_counter() - began


def changes(practice: Practice) -> Iterator[Figure]:
    """Book now and then, and wait for the paper."""
    day = full_days(practice)[0]
    took = []
    for slot, patient in wanted(practice, day, CHANGES):
        number = book_one(practice, slot, patient)
        took.append(wait(lambda number=number: is_on_paper(practice, day, number), "a change"))
    note = f"half within {percentile(took, 50):.3g} s"
    yield Figure("change to new papers in both places, 95 in 100 within", percentile(took, 95), "s",
                 at_most=CHANGE_AT_MOST, note=note)  # fmt: skip


def burst(practice: Practice) -> Figure:
    """Make 500 changes in a row, and see how far the paper is behind at most."""
    day = full_days(practice)[1]
    booked: list[tuple[int, float]] = []
    behind, began = 0.0, time.perf_counter()

    def look() -> None:
        nonlocal behind
        while booked and is_on_paper(practice, day, booked[0][0]):
            booked.pop(0)
        if booked:
            behind = max(behind, time.perf_counter() - booked[0][1])

    looked, made = time.perf_counter(), 0
    for slot, patient in cycle(wanted(practice, day, BURST // 2)):
        for number in back_and_forth(practice, slot, patient):
            booked.append((number, time.perf_counter()))
            made += 1
            time.sleep(BURST_BREATH)
        if time.perf_counter() - looked > 0.25:
            look()
            looked = time.perf_counter()
        if made >= BURST:
            break
    took = time.perf_counter() - began

    def is_done() -> bool:
        look()
        return not booked

    wait(is_done, "the burst")
    return Figure("a burst of changes: the paper behind at most", behind, "s",
                  at_most=BEHIND_AT_MOST, note=f"{made} in {took:.3g} s")  # fmt: skip


def wanted(practice: Practice, day: date, many: int) -> list[tuple]:
    """Give free slots of a day, a patient for each."""
    slots = [slot for slot in free_slots(practice, day) if slot.kept_by_id is None][:many]
    here = practice.patient_set.filter(died_on=None, departed_on=None).order_by("-number")
    return list(zip(slots, here.values_list("pk", flat=True)[: len(slots)], strict=False))


def back_and_forth(practice: Practice, slot, patient) -> Iterator[int]:
    """Book and cancel again; gives the entries' numbers."""
    reference = uuid.uuid4()
    if number := book_one(practice, slot, patient, reference):
        yield number
        made = practice.appointment_set.get(reference=reference)
        book.cancel(made.pk, at_desk(practice), reason="Burst")
        yield journal.newest(practice)


def book_one(practice: Practice, slot, patient, reference: uuid.UUID | None = None) -> int:
    """Book as desk 2 does; gives the entry's number, or 0 if the slot went meanwhile."""
    asked = NewAppointment(patient=patient, reference=reference or uuid.uuid4())
    try:
        book.book(slot.pk, asked, at_desk(practice))
    except BookingRefused:  # shared out a moment ago
        return 0
    return journal.newest(practice)


def at_desk(practice: Practice) -> Actor:
    """Give the receptionist at desk 2."""
    staff = practice.staff.get(username="reception2")
    return Actor(practice, staff, practice.desk_set.get(number=2))


def slower(practice: Practice, folder: Path) -> Iterator[Figure]:
    """Let 16 desks fight for slots without a keeper and with one that makes paper all the time."""
    days = full_days(practice)
    here = practice.patient_set.filter(died_on=None, departed_on=None).order_by("number")
    patients = [
        str(pk) for pk in here.values_list("pk", flat=True)[: booking.CLIENTS * booking.SLOTS]
    ]
    desks = [str(pk) for pk in practice.desk_set.values_list("pk", flat=True)]

    def fight(day: date) -> float:
        slots = [slot for slot in free_slots(practice, day) if slot.kept_by_id is None]
        ids = [str(slot.pk) for slot in slots[: booking.SLOTS]]
        connections.close_all()
        return percentile([ms for ms, *_ in booking.fight(folder, ids, patients, desks, 0)], 99)

    alone = fight(days[3])
    with keeper(folder):
        wait(lambda: bool(state(practice)), "the keeper")
        together = fight(days[4])
    yield Figure("booking with the keeper at work, 99 in 100, times slower", together / alone, "",
                 at_most=SLOWER_AT_MOST, note=f"{alone:.3g} and {together:.3g} ms")  # fmt: skip


class Memory(threading.Thread):
    """Looks ten times a second how much the keeper and all its children take together."""

    def __init__(self, pid: int):
        super().__init__(daemon=True)
        self.pid, self.peak = pid, 0.0

    def run(self) -> None:
        """Look until the keeper is gone."""
        while now := sum(private(one) for one in family(self.pid)):
            self.peak = max(self.peak, now)
            time.sleep(0.1)


def family(pid: int) -> list[int]:
    """Give a process and all its descendants."""
    found = [pid]
    for one in found:
        try:
            told = Path(f"/proc/{one}/task/{one}/children").read_text()
        except OSError:
            continue
        found += [int(child) for child in told.split()]
    return found


def private(pid: int) -> float:
    """Give the MB that a process has in memory; files that are only mapped are the system's."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    kb = {line.split(":")[0]: line.split()[1] for line in status.splitlines() if "kB" in line}
    return (int(kb.get("RssAnon", 0)) + int(kb.get("RssShmem", 0))) / 1000
