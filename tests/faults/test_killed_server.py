"""kill -9 of the server while desks book: nothing that was answered is lost, nothing is halved.

With `synchronous=FULL` an answer follows the commit, so whatever was answered must be there after
the kill; what was not answered may be there or not, but sending it again must book it once.
"""

import http.client
import json
import random
import sqlite3
import threading
import time
import uuid
from contextlib import closing

import pytest

from tests.serving import Desk, Server, manage

pytestmark = [pytest.mark.faults, pytest.mark.sqlite]

DESKS = 4
PASSWORD = "demo-practice"
DATABASE = "appointments.sqlite3"


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    """A data folder with a small demo practice."""
    folder = tmp_path_factory.mktemp("killed")
    manage(folder, "collectstatic", "-v0", "--no-input")
    manage(folder, "migrate", "-v0")
    manage(folder, "make_demo", "--patients", "400")
    return folder


def free_slots(folder, many):
    """Slots that reception may book by now, with a patient for each."""
    with sqlite3.connect(folder / DATABASE) as db:
        slots = db.execute(
            """SELECT s.id FROM appointments_slot s
               JOIN appointments_slottype t ON t.id = s.slot_type_id
               JOIN appointments_session x ON x.id = s.session_id
               WHERE s.starts_at > datetime('now', '+1 day') AND t.release = 'at_once'
                 AND s.blocked_at IS NULL AND s.removed_at IS NULL AND x.cancelled_at IS NULL
                 AND NOT EXISTS (SELECT 1 FROM appointments_appointment a
                                 WHERE a.slot_id = s.id AND a.status <> 'cancelled')
               ORDER BY random() LIMIT ?""",
            (many,),
        ).fetchall()
        patients = db.execute(
            """SELECT id FROM appointments_patient WHERE died_on IS NULL AND departed_on IS NULL
               AND merged_into_id IS NULL ORDER BY random() LIMIT ?""",
            (many,),
        ).fetchall()
    return [
        {"slot": str(uuid.UUID(s)), "patient": str(uuid.UUID(p)), "reference": str(uuid.uuid4())}
        for (s,), (p,) in zip(slots, patients, strict=True)
    ]


def send(desk, wanted):
    """Send one booking; gives the status, or None where no answer came."""
    form = {
        "patient": wanted["patient"],
        "reference": wanted["reference"],
        "mode": "face_to_face",
        "booked_via": "telephone",
    }
    try:
        return desk.post(f"/slots/{wanted['slot']}/appointment/", form)[0]
    except (OSError, http.client.HTTPException):
        return None


def book_until_the_end(port, wishes, answers, ready):
    with closing(Desk(port, "reception1", PASSWORD, "1")) as desk:
        ready.wait(timeout=60)
        for wanted in wishes:
            status = send(desk, wanted)
            if status is None:
                return
            answers[wanted["reference"]] = status


def rows(folder, references):
    """How many appointments, and journal entries, each reference has in the book."""
    with sqlite3.connect(folder / DATABASE) as db:
        found = {}
        for reference in references:
            key = (uuid.UUID(reference).hex,)
            count = "SELECT count(*) FROM {} WHERE reference = ?"
            found[reference] = tuple(
                db.execute(count.format(table), key).fetchone()[0]
                for table in ("appointments_appointment", "appointments_journalentry")
            )
        return found


def killed_once(folder, bookings, seed):
    wishes = free_slots(folder, bookings)
    server = Server(folder)
    try:
        return kill_and_look(server, wishes, seed)
    finally:
        server.stop()


def kill_and_look(server, wishes, seed):
    folder, answers, ready = server.folder, {}, threading.Barrier(DESKS + 1)
    server.start()
    threads = [
        threading.Thread(
            target=book_until_the_end, args=(server.port, wishes[n::DESKS], answers, ready)
        )
        for n in range(DESKS)
    ]
    for thread in threads:
        thread.start()
    ready.wait(timeout=60)
    until = random.Random(seed).randint(1, len(wishes) - DESKS)
    deadline = time.monotonic() + 60
    while len(answers) < until and time.monotonic() < deadline:
        time.sleep(0.001)
    server.kill()
    for thread in threads:
        thread.join(timeout=60)

    found = rows(folder, [w["reference"] for w in wishes])
    for reference, status in answers.items():
        assert status == 303
        assert found[reference] == (1, 1), "an answered booking is lost or halved"
    assert set(found.values()) <= {(0, 0), (1, 1)}, "a booking without its entry, or the reverse"

    server.start()
    with closing(Desk(server.port, "reception1", PASSWORD, "1")) as desk:
        assert [send(desk, wanted) for wanted in wishes] == [303] * len(wishes)
    server.stop()
    assert set(rows(folder, found).values()) == {(1, 1)}
    assert json.loads(manage(folder, "verify_journal", "--json"))
    return len(answers)


def test_killed_while_desks_book(practice):
    assert killed_once(practice, bookings=40, seed=1) > 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10))
def test_killed_during_two_hundred_bookings(practice, seed):
    killed_once(practice, bookings=200, seed=seed)
