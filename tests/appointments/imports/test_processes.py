"""Loads in real processes: killed at any moment, and while a desk books on."""

import hashlib
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta

import pytest

from tests.appointments.imports.extract import LATER
from tests.appointments.imports.whole import practice
from tests.serving import ROOT, environment, manage
from tests.world import working_day

pytestmark = [pytest.mark.faults, pytest.mark.sqlite]

DATABASE = "appointments.sqlite3"
PATIENTS, SESSIONS = 1_500, 150  # 2,400 slots


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A data folder with an empty book."""
    folder = tmp_path_factory.mktemp("empty")
    manage(folder, "migrate", "-v0")
    return folder


@pytest.fixture(scope="module")
def extracts(tmp_path_factory):
    """An extract, and a later one in which every second slot changed."""
    folder = tmp_path_factory.mktemp("extracts")
    made = practice(PATIENTS, SESSIONS, first_day=working_day() + timedelta(days=1))
    first = made.write(folder / "first")
    for number, row in enumerate(made.rows["slot"]):
        if number % 2:
            row["PatientGuid"] = made.rows["patient"][number % PATIENTS]["PatientGuid"]
            row["SlotStatus"] = "Booked"
        elif number % 3 == 0:
            row |= {"PatientGuid": "", "SlotStatus": "Slot Available"}
    return first, made.write(folder / "later", stamp=LATER)


@pytest.fixture(scope="module")
def loaded(empty, extracts, tmp_path_factory):
    """A data folder into which the first extract was loaded."""
    folder = shutil.copytree(empty, tmp_path_factory.mktemp("loaded") / "data")
    manage(folder, "import_emis", str(extracts[0]))
    return folder


def contents(folder) -> str:
    """A fingerprint of everything in the database."""
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        digest = hashlib.sha256()
        for (table,) in tables.fetchall():
            for row in db.execute(f'SELECT * FROM "{table}" ORDER BY 1, 2'):
                digest.update(repr(row).encode())
    return digest.hexdigest()


def start(folder, extract):
    """Begin a load; returns once it is about to write."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "import_emis", str(extract), "--json"],
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    seen = b""
    while b"Writing" not in seen:
        byte = process.stderr.read(1)
        assert byte, seen
        seen += byte
    return process


def kill_at_random(folder, extract, tries):
    """Kill loads at random moments of the writing; says how many had not committed."""
    before, undone = contents(folder), 0
    for number in range(tries):
        copy = shutil.copytree(folder, folder.parent / f"{folder.name}-{number}")
        process = start(copy, extract)
        time.sleep(random.uniform(0, 0.15))
        process.kill()
        process.communicate()
        killed = contents(copy)
        counts = json.loads(manage(copy, "import_emis", str(extract), "--json"))
        written = counts["slot"]["created"] + counts["slot"]["updated"]
        if killed == before:
            undone += 1
            assert written > 1_000
        else:  # the kill came after the commit: nothing is left to do
            assert (written, contents(copy)) == (0, killed)
        shutil.rmtree(copy)
    return undone


def test_a_load_that_is_killed_leaves_the_book_as_it_was(empty, loaded, extracts):
    kill_at_random(empty, extracts[0], tries=1)
    kill_at_random(loaded, extracts[1], tries=3)


@pytest.mark.soak
def test_many_loads_that_are_killed(empty, loaded, extracts):
    assert kill_at_random(empty, extracts[0], tries=25) > 5
    assert kill_at_random(loaded, extracts[1], tries=25) > 5


def test_a_desk_books_while_extracts_are_loaded(loaded, extracts, tmp_path):
    folder = shutil.copytree(loaded, tmp_path / "data")
    settings = environment(folder, DJANGO_SETTINGS_MODULE="surgery.settings")
    settings["PYTHONPATH"] = str(ROOT)
    desk = subprocess.Popen(
        [sys.executable, "-m", "tests.appointments.imports.booker"],
        cwd=ROOT,
        env=settings,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert desk.stdout.readline() == "ready\n"
    counts = json.loads(manage(folder, "import_emis", str(extracts[1]), "--json"))
    out, _ = desk.communicate("stop\n", timeout=60)
    said = json.loads(out)
    assert said["errors"] == []
    assert said["booked"] > 20
    assert said["longest"] < 3
    assert counts["slot"]["updated"] > 1_000
    manage(folder, "verify_journal")
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        live = db.execute("SELECT id FROM appointments_appointment WHERE status <> 'cancelled'")
        still = {row for (row,) in live.fetchall()}
        clashes = db.execute("SELECT count(*) FROM appointments_clash").fetchone()[0]
    left = {pk.replace("-", "") for pk in said["left"]}
    assert left <= still
    assert counts["clash"]["created"] == clashes > 0
