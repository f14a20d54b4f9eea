"""kill -9 of the server while clerks key sheets: each row is in the book once, or not yet.

Every line is sent again afterwards, three times at once as a clerk does who sees no answer.
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

CLERKS = 3
PASSWORD = "demo-practice"
DATABASE = "appointments.sqlite3"
GROUND = "from tests.faults import keying_ground as ground; ground."
TABLES = ("fallback_entry", "appointments_appointment", "appointments_journalentry")


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    """A data folder with a small demo practice whose sheets are printed."""
    folder = tmp_path_factory.mktemp("keying")
    manage(folder, "collectstatic", "-v0", "--no-input")
    manage(folder, "migrate", "-v0")
    manage(folder, "make_demo", "--patients", "400")
    return folder, json.loads(manage(folder, "shell", "-v0", "-c", f"{GROUND}prepare()"))


def lines(ground, at_most):
    """What is written on the sheets' rows: a patient each."""
    rows = [(sheet, code) for sheet, codes in ground["sheets"].items() for code in codes]
    random.Random(1).shuffle(rows)
    return [
        {"row": f"/rekeying/{sheet}/rows/{code}/", "patient": patient,
         "reference": str(uuid.uuid4())}
        for (sheet, code), patient in zip(rows[:at_most], ground["patients"], strict=False)
    ]  # fmt: skip


def send(desk, line):
    """Key one row; gives the status, or None where no answer came."""
    form = {
        "what": "booked", "reference": line["reference"], "patient": line["patient"],
        "written": "0000", "taken_by": "PS", "urgency": "routine",
    }  # fmt: skip
    try:
        return desk.post(line["row"], form)[0]
    except (OSError, http.client.HTTPException):
        return None


def key_until_the_end(port, number, todo, answers, ready):
    with closing(Desk(port, f"reception{number}", PASSWORD, str(number))) as desk:
        ready.wait(timeout=60)
        for line in todo:
            status = send(desk, line)
            if status is None:
                return
            answers[line["reference"]] = status


def rows(folder, todo):
    """How many entries, appointments and journal entries each line has."""
    with sqlite3.connect(folder / DATABASE) as db:
        return {
            line["reference"]: tuple(
                db.execute(
                    f"SELECT count(*) FROM {table} WHERE reference = ?",
                    (uuid.UUID(line["reference"]).hex,),
                ).fetchone()[0]
                for table in TABLES
            )
            for line in todo
        }


def at_once(port, clerks, work):
    """Run `work` in a thread for each clerk."""
    threads = [threading.Thread(target=work, args=(port, n)) for n in range(1, clerks + 1)]
    for thread in threads:
        thread.start()
    return threads


def test_killed_while_clerks_key(practice):
    folder, ground = practice
    todo, answers = lines(ground, at_most=36), {}
    assert len(todo) > CLERKS * 4
    server, ready = Server(folder), threading.Barrier(CLERKS + 1)
    try:
        server.start()
        threads = at_once(
            server.port,
            CLERKS,
            lambda port, n: key_until_the_end(port, n, todo[n - 1 :: CLERKS], answers, ready),
        )
        ready.wait(timeout=60)
        deadline = time.monotonic() + 60
        while len(answers) < len(todo) // 2 and time.monotonic() < deadline:
            time.sleep(0.001)
        server.kill()
        for thread in threads:
            thread.join(timeout=60)
        found = rows(folder, todo)
        assert answers
        assert set(answers.values()) == {303}
        for reference in answers:
            assert found[reference] == (1, 1, 1), "an answered line is lost or halved"
        assert set(found.values()) <= {(0, 0, 0), (1, 1, 1)}, "half a line is in the book"

        server.start()
        said = []

        def send_all(port, number):
            with closing(Desk(port, f"reception{number}", PASSWORD, str(number))) as desk:
                said.extend(send(desk, line) for line in todo)

        for thread in at_once(server.port, CLERKS, send_all):
            thread.join(timeout=120)
        assert said == [303] * len(todo) * CLERKS
    finally:
        server.stop()
    assert set(rows(folder, todo).values()) == {(1, 1, 1)}
    judged = json.loads(manage(folder, "shell", "-v0", "-c", f"{GROUND}judge()"))
    assert judged == {"agree": True, "in_book": len(todo)}
    assert json.loads(manage(folder, "verify_journal", "--json"))
